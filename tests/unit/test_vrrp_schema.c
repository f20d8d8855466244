/* test_vrrp_schema.c - the VRRP half of a configuration: what is read, inherited, warned about and refused. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "conf/tree.h"
#include "run.h"
#include "vrrp/conf.h"
#include "vrrp/lint.h"
#include "vrrp/schema.h"
#include "vrrp/step.h"

#define BASE "interface eth0\nvirtual_router_id 51\n"
#define VIP "virtual_ipaddress { 192.0.2.100/24 }\n"

static struct vrrp_config conf, second;
static struct conf_tree *tree[2];
static struct report *report;

static void teardown(void)
{
	tree_free(tree[0]);
	tree_free(tree[1]);
	report_free(report);
	tree[0] = tree[1] = NULL;
	report = NULL;
}

static int load_into(struct vrrp_config *out, struct conf_tree **ret_tree, const char *text)
{
	struct conf_view view = { &vrrp_root, out };
	struct conf_read rd = { 0 };
	int r;

	report_free(report);
	report = report_new();
	tree_free(*ret_tree);
	*ret_tree = tree_read_bytes("test", text, strlen(text), false, report);
	rd = (struct conf_read){ .report = report, .arena = (*ret_tree)->arena };
	r = schema_read(&rd, &view, 1, *ret_tree, true);
	vrrp_lint(out, NULL, NULL, report);
	return r;
}

static int load(const char *text)
{
	return load_into(&conf, &tree[0], text);
}

/* The same for the lines inside a vrrp_instance with interface and number. */
static int load_vi(const char *lines)
{
	char *text = x_asprintf("vrrp_instance VI_1 {\n" BASE "%s\n}\n", lines);
	int r = load(text);

	free(text);
	return r;
}

static const struct vrrp_conf *vi(unsigned i)
{
	ck_assert_uint_gt(conf.instances.n, i);
	return conf.instances.item[i];
}

static const struct vrrp_vip *vip(unsigned i)
{
	ck_assert_uint_gt(vi(0)->vips.n, i);
	return vi(0)->vips.item[i];
}

static void expect_addr(const struct addr *a, const char *want)
{
	char text[ADDR_STRLEN];

	ck_assert_str_eq(addr_str(a, text), want);
}

static unsigned findings(void)
{
	return report_count(report, CONF_ERROR) + report_count(report, CONF_WARNING) +
		report_count(report, CONF_ENVIRONMENT);
}

static void expect_clean(void)
{
	if (findings() > 0)
		report_print(report, stdout, false);
	ck_assert_uint_eq(findings(), 0);
}

START_TEST(defaults) {
	const struct vrrp_conf *c;

	ck_assert_int_eq(load_vi(VIP), 0);
	expect_clean();
	c = vi(0);
	ck_assert_str_eq(c->name, "VI_1");
	ck_assert_str_eq(c->interface, "eth0");
	ck_assert_uint_eq(c->initial_state, VRRP_BACKUP);
	ck_assert_uint_eq(c->vrid, 51);
	ck_assert_uint_eq(c->priority, 100);
	ck_assert_uint_eq(c->interval_cs, 100);
	ck_assert_uint_eq(c->version, 2);
	ck_assert_uint_eq(c->auth_type, VRRP_AUTH_NONE);
	ck_assert_uint_eq(c->down_timer_adverts, 3);
	ck_assert_uint_eq(c->rare->on_mismatch, VRRP_MISMATCH_ACCEPT);
	ck_assert_uint_eq(c->rare->on_unsent, VRRP_UNSENT_YIELD);
	ck_assert_uint_eq(c->rare->unicast_ttl, 255);
	ck_assert(!c->nopreempt && !c->strict && !c->has_unicast_block && !c->v3_checksum_as_v2);
	ck_assert_int_eq(c->garp->master_delay, 5 * MONO_SEC);
	ck_assert_uint_eq(c->garp->master_repeat, 5);
	ck_assert_int_eq(c->garp->master_refresh, 0);
	ck_assert_uint_eq(c->garp->master_refresh_repeat, 1);
	ck_assert_int_eq(c->garp->lower_prio_delay, 5 * MONO_SEC);
	ck_assert_uint_eq(c->garp->lower_prio_repeat, 5);
	expect_addr(&conf.globals.mcast_group4, "224.0.0.18");
	ck_assert_int_eq(conf.globals.drill_hold, 60 * MONO_SEC);
	ck_assert_int_eq(conf.globals.garp_interval, 0);
}
END_TEST

