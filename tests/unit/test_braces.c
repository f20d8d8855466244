/*
 * test_braces.c - braces that do not match: rows of text with the tree that was meant, and properties of an indented file: any
 * one brace taken out, any '}' put in, is one error, and the tree is the one of the whole file.
 */
#include "base/text.h"
#include "conf/report.h"
#include "conf/tree.h"
#include "run.h"

#include <check.h>
#include <string.h>

/* Reads text; the canonical form into `out`, "line:column text" of every finding into `said`. Returns how many there are. */
static unsigned read_text(const char *in, size_t len, struct text *out, struct text *said)
{
	struct report *r = report_new();
	struct conf_tree *t = tree_read_bytes("f", in, len, false, r);
	const struct finding *f;
	unsigned n = 0;

	tree_write(t, out);
	for (; (f = report_get(r, n)); n++)
		text_printf(said, "%s%u:%u %s", n ? "; " : "", f->at.line, f->at.column, f->text);
	tree_free(t);
	report_free(r);
	return n;
}

struct row {
	const char *in, *out, *said;
};

#define OPEN(where, word) where " the block '" word "' is not closed: a '}' is missing"
#define SURPLUS(where) where " this '}' is one too many"
#define STRAY(where) where " '}' without a block to close"
#define UNOPENED(where, word) where " '" word "' has no '{'"

static const struct row rows[] = {
	{ "a {\n\tb {\n\t\tc\n\td\n}\ne\n", "a {\n\tb {\n\t\tc\n\t}\n\td\n}\ne\n", OPEN("2:2", "b") },
	{ "a {\n  b\n\nc {\n  d\n}\n", "a {\n\tb\n}\nc {\n\td\n}\n", OPEN("1:1", "a") },
	{ "a {\n  b {\n    c\n}\nd\n", "a {\n\tb {\n\t\tc\n\t}\n}\nd\n", OPEN("2:3", "b") },
	{ "a {\n  b {\n    c\n", "a {\n\tb {\n\t\tc\n\t}\n}\n", OPEN("1:1", "a") "; " OPEN("2:3", "b") },
	/* '{' on its own line; tabs and blanks measure the same */
	{ "a\n{\n\tb\n\t{\n\t\tc\n        d\n}\n", "a {\n\tb {\n\t\tc\n\t}\n\td\n}\n", OPEN("3:2", "b") },
	/* without indentation: the outermost one, at the end */
	{ "a {\nb {\nc\n}\nd\n", "a {\n\tb {\n\t\tc\n\t}\n\td\n}\n", OPEN("1:1", "a") },
	{ "a {\n  b\n  }\n  c\n}\n", "a {\n\tb\n\tc\n}\n", SURPLUS("3:3") },
	{ "a {\n  b {\n    c\n  }\n  }\n  d\n}\ne\n", "a {\n\tb {\n\t\tc\n\t}\n\td\n}\ne\n", SURPLUS("5:3") },
	{ "a {\n  b\n}\n}\nc\n", "a {\n\tb\n}\nc\n", STRAY("4:1") },
	{ "}\na\n", "a\n", STRAY("1:1") },
	{ "a {}}\n", "a {\n}\n", STRAY("1:5") },
	{ "a\n  b\n  c\n}\nd\n", "a {\n\tb\n\tc\n}\nd\n", UNOPENED("1:1", "a") },
	/* two mistakes are two findings */
	{ "a {\n  b {\n    c\n  d\n}\ne {\n  f\n}\nh {\n  i\n",
		"a {\n\tb {\n\t\tc\n\t}\n\td\n}\ne {\n\tf\n}\nh {\n\ti\n}\n", OPEN("2:3", "b") "; " OPEN("9:1", "h") },
	{ "a {\n  b\n  }\n  c\n}\ne {\n  f\n  }\n  g\n}\n", "a {\n\tb\n\tc\n}\ne {\n\tf\n\tg\n}\n",
		SURPLUS("3:3") "; " SURPLUS("8:3") },
	/* what matches is trusted, however it is indented */
	{ "a {\n  b {\nc\n    }\n}\n", "a {\n\tb {\n\t\tc\n\t}\n}\n", "" },
	{ "a {\n  b\nc {\n  d\n}\n}\n", "a {\n\tb\n\tc {\n\t\td\n\t}\n}\n", "" },
};

