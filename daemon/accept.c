/* accept.c - see accept.h. */
#include "daemon/accept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "base/text.h"
#include "ctl/writer.h"
#include "daemon/accept_rules.h"
#include "daemon/file.h"
#include "daemon/job.h"
#include "io/loop.h"
#include "net/filter_events.h"

enum {
	TIMEOUT_USEC = 10 * 1000000,
	RETRY_USEC = 30 * 1000000,
	SOON_USEC = 20000,   /* after somebody touched the table: the rest of it may follow */
	PACE_USEC = 1000000, /* between two repairs */
	TABLE_LEN = 64,
	ERROR_LEN = 200
};

struct accept {
	struct loop *loop;
	void (*stopped)(void *ctx);
	void *ctx;
	const struct accept_rules *rules; /* borrowed; NULL: before the first ones, and while stopping */
	struct job *job;                  /* owned */
	struct loop_timer *timer;         /* owned: the next run */
	struct filter_events *events;     /* owned; NULL: none open */
	struct loop_watch *watch;         /* owned, with events */
	char *script, *mark;              /* owned: paths; the mark holds the name of the table that is ours */
	char table[TABLE_LEN];            /* ours, in the kernel; "": none */
	char next[TABLE_LEN];             /* what the running script makes */
	char *applied;                    /* owned: the last script that worked, NULL: none */
	mono_t ran_at;
	uint32_t pid; /* of the last run */
	unsigned repairs;
	bool is_stopping, must_run; /* must_run: once more when the job has ended */
	char error[ERROR_LEN];      /* of the last run; "": it worked */
};

static const char *ours(const struct accept *a)
{
	return *a->table ? a->table : NULL;
}

static bool wants_table(const struct accept *a)
{
	return a->rules && a->rules->n > 0;
}

/* The mark. */