START_TEST(inherited_from_global_defs) {
	ck_assert_int_eq(
		load("global_defs {\nvrrp_version 3\nvrrp_garp_master_repeat 2\nvrrp_garp_master_delay 1\n"
		     "vrrp_down_timer_adverts 5\nv3_checksum_as_v2\nvrrp_garp_interval 0\ndefault_interface eth7\n"
		     "vrrp_skip_check_adv_addr off\nvrrp_owner_ignore_adverts\nvrrp_delay_after_boot 9.5\n"
		     "drill_hold 5\non_address_mismatch fault\non_transmit_failure keep\n}\n"
		     "vrrp_instance A {\nvirtual_router_id 1\n" VIP "}\n"
		     "vrrp_instance B {\ninterface eth1\nvirtual_router_id 1\nversion 2\ngarp_master_repeat 9\n"
		     "v3_checksum_as_v2 off\nowner_ignore_adverts off\n"
		     "down_timer_adverts 2\non_address_mismatch ignore\non_transmit_failure fault\n" VIP "}\n"),
		0);
	expect_clean();
	ck_assert(vi(0)->owner_ignore_adverts && !vi(1)->owner_ignore_adverts);
	ck_assert_int_eq(conf.globals.delay_after_boot, 9500 * MONO_MSEC);
	ck_assert_uint_eq(vi(0)->version, 3);
	ck_assert_str_eq(vi(0)->interface, "eth7");
	ck_assert_uint_eq(vi(0)->garp->master_repeat, 2);
	ck_assert_uint_eq(vi(0)->garp->lower_prio_repeat, 2);
	ck_assert_int_eq(vi(0)->garp->lower_prio_delay, MONO_SEC);
	ck_assert_uint_eq(vi(0)->down_timer_adverts, 5);
	ck_assert_uint_eq(vi(0)->rare->on_mismatch, VRRP_MISMATCH_FAULT);
	ck_assert_uint_eq(vi(0)->rare->on_unsent, VRRP_UNSENT_KEEP);
	ck_assert(vi(0)->v3_checksum_as_v2);
	ck_assert(!vi(0)->skip_check_adv_addr);
	ck_assert_uint_eq(vi(1)->version, 2);
	ck_assert_uint_eq(vi(1)->garp->master_repeat, 9);
	ck_assert_uint_eq(vi(1)->down_timer_adverts, 2);
	ck_assert_uint_eq(vi(1)->rare->on_mismatch, VRRP_MISMATCH_IGNORE);
	ck_assert_uint_eq(vi(1)->rare->on_unsent, VRRP_UNSENT_FAULT);
	ck_assert(!vi(1)->v3_checksum_as_v2);
	ck_assert_int_eq(conf.globals.drill_hold, 5 * MONO_SEC);
}
END_TEST

START_TEST(strict_owner) {
	ck_assert_int_eq(
		load("vrrp_instance A {\ninterface eth1\nvirtual_router_id 1\nstrict_mode\n" VIP "}\n"
		     "vrrp_instance B {\ninterface eth1\nvirtual_router_id 2\nstrict_mode\nowner_ignore_adverts off\n" VIP
		     "}\n"),
		0);
	ck_assert(vi(0)->owner_ignore_adverts && !vi(1)->owner_ignore_adverts);
}
END_TEST

