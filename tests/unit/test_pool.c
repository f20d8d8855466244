/*
 * test_pool.c - pool_step() by rows: which servers are up, what the quorum remembers, and the destinations that
 * follow.
 */
#include "checkers/pool.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkers/conf.h"

/* A service with three servers 10.0.0.1-3 of weights 1, 2, 3 and, when asked for, the sorry server 10.0.0.9. */
static struct rs_conf servers[3], sorry;
static void *server_list[3] = { &servers[0], &servers[1], &servers[2] };
static struct vs_conf vs;
static struct pool pool;

static void setup(void)
{
	memset(servers, 0, sizeof(servers));
	memset(&sorry, 0, sizeof(sorry));
	memset(&vs, 0, sizeof(vs));
	memset(&pool, 0, sizeof(pool));
	for (unsigned i = 0; i < 3; i++) {
		servers[i].addr = (struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, (uint8_t)(i + 1) } };
		servers[i].port = 80;
		servers[i].weight = i + 1;
		servers[i].forward = LVS_DR;
	}
	sorry = servers[0];
	sorry.addr.bytes[3] = 9;
	sorry.weight = 1;
	vs.servers = (struct conf_vec){ .item = server_list, .n = 3, .cap = 3 };
	vs.quorum = 1;
}

/*
 * Steps with "UDU" (up, down, up) and gives the destinations as "1:1 3:3", then " q" quorum, " s" sorry, " !" quorum
 * changed.
 */
static const char *step(const char *states)
{
	static char text[128];
	struct ipvs_dest dests[4];
	struct pool_out out = { .dests = dests };
	bool up[3];
	size_t len = 0;

	for (unsigned i = 0; i < 3; i++)
		up[i] = states[i] == 'U';
	pool_step(&pool, &vs, up, &out);
	ck_assert_uint_le(out.n_dests, pool_max(&vs));
	text[0] = '\0';
	for (unsigned i = 0; i < out.n_dests; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u:%u ", dests[i].addr.bytes[3],
			dests[i].weight);
	snprintf(text + len, sizeof(text) - len, "%u/%u%s%s%s", out.n_up, (unsigned)out.weight,
		pool.quorum_met ? " q" : "", out.is_sorry ? " s" : "", out.quorum_changed ? " !" : "");
	return text;
}

START_TEST(a_server_is_up_while_all_its_checks_are) {
	static const struct {
		enum check_state a, b;
		bool alpha, up;
	} rows[] = {
		{ CHECK_UP, CHECK_UP, false, true },
		{ CHECK_UP, CHECK_DOWN, false, false },
		{ CHECK_DOWN, CHECK_UP, false, false },
		{ CHECK_DOWN, CHECK_DOWN, true, false },
		{ CHECK_UNKNOWN, CHECK_UP, false, true },
		{ CHECK_UNKNOWN, CHECK_DOWN, false, false },
		{ CHECK_UNKNOWN, CHECK_UNKNOWN, false, true },
		{ CHECK_UNKNOWN, CHECK_UP, true, false },
		{ CHECK_UP, CHECK_UP, true, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct check_conf a = { .alpha = rows[i].alpha }, b = { .alpha = rows[i].alpha };
		void *list[] = { &a, &b };
		struct rs_conf rs = { .checks = { .item = list, .n = 2, .cap = 2 } };
		const enum check_state states[] = { rows[i].a, rows[i].b };

		ck_assert_msg(pool_server_up(&rs, states) == rows[i].up, "row %zu", i);
	}
}
END_TEST

START_TEST(a_server_without_checks_is_up) {
	struct rs_conf rs = { .alpha = true };

	ck_assert(pool_server_up(&rs, NULL));
}
END_TEST

START_TEST(servers_that_are_down_leave) {
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q");
	ck_assert_str_eq(step("DDD"), "0/0 !");
	ck_assert_str_eq(step("DUD"), "2:2 1/2 q !");
}
END_TEST

START_TEST(inhibit_on_failure_keeps_them_at_weight_0) {
	servers[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("UDU"), "1:1 2:0 3:3 2/4 q !");
	ck_assert_str_eq(step("DDD"), "2:0 0/0 !");
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
}
END_TEST

START_TEST(all_fields_of_a_destination_come_from_the_server) {
	struct ipvs_dest dests[4];
	struct pool_out out = { .dests = dests };
	const bool up[] = { false, true, false };

	servers[1].port = 8080;
	servers[1].forward = LVS_NAT;
	servers[1].upper = 100;
	servers[1].lower = 50;
	pool_step(&pool, &vs, up, &out);
	ck_assert_uint_eq(out.n_dests, 1);
	ck_assert(addr_equal(&dests[0].addr, &servers[1].addr));
	ck_assert_uint_eq(dests[0].port, 8080);
	ck_assert_uint_eq(dests[0].forward, LVS_NAT);
	ck_assert_uint_eq(dests[0].upper, 100);
	ck_assert_uint_eq(dests[0].lower, 50);
	ck_assert_uint_eq(dests[0].active, 0);
}
END_TEST

START_TEST(a_missed_quorum_without_sorry_server_leaves_the_rest_serving) {
	vs.quorum = 4;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 !");
	ck_assert_str_eq(step("DUD"), "2:2 1/2");
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
}
END_TEST

START_TEST(hysteresis_widens_the_edge_both_ways) {
	vs.quorum = 3;
	vs.hysteresis = 1;
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 q !"); /* the first step: from quorum on */
	ck_assert_str_eq(step("DUD"), "2:2 1/2 q");       /* 2 = 3 - 1: still met */
	ck_assert_str_eq(step("UDD"), "1:1 1/1 !");       /* 1 < 3 - 1 */
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3");     /* 3 < 3 + 1 */
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
}
END_TEST

START_TEST(hysteresis_above_the_quorum_never_loses_it_and_does_not_wrap) {
	vs.quorum = UINT32_MAX;
	vs.hysteresis = UINT32_MAX;
	servers[0].weight = servers[1].weight = servers[2].weight = UINT32_MAX;
	ck_assert(strstr(step("UUU"), " q"));
	ck_assert(strstr(step("DDD"), " q"));
}
END_TEST

START_TEST(the_sorry_server_serves_alone_while_the_quorum_is_missed) {
	vs.sorry = &sorry;
	vs.quorum = 3;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("DUD"), "9:1 1/2 s !");
	ck_assert_str_eq(step("DDU"), "3:3 1/3 q !");
}
END_TEST

