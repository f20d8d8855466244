/*
 * test_pool.c - pool_step() by rows: which servers are up, what the quorum remembers, and the destinations that
 * follow.
 */
#include "checkers/pool.h"
#include "checkers/pool_index.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mono.h"
#include "checkers/conf.h"
#include "run.h"

enum { SERVERS = 6, DELAY = 10 * MONO_SEC };

/*
 * A service with three servers 10.0.0.1-3 of weights 1, 2, 3 and, when asked for, the sorry server 10.0.0.9; servers 4 and 5 of
 * weight 4 and 5 are for tier 1, server 6 for tier 2.
 */
static struct rs_conf servers[SERVERS], sorry;
static struct rs_how rs_how[SERVERS]; /* of servers */
static void *server_list[SERVERS];
static struct pool_conf pools[2];
static void *pool_list[2] = { &pools[0], &pools[1] };
static struct vs_conf vs;
static struct vs_how vs_how;
static struct pool pool;
static struct pool_server remembered[SERVERS];
static struct pool_times times[SERVERS];
static struct pool_out out;
static struct ipvs_dest dests[SERVERS + 1];
static unsigned n_dests;
static bool fresh[SERVERS];
static mono_t now;

static void setup(void)
{
	memset(servers, 0, sizeof(servers));
	memset(rs_how, 0, sizeof(rs_how));
	memset(remembered, 0, sizeof(remembered));
	memset(times, 0, sizeof(times));
	memset(fresh, 0, sizeof(fresh));
	memset(&vs, 0, sizeof(vs));
	memset(&vs_how, 0, sizeof(vs_how));
	vs.how = &vs_how;
	pool = (struct pool){ .servers = remembered, .times = times };
	for (unsigned i = 0; i < SERVERS; i++) {
		server_list[i] = &servers[i];
		servers[i].addr = (struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, (uint8_t)(i + 1) } };
		servers[i].port = 80;
		servers[i].weight = i + 1;
		servers[i].how = &rs_how[i];
		rs_how[i].forward = LVS_DR;
		servers[i].tier = i < 3 ? 0 : i < 5 ? 1 : 2;
	}
	sorry = servers[0];
	sorry.addr.bytes[3] = 9;
	sorry.weight = 1;
	vs.servers = (struct conf_vec){ .item = server_list, .n = 3, .cap = SERVERS };
	vs_how.quorum = 1;
	vs_how.delay_loop = DELAY;
	vs_how.connect_timeout = MONO_SEC;
	pools[0] = pools[1] = (struct pool_conf){ .quorum = 1 };
	now = (mono_t){ 1000 };
	pool_index(&pool, &vs);
}

/* With tiers 1 and 2. */
static void add_tiers(void)
{
	vs.servers.n = SERVERS;
	vs.pools = (struct conf_vec){ .item = pool_list, .n = 2, .cap = 2 };
	pool_index(&pool, &vs);
}

/*
 * Steps with "UDU" (up, down, up) and gives the destinations as "1:1 3:3", then " q" quorum, " s" sorry, " t1" the tier, " o"
 * fail_open, " m" below the minimum, " !" quorum changed.
 */
static const char *step(const char *states)
{
	static char text[256];
	bool up[SERVERS];
	size_t len = 0;

	ck_assert_uint_eq(strlen(states), vs.servers.n);
	for (unsigned i = 0; i < vs.servers.n; i++)
		up[i] = states[i] == 'U';
	pool_step(&pool, &vs, &(struct pool_in){ .up = up, .fresh = fresh }, now, &out);
	n_dests = pool_dests(&pool, &vs, dests);
	ck_assert_uint_le(n_dests, pool_max(&vs));
	text[0] = '\0';
	for (unsigned i = 0; i < n_dests; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u:%u ", dests[i].addr.bytes[3],
			dests[i].weight);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%u/%u%s%s", out.n_up, (unsigned)out.weight,
		pool.quorum_met ? " q" : "", out.is_sorry ? " s" : "");
	if (pool.tier && !out.is_sorry)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " t%u", pool.tier);
	snprintf(text + len, sizeof(text) - len, "%s%s%s", pool.is_failing_open ? " o" : "",
		pool.is_below_minimum ? " m" : "", out.quorum_changed ? " !" : "");
	return text;
}

