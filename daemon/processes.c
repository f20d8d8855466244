/* processes.c - see processes.h. */
#include "daemon/processes.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "conf/schema.h"
#include "io/loop.h"
#include "net/proc_events.h"
#include "vrrp/conf.h"

enum { PATH_LEN = 64, STAT_LEN = 512, CMDLINE_LEN = 8192 };

struct processes {
	struct loop *loop;
	processes_fn *fn;
	void *ctx;
	struct track_process **track; /* owned; by index of vrrp_config.processes */
	unsigned n;
	struct proc_events *events; /* owned; NULL: none open */
	struct loop_watch *watch;   /* owned, with events */
	struct loop_timer *timer;   /* owned: the look each second without events */
	bool is_said;               /* that there are no events */
};

static void on_change(void *ctx, const struct track_process *t)
{
	struct processes *p = ctx;

	for (unsigned i = 0; i < p->n; i++)
		if (p->track[i] == t)
			p->fn(p->ctx, i);
}

/* Looking. */

/* A small file of /proc into buf, with a NUL; its length, or -1 when the process is gone. */
static ssize_t read_proc(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[PATH_LEN];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

/* The name between the parentheses of /proc/PID/stat, into `stat` itself; NULL for a zombie (proc(5)). */
static const char *name_in(char *stat)
{
	char *from = strchr(stat, '('), *to = strrchr(stat, ')');

	if (!from || !to || to < from || to[1] == '\0' || strchr("ZXx", to[2]))
		return NULL;
	*to = '\0';
	return from + 1;
}

static void forget(struct processes *p, pid_t pid)
{
	for (unsigned i = 0; i < p->n; i++)
		track_process_gone(p->track[i], pid);
}

static void look_at(struct processes *p, pid_t pid)
{
	char stat[STAT_LEN], cmdline[CMDLINE_LEN];
	struct process_look look = { .pid = pid, .cmdline = cmdline };
	ssize_t n = read_proc(pid, "cmdline", cmdline, sizeof(cmdline));

	if (read_proc(pid, "stat", stat, sizeof(stat)) > 0)
		look.name = name_in(stat);
	if (!look.name || n < 0) {
		forget(p, pid);
		return;
	}
	look.cmdline_len = (size_t)n;
	for (unsigned i = 0; i < p->n; i++)
		track_process_see(p->track[i], &look);
}

static void settle(struct processes *p)
{
	for (unsigned i = 0; i < p->n; i++)
		track_process_settle(p->track[i]);
}

static void look_at_all(struct processes *p)
{
	DIR *dir = opendir("/proc");
	const struct dirent *e;

	if (!dir) {
		log_error(LOG_SCRIPT, "cannot look at processes: %s", strerror(errno));
		return;
	}
	for (unsigned i = 0; i < p->n; i++)
		track_process_clear(p->track[i]);
	while ((e = readdir(dir)))
		if (isdigit((unsigned char)e->d_name[0]))
			look_at(p, (pid_t)atoi(e->d_name));
	closedir(dir);
	settle(p);
}

/* Events. */

static void on_event(void *ctx, enum proc_event_kind kind, pid_t pid)
{
	struct processes *p = ctx;

	if (kind == PROC_ENDED)
		forget(p, pid);
	else
		look_at(p, pid);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct processes *p = ctx;
	int r = proc_events_read(p->events, on_event, p);

	(void)fd, (void)ready;
	if (r < 0)
		look_at_all(p);
	else
		settle(p);
}

static void on_look(void *ctx, mono_t now)
{
	struct processes *p = ctx;

	loop_timer_at(p->timer, mono_add(now, MONO_SEC));
	look_at_all(p);
}

static void open_events(struct processes *p)
{
	int r = p->events ? 0 : proc_events_new(&p->events);

	if (r == 0 && !p->watch)
		p->watch = loop_watch_new(p->loop, proc_events_fd(p->events), LOOP_READ, on_ready, p);
	if (r == 0)
		return;
	if (!p->is_said)
		log_notice(LOG_SCRIPT, "no process events here (%s): processes are looked at once a second",
			strerror(-r));
	p->is_said = true;
	loop_timer_at(p->timer, mono_add(mono_now(), MONO_SEC));
}

static void close_events(struct processes *p)
{
	loop_timer_stop(p->timer);
	loop_watch_free(p->watch);
	proc_events_free(p->events);
	p->watch = NULL;
	p->events = NULL;
}

/* Life. */

struct processes *processes_new(struct loop *l, processes_fn *fn, void *ctx)
{
	struct processes *p = x_calloc(1, sizeof(*p));

	*p = (struct processes){ .loop = l, .fn = fn, .ctx = ctx };
	p->timer = loop_timer_new(l, on_look, p);
	return p;
}

static void drop_all(struct processes *p)
{
	for (unsigned i = 0; i < p->n; i++)
		track_process_free(p->track[i]);
	free(p->track);
	p->track = NULL;
	p->n = 0;
}

void processes_free(struct processes *p)
{
	if (!p)
		return;
	drop_all(p);
	close_events(p);
	loop_timer_free(p->timer);
	free(p);
}

/* Events are open before the look: what starts meanwhile is seen twice, never missed. */
void processes_config(struct processes *p, const struct conf_vec *confs)
{
	drop_all(p);
	if (confs->n == 0) {
		close_events(p);
		return;
	}
	p->track = x_calloc(confs->n, sizeof(struct track_process *));
	for (unsigned i = 0; i < confs->n; i++)
		p->track[p->n++] = track_process_new(p->loop, confs->item[i], on_change, p);
	open_events(p);
	look_at_all(p);
}

unsigned processes_count(const struct processes *p)
{
	return p->n;
}

enum script_status processes_status(const struct processes *p, unsigned index)
{
	return track_process_status(p->track[index]);
}

void processes_write(const struct processes *p, struct writer *w)
{
	for (unsigned i = 0; i < p->n; i++)
		track_process_write(p->track[i], w);
}
