/*
 * schema.c - the table of the VRRP half at the outermost level (keepalived.conf(5)). The tables of its blocks are in
 * schema_instance.c, schema_globals.c, schema_tracked.c, schema_groups.c, schema_bfd.c.
 */
#include "vrrp/schema.h"

#include <stddef.h>

#include "vrrp/conf.h"
#include "vrrp/references.h"
#include "vrrp/schema_address.h"
#include "vrrp/schema_bfd.h"
#include "vrrp/schema_groups.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_rule.h"
#include "vrrp/schema_tracked.h"

#define C(field) offsetof(struct vrrp_config, field)
#define LINKBEAT \
	"The kernel's reports of the link state are always used; a driver that makes none needs a track_gateway."

static void inherit_root(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_config *all = out;
	unsigned kept = 0;

	(void)parent;
	references_resolve(rd, all);
	schema_bfd_pairs(rd, all);
	for (unsigned i = 0; i < all->instances.n; i++) {
		struct vrrp_conf *c = all->instances.item[i];

		if (c->name)
			all->instances.item[kept++] = c;
	}
	all->instances.n = kept;
}

static const struct conf_item root_items[] = {
	{ .name = "global_defs", .type = CONF_BLOCK, .offset = C(globals), .is_merged = true, .block = &vrrp_globals_block,
	  .reload = CONF_LIVE, .doc = "Settings of the whole daemon." },
	{ .name = "vrrp_instance", .type = CONF_BLOCK, .offset = C(instances), .block = &vrrp_instance_block,
	  .reload = CONF_LIVE, .args = "NAME", .doc = "One virtual router." },
	{ .name = "vrrp_script", .type = CONF_BLOCK, .offset = C(scripts), .block = &vrrp_script_block, .reload = CONF_LIVE,
	  .args = "NAME", .doc = "A command that is run periodically, for track_script." },
	{ .name = "track_file", .type = CONF_BLOCK, .offset = C(files), .block = &vrrp_file_block, .reload = CONF_LIVE,
	  .args = "NAME", .doc = "A file with a number, for track_file of an instance." },
	{ .name = "vrrp_track_file", .type = CONF_ALIAS, .alias = "track_file", .doc = "keepalived's old name of track_file." },
	{ .name = "vrrp_track_process", .type = CONF_BLOCK, .offset = C(processes), .block = &vrrp_process_block,
	  .reload = CONF_LIVE, .args = "NAME", .doc = "Processes that shall run, for track_process of an instance." },
	{ .name = "vrrp_sync_group", .type = CONF_BLOCK, .offset = C(groups), .block = &vrrp_group_block,
	  .reload = CONF_LIVE, .args = "NAME", .doc = "Instances that change their state together." },
	{ .name = "garp_group", .type = CONF_BLOCK, .offset = C(garp_groups),
	  .block = &vrrp_garp_group_block, .reload = CONF_LIVE,
	  .doc = "Pace of gratuitous ARP on several interfaces together; the others have that of vrrp_garp_interval each." },
	{ .name = "bfd_instance", .type = CONF_BLOCK, .offset = C(bfds), .block = &vrrp_bfd_block, .reload = CONF_LIVE,
	  .args = "NAME", .doc = "A BFD session (RFC 5880)." },
	{ .name = "track_group", .type = CONF_BLOCK, .offset = C(track_groups),
	  .block = &vrrp_static_group_block, .reload = CONF_LIVE, .args = "NAME",
	  .doc = "Instances that depend on static addresses, routes and rules." },
	{ .name = "static_ipaddress", .type = CONF_LINES, .offset = C(static_addresses),
	  .min = SCHEMA_ADDRESS_STATIC, .max = SCHEMA_ADDRESS_STATIC, .parse = schema_address, .reload = CONF_LIVE,
	  .args = SCHEMA_ADDRESS_ARGS, .doc = "Addresses that are always present.",
	  .example = SCHEMA_ADDRESS_EXAMPLE "\n2001:db8::1/64 dev eth1 preferred_lft forever", .wrong = SCHEMA_ADDRESS_WRONG },
	{ .name = "static_routes", .type = CONF_LINES, .offset = C(static_routes), .min = 1, .max = 1,
	  .parse = schema_route, .reload = CONF_LIVE, .args = SCHEMA_ROUTE_ARGS, .doc = "Routes that are always present.",
	  .example = SCHEMA_ROUTE_EXAMPLE, .wrong = SCHEMA_ROUTE_WRONG },
	{ .name = "static_rules", .type = CONF_LINES, .offset = C(static_rules), .min = 1, .max = 1,
	  .parse = schema_rule, .reload = CONF_LIVE, .args = SCHEMA_RULE_ARGS, .doc = "Routing rules that are always present.",
	  .example = SCHEMA_RULE_EXAMPLE, .wrong = SCHEMA_RULE_WRONG },
	{ .name = "linkbeat_use_polling", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .min = 1,
	  .reload = CONF_LIVE, .doc = "The link state of all interfaces is polled.", .note = LINKBEAT },
	{ .name = "linkbeat_interfaces", .type = CONF_LINES, .status = CONF_NO_EFFECT, .parse = schema_linkbeat, .reload = CONF_LIVE,
	  .args = "{ INTERFACE [MII|ETHTOOL|IOCTL] }", .doc = "Interfaces whose link state is polled every second.",
	  .note = LINKBEAT, .example = "eth1\neth2 MII\neth3 ETHTOOL\neth4 IOCTL", .wrong = "eth1 SMOKE" },
	{ .name = "interface_up_down_delays", .type = CONF_LINES, .offset = C(delays), .parse = schema_delays,
	  .reload = CONF_LIVE, .args = "{ INTERFACE DOWN [UP] }",
	  .doc = "Seconds, up to 255, for which a link must stay down, or up, before it counts; UP defaults to DOWN.",
	  .example = "eth0 0.5\neth1 0 255\neth2 1.5 2",
	  .wrong = "eth0\neth0 256\neth0 1 256\neth0 soon" },
	{ .name = NULL },
};

const struct conf_block vrrp_root = {
	.name = "configuration",
	.items = root_items,
	.size = sizeof(struct vrrp_config),
	.inherit = inherit_root,
	.doc = "The VRRP half of the configuration.",
};
