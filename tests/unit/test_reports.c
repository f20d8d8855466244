/* test_reports.c - what was reported last, by kind and name, in whatever order it came. */
#include "vrrp/reports.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "run.h"

enum { MANY = 1000 };

START_TEST(a_value_that_is_as_before_is_no_news) {
	struct reports r = { 0 };

	ck_assert(reports_put(&r, TRACK_SCRIPT, "a", 1, "why"));
	ck_assert(!reports_put(&r, TRACK_SCRIPT, "a", 1, "another why"));
	ck_assert_str_eq(reports_find(&r, TRACK_SCRIPT, "a")->detail, "another why");
	ck_assert(reports_put(&r, TRACK_SCRIPT, "a", 2, NULL));
	ck_assert_int_eq(reports_find(&r, TRACK_SCRIPT, "a")->value, 2);
	ck_assert_str_eq(reports_find(&r, TRACK_SCRIPT, "a")->detail, "");
	reports_done(&r);
}
END_TEST

START_TEST(kinds_with_one_name_are_apart) {
	struct reports r = { 0 };

	reports_put(&r, TRACK_FILE, "x", 7, NULL);
	reports_put(&r, TRACK_SCRIPT, "x", 8, NULL);
	ck_assert_int_eq(reports_find(&r, TRACK_FILE, "x")->value, 7);
	ck_assert_int_eq(reports_find(&r, TRACK_SCRIPT, "x")->value, 8);
	ck_assert_ptr_null(reports_find(&r, TRACK_PROCESS, "x"));
	ck_assert_ptr_null(reports_find(&r, TRACK_FILE, "y"));
	reports_done(&r);
}
END_TEST

/* Forwards or backwards: all are found, and what was found first is still where it was. */
START_TEST(many_in_any_order) {
	struct reports r = { 0 };
	const struct track_report *first;
	char name[16];

	reports_put(&r, TRACK_SCRIPT, "n0500", 500, NULL);
	first = reports_find(&r, TRACK_SCRIPT, "n0500");
	for (int i = 0; i < MANY; i++) {
		int k = _i ? MANY - 1 - i : i;

		snprintf(name, sizeof(name), "n%04d", k);
		ck_assert_int_eq(reports_put(&r, TRACK_SCRIPT, name, k, NULL), k != 500);
	}
	ck_assert_uint_eq(r.n, MANY);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "n%04d", i);
		ck_assert_int_eq(reports_find(&r, TRACK_SCRIPT, name)->value, i);
	}
	ck_assert_ptr_eq(reports_find(&r, TRACK_SCRIPT, "n0500"), first);
	reports_done(&r);
}
END_TEST

START_TEST(written_and_read_again) {
	struct reports r = { 0 }, again = { 0 };
	struct text t = { 0 };
	char *line, *rest;

	reports_put(&r, TRACK_SERVICE, "192.0.2.1:80/tcp", 2, "why");
	reports_put(&r, TRACK_SCRIPT, "b", -1, NULL);
	reports_write(&r, &t);
	for (line = strtok_r(t.s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		reports_read(&again, line);
	ck_assert_uint_eq(again.n, 2);
	ck_assert_int_eq(reports_find(&again, TRACK_SERVICE, "192.0.2.1:80/tcp")->value, 2);
	ck_assert_int_eq(reports_find(&again, TRACK_SCRIPT, "b")->value, -1);
	text_done(&t);
	reports_done(&r);
	reports_done(&again);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reports");
	TCase *tc = tcase_create("reports");

	tcase_add_test(tc, a_value_that_is_as_before_is_no_news);
	tcase_add_test(tc, kinds_with_one_name_are_apart);
	tcase_add_loop_test(tc, many_in_any_order, 0, 2);
	tcase_add_test(tc, written_and_read_again);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