START_TEST(addresses) {
	ck_assert_int_eq(load_vi("virtual_ipaddress_excluded {\n198.51.100.1\n}\n"
				 "virtual_ipaddress {\n192.0.2.100/24 dev eth1 label eth1:vip brd + scope link\n"
				 "192.0.2.101 brd 192.0.2.255 no_track\n}\n"),
		0);
	expect_clean();
	ck_assert_uint_eq(vi(0)->vips.n, 3);
	ck_assert_uint_eq(vi(0)->n_advertised, 2);
	expect_addr(&vip(0)->addr, "192.0.2.100");
	ck_assert_uint_eq(vip(0)->prefix_len, 24);
	ck_assert_str_eq(vip(0)->dev, "eth1");
	ck_assert_str_eq(vip(0)->rare->label, "eth1:vip");
	ck_assert(vip(0)->rare->broadcast_computed);
	ck_assert_uint_eq(vip(0)->scope, 253);
	ck_assert_uint_eq(vip(1)->prefix_len, 32);
	ck_assert(vip(1)->no_track);
	expect_addr(&vip(1)->rare->broadcast, "192.0.2.255");
	ck_assert(vip(2)->is_excluded);
	expect_addr(&vip(2)->addr, "198.51.100.1");
}
END_TEST

START_TEST(peers_and_trackers) {
	const struct vrrp_peer *p;
	const struct vrrp_track_if *t;
	const struct vrrp_track_ref *s;
	const struct vrrp_script_conf *sc;

	ck_assert_int_eq(
		load("vrrp_instance VI_1 {\nvirtual_router_id 51\nunicast_src_ip 192.0.2.1\n" VIP
		     "unicast_peer {\n192.0.2.2\n192.0.2.3 min_ttl 250 max_ttl 254\n}\n"
		     "track_interface {\neth1\neth2 weight -20 reverse\n}\n"
		     "track_script {\nchk\nchk weight 5\n}\n}\n"
		     "vrrp_script chk {\nuser daemon :www-data\nscript \"/bin/true --all\"\ninterval 0.5\nweight -30 reverse\n"
		     "rise 2\nfall 3\ninit_fail\n}\n"),
		0);
	ck_assert_uint_eq(findings(), 1);
	ck_assert_str_eq(report_get(report, 0)->id, "W121"); /* 192.0.2.3 may be far away */
	ck_assert(vi(0)->has_unicast_block);
	ck_assert_ptr_null(vi(0)->interface);
	p = vi(0)->peers.item[1];
	expect_addr(&p->addr, "192.0.2.3");
	ck_assert_uint_eq(p->min_ttl, 250);
	ck_assert_uint_eq(p->max_ttl, 254);
	t = vi(0)->track->interfaces.item[0];
	ck_assert_int_eq(t->weight, 0);
	t = vi(0)->track->interfaces.item[1];
	ck_assert_str_eq(t->interface, "eth2");
	ck_assert_int_eq(t->weight, -20);
	ck_assert(t->is_reverse);
	s = vi(0)->track->scripts.item[0];
	ck_assert_int_eq(s->weight, INT32_MIN);
	ck_assert_uint_eq(s->index, 0);
	s = vi(0)->track->scripts.item[1];
	ck_assert_int_eq(s->weight, 5);
	sc = conf.scripts.item[0];
	ck_assert_str_eq(sc->script.argv[0], "/bin/true");
	ck_assert_str_eq(sc->script.argv[1], "--all");
	ck_assert_str_eq(sc->script.user, "daemon");
	ck_assert_str_eq(sc->script.group, "www-data");
	ck_assert_int_eq(sc->interval, MONO_SEC / 2);
	ck_assert_int_eq(sc->weight.value, -30);
	ck_assert(sc->weight.is_reverse && sc->init_fail);
	ck_assert_uint_eq(sc->rise, 2);
	ck_assert_uint_eq(sc->fall, 3);
}
END_TEST

