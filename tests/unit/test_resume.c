/* test_resume.c - what a vrrp process is told of the one before it: who was MASTER until when, and who is held by a drill. */
#include "vrrp/resume.h"

#include <check.h>

#include "run.h"
#include "vrrp/instance_types.h"

static struct resume told;

static void tell(const char *const *lines)
{
	told = (struct resume){ 0 };
	for (; *lines; lines++)
		resume_read(&told, *lines);
}

START_TEST(master_within_the_down_interval) {
	tell((const char *const[]){ "alive 5000000", "MASTER web in", "BACKUP web out", "", "MASTER", NULL });
	ck_assert(resume_is_master(&told, "web in", 3000000, (mono_t){ 7999999 }));
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 8000000 }));
	ck_assert(!resume_is_master(&told, "web", 3000000, (mono_t){ 5000001 }));
	ck_assert(!resume_is_master(&told, "web out", 3000000, (mono_t){ 5000001 }));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	resume_done(&told);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

START_TEST(hold_of_a_drill) {
	tell((const char *const[]){
		"alive 5000000", "BACKUP web in", "hold 65000000 web in", "hold", "hold 7", "hold x y", NULL });
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 65000000);
	ck_assert_int_eq(resume_hold(&told, "web").usec, 0);
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	resume_done(&told);
}
END_TEST

START_TEST(handed_over) {
	static const char *const lines[] = { "alive 5000000", "handover now", "MASTER web in",
		"last 4000000 1 2 6 web in no advert for 3.609 s", "last 1 1 2 60 web short", "last 1 99 2 3 web x", "last", NULL };
	const struct instance_last *last;

	tell(lines);
	last = resume_last(&told, "web in");
	ck_assert_ptr_nonnull(last);
	ck_assert_int_eq(last->at.usec, 4000000);
	ck_assert_uint_eq(last->action.from, VRRP_BACKUP);
	ck_assert_uint_eq(last->action.to, VRRP_MASTER);
	ck_assert_str_eq(last->reason, "no advert for 3.609 s");
	ck_assert_ptr_null(resume_last(&told, "web"));
	ck_assert(resume_goes_on(&told, "web in", VRRP_MASTER));
	ck_assert(!resume_goes_on(&told, "web in", VRRP_BACKUP));
	ck_assert(!resume_goes_on(&told, "web", VRRP_MASTER));
	ck_assert(resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	resume_done(&told);
	tell(lines + 2); /* after a crash: the scripts run again, the last word may be missing */
	ck_assert(!resume_goes_on(&told, "web in", VRRP_MASTER));
	resume_done(&told);
}
END_TEST

/* Of the old process: words that are not known, short lines and the wrong order do no harm. */
START_TEST(counts_go_on) {
	const struct instance_counts *c;

	tell((const char *const[]){ "alive 5000000", "verdict ttl 7 web in",
		"counts 1 2 3 4 5 6 7 18446744073709551615 web in", "verdict ok 40 web in",
		"verdict of_tomorrow 9 web in", "verdict t 9 web in", "verdict ttl", "verdict ttl 8", "verdict ttl 8 ",
		"verdict ttl x web in", "counts 1 2 3 4 5 6 7 8", "counts 1 2 3 4 5 6 7 x web", "counts", NULL });
	c = resume_counts(&told, "web in");
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->counters.rx, 1);
	ck_assert_uint_eq(c->counters.tx, 2);
	ck_assert_uint_eq(c->counters.tx_zero, 3);
	ck_assert_uint_eq(c->counters.tx_errors, 4);
	ck_assert_uint_eq(c->counters.transitions, 5);
	ck_assert_uint_eq(c->counters.became_master, 6);
	ck_assert_uint_eq(c->zero_received, 7);
	ck_assert_uint_eq(c->repaired, UINT64_MAX);
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++)
		ck_assert_uint_eq(c->verdicts[i], i == ADVERT_OK ? 40 : i == ADVERT_BAD_TTL ? 7 : 0);
	ck_assert_ptr_null(resume_counts(&told, "web"));
	ck_assert_ptr_null(resume_last(&told, "web in"));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	ck_assert_uint_eq(told.n, 1);
	resume_done(&told);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resume");
	TCase *t = tcase_create("lines");

	tcase_add_test(t, master_within_the_down_interval);
	tcase_add_test(t, hold_of_a_drill);
	tcase_add_test(t, handed_over);
	tcase_add_test(t, counts_go_on);
	suite_add_tcase(s, t);
	return run_suite(s);
}