static const char *step_after(int64_t usec, const char *states)
{
	now = mono_add(now, usec);
	return step(states);
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
		const struct check_how how = { .alpha = rows[i].alpha };
		struct check_conf a = { .how = &how }, b = { .how = &how };
		void *list[] = { &a, &b };
		struct rs_conf rs = { .checks = { .item = list, .n = 2, .cap = 2 } };
		const enum check_state states[] = { rows[i].a, rows[i].b };

		ck_assert_msg(pool_server_up(&rs, states) == rows[i].up, "row %zu", i);
	}
}
END_TEST

START_TEST(a_server_without_checks_is_up) {
	const struct rs_how alpha = { .alpha = true };
	struct rs_conf rs = { .how = &alpha };

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
	rs_how[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("UDU"), "1:1 2:0 3:3 2/4 q !");
	ck_assert_str_eq(step("DDD"), "2:0 0/0 !");
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
}
END_TEST

START_TEST(all_fields_of_a_destination_come_from_the_server) {
	servers[1].port = 8080;
	rs_how[1].forward = LVS_NAT;
	rs_how[1].upper = 100;
	rs_how[1].lower = 50;
	step("DUD");
	ck_assert_uint_eq(n_dests, 1);
	ck_assert(addr_equal(&dests[0].addr, &servers[1].addr));
	ck_assert_uint_eq(dests[0].port, 8080);
	ck_assert_uint_eq(dests[0].forward, LVS_NAT);
	ck_assert_uint_eq(dests[0].upper, 100);
	ck_assert_uint_eq(dests[0].lower, 50);
	ck_assert_uint_eq(dests[0].active, 0);
}
END_TEST

START_TEST(a_missed_quorum_without_sorry_server_leaves_the_rest_serving) {
	vs_how.quorum = 4;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 !");
	ck_assert_str_eq(step("DUD"), "2:2 1/2");
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
}
END_TEST

START_TEST(hysteresis_widens_the_edge_both_ways) {
	vs_how.quorum = 3;
	vs_how.hysteresis = 1;
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 q !"); /* the first step: from quorum on */
	ck_assert_str_eq(step("DUD"), "2:2 1/2 q");       /* 2 = 3 - 1: still met */
	ck_assert_str_eq(step("UDD"), "1:1 1/1 !");       /* 1 < 3 - 1 */
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3");     /* 3 < 3 + 1 */
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
}
END_TEST

START_TEST(hysteresis_above_the_quorum_never_loses_it_and_does_not_wrap) {
	vs_how.quorum = UINT32_MAX;
	vs_how.hysteresis = UINT32_MAX;
	servers[0].weight = servers[1].weight = servers[2].weight = UINT32_MAX;
	ck_assert(strstr(step("UUU"), " q"));
	ck_assert(strstr(step("DDD"), " q"));
}
END_TEST

START_TEST(the_sorry_server_serves_alone_while_the_quorum_is_missed) {
	vs.sorry = &sorry;
	vs_how.quorum = 3;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("DUD"), "9:1 1/2 s !");
	ck_assert_str_eq(step("DDU"), "3:3 1/3 q !");
}
END_TEST

START_TEST(sorry_inhibit_and_inhibit_on_failure_keep_weight_0) {
	vs.sorry = &sorry;
	vs_how.sorry_inhibit = true;
	vs_how.quorum = 3;
	rs_how[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 9:0 3/6 q !");
	ck_assert_str_eq(step("UUD"), "1:1 2:2 9:0 2/3 q");
	ck_assert_str_eq(step("DUD"), "2:0 9:1 1/2 s !");
}
END_TEST

START_TEST(a_sorry_server_that_is_also_a_real_server_is_one_destination) {
	vs.sorry = &sorry;
	vs_how.sorry_inhibit = true;
	sorry.addr = servers[1].addr;
	sorry.weight = 7;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("DDD"), "2:7 0/0 s !");
	rs_how[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("DDD"), "2:7 0/0 s");
}
END_TEST

