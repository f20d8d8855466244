/*
 * test_lints.c - every lint of meaning: a configuration that has it, its nearest neighbour that has not, and all the ways to allow
 * it (T09 of W104). The machine is eth0 with 192.0.2.2/24, and the network 192.0.2.0/24 on its link.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/allow.h"
#include "conf/blame.h"
#include "conf/tree.h"
#include "daemon/conf.h"
#include "daemon/lint.h"
#include "daemon/lint_local.h"
#include "daemon/local_net.h"
#include "run.h"
#include "vrrp/lint.h"

#define GLOBALS "global_defs {\n}\n"
/* Instance lines begin in line 6, with the VIP in line 5. */
#define VI(lines)                                                                                                           \
	"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 150\nvirtual_ipaddress { 192.0.2.9/24 }\n" lines \
	"\n}\n"
#define VI2(vrid, lines)                                                                                              \
	"vrrp_instance W {\ninterface eth0\nvirtual_router_id " vrid "\nvirtual_ipaddress { 192.0.2.10/24 }\n" lines "\n}\n"
#define FAR(name, vrf)                                                                                              \
	"vrrp_instance " name " {\nvrf " vrf "\nvirtual_router_id 51\nunicast_src_ip 192.0.2.2\nunicast_peer { 192.0.2.3 }\n" \
	"virtual_ipaddress { 192.0.2.10/24 dev eth0 }\n}\n"
/* Service lines begin in line 3. */
#define VS(lines) "virtual_server 192.0.2.9 80 {\nlb_kind NAT\n" lines "\n}\n"
#define EARLY(priority) "global_defs {\nnftables_priority " priority "\n}\n"
#define RS "real_server 192.0.2.21 80 {\n}\n"
#define SCRIPT(weight) "vrrp_script s {\nscript /bin/true\nweight " weight "\n}\n"

struct row {
	const char *id, *has;
	unsigned line;
	const char *words; /* in its text */
	const char *has_not;
};

