/* A check's life with a checker that does what the row says: beats, the cap of attempts in flight, reload, restore. */
#include "checkers/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/conf.h"
#include "io/loop.h"
#include "run.h"

enum { MANY = 10 };

/* What the fake checker finds, and what it saw. bind_port of a check is its index here. */
static struct {
	enum check_reason reason[MANY];
	int64_t takes; /* usec */
	int started[MANY], cancelled, running, running_max, next;
	int order[256];
} fake;

static struct {
	struct loop *loop;
	struct runner *runner;
	int changes;
	enum check_state state;
	char log[4096];
} world;

struct fake_try {
	const struct check_run *run;
	struct loop_timer *timer;
};

static void fake_cancel(void *attempt)
{
	struct fake_try *t = attempt;

	loop_timer_free(t->timer);
	free(t);
	fake.running--;
	fake.cancelled++;
}

static void on_time(void *ctx, mono_t now)
{
	struct fake_try *t = ctx;
	const struct check_run *run = t->run;
	struct check_result r;

	(void)now;
	check_result_set(&r, fake.reason[run->conf->how->bind_port], "fake %u", run->conf->how->bind_port);
	fake_cancel(t);
	fake.cancelled--;
	run->done(run->ctx, &r);
}

static void *fake_start(const struct check_run *run)
{
	struct fake_try *t = x_calloc(1, sizeof(*t));

	t->run = run;
	t->timer = loop_timer_new(run->loop, on_time, t);
	loop_timer_at(t->timer, mono_add(mono_now(), fake.takes));
	fake.started[run->conf->how->bind_port]++;
	if (fake.next < 256)
		fake.order[fake.next++] = (int)run->conf->how->bind_port;
	fake.running++;
	if (fake.running > fake.running_max)
		fake.running_max = fake.running;
	return t;
}

static const struct checker fake_checker = { "FAKE", fake_start, fake_cancel };
static struct check_place service = { .service = "192.0.2.1:80/tcp", .server = "10.0.0.1:80" };
static struct check_conf confs[MANY];
static struct check_how hows[MANY]; /* of confs */

static void on_changed(void *ctx, const struct check *c)
{
	(void)ctx;
	world.changes++;
	world.state = c->verdict.state;
}

static void keep_log(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	size_t at = strlen(world.log);

	(void)ctx, (void)level, (void)topic;
	snprintf(world.log + at, sizeof(world.log) - at, "%s\n", line);
}

static void on_tick(void *ctx, mono_t now)
{
	(void)now;
	loop_stop(ctx);
}

static void run_for(int ms)
{
	struct loop_timer *t = loop_timer_new(world.loop, on_tick, world.loop);

	loop_timer_at(t, mono_add(mono_now(), ms * MONO_MSEC));
	loop_run(world.loop);
	loop_timer_free(t);
}

static struct check *add(unsigned i)
{
	struct check_place place = service;
	char key[16];

	place.check_index = i;
	place.conf = &confs[i];
	snprintf(key, sizeof(key), "check %u", i);
	return runner_add(world.runner, &place, key);
}

static void start(unsigned cap, int64_t takes_ms, int64_t loop_ms)
{
	world.loop = loop_new(LOOP_DEFAULT);
	world.runner = runner_new(world.loop, cap, on_changed, NULL);
	log_set_sink(keep_log, NULL);
	log_set_level(LOG_LEVEL_DEBUG);
	fake.takes = takes_ms * MONO_MSEC;
	for (unsigned i = 0; i < MANY; i++) {
		confs[i] = (struct check_conf){ .how = &hows[i] };
		hows[i] = (struct check_how){ .checker = &fake_checker,
			.bind_port = i,
			.delay_loop = loop_ms * MONO_MSEC,
			.delay_before_retry = 10 * MONO_MSEC,
			.connect_timeout = MONO_SEC,
			.retry = 1 };
	}
}

static void stop(void)
{
	runner_free(world.runner);
	loop_free(world.loop);
}

