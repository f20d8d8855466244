/* test_via.c - checks via their service: which address and mark they get, which private services there are, what is refused. */
#include "checkers/service_wanted.h"
#include "checkers/via.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkers/plan.h"
#include "net/ipvs_table.h"
#include "run.h"
#include "services_world.h"

#define VIA "TCP_CHECK {\n via service\n}\n"
#define RS(n, lines) "real_server 10.0.0." n " 80 {\n" lines "}\n"
#define VS(n, lines) "virtual_server 192.0.2." n " 80 {\nlb_kind DR\n" lines "}\n"

static const struct check_conf *check_of(const struct world *w, unsigned vs, unsigned rs)
{
	const struct vs_conf *v = w->conf.services.item[vs];

	return ((const struct rs_conf *)v->servers.item[rs])->checks.item[0];
}

START_TEST(target) {
	static const char text[] = VS("1", RS("1", VIA) RS("2", "TCP_CHECK {\n}\n") RS("3", VIA));
	const struct check_conf *c;
	char buf[ADDR_STRLEN];

	load(&one, text, 1, NULL);
	c = check_of(&one, 0, 0);
	ck_assert_str_eq(addr_str(&c->connect_ip, buf), "192.0.2.1");
	ck_assert_uint_eq(c->connect_port, 80);
	ck_assert_str_eq(addr_str(c->via_server, buf), "10.0.0.1");
	ck_assert(via_is_mark(c->via_mark));
	ck_assert_uint_ne(c->via_mark, check_of(&one, 0, 2)->via_mark);
	ck_assert_str_eq(addr_str(&check_of(&one, 0, 1)->connect_ip, buf), "10.0.0.2");
	ck_assert_uint_eq(check_of(&one, 0, 1)->via_mark, 0);
	ck_assert_uint_eq(via_count(&one.conf), 2);
	ck_assert(!via_is_mark(PLAN_GUARD_MARK) && !via_is_mark(VIA_MARK_FIRST + VIA_MARK_COUNT) &&
		via_is_mark(VIA_MARK_FIRST));
}
END_TEST

/* One server of several services has one mark; another method is another one. */
START_TEST(shared) {
	static const char text[] = VS("1", RS("1", VIA)) VS("2", RS("1", VIA)) VS("3", RS("1", "lvs_method TUN\n" VIA));

	load(&one, text, 1, NULL);
	ck_assert_uint_eq(via_count(&one.conf), 2);
	ck_assert_uint_eq(check_of(&one, 0, 0)->via_mark, check_of(&one, 1, 0)->via_mark);
	ck_assert_uint_ne(check_of(&one, 0, 0)->via_mark, check_of(&one, 2, 0)->via_mark);
}
END_TEST

/* Over a reload, whatever comes before it in the file. */
START_TEST(stable) {
	load(&one, VS("1", RS("1", VIA)), 1, NULL);
	load(&two, VS("9", RS("7", VIA) RS("8", VIA)) VS("1", RS("2", VIA) RS("1", VIA)), 2, one.services);
	ck_assert_uint_eq(check_of(&one, 0, 0)->via_mark, check_of(&two, 1, 1)->via_mark);
}
END_TEST

enum { MANY = 3000 };

static int by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* So many that hashes meet: each still has one of its own. */
START_TEST(many) {
	char *text = malloc(MANY * 100), *at = text;
	uint32_t marks[MANY];

	at += sprintf(at, "virtual_server 192.0.2.1 80 {\nlb_kind DR\n");
	for (unsigned i = 0; i < MANY; i++)
		at += sprintf(at, "real_server 10.1.%u.%u 80 {\n" VIA "}\n", i >> 8, i & 255);
	sprintf(at, "}\n");
	load(&one, text, 1, NULL);
	free(text);
	ck_assert_uint_eq(via_count(&one.conf), MANY);
	for (unsigned i = 0; i < MANY; i++) {
		marks[i] = check_of(&one, 0, i)->via_mark;
		ck_assert(via_is_mark(marks[i]));
	}
	qsort(marks, MANY, sizeof(marks[0]), by_value);
	for (unsigned i = 1; i < MANY; i++)
		ck_assert_uint_ne(marks[i], marks[i - 1]);
}
END_TEST