static const struct row rows[] = {
	{ "W101", VI("") VI2("51", ""), 8, "virtual_router_id 51 on eth0 is also that of 'V'", VI("") VI2("52", "") },
	{ "W101", FAR("X", "red") FAR("Y", "red"), 8, "virtual_router_id 51 on red is also that of 'X'", FAR("X", "red") FAR("Y", "blue") },
	{ "W101", VI("") "vrrp_instance X {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.10/24 }\n}\n" VI2("51", ""),
		13, "that of 'V'",
		VI("") "vrrp_instance W {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.10/24 }\n}\n" },
	/* default_interface counts like an interface */
	{ "W101", "global_defs {\ndefault_interface eth0\n}\n" VI("") "vrrp_instance W {\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.10/24 }\n}\n",
		11, "on eth0", "global_defs {\ndefault_interface eth1\n}\n" VI("") "vrrp_instance W {\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.10/24 }\n}\n" },
	/* unicast with other peers: only where the sender is looked at */
	{ "W101", VI("unicast_peer { 192.0.2.3 }") VI2("51", "unicast_peer { 192.0.2.4 }"), 8, "51",
		VI("check_unicast_src\nunicast_peer { 192.0.2.3 }") VI2("51", "check_unicast_src\nunicast_peer { 192.0.2.4 }") },
	{ "W101", VI("check_unicast_src\nunicast_peer { 192.0.2.3 }") VI2("51", "check_unicast_src\nunicast_peer { 192.0.2.3 }"), 9, "51",
		VI("check_unicast_src\nunicast_peer { 192.0.2.3 }") VI2("51", "check_unicast_src\nunicast_peer { 192.0.2.4 }") },
	{ "W102", VI("state MASTER\nnopreempt"), 7, "nopreempt has no effect", VI("state BACKUP\nnopreempt") },
	{ "W122", VI("version 3\nadvert_int 0.01"), 7, "not exact enough to tell priorities apart", VI("version 3\nadvert_int 0.02") },
	{ "W103", VI("state MASTER\npreempt_delay 5"), 7, "preempt_delay has no effect", VI("state BACKUP\npreempt_delay 5") },
	{ "W104", SCRIPT("-30") "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 150 # vipd: peer-priority 100\n"
		"virtual_ipaddress { 192.0.2.9 }\ntrack_script {\ns\n}\n}\n",
		11, "weight -30 of 's' can never cause a fail-over: 150 - 30 = 120 is not below the peer's 100",
		SCRIPT("-51") "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 150 # vipd: peer-priority 100\n"
		"virtual_ipaddress { 192.0.2.9 }\ntrack_script {\ns\n}\n}\n" },
	/* at the same priority the BACKUP waits */
	{ "W104", SCRIPT("-50") "# vipd: peer-priority 100\n" VI("track_script {\ns\n}"), 12, "150 - 50 = 100",
		SCRIPT("-50") "# vipd: peer-priority 101\n" VI("track_script {\ns\n}") },
	/* what a positive weight adds while all is well */
	{ "W104", SCRIPT("20") "# vipd: peer-priority 150\n" VI("track_script {\ns\n}"), 12, "170 - 20 = 150",
		SCRIPT("20") "# vipd: peer-priority 151\n" VI("track_script {\ns\n}") },
	{ "W104", SCRIPT("-30") "# vipd: peer-priority 100\n" VI("track_script {\ns\n}\ntrack_interface {\neth1 weight -10\n}"), 12,
		"with all 2 failed 150 - 40 = 110", SCRIPT("-30") "# vipd: peer-priority 100\n" VI("track_script {\ns\n}\ntrack_interface {\neth1 weight -30\n}") },
	/* without the peer's priority only what is certain */
	{ "W104", SCRIPT("-30") "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 255\nvirtual_ipaddress { 192.0.2.9 }\ntrack_script {\ns\n}\n}\n",
		11, "no weight changes priority 255", SCRIPT("-30") VI("track_script {\ns\n}") },
	{ "W104", SCRIPT("30") "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 254\nvirtual_ipaddress { 192.0.2.9 }\ntrack_script {\ns\n}\n}\n",
		11, "the priority is 254", SCRIPT("30") "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 253\nvirtual_ipaddress { 192.0.2.9 }\ntrack_script {\ns\n}\n}\n" },
	{ "W105", VI("version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}"), 7, "version 3 of VRRP has none",
		VI("version 2\nauthentication {\nauth_type PASS\nauth_pass x\n}") },
	{ "W105", VI("authentication {\nauth_type PASS\n}"), 6, "auth_pass is missing", VI("authentication {\nauth_type PASS\nauth_pass x\n}") },
	{ "W106", VI("authentication {\nauth_type PASS\nauth_pass 123456789\n}"), 8, "", VI("authentication {\nauth_type PASS\nauth_pass 12345678\n}") },
	{ "W107", VI("unicast_src_ip 192.0.2.2\nunicast_peer {\n192.0.2.3\n192.0.2.2\n}"), 7, "192.0.2.2 is its unicast_src_ip",
		VI("unicast_src_ip 192.0.2.2\nunicast_peer {\n192.0.2.3\n}") },
	{ "W108", VI("strict_mode\naccept\nunicast_peer {\n192.0.2.3\n}"), 8, "no standard knows unicast", VI("unicast_peer {\n192.0.2.3\n}") },
	{ "W109", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nstate MASTER\nvirtual_ipaddress { 192.0.2.9 }\n}\n", 4, "priority 255",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nstate MASTER\npriority 100\nvirtual_ipaddress { 192.0.2.9 }\n}\n" },
	{ "W109", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nstate BACKUP\nstate MASTER\nvirtual_ipaddress { 192.0.2.9 }\n}\n", 5, "priority 255",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nstate MASTER\npriority 100\nvirtual_ipaddress { 192.0.2.9 }\n}\n" },
	{ "W110", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\n}\n", 1, "no virtual address",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nno_virtual_ipaddress\n}\n" },
	{ "W111", VI("") "vrrp_sync_group G {\ngroup {\nV\n}\n}\n", 8, "'G' has one member", VI("") VI2("52", "") "vrrp_sync_group G {\ngroup {\nV\nW\n}\n}\n" },
	{ "W112", VI("track_interface {\neth0\n}"), 7, "eth0 is the instance's own", VI("track_interface {\neth1\n}") },
	{ "W112", VI("track_interface {\neth0\n}"), 7, "eth0", VI("track_interface {\neth0 weight -10\n}") },
	{ "W113", "vrrp_script s {\nscript /bin/true\ninterval 2\ntimeout 3\nfall 4\n}\n", 4, "4 x 3 = 12 seconds",
		"vrrp_script s {\nscript /bin/true\ninterval 2\ntimeout 2\nfall 4\n}\n" },
	{ "W114", VI("strict_mode"), 6, "ping", VI("strict_mode\naccept") },
	{ "W114", "global_defs {\nvrrp_strict\n}\n" VI(""), 4, "ping", VI("") },
	{ "W115", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.3.9\n}\n}\n", 5, "192.0.3.9 lies in no network of eth0 (192.0.2.2/24)",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.2.9\n}\n}\n" },
	{ "W115", "vrrp_instance V {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.3.9 dev eth0\n}\n}\n", 5, "192.0.3.9",
		"vrrp_instance V {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.3.9\n}\n}\n" },
	{ "W116", VI("unicast_peer {\n192.0.2.2\n}"), 6, "192.0.2.2 is an address of this machine", VI("unicast_peer {\n192.0.2.3\n}") },
	{ "W117", VI("unicast_src_ip 192.0.2.7\nunicast_peer {\n192.0.2.3\n}"), 6, "192.0.2.7 is no address", VI("unicast_src_ip 192.0.2.2\nunicast_peer {\n192.0.2.3\n}") },
	{ "W117", VI("mcast_src_ip 192.0.2.7"), 6, "192.0.2.7", "vrrp_instance V {\ninterface eth1\nvirtual_router_id 51\nmcast_src_ip 192.0.2.7\n}\n" },
	{ "W118", SCRIPT("-30") VI("nopreempt\ntrack_script {\ns\n}"), 10, "never takes over from one whose priority",
		SCRIPT("0") VI("nopreempt\ntrack_script {\ns\n}") },
	{ "W119", SCRIPT("-30") VI(""), 1, "the vrrp_script 's' is tracked by nobody", SCRIPT("-30") VI("track_script {\ns\n}") },
	{ "W119", SCRIPT("-30") VI("") "vrrp_track_process p {\nprocess x\n}\nvrrp_sync_group G {\ngroup {\nV\n}\ntrack_script {\ns\n}\n}\n",
		12, "the vrrp_track_process 'p'",
		SCRIPT("-30") VI("") "vrrp_sync_group G {\ngroup {\nV\n}\ntrack_script {\ns\n}\n}\n" },
	{ "W120", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 150\nvirtual_ipaddress {\n2001:db8::1\n}\n}\n", 5,
		"none of the advertised IPv6 addresses is link-local",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\npriority 150\nvirtual_ipaddress {\n2001:db8::1\nfe80::1\n}\n}\n" },
	{ "W121", VI("unicast_peer {\n192.0.2.3 min_ttl 250\n}"), 6, "adverts of 192.0.2.3 may come through routers",
		VI("unicast_peer {\n192.0.2.3 min_ttl 255\n}") },
	{ "W121", VI("unicast_peer {\n192.0.2.3 max_ttl 254\n}"), 6, "nothing proves", VI("unicast_peer {\n192.0.2.3\n}") },
	{ "W201", VS("quorum 3\n" RS "real_server 192.0.2.22 80 {\n}"), 3, "quorum 3 cannot be met: the weights of all servers are 2",
		VS("quorum 2\n" RS "real_server 192.0.2.22 80 {\n}") },
	{ "W202", VS("quorum 2\nhysteresis 1\n" RS "real_server 192.0.2.22 80 {\n}"), 4, "2 + 1 is above 2",
		VS("quorum 2\nhysteresis 1\n" RS "real_server 192.0.2.22 80 {\nweight 2\n}") },
	{ "W203", VS("sorry_server 192.0.2.21 80\n" RS), 3, "192.0.2.21:80 is also a real server", VS("sorry_server 192.0.2.21 81\n" RS) },
	{ "W204", "virtual_server 192.0.2.9 80 {\nlb_kind DR\nreal_server 192.0.2.21 81 {\n}\n}\n", 3, "DR cannot change ports", VS("real_server 192.0.2.21 81 {\n}") },
	{ "W204", "virtual_server 192.0.2.9 80 {\nlb_kind TUN\nreal_server 192.0.2.21 81 {\n}\n}\n", 3, "TUN cannot change ports",
		"virtual_server 192.0.2.9 80 {\nlb_kind TUN\nreal_server 192.0.2.21 80 {\n}\n}\n" },
	{ "W205", VS(RS RS), 5, "already a server", VS(RS "real_server 192.0.2.21 81 {\n}") },
	{ "W206", "virtual_server 192.0.2.9 80 {\nlb_kind DR\n" RS "real_server 192.0.3.1 80 {\n}\nreal_server 192.0.3.2 80 {\n}\n}\n", 5,
		"192.0.3.1:80 is on no link of this machine, as are 1 more",
		"virtual_server 192.0.2.9 80 {\nlb_kind TUN\n" RS "real_server 192.0.3.1 80 {\n}\n}\n" },
	{ "W206", VI("") "virtual_server 192.0.2.9 80 {\nlb_kind DR\nreal_server 192.0.3.1 80 {\n}\n}\n", 10, "192.0.3.1:80",
		"virtual_server 192.0.2.9 80 {\nlb_kind DR\nreal_server 192.0.3.1 80 {\n}\n}\n" },
	{ "W207", VI("") "virtual_server 192.0.2.8 80 {\nlb_kind NAT\nha_suspend\n" RS "}\n", 10, "no vrrp_instance has 192.0.2.8",
		VI("") "virtual_server 192.0.2.9 80 {\nlb_kind NAT\nha_suspend\n" RS "}\n" },
	{ "W208", EARLY("99") VI("no_accept") VS(RS), 9, "no_accept closes 192.0.2.9", EARLY("99") VI("accept") VS(RS) },
	{ "W208", EARLY("-1") VI("no_accept") VS(RS), 9, "no_accept closes 192.0.2.9", EARLY("100") VI("no_accept") VS(RS) },
	{ "W123", VI("") "vrrp_instance W {\ninterface eth1\nvirtual_router_id 52\nvirtual_ipaddress {\n192.0.2.9\n}\n}\n", 12,
		"192.0.2.9 is also an address of 'V'", VI("") VI2("52", "") },
	{ "W123", VI("") VI2("52", "virtual_ipaddress_excluded {\n192.0.2.9\n}"), 13, "of 'V'", VI("") VI2("52", "") },
	{ "W123", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\nfe80::9\n}\n}\n"
		"vrrp_instance W {\ninterface eth0\nvirtual_router_id 52\nvirtual_ipaddress {\nfe80::9\n}\n}\n", 12, "fe80::9 is also",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\nfe80::9\n}\n}\n"
		"vrrp_instance W {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress {\nfe80::9\n}\n}\n" },
	{ "W210", VI("") VS("vip_mode anycast\n" RS), 10, "192.0.2.9 is also an address of the vrrp_instance 'V'",
		VI("") "virtual_server 192.0.2.8 80 {\nlb_kind NAT\nvip_mode anycast\n" RS "}\n" },
	{ "W209", VS("vip_mode anycast\nlvs_sched rr\n" RS), 3, "lvs_sched rr is not mh", VS("lvs_sched rr\n" RS) },
	{ "W209", "ipvs_sysctl {\nsloppy_tcp 1\n}\n" VS("vip_mode anycast\nlvs_sched mh\nmh-port\nmh-fallback\n" RS), 6,
		"does not say schedule_icmp 1",
		"ipvs_sysctl {\nsloppy_tcp 1\nschedule_icmp 1\n}\n" VS("vip_mode anycast\nlvs_sched mh\nmh-port\nmh-fallback\n" RS) },
	{ "W301", VS("delay_loop 3\nreal_server 192.0.2.21 80 {\nTCP_CHECK {\nconnect_timeout 3\nretry 1\ndelay_before_retry 2\n}\n}"), 6,
		"down after 2 x 3 + 1 x 2 = 8 seconds", VS("delay_loop 3\nreal_server 192.0.2.21 80 {\nTCP_CHECK {\nconnect_timeout 2\n}\n}") },
	{ "W301", VS("delay_loop 4\nreal_server 192.0.2.21 80 {\nTCP_CHECK {\n}\n}"), 3, "connect_timeout 5 is not below delay_loop 4",
		VS("delay_loop 6\nreal_server 192.0.2.21 80 {\nTCP_CHECK {\n}\n}") },
	{ "W302", VS("real_server 192.0.2.21 80 {\nFILE_CHECK {\ntrack_file f\n}\n}"), 5, "no track_file 'f'",
		"track_file f {\nfile /run/f\n}\n" VS("real_server 192.0.2.21 80 {\nFILE_CHECK {\ntrack_file f\n}\n}") },
	{ "W303", VS("real_server 192.0.2.21 80 {\nBFD_CHECK {\nname b\n}\n}"), 5, "no bfd_instance 'b'",
		"bfd_instance b {\nneighbor_ip 192.0.2.3\n}\n" VS("real_server 192.0.2.21 80 {\nBFD_CHECK {\nname b\n}\n}") },
	{ "W402", "vrrp_script s {\nscript \"pidof x && true\"\n}\n", 2, "no shell", "vrrp_script s {\nscript \"/bin/sh -c 'pidof x && true'\"\n}\n" },
	{ "W403", "vrrp_script s {\nscript /bin/true -a b c\n}\n", 2, "USER GROUP", "vrrp_script s {\nscript \"/bin/true -a b c\"\n}\n" },
	{ "W901", GLOBALS VI("nopreempt # vipd: allow W102"), 8, "W102 (nopreempt-master) has nothing to silence", VI("state MASTER\nnopreempt # vipd: allow W102") },
	{ "W901", VI("# vipd: peer-priority 90\nnopreempt"), 6, "no vrrp_instance asks", VI("# vipd: see above\nnopreempt") },
	{ "W902", VI("state MASTER\nnopreempt # vipd: allow W102 W999"), 7, "there is no lint W999", VI("state MASTER\nnopreempt # vipd: allow W102") },
	{ "W903", VI("nopreempt # vipd: alow W102"), 6, "no words", VI("nopreempt # allow W102") },
	{ "W903", VI("# vipd: peer-priority 256\nnopreempt"), 6, "1 to 255", VI("# vipd: peer-priority 255\nnopreempt") },
	{ "W903", VI("# vipd: peer-priority ninety\nnopreempt"), 6, "1 to 255", VI("# vipd: peer-priority 90, as of today\nnopreempt") },
	{ "W903", VI("nopreempt # vipd: allow it"), 6, "needs the id", VI("state MASTER\nnopreempt # vipd: allow W102 it") },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static struct main_config main_conf;
