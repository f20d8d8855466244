/* inherited.c - see inherited.h. */
#include "daemon/inherited.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/mono.h"
#include "io/loop.h"

enum { GRACE_USEC = 500000 /* between SIGTERM and SIGKILL, as for all scripts */ };

struct heir {
	LIST_ENTRY(heir) link;
	pid_t pid; /* also its process group */
	struct loop_timer *timer;
	mono_t deadline;
	uint32_t hook;
	int output_fd; /* owned; -1: none. Nobody reads what it says, but it must not find it shut */
	bool may_leave, is_late;
};

struct inherited {
	struct loop *loop;
	void (*ended)(void *ctx, uint32_t hook);
	void *ctx;
	LIST_HEAD(, heir) heirs; /* owned */
};

struct inherited *inherited_new(struct loop *l, void (*ended)(void *ctx, uint32_t hook), void *ctx)
{
	struct inherited *in = x_calloc(1, sizeof(*in));

	*in = (struct inherited){ .loop = l, .ended = ended, .ctx = ctx };
	LIST_INIT(&in->heirs);
	return in;
}

static void heir_free(struct heir *h)
{
	LIST_REMOVE(h, link);
	if (h->output_fd >= 0)
		close(h->output_fd);
	loop_timer_free(h->timer);
	free(h);
}

void inherited_free(struct inherited *in)
{
	struct heir *h;

	if (!in)
		return;
	while ((h = LIST_FIRST(&in->heirs))) {
		kill(-h->pid, SIGKILL);
		heir_free(h);
	}
	free(in);
}

static void on_deadline(void *ctx, mono_t now)
{
	struct heir *h = ctx;

	kill(-h->pid, h->is_late ? SIGKILL : SIGTERM);
	if (!h->is_late)
		loop_timer_at(h->timer, mono_add(now, GRACE_USEC));
	h->is_late = true;
}

void inherited_read(struct inherited *in, const char *line)
{
	struct heir *h;
	int pid, leaves, fd;
	mono_t deadline;
	uint32_t hook;

	if (sscanf(line, "job %d %" SCNd64 " %" SCNu32 " %d %d", &pid, &deadline.usec, &hook, &leaves, &fd) != 5 ||
		pid <= 1)
		return;
	h = x_calloc(1, sizeof(*h));
	*h = (struct heir){ .pid = pid, .hook = hook, .output_fd = fd, .may_leave = leaves != 0 };
	h->timer = loop_timer_new(in->loop, on_deadline, h);
	h->deadline = deadline;
	loop_timer_at(h->timer, deadline);
	LIST_INSERT_HEAD(&in->heirs, h, link);
}

void inherited_hurry(struct inherited *in, int64_t usec)
{
	const mono_t at = mono_add(mono_now(), usec);
	struct heir *h;

	LIST_FOREACH(h, &in->heirs, link) {
		if (h->is_late || mono_diff(h->deadline, at) <= 0)
			continue;
		h->deadline = at;
		loop_timer_at(h->timer, at);
	}
}

bool inherited_is_busy(const struct inherited *in)
{
	return !LIST_EMPTY(&in->heirs);
}

static void say_end(const struct heir *h, int status)
{
	if (h->is_late)
		log_info(LOG_SCRIPT, "script %d from before the restart: ended at its deadline", (int)h->pid);
	else if (WIFSIGNALED(status))
		log_warn(LOG_SCRIPT, "script %d from before the restart: killed by signal %d", (int)h->pid,
			WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_warn(LOG_SCRIPT, "script %d from before the restart: exit code %d", (int)h->pid,
			WEXITSTATUS(status));
	else
		log_info(LOG_SCRIPT, "script %d from before the restart: done", (int)h->pid);
}

bool inherited_reaped(struct inherited *in, pid_t pid, int status)
{
	struct heir *h;
	uint32_t hook;

	LIST_FOREACH(h, &in->heirs, link)
		if (h->pid == pid)
			break;
	if (!h)
		return false;
	say_end(h, status);
	if (!h->may_leave || h->is_late)
		kill(-pid, SIGKILL); /* what it left behind in its group */
	hook = h->hook;
	heir_free(h);
	if (hook)
		in->ended(in->ctx, hook);
	return true;
}
