/* test_text.c - the growing buffer, the distance between words, and bytes from outside made printable. */
#include "base/text.h"

#include <check.h>
#include <string.h>

#include "run.h"

START_TEST(empty) {
	struct text t = { 0 };

	ck_assert_str_eq(text_str(&t), "");
	text_done(&t);
	text_add(&t, "");
	ck_assert_str_eq(text_str(&t), "");
	text_done(&t);
}
END_TEST

START_TEST(grows) {
	struct text t = { 0 };
	char expected[3001];

	for (int i = 0; i < 1000; i++)
		text_add(&t, "abc");
	for (size_t i = 0; i < 3000; i++)
		expected[i] = "abc"[i % 3];
	expected[3000] = '\0';
	ck_assert_uint_eq(t.len, 3000);
	ck_assert_str_eq(text_str(&t), expected);
	text_done(&t);
	ck_assert_ptr_null(t.s);
	text_printf(&t, "%s %d", "again", 7);
	ck_assert_str_eq(text_str(&t), "again 7");
	text_done(&t);
}
END_TEST

START_TEST(prints_what_is_longer_than_the_room) {
	struct text t = { 0 };

	text_add(&t, "x");
	text_printf(&t, "%0*d", 5000, 1);
	ck_assert_uint_eq(t.len, 5001);
	ck_assert_int_eq(t.s[5000], '1');
	ck_assert_int_eq(t.s[1], '0');
	text_done(&t);
}
END_TEST

START_TEST(keeps_nul_bytes) {
	struct text t = { 0 };

	text_add_bytes(&t, "a\0b", 3);
	text_add(&t, "c");
	ck_assert_uint_eq(t.len, 4);
	ck_assert_mem_eq(t.s, "a\0bc", 5);
	text_done(&t);
}
END_TEST

static const struct {
	const char *a, *b;
	unsigned distance;
} distance_rows[] = {
	{ "", "", 0 },
	{ "", "abc", 3 },
	{ "abc", "abc", 0 },
	{ "priority", "priorty", 1 },     /* delete */
	{ "advert_int", "adverts_int", 1 }, /* insert */
	{ "delay_loop", "delay_lo0p", 1 }, /* replace */
	{ "weight", "wieght", 1 },        /* swap neighbours: one edit, not two */
	{ "kitten", "sitting", 3 },
	{ "ca", "abc", 3 }, /* no substring is edited twice */
};

START_TEST(distance) {
	ck_assert_uint_eq(text_distance(distance_rows[_i].a, distance_rows[_i].b), distance_rows[_i].distance);
	ck_assert_uint_eq(text_distance(distance_rows[_i].b, distance_rows[_i].a), distance_rows[_i].distance);
}
END_TEST

START_TEST(distance_is_bounded) {
	char longer[66];

	memset(longer, 'a', 65);
	longer[65] = '\0';
	ck_assert_uint_eq(text_distance(longer, "a"), 255);
	ck_assert_uint_eq(text_distance("a", longer), 255);
	longer[64] = '\0';
	ck_assert_uint_eq(text_distance(longer, "a"), 63);
}
END_TEST

static const struct {
	const char *in;
	size_t len, size;
	const char *out;
} escape_rows[] = {
	{ "HTTP/1.1 200", 12, 64, "HTTP/1.1 200" },
	{ "a\nb", 3, 64, "a\\x0ab" },
	{ "\x1b[31m", 5, 64, "\\x1b[31m" },
	{ "a\\b", 3, 64, "a\\x5cb" },
	{ "a\0b", 3, 64, "a\\x00b" },
	{ "\xff\x7f", 2, 64, "\\xff\\x7f" },
	{ "", 0, 64, "" },
	{ "abcdefgh", 8, 8, "abc" }, /* cut so that an escape always fits */
	{ "\n\n", 2, 6, "\\x0a" },
	{ "abc", 3, 1, "" },
};

START_TEST(escapes) {
	char buf[64];

	memset(buf, '#', sizeof(buf));
	ck_assert_str_eq(text_escape(escape_rows[_i].in, escape_rows[_i].len, buf, escape_rows[_i].size),
		escape_rows[_i].out);
	if (escape_rows[_i].size < sizeof(buf))
		ck_assert_int_eq(buf[escape_rows[_i].size], '#');
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *s = suite_create("text");
	TCase *tc = tcase_create("text");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, grows);
	tcase_add_test(tc, prints_what_is_longer_than_the_room);
	tcase_add_test(tc, keeps_nul_bytes);
	tcase_add_loop_test(tc, distance, 0, ROWS(distance_rows));
	tcase_add_test(tc, distance_is_bounded);
	tcase_add_loop_test(tc, escapes, 0, ROWS(escape_rows));
	return run_suite(s);
}
