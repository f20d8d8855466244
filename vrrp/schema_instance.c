/*
 * schema_instance.c - the table of vrrp_instance (keepalived.conf(5), "VRRP instance(s)"). Words that are known and not served
 * yet are rows too, so that a file with them runs and says so. What rows inherit and mean together is in rules.c.
 */
#include "vrrp/conf.h"

#include <errno.h>
#include <stddef.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "vrrp/rules.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_trackers.h"

#define VI(field) offsetof(struct vrrp_conf, field)
#define LATER(keyword, what)                                                                \
	{                                                                                   \
		.name = keyword, .type = CONF_UNSUPPORTED, .reload = CONF_LIVE, .doc = what \
	}
#define NO_EFFECT(keyword, why)                                    \
	{                                                          \
		.name = keyword, .type = CONF_ACCEPTED, .doc = why \
	}
#define SCRIPT(keyword, field, when)                                                                                       \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = VI(field), .parse = script_conf_parse, .reload = CONF_LIVE,     \
	  .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs " when "." }
#define SECONDS(keyword, field, most, what)                                                                                \
	{ .name = keyword, .type = CONF_TIME, .offset = VI(field), .max = (most) * MONO_SEC, .reload = CONF_LIVE,         \
	  .args = "SECONDS", .doc = what }
#define COUNT(keyword, field, most, what)                                                                                  \
	{ .name = keyword, .type = CONF_UINT, .offset = VI(field), .max = most, .reload = CONF_LIVE, .args = "COUNT",     \
	  .doc = what }
#define SWITCH(keyword, field, what)                                                                                       \
	{ .name = keyword, .type = CONF_BOOL, .offset = VI(field), .reload = CONF_LIVE, .args = "[on|off]", .doc = what }

static const struct conf_item auth_items[] = {
	{ .name = "auth_type", .type = CONF_CUSTOM, .parse = schema_auth_type, .reload = CONF_REBIND, .args = "PASS",
	  .doc = "PASS: eight characters in clear, VRRP version 2 only; it guards against mistakes, not against attackers." },
	{ .name = "auth_pass", .type = CONF_CUSTOM, .parse = schema_auth_pass, .reload = CONF_REBIND, .args = "PASSWORD",
	  .doc = "The first eight characters count." },
	{ .name = NULL },
};

static const struct conf_block auth_block = {
	.name = "authentication",
	.items = auth_items,
	.size = sizeof(struct vrrp_conf),
	.doc = "Authentication of VRRP version 2.",
};

