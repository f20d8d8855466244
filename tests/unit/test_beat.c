/* test_beat.c - adverts that go together: never early, hardly late, and the intervals stay whole. */
#include "vrrp/beat.h"

#include <check.h>
#include <stdint.h>

#include "run.h"

static const struct {
	int64_t when, interval, at;
} rows[] = {
	{ 0, MONO_SEC, 0 },
	{ 1, MONO_SEC, 4000 },
	{ 4000, MONO_SEC, 4000 },
	{ 4001, MONO_SEC, 8000 },
	{ 1004001, MONO_SEC, 1008000 },
	{ 4001, 40 * MONO_SEC, 8000 },
	{ 101, 10000, 120 },
	{ 120, 10000, 120 },
	{ 101, 250, 101 },
	{ 101, 0, 101 },
	{ INT64_MAX, MONO_SEC, INT64_MAX },
	{ INT64_MAX - 1, MONO_SEC, INT64_MAX - 1 },
};

START_TEST(row) {
	mono_t at = beat_at((mono_t){ rows[_i].when }, rows[_i].interval);

	ck_assert_int_eq(at.usec, rows[_i].at);
}
END_TEST

/* A thousand instances whose adverts are due evenly over a second: how often the loop wakes for them. */
START_TEST(wakes) {
	int64_t last = -1;
	unsigned n = 0;

	for (int64_t when = 500; when < MONO_SEC; when += 1000) {
		int64_t at = beat_at((mono_t){ when }, MONO_SEC).usec;

		ck_assert_int_ge(at, when);
		ck_assert_int_lt(at - when, BEAT_MOST_USEC);
		n += at != last;
		last = at;
	}
	ck_assert_uint_eq(n, 250);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("beat");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, row, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, wakes);
	suite_add_tcase(s, t);
	return run_suite(s);
}
