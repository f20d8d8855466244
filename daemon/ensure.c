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
#include "daemon/routers.h"
#include "daemon/script_identity.h"
#include "io/loop.h"

enum { TIMEOUT_USEC = 30 * 1000000, ARGS_MAX = 64, ERROR_LEN = 160, LEAVING_USEC = 5000000 };

/* What an instance with such a script needs: of thousands hardly any has one. */
struct work {
	LIST_ENTRY(work) link;
	struct ensure *ensure;
	struct claim *claim;
	struct job *job;          /* owned */
	struct loop_timer *timer; /* owned: the next try */
	uint64_t runs, failures;
	char error[ERROR_LEN];
};

/* One instance, whether it has such a script or not: a reload may give it one. */
struct claim {
	struct work *work;       /* owned; NULL: there was nothing to do so far */
	bool is_master, is_done; /* done: it succeeded since it was asked last */
	bool is_asked;           /* again, while it ran */
	bool is_leaving;
	unsigned priority;
	char name[]; /* the instance's */
};

struct ensure {
	struct loop *loop;
	const struct config *config; /* borrowed */
	struct router *conf;         /* owned: those of it that have a script, by name */
	unsigned n_confs;
	struct claim **claim; /* owned, by name */
	unsigned n, cap;
	LIST_HEAD(, work) works; /* owned */
};

static int name_vs_conf(const void *name, const void *conf)
{
	return strcmp(name, ((const struct router *)conf)->name);
}

static int by_name(const void *a, const void *b)
{
	return name_vs_conf(((const struct router *)a)->name, b);
}

static const struct router *conf_of(const struct ensure *e, const struct claim *c)
{
	return e->n_confs ? bsearch(c->name, e->conf, e->n_confs, sizeof(*e->conf), name_vs_conf) : NULL;
}

static void take_confs(struct ensure *e, const struct config *config)
{
	struct router r;

	e->config = config;
	e->n_confs = 0;
	for (uint32_t i = 0; routers_instance(config->routers, i, &r); i++) {
		if (!r.hooks->notify_ensure)
			continue;
		e->conf = x_realloc(e->conf, e->n_confs + 1, sizeof(*e->conf));
		e->conf[e->n_confs++] = r;
	}
	if (e->n_confs)
		qsort(e->conf, e->n_confs, sizeof(*e->conf), by_name);
}

static bool is_running(const struct claim *c)
{
	return c->work && job_is_running(c->work->job);
}

static void stop_timer(const struct claim *c)
{
	if (c->work)
		loop_timer_stop(c->work->timer);
}

static struct work *work_of(struct ensure *e, struct claim *c);

static void run(struct ensure *e, struct claim *c, const struct router *vi)
{
	const char *argv[ARGS_MAX + 5];
	struct job_ask ask = { .argv = argv, .timeout_usec = TIMEOUT_USEC };
	unsigned n = 0;
	char prio[16];

	while (n < ARGS_MAX && vi->hooks->notify_ensure->argv[n]) {
		argv[n] = vi->hooks->notify_ensure->argv[n];
		n++;
	}
	snprintf(prio, sizeof(prio), "%u", c->priority);
	argv[n++] = "INSTANCE";
	argv[n++] = c->name;
	argv[n++] = "MASTER";
	argv[n++] = prio;
	argv[n] = NULL;
	script_identity(&ask, vi->hooks->notify_ensure, &e->config->main.globals);
	work_of(e, c)->runs++;
	(void)job_run(c->work->job, &ask);
}

/* It runs now, or once more when the current run has ended. */
static void ask(struct ensure *e, struct claim *c)
{
	const struct router *vi = conf_of(e, c);

	c->is_done = false;
	if (c->is_leaving) /* its timer asks */
		return;
	stop_timer(c);
	if (!vi || !c->is_master)
		return;
	c->is_asked = is_running(c);
	if (!c->is_asked)
		run(e, c, vi);
}

static void on_timer(void *ctx, mono_t now)
{
	const struct work *w = ctx;

	(void)now;
	w->claim->is_leaving = false;
	ask(w->ensure, w->claim);
}

static void on_end(void *ctx, const struct job_result *r)
{
	struct work *w = ctx;
	struct claim *c = w->claim;
	const struct router *vi = conf_of(w->ensure, c);

	c->is_done = r->end == JOB_EXITED && r->code == 0;
	w->error[0] = '\0';
	if (!vi || !c->is_master)
		return;
	if (!c->is_done) {
		w->failures++;
		job_result_str(r, w->error, sizeof(w->error));
		log_warn(LOG_SCRIPT, "instance %s notify_ensure: %s; it runs again in %lld s%s", c->name, w->error,
			(long long)(vi->hooks->notify_ensure_interval / MONO_SEC), r->at);
	}
	/* Not from here: the job has not finished with this run yet. */
	if (c->is_asked)
		loop_timer_at(w->timer, mono_now());
	else if (!c->is_done)
		loop_timer_at(w->timer, mono_add(mono_now(), vi->hooks->notify_ensure_interval));
}