static void read_mark(struct accept *a)
{
	int fd = open(a->mark, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd >= 0 ? read(fd, a->table, sizeof(a->table) - 1) : 0;

	a->table[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

static void write_mark(const struct accept *a)
{
	int r = 0;

	if (*a->table)
		r = file_replace(a->mark, a->table, strlen(a->table));
	else if (unlink(a->mark) < 0 && errno != ENOENT)
		r = -errno;
	if (r < 0)
		log_warn(LOG_MAIN, "cannot write %s: %s; a table that a killed run leaves will not be known", a->mark,
			strerror(-r));
}

/* Running. */

static void fail(struct accept *a, const char *why)
{
	const bool is_new = strcmp(a->error, why) != 0;

	snprintf(a->error, sizeof(a->error), "%s", why);
	if (is_new && a->rules)
		log_error(LOG_MAIN,
			"no_accept: packets to %u addresses are not dropped: %s; is nftables installed, and is there no "
			"other table inet %s? Tried again every %d s",
			a->rules->n, why, a->rules->table, RETRY_USEC / (int)MONO_SEC);
	else if (is_new)
		log_error(LOG_MAIN, "cannot remove table inet %s: %s", a->table, why);
}

static void run(struct accept *a, const struct text *script)
{
	const char *const argv[] = { "nft", "-f", a->script, NULL };
	const struct job_ask ask = { .argv = argv, .timeout_usec = TIMEOUT_USEC };
	int r = file_replace(a->script, script->s, script->len);

	if (r < 0) {
		char why[ERROR_LEN];

		snprintf(why, sizeof(why), "cannot write %s: %s", a->script, strerror(-r));
		fail(a, why);
		return;
	}
	a->ran_at = mono_now();
	snprintf(a->next, sizeof(a->next), "%s", wants_table(a) ? a->rules->table : "");
	(void)job_run(a->job, &ask);
	a->pid = (uint32_t)job_pid(a->job);
}

/* What is wanted and what is ours decide; while a script runs, it waits. */
static void apply(struct accept *a)
{
	struct text script = { 0 };

	loop_timer_stop(a->timer);
	a->must_run = job_is_running(a->job);
	if (a->must_run)
		return;
	accept_rules_write(a->rules, ours(a), &script);
	if (script.len > 0)
		run(a, &script);
	text_done(&script);
}

static void on_timer(void *ctx, mono_t now)
{
	struct accept *a = ctx;

	(void)now;
	if (!a->is_stopping || a->must_run)
		apply(a);
	if (a->is_stopping && !job_is_running(a->job))
		a->stopped(a->ctx);
}

/* Watching. */

static void on_events(void *ctx, int fd, unsigned ready)
{
	struct accept *a = ctx;
	int r = filter_events_read(a->events, a->table, a->pid);
	mono_t soon = mono_add(mono_now(), SOON_USEC);

	(void)fd, (void)ready;
	if (r <= 0 || !*a->table || !wants_table(a) || *a->error)
		return;
	log_warn(LOG_MAIN, "no_accept: somebody touched table inet %s: written anew", a->table);
	a->repairs++;
	loop_timer_at(a->timer, mono_max(soon, mono_add(a->ran_at, PACE_USEC)));
}

static void watch(struct accept *a)
{
	int r = a->events ? 0 : filter_events_new(&a->events);

	if (r == 0 && !a->watch)
		a->watch = loop_watch_new(a->loop, filter_events_fd(a->events), LOOP_READ, on_events, a);
	if (r < 0)
		log_warn(LOG_MAIN, "no_accept: nobody tells when somebody touches table inet %s: %s", a->table,
			strerror(-r));
}

static void on_end(void *ctx, const struct job_result *r)
{
	struct accept *a = ctx;
	char why[ERROR_LEN];

	if (r->end == JOB_EXITED && r->code == 0) {
		if (*a->error && wants_table(a))
			log_notice(LOG_MAIN, "no_accept: table inet %s is in place", a->next);
		a->error[0] = '\0';
		memcpy(a->table, a->next, sizeof(a->table));
		write_mark(a);
		if (*a->table)
			watch(a);
	} else {
		fail(a, job_result_str(r, why, sizeof(why)));
	}
	/* Not from here: the job has not finished with this run yet. */
	if (a->must_run || a->is_stopping)
		loop_timer_at(a->timer, mono_now());
	else if (*a->error)
		loop_timer_at(a->timer, mono_add(mono_now(), RETRY_USEC));
}

/* For others. */

void accept_config(struct accept *a, const struct accept_rules *r)
{
	struct text script = { 0 };

	a->rules = r;
	accept_rules_write(r, NULL, &script);
	if (!a->applied || strcmp(a->applied, text_str(&script)) != 0 || *a->error)
		apply(a);
	free(a->applied);
	a->applied = x_strdup(text_str(&script));
	text_done(&script);
}

bool accept_stop(struct accept *a)
{
	if (a->is_stopping)
		return !job_is_running(a->job);
	a->is_stopping = true;
	a->rules = NULL;
	a->error[0] = '\0';
	apply(a);
	return !job_is_running(a->job);
}

bool accept_reaped(struct accept *a, pid_t pid, int status)
{
	return job_reaped(a->job, pid, status);
}

void accept_write(const struct accept *a, struct writer *w)
{
	if (!wants_table(a))
		return;
	writer_object(w, "no_accept");
	writer_fmt(w, "table", "inet %s", a->rules->table);
	writer_int(w, "addresses", a->rules->n);
	writer_bool(w, "in_place", *a->table && !*a->error);
	writer_int(w, "repairs", a->repairs);
	writer_str(w, "error", *a->error ? a->error : NULL);
	writer_end(w);
}

struct accept *accept_new(struct loop *l, const char *run_dir, void (*stopped)(void *ctx), void *ctx)
{
	struct accept *a = x_calloc(1, sizeof(*a));

	*a = (struct accept){ .loop = l, .stopped = stopped, .ctx = ctx };
	a->script = x_asprintf("%s/no_accept.nft", run_dir);
	a->mark = x_asprintf("%s/no_accept.table", run_dir);
	a->job = job_new(l, "no_accept", on_end, a);
	a->timer = loop_timer_new(l, on_timer, a);
	read_mark(a);
	return a;
}

void accept_free(struct accept *a)
{
	if (!a)
		return;
	job_free(a->job);
	loop_timer_free(a->timer);
	loop_watch_free(a->watch);
	filter_events_free(a->events);
	free(a->applied);
	free(a->script);
	free(a->mark);
	free(a);
}
