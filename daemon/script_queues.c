/* script_queues.c - see script_queues.h. */
#include "daemon/script_queues.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "base/log.h"
#include "daemon/job.h"

struct object {
	LIST_ENTRY(object) link;
	char *name;      /* owned: "instance VI_1 notify_master" */
	struct job *job; /* owned */
};

struct script_queues {
	struct loop *loop;
	LIST_HEAD(, object) objects; /* owned */
};

struct script_queues *script_queues_new(struct loop *l)
{
	struct script_queues *q = x_calloc(1, sizeof(*q));

	q->loop = l;
	LIST_INIT(&q->objects);
	return q;
}

void script_queues_free(struct script_queues *q)
{
	struct object *o;

	if (!q)
		return;
	while ((o = LIST_FIRST(&q->objects))) {
		LIST_REMOVE(o, link);
		job_free(o->job);
		free(o->name);
		free(o);
	}
	free(q);
}

static void on_end(void *ctx, const struct job_result *r)
{
	const struct object *o = ctx;
	char buf[160];

	if (r->end == JOB_EXITED && r->code == 0)
		log_debug(LOG_SCRIPT, "%s: done", o->name);
	else
		log_warn(LOG_SCRIPT, "%s: %s%s", o->name, job_result_str(r, buf, sizeof(buf)), r->at);
}

static struct object *find(struct script_queues *q, const char *name)
{
	struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

static struct object *get(struct script_queues *q, const char *name)
{
	struct object *o = find(q, name);

	if (o)
		return o;
	o = x_calloc(1, sizeof(*o));
	o->name = x_strdup(name);
	o->job = job_new(q->loop, name, on_end, o);
	LIST_INSERT_HEAD(&q->objects, o, link);
	return o;
}

/* What waits gives way to a newer state. */
static void say_dropped(const struct object *o)
{
	if (job_is_waiting(o->job))
		log_info(LOG_SCRIPT, "%s: a newer state came before the waiting one ran%s", o->name,
			job_waiting_at(o->job));
}

void script_queues_run(struct script_queues *q, const char *name, const struct job_ask *ask)
{
	struct object *o = get(q, name);

	say_dropped(o);
	(void)job_run(o->job, ask);
}

void script_queues_forget(struct script_queues *q, const char *name)
{
	struct object *o = find(q, name);

	if (!o)
		return;
	say_dropped(o);
	(void)job_forget(o->job);
}

void script_queues_hurry(struct script_queues *q, int64_t usec)
{
	const struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		job_hurry(o->job, usec);
}

bool script_queues_is_busy(const struct script_queues *q)
{
	const struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		if (job_is_running(o->job))
			return true;
	return false;
}

bool script_queues_is_waiting(const struct script_queues *q)
{
	const struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		if (job_is_waiting(o->job))
			return true;
	return false;
}

bool script_queues_reaped(struct script_queues *q, pid_t pid, int status)
{
	struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		if (job_reaped(o->job, pid, status))
			return true;
	return false;
}

void script_queues_hand_over(const struct script_queues *q, struct text *t)
{
	const struct object *o;

	LIST_FOREACH(o, &q->objects, link)
		job_hand_over(o->job, t, 0, false);
}