START_TEST(a_remembered_quorum_is_not_news) {
	pool_restore(&pool, true);
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q");
	pool_restore(&pool, false);
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

START_TEST(quorums_count_what_quorum_of_says) {
	vs_how.quorum = 2;
	vs_how.quorum_of = QUORUM_SERVERS;
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
	ck_assert_str_eq(step("DDU"), "3:3 1/3 !"); /* its weight does not count */
	vs_how.quorum_of = QUORUM_PERCENT;
	vs_how.quorum = 60;
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !"); /* 66 % */
	ck_assert_str_eq(step("DDU"), "3:3 1/3 !");
	servers[1].weight = 0; /* counts neither here nor there */
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q !");
	servers[0].weight = servers[2].weight = 0;
	ck_assert_str_eq(step("UUU"), "1:0 2:0 3:0 3/0 !"); /* nobody of nobody is no quorum */
}
END_TEST

START_TEST(hysteresis_is_in_the_unit_of_the_quorum) {
	vs_how.quorum = 50;
	vs_how.hysteresis = 20;
	vs_how.quorum_of = QUORUM_PERCENT;
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 q !");
	ck_assert_str_eq(step("UDD"), "1:1 1/1 q"); /* 33 >= 30 */
	ck_assert_str_eq(step("DDD"), "0/0 !");
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3"); /* 66 < 70 */
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
}
END_TEST

START_TEST(the_first_tier_with_its_quorum_serves_and_the_sorry_server_last) {
	add_tiers();
	vs.sorry = &sorry;
	pools[0].quorum = 9;
	ck_assert_str_eq(step("UUUUUU"), "1:1 2:2 3:3 6/6 q !");
	ck_assert(!out.tier_changed);
	ck_assert_str_eq(step("DDDUUU"), "4:4 5:5 3/0 q t1"); /* the quorum of the service is not lost */
	ck_assert(out.tier_changed);
	ck_assert_str_eq(step("DDDDUU"), "6:6 2/0 q t2");
	ck_assert_str_eq(step("DDDDUD"), "9:1 1/0 s !");
	ck_assert_str_eq(step("DDDUUD"), "4:4 5:5 2/0 q t1 !");
	ck_assert_str_eq(step("UDDUUD"), "1:1 3/1 q");
}
END_TEST

START_TEST(each_tier_has_its_own_hysteresis) {
	add_tiers();
	vs_how.quorum = 3;
	vs_how.hysteresis = 1;
	ck_assert_str_eq(step("UUDUUU"), "1:1 2:2 5/3 q !");
	ck_assert_str_eq(step("DUDUUU"), "2:2 4/2 q");
	ck_assert_str_eq(step("UDDUUU"), "4:4 5:5 4/1 q t1");
	ck_assert_str_eq(step("UUDUUU"), "4:4 5:5 5/3 q t1");
	ck_assert_str_eq(step("UDUUUU"), "1:1 3:3 5/4 q");
}
END_TEST

START_TEST(without_a_sorry_server_some_server_that_is_up_serves) {
	add_tiers();
	vs_how.quorum = pools[0].quorum = pools[1].quorum = 100;
	ck_assert_str_eq(step("UUUUUU"), "1:1 2:2 3:3 6/6");
	ck_assert_str_eq(step("DDDDUU"), "5:5 2/0 t1");
	ck_assert_str_eq(step("DDDDDU"), "6:6 1/0 t2");
	ck_assert_str_eq(step("DDDDDD"), "0/0");
}
END_TEST

START_TEST(servers_of_an_idle_tier_are_absent_or_inhibited) {
	add_tiers();
	rs_how[3].inhibit_on_failure = rs_how[0].inhibit_on_failure = true;
	ck_assert_str_eq(step("UUUUUU"), "1:1 2:2 3:3 4:0 6/6 q !");
	ck_assert_str_eq(step("DDDUUU"), "1:0 4:4 5:5 3/0 q t1");
}
END_TEST

START_TEST(one_address_in_two_tiers_is_one_destination_of_the_tier_that_serves) {
	add_tiers();
	servers[4].addr = servers[1].addr;
	rs_how[4].forward = LVS_NAT;
	rs_how[1].inhibit_on_failure = true;
	pool_index(&pool, &vs);
	ck_assert_str_eq(step("UUUUUU"), "1:1 2:2 3:3 6/6 q !");
	ck_assert_str_eq(step("DDDUUU"), "2:5 4:4 3/0 q t1");
	ck_assert_uint_eq(dests[0].forward, LVS_NAT);
	ck_assert_str_eq(step("DDDDDU"), "2:0 6:6 1/0 q t2");
	vs.sorry = &sorry;
	sorry.addr = servers[1].addr;
	sorry.weight = 7;
	ck_assert_str_eq(step("DDDDDD"), "2:7 0/0 s !");
}
END_TEST

START_TEST(what_an_operator_asks_of_a_server) {
	rs_how[1].admin = RS_DRAIN;
	ck_assert_str_eq(step("UUU"), "1:1 3:3 3/4 q !"); /* the table lets it go, no quorum from it */
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q");
	rs_how[1].admin = RS_DISABLED;
	rs_how[1].inhibit_on_failure = true;
	ck_assert_str_eq(step("UUU"), "1:1 3:3 2/4 q"); /* as if it were not written */
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q");
	vs_how.quorum = 100;
	vs_how.quorum_of = QUORUM_PERCENT;
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q");
}
END_TEST

START_TEST(weights_from_several_sources) {
	static const struct {
		uint32_t weight, expected;
		struct weight_override by;
		int32_t delta[2];
	} rows[] = {
		{ 10, 10, { WEIGHT_AS_IS, 0 }, { 0, 0 } },
		{ 10, 7, { WEIGHT_AS_IS, 0 }, { -5, 2 } },
		{ 10, 0, { WEIGHT_AS_IS, 0 }, { -5, -20 } },
		{ 10, POOL_WEIGHT_MAX, { WEIGHT_AS_IS, 0 }, { INT32_MAX, INT32_MAX } },
		{ 10, 0, { WEIGHT_AS_IS, 0 }, { INT32_MIN, INT32_MIN } },
		{ 10, 3, { WEIGHT_ABSOLUTE, 3 }, { 5, 5 } },
		{ 10, 0, { WEIGHT_ABSOLUTE, 0 }, { 5, 5 } },
		{ 10, 10, { WEIGHT_PERCENT, 50 }, { 5, 5 } },
		{ 10, 1, { WEIGHT_PERCENT, 1 }, { 0, 0 } },
		{ 10, 0, { WEIGHT_PERCENT, 0 }, { 0, 0 } },
		{ 0, 0, { WEIGHT_PERCENT, 100 }, { 0, 0 } },
		{ POOL_WEIGHT_MAX, POOL_WEIGHT_MAX, { WEIGHT_PERCENT, 1000 }, { 0, 0 } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rs_how by = { .weight_override = rows[i].by };
		struct rs_conf rs = { .weight = rows[i].weight, .how = &by };

		for (int again = 0; again < 3; again++) /* never accumulated */
			ck_assert_msg(pool_weight(&rs, rows[i].delta, 2) == rows[i].expected, "row %zu: %u", i,
				pool_weight(&rs, rows[i].delta, 2));
	}
}
END_TEST

START_TEST(weights_given_take_the_place_of_the_configured) {
	const uint32_t weight[] = { 0, 7, 8 };
	const bool up[] = { true, true, false };

	pool_step(&pool, &vs, &(struct pool_in){ .up = up, .weight = weight }, now, &out);
	ck_assert_uint_eq(pool_dests(&pool, &vs, dests), 2);
	ck_assert_uint_eq(dests[0].weight, 0);
	ck_assert_uint_eq(dests[1].weight, 7);
	ck_assert_uint_eq(out.weight, 7);
}
END_TEST

START_TEST(a_server_that_returns_gets_its_weight_in_twenty_steps) {
	vs_how.slow_start = 19 * MONO_SEC;
	servers[0].weight = servers[1].weight = servers[2].weight = 10;
	ck_assert_str_eq(step("UUU"), "1:10 2:10 3:10 3/30 q !");
	ck_assert_int_eq(out.next.usec, MONO_NEVER.usec);
	ck_assert_str_eq(step("UDU"), "1:10 3:10 2/20 q");
	ck_assert_str_eq(step("UUU"),
		"1:20 2:1 3:20 3/30 q"); /* doubled: twenty steps have room; the quorum counts the whole */
	ck_assert_int_eq(out.next.usec, mono_add(now, MONO_SEC).usec);
	ck_assert_uint_eq(out.n_ramping, 1);
	ck_assert_str_eq(step_after(MONO_SEC - 1, "UUU"), "1:20 2:1 3:20 3/30 q");
	ck_assert_str_eq(step_after(1, "UUU"), "1:20 2:2 3:20 3/30 q");
	ck_assert_str_eq(step_after(9 * MONO_SEC, "UUU"), "1:20 2:11 3:20 3/30 q");
	ck_assert_str_eq(step("UDU"), "1:10 3:10 2/20 q"); /* failed again */
	ck_assert_int_eq(out.next.usec, MONO_NEVER.usec);
	ck_assert_str_eq(step_after(5 * MONO_SEC, "UUU"), "1:20 2:1 3:20 3/30 q"); /* from the beginning */
	ck_assert_str_eq(step_after(18 * MONO_SEC, "UUU"), "1:20 2:19 3:20 3/30 q");
	ck_assert_str_eq(step_after(MONO_SEC, "UUU"), "1:10 2:10 3:10 3/30 q");
	ck_assert_uint_eq(out.n_ramping, 0);
	ck_assert_int_eq(out.next.usec, MONO_NEVER.usec);
}
END_TEST

START_TEST(no_slow_start_at_the_start_alone_or_with_the_first_result) {
	vs_how.slow_start = 19 * MONO_SEC;
	ck_assert_str_eq(step("UDD"), "1:1 1/1 q !");
	ck_assert_str_eq(step("DDD"), "0/0 !");
	ck_assert_str_eq(step("DUD"), "2:2 1/2 q !"); /* nobody else serves */
	fresh[0] = true;
	ck_assert_str_eq(step("UUD"), "1:1 2:2 2/3 q"); /* what it was before is not known */
	fresh[0] = false;
	ck_assert_str_eq(step("UUU"), "1:20 2:40 3:3 3/6 q");
	vs_how.slow_start = 0; /* by a reload */
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q");
}
END_TEST

START_TEST(a_server_that_is_enabled_again_starts_slowly) {
	vs_how.slow_start = 19 * MONO_SEC;
	step("UUU");
	rs_how[2].admin = RS_DISABLED;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 2/3 q");
	rs_how[2].admin = RS_ENABLED;
	ck_assert_str_eq(step("UUU"), "1:20 2:40 3:3 3/6 q");
}
END_TEST

START_TEST(large_weights_are_not_multiplied_beyond_the_limit) {
	vs_how.slow_start = 19 * MONO_SEC;
	servers[0].weight = POOL_WEIGHT_MAX;
	servers[1].weight = 1;
	step("UUU");
	step("UUD");
	ck_assert_str_eq(step("UUU"), "1:65535 2:1 3:1 3/65539 q");
	servers[0].weight = 10000;
	ck_assert_str_eq(step("UUU"), "1:60000 2:6 3:1 3/10004 q");
}
END_TEST

/* Ten seconds between checks, one for an answer. */
START_TEST(more_failures_at_once_than_fail_open_are_not_believed) {
	add_tiers();
	vs.pools.n = 0;
	for (unsigned i = 0; i < SERVERS; i++)
		servers[i].tier = 0;
	vs_how.fail_open = 50;
	vs.sorry = &sorry;
	ck_assert_str_eq(step("UUUUUU"), "1:1 2:2 3:3 4:4 5:5 6:6 6/21 q !");
	ck_assert_str_eq(step_after(MONO_SEC, "DUUUUU"), "2:2 3:3 4:4 5:5 6:6 5/20 q");
	ck_assert_str_eq(step_after(MONO_SEC, "DDUUUU"), "3:3 4:4 5:5 6:6 4/18 q");
	ck_assert_str_eq(step_after(MONO_SEC, "DDDUUU"), "4:4 5:5 6:6 3/15 q"); /* half is not more than half */
	ck_assert_str_eq(step_after(8 * MONO_SEC, "DDDDUU"), "1:1 2:2 3:3 4:4 5:5 6:6 2/21 q o");
	ck_assert(out.fail_open_changed && out.n_held == 4);
	ck_assert_str_eq(step_after(MONO_SEC * 3600, "DDDDDD"), "1:1 2:2 3:3 4:4 5:5 6:6 0/21 q o");
	ck_assert(!out.fail_open_changed);
	ck_assert_str_eq(step("UUUDDD"), "1:1 2:2 3:3 4:4 5:5 6:6 3/21 q o");
	ck_assert_str_eq(step("UUUUDD"), "1:1 2:2 3:3 4:4 5:5 6:6 4/21 q o"); /* a third is more than a quarter */
	ck_assert_str_eq(step("UUUUUD"), "1:1 2:2 3:3 4:4 5:5 5/15 q");       /* one may be dead */
	ck_assert(out.fail_open_changed && out.n_held == 0);
}
END_TEST

START_TEST(failures_one_after_the_other_are_believed) {
	vs_how.fail_open = 50;
	vs.sorry = &sorry;
	step("UUU");
	ck_assert_str_eq(step_after(MONO_SEC, "DUU"), "2:2 3:3 2/5 q");
	ck_assert_str_eq(step_after(12 * MONO_SEC, "DDU"), "3:3 1/3 q"); /* one of two within the interval */
	ck_assert_str_eq(step_after(12 * MONO_SEC, "DDD"), "9:1 0/0 s !");
}
END_TEST

START_TEST(a_single_failure_and_a_start_with_dead_servers_are_believed) {
	vs_how.fail_open = 1;
	vs.servers.n = 1;
	step("U");
	ck_assert_str_eq(step("D"), "0/0 !");
	setup();
	vs_how.fail_open = 1;
	ck_assert_str_eq(step("DDD"), "0/0");
}
END_TEST

START_TEST(a_server_that_was_kept_does_not_start_slowly) {
	vs_how.fail_open = 30;
	vs_how.slow_start = 19 * MONO_SEC;
	step("UUU");
	ck_assert_str_eq(step("DDU"), "1:1 2:2 3:3 1/6 q o");
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q"); /* the end: one is left, and that one is believed */
	ck_assert_str_eq(step("UUU"), "1:20 2:2 3:60 3/6 q");
}
END_TEST

START_TEST(another_pool_takes_over_when_one_fails_alone) {
	add_tiers();
	vs_how.fail_open = 50;
	step("UUUUUU");
	ck_assert_str_eq(step("DDDUUU"), "4:4 5:5 3/0 q t1");    /* three of six are not more than half */
	ck_assert_str_eq(step("DDDDUU"), "1:1 2:2 3:3 2/6 q o"); /* all at once: the first tier as it was */
}
END_TEST

START_TEST(who_fails_below_the_minimum_stays) {
	vs_how.minimum_available = 2;
	vs.sorry = &sorry;
	ck_assert_str_eq(step("UUU"), "1:1 2:2 3:3 3/6 q !");
	ck_assert_str_eq(step("DUU"), "2:2 3:3 2/5 q");
	ck_assert_str_eq(step("DDU"), "2:2 3:3 1/5 q m");
	ck_assert(out.minimum_changed);
	ck_assert_str_eq(step("DDD"), "2:2 3:3 0/5 q m");
	ck_assert_str_eq(step("UDD"), "1:1 2:2 3:3 1/6 q m");
	ck_assert_str_eq(step("UDU"), "1:1 3:3 2/4 q");
	ck_assert(out.minimum_changed && out.n_held == 0);
}
END_TEST

START_TEST(a_minimum_missed_at_the_start_is_an_alarm_and_keeps_nobody) {
	vs_how.minimum_available = 2;
	ck_assert_str_eq(step("UDD"), "1:1 1/1 q m !");
	rs_how[0].admin = RS_DISABLED; /* who is asked to leave is not kept */
	ck_assert_str_eq(step("UDD"), "0/0 m !");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pool");
	TCase *t = tcase_create("pool");

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
	tcase_add_test(t, quorums_count_what_quorum_of_says);
	tcase_add_test(t, hysteresis_is_in_the_unit_of_the_quorum);
	tcase_add_test(t, the_first_tier_with_its_quorum_serves_and_the_sorry_server_last);
	tcase_add_test(t, each_tier_has_its_own_hysteresis);
	tcase_add_test(t, without_a_sorry_server_some_server_that_is_up_serves);
	tcase_add_test(t, servers_of_an_idle_tier_are_absent_or_inhibited);
	tcase_add_test(t, one_address_in_two_tiers_is_one_destination_of_the_tier_that_serves);
	tcase_add_test(t, what_an_operator_asks_of_a_server);
	tcase_add_test(t, weights_from_several_sources);
	tcase_add_test(t, weights_given_take_the_place_of_the_configured);
	tcase_add_test(t, a_server_that_returns_gets_its_weight_in_twenty_steps);
	tcase_add_test(t, no_slow_start_at_the_start_alone_or_with_the_first_result);
	tcase_add_test(t, a_server_that_is_enabled_again_starts_slowly);
	tcase_add_test(t, large_weights_are_not_multiplied_beyond_the_limit);
	tcase_add_test(t, more_failures_at_once_than_fail_open_are_not_believed);
	tcase_add_test(t, failures_one_after_the_other_are_believed);
	tcase_add_test(t, a_single_failure_and_a_start_with_dead_servers_are_believed);
	tcase_add_test(t, a_server_that_was_kept_does_not_start_slowly);
	tcase_add_test(t, another_pool_takes_over_when_one_fails_alone);
	tcase_add_test(t, who_fails_below_the_minimum_stays);
	tcase_add_test(t, a_minimum_missed_at_the_start_is_an_alarm_and_keeps_nobody);
	suite_add_tcase(s, t);
	return run_suite(s);
}
