/* track_process.c - see track_process.h. */
#include "daemon/track_process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "ctl/writer.h"
#include "io/loop.h"
#include "vrrp/conf.h"

enum { COMM_MAX = 15 /* TASK_COMM_LEN without its NUL */ };

struct track_process {
	const struct vrrp_process_conf *conf; /* borrowed */
	track_process_fn *fn;
	void *ctx;
	struct loop_timer *timer; /* owned: armed while the number says otherwise than the status */
	pid_t *pid;               /* owned; those that match */
	unsigned n;
	enum script_status status;
};

/* Matching. */

/* Word `i` of the command line, NULL past the end. */
static const char *word_at(const struct process_look *p, unsigned i)
{
	const char *at = p->cmdline, *end = p->cmdline + p->cmdline_len;

	for (; at < end; at += strlen(at) + 1)
		if (i-- == 0)
			return at;
	return NULL;
}

static bool matches_cmdline(const struct vrrp_process_conf *c, const struct process_look *p)
{
	unsigned i;

	for (i = 0; c->argv[i]; i++) {
		const char *word = word_at(p, i);
		bool may_be_longer = i > 0 && !c->argv[i + 1] && c->param_match == VRRP_PARAM_INITIAL;

		if (!word || strncmp(word, c->argv[i], strlen(c->argv[i])) != 0)
			return false;
		if (!may_be_longer && strlen(word) != strlen(c->argv[i]))
			return false;
	}
	return !word_at(p, i) || (i > 1 && c->param_match == VRRP_PARAM_PARTIAL);
}

static bool matches(const struct vrrp_process_conf *c, const struct process_look *p)
{
	if (c->full_command || c->param_match != VRRP_PARAM_ANY)
		return matches_cmdline(c, p);
	return !strncmp(p->name, c->argv[0], COMM_MAX);
}

/* Counting. */

void track_process_gone(struct track_process *t, pid_t pid)
{
	for (unsigned i = 0; i < t->n; i++)
		if (t->pid[i] == pid)
			t->pid[i--] = t->pid[--t->n];
}

void track_process_see(struct track_process *t, const struct process_look *p)
{
	track_process_gone(t, p->pid);
	if (!matches(t->conf, p))
		return;
	t->pid = x_realloc(t->pid, t->n + 1, sizeof(*t->pid));
	t->pid[t->n++] = p->pid;
}

void track_process_clear(struct track_process *t)
{
	t->n = 0;
}

/* Judging. */

static enum script_status judge(const struct track_process *t)
{
	return t->n >= t->conf->quorum && t->n <= t->conf->quorum_max ? SCRIPT_OK : SCRIPT_FAILED;
}

static void turn(struct track_process *t, enum script_status to)
{
	bool is_first = t->status == SCRIPT_UNKNOWN;

	loop_timer_stop(t->timer);
	t->status = to;
	if (to == SCRIPT_FAILED)
		log_warn(LOG_SCRIPT, "%s: %u processes run, not as many as shall", t->conf->name, t->n);
	else if (!is_first)
		log_notice(LOG_SCRIPT, "%s: %u processes run, as many as shall", t->conf->name, t->n);
	t->fn(t->ctx, t);
}

static void on_timer(void *ctx, mono_t now)
{
	struct track_process *t = ctx;

	(void)now;
	if (judge(t) != t->status)
		turn(t, judge(t));
}

void track_process_settle(struct track_process *t)
{
	enum script_status to = judge(t);
	int64_t delay = to == SCRIPT_OK ? t->conf->fork_delay : t->conf->terminate_delay;

	if (to == t->status)
		loop_timer_stop(t->timer);
	else if (t->status == SCRIPT_UNKNOWN || delay == 0)
		turn(t, to);
	else if (loop_timer_when(t->timer).usec == MONO_NEVER.usec)
		loop_timer_at(t->timer, mono_add(mono_now(), delay));
}

enum script_status track_process_status(const struct track_process *t)
{
	return t->status;
}

/* Life. */

struct track_process *track_process_new(struct loop *l, const struct vrrp_process_conf *conf, track_process_fn *fn,
	void *ctx)
{
	struct track_process *t = x_calloc(1, sizeof(*t));

	*t = (struct track_process){ .conf = conf, .fn = fn, .ctx = ctx };
	t->timer = loop_timer_new(l, on_timer, t);
	return t;
}

void track_process_free(struct track_process *t)
{
	if (!t)
		return;
	loop_timer_free(t->timer);
	free(t->pid);
	free(t);
}

void track_process_write(const struct track_process *t, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "name", t->conf->name);
	writer_int(w, "running", t->n);
	writer_bool(w, "ok", t->status == SCRIPT_OK);
	writer_end(w);
}
