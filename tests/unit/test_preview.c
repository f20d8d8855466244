/*
 * test_preview.c - the plan of a reload as an operator reads it: which objects differ, in which keywords, and what that costs. That
 * it is what then happens is shown by conf.succession and net.plan.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "conf/tree.h"
#include "daemon/conf.h"
#include "daemon/options.h"
#include "daemon/preview.h"
#include "run.h"

#include <check.h>
#include <string.h>

#define VI(name, vrid, lines)                                                                                              \
	"vrrp_instance " name " {\n interface lo\n virtual_router_id " vrid "\n virtual_ipaddress {\n"                     \
	"  192.0.2." vrid "\n }\n" lines "}\n"
#define VS(port, lines, servers) "virtual_server 192.0.2.1 " port " {\n lvs_sched rr\n " lines "\n" servers "}\n"
#define RS(last, lines) "real_server 10.0.0." last " 80 {\n " lines "\n}\n"
#define NONE "    = none: taken over in place\n"

struct row {
	const char *from, *to, *text;
};

static const struct row rows[] = {
	{ VI("A", "1", ""), VI("A", "1", ""), "nothing changes\n" },
	{ VI("A", "1", ""), "# moved\n" VI("A", "1", "priority 100\nadvert_int 1.0\n"), "nothing changes\n" },
	{ VI("A", "1", ""), "global_defs {\n vrrp_mcast_group4 224.0.0.18\n}\n" VI("A", "1", ""), "nothing changes\n" },
	{ "vrrp_script s {\n script /bin/true\n weight 0\n}\n" VI("A", "1", ""),
		"vrrp_script s {\n script /bin/true\n}\n" VI("A", "1", ""), "nothing changes\n" },
	/* instances */
	{ VI("A", "1", ""), VI("A", "1", "") VI("B", "2", ""),
		"vrrp_instance B: added (f:8)\n    = start: it starts as BACKUP and listens first; 1 address\n"
		"1 object changes, no fail-over, no connection lost\n" },
	{ VI("A", "1", "") VI("B", "2", ""), VI("A", "1", ""),
		"vrrp_instance B: removed (f:8)\n    = fail-over: if it is MASTER, it hands over; 1 address leaves this director\n"
		"1 object changes, 1 fail-over if MASTER, no connection lost\n" },
	{ VI("A", "1", ""), VI("A", "1", "priority 90\n"),
		"vrrp_instance A: changed\n    priority: 100 -> 90 (f:7)\n"
		"    = may-fail-over: if it is MASTER, it yields to a router with more than 90\n"
		"1 object changes, 1 possible fail-over, no connection lost\n" },
	{ VI("A", "1", ""), VI("A", "1", "priority 110\n"),
		"vrrp_instance A: changed\n    priority: 100 -> 110 (f:7)\n"
		"    = may-fail-over: it takes over from a MASTER with less than 110\n"
		"1 object changes, 1 possible fail-over, no connection lost\n" },
	{ VI("A", "1", "nopreempt\n"), VI("A", "1", "nopreempt\npriority 110\n"),
		"vrrp_instance A: changed\n    priority: 100 -> 110 (f:8)\n" NONE
		"1 object changes, no fail-over, no connection lost\n" },
	{ VI("A", "1", "garp_master_delay 5\n"), VI("A", "1", "garp_master_delay 6\n"),
		"vrrp_instance A: changed\n    garp_master_delay: 5 -> 6 (f:7)\n" NONE
		"1 object changes, no fail-over, no connection lost\n" },
	{ VI("A", "1", "version 2\n"), VI("A", "1", "version 3\n"),
		"vrrp_instance A: changed\n    version: 2 -> 3 (f:7)\n"
		"    = peer: every router of it needs the same: until then both may be MASTER\n"
		"    = restart: it ends and starts anew\n    = fail-over: if it is MASTER, it hands over first\n"
		"1 object changes, 1 fail-over if MASTER, no connection lost\n" },
	{ VI("A", "1", ""), "global_defs {\n vrrp_mcast_group4 224.0.0.19\n}\n" VI("A", "1", ""),
		"global_defs: changed\n    vrrp_mcast_group4: + 224.0.0.19 (f:2)\n" NONE
		"vrrp_instance A: changed (f:4)\n"
		"    = peer: its multicast group is another one: every router of it needs the same\n"
		"    = rebind: its sockets are opened again\n"
		"2 objects change, 1 possible fail-over, no connection lost\n" },
	/* the same for all floors: one entry */
	{ VI("A", "1", ""), "global_defs {\n router_id r\n drill_hold 9\n lvs_timeouts tcp 9\n}\n" VI("A", "1", ""),
		"global_defs: changed\n    router_id: + r (f:2)\n    drill_hold: 60 -> 9 (f:3)\n    lvs_timeouts: + tcp 9 (f:4)\n" NONE
		"1 object changes, no fail-over, no connection lost\n" },
	/* what is tracked */
	{ "vrrp_script s {\n script /bin/true\n}\n" VI("A", "1", ""), VI("A", "1", ""),
		"vrrp_script s: removed (f:1)\n    = check: no longer watched\n"
		"1 object changes, no fail-over, no connection lost\n" },
	/* services, servers, checks */
	{ VS("80", "", RS("1", "") RS("2", "")), VS("80", "quorum 2", RS("2", "weight 5") RS("3", "")),
		"virtual_server 192.0.2.1:80/tcp: changed\n    quorum: 1 -> 2 (f:3)\n" NONE
		"real_server 10.0.0.1:80 of 192.0.2.1:80/tcp: removed (f:4)\n    = ipvs-remove: 1 destination removed\n"
		"    = drain: no new connections; its connections have 300 s to end\n"
		"real_server 10.0.0.2:80 of 192.0.2.1:80/tcp: changed\n    weight: 1 -> 5 (f:5)\n"
		"    = ipvs-edit: 1 destination edited, connections stay\n"
		"real_server 10.0.0.3:80 of 192.0.2.1:80/tcp: added (f:7)\n    = ipvs-add: 1 destination added\n"
		"4 objects change, no fail-over, no connection lost\n" },
	{ VS("80", "", RS("1", "")), VS("80", "lvs_method DR", RS("1", "")),
		"virtual_server 192.0.2.1:80/tcp: changed\n    lvs_method: NAT -> DR (f:3)\n" NONE
		"real_server 10.0.0.1:80 of 192.0.2.1:80/tcp: changed\n    lvs_method: NAT -> DR (inherited or default)\n"
		"    = ipvs-edit: 1 destination edited, connections stay\n"
		"2 objects change, no fail-over, no connection lost\n" },
	{ VS("80", "", RS("1", "")) VS("81", "", RS("1", "")), VS("80", "", RS("1", "")),
		"virtual_server 192.0.2.1:81/tcp: removed (f:8)\n    = ipvs-remove: the service is removed from the table\n"
		"    = drain: no new connections; its connections have 300 s to end\n1 object changes, no fail-over, no connection lost\n" },
	{ VS("80", "", RS("1", "TCP_CHECK {\n }\n")), VS("80", "", RS("1", "TCP_CHECK {\n connect_timeout 2\n }\n TCP_CHECK {\n }\n")),
		"TCP_CHECK of 10.0.0.1:80 of 192.0.2.1:80/tcp: changed\n    connect_timeout: 5 -> 2 (f:6)\n"
		"    = check: it starts anew; its verdict stays until it knows better\n"
		"TCP_CHECK of 10.0.0.1:80 of 192.0.2.1:80/tcp: added (f:8)\n    = check: it begins\n"
		"2 objects change, no fail-over, no connection lost\n" },
	{ VS("80", "drain_timeout 0\n", RS("1", "") RS("2", "")), VS("80", "drain_timeout 0\n", RS("2", "")),
		"real_server 10.0.0.1:80 of 192.0.2.1:80/tcp: removed (f:5)\n    = ipvs-remove: 1 destination removed\n"
		"    = cut: its connections end\n1 object changes, no fail-over, connections of 1 object end\n" },
	/* a group gets an address, and loses one */
	{ "virtual_server_group g {\n 192.0.2.1-2 80\n}\nvirtual_server group g {\n" RS("1", "") "}\n",
		"virtual_server_group g {\n 192.0.2.2-3 80\n}\nvirtual_server group g {\n" RS("1", "") "}\n",
		"configuration: changed\n    virtual_server_group: g -> g (f:1)\n    = none: taken over in place\n"
		"virtual_server group g: changed\n    = ipvs-add: the service is added to the table\n"
		"    = ipvs-add: 1 destination added\n    = ipvs-remove: the service is removed from the table\n"
		"    = drain: no new connections; its connections have 300 s to end\n2 objects change, no fail-over, no connection lost\n" },
	{ VS("80", "", RS("1", "TCP_CHECK {\n }\n")), VS("80", "", RS("1", "TCP_CHECK {\n fwmark 3\n }\n")),
		"process probe: changed\n    = restart: it starts anew with CAP_NET_RAW, for the fwmark of a check; states stay\n" },
	/* the first service, and the last */
	{ VI("A", "1", ""), VI("A", "1", "") VS("80", "", RS("1", "TCP_CHECK {\n }\n")),
		"virtual_server 192.0.2.1:80/tcp: added (f:8)\n    = check: 1 check begins\n"
		"    = ipvs-add: the service is added to the table\n    = ipvs-add: 1 destination added\n"
		"process lvs: added\n    = start: it starts\nprocess probe: added\n    = start: it starts\n"
		"3 objects change, no fail-over, no connection lost\n" },
	{ VI("A", "1", "") VS("80", "", RS("1", "")), VI("A", "1", ""),
		"virtual_server 192.0.2.1:80/tcp: removed (f:8)\n    = ipvs-remove: the service is removed from the table\n"
		"    = drain: no new connections; its connections have 300 s to end\n"
		"process lvs: changed\n    = idle: it stays and has nothing to do\n"
		"process probe: changed\n    = idle: it stays and has nothing to do\n"
		"3 objects change, no fail-over, no connection lost\n" },
};

static struct config *read(const char *text)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", text, strlen(text), false, c->report);
	rd = (struct conf_read){ .report = c->report, .arena = c->tree->arena };
	ck_assert_int_eq(schema_read(&rd, views, 3, c->tree, true), 0);
	return c;
}

START_TEST(test_text) {
	const struct options opt = { .mode = MODE_TEST };
	struct config *from = read(rows[_i].from), *to = read(rows[_i].to);
	struct preview *p = preview_new(from, to, &opt);
	struct text t = { 0 };

	preview_text(p, &t);
	ck_assert_msg(!strncmp(text_str(&t), rows[_i].text, strlen(rows[_i].text)), "row %d:\n%s", _i, text_str(&t));
	ck_assert_int_eq(preview_is_empty(p), !strcmp(text_str(&t), "nothing changes\n"));
	text_done(&t);
	preview_free(p);
	config_free(from);
	config_free(to);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("preview");
	TCase *tc = tcase_create("text");

	tcase_add_loop_test(tc, test_text, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
