/* test_settle.c - when an interface counts as up or down (interface_up_down_delays). */
#include "vrrp/settle.h"

#include <check.h>

#include "run.h"

#define SEC(n) ((int64_t)((n)*MONO_SEC))

enum { LOOKS = 8 };

struct look {
	double at;
	bool is_up, counts;
	double due; /* when to look again; 0: not needed */
};

static const struct {
	const char *what;
	double down, up;
	struct look look[LOOKS]; /* up to the first at 0 */
} rows[] = {
	{ "the first look counts at once", 5, 5, { { 1, true, true, 0 } } },
	{ "a link that is down at first too", 5, 5, { { 1, false, false, 0 } } },
	{ "up: after its delay, to the microsecond", 1, 30,
		{ { 1, false, false, 0 }, { 2, true, false, 32 }, { 31.999999, true, false, 32 }, { 32, true, true, 0 } } },
	{ "down: after its own", 1.5, 30,
		{ { 1, true, true, 0 }, { 2, false, true, 3.5 }, { 3.499999, false, true, 3.5 }, { 3.5, false, false, 0 } } },
	{ "a flap that is shorter counts for nothing, and the next one anew", 2, 0,
		{ { 1, true, true, 0 }, { 2, false, true, 4 }, { 3.9, true, true, 0 }, { 4.5, false, true, 6.5 },
			{ 6.4, true, true, 0 } } },
	{ "each link up begins the delay anew", 0, 10,
		{ { 1, true, true, 0 }, { 2, false, false, 0 }, { 3, true, false, 13 }, { 12, false, false, 0 },
			{ 12.5, true, false, 22.5 }, { 22.5, true, true, 0 } } },
	{ "no delay: at once", 0, 0, { { 1, true, true, 0 }, { 2, false, false, 0 }, { 3, true, true, 0 } } },
};

START_TEST(step) {
	struct settle_link s = { .down = SEC(rows[_i].down), .up = SEC(rows[_i].up), .since = MONO_NEVER };

	for (unsigned i = 0; i < LOOKS && rows[_i].look[i].at > 0; i++) {
		const struct look *l = &rows[_i].look[i];
		mono_t due = settle_step(&s, l->is_up, (mono_t){ SEC(l->at) });

		ck_assert_msg(s.counts == l->counts, "%s: look %u", rows[_i].what, i);
		ck_assert_msg(due.usec == (l->due > 0 ? SEC(l->due) : MONO_NEVER.usec), "%s: look %u is due %lld",
			rows[_i].what, i, (long long)due.usec);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("settle");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, step, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(s, t);
	return run_suite(s);
}
