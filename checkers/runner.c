/* runner.c - see runner.h. */
#include "checkers/runner.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/conf.h"
#include "io/loop.h"
#include "io/memory.h"

/* What starts later than this after it was due is counted as late. */
static const int64_t LATE = 100 * MONO_MSEC;
/* Within this time suspended checks go on, so that not all begin in the same moment. */
static const int64_t RESUME = 250 * MONO_MSEC;
/* Between looks whether checks via their service may begin. */
static const int64_t VIA_WAIT = 100 * MONO_MSEC;
/* After so long, what attempts have taken is given back: thousands at a time, after a start or while servers do not answer. */
static const int64_t TRIM = 30 * MONO_SEC;

struct runner {
	struct loop *loop;
	unsigned max_inflight;
	runner_changed_fn *changed;
	void *ctx;
	TAILQ_HEAD(, check) queue;
	struct timer_queue timers; /* of the checks: one of the loop's for all */
	struct loop_timer *timer;  /* owned: for the first of them */
	struct loop_timer *trim;   /* owned */
	struct runner_stats stats;
	struct log_limit local_limit;
	bool via_ready;
	char via_why[CHECK_DETAIL_LEN]; /* why not; "": not told yet */
};

/* An attempt: of many thousands of checks few run at a time. */
struct running {
	struct check_run run;
	void *attempt; /* owned */
	mono_t started;
};

uint32_t runner_phase(const char *key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
	h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (uint32_t)(h >> 32);
}

void runner_via(struct runner *r, bool is_ready, const char *why)
{
	r->via_ready = is_ready;
	snprintf(r->via_why, sizeof(r->via_why), "%s", why);
}

void runner_stats(const struct runner *r, struct runner_stats *ret)
{
	*ret = r->stats;
}

const char *runner_state_str(const struct check *c)
{
	if (!c->is_proven)
		return "UNKNOWN";
	return c->verdict.state == CHECK_UP ? "UP" : "DOWN";
}

const char *runner_detail(const struct check *c)
{
	return c->detail ? c->detail : "";
}

static const char *full_name(const struct check *c, char *buf, size_t size)
{
	snprintf(buf, size, "%s server %s %s", c->place.service, c->place.server, c->place.conf->how->checker->name);
	return buf;
}

/* What an operator does about a failure of our own. */
static const char *cure(enum check_reason reason)
{
	if (reason == CHECK_LOCAL_NO_FD)
		return "; raise LimitNOFILE of the service";
	if (reason == CHECK_LOCAL_NO_ROUTE)
		return "; this director has no route to the server";
	return "";
}

/*
 * A check's transitions; what becomes of its server is told by lvs, louder. Failures of our own are told with their cure, but say
 * nothing about the server.
 */
static void tell(struct check *c, const char *before)
{
	char name[256];
	double ms = (double)c->verdict.latency_usec / 1e3;

	full_name(c, name, sizeof(name));
	if (check_reason_is_local(c->verdict.reason))
		log_warn_limited(&c->runner->local_limit, LOG_PROBE, "%s: could not check, stays %s: %s%s", name,
			runner_state_str(c), runner_detail(c), cure(c->verdict.reason));
	else if (!strcmp(before, "UNKNOWN") && c->verdict.state == CHECK_UP)
		log_debug(LOG_PROBE, "%s: UNKNOWN -> UP: %s, %.1f ms", name, runner_detail(c),
			ms); /* at a start: thousands */
	else if (strcmp(before, runner_state_str(c)) != 0)
		log_info(LOG_PROBE, "%s: %s -> %s: %s, %u failures, %.1f ms", name, before, runner_state_str(c),
			runner_detail(c), c->verdict.failures, ms);
	else if (c->verdict.reason != CHECK_OK && c->place.conf->how->log_all_failures)
		log_info(LOG_PROBE, "%s: failed: %s, %u failures, %.1f ms", name, runner_detail(c), c->verdict.failures,
			ms);
}

static void arm(struct runner *r)
{
	const mono_t next = timer_queue_next(&r->timers);

	if (loop_timer_when(r->timer).usec != next.usec)
		loop_timer_at(r->timer, next);
}

static void schedule(struct check *c, mono_t due)
{
	c->due = due;
	timer_queue_add(&c->runner->timers, &c->timer, due);
	arm(c->runner);
}

static void on_done(void *ctx, const struct check_result *result);

static void begin(struct check *c, mono_t now)
{
	struct runner *r = c->runner;
	struct running *x = x_calloc(1, sizeof(*x));

	r->stats.inflight++;
	r->stats.late += mono_diff(now, c->due) > LATE;
	x->started = now;
	x->run = (struct check_run){ r->loop, c->place.conf, mono_add(now, c->place.conf->how->connect_timeout),
		on_done, c };
	c->running = x;
	x->attempt = c->place.conf->how->checker->start(&x->run);
}

static void unqueue(struct check *c)
{
	if (!c->is_queued)
		return;
	TAILQ_REMOVE(&c->runner->queue, c, link);
	c->runner->stats.queued--;
	c->is_queued = false;
}

/* Starts what waits, first come first served, as long as there is room. */
static void begin_waiting(struct runner *r)
{
	struct check *c;

	while (r->stats.inflight < r->max_inflight && (c = TAILQ_FIRST(&r->queue))) {
		unqueue(c);
		begin(c, mono_now());
	}
}

/* The attempt of `c` is over, whoever ended it. */
static void ended(struct check *c)
{
	free(c->running);
	c->running = NULL;
	c->runner->stats.inflight--;
}

/* Most see the same for months. */
static void set_detail(struct check *c, const char *detail)
{
	if (!strcmp(runner_detail(c), detail))
		return;
	free(c->detail);
	c->detail = *detail ? x_strdup(detail) : NULL;
}

