/* test_announce.c - order and pace of gratuitous ARP on one interface. */
#include "vrrp/announce.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { LOG_MAX = 4096, ITEMS = 200 };

/* What was sent: the last byte of each address, in order. */
static struct sent {
	uint8_t who[LOG_MAX];
	unsigned n;
} * sent;

static void record(void *ctx, const struct announce_item *item)
{
	struct sent *s = ctx;

	ck_assert_uint_lt(s->n, LOG_MAX);
	s->who[s->n++] = item->addr->bytes[3];
}

static struct announcer announcer;
static struct announce_item *items;
static struct addr addrs[ITEMS];

static void set_up(void)
{
	sent = calloc(1, sizeof(*sent));
	items = calloc(ITEMS, sizeof(*items));
	for (unsigned i = 0; i < ITEMS; i++) {
		addrs[i] = (struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, (uint8_t)i } };
		items[i].addr = &addrs[i];
	}
	announce_init(&announcer, record, sent);
}

static void tear_down(void)
{
	free(sent);
	free(items);
}

static mono_t at(int64_t usec)
{
	return (mono_t){ 1000000 + usec };
}

/* Exactly these were sent so far; then the log is emptied. */
static void expect(const char *want)
{
	char got[LOG_MAX + 1] = "";

	for (unsigned i = 0; i < sent->n; i++)
		got[i] = (char)('a' + sent->who[i]);
	got[sent->n] = '\0';
	ck_assert_str_eq(got, want);
	sent->n = 0;
}

START_TEST(first_ones_before_any_repeat) {
	announce_add(&announcer, &items[0], 3);
	ck_assert_int_eq(announce_run(&announcer, at(0)).usec, at(ANNOUNCE_ROUND_USEC).usec);
	expect("a");
	announce_add(&announcer, &items[1], 2);
	announce_add(&announcer, &items[2], 1);
	ck_assert_int_eq(announce_run(&announcer, at(100)).usec, at(ANNOUNCE_ROUND_USEC).usec);
	expect("bc");
	ck_assert_int_eq(announce_run(&announcer, at(ANNOUNCE_ROUND_USEC)).usec, at(ANNOUNCE_ROUND_USEC + 100).usec);
	expect("a");
	ck_assert_int_eq(announce_run(&announcer, at(ANNOUNCE_ROUND_USEC + 100)).usec,
		at(2 * ANNOUNCE_ROUND_USEC).usec);
	expect("b");
	ck_assert_int_eq(announce_run(&announcer, at(2 * ANNOUNCE_ROUND_USEC)).usec, MONO_NEVER.usec);
	expect("a");
}
END_TEST

START_TEST(bursts_are_bounded) {
	for (unsigned i = 0; i < ITEMS; i++)
		announce_add(&announcer, &items[i], 1);
	ck_assert_int_eq(announce_run(&announcer, at(0)).usec, at(ANNOUNCE_TURN_USEC).usec);
	ck_assert_uint_eq(sent->n, ANNOUNCE_BURST);
	ck_assert_int_eq(announce_run(&announcer, at(ANNOUNCE_TURN_USEC - 1)).usec, at(ANNOUNCE_TURN_USEC).usec);
	ck_assert_uint_eq(sent->n, ANNOUNCE_BURST);
	announce_run(&announcer, at(ANNOUNCE_TURN_USEC));
	ck_assert_uint_eq(sent->n, 2 * ANNOUNCE_BURST);
	announce_run(&announcer, at(2 * ANNOUNCE_TURN_USEC));
	ck_assert_int_eq(announce_run(&announcer, at(3 * ANNOUNCE_TURN_USEC)).usec, MONO_NEVER.usec);
	ck_assert_uint_eq(sent->n, ITEMS);
	for (unsigned i = 0; i < ITEMS; i++)
		ck_assert_uint_eq(sent->who[i], i);
}
END_TEST

START_TEST(configured_interval) {
	announcer.interval = 500;
	announce_add(&announcer, &items[0], 1);
	announce_add(&announcer, &items[1], 1);
	ck_assert_int_eq(announce_run(&announcer, at(0)).usec, at(500).usec);
	expect("a");
	announce_run(&announcer, at(499));
	expect("");
	announce_run(&announcer, at(500));
	expect("b");
}
END_TEST

START_TEST(added_again_while_queued) {
	announce_add(&announcer, &items[0], 5);
	announce_add(&announcer, &items[1], 1);
	announce_run(&announcer, at(0));
	expect("ab");
	announce_add(&announcer, &items[0], 1); /* a repair: one announcement at once, what was left is replaced */
	ck_assert_int_eq(announce_run(&announcer, at(10)).usec, MONO_NEVER.usec);
	expect("a");
}
END_TEST

START_TEST(later_burst) {
	announce_again(&announcer, &items[0], 2);
	announce_again(&announcer, &items[0], 1); /* keeps the two */
	announce_add(&announcer, &items[1], 1);
	announce_run(&announcer, at(0));
	expect("ba");
	announce_run(&announcer, at(ANNOUNCE_ROUND_USEC));
	expect("a");
}
END_TEST

START_TEST(dropped) {
	announce_add(&announcer, &items[0], 2);
	announce_add(&announcer, &items[1], 2);
	announce_run(&announcer, at(0));
	expect("ab");
	announce_drop(&announcer, &items[0]);
	announce_drop(&announcer, &items[0]);
	announce_add(&announcer, &items[2], 0);
	ck_assert_int_eq(announce_run(&announcer, at(ANNOUNCE_ROUND_USEC)).usec, MONO_NEVER.usec);
	expect("b");
}
END_TEST

START_TEST(moved_to_another_queue) {
	struct port *const here = (struct port *)(void *)&items[100], *const there = (struct port *)(void *)&items[101];
	struct announcer other;

	announce_init(&other, record, sent);
	other.interval = announcer.interval = 500;
	for (unsigned i = 0; i < 4; i++)
		items[i].port = i % 2 ? there : here;
	for (unsigned i = 0; i < 4; i++)
		announce_add(&announcer, &items[i], 2);
	announce_run(&announcer, at(0));
	expect("a");
	announce_move(&other, &announcer, there);
	ck_assert_int_eq(announce_run(&other, at(400)).usec, at(500).usec); /* the pace goes on */
	announce_run(&other, at(500));
	announce_run(&other, at(1000));
	expect("bd");
	announce_run(&announcer, at(1500));
	expect("c");
	announce_drop(&other, &items[1]);
	announce_drop(&other, &items[3]);
	ck_assert_int_eq(announce_run(&other, at(90000)).usec, MONO_NEVER.usec);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("announce");
	TCase *t = tcase_create("order and pace");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, first_ones_before_any_repeat);
	tcase_add_test(t, bursts_are_bounded);
	tcase_add_test(t, configured_interval);
	tcase_add_test(t, added_again_while_queued);
	tcase_add_test(t, later_burst);
	tcase_add_test(t, dropped);
	tcase_add_test(t, moved_to_another_queue);
	suite_add_tcase(s, t);
	return run_suite(s);
}
