/* test_edit.c - edits of bytes: what comes of them, which exclude each other, and the diff, which is what patch(1) reads. */
#include "base/edit.h"

#include <check.h>
#include <string.h>

#include "base/text.h"
#include "run.h"

static const char ten[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

struct row {
	const char *name, *file;
	struct {
		size_t at, len;
		const char *text;
	} edit[3];
	const char *after, *diff;
};

static const struct row rows[] = {
	{ "a word in place", "a\nweight 5 # c\nb\n", { { 9, 1, "70" } }, "a\nweight 70 # c\nb\n",
		"--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-weight 5 # c\n+weight 70 # c\n b\n" },
	{ "lines come", "a\nb\n", { { 2, 0, "x\ny\n" } }, "a\nx\ny\nb\n",
		"--- f\n+++ f\n@@ -1,2 +1,4 @@\n a\n+x\n+y\n b\n" },
	{ "lines go", "a\nb\nc\n", { { 2, 2, "" } }, "a\nc\n", "--- f\n+++ f\n@@ -1,3 +1,2 @@\n a\n-b\n c\n" },
	{ "behind the end", "a\n", { { 2, 0, "b\n" } }, "a\nb\n", "--- f\n+++ f\n@@ -1,1 +1,2 @@\n a\n+b\n" },
	{ "behind an end without newline", "a", { { 1, 0, "\nb\n" } }, "a\nb\n",
		"--- f\n+++ f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n" },
	{ "into nothing", "", { { 0, 0, "b\n" } }, "b\n", "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+b\n" },
	{ "two in one line", "ab\n", { { 1, 1, "y" }, { 0, 0, "#" } }, "#ay\n", "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-ab\n+#ay\n" },
	{ "two hunks", ten, { { 0, 1, "x" }, { 18, 2, "y\nz" } }, "x\n2\n3\n4\n5\n6\n7\n8\n9\ny\nz\n",
		"--- f\n+++ f\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -7,4 +7,5 @@\n 7\n 8\n 9\n-10\n+y\n+z\n" },
	{ "near ones share a hunk", ten, { { 0, 1, "x" }, { 14, 1, "y" } }, "x\n2\n3\n4\n5\n6\n7\ny\n9\n10\n",
		"--- f\n+++ f\n@@ -1,10 +1,10 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n 9\n 10\n" },
	{ "none", "a\n", { { 0, 0, NULL } }, "a\n", "" },
};

START_TEST(becomes_what_is_meant) {
	const struct row *r = &rows[_i];
	const struct edited file = { r->file, strlen(r->file) };
	struct text after = { 0 }, diff = { 0 };
	struct edits e = { 0 };

	for (unsigned i = 0; i < 3 && r->edit[i].text; i++)
		ck_assert_msg(text_edits_add(&e, r->edit[i].at, r->edit[i].len, r->edit[i].text), "%s", r->name);
	text_edits_apply(&e, &file, &after);
	text_edits_diff(&e, "f", &file, &diff);
	ck_assert_msg(!strcmp(text_str(&after), r->after), "%s: %s", r->name, text_str(&after));
	ck_assert_msg(!strcmp(text_str(&diff), r->diff), "%s: %s", r->name, text_str(&diff));
	text_done(&after);
	text_done(&diff);
	text_edits_done(&e);
}
END_TEST

START_TEST(none_stands_in_another) {
	struct edits e = { 0 }, more = { 0 };

	ck_assert(text_edits_add(&e, 10, 5, ""));
	ck_assert(!text_edits_add(&e, 12, 0, "x"));
	ck_assert(!text_edits_add(&e, 8, 3, ""));
	ck_assert(!text_edits_add(&e, 10, 5, "y"));
	ck_assert(text_edits_add(&e, 10, 0, "x"));
	ck_assert(text_edits_add(&e, 15, 0, "z"));
	ck_assert_uint_eq(e.n, 3);
	ck_assert_str_eq(e.edit[0].text, "x");
	ck_assert(text_edits_add(&more, 1, 1, "q") && text_edits_add(&more, 14, 2, ""));
	ck_assert(!text_edits_join(&e, &more));
	ck_assert_uint_eq(e.n, 3);
	text_edits_done(&more);
	ck_assert(text_edits_add(&more, 1, 1, "q") && text_edits_join(&e, &more));
	ck_assert_uint_eq(e.n, 4);
	text_edits_done(&more);
	text_edits_done(&e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("edit");
	TCase *c = tcase_create("edit");

	tcase_add_loop_test(c, becomes_what_is_meant, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(c, none_stands_in_another);
	suite_add_tcase(s, c);
	return run_suite(s);
}