/* Each private service has its server alone, by its method, beside services and guards. */
START_TEST(wanted) {
	static const char text[] = VS("1", RS("1", VIA) RS("2", "lvs_method TUN type gue port 6080\n" VIA));
	struct ipvs_table t;
	unsigned found = 0;

	load(&one, text, 1, NULL);
	services_start(one.services);
	services_wanted(one.services, false, &t);
	ck_assert_uint_eq(t.n_services, 4); /* with a guard */
	for (unsigned i = 0; i < t.n_services; i++) {
		const struct ipvs_service *s = &t.services[i];
		bool is_first = s->fwmark == check_of(&one, 0, 0)->via_mark;

		if (!via_is_mark(s->fwmark))
			continue;
		found++;
		ck_assert_uint_eq(s->family, AF_INET);
		ck_assert_uint_eq(s->n_dests, 1);
		ck_assert_uint_eq(s->dests->weight, 1);
		ck_assert_uint_eq(s->dests->port, 0);
		ck_assert_uint_eq(s->dests->forward, is_first ? LVS_DR : LVS_TUN);
		ck_assert_uint_eq(s->dests->tunnel_port, is_first ? 0 : 6080);
	}
	ck_assert_uint_eq(found, 2);
	ipvs_table_done(&t);
	services_clean(one.services);
	services_wanted(one.services, true, &t);
	ck_assert_uint_eq(t.n_services, 0);
	ipvs_table_done(&t);
}
END_TEST

struct refused_row {
	const char *text, *says;
};

static const struct refused_row refused_rows[] = {
	{ "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\n" VIA "}\n}\n", "by NAT" },
	{ "virtual_server fwmark 7 {\nlb_kind DR\nreal_server 10.0.0.1 80 {\n" VIA "}\n}\n", "no address to connect to" },
	{ VS("1", RS("1", "TCP_CHECK {\nvia service\nfwmark 9\n}\n")), "exclude each other" },
	{ VS("1", RS("1", "TCP_CHECK {\nvia service\nconnect_ip 2001:db8::1\n}\n")), "other address family" },
	{ VS("1", RS("1", "TCP_CHECK {\nvia tunnel\n}\n")), "server, service" },
	{ "virtual_server fwmark 7 {\nlb_kind DR\nreal_server 10.0.0.1 80 {\nTCP_CHECK {\nvia service\nconnect_ip 192.0.2.1\n}\n}\n}\n",
		NULL },
};

START_TEST(refused) {
	const struct refused_row *row = &refused_rows[_i];
	struct conf_view view = { &checkers_root, &one.conf };
	struct conf_read rd;
	int r;

	one.report = report_new();
	one.arena = arena_new();
	rd = (struct conf_read){ .report = one.report, .arena = one.arena };
	one.tree = tree_read_bytes("test", row->text, strlen(row->text), true, one.report);
	r = schema_read(&rd, &view, 1, one.tree, true);
	ck_assert_int_eq(r < 0, row->says != NULL);
	if (row->says)
		ck_assert_msg(strstr(report_get(one.report, 0)->text, row->says), "%s",
			report_get(one.report, 0)->text);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("via");
	Suite *s = suite_create("via");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, target);
	tcase_add_test(t, shared);
	tcase_add_test(t, stable);
	tcase_add_test(t, many);
	tcase_add_test(t, wanted);
	tcase_add_loop_test(t, refused, 0, sizeof(refused_rows) / sizeof(refused_rows[0]));
	suite_add_tcase(s, t);
	return run_suite(s);
}