START_TEST(up_down_up) {
	struct check *c;

	start(4, 1, 50);
	c = add(0);
	ck_assert(!c->is_proven);
	run_for(20);
	ck_assert(c->is_proven);
	ck_assert_int_eq(world.changes, 1);
	ck_assert_int_eq(world.state, CHECK_UP);
	ck_assert_ptr_nonnull(strstr(world.log, "192.0.2.1:80/tcp server 10.0.0.1:80 FAKE: UNKNOWN -> UP: fake 0"));
	fake.reason[0] = CHECK_REFUSED;
	run_for(130);
	ck_assert_int_eq(world.state, CHECK_DOWN);
	ck_assert_ptr_nonnull(strstr(world.log, "FAKE: UP -> DOWN: fake 0, 2 failures"));
	fake.reason[0] = CHECK_OK;
	run_for(70);
	ck_assert_int_eq(world.state, CHECK_UP);
	ck_assert_ptr_nonnull(strstr(world.log, "FAKE: DOWN -> UP: fake 0, 0 failures"));
	ck_assert_uint_eq(c->runs + (unsigned)fake.running, (unsigned)fake.started[0]);
	runner_remove(c);
	stop();
}
END_TEST

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* log_all_failures: failures that turn nothing are lines too; without it only the turn is. */
START_TEST(all_failures_are_told_with_the_word_alone) {
	struct check *c[2];

	start(4, 1, 20);
	hows[1].log_all_failures = true;
	for (unsigned i = 0; i < 2; i++) {
		hows[i].retry = 3;
		c[i] = add(i);
	}
	run_for(20);
	fake.reason[0] = fake.reason[1] = CHECK_REFUSED;
	run_for(300);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(c[i]->verdict.state, CHECK_DOWN);
		ck_assert_uint_ge(c[i]->verdict.failures, 6);
	}
	ck_assert_uint_eq(count(world.log, "UP -> DOWN: fake 0, 4 failures"), 1);
	ck_assert_uint_eq(count(world.log, "UP -> DOWN: fake 1, 4 failures"), 1);
	ck_assert_uint_eq(count(world.log, "failed: fake 0"), 0);
	ck_assert_uint_eq(count(world.log, "failed: fake 1"), c[1]->verdict.failures - 1);
	ck_assert_uint_eq(count(world.log, "failed: fake 1, 1 failures"), 1);
	ck_assert_uint_eq(count(world.log, "failed: fake 1, 4 failures"), 0);
	for (unsigned i = 0; i < 2; i++)
		runner_remove(c[i]);
	stop();
}
END_TEST

/* A failure of our own is told with its cure and changes nothing. */
START_TEST(local) {
	struct runner_stats stats;
	struct check *c;

	start(4, 1, 20);
	c = add(0);
	run_for(10);
	fake.reason[0] = CHECK_LOCAL_NO_FD;
	run_for(150);
	ck_assert_int_eq(c->verdict.state, CHECK_UP);
	ck_assert_int_eq(world.state, CHECK_UP);
	runner_stats(world.runner, &stats);
	ck_assert_uint_ge(stats.local_errors, 5);
	ck_assert_ptr_nonnull(strstr(world.log,
		"FAKE: could not check, stays UP: fake 0; raise LimitNOFILE of the service"));
	/* limited: far fewer lines than failures */
	ck_assert_uint_lt(strlen(world.log), 800);
	runner_remove(c);
	stop();
}
END_TEST

/* Ten are due at once, three may run: the others wait in order, and all had their turn before one has its second. */
START_TEST(cap) {
	struct check *c[MANY];
	struct runner_stats stats;
	int seen[MANY] = { 0 };

	start(3, 60, 240);
	for (unsigned i = 0; i < MANY; i++)
		c[i] = add(i);
	run_for(30);
	runner_stats(world.runner, &stats);
	ck_assert_uint_eq(stats.inflight, 3);
	ck_assert_uint_eq(stats.queued, 7);
	run_for(240);
	ck_assert_int_eq(fake.running_max, 3);
	for (int i = 0; i < MANY; i++)
		seen[fake.order[i]]++;
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(seen[i], 1);
	/* one that waits and one that runs are taken away: their places are given on */
	run_for(400);
	for (unsigned i = 0; i < MANY; i++)
		runner_remove(c[i]);
	runner_stats(world.runner, &stats);
	ck_assert_uint_eq(stats.inflight, 0);
	ck_assert_uint_eq(stats.queued, 0);
	ck_assert_int_eq(fake.running, 0);
	stop();
}
END_TEST

START_TEST(late_is_counted) {
	struct check *a, *b;
	struct runner_stats stats;

	start(1, 150, 1000);
	a = add(0);
	b = add(1);
	run_for(200);
	runner_stats(world.runner, &stats);
	ck_assert_uint_eq(stats.late, 1);
	runner_remove(a);
	runner_remove(b);
	stop();
}
END_TEST

/* Moved: the running attempt ends as if nothing had been. Restarted: it is dropped, the verdict stays. */
START_TEST(reload) {
	struct check_place place = service;
	struct check_conf copy;
	struct check *c;

	start(4, 120, 300);
	c = add(0);
	run_for(180);
	ck_assert_uint_eq(c->runs, 1);
	run_for(180);
	ck_assert_int_eq(fake.running, 1);
	copy = confs[0];
	place.conf = &copy;
	runner_move(c, &place);
	confs[0] = (struct check_conf){ 0 };
	run_for(180);
	ck_assert_uint_eq(c->runs, 2);
	ck_assert_int_eq(fake.cancelled, 0);
	fake.reason[0] = CHECK_REFUSED;
	run_for(540);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	fake.takes = 10 * MONO_SEC;
	run_for(300);
	ck_assert_int_eq(fake.running, 1);
	runner_restart(c, &place);
	ck_assert_int_eq(fake.cancelled, 1);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	ck_assert(c->is_proven);
	runner_remove(c);
	stop();
}
END_TEST