START_TEST(routes) {
	const struct vrrp_route *r;

	ck_assert_int_eq(
		load_vi(VIP
			"virtual_routes {\nsrc 192.0.2.100 to 10.1.0.0/16 gw 192.0.2.254 dev eth1 metric 7 table 100\n"
			"default via 192.0.2.1\n10.2.0.1 scope host dev eth2 no_track\nblackhole 10.3.0.0/16\n}"),
		0);
	expect_clean();
	ck_assert_uint_eq(vi(0)->rare->routes.n, 4);
	r = vi(0)->rare->routes.item[0];
	expect_addr(&r->route.dst, "10.1.0.0");
	expect_addr(&r->route.src, "192.0.2.100");
	expect_addr(&r->route.hop[0].via, "192.0.2.254");
	ck_assert_str_eq(r->dev[0], "eth1");
	ck_assert_uint_eq(r->route.prefix_len, 16);
	ck_assert_uint_eq(r->route.metric, 7);
	ck_assert_uint_eq(r->route.table, 100);
	r = vi(0)->rare->routes.item[1];
	expect_addr(&r->route.dst, "0.0.0.0");
	ck_assert_uint_eq(r->route.prefix_len, 0);
	ck_assert_uint_eq(r->route.table, 254);
	r = vi(0)->rare->routes.item[2];
	ck_assert_uint_eq(r->route.prefix_len, 32);
	ck_assert_uint_eq(r->route.scope, 254);
	ck_assert(r->has_scope && r->no_track);
	ck_assert_uint_eq(((const struct vrrp_route *)vi(0)->rare->routes.item[3])->route.type, 6);
}
END_TEST

START_TEST(tracked_files) {
	const struct vrrp_track_ref *ref;
	const struct vrrp_file_conf *f;

	ck_assert_int_eq(
		load("vrrp_instance VI_1 {\n" BASE VIP "track_file {\nhold\nshift weight -254 reverse\n}\n}\n"
		     "track_file shift {\nfile \"/run/the shift\"\nweight 2 reverse\ninit_file -5 overwrite\n}\n"
		     "track_file hold {\nfile /run/hold\n}\n"),
		0);
	expect_clean();
	ref = vi(0)->track->files.item[0];
	ck_assert_uint_eq(ref->index, 1);
	ck_assert_int_eq(ref->weight, INT32_MIN);
	ref = vi(0)->track->files.item[1];
	ck_assert_uint_eq(ref->index, 0);
	ck_assert_int_eq(ref->weight, -254);
	ck_assert(ref->is_reverse);
	f = conf.files.item[0];
	ck_assert_str_eq(f->path, "/run/the shift");
	ck_assert_int_eq(f->weight.value, 2);
	ck_assert(f->weight.is_reverse && f->init && f->init_overwrite);
	ck_assert_int_eq(f->init_value, -5);
	f = conf.files.item[1];
	ck_assert_int_eq(f->weight.value, 1);
	ck_assert(!f->weight.is_reverse && !f->init);
}
END_TEST

START_TEST(tracked_processes) {
	const struct vrrp_process_conf *p;

	ck_assert_int_eq(
		load("vrrp_instance VI_1 {\n" BASE VIP "track_process {\nweb weight 0\nnone\n}\n}\n"
		     "vrrp_track_process web {\nprocess nginx \"-c x\"\nparam_match partial\nquorum 2\nquorum_max 4\n"
		     "weight -20 reverse\ndelay 0.5\nterminate_delay 2\n}\n"
		     "vrrp_track_process none {\nprocess bad\nquorum_max 0\nfull_command\n}\n"),
		0);
	expect_clean();
	ck_assert_int_eq(((const struct vrrp_track_ref *)vi(0)->track->processes.item[0])->weight, 0);
	p = conf.processes.item[0];
	ck_assert_str_eq(p->argv[1], "-c x");
	ck_assert_uint_eq(p->param_match, VRRP_PARAM_PARTIAL);
	ck_assert_uint_eq(p->quorum, 2);
	ck_assert_uint_eq(p->quorum_max, 4);
	ck_assert_int_eq(p->fork_delay, MONO_SEC / 2);
	ck_assert_int_eq(p->terminate_delay, 2 * MONO_SEC);
	p = conf.processes.item[1];
	ck_assert_uint_eq(p->quorum, 0);
	ck_assert_uint_eq(p->quorum_max, 0);
	ck_assert_int_eq(p->weight.value, 1);
	ck_assert_uint_eq(p->param_match, VRRP_PARAM_ANY);
	ck_assert(p->full_command);
}
END_TEST

