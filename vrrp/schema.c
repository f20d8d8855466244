/*
 * schema.c - the tables of the VRRP half at the outermost level: rows of global_defs, vrrp_script, and the root
 * (keepalived.conf(5)). The instance's table is in schema_instance.c.
 */
#include "vrrp/schema.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/rules.h"
#include "vrrp/schema_trackers.h"

#define G(field) offsetof(struct vrrp_globals, field)
#define S(field) offsetof(struct vrrp_script_conf, field)
#define F(field) offsetof(struct vrrp_file_conf, field)
#define P(field) offsetof(struct vrrp_process_conf, field)
#define DAY (86400 * MONO_SEC)
#define HOUR (3600 * MONO_SEC)
#define LATER(keyword, what)                                           \
	{                                                              \
		.name = keyword, .type = CONF_UNSUPPORTED, .doc = what \
	}
#define NO_EFFECT(keyword, why)                                    \
	{                                                          \
		.name = keyword, .type = CONF_ACCEPTED, .doc = why \
	}
#define SECONDS(keyword, field, most, preset, what)                                                                        \
	{ .name = keyword, .type = CONF_TIME, .offset = G(field), .max = most, .dflt = preset, .reload = CONF_LIVE,       \
	  .args = "SECONDS", .doc = what }
#define COUNT(keyword, field, preset, what)                                                                                \
	{ .name = keyword, .type = CONF_UINT, .offset = G(field), .max = 1000, .dflt = preset, .reload = CONF_LIVE,       \
	  .args = "COUNT", .doc = what }
#define SWITCH(keyword, field, what)                                                                                       \
	{ .name = keyword, .type = CONF_BOOL, .offset = G(field), .reload = CONF_LIVE, .args = "[on|off]", .doc = what }

/* vrrp_min_garp [BOOL]: one announcement, no second burst. */
static int parse_min_garp(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, void *out)
{
	struct vrrp_globals *g = out;
	bool on = true;

	(void)item;
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
	{ .name = "vrrp_mcast_group4", .type = CONF_ADDR, .offset = G(mcast_group4), .dflt = "224.0.0.18", .reload = CONF_REBIND,
	  .args = "ADDRESS", .doc = "Multicast group of the adverts." },
	{ .name = "default_interface", .type = CONF_STRING, .offset = G(default_interface), .reload = CONF_RESTART,
	  .args = "INTERFACE", .doc = "Interface of instances without one." },
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
	  .doc = "One gratuitous ARP per address and no second burst." },
	NO_EFFECT("vrrp_gna_interval", "it paces IPv6 announcements, which are not sent yet"),
	LATER("vrrp_garp_extra_if", "Gratuitous ARP on other interfaces."),
	LATER("vrrp_vmac_garp_intvl", "Gratuitous ARP on other interfaces."),
	{ .name = "vrrp_down_timer_adverts", .type = CONF_UINT, .offset = G(down_timer_adverts), .min = 1, .max = 100, .dflt = "3",
	  .reload = CONF_LIVE, .args = "1-100", .doc = "So many missing adverts make a MASTER dead." },
	SWITCH("vrrp_strict", strict, "Strict conformance: no authentication, RFC 3768's silence towards weaker routers."),
	SWITCH("vrrp_skip_check_adv_addr", skip_check_adv_addr, "The sender's address list is not compared."),
	SWITCH("vrrp_lower_prio_no_advert", lower_prio_no_advert, "The MASTER does not answer a weaker router's advert at once."),
	SWITCH("vrrp_higher_prio_send_advert", higher_prio_send_advert, "The MASTER sends one more advert before it yields."),
	SWITCH("v3_checksum_as_v2", v3_checksum_as_v2,
		"Version 3 adverts are sent with RFC 9568's checksum; default keepalived's, with a pseudo-header."),
	SWITCH("vrrp_check_unicast_src", check_unicast_src, "Adverts of others than the peers are dropped."),
	SECONDS("vrrp_startup_delay", startup_delay, DAY, "0", "Instances take part so long after the start."),
	LATER("vrrp_delay_after_boot", "Instances take part so long after the boot."),
	SECONDS("drill_hold", drill_hold, DAY, "60", "So long a drilled instance does not preempt; it still takes over from a dead MASTER."),
	NO_EFFECT("dynamic_interfaces", "always on: interfaces may come, go and change"),
	LATER("vrrp_mcast_group6", "Multicast group of IPv6 adverts."),
	LATER("vrrp_owner_ignore_adverts", "A router with priority 255 ignores adverts."),
	LATER("vrrp_iptables", "Packet filter rules of no_accept and use_vmac."),
	LATER("vrrp_ipsets", "Packet filter sets of no_accept and use_vmac."),
	LATER("vrrp_notify_priority_changes", "Notification of changes of the effective priority."),
	LATER("vrrp_notify_fifo", "Transitions written to a FIFO."),
	LATER("vrrp_notify_fifo_script", "Reader of that FIFO."),
	LATER("vmac_prefix", "Names of virtual MAC interfaces."),
	LATER("vmac_addr_prefix", "Names of virtual MAC interfaces."),
	LATER("lvs_sync_daemon", "The kernel's connection synchronisation."),
	LATER("disable_local_igmp", "No IGMP reports for the VRRP group."),
	LATER("vrrp_process_name", "Title of the vrrp process."),
	LATER("vrrp_priority", "Nice value of the vrrp process."),
	LATER("vrrp_no_swap", "The vrrp process is locked into memory."),
	LATER("vrrp_rt_priority", "Real-time priority of the vrrp process."),
	LATER("vrrp_cpu_affinity", "Processors of the vrrp process."),
	LATER("vrrp_rlimit_rttime", "Limit of real-time scheduling."),
	LATER("vrrp_rlimit_rtime", "Limit of real-time scheduling."),
	LATER("max_auto_priority", "Real-time priority when timers are late."),
	LATER("min_auto_priority_delay", "How late they must be."),
	NO_EFFECT("vrrp_rx_bufs_policy", "the receive buffer holds thousands of adverts"),
	NO_EFFECT("vrrp_rx_bufs_multiplier", "the receive buffer holds thousands of adverts"),
	NO_EFFECT("vrrp_netlink_cmd_rcv_bufs", "a lost message makes the whole view be read again"),
	NO_EFFECT("vrrp_netlink_cmd_rcv_bufs_force", "a lost message makes the whole view be read again"),
	NO_EFFECT("vrrp_netlink_monitor_rcv_bufs", "a lost message makes the whole view be read again"),
	NO_EFFECT("vrrp_netlink_monitor_rcv_bufs_force", "a lost message makes the whole view be read again"),
	{ .name = NULL },
};

