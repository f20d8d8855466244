/* test_joined.c - groups that a switch has to hear of anew: each of its own, RFC 4541. */
#include "vrrp/joined.h"

#include <check.h>

#include "run.h"

static struct addr group(unsigned n)
{
	return (struct addr){ .family = AF_INET, .bytes = { 224, 0, 1, (uint8_t)n } };
}

static const struct row {
	const char *what;
	struct {
		unsigned group;
		bool is_up, is_anew;
	} steps[8];
} rows[] = {
	{ "up all the time", { { 1, true, false }, { 1, true, false } } },
	{ "down, and up again: once", { { 1, true, false }, { 1, false, false }, { 1, true, true }, { 1, true, false } } },
	{ "begun while down", { { 1, false, false }, { 1, false, false }, { 1, true, true } } },
	{ "each group by itself", { { 1, true, false }, { 2, true, false }, { 1, false, false }, { 2, false, false }, { 2, true, true },
		{ 1, true, true }, { 2, true, false } } },
	{ "one that came while up", { { 1, false, false }, { 2, true, false }, { 1, true, true }, { 2, true, false } } },
	{ "of two that share it the first one", { { 1, false, false }, { 1, false, false }, { 1, true, true }, { 1, true, false } } },
};

START_TEST(taken) {
	struct joined j = { 0 };

	for (unsigned i = 0; i < 8 && rows[_i].steps[i].group; i++) {
		const struct addr g = group(rows[_i].steps[i].group);

		ck_assert_msg(joined_take(&j, &g, rows[_i].steps[i].is_up) == rows[_i].steps[i].is_anew, "%s: step %u",
			rows[_i].what, i);
	}
	joined_done(&j);
	ck_assert_uint_eq(j.n, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("joined");
	TCase *t = tcase_create("joined");

	tcase_add_loop_test(t, taken, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, t);
	return run_suite(s);
}