static struct vrrp_config vrrp;
static struct checkers_config checkers;
static struct conf_tree *tree;
static struct report *report;

static void teardown(void)
{
	tree_free(tree);
	report_free(report);
	tree = NULL;
	report = NULL;
}

static void run(const char *text)
{
	struct local_addr own = { "eth0", { AF_INET, { 192, 0, 2, 2 } }, 24 };
	struct local_link link = { { AF_INET, { 192, 0, 2, 0 } }, 24 };
	const struct local_net net = { &own, &link, 1, 1 };
	const struct conf_view views[] = { { &main_root, &main_conf }, { &vrrp_root, &vrrp },
		{ &checkers_root, &checkers } };
	struct conf_read rd;
	struct allows *allows;

	teardown();
	report = report_new();
	tree = tree_read_bytes("f", text, strlen(text), false, report);
	rd = (struct conf_read){ .report = report, .arena = tree->arena };
	schema_read(&rd, views, 3, tree, true);
	allows = lint_config(tree, &vrrp, &checkers, main_conf.globals.filter.priority, report);
	blame_errors(tree, report);
	lint_local(&vrrp, &checkers, &net, report);
	allow_apply(allows, report);
}

static unsigned count_id(const char *id, const struct finding **ret_last)
{
	const struct finding *f;
	unsigned n = 0;

	for (unsigned i = 0; (f = report_get(report, i)); i++)
		if (f->id && !strcmp(f->id, id)) {
			n++;
			*ret_last = f;
		}
	return n;
}

