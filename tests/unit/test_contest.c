/* test_contest.c - when losing an object again and again is a fight (T05). */
#include "vrrp/contest.h"

#include <check.h>
#include <stdlib.h>

#include "run.h"
#include "vrrp/losses.h"

static struct contest contest;

static mono_t at(int64_t msec)
{
	return (mono_t){ 1000 * MONO_SEC + msec * MONO_MSEC };
}

static void set_up(void)
{
	contest = (struct contest){ 0 };
}

/* Loses `what` n times, `every` ms apart, from `from` on; how many it took until it was a fight, 0: it never was. */
static unsigned lose(const char *what, unsigned n, int64_t every, int64_t from)
{
	for (unsigned i = 1; i <= n; i++)
		if (contest_lost(&contest, what, at(from + every * (i - 1))))
			return i;
	return 0;
}

START_TEST(ten_within_ten_seconds) {
	ck_assert_uint_eq(lose("192.0.2.1 on eth0", 50, 100, 0), CONTEST_LOSSES);
	ck_assert(contest.is_on);
	ck_assert_str_eq(contest_what(&contest), "192.0.2.1 on eth0");
	ck_assert_int_eq(mono_diff(contest.until, at(900)), CONTEST_QUIET);
}
END_TEST

START_TEST(now_and_then_is_no_fight) {
	ck_assert_uint_eq(lose("a", 100, 1200, 0), 0);
	ck_assert_uint_eq(lose("a", CONTEST_LOSSES - 1, 10, 200000), 0);
}
END_TEST

START_TEST(no_memory_before_the_first_loss) {
	struct contest *own = NULL;

	ck_assert(!losses_are_fight(own));
	losses_add(&own, "a", at(0));
	ck_assert_ptr_nonnull(own);
	ck_assert_uint_eq(own->n, 1);
	ck_assert(!losses_are_fight(own));
	losses_refused(&own, "b", at(1));
	ck_assert(losses_are_fight(own));
	ck_assert_str_eq(contest_what(own), "b");
	free(own);
}
END_TEST

START_TEST(one_flush_of_many_is_no_fight) {
	char name[] = "a";

	for (int i = 0; i < 26; i++) {
		name[0] = (char)('a' + i);
		ck_assert(!contest_lost(&contest, name, at(20 * i)));
	}
	ck_assert_ptr_null(contest_what(&contest));
	ck_assert_str_eq(contest.what, "a"); /* it stands for the others */
	ck_assert_uint_eq(lose("z", CONTEST_LOSSES, 100, 5000), CONTEST_LOSSES);
}
END_TEST

START_TEST(quiet_period_ends_once_and_doubles) {
	int64_t from = 0;

	for (unsigned level = 0; level < 8; level++) {
		int64_t quiet = CONTEST_QUIET << (level < CONTEST_LEVELS ? level : CONTEST_LEVELS - 1);

		ck_assert_uint_eq(lose("a", 20, 100, from), CONTEST_LOSSES);
		from += 900;
		ck_assert(!contest_lost(&contest, "a", at(from + 1)));
		ck_assert(!contest_end(&contest, at(from + quiet / MONO_MSEC - 1)));
		from += quiet / MONO_MSEC;
		ck_assert(contest_end(&contest, at(from)));
		ck_assert(!contest_end(&contest, at(from + 1)));
	}
	from += CONTEST_CALM / MONO_MSEC + 1;
	ck_assert_uint_eq(lose("a", 20, 100, from), CONTEST_LOSSES);
	ck_assert_int_eq(mono_diff(contest.until, at(from + 900)), CONTEST_QUIET);
}
END_TEST

/* F60: it is so at once, and has the same quiet periods as a fight. */
START_TEST(refused) {
	contest_refused(&contest, "192.0.2.1 on eth0: Operation not permitted", at(0));
	ck_assert(contest.is_on && contest.is_refusal);
	ck_assert_str_eq(contest_what(&contest), "192.0.2.1 on eth0: Operation not permitted");
	contest_refused(&contest, "another", at(1));
	ck_assert_str_eq(contest_what(&contest), "192.0.2.1 on eth0: Operation not permitted");
	ck_assert(contest_end(&contest, mono_add(at(0), CONTEST_QUIET)));
	ck_assert_ptr_null(contest_what(&contest));
	contest_refused(&contest, "192.0.2.1 on eth0: Operation not permitted", at(20000));
	ck_assert_int_eq(mono_diff(contest.until, at(20000)), 2 * CONTEST_QUIET);
	ck_assert(contest_end(&contest, contest.until));
	ck_assert_uint_eq(lose("192.0.2.1 on eth0", 50, 100, 60000), CONTEST_LOSSES);
	ck_assert(!contest.is_refusal);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("contest");
	TCase *t = tcase_create("fights");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, ten_within_ten_seconds);
	tcase_add_test(t, now_and_then_is_no_fight);
	tcase_add_test(t, no_memory_before_the_first_loss);
	tcase_add_test(t, one_flush_of_many_is_no_fight);
	tcase_add_test(t, quiet_period_ends_once_and_doubles);
	tcase_add_test(t, refused);
	suite_add_tcase(s, t);
	return run_suite(s);
}
