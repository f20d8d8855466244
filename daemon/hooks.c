/* hooks.c - see hooks.h. */
#include "daemon/hooks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "conf/names.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/job.h"
#include "daemon/routers.h"
#include "daemon/script_identity.h"
#include "io/message.h"
#include "vrrp/conf.h"
#include "vrrp/step.h"

enum { ARGS_MAX = 64, EXTRA_WORDS = 4, ERROR_LEN = 160 };

/* One instance that ever had a hook to run. */
struct hook {
	LIST_ENTRY(hook) link;
	struct hooks *hooks;
	char *name;      /* owned: the instance's */
	struct job *job; /* owned */
	uint32_t id;     /* of the one that runs; 0: none */
	const char *what;
	mono_t began;
	int64_t last_usec; /* how long the last one took */
	uint64_t runs, failures;
	char error[ERROR_LEN];
};

struct hooks {
	struct loop *loop;
	void (*ended)(void *ctx, uint32_t id);
	void *ctx;
	LIST_HEAD(, hook) all; /* owned */
	struct names names;    /* of them */
};

/* keepalived's way to give arguments: INSTANCE NAME STATE PRIORITY; a stop is STOP. */
static void run(struct hook *k, const struct script_conf *script, const struct main_globals *g,
	const struct msg_hook *m)
{
	const char *argv[ARGS_MAX + EXTRA_WORDS + 1];
	struct job_ask ask = { .argv = argv, .timeout_usec = m->within_usec };
	unsigned n = 0;
	char prio[16];

	while (n < ARGS_MAX && script->argv[n]) {
		argv[n] = script->argv[n];
		n++;
	}
	snprintf(prio, sizeof(prio), "%" PRIu32, m->priority);
	argv[n++] = "INSTANCE";
	argv[n++] = k->name;
	argv[n++] = m->state == VRRP_INIT ? "STOP" : vrrp_state_str((enum vrrp_state)m->state);
	argv[n++] = prio;
	argv[n] = NULL;
	script_identity(&ask, script, g);
	k->id = m->id;
	k->began = mono_now();
	k->runs++;
	(void)job_run(k->job, &ask);
}

static void on_end(void *ctx, const struct job_result *r)
{
	struct hook *k = ctx;
	const uint32_t id = k->id;

	k->id = 0;
	k->last_usec = mono_diff(mono_now(), k->began);
	k->error[0] = '\0';
	if (r->end != JOB_EXITED || r->code != 0) {
		k->failures++;
		job_result_str(r, k->error, sizeof(k->error));
		log_warn(LOG_SCRIPT, "instance %s %s: %s; the instance goes on all the same%s", k->name, k->what,
			k->error, r->at);
	} else {
		log_info(LOG_SCRIPT, "instance %s %s: done after %.3f s", k->name, k->what,
			(double)k->last_usec / (double)MONO_SEC);
	}
	if (id)
		k->hooks->ended(k->hooks->ctx, id);
}

static const struct conf_vec instances; /* names are theirs */

static struct hook *find(const struct hooks *h, const char *name)
{
	const struct named *e = names_find(&h->names, &instances, name);

	return e ? e->user : NULL;
}

static struct hook *get(struct hooks *h, const char *name)
{
	struct hook *k = find(h, name);

	if (k)
		return k;
	k = x_calloc(1, sizeof(*k));
	k->hooks = h;
	k->name = x_strdup(name);
	k->job = job_new(h->loop, name, on_end, k);
	LIST_INSERT_HEAD(&h->all, k, link);
	names_get(&h->names, &instances, k->name)->user = k;
	return k;
}

/* Killed at once, without a word to anybody. */
static void end(struct hook *k)
{
	k->id = 0;
	if (!job_is_running(k->job))
		return;
	log_info(LOG_SCRIPT, "instance %s %s: ended, it is not wanted any more", k->name, k->what);
	job_free(k->job);
	k->job = job_new(k->hooks->loop, k->name, on_end, k);
}

struct hooks *hooks_new(struct loop *l, void (*ended)(void *ctx, uint32_t id), void *ctx)
{
	struct hooks *h = x_calloc(1, sizeof(*h));

	*h = (struct hooks){ .loop = l, .ended = ended, .ctx = ctx };
	LIST_INIT(&h->all);
	return h;
}

void hooks_free(struct hooks *h)
{
	struct hook *k;

	if (!h)
		return;
	while ((k = LIST_FIRST(&h->all))) {
		LIST_REMOVE(k, link);
		job_free(k->job);
		free(k->name);
		free(k);
	}
	names_done(&h->names);
	free(h);
}

void hooks_run(struct hooks *h, const struct router *r, const struct main_globals *g, const struct msg_hook *m)
{
	const bool is_master = m->hook == VRRP_HOOK_PRE_MASTER;
	const struct script_conf *script = is_master ? r->hooks->pre_master : r->hooks->pre_release;
	struct hook *k = find(h, r->name);

	if (k)
		end(k);
	if (m->hook == VRRP_HOOK_NONE || m->state >= VRRP_STATE_MAX)
		return;
	if (!script) {
		h->ended(h->ctx, m->id);
		return;
	}
	k = get(h, r->name);
	k->what = is_master ? "pre_master" : "pre_release";
	run(k, script, g, m);
}

bool hooks_is_busy(const struct hooks *h)
{
	const struct hook *k;

	LIST_FOREACH(k, &h->all, link)
		if (job_is_running(k->job))
			return true;
	return false;
}

bool hooks_reaped(struct hooks *h, pid_t pid, int status)
{
	struct hook *k;

	LIST_FOREACH(k, &h->all, link)
		if (job_reaped(k->job, pid, status))
			return true;
	return false;
}

void hooks_hand_over(const struct hooks *h, struct text *t)
{
	const struct hook *k;

	LIST_FOREACH(k, &h->all, link)
		job_hand_over(k->job, t, k->id, false);
}

void hooks_show(const struct hooks *h, struct writer *w)
{
	const struct hook *k;

	writer_array(w, "hooks");
	LIST_FOREACH(k, &h->all, link) {
		writer_object(w, NULL);
		writer_str(w, "instance", k->name);
		writer_str(w, "hook", k->what);
		writer_str(w, "state", job_is_running(k->job) ? "running" : "ended");
		writer_int(w, "runs", (int64_t)k->runs);
		writer_int(w, "failures", (int64_t)k->failures);
		writer_int(w, "last_usec", k->last_usec);
		if (*k->error)
			writer_str(w, "last_error", k->error);
		writer_end(w);
	}
	writer_end(w);
}
