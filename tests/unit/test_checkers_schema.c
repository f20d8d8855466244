/* test_checkers_schema.c - virtual_server and its blocks: what is read, inherited, warned about and refused. */
#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "base/text.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/http.h"
#include "checkers/lint.h"
#include "conf/tree.h"
#include "net/ipvs.h"
#include "run.h"

static struct checkers_config conf;
static struct conf_tree *tree;
static struct report *report;
static struct arena *arena;

static void teardown(void)
{
	tree_free(tree);
	report_free(report);
	arena_free(arena);
	tree = NULL;
	report = NULL;
	arena = NULL;
}

/* Reads a file; what was read before is gone. */
static int load(const char *text)
{
	struct conf_view view = { &checkers_root, &conf };
	struct conf_read rd;
	int r;

	teardown();
	report = report_new();
	arena = arena_new();
	rd = (struct conf_read){ .report = report, .arena = arena };
	tree = tree_read_bytes("test", text, strlen(text), true, report);
	r = schema_read(&rd, &view, 1, tree, true);
	checkers_lint(&conf, report);
	return r;
}

/* The same for the lines inside "virtual_server 192.0.2.1 80 { }". */
static int load_vs(const char *lines)
{
	char *text = x_asprintf("virtual_server 192.0.2.1 80 {\n%s\n}\n", lines);
	int r = load(text);

	free(text);
	return r;
}

static const struct vs_conf *vs(unsigned i)
{
	ck_assert_uint_gt(conf.services.n, i);
	return conf.services.item[i];
}

static const struct rs_conf *rs(unsigned i)
{
	ck_assert_uint_gt(vs(0)->servers.n, i);
	return vs(0)->servers.item[i];
}

static const struct check_conf *check(unsigned i)
{
	ck_assert_uint_gt(rs(0)->checks.n, i);
	return rs(0)->checks.item[i];
}

static unsigned errors(void)
{
	return report_count(report, CONF_ERROR);
}

static unsigned warnings(void)
{
	return report_count(report, CONF_WARNING);
}

/* The only finding of its class, and what it says. */
static void expect_finding(enum conf_class class, const char *part)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(report, i)); i++)
		if (f->class == class && strstr(f->text, part))
			return;
	for (unsigned i = 0; (f = report_get(report, i)); i++)
		fprintf(stderr, "found: %s\n", f->text);
	ck_abort_msg("no finding says: %s", part);
}

static const char *addr_text(const struct addr *a)
{
	static char buf[ADDR_STRLEN];

	return addr_str(a, buf);
}

START_TEST(the_defaults_are_keepalived_s) {
	ck_assert_int_eq(load_vs("real_server 10.0.0.1 80 {\nTCP_CHECK {\n}\n HTTP_GET {\nurl {\npath /\n}\n}\n}"), 0);
	ck_assert_uint_eq(warnings(), 0);
	ck_assert_str_eq(vs(0)->how->scheduler, "wlc");
	ck_assert_uint_eq(vs(0)->how->forward, LVS_NAT);
	ck_assert_uint_eq(vs(0)->protocol, IPPROTO_TCP);
	ck_assert_uint_eq(vs(0)->how->persistence_timeout, 0);
	ck_assert_uint_eq(vs(0)->how->persistence_prefix, 0);
	ck_assert_uint_eq(vs(0)->how->quorum, 1);
	ck_assert_uint_eq(vs(0)->how->hysteresis, 0);
	ck_assert(vs(0)->lines.n == 1 && !vs(0)->how->alpha && !vs(0)->how->inhibit_on_failure && !vs(0)->sorry);
	ck_assert(!vs(0)->how->omega && !vs(0)->how->ha_suspend);
	ck_assert_uint_eq(rs(0)->weight, 1);
	ck_assert_uint_eq(rs(0)->how->forward, LVS_NAT);
	ck_assert_uint_eq(rs(0)->checks.n, 2);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_str_eq(addr_text(&check(i)->connect_ip), "10.0.0.1");
		ck_assert_uint_eq(check(i)->connect_port, 80);
		ck_assert_int_eq(check(i)->how->connect_timeout, 5 * MONO_SEC);
		ck_assert_int_eq(check(i)->how->delay_loop, 60 * MONO_SEC);
		ck_assert_int_eq(check(i)->how->warmup, 60 * MONO_SEC);
		ck_assert_uint_eq(check(i)->how->retry, 1);
	}
	ck_assert_ptr_eq(check(0)->how->checker, &tcp_checker);
	ck_assert_ptr_eq(check(1)->how->checker, &http_checker);
	ck_assert_int_eq(check(0)->how->delay_before_retry, MONO_SEC);
	ck_assert_int_eq(check(1)->how->delay_before_retry, 3 * MONO_SEC);
	ck_assert_uint_eq(check(1)->how->http_protocol, HTTP_1_0);
}
END_TEST

