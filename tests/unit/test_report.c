/* test_report.c - findings: each once, in order of file and line, printed with a caret, and the exit code of -t. */
#include "base/alloc.h"
#include "conf/report.h"
#include "run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct place place(const char *file, const char *source, unsigned line, unsigned column, unsigned len)
{
	return (struct place){ .file = file,
		.source = source,
		.source_len = (unsigned)strlen(source),
		.line = line,
		.column = column,
		.len = len };
}

/* What report_print() writes; the caller frees. Not inline: optimised, gcc 12 takes the stream's buffer for a local's. */
static char *__attribute__((noinline)) printed(struct report *r, bool colour)
{
	char *s = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&s, &n);

	report_print(r, f, colour);
	fclose(f);
	return s;
}

START_TEST(test_once) {
	struct report *r = report_new();
	struct place a = place("f", "x y", 3, 1, 1), b = place("f", "x y", 3, 3, 1);

	report_add(r, CONF_ERROR, &a, "bad %d", 1);
	report_add(r, CONF_ERROR, &a, "bad %d", 1);
	report_add(r, CONF_ERROR, &a, "bad 2");
	report_add(r, CONF_WARNING, &a, "bad 1");
	report_add(r, CONF_ERROR, &b, "bad 1");
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 3);
	ck_assert_uint_eq(report_count(r, CONF_WARNING), 1);
	ck_assert_uint_eq(report_count(r, CONF_ENVIRONMENT), 0);
	for (unsigned i = 0; i < 1000; i++) {
		struct place p = place("f", "x", i + 10, 1, 1);

		report_add(r, CONF_WARNING, &p, "many");
		report_add(r, CONF_WARNING, &p, "many");
	}
	ck_assert_uint_eq(report_count(r, CONF_WARNING), 1001);
	report_free(r);
}
END_TEST

START_TEST(test_order) {
	struct report *r = report_new();
	struct place p[] = { place("second", "s", 1, 1, 1), place("first", "s", 9, 1, 1), place("first", "s", 2, 5, 1),
		place("first", "s", 2, 1, 1), { .file = "first" } };
	static const char *const expected[] = { "4", "3", "2", "1", "0" };

	report_add_file(r, "first");
	report_add_file(r, "second");
	report_add_file(r, "first");
	for (unsigned i = 0; i < 5; i++)
		report_add(r, CONF_WARNING, &p[i], "%u", i);
	for (unsigned i = 0; i < 5; i++)
		ck_assert_str_eq(report_get(r, i)->text, expected[i]);
	ck_assert_ptr_null(report_get(r, 5));
	report_free(r);
}
END_TEST

/* Strings are the report's own: what the place pointed to may go. */
START_TEST(test_copies) {
	struct report *r = report_new();
	char *file = x_strdup("file"), *source = x_strdup("a source");
	struct place p = place(file, source, 1, 3, 6);

	report_add(r, CONF_ERROR, &p, "text");
	report_hint(r, "hint %s", "x");
	free(file);
	free(source);
	ck_assert_str_eq(report_get(r, 0)->at.file, "file");
	ck_assert_int_eq(strncmp(report_get(r, 0)->at.source, "a source", 8), 0);
	ck_assert_str_eq(report_get(r, 0)->hint, "hint x");
	report_free(r);
}
END_TEST

struct exit_row {
	bool error, warning, environment, security;
	int code;
};

static const struct exit_row exits[] = {
	{ false, false, false, false, 0 },
	{ false, false, true, false, 0 },
	{ false, true, true, false, 5 },
	{ false, true, true, true, 6 },
	{ false, false, false, true, 6 },
	{ true, true, true, true, 4 },
	{ true, false, false, false, 4 },
};

START_TEST(test_exit) {
	const struct exit_row *row = &exits[_i];
	struct report *r = report_new();
	struct place p = place("f", "x", 1, 1, 1);

	if (row->security) {
		report_add(r, CONF_WARNING, &p, "unsafe");
		report_security(r);
	}
	if (row->error)
		report_add(r, CONF_ERROR, &p, "e");
	if (row->warning)
		report_add(r, CONF_WARNING, &p, "w");
	if (row->environment)
		report_add(r, CONF_ENVIRONMENT, &p, "n");
	ck_assert_int_eq(report_exit_code(r), row->code);
	report_free(r);
}
END_TEST

