/*
 * schema_globals.c - the rows of global_defs that belong to VRRP (keepalived.conf(5), "Global definitions"). Those of the whole
 * daemon are main's.
 */
#include "vrrp/schema.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/schema_options.h"
#include "vrrp/schema_words.h"

#define FILTER "no_accept has an nftables table of its own, see nftables, and no chains or ipsets of others."
#define G(field) offsetof(struct vrrp_globals, field)
#define DAY (86400 * MONO_SEC)
#define SECONDS(keyword, field, most, preset, what)                                                                        \
	{ .name = keyword, .type = CONF_TIME, .offset = G(field), .max = most, .dflt = preset, .reload = CONF_LIVE,       \
	  .args = "SECONDS", .doc = what }
#define COUNT(keyword, field, preset, what)                                                                                \
	{ .name = keyword, .type = CONF_UINT, .offset = G(field), .max = 1000, .dflt = preset, .reload = CONF_LIVE,       \
	  .args = "COUNT", .doc = what }
#define SWITCH(keyword, field, what)                                                                                       \
	{ .name = keyword, .type = CONF_BOOL, .offset = G(field), .reload = CONF_LIVE, .args = "[on|off]", .doc = what }

static const struct conf_choice dynamic_choices[] = { { "allow_if_changes", 1 }, { NULL, 0 } };

/* vrrp_min_garp [BOOL]: one announcement, no second burst. */
static int parse_min_garp(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_globals *g = out;
	bool on = true;

	(void)item;
	words_extra(rd, node, 2);
	if (node->n_words > 1 && conf_read_bool(rd, &node->words[1], &on) < 0)
		return -EINVAL;
	if (on) {
		g->garp.master_repeat = 1;
		g->garp.master_delay = 0;
	}
	return 0;
}

/* A burst after a weaker router was heard is as long as the one after becoming MASTER, unless it says otherwise. */
static void inherit_globals(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_globals *g = out;

	(void)rd, (void)parent;
	if (!schema_seen(&vrrp_globals_block, g, "vrrp_garp_lower_prio_delay"))
		g->garp.lower_prio_delay = g->garp.master_delay;
	if (!schema_seen(&vrrp_globals_block, g, "vrrp_garp_lower_prio_repeat"))
		g->garp.lower_prio_repeat = g->garp.master_repeat;
}