/* Words after the block inherit too: what counts is the whole block, not the order of its lines. */
START_TEST(what_is_not_written_comes_from_the_block_around) {
	ck_assert_int_eq(
		load_vs("real_server 10.0.0.1 8080 {\n TCP_CHECK {\n}\n TCP_CHECK {\n retry 0\n delay_loop 1\n"
			"connect_port 81\n connect_ip 10.0.0.9\n alpha off\n delay_before_retry 0.5\n connect_timeout 2\n}\n"
			"retry 7\n connect_timeout 3\n}\n"
			"real_server 10.0.0.2 {\n inhibit_on_failure\n weight 0\n lvs_method TUN\n alpha off\n}\n"
			"delay_loop 6\n alpha\n retry 4\n weight 9\n delay_before_retry 2\n warmup 0\n virtualhost www"),
		0);
	ck_assert_uint_eq(rs(0)->weight, 9);
	ck_assert_uint_eq(rs(1)->weight, 0);
	ck_assert_uint_eq(rs(1)->port, 80);
	ck_assert_uint_eq(rs(1)->how->forward, LVS_TUN);
	ck_assert(rs(0)->how->alpha && !rs(1)->how->alpha && !rs(0)->how->inhibit_on_failure &&
		rs(1)->how->inhibit_on_failure);
	ck_assert_int_eq(check(0)->how->delay_loop, 6 * MONO_SEC);
	ck_assert_uint_eq(check(0)->how->retry, 7);
	ck_assert_int_eq(check(0)->how->connect_timeout, 3 * MONO_SEC);
	ck_assert_int_eq(check(0)->how->delay_before_retry, 2 * MONO_SEC);
	ck_assert_int_eq(check(0)->how->warmup, 0);
	ck_assert_uint_eq(check(0)->connect_port, 8080);
	ck_assert_str_eq(check(0)->how->virtualhost, "www");
	ck_assert(check(0)->how->alpha && !check(1)->how->alpha);
	ck_assert_uint_eq(check(1)->how->retry, 0);
	ck_assert_int_eq(check(1)->how->delay_loop, MONO_SEC);
	ck_assert_int_eq(check(1)->how->connect_timeout, 2 * MONO_SEC);
	ck_assert_int_eq(check(1)->how->delay_before_retry, MONO_SEC / 2);
	ck_assert_uint_eq(check(1)->connect_port, 81);
	ck_assert_str_eq(addr_text(&check(1)->connect_ip), "10.0.0.9");
}
END_TEST

START_TEST(old_spellings_and_obsolete_words_are_kind) {
	ck_assert_int_eq(load_vs("lb_algo rr\n lb_kind DR\n nat_mask 255.255.255.0\n persistence_timeout 0\n"
				 "real_server 10.0.0.1 80 {\n TCP_CHECK {\n nb_get_retry 3\n}\n"
				 "HTTP_GET {\n nb_get_retry 5\n url {\n path /\n}\n}\n}"),
		0);
	ck_assert_str_eq(vs(0)->how->scheduler, "rr");
	ck_assert_uint_eq(vs(0)->how->forward, LVS_DR);
	ck_assert_uint_eq(vs(0)->how->persistence_timeout, 0);
	ck_assert_uint_eq(check(0)->how->retry, 3);
	ck_assert_uint_eq(check(1)->how->retry, 5);
	expect_finding(CONF_WARNING, "nat_mask");
	expect_finding(CONF_WARNING, "nb_get_retry");
}
END_TEST

