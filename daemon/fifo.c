/* fifo.c - see fifo.h. */
#include "daemon/fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/job.h"
#include "daemon/script_identity.h"
#include "io/loop.h"

enum {
	MODE = 0600,
	READER_ARGS = 64,
	READER_AGAIN_USEC = MONO_SEC,
	READER_END_MSEC = 200, /* for the reader, once the pipe is closed */
};

/* A reader has no deadline: a job needs one. */
static const int64_t READER_YEARS = (int64_t)10 * 365 * 86400 * 1000000;

struct line {
	STAILQ_ENTRY(line) next;
	size_t len, done;
	char text[];
};

struct fifo {
	struct loop *loop;
	char *path, *user, *group; /* owned */
	int fd;                    /* -1: not usable, see `wrong` */
	bool is_made;              /* by us: removed at the end */
	char wrong[160];
	struct loop_watch *watch; /* owned; paused while nothing waits */
	STAILQ_HEAD(, line) queue;
	unsigned n_queued;
	uint64_t written, lost;
	struct log_limit lost_limit;
	/* The reader. */
	char **argv; /* owned; NULL: none */
	char *as_user, *as_group;
	char *at; /* owned: script_conf_at() */
	bool must_be_safe, all_groups;
	struct job *reader;       /* owned */
	struct loop_timer *again; /* owned */
};

static void set_wrong(struct fifo *f, const char *what, int err)
{
	snprintf(f->wrong, sizeof(f->wrong), "%s%s%s", what, err ? ": " : "", err ? strerror(err) : "");
	log_warn(LOG_SCRIPT, "%s: %s; its lines are lost", f->path, f->wrong);
}

/* The numbers of `user` and `group`; -1 where nothing is asked for. False: one is not known. */
static bool find_owner(const struct fifo *f, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *pw = f->user ? getpwnam(f->user) : NULL;
	const struct group *gr = f->group ? getgrnam(f->group) : NULL;

	*ret_uid = pw ? pw->pw_uid : (uid_t)-1;
	*ret_gid = gr ? gr->gr_gid : pw ? pw->pw_gid : (gid_t)-1;
	return (!f->user || pw) && (!f->group || gr);
}

/* A pipe that somebody else put there may have any reader. */
static bool is_ours(struct fifo *f, uid_t wanted)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0 || !S_ISFIFO(st.st_mode))
		set_wrong(f, "is no FIFO: remove it, or name another path", 0);
	else if (st.st_uid != geteuid() && st.st_uid != wanted)
		set_wrong(f, "belongs to a user that the configuration does not name", 0);
	else
		return true;
	return false;
}

