/* schema.c - the outermost table of the LVS half. */
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/overlay.h"
#include "checkers/parse.h"
#include "checkers/parse_group.h"
#include "checkers/rules.h"
#include "checkers/schema_check.h"
#include "checkers/schema_service.h"
#include "checkers/schema_tables.h"
#include "checkers/via.h"

#define FOREIGN(keyword, how, sample, what)                                                                                \
	{ .name = keyword, .type = CONF_CUSTOM, .status = CONF_NO_EFFECT, .note = FOREIGN_NOTE, .parse = parse_foreign,    \
	  .args = how, .example = sample, .wrong = "{ 10.0.0.1 }", .doc = what }

static const struct conf_item root_items[] = {
	{ .name = "global_defs", .type = CONF_BLOCK, .offset = offsetof(struct checkers_config, globals), .is_merged = true,
	  .block = &lvs_globals_block, .reload = CONF_LIVE, .doc = "Settings of the whole daemon." },
	{ .name = "ipvs_sysctl", .type = CONF_BLOCK, .offset = offsetof(struct checkers_config, sysctl), .is_merged = true,
	  .block = &ipvs_sysctl_block, .reload = CONF_LIVE, .doc = "Settings of IPVS in the kernel." },
	{ .name = "virtual_server", .type = CONF_BLOCK, .offset = offsetof(struct checkers_config, services),
	  .block = &virtual_server_block, .reload = CONF_LIVE, .args = "IP [PORT] | fwmark N | group NAME",
	  .doc = "One service of the kernel's IPVS table." },
	{ .name = "virtual_server_group", .type = CONF_CUSTOM, .parse = parse_group, .reload = CONF_LIVE,
	  .args = "NAME { IP|IP-LAST|IP-IP|IP/LENGTH [PORT[-PORT][,...]] | fwmark MARK [inet|inet6] ... }",
	  .example = "web { 192.0.2.1 80 }\nweb { 192.0.2.1-3 80,443,8000-8010 }\nweb { 192.0.2.1-10 80 }\nweb { 192.0.2.250-192.0.3.10 80 }\nweb { 192.0.2.8/29 80 }\n"
		     "web { 2001:db8::1-ff 80 }\nweb { 2001:db8::/64 80 }\nweb { fwmark 1 }\nweb { fwmark 4294967295 inet6 }",
	  .wrong = "{ 192.0.2.1 80 }\nweb\nweb { 192.0.2.10-5 80 }\nweb { 192.0.2.1-256 80 }\nweb { 192.0.2.1/24 80 }\n"
		   "web { 192.0.2.1 65536 }\nweb { 192.0.2.1 80,http }\nweb { 192.0.2.1-2001:db8::1 80 }\nweb { fwmark 0 }\nweb { fwmark 1 ipv4 }\nweb { www 80 }",
	  .doc = "Addresses, ranges of addresses and marks that share one pool of servers. Each address and port is a service of the kernel, so "
		 "persistence is by port; over all ports of a client it is by a line without a port, or by a mark. A list of ports is "
		 "ours alone." },
	{ .name = "overlay", .type = CONF_LINES, .offset = CONF_NOWHERE, .parse = overlay_parse, .reload = CONF_LIVE, .args = "{ CHANGE ... }",
	  .example = "server weight 192.0.2.1:80/tcp 10.0.0.1:80 50%\nserver state 192.0.2.1:80/tcp 10.0.0.1:80 drain until 1893456000\n"
		     "server add 192.0.2.1:80/tcp 10.0.0.3:80 like 10.0.0.1:80 weight 5\n"
		     "server remove \"fwmark 7\" [2001:db8::1]:80 by \"root (uid 0)\" since 1767225600 reason \"it burns\"\n"
		     "service state 192.0.2.1:80/tcp disabled\nservice remove 192.0.2.1:80/tcp",
	  .wrong = "server\nweight 192.0.2.1:80/tcp 10.0.0.1:80 50%\nserver weight 192.0.2.1:80/tcp\nserver weight 192.0.2.1:80/tcp 10.0.0.1:80 65536\n"
		   "server weight 192.0.2.1:80/tcp 10.0.0.1:80 half\nserver state 192.0.2.1:80/tcp 10.0.0.1:80 up\nserver add 192.0.2.1:80/tcp web1\n"
		   "server add 192.0.2.1:80/tcp 10.0.0.1:80 for 1h\nservice weight 192.0.2.1:80/tcp 5\nserver remove 192.0.2.1:80/tcp 10.0.0.1:80 by",
	  .doc = "Changes over services and servers, each in one line, by their names in the status; a service that is added has its virtual_server before the block. vipctl writes them, see vipctl(1)." },
	{ .name = "SSL", .type = CONF_BLOCK, .status = CONF_LATER, .note = "SSL_GET does not run yet.",
	  .offset = CONF_NOWHERE, .block = &ssl_block, .doc = "Key and certificates for all SSL_GET." },
	FOREIGN("local_address_group", "NAME { IP ... }", "example { 10.0.0.1 }", "Addresses that full NAT would send from."),
	FOREIGN("deny_address_group", "NAME { IP ... }", "example { 10.0.0.1 }", "Clients that are refused."),
	{ .name = "dpdk_interface", .type = CONF_STRING, .status = CONF_NO_EFFECT, .note = FOREIGN_NOTE,
	  .offset = CONF_NOWHERE, .args = "NAME", .example = "eth0", .doc = "A network card that DPDK owns." },
	{ .name = NULL },
};

/* Once all is read: what was changed at run time first, so that servers of it are in the rest. */
static void settle_root(struct conf_read *rd, void *conf)
{
	settle_failures(rd, conf);
	overlay_settle(rd, conf);
	via_resolve(rd, conf);
}

const struct conf_block checkers_root = {
	.name = "checkers",
	.items = root_items,
	.size = sizeof(struct checkers_config),
	.inherit = inherit_root,
	.settle = settle_root,
	.check = rules_root,
	.doc = "The LVS half of the configuration.",
};
