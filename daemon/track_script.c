/* track_script.c - see track_script.h. */
#include "daemon/track_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "ctl/writer.h"
#include "daemon/job.h"
#include "daemon/script_identity.h"
#include "daemon/script_streak.h"
#include "io/loop.h"
#include "vrrp/conf.h"

struct track_script {
	const struct vrrp_script_conf *conf; /* borrowed */
	const struct main_globals *globals;  /* borrowed */
	track_script_fn *fn;
	void *ctx;
	struct loop_timer *timer; /* owned */
	struct job *job;          /* owned */
	mono_t next;
	struct script_streak streak;
	uint64_t runs, skipped;
	char detail[128];
};

static const char *const status_names[] = { "unknown", "ok", "failed", "error" };

static void on_end(void *ctx, const struct job_result *r)
{
	struct track_script *t = ctx;
	enum script_status before = t->streak.status;

	script_streak_add(&t->streak, t->conf, r);
	job_result_str(r, t->detail, sizeof(t->detail));
	if (t->streak.status == before)
		return;
	if (t->streak.status == SCRIPT_OK)
		log_notice(LOG_SCRIPT, "%s: succeeds", t->conf->name);
	else
		log_warn(LOG_SCRIPT, "%s: %s, %u in a row%s", t->conf->name, t->detail, t->streak.bad, r->at);
	t->fn(t->ctx, t);
}

static void run(struct track_script *t)
{
	const struct script_conf *s = &t->conf->script;
	struct job_ask ask = { .argv = s->argv,
		.timeout_usec = t->conf->timeout };

	if (job_is_running(t->job)) { /* never two at once: its own deadline ends it */
		t->skipped++;
		return;
	}
	t->runs++;
	script_identity(&ask, s, t->globals);
	job_run(t->job, &ask);
}

static void on_timer(void *ctx, mono_t now)
{
	struct track_script *t = ctx;

	t->next = mono_add(t->next, t->conf->interval);
	if (mono_before(t->next, now))
		t->next = mono_add(now, t->conf->interval);
	loop_timer_at(t->timer, t->next);
	run(t);
}

struct track_script *track_script_new(struct loop *l, const struct vrrp_script_conf *conf, track_script_fn *fn,
	void *ctx)
{
	struct track_script *t = x_calloc(1, sizeof(*t));

	*t = (struct track_script){ .conf = conf, .fn = fn, .ctx = ctx };
	t->streak = script_streak_of(conf);
	snprintf(t->detail, sizeof(t->detail), "did not run yet");
	t->job = job_new(l, conf->name, on_end, t);
	t->timer = loop_timer_new(l, on_timer, t);
	t->next = mono_now();
	loop_timer_at(t->timer, t->next);
	return t;
}

void track_script_free(struct track_script *t)
{
	if (!t)
		return;
	loop_timer_free(t->timer);
	job_free(t->job);
	free(t);
}

void track_script_config(struct track_script *t, const struct vrrp_script_conf *conf,
	const struct main_globals *globals)
{
	mono_t soonest = mono_add(mono_now(), conf->interval);

	t->conf = conf;
	t->globals = globals;
	if (!mono_before(soonest, t->next))
		return;
	t->next = soonest; /* a shorter interval begins now, not when the long one is over */
	loop_timer_at(t->timer, t->next);
}

const struct vrrp_script_conf *track_script_conf(const struct track_script *t)
{
	return t->conf;
}

enum script_status track_script_status(const struct track_script *t, const char **ret_detail)
{
	*ret_detail = t->detail;
	return t->streak.status;
}

void track_script_stop(struct track_script *t)
{
	loop_timer_stop(t->timer);
}

bool track_script_reaped(struct track_script *t, pid_t pid, int status)
{
	return job_reaped(t->job, pid, status);
}

void track_script_hand_over(const struct track_script *t, struct text *to)
{
	job_hand_over(t->job, to, 0, true);
}

void track_script_write(const struct track_script *t, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "name", t->conf->name);
	writer_str(w, "status", status_names[t->streak.status]);
	writer_str(w, "detail", t->detail);
	writer_int(w, "runs", (int64_t)t->runs);
	writer_int(w, "skipped", (int64_t)t->skipped);
	writer_int(w, "failures_in_a_row", t->streak.bad);
	writer_end(w);
}

bool track_script_is_same(const struct vrrp_script_conf *a, const struct vrrp_script_conf *b)
{
	unsigned i = 0;

	if (strcmp(a->name, b->name) != 0 || !a->script.argv || !b->script.argv)
		return false;
	while (a->script.argv[i] && b->script.argv[i] && !strcmp(a->script.argv[i], b->script.argv[i]))
		i++;
	return !a->script.argv[i] && !b->script.argv[i];
}
