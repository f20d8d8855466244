/* test_give_back.c - what is freed goes back to the kernel. The sanitizer has an allocator of its own. */
#include "io/memory.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

enum { KIB = 1024, MIB = 1024 * KIB, PAGE_KIB = 4 };

#ifndef __SANITIZE_ADDRESS__
static long resident_mib(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long size, resident;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%ld %ld", &size, &resident), 2);
	fclose(f);
	return resident * PAGE_KIB / KIB;
}

static char *touched(size_t n)
{
	char *p = malloc(n);

	ck_assert_ptr_nonnull(p);
	for (size_t i = 0; i < n; i += (size_t)PAGE_KIB * KIB)
		*(volatile char *)&p[i] = 1;
	return p;
}

/* As tables are made and freed: a larger one before, a small one kept behind. */
static long left_by_a_table(void)
{
	long before = resident_mib();
	char *table, *kept;

	free(touched((size_t)24 * MIB));
	table = touched((size_t)16 * MIB);
	kept = touched((size_t)100 * KIB);
	free(table);
	before = resident_mib() - before;
	free(kept);
	return before;
}

START_TEST(large_blocks_go_back) {
	memory_give_back();
	ck_assert_int_lt(left_by_a_table(), 4);
}
END_TEST

START_TEST(without_it_they_stay) {
	ck_assert_int_ge(left_by_a_table(), 12);
	memory_trim();
}
END_TEST
#else
START_TEST(large_blocks_go_back) {
	memory_give_back();
	memory_trim();
}
END_TEST
#define without_it_they_stay large_blocks_go_back
#endif

int main(void)
{
	Suite *s = suite_create("give_back");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, large_blocks_go_back);
	tcase_add_test(tc, without_it_they_stay);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