const struct conf_block vrrp_globals_block = {
	.name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct vrrp_globals),
	.inherit = inherit_globals,
	.doc = "Settings of the whole daemon.",
};

/* vrrp_script. */

static int read_script_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");

	if (!w)
		return -EINVAL;
	((struct vrrp_script_conf *)out)->name = arena_strdup(rd->arena, w->text);
	return 0;
}

static const struct conf_item script_items[] = {
	{ .name = "script", .type = CONF_CUSTOM, .offset = S(script), .parse = schema_script, .is_required = true,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "The command; exit status 0 means that all is well." },
	{ .name = "user", .type = CONF_CUSTOM, .parse = schema_script_user, .reload = CONF_LIVE, .args = "USER [GROUP]",
	  .doc = "Who runs it; default: script_user of global_defs." },
	{ .name = "interval", .type = CONF_TIME, .offset = S(interval), .min = MONO_MSEC, .max = DAY, .dflt = "1",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Time between two runs." },
	{ .name = "timeout", .type = CONF_TIME, .offset = S(timeout), .max = DAY, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "It failed when it runs for longer; default: interval." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = S(weight), .max = 253, .parse = schema_track_weight, .reload = CONF_LIVE,
	  .args = "-253..253 [reverse]", .doc = "Change of the priority; 0, the default: a failure is a FAULT." },
	{ .name = "rise", .type = CONF_UINT, .offset = S(rise), .min = 1, .max = INT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "COUNT", .doc = "Successes in a row that make it up." },
	{ .name = "fall", .type = CONF_UINT, .offset = S(fall), .min = 1, .max = INT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "COUNT", .doc = "Failures in a row that make it down." },
	{ .name = "init_fail", .type = CONF_FLAG, .offset = S(init_fail), .min = 1, .reload = CONF_LIVE,
	  .doc = "It counts as failed until its first success." },
	{ .name = NULL },
};

const struct conf_block vrrp_script_block = {
	.name = "vrrp_script",
	.items = script_items,
	.size = sizeof(struct vrrp_script_conf),
	.args = "NAME",
	.read_args = read_script_name,
	.doc = "A command that is run periodically, for track_script.",
};

/* vrrp_track_process. */

static int read_process_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");

	if (!w)
		return -EINVAL;
	((struct vrrp_process_conf *)out)->name = arena_strdup(rd->arena, w->text);
	return 0;
}

