/* test_sync_senders.c - who sends connections, and with which id: datagrams row by row, senders that come, go and are too many. */
#include <check.h>

#include "checkers/sync_senders.h"

#include "run.h"

static const struct {
	uint8_t data[512];
	size_t len;
	int id;
} datagrams[] = {
	{ { 0, 51, 0, 8, 0, 1, 0, 0 }, 8, 51 },
	{ { 0, 0, 0, 12, 1, 1, 0, 0 }, 12, 0 },
	{ { 0, 255, 0, 8, 0, 1, 0, 0 }, 8, 255 },
	{ { 0, 51, 0, 8, 0, 1, 0, 0 }, 7, -1 },  /* cut */
	{ { 0, 51, 0, 12, 1, 1, 0, 0 }, 8, -1 }, /* not what it says to be */
	{ { 0, 51, 8, 0, 0, 1, 0, 0 }, 8, -1 },  /* the other order */
	{ { 1, 51, 0, 8, 0, 1, 0, 0 }, 8, -1 },  /* version 0 */
	{ { 0, 51, 0, 8, 0, 2, 0, 0 }, 8, -1 },
	{ { 0, 51, 5, 0, 9, 1, 0, 0 }, 512, 51 }, /* as much of it as is kept */
	{ { 0, 51, 5, 0, 9, 1, 0, 0 }, 511, -1 },
	{ { 0 }, 0, -1 },
};

START_TEST(ids) {
	ck_assert_int_eq(sync_senders_id(datagrams[_i].data, datagrams[_i].len), datagrams[_i].id);
}
END_TEST

static struct addr from(unsigned last)
{
	return (struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, (uint8_t)last } };
}

static mono_t at(int64_t seconds)
{
	return (mono_t){ seconds * MONO_SEC };
}

START_TEST(come_and_go) {
	struct sync_senders all = { .n = 0 };
	const struct addr a = from(1), b = from(2);

	ck_assert(sync_senders_note(&all, &a, 51, at(10)));
	ck_assert(!sync_senders_note(&all, &a, 51, at(11)));
	ck_assert(sync_senders_note(&all, &a, 52, at(12)));
	ck_assert(sync_senders_note(&all, &b, 51, at(13)));
	ck_assert_uint_eq(all.n, 3);
	sync_senders_expire(&all, at(11));
	ck_assert_uint_eq(all.n, 3);
	sync_senders_expire(&all, at(13));
	ck_assert_uint_eq(all.n, 1);
	ck_assert(addr_equal(&all.sender[0].from, &b));
	ck_assert(sync_senders_note(&all, &a, 51, at(14)));
}
END_TEST

START_TEST(too_many) {
	struct sync_senders all = { .n = 0 };
	struct addr a;

	for (unsigned i = 1; i <= SYNC_SENDERS_MAX; i++) {
		a = from(i);
		ck_assert(sync_senders_note(&all, &a, 7, at(i)));
	}
	a = from(1);
	ck_assert(!sync_senders_note(&all, &a, 7, at(20)));
	a = from(99);
	ck_assert(!sync_senders_note(&all, &a, 7, at(21))); /* in the place of 2 */
	ck_assert(!sync_senders_note(&all, &a, 7, at(22)));
	a = from(1);
	ck_assert(addr_equal(&all.sender[0].from, &a));
	a = from(99);
	ck_assert(addr_equal(&all.sender[1].from, &a));
	ck_assert_uint_eq(all.n, SYNC_SENDERS_MAX);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sync_senders");
	TCase *tc = tcase_create("sync_senders");

	tcase_add_loop_test(tc, ids, 0, sizeof(datagrams) / sizeof(datagrams[0]));
	tcase_add_test(tc, come_and_go);
	tcase_add_test(tc, too_many);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