static void judge(struct check *c, const struct check_result *result, mono_t started)
{
	struct check_attempt a = { result->reason, c->due, started, result->ended };
	enum check_reason reason_before = c->verdict.reason;
	const char *before = runner_state_str(c);
	struct verdict_out out;
	bool was_proven = c->is_proven, is_first = c->runs == 0;

	verdict_step(&c->verdict, c->place.conf, &a, &out);
	/* The first success and the first failure that is not forgiven make the state our own. */
	c->is_proven = was_proven || result->reason == CHECK_OK ||
		(!check_reason_is_local(result->reason) && c->verdict.state == CHECK_DOWN);
	c->runs++;
	c->ended = result->ended;
	set_detail(c, result->detail);
	c->runner->stats.local_errors += check_reason_is_local(result->reason);
	schedule(c, out.next);
	tell(c, before);
	if (out.changed || is_first || c->is_proven != was_proven || c->verdict.reason != reason_before)
		c->runner->changed(c->runner->ctx, c);
}

static void on_done(void *ctx, const struct check_result *result)
{
	struct check *c = ctx;
	const mono_t started = c->running->started;

	ended(c);
	judge(c, result, started);
	begin_waiting(c->runner);
}

/* Without its private service a probe would reach any server of the service: rather none. True: the check is held. */
static bool is_held(struct check *c, mono_t now)
{
	const struct runner *r = c->runner;
	struct check_result result;

	if (!c->place.conf->via_mark || r->via_ready)
		return false;
	if (!*r->via_why) {
		schedule(c, mono_add(now, VIA_WAIT));
		return true;
	}
	check_result_set(&result, CHECK_LOCAL, "%s", r->via_why);
	judge(c, &result, now);
	return true;
}

static void on_due(struct check *c, mono_t now)
{
	struct runner *r = c->runner;

	if (is_held(c, now))
		return;
	if (r->stats.inflight < r->max_inflight) {
		begin(c, now);
		return;
	}
	TAILQ_INSERT_TAIL(&r->queue, c, link);
	r->stats.queued++;
	c->is_queued = true;
}

static struct check *check_of(struct timer_item *t)
{
	return (struct check *)(void *)((char *)t - offsetof(struct check, timer));
}

/* What is taken may stop or remove others that are due. */
static void on_timer(void *ctx, mono_t now)
{
	struct runner *r = ctx;
	struct timer_item *t;

	timer_queue_expire(&r->timers, now);
	while ((t = timer_queue_take(&r->timers)))
		on_due(check_of(t), now);
	arm(r);
}

static void on_trim(void *ctx, mono_t now)
{
	struct runner *r = ctx;

	memory_trim();
	loop_timer_at(r->trim, mono_add(now, TRIM));
}

struct runner *runner_new(struct loop *l, unsigned max_inflight, runner_changed_fn *changed, void *ctx)
{
	struct runner *r = x_calloc(1, sizeof(*r));

	*r = (struct runner){ .loop = l, .max_inflight = max_inflight, .changed = changed, .ctx = ctx };
	r->local_limit = (struct log_limit){ .burst = 5, .per_usec = 30 * MONO_SEC };
	TAILQ_INIT(&r->queue);
	r->timer = loop_timer_new(l, on_timer, r);
	r->trim = loop_timer_new(l, on_trim, r);
	loop_timer_at(r->trim, mono_add(mono_now(), TRIM));
	return r;
}

void runner_free(struct runner *r)
{
	if (!r)
		return;
	loop_timer_free(r->timer);
	loop_timer_free(r->trim);
	timer_queue_done(&r->timers);
	free(r);
}

static void schedule_first(struct check *c)
{
	if (!c->is_suspended)
		schedule(c, verdict_first(c->place.conf, mono_now(), c->phase));
}

struct check *runner_add(struct runner *r, const struct check_place *place, const char *key)
{
	struct check *c = x_calloc(1, sizeof(*c));

	c->runner = r;
	c->place = *place;
	c->phase = runner_phase(key);
	c->is_suspended = place->ha_suspend;
	verdict_init(&c->verdict, place->conf, CHECK_UNKNOWN);
	schedule_first(c);
	return c;
}

/* Ends what runs or waits. */
static void drop(struct check *c)
{
	unqueue(c);
	timer_queue_del(&c->runner->timers, &c->timer);
	arm(c->runner);
	if (!c->running)
		return;
	c->running->run.conf->how->checker->cancel(c->running->attempt);
	ended(c);
}

void runner_restart(struct check *c, const struct check_place *place)
{
	drop(c);
	c->place = *place;
	c->is_suspended = c->is_suspended && place->ha_suspend;
	if (!c->is_proven)
		verdict_init(&c->verdict, place->conf, CHECK_UNKNOWN);
	schedule_first(c);
	begin_waiting(c->runner);
}

void runner_move(struct check *c, const struct check_place *place)
{
	c->place = *place;
	if (c->running)
		c->running->run.conf = place->conf;
	if (!place->ha_suspend)
		runner_suspend(c, false);
}

void runner_suspend(struct check *c, bool on)
{
	if (on == c->is_suspended)
		return;
	c->is_suspended = on;
	if (on) {
		drop(c);
		begin_waiting(c->runner);
	} else {
		schedule(c, mono_add(mono_now(), RESUME * c->phase >> 32));
	}
}

void runner_restore(struct check *c, enum check_state state, uint32_t failures)
{
	if (c->is_proven || state == CHECK_UNKNOWN)
		return;
	verdict_init(&c->verdict, c->place.conf, state);
	c->verdict.failures = failures;
	c->is_proven = true;
}

void runner_remove(struct check *c)
{
	struct runner *r = c->runner;

	drop(c);
	free(c->detail);
	free(c);
	begin_waiting(r);
}
