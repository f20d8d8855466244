/*
 * T41: from the end of a script to the priority, ten thousand results: what the effective priority is follows from the last results
 * alone, so nothing can leak or add up. The model keeps all results and looks back over them; it knows no state.
 */
#include "daemon/script_streak.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/job.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/trackers.h"

enum { RESULTS = 10000, SCRIPTS = 4, RELOAD = 97, BASE = 100 };

static struct {
	struct vrrp_script_conf script[SCRIPTS];
	struct vrrp_track_ref ref[SCRIPTS];
	void *scripts[SCRIPTS], *refs[SCRIPTS];
	struct vrrp_config all;
	struct vrrp_conf conf;
	struct vrrp_track_conf track;
	struct script_streak streak[SCRIPTS];
	struct track_report report[SCRIPTS];
	struct trackers trackers;
	bool good[SCRIPTS][RESULTS]; /* the model's */
	unsigned n;
	uint32_t seed;
} w;

static const char *const names[SCRIPTS] = { "a", "b", "c", "d" };

static uint32_t any(uint32_t below)
{
	w.seed = w.seed * 1664525 + 1013904223;
	return (w.seed >> 8) % below;
}

static const struct track_report *reported(void *ctx, enum track_kind kind, const char *name)
{
	(void)ctx;
	ck_assert_int_eq(kind, TRACK_SCRIPT);
	return &w.report[name[0] - 'a'];
}

/* A configuration of other weights, rise and fall not: those judge what comes, the model looks back. */
static void reload(void)
{
	for (unsigned i = 0; i < SCRIPTS; i++) {
		w.script[i].weight.value = (int32_t)any(507) - 253;
		w.script[i].weight.is_reverse = any(4) == 0;
		w.ref[i].weight = any(2) ? INT32_MIN : (int32_t)any(507) - 253;
		w.ref[i].is_reverse = any(4) == 0;
	}
	trackers_conf(&w.trackers, &w.conf, &w.all);
}

static void start(uint32_t seed)
{
	memset(&w, 0, sizeof(w));
	w.seed = seed;
	w.all.scripts = (struct conf_vec){ w.scripts, SCRIPTS, SCRIPTS };
	w.track.scripts = (struct conf_vec){ w.refs, SCRIPTS, SCRIPTS };
	w.conf.track = &w.track;
	w.conf.priority = BASE;
	for (unsigned i = 0; i < SCRIPTS; i++) {
		w.script[i] = (struct vrrp_script_conf){
			.name = names[i], .rise = 1 + any(4), .fall = 1 + any(4), .init_fail = any(2)
		};
		w.ref[i] = (struct vrrp_track_ref){ .name = names[i], .index = i };
		w.scripts[i] = &w.script[i];
		w.refs[i] = &w.ref[i];
		w.streak[i] = script_streak_of(&w.script[i]);
		w.report[i].value = (int32_t)w.streak[i].status;
	}
	reload();
}

/* Exit codes of 0 to 255, 0 in half of the cases; signals, timeouts, what cannot be run. */
static struct job_result random_end(void)
{
	switch (any(10)) {
	case 0:
		return (struct job_result){ JOB_SIGNALLED, 1 + (int)any(64), NULL, "", "" };
	case 1:
		return (struct job_result){ JOB_TIMED_OUT, 0, NULL, "", "" };
	case 2:
		return (struct job_result){ JOB_CANNOT_RUN, 1 + (int)any(40), "exec", "", "" };
	case 3:
	case 4:
		return (struct job_result){ JOB_EXITED, (int)any(256), NULL, "", "" };
	default:
		return (struct job_result){ JOB_EXITED, 0, NULL, "", "" };
	}
}

/* The last `n` results up to `at` are all `good`. */
static bool are_all(unsigned i, unsigned at, uint32_t n, bool good)
{
	if (at + 1 < n)
		return false;
	for (uint32_t k = 0; k < n; k++)
		if (w.good[i][at - k] != good)
			return false;
	return true;
}

/* Back to the last results that decide; without any it is as the first one said, or failed with init_fail. */
static bool model_up(unsigned i)
{
	for (unsigned at = w.n; at-- > 0;) {
		if (are_all(i, at, w.script[i].rise, true))
			return true;
		if (are_all(i, at, w.script[i].fall, false))
			return false;
	}
	return !w.script[i].init_fail && w.good[i][0];
}

static int model_delta(unsigned i, bool *ret_fault)
{
	bool own = w.ref[i].weight == INT32_MIN, up = model_up(i);
	int weight = own ? w.script[i].weight.value : w.ref[i].weight;
	bool is_reverse = own ? w.script[i].weight.is_reverse : w.ref[i].is_reverse;

	if (weight == 0)
		*ret_fault |= up == is_reverse;
	return (weight > 0) == up ? (is_reverse ? -weight : weight) : 0;
}

static void compare(void)
{
	const struct trackers_world world = { .tracked = reported };
	struct faults faults = { 0 };
	bool is_fault = false;
	int sum = BASE;

	for (unsigned i = 0; i < SCRIPTS; i++)
		sum += model_delta(i, &is_fault);
	sum = sum < 1 ? 1 : sum > 254 ? 254 : sum;
	ck_assert_msg(trackers_look(&w.trackers, &w.conf, &world, &faults) == sum, "result %u: not %d", w.n, sum);
	ck_assert_msg((faults.n > 0) == is_fault, "result %u: fault", w.n);
	faults_clear(&faults);
}

START_TEST(the_priority_is_the_model_s) {
	unsigned turns = 0;

	start(41 + (uint32_t)_i);
	while (w.n < RESULTS) {
		for (unsigned i = 0; i < SCRIPTS; i++) {
			struct job_result r = random_end();
			enum script_status before = w.streak[i].status;

			w.good[i][w.n] = r.end == JOB_EXITED && r.code == 0;
			script_streak_add(&w.streak[i], &w.script[i], &r);
			w.report[i].value = (int32_t)w.streak[i].status;
			turns += (before == SCRIPT_OK) != (w.streak[i].status == SCRIPT_OK);
		}
		w.n++;
		if (w.n % RELOAD == 0)
			reload();
		compare();
	}
	ck_assert_uint_gt(turns, 1000); /* it was no long calm */
	trackers_done(&w.trackers);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("script_weight");
	TCase *tc = tcase_create("T41");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, the_priority_is_the_model_s, 0, 5);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