START_TEST(persistence) {
	static const struct {
		const char *lines;
		uint32_t timeout, prefix;
	} rows[] = {
		{ "persistence_timeout", 360, 0 },
		{ "persistence_timeout 60", 60, 0 },
		{ "persistence_timeout 2678400", 2678400, 0 },
		{ "persistence_timeout 60\n persistence_granularity 255.255.255.0", 60, 24 },
		{ "persistence_granularity 24\n persistence_timeout 60", 60, 24 },
		{ "persistence_granularity 32\n persistence_timeout 60", 60, 32 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(load_vs(rows[i].lines), 0);
		ck_assert_uint_eq(vs(0)->how->persistence_timeout, rows[i].timeout);
		ck_assert_uint_eq(vs(0)->how->persistence_prefix, rows[i].prefix);
	}
	ck_assert_int_lt(load_vs("persistence_timeout 2678401"), 0);
	ck_assert_int_lt(load_vs("persistence_granularity 33"), 0);
	ck_assert_int_eq(
		load("virtual_server fd00::1 80 {\n persistence_granularity 64\n}\nvirtual_server fd00::2 80 {\n}\n"),
		0);
	ck_assert_uint_eq(vs(0)->how->persistence_prefix, 64);
	ck_assert_uint_eq(vs(1)->how->persistence_prefix, 0);
}
END_TEST

START_TEST(scheduler_flags_do_not_depend_on_the_order) {
	static const struct {
		const char *lines;
		uint32_t flags;
	} rows[] = {
		{ "sh-port\n lvs_sched sh", IPVS_SCHED2 },
		{ "lvs_sched sh\n sh-fallback", IPVS_SCHED1 },
		{ "mh-port\n mh-fallback\n lb_algo mh", IPVS_SCHED1 | IPVS_SCHED2 },
		{ "flag-1\n flag-3", IPVS_SCHED1 | IPVS_SCHED3 },
		{ "flag-2", IPVS_SCHED2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(load_vs(rows[i].lines), 0);
		ck_assert_uint_eq(vs(0)->how->sched_flags, rows[i].flags);
		ck_assert_uint_eq(warnings(), 0);
	}
	ck_assert_int_eq(load_vs("lvs_sched myown\n protocol UDP\n ops"), 0);
	ck_assert_str_eq(vs(0)->how->scheduler, "myown");
	ck_assert(vs(0)->how->ops);
	ck_assert_uint_eq(warnings(), 1);
	expect_finding(CONF_WARNING, "it needs a module ip_vs_myown");
}
END_TEST

START_TEST(forwarding) {
	static const struct {
		const char *word;
		int result;
		unsigned forward, warnings;
	} rows[] = {
		{ "NAT", 0, LVS_NAT, 0 }, { "DR", 0, LVS_DR, 0 },   { "TUN", 0, LVS_TUN, 0 },
		{ "dr", 0, LVS_DR, 1 },	  { "TUN type gue port 5", 0, LVS_TUN, 0 }, { "FNAT", -1, 0, 0 },
		{ "ROUTE", -1, 0, 0 },	  { "", -1, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char lines[64];

		snprintf(lines, sizeof(lines), "lb_kind %s", rows[i].word);
		ck_assert_msg((load_vs(lines) < 0) == (rows[i].result < 0), "%s", lines);
		if (rows[i].result == 0)
			ck_assert_uint_eq(vs(0)->how->forward, rows[i].forward);
		ck_assert_msg(warnings() == rows[i].warnings, "%s: %u warnings", lines, warnings());
	}
}
END_TEST

START_TEST(the_sorry_server) {
	ck_assert_int_eq(load_vs("sorry_server 10.0.0.9\n lb_kind DR\n quorum 3\n hysteresis 1\n sorry_server_inhibit\n"
				 "real_server 10.0.0.1 80 {\n weight 9\n}"),
		0);
	ck_assert_str_eq(addr_text(&vs(0)->sorry->addr), "10.0.0.9");
	ck_assert_uint_eq(vs(0)->sorry->port, 80);
	ck_assert_uint_eq(vs(0)->sorry->weight, 1);
	ck_assert_uint_eq(vs(0)->sorry->how->forward, LVS_DR);
	ck_assert(vs(0)->how->sorry_inhibit);
	ck_assert_uint_eq(vs(0)->how->quorum, 3);
	ck_assert_uint_eq(vs(0)->how->hysteresis, 1);
	ck_assert_int_eq(load_vs("lb_kind DR\n sorry_server_lvs_method NAT\n sorry_server 10.0.0.9 8080"), 0);
	ck_assert_uint_eq(vs(0)->sorry->how->forward, LVS_NAT);
	ck_assert_uint_eq(vs(0)->sorry->port, 8080);
	ck_assert_uint_eq(warnings(), 0);
}
END_TEST

START_TEST(http_get) {
	ck_assert_int_eq(
		load_vs("virtualhost vs\n real_server 10.0.0.1 80 {\n HTTP_GET {\n http_protocol 1.1\n virtualhost check\n"
			"url {\n path /a\n status_code 200 301-302\n digest 0123456789ABCDEF0123456789abcdef\n virtualhost u\n}\n"
			"url {\n path /b\n}\n}\n}"),
		0);
	ck_assert_uint_eq(check(0)->urls.n, 2);
	ck_assert_uint_eq(check(0)->how->http_protocol, HTTP_1_1);
	ck_assert_str_eq(check(0)->how->virtualhost, "check");
	const struct url_conf *a = check(0)->urls.item[0], *b = check(0)->urls.item[1];

	ck_assert_str_eq(a->path, "/a");
	ck_assert_uint_eq(a->n_status, 2);
	ck_assert_uint_eq(a->status[0].low, 200);
	ck_assert_uint_eq(a->status[0].high, 200);
	ck_assert_uint_eq(a->status[1].low, 301);
	ck_assert_uint_eq(a->status[1].high, 302);
	ck_assert_str_eq(a->digest, "0123456789abcdef0123456789abcdef");
	ck_assert_str_eq(a->virtualhost, "u");
	ck_assert(b->n_status == 0 && !b->digest && !b->virtualhost);
}
END_TEST

START_TEST(mistakes_are_refused) {
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "virtual_server {\n}", "" },
		{ "virtual_server nonsense 80 {\n}", "nonsense" },
		{ "virtual_server 192.0.2.1 70000 {\n}", "70000" },
		{ "virtual_server 192.0.2.1 80x {\n}", "80x" },
		{ "virtual_server 192.0.2.1 {\n}", "needs persistence_timeout" },
		{ "virtual_server 192.0.2.1 80 {\n protocol ICMP\n}", "ICMP" },
		{ "virtual_server 192.0.2.1 80 {\n delay_loop soon\n}", "soon" },
		{ "virtual_server 192.0.2.1 80 {\n lvs_sched areallylongscheduler\n}", "too long" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n weight 65536\n}\n}", "65536" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n HTTP_GET {\n}\n}\n}", "HTTP_GET has no url" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n HTTP_GET {\n url {\n}\n}\n}\n}", "path" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n HTTP_GET {\n url {\n path /\n status_code 99\n}\n}\n}\n}", "99" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n HTTP_GET {\n url {\n path /\n status_code 300-200\n}\n}\n}\n}",
			"300-200" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n HTTP_GET {\n url {\n path /\n digest abc\n}\n}\n}\n}",
			"32 hex digits" },
		{ "virtual_server 192.0.2.1 80 {\n real_server fd00::1 80 {\n}\n}", "other address family" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 224.0.0.1 80 {\n}\n}", "not the address of a server" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n uthreshold 5\n lthreshold 6\n}\n}", "above uthreshold" },
		{ "virtual_server 192.0.2.1 80 {\n}\nvirtual_server 192.0.2.2 80 {\n}\nvirtual_server 192.0.2.1 80 {\n}", "defined twice" },
		{ "global_defs {\n lvs_timeouts tcp 900 icmp 3\n}", "icmp" },
		{ "global_defs {\n lvs_timeouts tcp\n}", "seconds" },
		{ "virtual_server fwmark 0 {\n}", "0" },
		{ "virtual_server fwmark 1 {\n persistence_timeout\n persistence_granularity 64\n}", "no length for IPv4" },
		{ "virtual_server_group g {\n 192.0.2.1\n}\nvirtual_server group g {\n}", "needs persistence_timeout" },
		{ "virtual_server 192.0.2.1 80 {\n lvs_sched sh\n slow_start 5\n}", "slow_start would move connections" },
		{ "virtual_server 192.0.2.1 80 {\n lvs_sched mh\n slow_start 5\n}", "slow_start would move connections" },
		{ "virtual_server 192.0.2.1 80 {\n lvs_sched dh\n slow_start 5\n}", "slow_start would move connections" },
		{ "virtual_server_group g {\n 10.0.0.0/15 80\n}\nvirtual_server group g {\n}", "more than 65536 addresses" },
		{ "virtual_server_group g {\n 2001:db8::/64 80\n}\nvirtual_server group g {\n}", "more than 65536 addresses" },
		{ "virtual_server_group g {\n 2001:db8::1 80\n}\nvirtual_server group g {\n real_server 10.0.0.1 80 {\n}\n}", "other address family" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_msg(load(rows[i].text) < 0 && errors() > 0, "row %zu is accepted: %s", i, rows[i].text);
		expect_finding(CONF_ERROR, rows[i].says);
	}
}
END_TEST