START_TEST(authentication) {
	ck_assert_int_eq(load_vi(VIP "authentication {\nauth_type PASS\nauth_pass secret\n}\n"), 0);
	expect_clean();
	ck_assert_uint_eq(vi(0)->auth_type, VRRP_AUTH_PASS);
	ck_assert_mem_eq(vi(0)->auth_pass, "secret\0\0", VRRP_AUTH_LEN);
	ck_assert_int_eq(load_vi(VIP "authentication {\nauth_type PASS\nauth_pass 123456789\n}\n"), 0);
	ck_assert_uint_eq(report_count(report, CONF_WARNING), 1);
	ck_assert_mem_eq(vi(0)->auth_pass, "12345678", VRRP_AUTH_LEN);
	ck_assert_int_eq(load_vi(VIP "version 3\nauthentication {\nauth_type PASS\nauth_pass x\n}\n"), 0);
	ck_assert_uint_eq(vi(0)->auth_type, VRRP_AUTH_NONE);
	ck_assert_uint_eq(report_count(report, CONF_WARNING), 1);
}
END_TEST

/* One mistake, one finding: its class, its line in the instance (line 1 is the block's), and words of its text. */
static const struct {
	const char *lines;
	enum conf_class class;
	unsigned line;
	const char *text;
} mistakes[] = {
	{ VIP "advert_int 0.5", CONF_ERROR, 5, "whole seconds" },
	{ VIP "version 3\nadvert_int 41", CONF_ERROR, 6, "40.95" },
	{ VIP "advert_int 0", CONF_ERROR, 5, "" },
	{ VIP "priority 256", CONF_ERROR, 5, "" },
	{ VIP "priority 0", CONF_ERROR, 5, "" },
	{ VIP "version 4", CONF_ERROR, 5, "" },
	{ VIP "state SLAVE", CONF_WARNING, 5, "unknown state 'SLAVE'" },
	{ VIP "state MASTER", CONF_WARNING, 5, "priority 255" },
	{ VIP "state MASTER\npriority 100\nnopreempt", CONF_WARNING, 7, "nopreempt has no effect" },
	{ VIP "state MASTER\npriority 100\npreempt_delay 5", CONF_WARNING, 7, "preempt_delay has no effect" },
	{ VIP "authentication {\nauth_type AH\n}", CONF_ERROR, 6, "AH was removed from VRRP" },
	{ VIP "authentication {\nauth_type PASS\n}", CONF_WARNING, 5, "auth_pass is missing" },
	{ VIP "unicast_peer {\n}", CONF_ERROR, 5, "empty" },
	{ VIP "unicast_peer {\nfoo\n}", CONF_ERROR, 6, "foo" },
	{ VIP "mcast_dst_ip 192.0.2.1", CONF_ERROR, 5, "not a multicast" },
	{ VIP "track_script {\nnone\n}", CONF_WARNING, 6, "no vrrp_script 'none'" },
	{ VIP "track_process {\nnone\n}", CONF_WARNING, 6, "no vrrp_track_process 'none'" },
	{ VIP "}\nvrrp_track_process p {\nprocess x\nquorum 3\nquorum_max 2\n", CONF_ERROR, 6, "more than quorum_max" },
	{ VIP "track_file {\nnone\n}", CONF_WARNING, 6, "no track_file 'none'" },
	{ VIP "track_file {\nnone weight 255\n}", CONF_ERROR, 6, "" },
	{ VIP "}\ntrack_file f {\nfile run/f\n", CONF_ERROR, 7, "absolute path" },
	{ VIP "}\ntrack_file f {\nweight 1\n", CONF_ERROR, 6, "'file' is missing" },
	{ VIP "}\nvrrp_track_file f {\nfile /run/f\n", CONF_WARNING, 6, "track_file" },
	{ VIP "track_interface {\neth1 weight 300\n}", CONF_ERROR, 6, "" },
	{ VIP "track_interface {\neth1 weight\n}", CONF_ERROR, 6, "'weight' needs" },
	{ VIP "track_bfd {\nb\n}\n}\nbfd_instance b {\nneighbor_ip 192.0.2.9\nchecker", CONF_WARNING, 6, "'b' is for checks alone" },
	{ VIP "vmac_xmit_base", CONF_WARNING, 5, "no effect without use_vmac" },
	{ VIP "vrf blue", CONF_WARNING, 5, "'vrf' has no effect beside an interface: adverts are in the VRF of eth0" },
	{ VIP "unicast_src_ip 192.0.2.9", CONF_WARNING, 5, "adverts are multicast from there" },
	{ VIP "unicast_ttl 9", CONF_WARNING, 5, "'unicast_ttl' without unicast_peer: adverts are multicast" },
	{ VIP "use_vmac 01:00:5e:00:00:01", CONF_ERROR, 5, "multicast" },
	{ VIP "virtual_routes {\n10.0.0.0/8 via 192.0.2.9 expires 9 dev eth1\n}", CONF_WARNING, 6, "routes of IPv4 do not expire" },
	{ VIP "virtual_routes {\n10.0.0.0/8 via 192.0.2.9 or 2001:db8::8\n}", CONF_ERROR, 6, "IPv4 and IPv6 in one route" },
	{ VIP "virtual_routes {\n10.0.0.1/8 dev eth1\n}", CONF_WARNING, 6, "bits behind its length" },
	{ VIP "virtual_routes {\n10.0.0.0/8 wia 192.0.2.9\n}", CONF_ERROR, 6, "'wia' is no word of a route" },
	{ VIP "virtual_routes {\nvia 192.0.2.9\n}", CONF_ERROR, 6, "no prefix" },
	{ VIP "virtual_routes {\nblackhole 10.0.0.0/8 dev eth1\n}", CONF_ERROR, 6, "leads nowhere" },
	{ VIP "virtual_routes {\n10.0.0.0/8 via 192.0.2.9 encap mpls x\n}", CONF_ERROR, 6, "'x' is no list of labels" },
	{ VIP "virtual_routes {\n10.0.0.0/8 nexthop via 192.0.2.9 encap gre\n}", CONF_ERROR, 6, "'gre' is not one of" },
	{ VIP "virtual_rules {\ntable blue preference 7\n}", CONF_WARNING, 6, "no table is called" },
	{ VIP "virtual_rules {\nfrom 192.0.2.1 preference 7\n}", CONF_WARNING, 6, "does not say what to do" },
	{ VIP "virtual_rules {\nfwmark 7/ table 7 preference 7\n}", CONF_ERROR, 6, "not a mark" },
	{ VIP "virtual_routes {\n2001:db8::/32 via 192.0.2.9\n}", CONF_ERROR, 6, "IPv4 and IPv6" },
	{ VIP "virtual_routes {\n10.0.0.0/8 table blue\n}", CONF_WARNING, 6, "no table is called" },
	{ VIP "lvs_sync_daemon_interface eth0:1", CONF_ERROR, 5, "'eth0:1' cannot be the name of an interface" },
	{ VIP "unicast_peer {\n2001:db8::2\n}", CONF_ERROR, 5, "'unicast_peer' is IPv6, the instance is IPv4" },
	{ "virtual_ipaddress {\nfe80::1\n}\nmcast_src_ip 192.0.2.1", CONF_ERROR, 7, "'mcast_src_ip' is IPv4, the instance is IPv6" },
	{ "virtual_ipaddress {\nfe80::1\n}\nversion 2", CONF_WARNING, 7, "version 2 of VRRP has no IPv6" },
	{ "", CONF_WARNING, 1, "no virtual address" },
	{ "virtual_ipaddress {\n192.0.2.1\n2001:db8::1\n}", CONF_ERROR, 6, "IPv4 and IPv6" },
	{ "virtual_ipaddress {\n2001:db8::1\n}", CONF_WARNING, 4, "none of the advertised IPv6 addresses is link-local" },
	{ "virtual_ipaddress {\nfe80::1 preferred_lft 5\n}", CONF_WARNING, 5, "preferred_lft 5 counts as forever" },
	{ "virtual_ipaddress {\n192.0.2.1\n192.0.2.1\n}", CONF_WARNING, 6, "listed twice" },
	{ "virtual_ipaddress {\n192.0.2\n}", CONF_ERROR, 5, "no address" },
	{ "virtual_ipaddress {\n224.0.0.1\n}", CONF_ERROR, 5, "cannot be a virtual address" },
	{ "virtual_ipaddress {\n192.0.2.1 label 0123456789abcdef\n}", CONF_ERROR, 5, "longer than 15" },
	{ "virtual_ipaddress {\n192.0.2.1 dev\n}", CONF_ERROR, 5, "'dev' needs" },
	{ "virtual_ipaddress {\n192.0.2.1 wat\n}", CONF_WARNING, 5, "'wat' is not known" },
	{ VIP "prioritty 100", CONF_WARNING, 5, "prioritty" },
};