START_TEST(test_rows) {
	const struct row *row = &rows[_i];
	struct text out = { 0 }, said = { 0 };

	read_text(row->in, strlen(row->in), &out, &said);
	ck_assert_str_eq(text_str(&said), row->said);
	ck_assert_str_eq(text_str(&out), row->out);
	text_done(&out);
	text_done(&said);
}
END_TEST

static const char whole[] = "global_defs {\n"
			    "    router_id left\n"
			    "}\n"
			    "virtual_server 192.0.2.1 80 {\n"
			    "    lb_kind DR\n"
			    "    real_server 10.0.0.1 80 {\n"
			    "        weight 1\n"
			    "        HTTP_GET {\n"
			    "            url {\n"
			    "                path /\n"
			    "                status_code 200\n"
			    "            }\n"
			    "            connect_timeout 3\n"
			    "        }\n"
			    "    }\n"
			    "    real_server 10.0.0.2 80 {\n"
			    "        weight 1\n"
			    "        TCP_CHECK {\n"
			    "            connect_timeout 3\n"
			    "        }\n"
			    "    }\n"
			    "    quorum 1\n"
			    "}\n"
			    "virtual_server 192.0.2.1 443 {\n"
			    "    lb_kind DR\n"
			    "    real_server 10.0.0.1 443 {\n"
			    "        TCP_CHECK {\n"
			    "        }\n"
			    "    }\n"
			    "}\n";

/* The text with what is between `from` and `to` replaced must be one error and the same tree as the whole. */
static void replaced(size_t from, size_t to, const char *by)
{
	struct text in = { 0 }, out = { 0 }, said = { 0 }, expected = { 0 }, none = { 0 };
	unsigned n;

	text_add_bytes(&in, whole, from);
	text_add(&in, by);
	text_add(&in, whole + to);
	read_text(whole, strlen(whole), &expected, &none);
	n = read_text(in.s, in.len, &out, &said);
	ck_assert_msg(n == 1, "byte %zu: %s", from, text_str(&said));
	ck_assert_msg(!strcmp(text_str(&out), text_str(&expected)), "byte %zu: %s\n%s", from, text_str(&said),
		text_str(&out));
	text_done(&in);
	text_done(&out);
	text_done(&said);
	text_done(&expected);
	text_done(&none);
}

START_TEST(test_any_missing) {
	unsigned n = 0;

	for (const char *p = strchr(whole, '}'); p; p = strchr(p + 1, '}'), n++)
		replaced((size_t)(p - whole), (size_t)(p - whole) + 1, "");
	ck_assert_uint_eq(n, 10);
}
END_TEST

/* Behind each line, as far right as that line. */
START_TEST(test_any_surplus) {
	for (const char *p = whole, *end; *p; p = end + 1) {
		char brace[64];

		end = strchr(p, '\n');
		snprintf(brace, sizeof(brace), "%*s}\n", (int)strspn(p, " "), "");
		replaced((size_t)(end - whole) + 1, (size_t)(end - whole) + 1, brace);
	}
}
END_TEST

START_TEST(test_any_open_missing) {
	for (const char *p = strstr(whole, " {"); p; p = strstr(p + 1, " {"))
		if (p[3] == '\n' || strncmp(p, " {\n        }", 12) != 0)
			replaced((size_t)(p - whole), (size_t)(p - whole) + 2, "");
}
END_TEST

/* A flood of braces ends, and is not a flood of findings. */
START_TEST(test_flood) {
	struct text in = { 0 }, out = { 0 }, said = { 0 };

	for (unsigned i = 0; i < 5000; i++)
		text_add(&in, i % 3 ? "}\n" : "a {\n b\n");
	ck_assert_uint_le(read_text(in.s, in.len, &out, &said), 20);
	text_done(&in);
	text_done(&out);
	text_done(&said);
}
END_TEST

/* A '{' without a keyword inside another one is the same mistake. */
START_TEST(test_flood_of_openers) {
	struct text in = { 0 }, out = { 0 }, said = { 0 };

	for (unsigned i = 0; i < 5000; i++)
		text_add(&in, "{ ");
	ck_assert_uint_eq(read_text(in.s, in.len, &out, &said), 2); /* without a keyword, without an end */
	text_done(&in);
	text_done(&out);
	text_done(&said);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("braces");
	TCase *tc = tcase_create("braces");

	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, test_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, test_any_missing);
	tcase_add_test(tc, test_any_surplus);
	tcase_add_test(tc, test_any_open_missing);
	tcase_add_test(tc, test_flood);
	tcase_add_test(tc, test_flood_of_openers);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