static void expect(const char *text, const char *id, unsigned n)
{
	const struct finding *f = NULL;

	run(text);
	if (count_id(id, &f) == n)
		return;
	printf("%s", text);
	report_print(report, stdout, false);
	fflush(stdout);
	ck_abort_msg("%s: expected %u times", id, n);
}

START_TEST(fires) {
	const struct row *row = &rows[_i];
	const struct finding *f = NULL;

	expect(row->has, row->id, 1);
	count_id(row->id, &f);
	ck_assert_uint_eq(f->at.line, row->line);
	ck_assert_msg(strstr(f->text, row->words) != NULL, "'%s' in '%s'", row->words, f->text);
	ck_assert_uint_eq(report_count(report, CONF_ERROR), 0);
	ck_assert_int_eq(f->class, lint_find(row->id)->class);
	if (lint_find(row->id)->class == CONF_WARNING && !f->is_inert)
		ck_assert_int_eq(report_exit_code(report), 5);
	expect(row->has_not, row->id, 0);
	ck_assert_uint_eq(report_count(report, CONF_ERROR), 0);
}
END_TEST

/* The text with `what` put into line `line` (from 1) at its end, or as a line before it. */
static char *with(const char *text, unsigned line, bool is_before, const char *what)
{
	struct text t = { 0 };

	for (unsigned n = 1; *text; n++) {
		size_t len = strcspn(text, "\n");

		if (n == line && is_before)
			text_printf(&t, "%s\n", what);
		text_add_bytes(&t, text, len);
		text_printf(&t, n == line && !is_before ? " %s\n" : "\n", what);
		text += len + (text[len] == '\n');
	}
	return t.s;
}

