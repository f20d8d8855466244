/* The verdict's rows: what one attempt does to state, count and next start. keepalived.conf(5): retry, warmup. */
#include "checkers/verdict.h"

#include <check.h>

#include "checkers/conf.h"
#include "run.h"

#define MS(n) ((n)*INT64_C(1000))

struct row {
	const char *what;
	bool alpha;
	uint32_t retry;
	enum check_state state;
	uint32_t failures;
	enum check_reason reason;
	int64_t due, started, ended; /* ms */
	enum check_state want_state;
	uint32_t want_failures;
	bool want_changed;
	int64_t want_next; /* ms; delay_loop is 3000, delay_before_retry 1000 */
};

static const struct row rows[] = {
	{ "up stays up, next beat", 0, 1, CHECK_UP, 0, CHECK_OK, 100, 100, 105, CHECK_UP, 0, false, 3100 },
	{ "a late start does not move the beat", 0, 1, CHECK_UP, 0, CHECK_OK, 100, 104, 109, CHECK_UP, 0, false, 3100 },
	{ "retry 1: first failure is forgiven", 0, 1, CHECK_UP, 0, CHECK_REFUSED, 100, 100, 105, CHECK_UP, 1, false, 1105 },
	{ "retry 1: second failure is down", 0, 1, CHECK_UP, 1, CHECK_REFUSED, 100, 100, 105, CHECK_DOWN, 2, true, 3100 },
	{ "retry 0: first failure is down", 0, 0, CHECK_UP, 0, CHECK_TIMEOUT_CONNECT, 0, 0, 2000, CHECK_DOWN, 1, true, 3000 },
	{ "retry 3: third is still forgiven", 0, 3, CHECK_UP, 2, CHECK_HTTP_STATUS, 0, 0, 1, CHECK_UP, 3, false, 1001 },
	{ "retry 3: fourth is down", 0, 3, CHECK_UP, 3, CHECK_HTTP_STATUS, 0, 0, 1, CHECK_DOWN, 4, true, 3000 },
	{ "one success is up", 0, 3, CHECK_DOWN, 9, CHECK_OK, 0, 0, 1, CHECK_UP, 0, true, 3000 },
	{ "success forgets failures", 0, 3, CHECK_UP, 3, CHECK_OK, 0, 0, 1, CHECK_UP, 0, false, 3000 },
	{ "down stays down on its beat", 0, 1, CHECK_DOWN, 7, CHECK_RESET, 0, 0, 1, CHECK_DOWN, 8, false, 3000 },
	{ "alpha: down before the first success", 1, 1, CHECK_DOWN, 0, CHECK_REFUSED, 0, 0, 1, CHECK_DOWN, 1, false, 3000 },
	{ "local failure changes nothing: up", 0, 0, CHECK_UP, 0, CHECK_LOCAL, 0, 0, 1, CHECK_UP, 0, false, 1001 },
	{ "local failure changes nothing: counted", 0, 1, CHECK_UP, 1, CHECK_LOCAL_NO_FD, 0, 0, 1, CHECK_UP, 1, false, 1001 },
	{ "local failure changes nothing: down", 0, 1, CHECK_DOWN, 4, CHECK_LOCAL_NO_ROUTE, 0, 0, 1, CHECK_DOWN, 4, false, 1001 },
	{ "an attempt longer than the loop: next beat ahead", 0, 0, CHECK_DOWN, 4, CHECK_TIMEOUT_REPLY, 0, 0, 5000, CHECK_DOWN, 5,
		false, 6000 },
	{ "exactly on the beat: now", 0, 0, CHECK_DOWN, 4, CHECK_TIMEOUT_REPLY, 0, 0, 6000, CHECK_DOWN, 5, false, 6000 },
	{ "the count does not wrap", 0, 0, CHECK_DOWN, UINT32_MAX, CHECK_REFUSED, 0, 0, 1, CHECK_DOWN, UINT32_MAX, false, 3000 },
};

