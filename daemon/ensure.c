/* ensure.c - see ensure.h. */
#include "daemon/ensure.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/job.h"
#include "daemon/script_identity.h"
#include "io/loop.h"

enum { TIMEOUT_USEC = 30 * 1000000, ARGS_MAX = 64, ERROR_LEN = 160, LEAVING_USEC = 5000000 };

/* One instance, whether it has such a script or not: a reload may give it one. */
struct claim {
	LIST_ENTRY(claim) link;
	struct ensure *ensure;
	char *name;               /* owned: the instance's */
	struct job *job;          /* owned */
	struct loop_timer *timer; /* owned: the next try */
	bool is_master, is_done;  /* done: it succeeded since it was asked last */
	bool is_asked;            /* again, while it ran */
	bool is_leaving;
	unsigned priority;
	uint64_t runs, failures;
	char error[ERROR_LEN];
};

struct ensure {
	struct loop *loop;
	const struct config *config; /* borrowed */
	LIST_HEAD(, claim) claims;
};

static const struct vrrp_conf *conf_of(const struct claim *c)
{
	const struct config *config = c->ensure->config;

	for (unsigned i = 0; config && i < config->vrrp.instances.n; i++) {
		const struct vrrp_conf *vi = config->vrrp.instances.item[i];

		if (!strcmp(vi->name, c->name))
			return vi->notify_ensure.argv ? vi : NULL;
	}
	return NULL;
}

static void run(struct claim *c, const struct vrrp_conf *vi)
{
	const char *argv[ARGS_MAX + 5];
	struct job_ask ask = { .argv = argv, .timeout_usec = TIMEOUT_USEC };
	unsigned n = 0;
	char prio[16];

	while (n < ARGS_MAX && vi->notify_ensure.argv[n]) {
		argv[n] = vi->notify_ensure.argv[n];
		n++;
	}
	snprintf(prio, sizeof(prio), "%u", c->priority);
	argv[n++] = "INSTANCE";
	argv[n++] = c->name;
	argv[n++] = "MASTER";
	argv[n++] = prio;
	argv[n] = NULL;
	script_identity(&ask, &vi->notify_ensure, &c->ensure->config->main.globals);
	c->runs++;
	(void)job_run(c->job, &ask);
}

/* It runs now, or once more when the current run has ended. */
static void ask(struct claim *c)
{
	const struct vrrp_conf *vi = conf_of(c);

	c->is_done = false;
	if (c->is_leaving) /* its timer asks */
		return;
	loop_timer_stop(c->timer);
	if (!vi || !c->is_master)
		return;
	c->is_asked = job_is_running(c->job);
	if (!c->is_asked)
		run(c, vi);
}

static void on_timer(void *ctx, mono_t now)
{
	struct claim *c = ctx;

	(void)now;
	c->is_leaving = false;
	ask(c);
}

static void on_end(void *ctx, const struct job_result *r)
{
	struct claim *c = ctx;
	const struct vrrp_conf *vi = conf_of(c);

	c->is_done = r->end == JOB_EXITED && r->code == 0;
	c->error[0] = '\0';
	if (!vi || !c->is_master)
		return;
	if (!c->is_done) {
		c->failures++;
		job_result_str(r, c->error, sizeof(c->error));
		log_warn(LOG_SCRIPT, "instance %s notify_ensure: %s; it runs again in %lld s", c->name, c->error,
			(long long)(vi->notify_ensure_interval / MONO_SEC));
	}
	/* Not from here: the job has not finished with this run yet. */
	if (c->is_asked)
		loop_timer_at(c->timer, mono_now());
	else if (!c->is_done)
		loop_timer_at(c->timer, mono_add(mono_now(), vi->notify_ensure_interval));
}

static struct claim *claim_find(const struct ensure *e, const char *name)
{
	struct claim *c;

