/* test_resume.c - what a vrrp process is told of the one before it: who was MASTER until when, and who is held by a drill. */
#include "vrrp/resume.h"

#include <check.h>
#include <stdlib.h>

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

int main(void)
{
	Suite *s = suite_create("resume");
	TCase *t = tcase_create("lines");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, master_within_the_down_interval);
	tcase_add_test(t, hold_of_a_drill);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
