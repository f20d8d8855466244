/* test_outlets.c - one outlet needs no memory, several are an array, and each stays what it is when another one comes. */
#include "vrrp/outlets.h"

#include <check.h>
#include <stddef.h>

#include "run.h"

/* A port is a pointer here, nothing more. */
static struct port *port_of(int index)
{
	static char ports[16];

	return (struct port *)(void *)&ports[index];
}

START_TEST(grows) {
	const int n = _i;
	struct outlets o = { 0 };
	const struct outlet *at = NULL;

	for (int i = 1; i <= n; i++) {
		ck_assert_ptr_null(outlets_find(&o, i));
		outlets_add(&o, i, port_of(i))->is_told = i % 2;
		ck_assert_ptr_eq(outlets_find(&o, i)->port, port_of(i));
	}
	for (int i = 1; i <= n; i++) {
		at = outlets_next(&o, at);
		ck_assert_int_eq(at->index, i);
		ck_assert_ptr_eq(at->port, port_of(i));
		ck_assert(at->is_told == (i % 2 == 1));
		ck_assert(!at->is_promoted);
	}
	ck_assert_ptr_null(outlets_next(&o, at));
	outlets_done(&o);
	ck_assert_ptr_null(outlets_next(&o, NULL));
	ck_assert_ptr_null(outlets_find(&o, 1));
	ck_assert_ptr_eq(outlets_add(&o, 7, port_of(7))->port, port_of(7));
	outlets_done(&o);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("outlets");
	TCase *tc = tcase_create("outlets");

	tcase_add_loop_test(tc, grows, 0, 6);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