struct print_row {
	const char *source;
	unsigned column, len;
	const char *out; /* without the first line */
};

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct print_row prints[] = {
	{ "priority 300", 10, 3, "    priority 300\n             ^~~\n" },
	{ "x", 1, 1, "    x\n    ^\n" },
	{ "\tpriority\t300", 11, 3, "            priority        300\n                            ^~~\n" },
	{ "a\tb", 3, 1, "    a       b\n            ^\n" },
	/* the caret may stand behind the line's end */
	{ "ab", 3, 1, "    ab\n      ^\n" },
	/* UTF-8: bytes are counted, columns are shown; wide signs take two */
	{ "\xc3\xa9 x", 4, 1, "    \xc3\xa9 x\n      ^\n" },
	{ "\xe4\xb8\xad x", 5, 1, "    \xe4\xb8\xad x\n       ^\n" },
	{ "\xc2\xa0x", 1, 2, "    \xc2\xa0x\n    ^\n" },
	/* nothing of the file reaches the terminal raw */
	{ "a\033[31mb\xff"
	  "c\r",
		8, 1, "    a?[31mb?c?\n           ^\n" },
	{ "\xc2\x9b"
	  "31m",
		1, 1, "    ?31m\n    ^\n" },
	/* long lines are cut around the caret */
	{ HUNDRED "X" HUNDRED, 101, 1,
		"    ..." TEN TEN TEN TEN TEN TEN "X" TEN TEN TEN TEN TEN TEN TEN "012345678...\n"
		"                                                                   ^\n" },
};

START_TEST(test_print) {
	const struct print_row *row = &prints[_i];
	struct report *r = report_new();
	struct place p = place("dir/f", row->source, 7, row->column, row->len);
	char *expected = x_asprintf("dir/f:7:%u: error: wrong\n%s    hint: cure\n", row->column, row->out), *got;

	report_add(r, CONF_ERROR, &p, "wrong");
	report_hint(r, "cure");
	got = printed(r, false);
	ck_assert_str_eq(got, expected);
	free(got);
	free(expected);
	report_free(r);
}
END_TEST

START_TEST(test_classes) {
	struct report *r = report_new();
	struct place p = { .file = "f" };
	char *got;

	report_add(r, CONF_ERROR, &p, "1");
	report_add(r, CONF_WARNING, &p, "2");
	report_add(r, CONF_ENVIRONMENT, &p, "3");
	got = printed(r, false);
	ck_assert_str_eq(got, "f: error: 1\nf: warning: 2\nf: environment: 3\n");
	free(got);
	got = printed(r, true);
	ck_assert_str_eq(got,
		"f: \033[1;31merror:\033[0m 1\nf: \033[1;33mwarning:\033[0m 2\nf: \033[1;36menvironment:\033[0m 3\n");
	free(got);
	report_free(r);
}
END_TEST

/* A line of any length: the report keeps the part that it shows. */
START_TEST(test_very_long) {
	struct report *r = report_new();
	char *line = x_calloc(1, 100001), *got, *shown, *caret;
	struct place p;

	memset(line, 'a', 100000);
	line[70000] = 'X';
	p = place("f", line, 1, 70001, 1);
	report_add(r, CONF_ERROR, &p, "long");
	free(line);
	ck_assert_uint_lt(report_get(r, 0)->at.source_len, 2000);
	got = printed(r, false);
	shown = strchr(got, '\n') + 1;
	caret = strchr(shown, '\n') + 1;
	ck_assert_ptr_nonnull(strchr(got, 'X'));
	ck_assert_int_eq(strchr(got, 'X') - shown, strchr(caret, '^') - caret);
	ck_assert_uint_eq(report_get(r, 0)->at.column, 70001);
	free(got);
	report_free(r);
}
END_TEST

/* What a repetition brought is one finding; the place of use is shown, and how often. */
START_TEST(test_repeated) {
	struct report *r = report_new();
	struct place use = place("f", "~SEQ(A, 1, 3) x ${A}", 9, 1, 4), p = place("f", "$X=1", 2, 4, 1);
	char *got;

	p.used = &use;
	for (unsigned i = 1; i <= 3; i++) {
		report_add(r, CONF_ERROR, &p, "bad %u", i);
		ck_assert_int_eq(report_is_new(r), i == 1);
	}
	report_hint(r, "of a finding that is there already");
	report_add(r, CONF_ERROR, &p, "other");
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 2);
	ck_assert_uint_eq(report_get(r, 0)->more, 2);
	got = printed(r, false);
	ck_assert_str_eq(got,
		"f:2:4: error: bad 1\n    $X=1\n       ^\n    used at f:9:1\n    and 2 more from the same line\n"
		"f:2:4: error: other\n    $X=1\n       ^\n    used at f:9:1\n");
	free(got);
	report_free(r);
}
END_TEST

/* A file that is included twice says the same thing twice: one finding; two things at one place stay two. */
START_TEST(test_included) {
	struct report *r = report_new();
	struct place use[] = { place("f", "include g", 1, 9, 1), place("f", "  include g", 2, 11, 1) };
	char *got;

	for (unsigned i = 0; i < 2; i++) {
		struct place p = place("g", "x", 1, 1, 1);

		p.used = &use[i];
		report_add(r, CONF_WARNING, &p, "%s is missing", "a");
		report_add(r, CONF_WARNING, &p, "%s is missing", "b");
	}
	ck_assert_uint_eq(report_count(r, CONF_WARNING), 2);
	got = printed(r, false);
	ck_assert_str_eq(got,
		"g:1:1: warning: a is missing\n    x\n    ^\n    included from f:1:9\n    and 1 more from the same line\n"
		"g:1:1: warning: b is missing\n    x\n    ^\n    included from f:1:9\n    and 1 more from the same line\n");
	free(got);
	report_free(r);
}
END_TEST

