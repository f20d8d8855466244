/* test_nearest.c - the word that was meant: few edits for its length, swapped neighbours are one, the case alone is none. */
#include "conf/nearest.h"

#include <check.h>

#include "run.h"

struct row {
	const char *word, *name; /* name NULL: nothing is near */
};

static const char *const names[] = { "fall", "weight", "virtual_router_id", "vrrp_script", "lb_kind", "TCP_CHECK",
	"lo" };

/* The first ones are from operators' files (facts/keepalived.md 11). */
static const struct row rows[] = {
	{ "fail", "fall" },
	{ "weigth", "weight" },
	{ "vvrp_script", "vrrp_script" },
	{ "lb-kind", "lb_kind" },
	{ "TCP_CHEKC", "TCP_CHECK" },
	{ "tcp_check", "TCP_CHECK" },
	{ "virtual_ruter", NULL },
	{ "vitual_ruter_d", "virtual_router_id" },
	{ "ball", "fall" },
	{ "bell", NULL },
	{ "l0", "lo" },
	{ "x", NULL },
	{ "", NULL },
};

START_TEST(test_rows) {
	struct nearest n = nearest_start(rows[_i].word);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nearest_try(&n, names[i]);
	ck_assert_pstr_eq(n.name, rows[_i].name);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nearest");
	TCase *tc = tcase_create("nearest");

	tcase_add_loop_test(tc, test_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