START_TEST(a_flush_of_services_alone_works) {
	ck_assert_int_eq(load("global_defs {\n lvs_flush_on_stop VS\n}"), 0);
	ck_assert_uint_eq(warnings(), 0);
}
END_TEST

START_TEST(lines_without_effect_are_warned_about) {
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n}\n real_server 10.0.0.1 80 {\n}\n}", "already a server" },
		{ "virtual_server 192.0.2.1 80 {\n lb_kind DR\n real_server 10.0.0.1 8080 {\n}\n}", "DR cannot change ports" },
		{ "virtual_server 192.0.2.1 80 {\n quorum 2\n real_server 10.0.0.1 80 {\n}\n}", "cannot be met" },
		{ "virtual_server 192.0.2.1 80 {\n quorum 2\n hysteresis 1\n weight 2\n real_server 10.0.0.1 80 {\n}\n}", "once lost" },
		{ "virtual_server 192.0.2.1 80 {\n ops\n}", "UDP alone" },
		{ "virtual_server 192.0.2.1 80 {\n snmp_name web\n}", "not supported yet" },
		{ "virtual_server 192.0.2.1 80 {\n ip_family inet6\n}", "for services by mark" },
		{ "virtual_server 192.0.2.1 80 {\n persistence_engine sip\n}", "no effect without persistence_timeout" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n MISC_CHECK {\n misc_path x\n}\n}\n}", "always counts as up" },
		{ "virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 80 {\n SSL_GET {\n url {\n path /\n}\n}\n}\n}", "always counts as up" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_msg(load(rows[i].text) == 0, "row %zu is refused: %s", i, rows[i].text);
		expect_finding(CONF_WARNING, rows[i].says);
	}
}
END_TEST