START_TEST(restore) {
	struct check *c;

	start(4, 1, 1000);
	hows[0].warmup = 1000 * MONO_SEC;
	c = add(0);
	runner_restore(c, CHECK_UNKNOWN, 3);
	ck_assert(!c->is_proven);
	runner_restore(c, CHECK_DOWN, 3);
	ck_assert(c->is_proven);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	ck_assert_uint_eq(c->verdict.failures, 3);
	runner_restore(c, CHECK_UP, 0);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	ck_assert_int_eq(world.changes, 0);
	runner_remove(c);
	stop();
}
END_TEST

/* ha_suspend: a new check waits; suspending drops what runs and what waits, counts nothing, and keeps the verdict. */
START_TEST(suspended) {
	struct runner_stats stats;
	struct check *c, *waiting;
	uint64_t runs;

	start(1, 20, 50);
	service.ha_suspend = true;
	fake.reason[0] = CHECK_REFUSED;
	c = add(0);
	run_for(80);
	ck_assert_int_eq(fake.started[0], 0);
	ck_assert_int_eq(world.changes, 0);
	runner_suspend(c, false);
	run_for(350);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	fake.takes = 10 * MONO_SEC;
	run_for(100);
	ck_assert_int_eq(fake.running, 1);
	waiting = add(1);
	runner_suspend(waiting, false);
	run_for(300);
	runner_stats(world.runner, &stats);
	ck_assert_uint_eq(stats.queued, 1);
	runs = c->runs;
	runner_suspend(waiting, true);
	runner_suspend(c, true);
	ck_assert_int_eq(fake.cancelled, 1);
	run_for(150);
	runner_stats(world.runner, &stats);
	ck_assert_uint_eq(stats.queued + stats.inflight, 0);
	ck_assert_uint_eq(c->runs, runs);
	ck_assert_int_eq(c->verdict.state, CHECK_DOWN);
	ck_assert(c->is_proven);
	runner_remove(c);
	runner_remove(waiting);
	stop();
}
END_TEST

/* The place of the one that was suspended while it ran goes to the one that waits. */
START_TEST(suspended_gives_its_place_on) {
	struct check *a, *b;

	start(1, 10000, 50);
	a = add(0);
	b = add(1);
	run_for(30);
	ck_assert_int_eq(fake.running, 1);
	runner_suspend(fake.started[0] ? a : b, true);
	ck_assert_int_eq(fake.running, 1);
	ck_assert(fake.started[0] && fake.started[1]);
	runner_remove(a);
	runner_remove(b);
	stop();
}
END_TEST

/* A suspended check stays so over a change of its configuration, and goes on when the word is taken away. */
START_TEST(suspended_over_reloads) {
	struct check_place place = service;
	struct check *c;

	start(4, 1, 50);
	service.ha_suspend = place.ha_suspend = true;
	place.conf = &confs[0];
	c = add(0);
	runner_restart(c, &place);
	runner_move(c, &place);
	run_for(80);
	ck_assert_int_eq(fake.started[0], 0);
	place.ha_suspend = false;
	runner_move(c, &place);
	ck_assert(!c->is_suspended);
	run_for(300);
	ck_assert_int_ge(fake.started[0], 1);
	place.ha_suspend = true; /* written again: until lvs says where the address is, nothing changes */
	runner_move(c, &place);
	ck_assert(!c->is_suspended);
	runner_suspend(c, true);
	place.ha_suspend = false;
	runner_restart(c, &place);
	ck_assert(!c->is_suspended);
	fake.started[0] = 0;
	run_for(80);
	ck_assert_int_ge(fake.started[0], 1);
	runner_remove(c);
	stop();
}
END_TEST

/* Neighbouring names come to lie far apart: every tenth of the warm-up gets its share. */
START_TEST(phases_are_spread) {
	unsigned tenth[10] = { 0 };
	char key[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "192.0.2.1:80/tcp 10.0.%d.%d:80 0", i / 250, i % 250 + 1);
		tenth[(uint64_t)runner_phase(key) * 10 >> 32]++;
	}
	for (int i = 0; i < 10; i++)
		ck_assert_msg(tenth[i] > 60 && tenth[i] < 140, "tenth %d: %u", i, tenth[i]);
	ck_assert_uint_eq(runner_phase("a"), runner_phase("a"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("runner");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, up_down_up);
	tcase_add_test(tc, all_failures_are_told_with_the_word_alone);
	tcase_add_test(tc, local);
	tcase_add_test(tc, cap);
	tcase_add_test(tc, late_is_counted);
	tcase_add_test(tc, reload);
	tcase_add_test(tc, restore);
	tcase_add_test(tc, suspended);
	tcase_add_test(tc, suspended_gives_its_place_on);
	tcase_add_test(tc, suspended_over_reloads);
	tcase_add_test(tc, phases_are_spread);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
