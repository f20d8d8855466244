/* test_held.c - sets of virtual addresses as they arrive: whole or in parts, malformed, replaced. */
#include "checkers/held.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/message.h"
#include "run.h"

static struct held held;

static void teardown(void)
{
	held_done(&held);
}

/* "+192.0.2.1 -192.0.2.2": held, not held. */
static int take(const char *text, bool is_first, bool is_last)
{
	struct {
		struct msg_vips head;
		struct msg_vip vip[8];
	} m = { .head = { 0, is_first, is_last } };
	char buf[256], *rest = buf, *word;

	strcpy(buf, text);
	while ((word = strsep(&rest, " ")) && *word) {
		struct msg_vip *v = &m.vip[m.head.n++];

		v->is_held = *word == '+';
		ck_assert_int_eq(addr_parse(word + 1, &v->addr), 0);
	}
	return held_take(&held, &m, sizeof(m.head) + m.head.n * sizeof(m.vip[0]));
}

static enum held_where where(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(text, &a), 0);
	return held_find(&held, &a, &a);
}

static enum held_where within(const char *from, const char *to)
{
	struct addr a, b;

	ck_assert_int_eq(addr_parse(from, &a), 0);
	ck_assert_int_eq(addr_parse(to, &b), 0);
	return held_find(&held, &a, &b);
}

START_TEST(of_a_range_one_address_is_enough) {
	ck_assert_int_eq(take("-192.0.2.5 +192.0.2.9 -2001:db8::9", true, true), 1);
	ck_assert_int_eq(within("192.0.2.1", "192.0.2.4"), HELD_UNKNOWN);
	ck_assert_int_eq(within("192.0.2.1", "192.0.2.5"), HELD_ELSEWHERE);
	ck_assert_int_eq(within("192.0.2.5", "192.0.2.8"), HELD_ELSEWHERE);
	ck_assert_int_eq(within("192.0.2.1", "192.0.2.9"), HELD_HERE);
	ck_assert_int_eq(within("192.0.2.9", "192.0.2.255"), HELD_HERE);
	ck_assert_int_eq(within("192.0.2.10", "192.0.2.255"), HELD_UNKNOWN);
	ck_assert_int_eq(within("2001:db8::", "2001:db8::ffff"), HELD_ELSEWHERE);
}
END_TEST

START_TEST(addresses_are_here_elsewhere_or_unknown) {
	ck_assert_int_eq(where("192.0.2.1"), HELD_UNKNOWN);
	ck_assert_int_eq(take("-192.0.2.9 +192.0.2.1 -2001:db8::1 -192.0.2.1 +2001:db8::2", true, true), 1);
	ck_assert_int_eq(where("192.0.2.1"), HELD_HERE);
	ck_assert_int_eq(where("192.0.2.9"), HELD_ELSEWHERE);
	ck_assert_int_eq(where("192.0.2.2"), HELD_UNKNOWN);
	ck_assert_int_eq(where("2001:db8::1"), HELD_ELSEWHERE);
	ck_assert_int_eq(where("2001:db8::2"), HELD_HERE);
	ck_assert_uint_eq(held.n, 4);
}
END_TEST

START_TEST(a_set_in_parts_counts_when_it_is_whole) {
	ck_assert_int_eq(take("+192.0.2.1", true, true), 1);
	ck_assert_int_eq(take("-192.0.2.1 -192.0.2.2", true, false), 0);
	ck_assert_int_eq(where("192.0.2.1"), HELD_HERE);
	ck_assert_int_eq(take("+192.0.2.3", false, true), 1);
	ck_assert_int_eq(where("192.0.2.1"), HELD_ELSEWHERE);
	ck_assert_int_eq(where("192.0.2.3"), HELD_HERE);
	/* one that was cut off by the end of its sender is forgotten */
	ck_assert_int_eq(take("+192.0.2.7", true, false), 0);
	ck_assert_int_eq(take("+192.0.2.8", true, true), 1);
	ck_assert_int_eq(where("192.0.2.7"), HELD_UNKNOWN);
	ck_assert_uint_eq(held.n, 1);
}
END_TEST

START_TEST(an_empty_set_is_a_set) {
	ck_assert(!held.is_told);
	ck_assert_int_eq(take("", true, true), 1);
	ck_assert(held.is_told);
	ck_assert_int_eq(where("192.0.2.1"), HELD_UNKNOWN);
}
END_TEST

START_TEST(what_does_not_fit_is_refused) {
	struct {
		struct msg_vips head;
		struct msg_vip vip[2];
	} m = { .head = { 2, true, true } };

	ck_assert_int_eq(take("+192.0.2.1", true, true), 1);
	for (size_t len = 0; len < sizeof(m); len++) {
		char *cut = malloc(len + 1); /* as long as it says: a read past its end is seen */

		memcpy(cut, &m, len);
		ck_assert_int_eq(held_take(&held, cut, len), -EINVAL);
		free(cut);
	}
	m.head.n = UINT32_MAX;
	ck_assert_int_eq(held_take(&held, &m, sizeof(m)), -EINVAL);
	m.head.n = 1;
	ck_assert_int_eq(held_take(&held, &m, sizeof(m)), -EINVAL);
	ck_assert_int_eq(where("192.0.2.1"), HELD_HERE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("held");
	TCase *t = tcase_create("held");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, of_a_range_one_address_is_enough);
	tcase_add_test(t, addresses_are_here_elsewhere_or_unknown);
	tcase_add_test(t, a_set_in_parts_counts_when_it_is_whole);
	tcase_add_test(t, an_empty_set_is_a_set);
	tcase_add_test(t, what_does_not_fit_is_refused);
	suite_add_tcase(s, t);
	return run_suite(s);
}