static void expect_silenced(const char *text, unsigned line, bool is_before, const char *id)
{
	char *comment = x_asprintf("# vipd: allow %s because", id), *all = with(text, line, is_before, comment);
	const struct finding *f = NULL;
	unsigned unused;

	expect(all, id, 0);
	ck_assert_uint_eq(report_silenced(report), 1);
	unused = count_id("W901", &f);
	if (unused)
		report_print(report, stdout, false);
	ck_assert_uint_eq(unused, 0);
	free(comment);
	free(all);
}

/* Nothing but comments in the first line of the file, at the end of the line, in the line before it. */
START_TEST(allowed) {
	const struct row *row = &rows[_i];
	char *far;

	if (row->id[1] == '9')
		return;
	expect_silenced(row->has, 1, true, row->id);
	/* a first line that is none of the lint's, so that a comment before it is not the file's first */
	far = x_asprintf("static_ipaddress {\n}\n%s", row->has);
	if (strstr(row->has, " # vipd") == NULL)
		expect_silenced(far, row->line + 2, false, row->id);
	expect_silenced(far, row->line + 2, true, row->id);
	free(far);
}
END_TEST

/* Before the block that it is in; in another one it silences nothing, and that is said. */
START_TEST(allowed_in_a_block) {
	expect_silenced(GLOBALS VI("state MASTER\nnopreempt"), 3, true, "W102");
	expect(GLOBALS "# vipd: allow W102\n" VI2("52", "") VI("state MASTER\nnopreempt"), "W102", 1);
	ck_assert_uint_eq(report_silenced(report), 0);
	expect(GLOBALS "# vipd: allow W102\n" VI2("52", "") VI("state MASTER\nnopreempt"), "W901", 1);
	/* at the end of the line that opens a block it is about this line alone */
	expect(GLOBALS
		"vrrp_instance V { # vipd: allow W102\ninterface eth0\nvirtual_router_id 51\nstate MASTER\npriority 9\n"
		"virtual_ipaddress { 192.0.2.9 }\nnopreempt\n}\n",
		"W102", 1);
}
END_TEST