/* What a finding explains is not said again; an error there makes it one, and is counted as a refusal. */
START_TEST(test_cover) {
	struct report *r = report_new();
	struct place sign = place("f", "x \xe2\x80\x9cy z", 3, 3, 3), rest = place("f", "", 3, 3, 6),
		     word = place("f", "", 3, 7, 1), before = place("f", "", 3, 1, 1), behind = place("f", "", 3, 9, 1),
		     next = place("f", "", 4, 3, 1);

	report_add(r, CONF_WARNING, &sign, "a quote");
	report_cover(r, &rest);
	report_add(r, CONF_ENVIRONMENT, &word, "no such file");
	report_hint(r, "belongs to nothing");
	ck_assert_uint_eq(report_count(r, CONF_ENVIRONMENT), 0);
	ck_assert_ptr_null(report_get(r, 0)->hint);
	ck_assert_int_eq(report_get(r, 0)->class, CONF_WARNING);
	ck_assert_uint_eq(report_refused(r), 0);
	report_add(r, CONF_ERROR, &word, "no number");
	ck_assert_int_eq(report_get(r, 0)->class, CONF_ERROR);
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 1);
	ck_assert_uint_eq(report_count(r, CONF_WARNING), 0);
	ck_assert_uint_eq(report_refused(r), 1);
	report_add(r, CONF_ERROR, &before, "1");
	report_add(r, CONF_ERROR, &behind, "2");
	report_add(r, CONF_ERROR, &next, "3");
	ck_assert_uint_eq(report_count(r, CONF_ERROR), 4);
	report_free(r);
}
END_TEST

/* Bytes of the file do not reach a terminal through the sentence either. */
START_TEST(test_clean_text) {
	struct report *r = report_new();
	struct place p = { .file = "f" };

	report_add(r, CONF_ERROR, &p, "'%s'", "a\033[31m\nb\xff \xc3\xa9");
	report_hint(r, "%s", "\x07");
	ck_assert_str_eq(report_get(r, 0)->text, "'a?[31m?b? \xc3\xa9'");
	ck_assert_str_eq(report_get(r, 0)->hint, "?");
	report_free(r);
}
END_TEST

START_TEST(test_gcc) {
	struct report *r = report_new();
	struct place use = place("f", "$X", 9, 3, 2), p = place("g", "y", 1, 1, 1), file = { .file = "f" };
	char *s = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&s, &n);

	report_add(r, CONF_ENVIRONMENT, &file, "no user");
	p.used = &use;
	report_add(r, CONF_WARNING, &p, "odd");
	report_id(r, "W101");
	report_hint(r, "cure");
	report_print_gcc(r, out);
	fclose(out);
	ck_assert_str_eq(s,
		"f: warning: no user [environment]\n"
		"g:1:1: warning: odd [W101]\n"
		"f:9:3: note: used here\n"
		"g:1:1: note: cure\n");
	free(s);
	report_free(r);
}
END_TEST

static bool is_warning(void *ctx, const struct finding *f)
{
	(void)ctx;
	return f->class == CONF_WARNING;
}

START_TEST(test_take) {
	struct report *r = report_new();

	for (unsigned i = 1; i <= 100; i++) {
		struct place p = place("f", "x", i, 1, 1);

		report_add(r, i % 2 ? CONF_WARNING : CONF_ERROR, &p, "x");
	}
	ck_assert_uint_eq(report_take(r, is_warning, NULL), 50);
	ck_assert_uint_eq(report_take(r, is_warning, NULL), 0);
	ck_assert_uint_eq(report_count(r, CONF_WARNING), 0);
	ck_assert_uint_eq(report_get(r, 49)->at.line, 100);
	ck_assert_ptr_null(report_get(r, 50));
	report_free(r);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("report");
	TCase *tc = tcase_create("report");

	tcase_add_test(tc, test_once);
	tcase_add_test(tc, test_order);
	tcase_add_test(tc, test_copies);
	tcase_add_loop_test(tc, test_exit, 0, ROWS(exits));
	tcase_add_loop_test(tc, test_print, 0, ROWS(prints));
	tcase_add_test(tc, test_classes);
	tcase_add_test(tc, test_very_long);
	tcase_add_test(tc, test_repeated);
	tcase_add_test(tc, test_included);
	tcase_add_test(tc, test_cover);
	tcase_add_test(tc, test_clean_text);
	tcase_add_test(tc, test_gcc);
	tcase_add_test(tc, test_take);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
