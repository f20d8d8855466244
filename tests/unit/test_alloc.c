/* test_alloc.c - memory that is zeroed, aligned, counted, and checked for overflow; out of memory ends the process. */
#include "base/alloc.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* Under AddressSanitizer an impossible size gives NULL, as it does without. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static int is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return 0;
	return 1;
}

START_TEST(calloc_is_zeroed_and_never_null) {
	char *p = x_calloc(100, 10), *q = x_calloc(0, 0), *none = x_array(0, 10), *some = x_array(2, 3);

	ck_assert_ptr_null(none);
	ck_assert(some && !some[0] && !some[5]);
	free(some);
	ck_assert(is_zero(p, 1000));
	ck_assert_ptr_nonnull(q);
	free(p);
	free(q);
}
END_TEST

START_TEST(realloc_keeps_bytes) {
	char *p = x_strdup("hello");

	p = x_realloc(p, 1000, 1000);
	ck_assert_str_eq(p, "hello");
	p = x_realloc(p, 0, 1);
	ck_assert_ptr_nonnull(p);
	free(p);
}
END_TEST

START_TEST(overflow_aborts) {
	free(x_realloc(NULL, SIZE_MAX / 2, 4));
}
END_TEST

START_TEST(prints) {
	char *p = x_asprintf("%s:%d", "eth0", 51);

	ck_assert_str_eq(p, "eth0:51");
	free(p);
}
END_TEST

START_TEST(arena_is_zeroed_and_aligned) {
	struct arena *a = arena_new();

	for (size_t size = 1; size < 400; size++) {
		char *p = arena_alloc(a, size);

		ck_assert_uint_eq((uintptr_t)p % _Alignof(uint64_t), 0);
		ck_assert(is_zero(p, size));
		memset(p, 0xff, size);
	}
	arena_free(a);
}
END_TEST

/* What was handed out stays, what comes later has room, and there is nothing to do twice. */
START_TEST(arena_fits) {
	struct arena *a = arena_new();
	char *text[2];

	arena_fit(a);
	for (unsigned i = 0; i < 2; i++) {
		text[i] = arena_strdup(a, "handed out");
		arena_fit(a);
		arena_fit(a);
	}
	for (unsigned i = 0; i < 10000; i++)
		ck_assert_int_eq(*(char *)arena_alloc(a, 100), 0);
	arena_fit(a);
	ck_assert_str_eq(text[0], "handed out");
	ck_assert_str_eq(text[1], "handed out");
	ck_assert_uint_eq(arena_used(a), 2 * sizeof("handed out") + 10000 * 104);
	arena_clear(a);
	arena_fit(a);
	ck_assert_str_eq(arena_strdup(a, "again"), "again");
	arena_free(a);
}
END_TEST

START_TEST(arena_takes_what_is_larger_than_a_chunk) {
	struct arena *a = arena_new();
	char *small = arena_strdup(a, "before"), *big = arena_alloc(a, 1000000), *after = arena_strdup(a, "after");

	ck_assert(is_zero(big, 1000000));
	memset(big, 0xff, 1000000);
	ck_assert_str_eq(small, "before");
	ck_assert_str_eq(after, "after");
	ck_assert_uint_ge(arena_used(a), 1000000 + 7 + 6);
	ck_assert_uint_lt(arena_used(a), 1000000 + 100);
	arena_free(a);
}
END_TEST

START_TEST(arena_strings) {
	struct arena *a = arena_new();

	ck_assert_uint_eq(arena_used(a), 0);
	ck_assert_str_eq(arena_strndup(a, "hello", 3), "hel");
	ck_assert_str_eq(arena_strndup(a, "", 0), "");
	ck_assert_str_eq(arena_printf(a, "%s-%u", "vi", 7u), "vi-7");
	arena_free(a);
	arena_free(NULL);
}
END_TEST

/* What comes after arena_clear() is zeroed, and lies in the memory of what was before it. */
START_TEST(arena_is_used_again) {
	struct arena *a = arena_new();
	char *small = memset(arena_alloc(a, 100), 1, 100), *large = memset(arena_alloc(a, 1000000), 1, 1000000), *again;

	arena_clear(a);
	ck_assert_uint_eq(arena_used(a), 0);
	again = arena_alloc(a, 1000000);
	ck_assert_ptr_eq(again, large);
	ck_assert(is_zero(again, 1000000));
	again = arena_alloc(a, 60000);
	ck_assert_ptr_eq(again, small);
	ck_assert(is_zero(again, 60000));
	arena_clear(a);
	arena_clear(a);
	arena_free(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("alloc");
	TCase *tc = tcase_create("alloc");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, calloc_is_zeroed_and_never_null);
	tcase_add_test(tc, realloc_keeps_bytes);
	tcase_add_test_raise_signal(tc, overflow_aborts, SIGABRT);
	tcase_add_test(tc, prints);
	tcase_add_test(tc, arena_is_zeroed_and_aligned);
	tcase_add_test(tc, arena_takes_what_is_larger_than_a_chunk);
	tcase_add_test(tc, arena_fits);
	tcase_add_test(tc, arena_strings);
	tcase_add_test(tc, arena_is_used_again);
	return run_suite(s);
}