START_TEST(sorry_inhibit_and_inhibit_on_failure_keep_weight_0) {
	vs.sorry = &sorry;
	vs.sorry_inhibit = true;
	vs.quorum = 3;
	servers[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 9:0 3/6 q !");
	ck_assert_str_eq(step("UUD"), "1:1 2:2 9:0 2/3 q");
	ck_assert_str_eq(step("DUD"), "2:0 9:1 1/2 s !");
}
END_TEST

START_TEST(a_sorry_server_that_is_also_a_real_server_is_one_destination) {
	vs.sorry = &sorry;
	vs.sorry_inhibit = true;
	sorry.addr = servers[1].addr;
	sorry.weight = 7;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("DDD"), "2:7 0/0 s !");
	servers[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("DDD"), "2:7 0/0 s");
}
END_TEST

START_TEST(a_remembered_quorum_is_not_news) {
	pool = (struct pool){ .is_known = true, .quorum_met = true };
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q");
	pool = (struct pool){ .is_known = true };
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
}
END_TEST

START_TEST(a_weight_of_0_is_up_but_does_not_count) {
	servers[0].weight = servers[1].weight = servers[2].weight = 0;
	ck_assert_str_eq(step("UUU"), "1:0 2:0 3:0 3/0");
}
END_TEST

START_TEST(the_result_depends_on_the_present_states_alone) {
	char first[128];

	step("UUU");
	snprintf(first, sizeof(first), "%s", step("UDU"));
	for (int i = 0; i < 1000; i++)
		step(i % 2 ? "UUD" : "DUU");
	ck_assert_str_eq(step("UDU"), first);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pool");
	TCase *t = tcase_create("pool");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, a_server_is_up_while_all_its_checks_are);
	tcase_add_test(t, a_server_without_checks_is_up);
	tcase_add_test(t, servers_that_are_down_leave);
	tcase_add_test(t, inhibit_on_failure_keeps_them_at_weight_0);
	tcase_add_test(t, all_fields_of_a_destination_come_from_the_server);
	tcase_add_test(t, a_missed_quorum_without_sorry_server_leaves_the_rest_serving);
	tcase_add_test(t, hysteresis_widens_the_edge_both_ways);
	tcase_add_test(t, hysteresis_above_the_quorum_never_loses_it_and_does_not_wrap);
	tcase_add_test(t, the_sorry_server_serves_alone_while_the_quorum_is_missed);
	tcase_add_test(t, sorry_inhibit_and_inhibit_on_failure_keep_weight_0);
	tcase_add_test(t, a_sorry_server_that_is_also_a_real_server_is_one_destination);
	tcase_add_test(t, a_remembered_quorum_is_not_news);
	tcase_add_test(t, a_weight_of_0_is_up_but_does_not_count);
	tcase_add_test(t, the_result_depends_on_the_present_states_alone);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