START_TEST(mistake) {
	const struct finding *f;
	bool is_error = mistakes[_i].class == CONF_ERROR;

	ck_assert_int_eq(load_vi(mistakes[_i].lines) < 0, is_error);
	if (findings() != 1)
		report_print(report, stdout, false);
	ck_assert_uint_eq(findings(), 1);
	f = report_get(report, 0);
	ck_assert_int_eq(f->class, mistakes[_i].class);
	ck_assert_uint_eq(f->at.line, mistakes[_i].line);
	ck_assert_msg(strstr(f->text, mistakes[_i].text) != NULL, "'%s' in '%s'", mistakes[_i].text, f->text);
}
END_TEST

START_TEST(missing_rows) {
	ck_assert_int_lt(load("vrrp_instance A {\ninterface eth0\n" VIP "}\n"), 0);
	ck_assert_ptr_nonnull(strstr(report_get(report, 0)->text, "virtual_router_id"));
	ck_assert_int_lt(load("vrrp_instance A {\nvirtual_router_id 1\n" VIP "}\n"), 0);
	ck_assert_ptr_nonnull(strstr(report_get(report, 0)->text, "interface"));
	ck_assert_int_lt(load("vrrp_script a {\n}\n"), 0);
	ck_assert_ptr_nonnull(strstr(report_get(report, 0)->text, "script"));
}
END_TEST

