/*
 * schema_instance.c - the table of vrrp_instance (keepalived.conf(5), "VRRP instance(s)"). Words that are known and not served
 * yet are rows too, so that a file with them runs and says so. What rows inherit and mean together is in rules.c.
 */
#include "vrrp/conf.h"

#include <stddef.h>

#include "base/mono.h"
#include "conf/said.h"
#include "vrrp/rules.h"
#include "vrrp/schema_address.h"
#include "vrrp/schema_auth.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_options.h"
#include "vrrp/schema_reach.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_rule.h"
#include "vrrp/schema_source.h"
#include "vrrp/schema_trackers.h"

#define VI(field) offsetof(struct vrrp_conf, field)
#define PART(name) \
	static const struct conf_part vrrp_##name##_part = { VI(name), sizeof(*((struct vrrp_conf *)0)->name) }
#define IN(name, struct_name, field) .part = &vrrp_##name##_part, .offset = offsetof(struct struct_name, field)
#define GARP(field) IN(garp, vrrp_garp_conf, field)
#define VMAC(field) IN(vmac, vrrp_vmac_conf, field)
#define TRACK(field) IN(track, vrrp_track_conf, field)
#define HOOK(field) IN(hooks, vrrp_hook_conf, field)
#define RARE(field) IN(rare, vrrp_rare_conf, field)
#define SCRIPT(keyword, field, when)                                                                                       \
	{ .name = keyword, .type = CONF_CUSTOM, HOOK(field), .parse = script_conf_parse_rare, .reload = CONF_LIVE,     \
	  .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs " when ".", .example = SCRIPT_EXAMPLE,               \
	  .wrong = SCRIPT_WRONG }
#define HOOK_TIMEOUT(keyword, field, what)                                                                                 \
	{ .name = keyword, .type = CONF_TIME, HOOK(field), .min = 100 * MONO_MSEC, .max = 60 * MONO_SEC,          \
	  .dflt = "5", .reload = CONF_LIVE, .args = "SECONDS", .doc = what }
#define SECONDS(keyword, field, most, what)                                                                                \
	{ .name = keyword, .type = CONF_TIME, field, .max = (most) * MONO_SEC, .reload = CONF_LIVE,         \
	  .args = "SECONDS", .doc = what }
#define COUNT(keyword, field, most, what)                                                                                  \
	{ .name = keyword, .type = CONF_UINT, field, .max = most, .reload = CONF_LIVE, .args = "COUNT",     \
	  .doc = what }
#define SWITCH(keyword, field, what)                                                                                       \
	{ .name = keyword, .type = CONF_BOOL, .offset = VI(field), .reload = CONF_LIVE, .args = "[on|off]", .doc = what }

const struct conf_part vrrp_track_part = { VI(track), sizeof(struct vrrp_track_conf) };

PART(garp);
PART(vmac);
PART(hmac);
PART(hooks);
PART(rare);

static int parse_deleted(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	((struct vrrp_conf *)out)->tells_deleted = true;
	return node->n_words > 1 ? script_conf_parse_rare(rd, item, node, out) : 0;
}

static const struct conf_choice never_choices[] = { { "never", 1 }, { NULL, 0 } };

static const struct conf_item instance_items[] = {
	{ .name = "state", .type = CONF_CUSTOM, .parse = schema_state, .reload = CONF_LIVE, .args = "MASTER|BACKUP",
	  .doc = "A wish only: every router listens before it speaks, and the priority decides.",
	  .example = "MASTER\nBACKUP", .wrong = "SLAVE\nmaster\n" },
	{ .name = "interface", .type = CONF_STRING, .offset = VI(interface), .reload = CONF_RESTART, .args = "INTERFACE",
	  .doc = "Where adverts are sent and, unless they say otherwise, where the addresses are put.",
	  .example = "eth0" },
	{ .name = "virtual_router_id", .type = CONF_UINT, .offset = VI(vrid), .min = 1, .max = 255, .is_required = true,
	  .reload = CONF_RESTART, .args = "1-255", .doc = "Names the virtual router: the same on all its routers, unique on the link." },
	{ .name = "priority", .type = CONF_UINT, .offset = VI(priority), .min = 1, .max = 255, .reload = CONF_LIVE,
	  .args = "1-255", .doc = "The highest one becomes MASTER; 255: owner of the addresses; default 100." },
	{ .name = "advert_int", .type = CONF_UINT, .offset = VI(interval_cs), .min = 1, .max = 25500, .unit = CONF_CENTISEC,
	  .dflt = "1", .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "Time between adverts: whole seconds in version 2, 0.01 to 40.95 in version 3." },
	{ .name = "authentication", .type = CONF_BLOCK, .offset = 0, .is_merged = true, .block = &vrrp_auth_block,
	  .reload = CONF_REBIND, .doc = "Authentication of VRRP version 2." },
	{ .name = "auth_hmac", .type = CONF_BLOCK, .part = &vrrp_hmac_part, .is_merged = true, .block = &vrrp_hmac_block,
	  .reload = CONF_LIVE, .doc = "Adverts signed with HMAC-SHA256." },
	{ .name = "virtual_ipaddress", .type = CONF_LINES, .offset = VI(vips), .parse = schema_address, .reload = CONF_LIVE,
	  .args = SCHEMA_ADDRESS_ARGS, .doc = "The virtual addresses, carried in adverts, of one family; of IPv6 link-local ones first.",
	  .example = SCHEMA_ADDRESS_EXAMPLE, .wrong = SCHEMA_ADDRESS_WRONG "\n192.0.2.1 wat\n2001:db8::/129" },
	{ .name = "virtual_ipaddress_excluded", .type = CONF_LINES, .offset = VI(vips), .min = SCHEMA_ADDRESS_EXCLUDED,
	  .max = SCHEMA_ADDRESS_EXCLUDED, .parse = schema_address, .reload = CONF_LIVE, .args = SCHEMA_ADDRESS_ARGS,
	  .doc = "Virtual addresses that adverts do not carry, of both families.", .example = SCHEMA_ADDRESS_EXAMPLE,
	  .wrong = SCHEMA_ADDRESS_WRONG },
	{ .name = "no_virtual_ipaddress", .type = CONF_FLAG, .offset = VI(no_vip_is_meant), .min = 1, .reload = CONF_LIVE,
	  .doc = "The instance is meant to have no address: no warning." },
	{ .name = "virtual_routes", .type = CONF_LINES, RARE(routes), .parse = schema_route, .reload = CONF_LIVE,
	  .args = SCHEMA_ROUTE_ARGS,
	  .doc = "Routes that are present while MASTER. A type may come first: unicast, local, blackhole, unreachable, prohibit, throw. "
		 "Names of tables, realms and the like are those of /etc/iproute2. "
		 "With `protocol` a route has another one than vipd's own 112; it is followed and cleaned up all the same, but a routing "
		 "daemon of that protocol may take it for its own. What `expires` (IPv6, in seconds) is not put back before the next time. "
		 "`encap ip`, `ip6` or `mpls`, of a route or of a nexthop, is what packets are put into. `via A or B` are two ways; `vrf` is the table of that VRF, whenever it is there.",
	  .example = SCHEMA_ROUTE_EXAMPLE, .wrong = SCHEMA_ROUTE_WRONG },
	{ .name = "virtual_rules", .type = CONF_LINES, RARE(rules), .parse = schema_rule, .reload = CONF_LIVE,
	  .args = SCHEMA_RULE_ARGS, .doc = "Routing rules that are present while MASTER. Names of tables and the like are those of /etc/iproute2. With `protocol` a rule has another one than vipd's own 112.", .example = SCHEMA_RULE_EXAMPLE, .wrong = SCHEMA_RULE_WRONG },
	{ .name = "track_interface", .type = CONF_LINES, TRACK(interfaces), .max = 253,
	  .parse = schema_track_interface, .reload = CONF_LIVE, .args = "{ INTERFACE [weight -253..253 [reverse]] }",
	  .doc = "FAULT when one of them is down, or, with a weight, another priority.",
	  .example = TRACK_INTERFACE_EXAMPLE, .wrong = TRACK_WRONG("eth1", "254") },
	{ .name = "track_script", .type = CONF_LINES, TRACK(scripts), .max = 253, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -253..253 [reverse|noreverse]] }",
	  .doc = "FAULT when one of these vrrp_scripts fails, or, with a weight, another priority.",
	  .example = TRACK_EXAMPLE("check", "253"), .wrong = TRACK_WRONG("check", "254") },
	{ .name = "track_file", .type = CONF_LINES, TRACK(files), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse|noreverse]] }",
	  .doc = "The numbers in these files change the priority or, with weight 0, are a FAULT.",
	  .example = TRACK_EXAMPLE("file", "254"), .wrong = TRACK_WRONG("file", "255") },
	{ .name = "track_process", .type = CONF_LINES, TRACK(processes), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse|noreverse]] }",
	  .doc = "Whether these processes run changes the priority or, with weight 0, is a FAULT.",
	  .example = TRACK_EXAMPLE("process", "254"), .wrong = TRACK_WRONG("process", "255") },
	{ .name = "track_bfd", .type = CONF_LINES, TRACK(bfds), .max = 253, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -253..253 [reverse|noreverse]] }",
	  .doc = "FAULT when one of these bfd_instances is down, or, with a weight, another priority.",
	  .example = TRACK_EXAMPLE("bfd", "253"), .wrong = TRACK_WRONG("bfd", "254") },
	{ .name = "track_service", .type = CONF_CUSTOM, TRACK(services), .parse = schema_reach_service,
	  .reload = CONF_LIVE, .args = TRACK_SERVICE_ARGS,
	  .doc = "FAULT while this virtual_server lacks its quorum, or, with a weight, another priority.",
	  .example = TRACK_SERVICE_EXAMPLE, .wrong = TRACK_SERVICE_WRONG },
	{ .name = "track_gateway", .type = CONF_CUSTOM, TRACK(gateways), .parse = schema_reach_gateway,
	  .reload = CONF_LIVE, .args = TRACK_GATEWAY_ARGS,
	  .doc = "FAULT while this neighbour answers neither ARP nor neighbour solicitation, or, with a weight, another priority.",
	  .example = TRACK_GATEWAY_EXAMPLE, .wrong = TRACK_GATEWAY_WRONG },
	{ .name = "dont_track_primary", .type = CONF_FLAG, .offset = VI(dont_track_primary), .min = 1, .reload = CONF_LIVE,
	  .doc = "Its own interface being down is no FAULT." },
	{ .name = "track_src_ip", .type = CONF_FLAG, .offset = VI(track_src_ip), .min = 1, .reload = CONF_LIVE,
	  .doc = "FAULT while the configured source address is missing; always so here, since nothing can be sent then." },
	{ .name = "nopreempt", .type = CONF_FLAG, .offset = VI(nopreempt), .min = 1, .reload = CONF_LIVE,
	  .doc = "Does not take over from a weaker MASTER that works; needs state BACKUP." },
	{ .name = "preempt", .type = CONF_FLAG, .offset = VI(nopreempt), .min = 0, .reload = CONF_LIVE,
	  .doc = "Takes over from a weaker MASTER: the default." },
	{ .name = "vip_lease", .type = CONF_CUSTOM, RARE(vip_lease), .parse = schema_lease, .write = schema_lease_write,
	  .reload = CONF_LIVE, .args = "off|auto|SECONDS",
	  .doc = "The kernel removes the addresses so long after the last sign of life; default: vip_lease of global_defs.",
	  .example = "auto\noff\n5", .wrong = "\n2\n1.5\nnever\n86401" },
	{ .name = "on_address_mismatch", .type = CONF_CHOICE, RARE(on_mismatch), .choices = schema_mismatches,
	  .reload = CONF_LIVE, .args = "accept|ignore|fault",
	  .doc = "An advert with other addresses than ours: accept (as RFC 9568 has it), ignore it (two MASTERs while the pair is changed one by one), "
		 "or FAULT while it is heard; default: global_defs." },
	{ .name = "on_transmit_failure", .type = CONF_CHOICE, RARE(on_unsent), .choices = schema_unsents,
	  .reload = CONF_LIVE, .args = "yield|keep|fault",
	  .doc = "A MASTER whose adverts the kernel refuses for a down interval: yield (FAULT once another MASTER is heard or answers for the address), "
		 "keep the addresses, or fault in any case; default: global_defs." },
	SECONDS("preempt_delay", .offset = VI(preempt_delay), 1000, "A weaker MASTER is let be for this long; needs state BACKUP."),
	{ .name = "unicast_peer", .type = CONF_LINES, .parse = schema_peer, .reload = CONF_REBIND,
	  .args = "{ ADDRESS [min_ttl N] [max_ttl N] [owner] }",
	  .doc = "Adverts go to these addresses instead of the multicast group; with an owner marked, 255 is only for owners.",
	  .example = "192.0.2.2\n192.0.2.3 min_ttl 254 max_ttl 255\n192.0.2.4 owner", .wrong = "peer\n192.0.2.2/24\n192.0.2.2 min_ttl 256\n"
	  "192.0.2.2 max_ttl\n192.0.2.2 min_ttl 255 max_ttl 254" },
	{ .name = "unicast_src_ip", .type = CONF_ADDR, RARE(unicast_src), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Source address of adverts; default: the interface's first address, of IPv6 with the scope of the peers." },
	{ .name = "mcast_src_ip", .type = CONF_ADDR, RARE(mcast_src), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "The same; of the two the one for the kind of adverts counts first. Default for multicast over IPv6: the link-local one." },
	{ .name = "mcast_dst_ip", .type = CONF_ADDR, RARE(mcast_dst), .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Another multicast group for this instance.", .example = "239.1.2.3", .wrong = "192.0.2.1" },
	{ .name = "unicast_ttl", .type = CONF_UINT, RARE(unicast_ttl), .max = 255, .dflt = "255", .reload = CONF_LIVE,
	  .args = "0-255", .doc = "TTL or hop limit of unicast adverts." },
	{ .name = "unicast_fault_no_peer", .type = CONF_FLAG, .offset = VI(unicast_fault_no_peer), .min = 1, .reload = CONF_LIVE,
	  .doc = "An empty unicast_peer block is a FAULT instead of an error of the configuration." },
	SWITCH("check_unicast_src", check_unicast_src, "Adverts of others than the peers are dropped."),
	{ .name = "allow_from", .type = CONF_LINES, RARE(allow_from), .parse = schema_source, .reload = CONF_LIVE, .args = SCHEMA_SOURCE_ARGS,
	  .doc = "Only these are listened to, multicast too; priority 255 only from those marked owner.",
	  .example = SCHEMA_SOURCE_EXAMPLE, .wrong = SCHEMA_SOURCE_WRONG },
	{ .name = "version", .type = CONF_UINT, .offset = VI(version), .min = 2, .max = 3, .reload = CONF_RESTART, .args = "2|3",
	  .doc = "Version of VRRP; default: vrrp_version of global_defs." },
	SWITCH("strict_mode", strict, "Strict conformance: no authentication, RFC 3768's silence towards weaker routers."),
	{ .name = "accept", .type = CONF_FLAG, .offset = VI(no_accept), .min = 0, .reload = CONF_LIVE,
	  .doc = "Packets to the virtual addresses are accepted: the default." },
	{ .name = "no_accept", .type = CONF_FLAG, .offset = VI(no_accept), .min = 1, .reload = CONF_LIVE,
	  .doc = "This host takes no packets to the virtual addresses, unless it is their owner (priority 255): nftables drops them. "
		 "Virtual services on them, ARP and neighbour discovery go on." },
	SWITCH("skip_check_adv_addr", skip_check_adv_addr, "The sender's address list is not compared (only strict_mode drops for it)."),
	SWITCH("v3_checksum_as_v2", v3_checksum_as_v2,
		"Version 3 adverts are sent with RFC 9568's checksum; default keepalived's, with a pseudo-header. Both are accepted."),
	{ .name = "old_unicast_checksum", .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .choices = never_choices,
	  .parse = schema_optional, .args = "[never]", .doc = "The unicast checksum of keepalived before 1.3.7.",
	  .note = "No peer of today sends it.", .example = "\nnever", .wrong = "always" },
	SWITCH("owner_ignore_adverts", owner_ignore_adverts,
		"A MASTER with priority 255 ignores the adverts of others; default: strict_mode, else global_defs."),
	SWITCH("lower_prio_no_advert", lower_prio_no_advert, "The MASTER does not answer a weaker router's advert at once."),
	SWITCH("higher_prio_send_advert", higher_prio_send_advert, "The MASTER sends one more advert before it yields."),
	{ .name = "down_timer_adverts", .type = CONF_UINT, .offset = VI(down_timer_adverts), .min = 1, .max = 100,
	  .reload = CONF_LIVE, .args = "1-100", .doc = "So many missing adverts make a MASTER dead; default 3." },
	{ .name = "timer_expired_backup", .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .min = 1, .max = 254,
	  .parse = schema_optional, .args = "[1-254]",
	  .doc = "With nopreempt: so many missed adverts of its own make the instance BACKUP.",
	  .note = "A router that did not run for too long always listens first.", .example = "\n1\n254", .wrong = "0\n255\nx" },
	{ .name = "thread_timer_expired", .type = CONF_ALIAS, .alias = "timer_expired_backup",
	  .doc = "keepalived's first name of it." },
	SECONDS("garp_master_delay", GARP(master_delay), 86400, "Second burst of gratuitous ARP so long after becoming MASTER."),
	COUNT("garp_master_repeat", GARP(master_repeat), 1000, "Gratuitous ARPs per address in a burst."),
	SECONDS("garp_master_refresh", GARP(master_refresh), 86400, "Announced again every so often while MASTER; 0: never."),
	COUNT("garp_master_refresh_repeat", GARP(master_refresh_repeat), 1000, "Gratuitous ARPs per address in a refresh."),
	SECONDS("garp_lower_prio_delay", GARP(lower_prio_delay), 86400, "Second burst so long after a weaker router was heard."),
	COUNT("garp_lower_prio_repeat", GARP(lower_prio_repeat), 1000, "Gratuitous ARPs per address when a weaker router was heard."),
	{ .name = "garp_extra_if", .type = CONF_CUSTOM, GARP(extra), .max = 86400 * MONO_SEC, .parse = schema_extra_if,
	  .reload = CONF_LIVE, .args = "[all] SECONDS",
	  .doc = "A MASTER sends gratuitous ARP every so often for an address of each interface that its adverts do not leave by, so that "
		 "switches go on knowing it there; all: for each address; 0: never.",
	  .example = "0\n100\nall 86400", .wrong = "\nall\nall 86401\nsome 5" },
	{ .name = "vmac_garp_intvl", .type = CONF_ALIAS, .alias = "garp_extra_if",
	  .doc = "It has been garp_extra_if since keepalived 2.1." },
	{ .name = "use_vmac", .type = CONF_CUSTOM, .part = &vrrp_vmac_part, .parse = schema_use_vmac, .reload = CONF_RESTART,
	  .args = "[[name] INTERFACE] [MAC] [netlink_notify_msg] [group N]",
	  .doc = "The addresses are on an interface of their own (vrrp.VRID) with the virtual MAC address 00:00:5e:00:01:VRID.",
	  .example = "\nvrrp.51\nname vrrp.51 00:00:5e:00:01 netlink_notify_msg\n00:00:5e:00:01:33 group 7",
	  .wrong = "an-interface-name-too-long\nvrrp.51 vrrp.52\nvrrp.51 group\nname\n00:00:5e:00:01:33:44" },
	{ .name = "use_vmac_addr", .type = CONF_FLAG, VMAC(per_addr), .min = 1, .reload = CONF_RESTART,
	  .doc = "Addresses on other interfaces, and those of the other family, have such an interface of their own too." },
	{ .name = "vmac_xmit_base", .type = CONF_FLAG, VMAC(xmit_base), .min = 1, .reload = CONF_LIVE,
	  .doc = "Adverts leave by the base interface and with its MAC address, as they always do with unicast_peer." },
	{ .name = "use_ipvlan", .type = CONF_CUSTOM, .part = &vrrp_vmac_part, .parse = schema_use_ipvlan, .reload = CONF_RESTART,
	  .args = "[[name] INTERFACE] [ADDRESS] [bridge|private|vepa] [group N]", .doc = "The addresses are on an ipvlan of their own (vrrp.VRID), with the MAC address of the interface: for a switch port or a "
		 "hypervisor that takes one only.",
	  .example = "\nvrrp.51 bridge\nname vrrp.51 private group 7",
	  .wrong = "an-interface-name-too-long\nipvl.51 bridged" },
	{ .name = "vrf", .type = CONF_STRING, RARE(vrf), .reload = CONF_RESTART, .args = "INTERFACE",
	  .doc = "VRF of a unicast instance without an interface: its adverts are sent and heard there. An instance whose interface is in "
		 "a VRF works in it without this word.",
	  .example = "blue" },
	{ .name = "promote_secondaries", .type = CONF_FLAG, .offset = VI(promote_secondaries), .min = 1, .reload = CONF_LIVE,
	  .doc = "Sets net.ipv4.conf.*.promote_secondaries of the interfaces of its addresses, when these come: an address that leaves does not "
		 "take others of its network with it. It stays set." },
	SCRIPT("notify", notify, "at every transition, with INSTANCE NAME STATE PRIORITY added"),
	SCRIPT("notify_master", notify_master, "when it becomes MASTER"),
	SCRIPT("notify_backup", notify_backup, "when it becomes BACKUP"),
	SCRIPT("notify_fault", notify_fault, "when it becomes FAULT"),
	SCRIPT("notify_stop", notify_stop, "when it ends"),
	SCRIPT("notify_ensure", notify_ensure, "until it succeeds, when it becomes MASTER and each time that it must assert itself, "
		"with INSTANCE NAME MASTER PRIORITY added"),
	{ .name = "notify_ensure_interval", .type = CONF_TIME, HOOK(notify_ensure_interval), .min = MONO_SEC,
	  .max = 86400 * MONO_SEC, .dflt = "30", .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "How long after a notify_ensure that failed it runs again." },
	SCRIPT("pre_master", pre_master, "before its addresses come: it is MASTER and advertises; they come with its end, whatever that is, "
		"or at the deadline; with INSTANCE NAME MASTER PRIORITY added"),
	HOOK_TIMEOUT("pre_master_timeout", pre_master_timeout, "The deadline of pre_master: it is killed, and the addresses come."),
	SCRIPT("pre_release", pre_release, "before its addresses go because it stops, is drilled or yields, not because of a FAULT; a stop or drill "
		"begins with its end or at the deadline; with INSTANCE NAME STATE PRIORITY added, the state that comes"),
	HOOK_TIMEOUT("pre_release_timeout", pre_release_timeout, "The deadline of pre_release: it is killed, and the addresses go."),
	{ .name = "notify_deleted", .type = CONF_CUSTOM, HOOK(notify_deleted), .parse = parse_deleted,
	  .reload = CONF_LIVE, .args = "[COMMAND [USER [GROUP]]]",
	  .doc = "When a reload removed the instance notify and the FIFOs are told DELETED instead of STOP, and this script runs instead of notify_stop.",
	  .example = "\n" SCRIPT_EXAMPLE, .wrong = "\"\"" },
	SCRIPT("notify_master_rx_lower_pri", notify_master_rx_lower_pri, "when the MASTER hears a weaker router, once a second at most; "
		"the FIFOs are told MASTER_RX_LOWER_PRI"),
	SWITCH("notify_priority_changes", notify_priority_changes, "Changes of the effective priority are written to the FIFOs, as "
		"MASTER_PRIORITY and BACKUP_PRIORITY; default: vrrp_notify_priority_changes of global_defs."),
	{ .name = "smtp_alert", .type = CONF_CUSTOM, HOOK(smtp_alert), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail at transitions; default: smtp_alert_vrrp or smtp_alert of global_defs, else none." },
	{ .name = "kernel_rx_buf_size", .type = CONF_UINT, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .args = "BYTES",
	  .doc = "Size of the receive buffer.", .note = "The receive buffer holds thousands of adverts." },
	{ .name = "debug", .type = CONF_UINT, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .max = 4, .args = "0-4",
	  .doc = "Level of debugging.", .note = "`vipctl status` shows the state, -D logs more." },
	{ .name = "lvs_sync_daemon_interface", .type = CONF_CUSTOM, .parse = schema_interface, RARE(sync_interface),
	  .reload = CONF_LIVE, .args = "INTERFACE",
	  .doc = "As lvs_sync_daemon INTERFACE with this instance in global_defs, which counts where both are written; of several "
		 "instances the first one.", .example = "eth1", .wrong = "an-interface-with-too-long-a-name" },
	{ .name = "lvs_sync_daemon_inteface", .type = CONF_ALIAS, .alias = "lvs_sync_daemon_interface",
	  .doc = "A slip of the pen in keepalived's old HOWTO." },
	{ .name = "native_ipv6", .type = CONF_FLAG, .offset = VI(native_ipv6), .min = 1, .reload = CONF_RESTART,
	  .doc = "Adverts are IPv6's where no address tells; else the family follows from virtual_ipaddress." },
	{ .name = "linkbeat_use_polling", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .min = 1,
	  .doc = "The link state of its interface is polled; obsolete: linkbeat_interfaces.",
	  .note = "The kernel's reports of the link state are always used; a driver that makes none needs a track_gateway." },
	{ .name = NULL },
};

static int read_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_conf *)out)->name);
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
	.example = "vrrp_instance VI_1 {\n"
		   "    state BACKUP\n"
		   "    interface eth0\n"
		   "    virtual_router_id 51\n"
		   "    priority 150\n"
		   "    advert_int 1\n"
		   "    nopreempt\n"
		   "    virtual_ipaddress {\n"
		   "        192.0.2.100/24\n"
		   "        192.0.2.101/24 dev eth1\n"
		   "    }\n"
		   "}\n",
};