/* Parameters are exact unless param_match says otherwise; quorum_max alone below 1 means that none shall run. */
static void inherit_process(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_process_conf *c = out;

	(void)rd, (void)parent;
	if (c->argv && c->argv[0] && c->argv[1] && c->param_match == VRRP_PARAM_ANY)
		c->param_match = VRRP_PARAM_EXACT;
	if (!schema_seen(&vrrp_process_block, c, "quorum_max"))
		c->quorum_max = UINT32_MAX;
	else if (!schema_seen(&vrrp_process_block, c, "quorum") && c->quorum_max < c->quorum)
		c->quorum = c->quorum_max;
}

static void check_process(const void *conf, struct report *r)
{
	const struct vrrp_process_conf *c = conf;

	if (c->quorum > c->quorum_max)
		report_add(r, CONF_ERROR, &c->head.node->words[0].at, "quorum %u is more than quorum_max %u", c->quorum,
			c->quorum_max);
}

static const struct conf_choice param_matches[] = {
	{ "initial", VRRP_PARAM_INITIAL }, { "partial", VRRP_PARAM_PARTIAL }, { NULL, 0 }
};

static const struct conf_item process_items[] = {
	{ .name = "process", .type = CONF_CUSTOM, .parse = schema_process, .is_required = true, .reload = CONF_LIVE,
	  .args = "COMMAND [PARAMETER ...]", .doc = "The process's name; with parameters, its whole command line." },
	{ .name = "param_match", .type = CONF_CHOICE, .offset = P(param_match), .choices = param_matches, .reload = CONF_LIVE,
	  .args = "initial|partial",
	  .doc = "initial: the last parameter may be longer; partial: more may follow; without parameters: it has none." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = P(weight), .max = 254, .parse = schema_track_weight, .dflt = "1",
	  .reload = CONF_LIVE, .args = "-254..254 [reverse]", .doc = "Change of the priority; 0: too few or too many are a FAULT." },
	{ .name = "quorum", .type = CONF_UINT, .offset = P(quorum), .min = 1, .max = 65535, .dflt = "1", .reload = CONF_LIVE,
	  .args = "1-65535", .doc = "At least so many must run." },
	{ .name = "quorum_max", .type = CONF_UINT, .offset = P(quorum_max), .max = 65535, .reload = CONF_LIVE, .args = "0-65535",
	  .doc = "No more than so many may run; 0: none." },
	{ .name = "delay", .type = CONF_CUSTOM, .parse = schema_process_delay, .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "Both fork_delay and terminate_delay." },
	{ .name = "fork_delay", .type = CONF_TIME, .offset = P(fork_delay), .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "As many as shall must run for so long." },
	{ .name = "terminate_delay", .type = CONF_TIME, .offset = P(terminate_delay), .max = HOUR, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "So long may it be otherwise." },
	{ .name = "full_command", .type = CONF_FLAG, .offset = P(full_command), .min = 1, .reload = CONF_LIVE,
	  .doc = "COMMAND is the first word of the command line, not the process's name." },
	{ .name = NULL },
};

const struct conf_block vrrp_process_block = {
	.name = "vrrp_track_process",
	.items = process_items,
	.size = sizeof(struct vrrp_process_conf),
	.args = "NAME",
	.read_args = read_process_name,
	.inherit = inherit_process,
	.check = check_process,
	.doc = "Processes that shall run, for track_process of an instance.",
};

/* The root. */

/* track_file. */

static int read_file_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");

	if (!w)
		return -EINVAL;
	((struct vrrp_file_conf *)out)->name = arena_strdup(rd->arena, w->text);
	return 0;
}

static const struct conf_item file_items[] = {
	{ .name = "file", .type = CONF_CUSTOM, .offset = F(path), .parse = schema_file_path, .is_required = true,
	  .reload = CONF_LIVE, .args = "PATH", .doc = "The file; one that is missing or has no number counts as 0." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = F(weight), .max = 254, .parse = schema_track_weight, .dflt = "1",
	  .reload = CONF_LIVE, .args = "-254..254 [reverse]",
	  .doc = "The number times this is added to the priority, below -253 it is a FAULT; 0: any number but 0 is a FAULT." },
	{ .name = "init_file", .type = CONF_CUSTOM, .parse = schema_init_file, .reload = CONF_LIVE, .args = "[VALUE] [overwrite]",
	  .doc = "VALUE (0) is written at the start, when the file is missing or with overwrite." },
	{ .name = NULL },
};

