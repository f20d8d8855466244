/* schema_groups.c - see schema_groups.h. Whether the names mean something is checked in references.c. */
#include "vrrp/schema_groups.h"

#include <errno.h>
#include <stddef.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "conf/said.h"
#include "vrrp/conf.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_reach.h"
#include "vrrp/schema_trackers.h"

#define INSTANCE(name, vrid)                                                                                               \
	"vrrp_instance " name " {\n    interface eth0\n    virtual_router_id " vrid "\n    virtual_ipaddress {\n"           \
	"        192.0.2." vrid "/24\n    }\n}\n"

/* vrrp_sync_group. */

#define G(field) offsetof(struct vrrp_group_conf, field)
#define SCRIPT(keyword, field, when)                                                                                       \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = G(field), .parse = script_conf_parse_rare, .reload = CONF_LIVE,      \
	  .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs " when ".", .example = SCRIPT_EXAMPLE,               \
	  .wrong = SCRIPT_WRONG }

static int read_group_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_group_conf *)out)->name);
}

static void check_group(const void *conf, struct report *r)
{
	const struct vrrp_group_conf *c = conf;
	const struct place *at = &c->head.node->words[0].at;

	if (c->members.n > 0)
		return;
	report_add(r, CONF_WARNING, at, "the group has no member");
	report_hint(r, "group { INSTANCE INSTANCE ... }");
}

static const struct conf_item group_items[] = {
	{ .name = "group", .type = CONF_LINES, .offset = G(members), .parse = schema_names, .reload = CONF_LIVE,
	  .args = "{ INSTANCE ... }", .doc = "The instances that change their state together.", .example = "VI_1 VI_2", .wrong = "VI_1 VI_1" },
	{ .name = "track_interface", .type = CONF_LINES, .offset = G(track.interfaces), .max = 253, .parse = schema_track_interface,
	  .reload = CONF_LIVE, .args = "{ INTERFACE [weight -253..253 [reverse]] }",
	  .doc = "FAULT of all members when one of them is down, or, with a weight, another priority.",
	  .example = TRACK_INTERFACE_EXAMPLE, .wrong = TRACK_WRONG("eth1", "254") },
	{ .name = "track_script", .type = CONF_LINES, .offset = G(track.scripts), .max = 253, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -253..253 [reverse|noreverse]] }",
	  .doc = "The same with vrrp_scripts.", .example = TRACK_EXAMPLE("check", "253"), .wrong = TRACK_WRONG("check", "254") },
	{ .name = "track_file", .type = CONF_LINES, .offset = G(track.files), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse|noreverse]] }",
	  .doc = "The same with track_files.", .example = TRACK_EXAMPLE("file", "254"), .wrong = TRACK_WRONG("file", "255") },
	{ .name = "track_process", .type = CONF_LINES, .offset = G(track.processes), .max = 254, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -254..254 [reverse|noreverse]] }",
	  .doc = "The same with vrrp_track_processes.", .example = TRACK_EXAMPLE("process", "254"),
	  .wrong = TRACK_WRONG("process", "255") },
	{ .name = "track_bfd", .type = CONF_LINES, .offset = G(track.bfds), .max = 253, .parse = schema_track_ref,
	  .reload = CONF_LIVE, .args = "{ NAME [weight -253..253 [reverse|noreverse]] }",
	  .doc = "The same with bfd_instances.", .example = TRACK_EXAMPLE("bfd", "253"), .wrong = TRACK_WRONG("bfd", "254") },
	{ .name = "track_service", .type = CONF_CUSTOM, .offset = G(track.services), .parse = schema_reach_service,
	  .reload = CONF_LIVE, .args = TRACK_SERVICE_ARGS,
	  .doc = "FAULT while this virtual_server lacks its quorum, or, with a weight, another priority of all members.",
	  .example = TRACK_SERVICE_EXAMPLE, .wrong = TRACK_SERVICE_WRONG },
	{ .name = "track_gateway", .type = CONF_CUSTOM, .offset = G(track.gateways), .parse = schema_reach_gateway,
	  .reload = CONF_LIVE, .args = TRACK_GATEWAY_ARGS,
	  .doc = "FAULT while this neighbour answers neither ARP nor neighbour solicitation, or, with a weight, another priority of all members.",
	  .example = TRACK_GATEWAY_EXAMPLE, .wrong = TRACK_GATEWAY_WRONG },
	SCRIPT("notify", notify, "at every transition of the group, with GROUP NAME STATE PRIORITY added"),
	SCRIPT("notify_master", notify_master, "when the group becomes MASTER"),
	SCRIPT("notify_backup", notify_backup, "when the group becomes BACKUP"),
	SCRIPT("notify_fault", notify_fault, "when the group becomes FAULT"),
	SCRIPT("notify_stop", notify_stop, "when the daemon ends"),
	{ .name = "notify_priority_changes", .type = CONF_BOOL, .offset = G(notify_priority_changes), .dflt = "off", .reload = CONF_LIVE,
	  .args = "[on|off]",
	  .doc = "Changes of the group's effective priority are written to the FIFOs, as MASTER_PRIORITY and BACKUP_PRIORITY of the GROUP; those of "
		 "its instances have their own word." },
	{ .name = "smtp_alert", .type = CONF_CUSTOM, .offset = G(smtp_alert), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail at transitions of the group; default: smtp_alert_vrrp or smtp_alert of global_defs, else none." },
	{ .name = "sync_group_tracking_weight", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .min = 1,
	  .doc = "Members may have trackers with weights.", .note = "The weights of members always count, for all of them." },
	{ .name = "global_tracking", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .min = 1,
	  .doc = "Obsolete.", .note = "What a group tracks always counts for all its members." },
	{ .name = NULL },
};

