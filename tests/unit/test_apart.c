/*
 * test_apart.c - schema_read_apart(): the same structs as of a tree of everything, without lines; blocks that stand alone in
 * pieces, what is written between and behind them, and what depends on both.
 */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/report.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "run.h"

struct one {
	struct checkers_config conf;
	struct arena *arena;
	struct report *report;
	int result;
};

static void one_done(struct one *o)
{
	arena_free(o->arena);
	report_free(o->report);
}

/* Canonical bytes: what main sends. */
static struct text canonical(const char *s)
{
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("test", s, strlen(s), false, r);
	struct text out = { 0 };

	tree_write(t, &out);
	tree_free(t);
	report_free(r);
	return out;
}

static struct one read_whole(const struct text *bytes)
{
	struct one o = { .arena = arena_new(), .report = report_new() };
	struct conf_tree *t = tree_read_bytes("configuration", text_str(bytes), bytes->len, true, o.report);
	const struct conf_view view = { &checkers_root, &o.conf };

	o.result = schema_read(&(struct conf_read){ .report = o.report, .arena = o.arena }, &view, 1, t, false);
	schema_forget(&checkers_root, &o.conf);
	tree_free(t);
	return o;
}

static struct one read_apart(const struct text *bytes)
{
	struct one o = { .arena = arena_new(), .report = report_new() };
	const struct conf_view view = { &checkers_root, &o.conf };

	o.result = schema_read_apart(&(struct conf_read){ .report = o.report, .arena = o.arena }, &view,
		text_str(bytes), bytes->len);
	return o;
}

static void same_text(const char *a, const char *b)
{
	ck_assert_str_eq(a ? a : "", b ? b : "");
}

static void same_check(const struct check_conf *a, const struct check_conf *b)
{
	ck_assert(a->how->kind == b->how->kind && a->how->checker == b->how->checker);
	ck_assert(addr_equal(&a->connect_ip, &b->connect_ip) && a->connect_port == b->connect_port);
	ck_assert(a->how->connect_timeout == b->how->connect_timeout && a->how->delay_loop == b->how->delay_loop);
	ck_assert(a->how->delay_before_retry == b->how->delay_before_retry && a->how->warmup == b->how->warmup &&
		a->how->retry == b->how->retry);
	ck_assert(a->how->log_all_failures == b->how->log_all_failures && a->how->via == b->how->via &&
		a->via_mark == b->via_mark);
	ck_assert_uint_eq(a->urls.n, b->urls.n);
	ck_assert_ptr_null(b->head.node);
}

static void same_server(const struct rs_conf *a, const struct rs_conf *b)
{
	ck_assert(addr_equal(&a->addr, &b->addr) && a->port == b->port && a->weight == b->weight);
	ck_assert(a->how->forward == b->how->forward && a->tier == b->tier && a->how->admin == b->how->admin &&
		a->how->is_added == b->how->is_added);
	ck_assert(a->how->retry == b->how->retry && a->how->delay_loop == b->how->delay_loop &&
		a->how->warmup == b->how->warmup);
	same_text(a->how->pool, b->how->pool);
	ck_assert(b->how->is_added || !b->head.node);
	ck_assert_uint_eq(a->checks.n, b->checks.n);
	for (unsigned i = 0; i < a->checks.n; i++)
		same_check(a->checks.item[i], b->checks.item[i]);
}

static void same_lines(const struct conf_vec *a, const struct conf_vec *b)
{
	ck_assert_uint_eq(a->n, b->n);
	for (unsigned i = 0; i < a->n; i++) {
		const struct group_line *x = a->item[i], *y = b->item[i];

		ck_assert(addr_equal(&x->first, &y->first) && addr_equal(&x->last, &y->last));
		ck_assert(x->port == y->port && x->fwmark == y->fwmark);
	}
}

static void same_service(const struct vs_conf *a, const struct vs_conf *b)
{
	ck_assert(addr_equal(&a->addr, &b->addr) && a->port == b->port && a->fwmark == b->fwmark);
	ck_assert(a->how->dr_path == b->how->dr_path && a->how->drain_timeout == b->how->drain_timeout &&
		a->how->quorum == b->how->quorum);
	ck_assert(!a->sorry == !b->sorry && a->protocol == b->protocol && a->how->sched_flags == b->how->sched_flags);
	same_text(a->how->scheduler, b->how->scheduler);
	same_text(a->group, b->group);
	same_lines(&a->lines, &b->lines);
	ck_assert(schema_diff(&virtual_server_block, a, b) == CONF_SAME);
	ck_assert(schema_seen(&virtual_server_block, a, "quorum") == schema_seen(&virtual_server_block, b, "quorum"));
	ck_assert_ptr_null(b->head.node);
	ck_assert(a->servers.n == b->servers.n && a->pools.n == b->pools.n);
	for (unsigned i = 0; i < a->servers.n; i++)
		same_server(a->servers.item[i], b->servers.item[i]);
}

