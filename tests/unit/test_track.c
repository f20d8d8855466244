/* test_track.c - effective priority and FAULT from trackers: keepalived.conf(5) track_interface and track_script, PR-05. */
#include "vrrp/track.h"

#include <check.h>
#include <string.h>

#include "run.h"

#define IF(n, w, s)                                                               \
	{                                                                         \
		.kind = TRACK_INTERFACE, .name = (n), .weight = (w), .state = (s) \
	}
#define IF_REV(n, w, s)                                                                               \
	{                                                                                             \
		.kind = TRACK_INTERFACE, .name = (n), .weight = (w), .state = (s), .is_reverse = true \
	}
#define SCR(n, w, s)                                                           \
	{                                                                      \
		.kind = TRACK_SCRIPT, .name = (n), .weight = (w), .state = (s) \
	}
#define SCR_REV(n, w, s)                                                                           \
	{                                                                                          \
		.kind = TRACK_SCRIPT, .name = (n), .weight = (w), .state = (s), .is_reverse = true \
	}
#define SCR_INIT(n, w, s)                                                                         \
	{                                                                                         \
		.kind = TRACK_SCRIPT, .name = (n), .weight = (w), .state = (s), .init_fail = true \
	}

#define FIL(n, w, v)                                                                                  \
	{                                                                                             \
		.kind = TRACK_FILE, .name = (n), .weight = (w), .state = TRACK_UP, .value = (v)       \
	}
#define FIL_REV(n, w, v)                                                                                              \
	{                                                                                                             \
		.kind = TRACK_FILE, .name = (n), .weight = (w), .state = TRACK_UP, .value = (v), .is_reverse = true   \
	}
#define PROC(n, w, s)                                                            \
	{                                                                        \
		.kind = TRACK_PROCESS, .name = (n), .weight = (w), .state = (s) \
	}

static const struct row {
	const char *name;
	uint8_t base;
	struct track tracks[3];
	unsigned n;
	uint8_t priority;
	const char *culprit; /* "": no fault */
} rows[] = {
	{ "no trackers", 100, { { 0 } }, 0, 100, "" },
	{ "positive weight, up", 100, { IF("e1", 20, TRACK_UP) }, 1, 120, "" },
	{ "positive weight, down", 100, { IF("e1", 20, TRACK_DOWN) }, 1, 100, "" },
	{ "negative weight, up", 100, { IF("e1", -20, TRACK_UP) }, 1, 100, "" },
	{ "negative weight, down", 100, { IF("e1", -20, TRACK_DOWN) }, 1, 80, "" },
	{ "reverse: positive weight, up", 100, { IF_REV("e1", 20, TRACK_UP) }, 1, 80, "" },
	{ "reverse: positive weight, down", 100, { IF_REV("e1", 20, TRACK_DOWN) }, 1, 100, "" },
	{ "reverse: negative weight, up", 100, { SCR_REV("s", -20, TRACK_UP) }, 1, 100, "" },
	{ "reverse: negative weight, down", 100, { SCR_REV("s", -20, TRACK_DOWN) }, 1, 120, "" },
	{ "unknown does not count, positive", 100, { SCR("s", 20, TRACK_UNKNOWN) }, 1, 100, "" },
	{ "unknown does not count, negative", 100, { SCR("s", -20, TRACK_UNKNOWN) }, 1, 100, "" },
	{ "unknown does not count, no weight", 100, { SCR("s", 0, TRACK_UNKNOWN) }, 1, 100, "" },
	{ "unknown does not count, reverse", 100, { SCR_REV("s", 0, TRACK_UNKNOWN) }, 1, 100, "" },
	{ "init_fail: unknown is failed", 100, { SCR_INIT("s", 0, TRACK_UNKNOWN) }, 1, 100, "script s failed" },
	{ "init_fail: unknown takes the weight", 100, { SCR_INIT("s", -7, TRACK_UNKNOWN) }, 1, 93, "" },
	{ "init_fail: forgotten after success", 100, { SCR_INIT("s", -7, TRACK_UP) }, 1, 100, "" },
	{ "weight 0, up", 100, { IF("e1", 0, TRACK_UP) }, 1, 100, "" },
	{ "weight 0, interface down", 100, { IF("e1", 0, TRACK_DOWN) }, 1, 100, "interface e1 is down" },
	{ "weight 0, script failed", 100, { SCR("chk", 0, TRACK_DOWN) }, 1, 100, "script chk failed" },
	{ "weight 0 reverse, up", 100, { IF_REV("e1", 0, TRACK_UP) }, 1, 100, "interface e1 is up" },
	{ "weight 0 reverse, script up", 100, { SCR_REV("m", 0, TRACK_UP) }, 1, 100, "script m succeeds" },
	{ "weight 0 reverse, down", 100, { IF_REV("e1", 0, TRACK_DOWN) }, 1, 100, "" },
	{ "weights add up", 100, { IF("a", 5, TRACK_UP), IF("b", -9, TRACK_DOWN), SCR("c", 30, TRACK_UP) }, 3, 126, "" },
	{ "the first culprit is named", 90, { IF("a", 5, TRACK_UP), SCR("b", 0, TRACK_DOWN), IF("c", 0, TRACK_DOWN) }, 3,
		95, "script b failed" },
	{ "file: number times weight", 100, { FIL("f", 2, 15) }, 1, 130, "" },
	{ "file: negative number", 100, { FIL("f", 1, -30) }, 1, 70, "" },
	{ "file: reverse", 100, { FIL_REV("f", 1, -30) }, 1, 130, "" },
	{ "file: negative weight", 100, { FIL("f", -3, 10) }, 1, 70, "" },
	{ "file: 0 changes nothing", 100, { FIL("f", -3, 0) }, 1, 100, "" },
	{ "file: unknown does not count", 100, { { .kind = TRACK_FILE, .name = "f", .weight = 0, .value = 3 } }, 1, 100, "" },
	{ "file: weight 0, number 0", 100, { FIL("f", 0, 0) }, 1, 100, "" },
	{ "file: weight 0, any other number", 100, { FIL("f", 0, -2) }, 1, 100, "file f has -2" },
	{ "file: weight 0 reverse, number 0", 100, { FIL_REV("f", 0, 0) }, 1, 100, "file f has 0" },
	{ "file: weight 0 reverse, any other number", 100, { FIL_REV("f", 0, 1) }, 1, 100, "" },
	{ "file: -253 is no fault", 254, { FIL("f", 1, -253) }, 1, 1, "" },
	{ "file: -254 is one", 254, { FIL("f", 254, -1) }, 1, 1, "file f has -1" },
	{ "file: far below as well", 100, { FIL("f", 254, -INT32_MAX) }, 1, 1, "file f has -2147483647" },
	{ "file: never more than 253", 1, { FIL("f", 254, INT32_MAX), IF("e1", -200, TRACK_DOWN) }, 2, 54, "" },
	{ "process: weight while it runs", 100, { PROC("p", 20, TRACK_UP) }, 1, 120, "" },
	{ "process: weight 0", 100, { PROC("p", 0, TRACK_DOWN) }, 1, 100, "process p does not run as it should" },
	{ "PR-05: not below 1", 100, { IF("a", -253, TRACK_DOWN) }, 1, 1, "" },
	{ "PR-05: exactly 1", 100, { IF("a", -99, TRACK_DOWN) }, 1, 1, "" },
	{ "PR-05: not above 254", 100, { IF("a", 253, TRACK_UP) }, 1, 254, "" },
	{ "PR-05: 254 is not the owner", 254, { IF("a", 1, TRACK_UP) }, 1, 254, "" },
	{ "clamped at the end, not on the way", 100, { IF("a", 253, TRACK_UP), IF("b", -200, TRACK_DOWN) }, 2, 153, "" },
	{ "RFC 9568 5.2.4: the owner stays 255", 255, { IF("a", -50, TRACK_DOWN) }, 1, 255, "" },
	{ "the owner can be in FAULT", 255, { IF("a", 0, TRACK_DOWN) }, 1, 255, "interface a is down" },
};