static const struct conf_block vrrp_file_block = {
	.name = "track_file",
	.items = file_items,
	.size = sizeof(struct vrrp_file_conf),
	.args = "NAME",
	.read_args = read_file_name,
	.doc = "A file with a number, for track_file of an instance.",
};

static void inherit_root(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_config *all = out;
	unsigned kept = 0;

	(void)parent;
	for (unsigned i = 0; i < all->instances.n; i++) {
		struct vrrp_conf *c = all->instances.item[i];

		schema_resolve_trackers(rd, all, c);
		if (c->name && !rules_is_ipv6(c))
			all->instances.item[kept++] = c;
	}
	all->instances.n = kept;
}

struct ranked {
	const struct vrrp_conf *conf;
	unsigned index; /* in the file */
};

static bool share_vrid(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	return a->vrid == b->vrid && !strcmp(a->interface, b->interface);
}

/* By virtual router, then by place in the file. */
static int compare_router(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	int by_link = strcmp(a->conf->interface, b->conf->interface);

	if (by_link != 0)
		return by_link;
	if (a->conf->vrid != b->conf->vrid)
		return a->conf->vrid < b->conf->vrid ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static void check_root(const void *conf, struct report *r)
{
	const struct vrrp_config *all = conf;
	struct ranked *sorted = x_calloc(all->instances.n, sizeof(*sorted));
	unsigned n = 0;

	for (unsigned i = 0; i < all->instances.n; i++) {
		const struct vrrp_conf *c = all->instances.item[i];

		if (c->interface)
			sorted[n++] = (struct ranked){ c, i };
	}
	qsort(sorted, n, sizeof(*sorted), compare_router);
	for (unsigned i = 1; i < n; i++) {
		const struct vrrp_conf *a = sorted[i].conf, *b = sorted[i - 1].conf;

		if (!share_vrid(a, b))
			continue;
		report_add(r, CONF_WARNING, &a->head.node->words[0].at,
			"virtual_router_id %u on %s is also that of '%s'", a->vrid, a->interface, b->name);
		report_hint(r, "two virtual routers on one link need two numbers");
	}
	free(sorted);
}

static const struct conf_item root_items[] = {
	{ .name = "global_defs", .type = CONF_BLOCK, .offset = offsetof(struct vrrp_config, globals), .is_merged = true,
	  .block = &vrrp_globals_block, .reload = CONF_LIVE, .doc = "Settings of the whole daemon." },
	{ .name = "vrrp_instance", .type = CONF_BLOCK, .offset = offsetof(struct vrrp_config, instances),
	  .block = &vrrp_instance_block, .reload = CONF_LIVE, .args = "NAME", .doc = "One virtual router." },
	{ .name = "vrrp_script", .type = CONF_BLOCK, .offset = offsetof(struct vrrp_config, scripts), .block = &vrrp_script_block,
	  .reload = CONF_LIVE, .args = "NAME", .doc = "A command that is run periodically, for track_script." },
	LATER("vrrp_sync_group", "Instances that change their state together."),
	{ .name = "track_file", .type = CONF_BLOCK, .offset = offsetof(struct vrrp_config, files), .block = &vrrp_file_block,
	  .reload = CONF_LIVE, .args = "NAME", .doc = "A file with a number, for track_file of an instance." },
	{ .name = "vrrp_track_file", .type = CONF_ALIAS, .alias = "track_file", .doc = "keepalived's old name of track_file." },
	{ .name = "vrrp_track_process", .type = CONF_BLOCK, .offset = offsetof(struct vrrp_config, processes),
	  .block = &vrrp_process_block, .reload = CONF_LIVE, .args = "NAME",
	  .doc = "Processes that shall run, for track_process of an instance." },
	LATER("garp_group", "Pace of gratuitous ARP on several interfaces together."),
	LATER("static_ipaddress", "Addresses that are always present."),
	LATER("static_routes", "Routes that are always present."),
	LATER("static_rules", "Routing rules that are always present."),
	LATER("track_group", "Instances that depend on static addresses."),
	LATER("bfd_instance", "A BFD session."),
	LATER("linkbeat_use_polling", "Polling of the link state; the kernel reports it."),
	LATER("linkbeat_interfaces", "Polling of the link state; the kernel reports it."),
	LATER("interface_up_down_delays", "Delays of link transitions."),
	{ .name = NULL },
};

const struct conf_block vrrp_root = {
	.name = "configuration",
	.items = root_items,
	.size = sizeof(struct vrrp_config),
	.inherit = inherit_root,
	.check = check_root,
	.doc = "The VRRP half of the configuration.",
};