static void same(const char *s, unsigned n_services)
{
	struct text bytes = canonical(s);
	struct one whole = read_whole(&bytes), apart = read_apart(&bytes);

	ck_assert_int_eq(whole.result, 0);
	ck_assert_int_eq(apart.result, 0);
	ck_assert_uint_eq(apart.conf.services.n, n_services);
	ck_assert_uint_eq(whole.conf.services.n, n_services);
	for (unsigned i = 0; i < n_services; i++)
		same_service(whole.conf.services.item[i], apart.conf.services.item[i]);
	ck_assert(schema_diff(&checkers_root, &whole.conf, &apart.conf) == CONF_SAME);
	ck_assert_uint_eq(whole.conf.groups.n, apart.conf.groups.n);
	ck_assert_uint_eq(whole.conf.overlay.n, apart.conf.overlay.n);
	ck_assert_uint_eq(whole.conf.n_via, apart.conf.n_via);
	one_done(&whole);
	one_done(&apart);
	text_done(&bytes);
}

#define VS(address, lines) "virtual_server " address " 80 {\n protocol TCP\n" lines "}\n"
#define RS(address, lines) "real_server " address " 80 {\n" lines "}\n"
#define TCP "TCP_CHECK {\n}\n"

static const struct {
	const char *text;
	unsigned n_services;
} rows[] = {
	{ "", 0 },
	{ "vrrp_script x {\n script /bin/true\n}\n", 0 },
	{ VS("192.0.2.1", "quorum 2\nlb_algo mh\nmh-port\n" RS("10.0.0.1", "weight 3\n" TCP) RS("10.0.0.2", "retry 7\n")), 1 },
	/* what is said of all services stands before, between and behind them */
	{ VS("192.0.2.1", RS("10.0.0.1", TCP)) "global_defs {\n dr_path off\n drain_timeout 7\n checker_log_all_failures\n}\n"
	  VS("192.0.2.2", "drain_timeout 9\n" RS("10.0.0.1", "TCP_CHECK {\n log_all_failures off\n}\n")), 2 },
	{ "virtual_server group web {\n protocol TCP\n" RS("10.0.0.1", "") "}\n"
	  "virtual_server_group web {\n 192.0.2.1-9 80\n 192.0.2.77 443\n}\n" VS("192.0.2.100", ""), 2 },
	/* tiers, the sorry server, a server that is there twice */
	{ VS("192.0.2.1", "sorry_server 10.9.9.9 80\n" RS("10.0.0.1", "") RS("10.0.0.1", "weight 9\n")
	     "backup_pool far {\n" RS("10.0.1.1", TCP) "}\nbackup_pool farther {\n" RS("10.0.2.1", "") "}\n")
	  VS("192.0.2.2", "backup_pool far {\n" RS("10.0.1.1", "") "}\n"), 2 },
	/* changes over services, one of them added */
	{ VS("192.0.2.1", RS("10.0.0.1", TCP)) VS("192.0.2.2", RS("10.0.0.1", TCP))
	  "overlay {\n server add 192.0.2.1:80/tcp 10.0.0.3:80 like 10.0.0.1:80 weight 5\n"
	  " server state 192.0.2.1:80/tcp 10.0.0.1:80 drain\n service state 192.0.2.2:80/tcp disabled\n}\n", 2 },
	/* words with spaces and braces, a check with lines inside, private services */
	{ "global_defs {\n vs_sync_daemon_x 1\n}\n"
	  VS("192.0.2.1", "lb_kind DR\n" RS("10.0.0.1", "TCP_CHECK {\n via service\n}\n"
	     "HTTP_GET {\n url {\n path \"/a b}\"\n status_code 200\n}\n}\n")), 1 },
};

START_TEST(alike) {
	same(rows[_i].text, rows[_i].n_services);
}
END_TEST

/* Many pieces, with one service that is larger than a piece. */
START_TEST(many) {
	struct text t = { 0 };

	for (unsigned i = 0; i < 1000; i++) {
		text_printf(&t, "virtual_server 10.1.%u.%u 80 {\n protocol TCP\n weight %u\n", i / 250, i % 250 + 1,
			i + 1);
		for (unsigned k = 0; k < (i == 500 ? 1500 : i % 5); k++)
			text_printf(&t, " real_server 10.2.%u.%u 80 {\n TCP_CHECK {\n }\n }\n", k / 250, k % 250 + 1);
		text_add(&t, "}\n");
		if (i % 300 == 7)
			text_printf(&t, "virtual_server_group g%u {\n 192.0.2.%u 80\n}\n", i, i % 250 + 1);
	}
	same(text_str(&t), 1000);
	text_done(&t);
}
END_TEST

static const char *const bad[] = {
	"virtual_server 1.2.3 80 {\n}\n",
	"virtual_server 192.0.2.1 80 {\n\tquorum many\n}\n",
	"virtual_server 192.0.2.1 80 {\n\tquorum 1\n",
	"virtual_server 192.0.2.1 80 {\n",
	"virtual_server 192.0.2.1 80",
	"virtual_server_group web {\n\t1.2.3 80\n}\n",
};

START_TEST(refused) {
	struct text bytes = { 0 };
	struct one o;

	text_add(&bytes, bad[_i]);
	o = read_apart(&bytes);
	ck_assert_int_lt(o.result, 0);
	one_done(&o);
	text_done(&bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("apart");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, alike, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, many);
	tcase_add_loop_test(tc, refused, 0, sizeof(bad) / sizeof(bad[0]));
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