static const struct vrrp_vip *vip_of(unsigned instance, unsigned i)
{
	return vi(instance)->vips.item[i];
}

/* An IPv6 instance may have the number of its IPv4 sister; link-local addresses lead its advert, version 3 is the only one. */
START_TEST(ipv6_sister) {
	ck_assert_int_eq(
		load("vrrp_instance A {\n" BASE VIP "}\nvrrp_instance B {\n" BASE
		     "virtual_ipaddress {\n2001:db8::1\n2001:db8::2/64\nfe80::1/64\n}\n"
		     "virtual_ipaddress_excluded {\n192.0.2.7\nfe80::2\n2001:db8::3 preferred_lft forever\n}\n}\n"),
		0);
	expect_clean();
	ck_assert_uint_eq(conf.instances.n, 2);
	ck_assert_uint_eq(vi(0)->family, AF_INET);
	ck_assert_uint_eq(vi(0)->version, VRRP_V2);
	ck_assert_uint_eq(vi(1)->family, AF_INET6);
	ck_assert_uint_eq(vi(1)->version, VRRP_V3);
	ck_assert_uint_eq(vi(1)->n_advertised, 3);
	expect_addr(&vip_of(1, 0)->addr, "fe80::1");
	expect_addr(&vip_of(1, 1)->addr, "2001:db8::1");
	expect_addr(&vip_of(1, 3)->addr, "192.0.2.7");
	ck_assert(vip_of(1, 1)->is_deprecated && !vip_of(1, 2)->is_deprecated && vip_of(1, 4)->is_deprecated);
	ck_assert(!vip_of(1, 0)->is_deprecated && !vip_of(1, 3)->is_deprecated && !vip_of(1, 5)->is_deprecated);
}
END_TEST

