/* test_offender.c - T44, RX-23: at most one line a minute for each sender and cause, again after a quiet time, bounded memory. */
#include "vrrp/offender.h"

#include <check.h>

#include "run.h"

static const struct row {
	int64_t at_ms;
	uint8_t host;
	unsigned cause;
	bool is_line;
	uint64_t untold;
} rows[] = {
	{ 0, 1, 5, true, 1 },       /* the first one at once */
	{ 1, 1, 5, false, 0 },      /* counted */
	{ 2, 1, 6, true, 1 },       /* another cause */
	{ 3, 2, 5, true, 1 },       /* another sender */
	{ 59999, 1, 5, false, 0 },  /* not yet a minute */
	{ 60000, 1, 5, true, 3 },   /* a minute after the line, with the count */
	{ 60001, 1, 5, false, 0 },  /* counts from that line */
	{ 120000, 1, 5, true, 2 },  /* */
	{ 999000, 1, 5, true, 1 },  /* after a quiet time it comes back at once */
	{ 999001, 2, 5, true, 1 },  /* as for the others */
};

static struct addr host(uint8_t n)
{
	return (struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, n } };
}

START_TEST(lines) {
	struct offenders o = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct addr src = host(rows[i].host);
		uint64_t untold = 0;

		ck_assert_msg(offender_add(&o, &src, rows[i].cause, (mono_t){ 1 + rows[i].at_ms * 1000 }, &untold) ==
				rows[i].is_line,
			"row %zu", i);
		ck_assert_msg(untold == rows[i].untold, "row %zu: %u", i, (unsigned)untold);
	}
	ck_assert_uint_eq(offender_get(&o, 0)->count, 7);
	ck_assert_ptr_null(offender_get(&o, 3));
}
END_TEST

/* A thousand a second from 250 senders for two minutes: few lines, every packet counted once. */
START_TEST(flood) {
	struct offenders o = { 0 };
	uint64_t counted = 0, untold;
	unsigned n_lines = 0, i;

	for (i = 0; i < 120000; i++) {
		const struct addr src = host((uint8_t)(i % 250));

		if (offender_add(&o, &src, 1, (mono_t){ 1 + (int64_t)i * 1000 }, &untold))
			n_lines++;
	}
	ck_assert_uint_le(n_lines, 2 * (OFFENDERS_MAX + 1));
	for (i = 0; offender_get(&o, i); i++)
		counted += offender_get(&o, i)->count;
	ck_assert_uint_eq(i, OFFENDERS_MAX + 1);
	ck_assert_uint_eq(counted, 120000);
	ck_assert_uint_eq(offender_get(&o, OFFENDERS_MAX)->src.family, AF_UNSPEC);
}
END_TEST

/* F109: drops and rivals with one pace, a sender each millisecond for ten seconds: few lines in any second, none lost for good. */
START_TEST(shared) {
	struct offender_pace pace = { 0 };
	struct offenders o[2] = { { .pace = &pace }, { .pace = &pace } };
	int64_t line[100] = { 0 };
	unsigned n = 0;
	uint64_t untold = 0, told = 0;

	for (unsigned i = 0; i < 10000; i++) {
		const struct addr src = host((uint8_t)(i / 2 % 8));
		const mono_t now = { 1 + (int64_t)i * 1000 };

		if (!offender_add(&o[i % 2], &src, 1, now, &untold))
			continue;
		ck_assert_uint_lt(n, 100);
		line[n++] = now.usec;
		told += untold;
	}
	ck_assert_uint_eq(n, 16); /* each of both once */
	ck_assert_uint_gt(told, 16);
	for (unsigned i = OFFENDER_LINES; i < n; i++)
		ck_assert_msg(line[i] - line[i - OFFENDER_LINES] >= 1000000, "lines %u", i);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("offender");
	TCase *t = tcase_create("rows");

	tcase_add_test(t, lines);
	tcase_add_test(t, flood);
	tcase_add_test(t, shared);
	suite_add_tcase(s, t);
	return run_suite(s);
}