START_TEST(allowed_together) {
	const char *both = GLOBALS VI("state MASTER\nnopreempt\npreempt_delay 5");
	char *text = with(both, 3, true, "! vipd: allow W103, W102: the router of the north");
	const struct finding *f = NULL;

	run(text);
	ck_assert_uint_eq(report_silenced(report), 2);
	ck_assert_uint_eq(count_id("W901", &f) + count_id("W902", &f) + count_id("W903", &f), 0);
	free(text);
	/* several comments before one line, with others and empty lines between */
	text = with(both, 9, true, "# vipd: allow W102\n\n# a word\n# vipd: allow W103");
	run(text);
	ck_assert_uint_eq(report_silenced(report), 1);
	ck_assert_uint_eq(count_id("W103", &f), 1);
	ck_assert_uint_eq(count_id("W901", &f), 1);
	ck_assert_uint_eq(f->at.line, 12);
	free(text);
}
END_TEST

START_TEST(not_a_comment) {
	const struct finding *f = NULL;

	run(VI("state MASTER\nnopreempt") "vrrp_script s {\nscript \"/bin/true # vipd: allow W102\"\n}\n");
	ck_assert_uint_eq(count_id("W102", &f), 1);
	run(VI("state MASTER\nnopreempt # about vipd: allow W102"));
	ck_assert_uint_eq(count_id("W102", &f), 1);
}
END_TEST