static const struct conf_item instance_items[] = {
	{ .name = "state", .type = CONF_CUSTOM, .parse = schema_state, .reload = CONF_LIVE, .args = "MASTER|BACKUP",
	  .doc = "A wish only: every router listens before it speaks, and the priority decides." },
	{ .name = "interface", .type = CONF_STRING, .offset = VI(interface), .reload = CONF_RESTART, .args = "INTERFACE",
	  .doc = "Where adverts are sent and, unless they say otherwise, where the addresses are put." },
	{ .name = "virtual_router_id", .type = CONF_UINT, .offset = VI(vrid), .min = 1, .max = 255, .is_required = true,
	  .reload = CONF_RESTART, .args = "1-255", .doc = "Names the virtual router: the same on all its routers, unique on the link." },
	{ .name = "priority", .type = CONF_UINT, .offset = VI(priority), .min = 1, .max = 255, .reload = CONF_LIVE,
	  .args = "1-255", .doc = "The highest one becomes MASTER; 255: owner of the addresses; default 100." },
	{ .name = "advert_int", .type = CONF_UINT, .offset = VI(interval_cs), .min = 1, .max = 25500, .unit = CONF_CENTISEC,
	  .dflt = "1", .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "Time between adverts: whole seconds in version 2, 0.01 to 40.95 in version 3." },
	{ .name = "authentication", .type = CONF_BLOCK, .offset = 0, .is_merged = true, .block = &auth_block,
	  .reload = CONF_REBIND, .doc = "Authentication of VRRP version 2." },
	LATER("auth_hmac", "Adverts signed with HMAC-SHA256."),
	{ .name = "virtual_ipaddress", .type = CONF_LINES, .parse = schema_vip, .reload = CONF_LIVE,
	  .args = "{ ADDRESS[/LENGTH] [dev INTERFACE] [label LABEL] ... }",
	  .doc = "The virtual addresses, carried in adverts; IPv4 as yet." },
	{ .name = "virtual_ipaddress_excluded", .type = CONF_LINES, .min = 1, .parse = schema_vip, .reload = CONF_LIVE,
	  .args = "{ ADDRESS[/LENGTH] ... }", .doc = "Virtual addresses that adverts do not carry." },
	{ .name = "no_virtual_ipaddress", .type = CONF_FLAG, .offset = VI(no_vip_is_meant), .min = 1, .reload = CONF_LIVE,
	  .doc = "The instance is meant to have no address: no warning." },
	{ .name = "virtual_routes", .type = CONF_LINES, .parse = schema_route, .reload = CONF_LIVE,
	  .args = "{ [src ADDRESS] [to] PREFIX|default [via ADDRESS] [dev INTERFACE] [metric N] [table N] [scope SCOPE] }",
	  .doc = "Routes that are present while MASTER; IPv4 as yet. blackhole, unreachable or prohibit may come first." },
	LATER("virtual_rules", "Routing rules that are present while MASTER."),
	{ .name = "track_interface", .type = CONF_LINES, .parse = schema_track_interface, .reload = CONF_LIVE,
	  .args = "{ INTERFACE [weight -253..253 [reverse]] }",
	  .doc = "FAULT when one of them is down, or, with a weight, another priority." },
	{ .name = "track_script", .type = CONF_LINES, .offset = VI(track_scripts), .max = 253, .parse = schema_track_ref, .reload = CONF_LIVE,
	  .args = "{ NAME [weight -253..253 [reverse]] }",
	  .doc = "FAULT when one of these vrrp_scripts fails, or, with a weight, another priority." },
	{ .name = "track_file", .type = CONF_LINES, .offset = VI(track_files), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse]] }",
	  .doc = "The numbers in these files change the priority or, with weight 0, are a FAULT." },
	{ .name = "track_process", .type = CONF_LINES, .offset = VI(track_processes), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse]] }",
	  .doc = "Whether these processes run changes the priority or, with weight 0, is a FAULT." },
	LATER("track_bfd", "Priority from BFD sessions."),
	{ .name = "dont_track_primary", .type = CONF_FLAG, .offset = VI(dont_track_primary), .min = 1, .reload = CONF_LIVE,
	  .doc = "Its own interface being down is no FAULT." },
	{ .name = "track_src_ip", .type = CONF_FLAG, .offset = VI(track_src_ip), .min = 1, .reload = CONF_LIVE,
	  .doc = "FAULT while the configured source address is missing; always so here, since nothing can be sent then." },
	{ .name = "nopreempt", .type = CONF_FLAG, .offset = VI(nopreempt), .min = 1, .reload = CONF_LIVE,
	  .doc = "Does not take over from a weaker MASTER that works; needs state BACKUP." },
	{ .name = "preempt", .type = CONF_FLAG, .offset = VI(nopreempt), .min = 0, .reload = CONF_LIVE,
	  .doc = "Takes over from a weaker MASTER: the default." },
	SECONDS("preempt_delay", preempt_delay, 1000, "A weaker MASTER is let be for this long; needs state BACKUP."),
	{ .name = "unicast_peer", .type = CONF_LINES, .parse = schema_peer, .reload = CONF_REBIND,
	  .args = "{ ADDRESS [min_ttl N] [max_ttl N] }", .doc = "Adverts go to these addresses instead of the multicast group." },
	{ .name = "unicast_src_ip", .type = CONF_ADDR, .offset = VI(unicast_src), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Source address of unicast adverts; default: the interface's first address." },
	{ .name = "mcast_src_ip", .type = CONF_ADDR, .offset = VI(mcast_src), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Source address of multicast adverts; default: the interface's first address." },
	{ .name = "mcast_dst_ip", .type = CONF_ADDR, .offset = VI(mcast_dst), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Another multicast group for this instance." },
	{ .name = "unicast_ttl", .type = CONF_UINT, .offset = VI(unicast_ttl), .max = 255, .dflt = "255", .reload = CONF_LIVE,
	  .args = "0-255", .doc = "TTL of unicast adverts." },
	{ .name = "unicast_fault_no_peer", .type = CONF_FLAG, .offset = VI(unicast_fault_no_peer), .min = 1, .reload = CONF_LIVE,
	  .doc = "An empty unicast_peer block is a FAULT instead of an error of the configuration." },
	SWITCH("check_unicast_src", check_unicast_src, "Adverts of others than the peers are dropped."),
	{ .name = "version", .type = CONF_UINT, .offset = VI(version), .min = 2, .max = 3, .reload = CONF_RESTART, .args = "2|3",
	  .doc = "Version of VRRP; default: vrrp_version of global_defs." },
	SWITCH("strict_mode", strict, "Strict conformance: no authentication, RFC 3768's silence towards weaker routers."),
	{ .name = "accept", .type = CONF_FLAG, .offset = VI(no_accept), .min = 0, .reload = CONF_LIVE,
	  .doc = "Packets to the virtual addresses are accepted: the default." },
	LATER("no_accept", "Drop packets to the virtual addresses when they are another router's."),
	SWITCH("skip_check_adv_addr", skip_check_adv_addr, "The sender's address list is not compared (only strict_mode drops for it)."),
	SWITCH("v3_checksum_as_v2", v3_checksum_as_v2,
		"Version 3 adverts are sent with RFC 9568's checksum; default keepalived's, with a pseudo-header. Both are accepted."),
	NO_EFFECT("old_unicast_checksum", "no peer of today sends it"),
	LATER("owner_ignore_adverts", "A router with priority 255 ignores adverts."),
	SWITCH("lower_prio_no_advert", lower_prio_no_advert, "The MASTER does not answer a weaker router's advert at once."),
	SWITCH("higher_prio_send_advert", higher_prio_send_advert, "The MASTER sends one more advert before it yields."),
	{ .name = "down_timer_adverts", .type = CONF_UINT, .offset = VI(down_timer_adverts), .min = 1, .max = 100,
	  .reload = CONF_LIVE, .args = "1-100", .doc = "So many missing adverts make a MASTER dead; default 3." },
	NO_EFFECT("timer_expired_backup", "a router that did not run for too long always listens first"),
	NO_EFFECT("thread_timer_expired", "a router that did not run for too long always listens first"),
	SECONDS("garp_master_delay", garp.master_delay, 86400, "Second burst of gratuitous ARP so long after becoming MASTER."),
	COUNT("garp_master_repeat", garp.master_repeat, 1000, "Gratuitous ARPs per address in a burst."),
	SECONDS("garp_master_refresh", garp.master_refresh, 86400, "Announced again every so often while MASTER; 0: never."),
	COUNT("garp_master_refresh_repeat", garp.master_refresh_repeat, 1000, "Gratuitous ARPs per address in a refresh."),
	SECONDS("garp_lower_prio_delay", garp.lower_prio_delay, 86400, "Second burst so long after a weaker router was heard."),
	COUNT("garp_lower_prio_repeat", garp.lower_prio_repeat, 1000, "Gratuitous ARPs per address when a weaker router was heard."),
	LATER("garp_extra_if", "Gratuitous ARP on other interfaces."),
	LATER("vmac_garp_intvl", "Gratuitous ARP on other interfaces."),
	LATER("use_vmac", "The virtual MAC address 00:00:5e:00:01:VRID."),
	LATER("use_vmac_addr", "The virtual MAC address on interfaces of single addresses."),
	LATER("vmac_xmit_base", "Adverts leave by the base interface."),
	LATER("use_ipvlan", "The addresses on an ipvlan interface."),
	LATER("vrf", "VRF of an instance without interface."),
	LATER("promote_secondaries", "Sets the sysctl of that name on the interface."),
	SCRIPT("notify", notify, "at every transition, with INSTANCE NAME STATE PRIORITY added"),
	SCRIPT("notify_master", notify_master, "when it becomes MASTER"),
	SCRIPT("notify_backup", notify_backup, "when it becomes BACKUP"),
	SCRIPT("notify_fault", notify_fault, "when it becomes FAULT"),
	SCRIPT("notify_stop", notify_stop, "when it ends"),
	LATER("notify_deleted", "Script that runs when a reload removed the instance."),
	LATER("notify_master_rx_lower_pri", "Script that runs when the MASTER hears a weaker router."),
	LATER("notify_priority_changes", "Notification of changes of the effective priority."),
	LATER("smtp_alert", "Mail at transitions."),
	NO_EFFECT("kernel_rx_buf_size", "the receive buffer holds thousands of adverts"),
	NO_EFFECT("debug", "`vipctl status` shows the state, -D logs more"),
	LATER("lvs_sync_daemon_interface", "The kernel's connection synchronisation follows this instance."),
	LATER("lvs_sync_daemon_inteface", "The kernel's connection synchronisation follows this instance."),
	NO_EFFECT("native_ipv6", "the family follows from the addresses"),
	LATER("linkbeat_use_polling", "Polling of the link state; the kernel reports it."),
	{ .name = NULL },
};

static int read_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");

	if (!w)
		return -EINVAL;
	((struct vrrp_conf *)out)->name = arena_strdup(rd->arena, w->text);
	return 0;
}

const struct conf_block vrrp_instance_block = {
	.name = "vrrp_instance",
	.items = instance_items,
	.size = sizeof(struct vrrp_conf),
	.args = "NAME",
	.read_args = read_name,
	.inherit = rules_inherit,
	.check = rules_check,
	.doc = "One virtual router.",
};
