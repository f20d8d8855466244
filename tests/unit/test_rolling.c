/* test_rolling.c - how many services fit into a look of ten milliseconds, by rows of what the last look took. */
#include "checkers/rolling.h"

#include <check.h>
#include <stddef.h>

#include "run.h"

struct row {
	const char *what;
	unsigned n;
	int64_t usec;
	unsigned fit;
};

static const struct row rows[] = {
	{ "as many as fitted", 100, 10000, 100 },
	{ "half as many where it took twice as long", 100, 20000, 50 },
	{ "more where it was faster", 100, 8000, 125 },
	{ "twice as many at most", 100, 100, 200 },
	{ "a clock too coarse to tell", 100, 0, 200 },
	{ "a few however slow it was", 100, 10000000, 4 },
	{ "an end of growth", 4000, 1000, 4096 },
};

START_TEST(fits) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(rolling_fit(rows[i].n, rows[i].usec) == rows[i].fit, "%s: %u", rows[i].what,
			rolling_fit(rows[i].n, rows[i].usec));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rolling");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, fits);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