START_TEST(family) {
	ck_assert_int_eq(load_vi("virtual_ipaddress_excluded {\n192.0.2.7\n}\nunicast_src_ip 2001:db8::1\n"
				 "unicast_peer {\n2001:db8::2\n}\n"),
		0);
	ck_assert_uint_eq(vi(0)->family, AF_INET6);
	ck_assert_int_eq(load_vi("no_virtual_ipaddress\nnative_ipv6\n"), 0);
	ck_assert_uint_eq(vi(0)->family, AF_INET6);
	ck_assert_int_eq(load_vi("no_virtual_ipaddress\n"), 0);
	ck_assert_uint_eq(vi(0)->family, AF_INET);
	ck_assert_int_eq(
		load("vrrp_instance A {\nvirtual_router_id 1\nvirtual_ipaddress {\nfe80::1\n}\nunicast_src_ip fe80::3\n"
		     "unicast_peer {\nfe80::2\n}\n}\n"),
		-EINVAL);
	ck_assert_ptr_nonnull(strstr(report_get(report, 0)->text, "a link-local peer needs an 'interface'"));
}
END_TEST

/* What a change of the file costs a running instance. */
static const struct {
	const char *lines;
	enum conf_cost cost;
} changes[] = {
	{ "priority 100\n" VIP, CONF_SAME },
	{ "priority 100  # again\n\n" VIP, CONF_SAME },
	{ "priority 90\n" VIP, CONF_LIVE },
	{ "priority 100\nvirtual_ipaddress { 192.0.2.100/24\n192.0.2.7 }\n", CONF_LIVE },
	{ "priority 100\nnotify /bin/true\n" VIP, CONF_LIVE },
	{ "priority 100\nunicast_peer {\n192.0.2.2\n}\n" VIP, CONF_REBIND },
	{ "priority 100\nauthentication {\nauth_type PASS\nauth_pass x\n}\n" VIP, CONF_REBIND },
	{ "priority 100\nversion 3\n" VIP, CONF_RESTART },
};

START_TEST(cost_of_a_change) {
	char *text = x_asprintf("vrrp_instance VI_1 {\n" BASE "%s\n}\n", changes[_i].lines);

	ck_assert_int_eq(load_vi("priority 100\n" VIP), 0);
	ck_assert_int_eq(load_into(&second, &tree[1], text), 0);
	free(text);
	ck_assert_int_eq(schema_diff(&vrrp_instance_block, vi(0), second.instances.item[0]), changes[_i].cost);
}
END_TEST

/* The man page and -t are made of these sentences. */
static void check_block(const struct conf_block *b)
{
	ck_assert_ptr_nonnull(b->doc);
	for (const struct conf_item *it = b->items; it->name; it++) {
		ck_assert_msg(it->doc != NULL || it->type == CONF_ALIAS, "%s in %s has no sentence", it->name, b->name);
		if (it->type == CONF_BLOCK)
			check_block(it->block);
	}
}

START_TEST(every_row_has_a_sentence) {
	check_block(&vrrp_root);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vrrp_schema");
	TCase *t = tcase_create("tables");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, defaults);
	tcase_add_test(t, inherited_from_global_defs);
	tcase_add_test(t, strict_owner);
	tcase_add_test(t, addresses);
	tcase_add_test(t, peers_and_trackers);
	tcase_add_test(t, routes);
	tcase_add_test(t, tracked_files);
	tcase_add_test(t, tracked_processes);
	tcase_add_test(t, authentication);
	tcase_add_loop_test(t, mistake, 0, sizeof(mistakes) / sizeof(mistakes[0]));
	tcase_add_test(t, missing_rows);
	tcase_add_test(t, ipv6_sister);
	tcase_add_test(t, family);
	tcase_add_loop_test(t, cost_of_a_change, 0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_test(t, every_row_has_a_sentence);
	suite_add_tcase(s, t);
	return run_suite(s);
}
