/* test_leave.c - leave_plan() by rows: what an orderly stop does to a table with services of ours and of others. */
#include "checkers/leave.h"

#include <stdio.h>

#include "run.h"
#include "table_model.h"

static struct fake kernel, owned;

/* Of ours: 192.0.2.1 with weights 5 and 0, 192.0.2.2 with 1; of others: 192.0.2.9. */
static void setup(void)
{
	struct ipvs_service *s;

	fake_init(&kernel);
	fake_init(&owned);
	s = add_service(&kernel, service("192.0.2.1", 80));
	add_dest(&kernel, s, dest("10.0.0.1", 5));
	add_dest(&kernel, s, dest("10.0.0.2", 0));
	s = add_service(&kernel, service("192.0.2.2", 80));
	add_dest(&kernel, s, dest("10.0.0.1", 1));
	s = add_service(&kernel, service("192.0.2.9", 80));
	add_dest(&kernel, s, dest("10.0.0.1", 7));
	add_service(&owned, service("192.0.2.1", 80));
	add_service(&owned, service("192.0.2.2", 80));
	add_service(&owned, service("192.0.2.3", 80)); /* gone already */
	plan_sort(&kernel.t);
	plan_sort(&owned.t);
}

static const struct row {
	enum lvs_exit how;
	const char *want; /* each change: operation, service, "/server" */
} rows[] = {
	{ LVS_EXIT_KEEP, "" },
	{ LVS_EXIT_DRAIN, "edit 2/1=0 edit 1/1=0 " },
	{ LVS_EXIT_REMOVE, "remove 2 remove 1 " },
	{ LVS_EXIT_FLUSH, "remove 9 remove 2 remove 1 " },
};

START_TEST(an_exit_changes_what_is_ours) {
	struct ipvs_change changes[MAX_SERVICES * (MAX_DESTS + 1)];
	const struct row *row = &rows[_i];
	char have[200] = "";
	size_t len = 0;
	unsigned n = leave_plan(row->how, &kernel.t, &owned.t, changes);

	for (unsigned i = 0; i < n; i++) {
		const struct ipvs_change *c = &changes[i];

		ck_assert(c->op == (c->dest ? IPVS_SET_DEST : IPVS_DEL_SERVICE));
		len += (size_t)snprintf(have + len, sizeof(have) - len, "%s %u", c->dest ? "edit" : "remove",
			c->service->addr.bytes[3]);
		if (c->dest)
			len += (size_t)snprintf(have + len, sizeof(have) - len, "/%u=%u", c->dest->addr.bytes[3],
				c->dest->weight);
		len += (size_t)snprintf(have + len, sizeof(have) - len, " ");
	}
	ck_assert_str_eq(have, row->want);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("leave");
	TCase *t = tcase_create("plan");

	suite_add_tcase(s, t);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_loop_test(t, an_exit_changes_what_is_ours, 0, sizeof(rows) / sizeof(rows[0]));
	return run_suite(s);
}
