/* test_watched.c - who hears of a claim of which address, also while those who hear it change what they watch. */
#include "vrrp/watched.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { WHO = 300, ADDRESSES = 700 };

static struct watched watched;
static unsigned *told; /* how often, by who */

static struct addr v4(unsigned n)
{
	return (struct addr){ .family = AF_INET, .bytes = { 10, 0, (uint8_t)(n >> 8), (uint8_t)n } };
}

static struct addr v6(unsigned n)
{
	return (struct addr){ .family = AF_INET6, .bytes = { 10, 0, (uint8_t)(n >> 8), (uint8_t)n, [15] = 1 } };
}

static void set_up(void)
{
	told = calloc(WHO, sizeof(*told));
}

static void tear_down(void)
{
	watched_done(&watched);
	free(told);
}

static void count(void *who, const void *what)
{
	ck_assert_str_eq(what, "claim");
	++*(unsigned *)who;
}

static unsigned tell(struct addr a)
{
	unsigned all = 0;

	memset(told, 0, WHO * sizeof(*told));
	watched_tell(&watched, &a, count, "claim");
	for (unsigned i = 0; i < WHO; i++)
		all += told[i];
	return all;
}

START_TEST(nobody) {
	ck_assert(watched_is_empty(&watched));
	ck_assert_uint_eq(tell(v4(1)), 0);
	watched_drop(&watched, &told[0]);
	ck_assert(watched_is_empty(&watched));
}
END_TEST

/* Each family has its own; growing loses none. */
START_TEST(by_address) {
	for (unsigned i = 0; i < ADDRESSES; i++) {
		const struct addr a = v4(i), a6 = v6(i);

		watched_add(&watched, &a, &told[i % WHO]);
		if (i % 2)
			watched_add(&watched, &a6, &told[1]);
	}
	for (unsigned i = 0; i < ADDRESSES; i++) {
		ck_assert_uint_eq(tell(v4(i)), 1);
		ck_assert_uint_eq(told[i % WHO], 1);
		ck_assert_uint_eq(tell(v6(i)), i % 2);
		ck_assert_uint_eq(told[1], i % 2);
	}
	ck_assert_uint_eq(tell(v4(ADDRESSES)), 0);
}
END_TEST

/* A rival, an own address: one address that all want; who says it twice hears it once. */
START_TEST(shared_by_all) {
	const struct addr a = v6(7), other = v4(7);

	for (unsigned twice = 0; twice < 2; twice++)
		for (unsigned i = 0; i < WHO; i++)
			watched_add(&watched, &a, &told[i]);
	watched_add(&watched, &other, &told[0]);
	ck_assert_uint_eq(tell(a), WHO);
	ck_assert_uint_eq(told[0], 1);
	watched_drop(&watched, &told[0]);
	ck_assert_uint_eq(tell(a), WHO - 1);
	ck_assert_uint_eq(told[0], 0);
	ck_assert_uint_eq(tell(other), 0);
	for (unsigned i = 0; i < WHO; i++)
		watched_drop(&watched, &told[i]);
	ck_assert(watched_is_empty(&watched));
}
END_TEST

/* The first who hears it drops everybody, and another comes. */
static void drop_all(void *who, const void *what)
{
	(void)what;
	++*(unsigned *)who;
	for (unsigned i = 0; i < WHO; i++)
		watched_drop(&watched, &told[i]);
	for (unsigned i = 0; i < ADDRESSES; i++) {
		const struct addr a = v6(i);

		watched_add(&watched, &a, &told[5]);
	}
}

START_TEST(changed_while_told) {
	const struct addr a = v4(3), later = v6(ADDRESSES - 1);
	unsigned all = 0;

	for (unsigned i = 0; i < WHO; i++)
		watched_add(&watched, &a, &told[i]);
	watched_tell(&watched, &a, drop_all, NULL);
	for (unsigned i = 0; i < WHO; i++)
		all += told[i];
	ck_assert_uint_eq(all, 1);
	ck_assert_uint_eq(tell(a), 0);
	ck_assert_uint_eq(tell(later), 1);
	ck_assert_uint_eq(told[5], 1);
	watched_drop(&watched, &told[5]);
	ck_assert(watched_is_empty(&watched));
}
END_TEST

/* One question for all instances of an interface; of another address it is another. */
START_TEST(asked_for_all) {
	static const struct {
		unsigned target;
		int64_t at;
		bool is_asked;
	} row[] = { { 1, 1000, false }, { 1, 1000, true }, { 2, 1001, false }, { 1, 1000 + WATCHED_ASKED_USEC - 1, true },
		{ 1, 1000 + WATCHED_ASKED_USEC, false }, { 1, 1001 + WATCHED_ASKED_USEC, true } };
	struct watched_asked asked = { 0 };

	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct addr a = v6(row[i].target);

		ck_assert_msg(watched_is_asked(&asked, &a, (mono_t){ row[i].at }) == row[i].is_asked, "row %u", i);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("watched");
	TCase *t = tcase_create("claims");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, nobody);
	tcase_add_test(t, by_address);
	tcase_add_test(t, shared_by_all);
	tcase_add_test(t, changed_while_told);
	tcase_add_test(t, asked_for_all);
	suite_add_tcase(s, t);
	return run_suite(s);
}