/* With an error in the file nobody says that a comment silences nothing: the lint was perhaps not reached. */
START_TEST(errors_first) {
	expect(VI("nopreempt # vipd: allow W102\npriority 999"), "W901", 0);
	expect(VI("nopreempt # vipd: allow W102\npriority 99"), "W901", 1);
	/* what stands in the place of a wrong number is nobody's meaning */
	expect("vrrp_script s {\nscript /bin/true\ninterval 0\ntimeout 3\n}\n", "W113", 0);
	expect(VS("quorum 3\nreal_server 192.0.2.21 80 {\nweight x\n}"), "W201", 0);
	expect(VS("delay_loop x\nreal_server 192.0.2.21 80 {\nTCP_CHECK {\nconnect_timeout 3000\n}\n}"), "W301", 0);
}
END_TEST

/* Lints of the machine are elsewhere on another one: allowing them is never too much. */
START_TEST(local_is_never_unused) {
	expect(VI("# vipd: allow W115 W116 W117 W206 W401\nnopreempt"), "W901", 0);
	/* nor is what a condition leaves out */
	expect(VI("@nobody nopreempt # vipd: allow W102"), "W901", 0);
	expect(VI("# vipd: allow W102\n@nobody nopreempt"), "W901", 0);
	expect(VI("# vipd: allow W102\nnopreempt"), "W901", 1);
}
END_TEST

/* A file for another machine: the first fifty services one by one, all others in one more finding. */
START_TEST(many_off_link) {
	static const struct {
		unsigned services, found;
		const char *last; /* in the last one */
	} many[] = { { 50, 50, "10.9.0.50:80 is on no link of this machine: " }, { 51, 51, "10.9.0.51:80 is on no link of this machine: " },
		{ 52, 51, "10.9.0.51:80 is on no link of this machine, as are servers of 1 more service:" },
		{ 200, 51, "10.9.0.51:80 is on no link of this machine, as are servers of 149 more services:" } };
	const struct finding *f = NULL;

	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		struct text t = { 0 };

		text_add(&t, VI(""));
		for (unsigned k = 1; k <= many[i].services; k++)
			text_printf(&t, "virtual_server 192.0.2.9 %u {\nlb_kind DR\nreal_server 10.9.0.%u 80 {\n}\n}\n",
				k, k);
		run(text_str(&t));
		ck_assert_uint_eq(count_id("W206", &f), many[i].found);
		ck_assert_msg(strstr(f->text, many[i].last) != NULL, "%s", f->text);
		text_done(&t);
	}
}
END_TEST

START_TEST(where_a_variable_is_used) {
	expect("$P=nopreempt\n" GLOBALS VI("state MASTER\n$P"), "W102", 1);
	expect("$P=nopreempt\n" GLOBALS VI("state MASTER\n$P # vipd: allow W102"), "W102", 0);
	expect("$P=nopreempt # vipd: allow W102\n" GLOBALS VI("state MASTER\n$P"), "W102", 0);
}
END_TEST

/* The peer's priority as it was heard, instead of a hint. */
static uint32_t heard(void *ctx, const struct vrrp_conf *c)
{
	ck_assert_str_eq(c->name, "V");
	return *(const uint32_t *)ctx;
}

START_TEST(priority_as_heard) {
	const struct finding *f = NULL;
	uint32_t priority = 100;

	run(SCRIPT("-30") VI("track_script {\ns\n}"));
	vrrp_lint(&vrrp, heard, &priority, report);
	ck_assert_uint_eq(count_id("W104", &f), 1);
	ck_assert_ptr_nonnull(strstr(f->text, "120 is not below the peer's 100"));
	priority = 121;
	run(SCRIPT("-30") VI("track_script {\ns\n}"));
	vrrp_lint(&vrrp, heard, &priority, report);
	ck_assert_uint_eq(count_id("W104", &f), 0);
}
END_TEST

