/*
 * test_expiry.c - the step when the lease of the addresses ran out: BACKUP first, nothing is sent, nothing is held ("dead means
 * gone").
 */
#include "vrrp/step.h"

#include <check.h>

#include "run.h"
#include "vrrp/conf.h"

static const struct vrrp_conf conf = { VRRP_BARE, .name = "VI_1", .version = VRRP_V3, .priority = 150, .interval_cs = 100,
	.down_timer_adverts = 3 };
static struct vrrp_router router;
static struct vrrp_actions out;

static mono_t at(int64_t usec)
{
	return (mono_t){ 100 * MONO_SEC + usec };
}

static void feed(enum vrrp_event_type type, int64_t usec)
{
	struct vrrp_event ev = { .now = at(usec), .type = type, .priority = 100, .interval_cs = 100, .addr_cmp = -1 };

	vrrp_step(&router, &ev, &out);
	vrrp_assert(&router);
}

/* MASTER since `at(0)`, after a down interval of 3.414 s before it. */
static void set_up(void)
{
	vrrp_init(&router, &conf);
	feed(VRRP_EV_START, -4 * MONO_SEC);
	feed(VRRP_EV_TIMER, 0);
	ck_assert_uint_eq(router.state, VRRP_MASTER);
}

static unsigned count(enum vrrp_action_type type)
{
	unsigned n = 0;

	for (unsigned i = 0; i < out.n; i++)
		n += out.item[i].type == type;
	return n;
}

static void expect_listener(int64_t usec)
{
	ck_assert_uint_eq(router.state, VRRP_BACKUP);
	ck_assert(!router.is_holding);
	ck_assert_uint_eq(count(VRRP_ACT_ADVERT) + count(VRRP_ACT_ANNOUNCE) + count(VRRP_ACT_REANNOUNCE) +
			count(VRRP_ACT_VIPS_ADD),
		0);
	ck_assert_uint_eq(count(VRRP_ACT_VIPS_DEL), 1);
	ck_assert_uint_eq(count(VRRP_ACT_ANNOUNCE_STOP), 1);
	ck_assert_int_gt(mono_diff(router.down_at, at(usec)), 3 * MONO_SEC);
}

/* Whatever it is that wakes it. */
START_TEST(wakes) {
	static const enum vrrp_event_type types[] = { VRRP_EV_TIMER, VRRP_EV_ADVERT, VRRP_EV_ANNOUNCED };

	router.lease_until = at(3 * MONO_SEC);
	feed(types[_i], 3 * MONO_SEC);
	expect_listener(3 * MONO_SEC);
	for (unsigned i = 0; i < out.n; i++)
		if (out.item[i].type == VRRP_ACT_STATE)
			ck_assert_uint_eq(out.item[i].reason, VRRP_WHY_LEASE);
	feed(VRRP_EV_TIMER, 4 * MONO_SEC); /* and it stays so */
	ck_assert_uint_eq(router.state, VRRP_BACKUP);
	ck_assert_uint_eq(count(VRRP_ACT_ADVERT), 0);
}
END_TEST

START_TEST(in_time) {
	router.lease_until = at(3 * MONO_SEC);
	feed(VRRP_EV_TIMER, 3 * MONO_SEC - 1);
	ck_assert_uint_eq(router.state, VRRP_MASTER);
	ck_assert_uint_eq(count(VRRP_ACT_ADVERT), 1);
}
END_TEST

/* No lease: only a stall longer than the down interval counts, and the addresses stay until another MASTER is heard. */
START_TEST(without_a_lease) {
	feed(VRRP_EV_TIMER, 4 * MONO_SEC);
	ck_assert_uint_eq(router.state, VRRP_MASTER);
	feed(VRRP_EV_TIMER, 60 * MONO_SEC);
	ck_assert_uint_eq(router.state, VRRP_BACKUP);
	ck_assert(router.is_holding);
}
END_TEST

/* Who was leaving has left. */
START_TEST(leaving) {
	feed(VRRP_EV_STOP, MONO_SEC);
	ck_assert_uint_eq(router.state, VRRP_LEAVING);
	router.lease_until = at(3 * MONO_SEC);
	feed(VRRP_EV_TIMER, 3 * MONO_SEC);
	ck_assert_uint_eq(router.state, VRRP_INIT);
	ck_assert(!router.is_holding);
	ck_assert_uint_eq(count(VRRP_ACT_ADVERT), 0);
	ck_assert_uint_eq(count(VRRP_ACT_DONE), 1);
}
END_TEST

/* It yielded, slept beyond lease and down interval while it still had the addresses: what it did not read may be a MASTER. */
START_TEST(yielded) {
	const struct vrrp_event rival = {
		.now = at(MONO_SEC), .type = VRRP_EV_ADVERT, .priority = 200, .interval_cs = 100, .addr_cmp = 1
	};

	vrrp_step(&router, &rival, &out);
	ck_assert_uint_eq(router.state, VRRP_BACKUP);
	ck_assert(router.is_holding);
	router.lease_until = at(3 * MONO_SEC);
	feed(VRRP_EV_TIMER, 20 * MONO_SEC);
	ck_assert_uint_eq(router.state, VRRP_BACKUP);
	ck_assert(!router.is_holding);
	ck_assert_uint_eq(count(VRRP_ACT_VIPS_DEL), 1);
	ck_assert_uint_eq(count(VRRP_ACT_ADVERT) + count(VRRP_ACT_VIPS_ADD), 0);
	ck_assert_int_gt(mono_diff(router.down_at, at(20 * MONO_SEC)), 3 * MONO_SEC);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expiry");
	TCase *t = tcase_create("rows");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_loop_test(t, wakes, 0, 3);
	tcase_add_test(t, in_time);
	tcase_add_test(t, without_a_lease);
	tcase_add_test(t, leaving);
	tcase_add_test(t, yielded);
	suite_add_tcase(s, t);
	return run_suite(s);
}