static const struct conf_item globals_items[] = {
	{ .name = "vrrp_version", .type = CONF_UINT, .offset = G(version), .min = 2, .max = 3, .dflt = "2", .reload = CONF_RESTART,
	  .args = "2|3", .doc = "Version of VRRP of instances that do not say." },
	{ .name = "vrrp_mcast_group4", .type = CONF_CUSTOM, .offset = G(mcast_group4), .min = AF_INET, .max = AF_INET,
	  .parse = schema_mcast_group, .dflt = "224.0.0.18", .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Multicast group of the adverts.", .example = "224.0.0.18\n239.1.2.3", .wrong = "192.0.2.1\nff02::12\nx" },
	{ .name = "default_interface", .type = CONF_STRING, .offset = G(default_interface), .reload = CONF_RESTART,
	  .args = "INTERFACE", .doc = "Interface of instances without one.", .example = "eth0" },
	SECONDS("vrrp_garp_master_delay", garp.master_delay, DAY, "5", "Second burst of gratuitous ARP so long after becoming MASTER."),
	COUNT("vrrp_garp_master_repeat", garp.master_repeat, "5", "Gratuitous ARPs per address in a burst."),
	SECONDS("vrrp_garp_master_refresh", garp.master_refresh, DAY, "0", "Announced again every so often while MASTER; 0: never."),
	COUNT("vrrp_garp_master_refresh_repeat", garp.master_refresh_repeat, "1", "Gratuitous ARPs per address in a refresh."),
	SECONDS("vrrp_garp_lower_prio_delay", garp.lower_prio_delay, DAY, NULL,
		"Second burst so long after a weaker router was heard; default: vrrp_garp_master_delay."),
	COUNT("vrrp_garp_lower_prio_repeat", garp.lower_prio_repeat, NULL,
		"Gratuitous ARPs per address when a weaker router was heard; default: vrrp_garp_master_repeat."),
	SECONDS("vrrp_garp_interval", garp_interval, 10 * MONO_SEC, "0",
		"Time between two gratuitous ARPs on one interface; 0: bursts of 64 a millisecond."),
	{ .name = "vrrp_min_garp", .type = CONF_CUSTOM, .parse = parse_min_garp, .reload = CONF_LIVE, .args = "[on|off]",
	  .doc = "One gratuitous ARP per address and no second burst.", .example = "\non\noff", .wrong = "maybe" },
	SECONDS("vrrp_gna_interval", gna_interval, 10 * MONO_SEC, "0",
		"Time between two neighbour advertisements on one interface; 0: bursts of 64 a millisecond."),
	{ .name = "vrrp_garp_extra_if", .type = CONF_CUSTOM, .offset = G(garp.extra), .min = MONO_SEC, .max = DAY,
	  .parse = schema_extra_if, .reload = CONF_LIVE, .args = "[all] SECONDS",
	  .doc = "Default of garp_extra_if of the instances; without it they send none.",
	  .example = "100\nall 86400", .wrong = "0\nall\nall 86401\nsome 5" },
	{ .name = "vrrp_vmac_garp_intvl", .type = CONF_ALIAS, .alias = "vrrp_garp_extra_if",
	  .doc = "It has been vrrp_garp_extra_if since keepalived 2.1." },
	{ .name = "vrrp_down_timer_adverts", .type = CONF_UINT, .offset = G(down_timer_adverts), .min = 1, .max = 100, .dflt = "3",
	  .reload = CONF_LIVE, .args = "1-100", .doc = "So many missing adverts make a MASTER dead." },
	SWITCH("vrrp_strict", strict, "Strict conformance: no authentication, RFC 3768's silence towards weaker routers."),
	SWITCH("vrrp_skip_check_adv_addr", skip_check_adv_addr, "The sender's address list is not compared."),
	SWITCH("vrrp_lower_prio_no_advert", lower_prio_no_advert, "The MASTER does not answer a weaker router's advert at once."),
	SWITCH("vrrp_higher_prio_send_advert", higher_prio_send_advert, "The MASTER sends one more advert before it yields."),
	SWITCH("v3_checksum_as_v2", v3_checksum_as_v2,
		"Version 3 adverts are sent with RFC 9568's checksum; default keepalived's, with a pseudo-header."),
	SWITCH("vrrp_check_unicast_src", check_unicast_src, "Adverts of others than the peers are dropped."),
	{ .name = "vrrp_priority", .type = CONF_INT, .offset = G(nice), .min = -20, .max = 19, .dflt = "0", .reload = CONF_LIVE,
	  .args = "-20..19", .doc = "Nice value of the vrrp process." },
	{ .name = "vrrp_no_swap", .type = CONF_FLAG, .offset = G(no_swap), .min = 1, .reload = CONF_LIVE,
	  .doc = "The vrrp process is locked into memory." },
	{ .name = "vrrp_rt_priority", .type = CONF_UINT, .offset = G(rt_priority), .min = 1, .max = 99, .reload = CONF_LIVE,
	  .args = "1-99", .doc = "Real-time priority (SCHED_RR) of the vrrp process, where that is allowed." },
	{ .name = "vrrp_rlimit_rttime", .type = CONF_UINT, .offset = G(rt_time), .min = 1, .max = INT32_MAX, .reload = CONF_LIVE,
	  .args = "MICROSECONDS", .doc = "The kernel ends the vrrp process when it ran so long in real time without a pause; default: never." },
	{ .name = "vrrp_rlimit_rtime", .type = CONF_ALIAS, .alias = "vrrp_rlimit_rttime",
	  .doc = "It was misspelt until keepalived 2.0.6." },
	SECONDS("vrrp_startup_delay", startup_delay, DAY, "0", "Instances take part so long after the start."),
	SECONDS("vrrp_delay_after_boot", delay_after_boot, DAY, "0",
		"Instances take part so long after the boot of the host; with vrrp_startup_delay the later of both counts."),
	{ .name = "vip_lease", .type = CONF_CUSTOM, .offset = G(vip_lease), .parse = schema_lease, .write = schema_lease_write, .dflt = "auto",
	  .reload = CONF_LIVE, .args = "off|auto|SECONDS",
	  .doc = "The kernel removes the addresses so long after the last sign of life; auto: three adverts, at least 3 s, longer above 1,000 addresses.",
	  .example = "auto\noff\n5", .wrong = "\n2\n1.5\nnever\n86401" },
	{ .name = "on_address_mismatch", .type = CONF_CHOICE, .offset = G(on_mismatch), .choices = schema_mismatches, .dflt = "accept",
	  .reload = CONF_LIVE, .args = "accept|ignore|fault",
	  .doc = "An advert with other addresses than ours: accept (as RFC 9568 has it), ignore it (two MASTERs while the pair is changed one by one), "
		 "or FAULT while it is heard." },
	{ .name = "on_transmit_failure", .type = CONF_CHOICE, .offset = G(on_unsent), .choices = schema_unsents, .dflt = "yield",
	  .reload = CONF_LIVE, .args = "yield|keep|fault",
	  .doc = "A MASTER whose adverts the kernel refuses for a down interval: yield (FAULT once another MASTER is heard or answers for the address), "
		 "keep the addresses, or fault in any case." },
	SECONDS("drill_hold", drill_hold, DAY, "60", "So long a drilled instance does not preempt; it still takes over from a dead MASTER."),
	{ .name = "vmac_prefix", .type = CONF_STRING, .offset = G(vmac_prefix), .dflt = "vrrp", .reload = CONF_LIVE,
	  .args = "PREFIX", .doc = "Names of interfaces with a virtual MAC address begin so.", .example = "lb" },
	{ .name = "vmac_addr_prefix", .type = CONF_STRING, .offset = G(vmac_addr_prefix), .reload = CONF_LIVE, .args = "PREFIX",
	  .doc = "The same for those of use_vmac_addr; default: vmac_prefix.", .example = "lb" },
	{ .name = "dynamic_interfaces", .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .choices = dynamic_choices,
	  .parse = schema_optional, .args = "[allow_if_changes]", .doc = "Interfaces may come, go and change.",
	  .note = "It is always so.", .example = "\nallow_if_changes", .wrong = "sometimes" },
	{ .name = "vrrp_mcast_group6", .type = CONF_CUSTOM, .offset = G(mcast_group6), .min = AF_INET6, .max = AF_INET6,
	  .parse = schema_mcast_group, .dflt = "ff02::12", .reload = CONF_REBIND, .args = "ADDRESS",
	  .doc = "Multicast group of IPv6 adverts.",
	  .example = "ff02::12", .wrong = "224.0.0.18\n2001:db8::1" },
	SWITCH("vrrp_owner_ignore_adverts", owner_ignore_adverts,
		"A MASTER with priority 255 ignores the adverts of others; default: vrrp_strict."),
	{ .name = "log_unknown_vrids", .type = CONF_FLAG, .offset = G(log_unknown_vrids), .min = 1, .reload = CONF_LIVE,
	  .doc = "Adverts with a VRID that no instance has on the interface are logged: a line a minute for each sender and VRID." },
	SWITCH("vrrp_notify_priority_changes", notify_priority_changes, "Default of notify_priority_changes of the instances."),
	{ .name = "vrrp_iptables", .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .max = 2, .parse = schema_names_line,
	  .reload = CONF_LIVE, .args = "[IN-CHAIN [OUT-CHAIN]]", .doc = "Packet filter rules of no_accept go into these chains.",
	  .note = FILTER, .example = "\nvrrp_in\nvrrp_in vrrp_out",
	  .wrong = "a-chain-with-a-name-that-is-much-too-long" },
	{ .name = "vrrp_ipsets", .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .max = 6, .parse = schema_names_line,
	  .reload = CONF_LIVE, .args = "[NAME ...]", .doc = "Sets of addresses for these chains, up to six names.",
	  .note = FILTER, .example = "\nvips\nvips vips6 vips_if6",
	  .wrong = "a-set-with-a-name-that-is-much-too-long" },
	{ .name = "lvs_sync_daemon", .type = CONF_CUSTOM, .parse = schema_sync_daemon, .reload = CONF_LIVE,
	  .args = "INTERFACE [[inst] INSTANCE] [id 0-255] [maxlen 1-65507] [port N] [ttl N] [group ADDRESS] [both]",
	  .doc = "The kernel's IPVS connections are synchronised over this interface, by datagrams to 224.0.0.81 port 8848. Without an "
		 "instance each director sends and listens all the time. With one, the MASTER sends and the others listen, and the "
		 "id is its virtual_router_id (else 0) when it is not written; both lends the id alone: all send and listen, nothing "
		 "has to be switched when roles change. Both directors need the same id. sync_threshold \"3 0\" and "
		 "sync_refresh_period 10 are set with it, see ipvs_sysctl. A director that starts hears of the "
		 "connections in use within that period, and preempts no sooner than after 12 s.",
	  .example = "eth1\neth1 VI_1\neth1 inst VI_1 both\neth1 id 51 port 8848 ttl 1 group 224.0.0.81",
	  .wrong = "\neth1 id 256\neth1 maxlen\neth1 group x\neth1 group 192.0.2.1\nan-interface-with-too-long-a-name" },
	{ .name = NULL },
};

const struct conf_block vrrp_globals_block = {
	.name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct vrrp_globals),
	.inherit = inherit_globals,
	.doc = "Settings of the whole daemon.",
	.example = "global_defs {\n"
		   "    vrrp_version 3\n"
		   "    vrrp_garp_master_refresh 60\n"
		   "    vrrp_down_timer_adverts 3\n"
		   "    vrrp_startup_delay 5\n"
		   "}\n",
};