START_TEST(test_sum) {
	const struct row *r = &rows[_i];
	struct track_result res;
	char buf[64];

	track_sum(r->base, r->tracks, r->n, &res);
	ck_assert_msg(res.priority == r->priority, "%s: priority %u, not %u", r->name, res.priority, r->priority);
	ck_assert_msg(res.is_fault == (r->culprit[0] != '\0'), "%s: is_fault", r->name);
	ck_assert_str_eq(track_culprit_str(&res, buf, sizeof(buf)), r->culprit);
}
END_TEST

START_TEST(test_cut) {
	const struct track t = IF("e1", 0, TRACK_DOWN);
	struct track_result res;
	char buf[8];

	track_sum(100, &t, 1, &res);
	ck_assert_str_eq(track_culprit_str(&res, buf, sizeof(buf)), "interfa");
	ck_assert_ptr_eq(res.culprit, &t);
}
END_TEST

START_TEST(test_sum_str) {
	struct track t[] = { SCR("chk", -60, TRACK_DOWN), IF("e1", 20, TRACK_DOWN), IF("e2", 5, TRACK_UP), FIL("load", -3, 10),
		SCR("x", 0, TRACK_UP) };
	char buf[TRACK_SUM_LEN], name[TRACK_SUM_LEN];

	t[0].detail = "exit code 1";
	ck_assert_str_eq(track_sum_str(150, t, 5, buf),
		"150 as configured, script chk -60 (exit code 1), interface e2 +5, file load -30");
	ck_assert_str_eq(track_sum_str(100, t + 1, 1, buf), "100 as configured");
	ck_assert_str_eq(track_sum_str(255, NULL, 0, buf), "255 as configured");
	memset(name, 'n', sizeof(name));
	for (size_t len = sizeof(name) - 50; len < sizeof(name); len++) { /* around what just fits */
		const bool fits = sizeof("1 as configured, file  -30") + len <= sizeof(buf);

		name[len] = '\0';
		t[3].name = name;
		track_sum_str(1, t + 3, 1, buf);
		ck_assert_uint_eq(strlen(buf), fits ? sizeof("1 as configured, file  -30") - 1 + len : sizeof(buf) - 1);
		ck_assert(fits == !strstr(buf, "..."));
		name[len] = 'n';
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("track");
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, test_sum, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, test_cut);
	tcase_add_test(tc, test_sum_str);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