static void open_fifo(struct fifo *f)
{
	uid_t uid;
	gid_t gid;

	if (!find_owner(f, &uid, &gid)) {
		set_wrong(f, "its user or group does not exist", 0);
		return;
	}
	f->is_made = mkfifo(f->path, MODE) == 0;
	/* For reading too: then it is open whether anybody reads or not (fifo(7)). */
	f->fd = open(f->path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (f->fd < 0) {
		set_wrong(f, "cannot be opened", errno);
		return;
	}
	if (is_ours(f, uid) && fchown(f->fd, uid, gid) == 0)
		return;
	if (!*f->wrong)
		set_wrong(f, "cannot be given to its user", errno);
	close(f->fd);
	f->fd = -1;
}

static void say_lost(struct fifo *f)
{
	f->lost++;
	log_warn_limited(&f->lost_limit, LOG_SCRIPT, "%s: nobody reads it: %llu lines are lost so far", f->path,
		(unsigned long long)f->lost);
}

/* As much as the pipe takes. */
static void flush(struct fifo *f)
{
	struct line *l;

	while ((l = STAILQ_FIRST(&f->queue))) {
		ssize_t n = write(f->fd, l->text + l->done, l->len - l->done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		l->done += (size_t)n;
		if (l->done < l->len)
			continue;
		STAILQ_REMOVE_HEAD(&f->queue, next);
		f->n_queued--;
		f->written++;
		free(l);
	}
	loop_watch_set(f->watch, STAILQ_EMPTY(&f->queue) ? 0 : LOOP_WRITE);
}

static void on_room(void *ctx, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	flush(ctx);
}

/* The oldest line gives way, unless the pipe has a part of it already: what the reader needs is the newest state. */
static void make_room(struct fifo *f)
{
	struct line *first = STAILQ_FIRST(&f->queue), *l = first->done ? STAILQ_NEXT(first, next) : first;

	STAILQ_REMOVE(&f->queue, l, line, next);
	f->n_queued--;
	free(l);
	say_lost(f);
}

void fifo_write(struct fifo *f, const char *line)
{
	const size_t len = strlen(line);
	struct line *l;

	if (f->fd < 0) {
		f->lost++;
		return;
	}
	l = x_calloc(1, sizeof(*l) + len + 2);
	memcpy(l->text, line, len);
	l->text[len] = '\n';
	l->len = len + 1;
	if (f->n_queued == FIFO_QUEUE_MAX)
		make_room(f);
	STAILQ_INSERT_TAIL(&f->queue, l, next);
	f->n_queued++;
	flush(f);
}

/* The reader. */

static void start_reader(struct fifo *f)
{
	const struct job_ask ask = { .argv = (const char *const *)f->argv,
		.user = f->as_user,
		.group = f->as_group,
		.timeout_usec = READER_YEARS,
		.must_be_safe = f->must_be_safe,
		.all_groups = f->all_groups };

	(void)job_run(f->reader, &ask);
}

static void on_again(void *ctx, mono_t now)
{
	(void)now;
	start_reader(ctx);
}

static void on_reader_end(void *ctx, const struct job_result *r)
{
	struct fifo *f = ctx;
	char text[160];

	log_warn(LOG_SCRIPT, "reader of %s: %s; it is started again in a second%s", f->path,
		job_result_str(r, text, sizeof(text)), f->at);
	loop_timer_at(f->again, mono_add(mono_now(), READER_AGAIN_USEC));
}

static void reader_new(struct fifo *f, const struct fifo_conf *c, const struct main_globals *g)
{
	struct job_ask who = { 0 };
	unsigned n = 0;

	script_identity(&who, &c->script, g);
	f->at = script_conf_at(&c->script);
	f->argv = x_calloc(READER_ARGS + 2, sizeof(*f->argv));
	while (n < READER_ARGS && c->script.argv[n]) {
		f->argv[n] = x_strdup(c->script.argv[n]);
		n++;
	}
	f->argv[n] = x_strdup(f->path);
	f->as_user = who.user ? x_strdup(who.user) : NULL;
	f->as_group = who.group ? x_strdup(who.group) : NULL;
	f->must_be_safe = who.must_be_safe;
	f->all_groups = who.all_groups;
	f->reader = job_new(f->loop, f->path, on_reader_end, f);
	f->again = loop_timer_new(f->loop, on_again, f);
	start_reader(f);
}

/* The closed pipe is its end of file; who does not look is killed. */
static void reader_done(struct fifo *f)
{
	struct pollfd end = { .events = POLLIN };

	end.fd = job_is_running(f->reader) ? (int)syscall(SYS_pidfd_open, job_pid(f->reader), 0) : -1;
	if (end.fd >= 0) {
		(void)poll(&end, 1, READER_END_MSEC);
		close(end.fd);
	}
	job_free(f->reader);
	loop_timer_free(f->again);
	for (char **w = f->argv; w && *w; w++)
		free(*w);
	free(f->argv);
	free(f->as_user);
	free(f->as_group);
}

void fifo_hand_over(const struct fifo *f, struct text *t)
{
	if (f->reader)
		job_hand_over(f->reader, t, 0, true);
}

struct fifo *fifo_new(struct loop *l, const struct fifo_conf *c, const struct main_globals *g)
{
	struct fifo *f = x_calloc(1, sizeof(*f));

	f->loop = l;
	f->fd = -1;
	f->path = x_strdup(c->path);
	f->user = c->user ? x_strdup(c->user) : NULL;
	f->group = c->group ? x_strdup(c->group) : NULL;
	f->lost_limit = (struct log_limit){ .burst = 1, .per_usec = 60 * MONO_SEC };
	STAILQ_INIT(&f->queue);
	open_fifo(f);
	if (f->fd >= 0)
		f->watch = loop_watch_new(l, f->fd, 0, on_room, f);
	if (f->fd >= 0 && c->script.argv)
		reader_new(f, c, g);
	return f;
}

void fifo_free(struct fifo *f)
{
	struct line *l;

	if (!f)
		return;
	loop_watch_free(f->watch);
	if (f->fd >= 0)
		close(f->fd);
	if (f->reader)
		reader_done(f);
	if (f->is_made)
		unlink(f->path);
	while ((l = STAILQ_FIRST(&f->queue))) {
		STAILQ_REMOVE_HEAD(&f->queue, next);
		free(l);
	}
	free(f->at);
	free(f->path);
	free(f->user);
	free(f->group);
	free(f);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same(const struct fifo *f, const struct fifo_conf *c)
{
	unsigned n = 0;

	if (f->fd < 0 || !same(f->path, c->path) || !same(f->user, c->user) || !same(f->group, c->group))
		return false;
	if (!f->argv || !c->script.argv)
		return !f->argv && !c->script.argv;
	while (c->script.argv[n] && f->argv[n] && !strcmp(f->argv[n], c->script.argv[n]))
		n++;
	return !c->script.argv[n] && f->argv[n] && !f->argv[n + 1]; /* ours has the path behind it */
}

bool fifo_keep(struct fifo *f, const struct fifo_conf *c)
{
	if (!is_same(f, c))
		return false;
	free(f->at);
	f->at = script_conf_at(&c->script);
	return true;
}

bool fifo_reaped(struct fifo *f, pid_t pid, int status)
{
	return f->reader && job_reaped(f->reader, pid, status);
}

void fifo_show(const struct fifo *f, struct writer *w)
{
	writer_str(w, "path", f->path);
	if (*f->wrong)
		writer_str(w, "wrong", f->wrong);
	writer_int(w, "written", (int64_t)f->written);
	writer_int(w, "waiting", f->n_queued);
	writer_int(w, "lost", (int64_t)f->lost);
}