START_TEST(step_row) {
	const struct row *r = &rows[_i];
	const struct check_how how = {
		.retry = r->retry, .alpha = r->alpha, .delay_loop = MS(3000), .delay_before_retry = MS(1000)
	};
	struct check_conf conf = { .how = &how };
	struct verdict v = { .state = r->state, .failures = r->failures };
	struct check_attempt a = { r->reason, { MS(r->due) }, { MS(r->started) }, { MS(r->ended) } };
	struct verdict_out out;

	verdict_step(&v, &conf, &a, &out);
	ck_assert_msg(v.state == r->want_state, "%s: state %d", r->what, (int)v.state);
	ck_assert_msg(v.failures == r->want_failures, "%s: failures %u", r->what, v.failures);
	ck_assert_msg(out.changed == r->want_changed, "%s: changed %d", r->what, out.changed);
	ck_assert_msg(out.next.usec == MS(r->want_next), "%s: next %lld", r->what, (long long)out.next.usec);
	ck_assert_int_eq(v.reason, r->reason);
	ck_assert_int_eq(v.latency_usec, MS(r->ended - r->started));
}
END_TEST

/* Whatever the file says, time goes on: no next start in the past, none at once again. */
START_TEST(no_spin) {
	const struct check_how how = { .retry = 1 };
	struct check_conf conf = { .how = &how };
	struct verdict v;
	struct verdict_out out;

	for (enum check_reason r = CHECK_OK; r < CHECK_REASON_MAX; r++) {
		struct check_attempt a = { r, { 0 }, { 0 }, { 0 } };

		verdict_init(&v, &conf, CHECK_UNKNOWN);
		verdict_step(&v, &conf, &a, &out);
		ck_assert_int_gt(out.next.usec, 0);
	}
}
END_TEST

START_TEST(init) {
	const struct check_how none = { 0 }, is_alpha = { .alpha = true };
	struct check_conf plain = { .how = &none }, alpha = { .how = &is_alpha };
	struct verdict v;

	verdict_init(&v, &plain, CHECK_UNKNOWN);
	ck_assert_int_eq(v.state, CHECK_UP);
	verdict_init(&v, &alpha, CHECK_UNKNOWN);
	ck_assert_int_eq(v.state, CHECK_DOWN);
	verdict_init(&v, &plain, CHECK_DOWN);
	ck_assert_int_eq(v.state, CHECK_DOWN);
	verdict_init(&v, &alpha, CHECK_UP);
	ck_assert_int_eq(v.state, CHECK_UP);
}
END_TEST

START_TEST(first) {
	const struct check_how warm = { .warmup = MS(8000) }, cold = { 0 };
	struct check_conf conf = { .how = &warm }, none = { .how = &cold };
	mono_t now = { 500 };

	ck_assert_int_eq(verdict_first(&conf, now, 0).usec, 500);
	ck_assert_int_eq(verdict_first(&conf, now, UINT32_C(1) << 31).usec, 500 + MS(4000));
	ck_assert_int_lt(verdict_first(&conf, now, UINT32_MAX).usec, 500 + MS(8000));
	ck_assert_int_gt(verdict_first(&conf, now, UINT32_MAX).usec, 500 + MS(7999));
	ck_assert_int_eq(verdict_first(&none, now, UINT32_MAX).usec, 500);
}
END_TEST

START_TEST(reasons_have_words) {
	for (enum check_reason r = CHECK_OK; r < CHECK_REASON_MAX; r++)
		for (enum check_reason o = CHECK_OK; o < r; o++)
			ck_assert_str_ne(check_reason_str(r), check_reason_str(o));
	ck_assert_str_eq(check_reason_str(CHECK_REASON_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("verdict");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, step_row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, no_spin);
	tcase_add_test(tc, init);
	tcase_add_test(tc, first);
	tcase_add_test(tc, reasons_have_words);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