START_TEST(the_first_of_two_equal_servers_stays_where_it_is) {
	ck_assert_int_eq(load_vs("real_server 10.0.0.2 80 {\n weight 2\n}\n real_server 10.0.0.1 80 {\n weight 1\n}\n"
				 "real_server 10.0.0.2 {\n weight 9\n}\n real_server 10.0.0.2 81 {\n weight 4\n}"),
		0);
	ck_assert_uint_eq(vs(0)->servers.n, 3);
	ck_assert_uint_eq(rs(0)->weight, 2);
	ck_assert_uint_eq(rs(1)->weight, 1);
	ck_assert_uint_eq(rs(2)->weight, 4);
}
END_TEST

START_TEST(udp_and_tcp_on_one_port_are_two_services) {
	ck_assert_int_eq(load("virtual_server 192.0.2.1 53 {\n}\nvirtual_server 192.0.2.1 53 {\n protocol UDP\n}\n"),
		0);
	ck_assert_uint_eq(conf.services.n, 2);
}
END_TEST

START_TEST(globals) {
	ck_assert_int_eq(load("global_defs {\n lvs_timeouts tcp 7500 udp 30\n}\nglobal_defs {\n lvs_flush\n}\n"), 0);
	ck_assert_uint_eq(conf.globals.timeout_tcp, 7500);
	ck_assert_uint_eq(conf.globals.timeout_tcpfin, 0);
	ck_assert_uint_eq(conf.globals.timeout_udp, 30);
	ck_assert(conf.globals.is_flush);
	ck_assert_uint_eq(warnings(), 0);
}
END_TEST

