/* test_lateness.c - thousands of late timers are one line. */
#include "vrrp/lateness.h"

#include <check.h>

#include "run.h"

#define SAFER " ms: a longer advert_int is safer"

static const struct lateness_case {
	struct lateness_note note[4];
	unsigned n;
	const char *line;
} cases[] = {
	{ { { "VI_1", 41500, 39000, 100, 110 } }, 1,
		"VI_1: our timer was 41.5 ms late, and priorities 100 and 110 are told apart by 39.0" SAFER },
	{ { { "VI_1", 50000, 39000, 100, 110 }, { "VI_2", 60250, 3900, 100, 101 }, { "VI_3", 60250, 3900, 90, 91 },
		  { "VI_4", 40000, 3900, 90, 91 } },
		4,
		"VI_2: our timer was 60.2 ms late, and priorities 100 and 101 are told apart by 3.9" SAFER
		" (the worst of 4 instances)" },
};

START_TEST(one_line) {
	const struct lateness_case *c = &cases[_i];
	struct lateness_sum sum = { 0 };
	char line[LATENESS_LEN + 40];

	for (unsigned i = 0; i < c->n; i++)
		lateness_add(&sum, &c->note[i]);
	ck_assert_str_eq(lateness_str(&sum, line, sizeof(line)), c->line);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lateness");
	TCase *t = tcase_create("lines");

	tcase_add_loop_test(t, one_line, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(s, t);
	return run_suite(s);
}