static struct work *work_of(struct ensure *e, struct claim *c)
{
	if (c->work)
		return c->work;
	c->work = x_calloc(1, sizeof(*c->work));
	c->work->ensure = e;
	c->work->claim = c;
	c->work->job = job_new(e->loop, c->name, on_end, c->work);
	c->work->timer = loop_timer_new(e->loop, on_timer, c->work);
	LIST_INSERT_HEAD(&e->works, c->work, link);
	return c->work;
}

/* Where the claim of that name is, or belongs. */
static unsigned place_of(const struct ensure *e, const char *name)
{
	unsigned from = 0, to = e->n;

	while (from < to) {
		const unsigned mid = from + (to - from) / 2;

		if (strcmp(e->claim[mid]->name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static struct claim *claim_find(const struct ensure *e, const char *name)
{
	const unsigned at = place_of(e, name);

	return at < e->n && !strcmp(e->claim[at]->name, name) ? e->claim[at] : NULL;
}

static struct claim *claim_new(struct ensure *e, const char *name)
{
	const unsigned at = place_of(e, name);
	struct claim *c = x_calloc(1, sizeof(*c) + strlen(name) + 1);

	memcpy(c->name, name, strlen(name) + 1);
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 16;
		e->claim = x_realloc(e->claim, e->cap, sizeof(struct claim *));
	}
	memmove(&e->claim[at + 1], &e->claim[at], (e->n++ - at) * sizeof(struct claim *));
	e->claim[at] = c;
	return c;
}

/* What runs is killed: it must not say anything later than the next owner does. */
static void end(struct claim *c)
{
	stop_timer(c);
	c->is_asked = c->is_done = c->is_leaving = false;
	if (!is_running(c))
		return;
	job_free(c->work->job);
	c->work->job = job_new(c->work->ensure->loop, c->name, on_end, c->work);
}

struct ensure *ensure_new(struct loop *l)
{
	struct ensure *e = x_calloc(1, sizeof(*e));

	e->loop = l;
	LIST_INIT(&e->works);
	return e;
}

void ensure_free(struct ensure *e)
{
	struct work *w;

	if (!e)
		return;
	while ((w = LIST_FIRST(&e->works))) {
		LIST_REMOVE(w, link);
		job_free(w->job);
		loop_timer_free(w->timer);
		free(w);
	}
	for (unsigned i = 0; i < e->n; i++)
		free(e->claim[i]);
	free(e->claim);
	free(e->conf);
	free(e);
}

void ensure_config(struct ensure *e, const struct config *config)
{
	take_confs(e, config);
	for (unsigned i = 0; i < e->n; i++) {
		struct claim *c = e->claim[i];

		if (!conf_of(e, c))
			end(c);
		else if (c->is_master && !c->is_done && !is_running(c))
			ask(e, c);
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
		ask(e, c);
	else
		end(c);
}

void ensure_leaving(struct ensure *e, const char *instance)
{
	struct claim *c = claim_find(e, instance);

	if (!c || !c->is_master)
		return;
	end(c);
	if (!conf_of(e, c))
		return;
	c->is_leaving = true;
	loop_timer_at(work_of(e, c)->timer, mono_add(mono_now(), LEAVING_USEC));
}

void ensure_again(struct ensure *e, const char *instance)
{
	struct claim *c = claim_find(e, instance);

	if (c)
		ask(e, c);
}

void ensure_hand_over(const struct ensure *e, struct text *t)
{
	for (unsigned i = 0; i < e->n; i++) {
		const struct claim *c = e->claim[i];

		if (c->work)
			job_hand_over(c->work->job, t, 0, true);
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
	struct work *w;

	LIST_FOREACH(w, &e->works, link)
		if (job_reaped(w->job, pid, status))
			return true;
	return false;
}

static void show(const struct claim *c, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "instance", c->name);
	writer_str(w, "state",
		!c->is_master           ? "not MASTER"
			: c->is_done    ? "done"
			: is_running(c) ? "running"
					: "waiting");
	writer_int(w, "runs", c->work ? (int64_t)c->work->runs : 0);
	writer_int(w, "failures", c->work ? (int64_t)c->work->failures : 0);
	if (c->work && *c->work->error)
		writer_str(w, "last_error", c->work->error);
	writer_end(w);
}

void ensure_show(const struct ensure *e, struct writer *w)
{
	writer_array(w, "notify_ensure");
	for (unsigned i = 0; i < e->n; i++)
		if (conf_of(e, e->claim[i]))
			show(e->claim[i], w);
	writer_end(w);
}