START_TEST(names_in_log_and_status) {
	char buf[CONF_NAME_LEN];

	ck_assert_int_eq(
		load("virtual_server 192.0.2.1 80 {\n real_server 10.0.0.1 81 {\n}\n}\nvirtual_server fd00::1 53 {\n protocol UDP\n"
		     "real_server fd00::2 53 {\n}\n}\nvirtual_server fwmark 7 {\n}\n"
		     "virtual_server_group web {\n 192.0.2.9 80\n}\nvirtual_server group web {\n}\n"),
		0);
	ck_assert_str_eq(vs_name(vs(0), buf), "192.0.2.1:80/tcp");
	ck_assert_str_eq(vs_name(vs(1), buf), "[fd00::1]:53/udp");
	ck_assert_str_eq(vs_name(vs(2), buf), "fwmark 7");
	ck_assert_str_eq(vs_name(vs(3), buf), "group web");
	ck_assert_str_eq(rs_name(rs(0), buf), "10.0.0.1:81");
	ck_assert_str_eq(rs_name(vs(1)->servers.item[0], buf), "[fd00::2]:53");
}
END_TEST

static unsigned undocumented(const struct conf_block *b)
{
	unsigned n = 0;

	for (const struct conf_item *it = b->items; it->name; it++) {
		bool needs = it->type != CONF_ALIAS;

		if (needs && (!it->doc || !*it->doc || it->doc[strlen(it->doc) - 1] != '.')) {
			fprintf(stderr, "%s in %s has no sentence\n", it->name, b->name);
			n++;
		}
		if (it->block)
			n += undocumented(it->block);
	}
	return n;
}

START_TEST(every_row_has_its_sentence) {
	ck_assert_uint_eq(undocumented(&checkers_root), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("checkers_schema");
	TCase *t = tcase_create("checkers_schema");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, the_defaults_are_keepalived_s);
	tcase_add_test(t, what_is_not_written_comes_from_the_block_around);
	tcase_add_test(t, old_spellings_and_obsolete_words_are_kind);
	tcase_add_test(t, persistence);
	tcase_add_test(t, scheduler_flags_do_not_depend_on_the_order);
	tcase_add_test(t, forwarding);
	tcase_add_test(t, the_sorry_server);
	tcase_add_test(t, http_get);
	tcase_add_test(t, mistakes_are_refused);
	tcase_add_test(t, a_flush_of_services_alone_works);
	tcase_add_test(t, lines_without_effect_are_warned_about);
	tcase_add_test(t, the_first_of_two_equal_servers_stays_where_it_is);
	tcase_add_test(t, udp_and_tcp_on_one_port_are_two_services);
	tcase_add_test(t, globals);
	tcase_add_test(t, names_in_log_and_status);
	tcase_add_test(t, every_row_has_its_sentence);
	suite_add_tcase(s, t);
	return run_suite(s);
}