START_TEST(table) {
	for (const struct lint *const *t = lint_tables; *t; t++)
		for (const struct lint *l = *t; l->id; l++) {
			unsigned n = 0;

			ck_assert_msg(strlen(l->id) == 4 && l->id[0] == 'W', "%s", l->id);
			ck_assert_ptr_eq(lint_find(l->id), l);
			ck_assert_msg(l->class != CONF_ERROR, "%s", l->id);
			ck_assert_msg(l->name && strspn(l->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(l->name),
				"%s", l->id);
			ck_assert_msg(l->doc && l->doc[strlen(l->doc) - 1] == '.', "%s", l->id);
			ck_assert_msg(l->cure && l->cure[strlen(l->cure) - 1] != '.', "%s", l->id);
			for (unsigned i = 0; i < ROWS; i++)
				n += !strcmp(rows[i].id, l->id);
			/* W401 needs files: tests/conf */
			ck_assert_msg(n > 0 || !strcmp(l->id, "W401"), "%s has no row", l->id);
		}
	ck_assert_ptr_null(lint_find("W000"));
}
END_TEST

START_TEST(print) {
	char *out = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&out, &size);

	lint_print(f);
	fclose(f);
	ck_assert_int_eq(strncmp(out, "W101  duplicate-vrid (warning)\n      Two instances", 47), 0);
	ck_assert_ptr_nonnull(strstr(out, "\nW401  script-unsafe (security)\n"));
	ck_assert_ptr_nonnull(strstr(out, "\n      Cure: another virtual_router_id"));
	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_msg(strlen(line) <= 120 && (strncmp(line, "      ", 6) != 0 || line[6] != ' '), "%s", line);
	free(out);
}
END_TEST

static const struct {
	const char *line, *net;
	unsigned len;
} links[] = {
	{ "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0", "192.0.2.0", 24 },
	{ "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0", NULL, 0 },
	{ "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0", "0.0.0.0", 0 },
	{ "*\t000200C0\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0", NULL, 0 },
	{ "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", NULL, 0 },
	{ "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0",
		"2001:db8::", 64 },
	{ "00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000100 00000001 00000000 00000003     eth0", NULL, 0 },
	{ "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo", NULL, 0 },
};

START_TEST(link_line) {
	struct local_link l;
	bool is_v6 = strlen(links[_i].line) > 100, ok;
	char text[ADDR_STRLEN];

	ok = is_v6 ? local_link_parse6(links[_i].line, &l) : local_link_parse4(links[_i].line, &l);
	ck_assert_int_eq(ok, links[_i].net != NULL);
	if (!ok)
		return;
	ck_assert_str_eq(addr_str(&l.net, text), links[_i].net);
	ck_assert_uint_eq(l.prefix_len, links[_i].len);
}
END_TEST

/* The file's own addresses say nothing of an interface: on the MASTER they are there. */
START_TEST(own_address_is_no_network) {
	struct local_addr own[] = { { "eth0", { AF_INET, { 192, 0, 3, 9 } }, 24 },
		{ "eth0", { AF_INET, { 192, 0, 2, 2 } }, 24 } };
	const struct local_net net = { own, NULL, 2, 0 };
	const struct finding *f = NULL;

	run("vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.3.9/24\n}\n}\n");
	lint_local(&vrrp, &checkers, &net, report);
	ck_assert_uint_eq(count_id("W115", &f), 1);
	/* nothing but its own: no network is known */
	run("vrrp_instance V {\ninterface eth1\nvirtual_router_id 51\nvirtual_ipaddress {\n192.0.3.9/24\n}\n}\n");
	snprintf(own[0].interface, sizeof(own[0].interface), "eth1");
	lint_local(&vrrp, &checkers, &net, report);
	ck_assert_uint_eq(count_id("W115", &f), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lints");
	TCase *t = tcase_create("lints");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, fires, 0, ROWS);
	tcase_add_loop_test(t, allowed, 0, ROWS);
	tcase_add_test(t, allowed_in_a_block);
	tcase_add_test(t, allowed_together);
	tcase_add_test(t, not_a_comment);
	tcase_add_test(t, errors_first);
	tcase_add_test(t, local_is_never_unused);
	tcase_add_test(t, many_off_link);
	tcase_add_test(t, where_a_variable_is_used);
	tcase_add_test(t, priority_as_heard);
	tcase_add_test(t, table);
	tcase_add_test(t, print);
	tcase_add_loop_test(t, link_line, 0, (int)(sizeof(links) / sizeof(links[0])));
	tcase_add_test(t, own_address_is_no_network);
	suite_add_tcase(s, t);
	return run_suite(s);
}
