/* test_shared.c - what is alike is kept once, what is not is kept as it was; copies outlive the table. */
#include "base/shared.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "run.h"

enum { MANY = 100000 };

struct pair {
	long a, b;
};

START_TEST(alike) {
	struct arena *a = arena_new();
	struct shared *s = shared_new(a);
	const struct pair x = { 1, 2 }, y = { 1, 3 };
	const struct pair *kept = shared_bytes(s, &x, sizeof(x));

	ck_assert_ptr_ne(kept, &x);
	ck_assert(kept->a == 1 && kept->b == 2);
	ck_assert_ptr_eq(shared_bytes(s, &x, sizeof(x)), kept);
	ck_assert_ptr_ne(shared_bytes(s, &y, sizeof(y)), kept);
	ck_assert_ptr_ne(shared_bytes(s, &x, sizeof(x.a)), kept); /* the same beginning */
	ck_assert_ptr_eq(shared_bytes(s, &x, sizeof(x)), kept);
	shared_free(s);
	ck_assert(kept->a == 1 && kept->b == 2);
	arena_free(a);
}
END_TEST

/* A text is not aligned: bytes that happen to be the same are no struct. */
START_TEST(texts) {
	struct arena *a = arena_new();
	struct shared *s = shared_new(a);
	const char *kept = shared_text(s, "www.example.com");

	ck_assert_str_eq(kept, "www.example.com");
	ck_assert_ptr_eq(shared_text(s, "www.example.com"), kept);
	ck_assert_str_eq(shared_text(s, "www.example.co"), "www.example.co");
	ck_assert_str_eq(shared_text(s, ""), "");
	ck_assert_ptr_null(shared_text(s, NULL));
	ck_assert_ptr_ne(shared_bytes(s, "www.example.com", sizeof("www.example.com")), kept);
	shared_free(s);
	arena_free(a);
}
END_TEST

/* None is another's, however many there are; what comes in a row costs nothing. */
START_TEST(many) {
	struct arena *a = arena_new();
	struct shared *s = shared_new(a);
	const struct pair **kept = x_calloc(MANY, sizeof(*kept));
	size_t used;

	for (long i = 0; i < MANY; i++)
		kept[i] = shared_bytes(s, &(struct pair){ i, -i }, sizeof(struct pair));
	used = arena_used(a);
	for (long i = 0; i < MANY; i++) {
		ck_assert(kept[i]->a == i && kept[i]->b == -i);
		ck_assert_ptr_eq(shared_bytes(s, &(struct pair){ MANY - 1, 1 - MANY }, sizeof(struct pair)),
			kept[MANY - 1]);
	}
	ck_assert_uint_eq(arena_used(a), used);
	shared_free(s);
	shared_free(NULL);
	arena_free(a);
	free(kept);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shared");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, alike);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