	LIST_FOREACH(c, &e->claims, link)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static struct claim *claim_new(struct ensure *e, const char *name)
{
	struct claim *c = x_calloc(1, sizeof(*c));

	c->ensure = e;
	c->name = x_strdup(name);
	c->job = job_new(e->loop, name, on_end, c);
	c->timer = loop_timer_new(e->loop, on_timer, c);
	LIST_INSERT_HEAD(&e->claims, c, link);
	return c;
}

/* What runs is killed: it must not say anything later than the next owner does. */
static void end(struct claim *c)
{
	loop_timer_stop(c->timer);
	c->is_asked = c->is_done = c->is_leaving = false;
	if (!job_is_running(c->job))
		return;
	job_free(c->job);
	c->job = job_new(c->ensure->loop, c->name, on_end, c);
}

struct ensure *ensure_new(struct loop *l)
{
	struct ensure *e = x_calloc(1, sizeof(*e));

	e->loop = l;
	LIST_INIT(&e->claims);
	return e;
}

void ensure_free(struct ensure *e)
{
	struct claim *c;

	if (!e)
		return;
	while ((c = LIST_FIRST(&e->claims))) {
		LIST_REMOVE(c, link);
		job_free(c->job);
		loop_timer_free(c->timer);
		free(c->name);
		free(c);
	}
	free(e);
}

void ensure_config(struct ensure *e, const struct config *config)
{
	struct claim *c;

	e->config = config;
	LIST_FOREACH(c, &e->claims, link) {
		if (!conf_of(c))
			end(c);
		else if (c->is_master && !c->is_done && !job_is_running(c->job))
			ask(c);
	}
}

void ensure_state(struct ensure *e, const char *instance, bool is_master, unsigned priority)
{
	struct claim *c = claim_find(e, instance);

	if (!c)
		c = claim_new(e, instance);
	c->is_master = is_master;
	c->is_leaving = false;
	c->priority = priority;
	if (is_master)
		ask(c);
	else
		end(c);
}

void ensure_leaving(struct ensure *e, const char *instance)
{
	struct claim *c = claim_find(e, instance);

	if (!c || !c->is_master)
		return;
	end(c);
	c->is_leaving = true;
	loop_timer_at(c->timer, mono_add(mono_now(), LEAVING_USEC));
}

void ensure_again(struct ensure *e, const char *instance)
{
	struct claim *c = claim_find(e, instance);

	if (c)
		ask(c);
}

void ensure_hand_over(const struct ensure *e, struct text *t)
{
	const struct claim *c;

	LIST_FOREACH(c, &e->claims, link) {
		job_hand_over(c->job, t, 0, true);
		if (c->is_master)
			text_printf(t, "claim %u %d %s\n", c->priority, (int)(c->is_done && !c->is_asked), c->name);
	}
}

void ensure_recall(struct ensure *e, const char *line)
{
	struct claim *c;
	unsigned priority;
	int is_done, at = 0;

	if (sscanf(line, "claim %u %d %n", &priority, &is_done, &at) < 2 || at == 0 || claim_find(e, line + at))
		return;
	c = claim_new(e, line + at);
	c->is_master = true;
	c->is_done = is_done != 0;
	c->priority = priority;
}

bool ensure_reaped(struct ensure *e, pid_t pid, int status)
{
	struct claim *c;

	LIST_FOREACH(c, &e->claims, link)
		if (job_reaped(c->job, pid, status))
			return true;
	return false;
}

void ensure_show(const struct ensure *e, struct writer *w)
{
	const struct claim *c;

	writer_array(w, "notify_ensure");
	LIST_FOREACH(c, &e->claims, link) {
		if (!conf_of(c))
			continue;
		writer_object(w, NULL);
		writer_str(w, "instance", c->name);
		writer_str(w, "state",
			!c->is_master                    ? "not MASTER"
				: c->is_done             ? "done"
				: job_is_running(c->job) ? "running"
							 : "waiting");
		writer_int(w, "runs", (int64_t)c->runs);
		writer_int(w, "failures", (int64_t)c->failures);
		if (*c->error)
			writer_str(w, "last_error", c->error);
		writer_end(w);
	}
	writer_end(w);
}