const struct conf_block vrrp_group_block = {
	.name = "vrrp_sync_group",
	.items = group_items,
	.size = sizeof(struct vrrp_group_conf),
	.args = "NAME",
	.read_args = read_group_name,
	.check = check_group,
	.doc = "Instances that change their state together.",
	.example = "vrrp_sync_group G1 {\n"
		   "    group {\n"
		   "        VI_1\n"
		   "        VI_2\n"
		   "    }\n"
		   "    notify_master /bin/true\n"
		   "}\n" INSTANCE("VI_1", "51") INSTANCE("VI_2", "52"),
};

/* track_group. */

static int read_static_group_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_static_group *)out)->name);
}

static const struct conf_item static_group_items[] = {
	{ .name = "group", .type = CONF_LINES, .offset = offsetof(struct vrrp_static_group, members), .parse = schema_names,
	  .is_required = true, .reload = CONF_LIVE, .args = "{ INSTANCE ... }", .doc = "The instances that depend on it.",
	  .example = "VI_1 VI_2", .wrong = "VI_1 VI_1" },
	{ .name = NULL },
};

const struct conf_block vrrp_static_group_block = {
	.name = "track_group",
	.items = static_group_items,
	.size = sizeof(struct vrrp_static_group),
	.args = "NAME",
	.read_args = read_static_group_name,
	.doc = "Instances that are in FAULT while a static address, route or rule of this group is lost.",
	.example = "track_group G1 {\n"
		   "    group {\n"
		   "        VI_1\n"
		   "    }\n"
		   "}\n"
		   "static_ipaddress {\n"
		   "    198.51.100.1/24 dev eth1 track_group G1\n"
		   "}\n" INSTANCE("VI_1", "51"),
};

/* garp_group. */

#define P(field) offsetof(struct vrrp_garp_group, field)

static void check_garp_group(const void *conf, struct report *r)
{
	const struct vrrp_garp_group *c = conf;

	if (c->interface || c->interfaces.n > 0)
		return;
	report_add(r, CONF_WARNING, &c->head.node->words[0].at, "the garp_group has no interface");
	report_hint(r, "interface NAME, or interfaces { NAME ... }");
}

static const struct conf_item garp_group_items[] = {
	{ .name = "garp_interval", .type = CONF_TIME, .offset = P(garp_interval), .max = 10 * MONO_SEC, .dflt = "0",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Time between two gratuitous ARPs on these interfaces; 0: bursts of 64 a millisecond." },
	{ .name = "gna_interval", .type = CONF_TIME, .offset = P(gna_interval), .max = 10 * MONO_SEC, .dflt = "0",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "The same between two neighbour advertisements of IPv6." },
	{ .name = "interface", .type = CONF_STRING, .offset = P(interface), .reload = CONF_LIVE, .args = "INTERFACE",
	  .doc = "One interface.", .example = "eth0" },
	{ .name = "interfaces", .type = CONF_LINES, .offset = P(interfaces), .parse = schema_names, .reload = CONF_LIVE,
	  .args = "{ INTERFACE ... }", .doc = "Interfaces that share one pace, as those on one switch; addresses of use_vmac are on its own interface (vrrp.51).", .example = "eth0\neth1 eth2", .wrong = "eth0 eth0" },
	{ .name = NULL },
};

const struct conf_block vrrp_garp_group_block = {
	.name = "garp_group",
	.items = garp_group_items,
	.size = sizeof(struct vrrp_garp_group),
	.check = check_garp_group,
	.doc = "Pace of gratuitous ARP on several interfaces together.",
	.example = "garp_group {\n"
		   "    garp_interval 0.001\n"
		   "    interfaces {\n"
		   "        eth0\n"
		   "        eth1\n"
		   "    }\n"
		   "}\n",
};
