/*
 * loop.c - see loop.h. libevent may not know that a callback freed its own watch: the struct is marked and freed when the
 * callback returns.
 */
#include "io/loop.h"

#include <event2/event.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/alloc.h"

/* Of what is ready at once, those of a lower number go first. */
enum { URGENT, MIDDLE, PATIENT, PRIORITIES };

struct loop {
	struct event_base *base; /* owned */
};

struct loop_watch {
	struct event *ev; /* owned */
	struct loop *loop;
	int fd;
	unsigned ready;
	int priority;
	loop_fd_fn *fn;
	void *ctx;
	int in_call;
	int is_dead;
};

struct loop_timer {
	struct event *ev; /* owned; NULL until it is armed for the first time: thousands of timers never are */
	struct loop *loop;
	mono_t at;
	loop_timer_fn *fn;
	void *ctx;
	bool in_call, is_dead, is_urgent;
};

struct loop *loop_new(unsigned flags)
{
	struct loop *l = x_calloc(1, sizeof(*l));
	struct event_config *cfg = event_config_new();

	if (!cfg)
		abort();
	event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK);
	event_config_set_flag(cfg, EVENT_BASE_FLAG_IGNORE_ENV);
	if (flags & LOOP_PRECISE)
		event_config_set_flag(cfg, EVENT_BASE_FLAG_PRECISE_TIMER);
	l->base = event_base_new_with_config(cfg);
	event_config_free(cfg);
	if (!l->base || event_base_priority_init(l->base, PRIORITIES) < 0)
		abort();
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	event_base_free(l->base);
	free(l);
}

int loop_run(struct loop *l)
{
	return event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? -EIO : 0;
}

void loop_stop(struct loop *l)
{
	event_base_loopbreak(l->base);
}

static void watch_destroy(struct loop_watch *w)
{
	event_free(w->ev);
	free(w);
}

static void on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct loop_watch *w = arg;
	unsigned ready = (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u);

	w->in_call = 1;
	w->fn(w->ctx, fd, ready);
	w->in_call = 0;
	if (w->is_dead)
		watch_destroy(w);
}

static void watch_arm(struct loop_watch *w)
{
	short what = (short)(EV_PERSIST | (w->ready & LOOP_READ ? EV_READ : 0) |
		(w->ready & LOOP_WRITE ? EV_WRITE : 0));

	if (event_assign(w->ev, w->loop->base, w->fd, what, on_fd, w) < 0 || event_priority_set(w->ev, w->priority) < 0)
		abort();
	if (w->ready && event_add(w->ev, NULL) < 0)
		abort();
}

struct loop_watch *loop_watch_new(struct loop *l, int fd, unsigned ready, loop_fd_fn *fn, void *ctx)
{
	struct loop_watch *w = x_calloc(1, sizeof(*w));

	*w = (struct loop_watch){ .loop = l, .fd = fd, .ready = ready, .priority = MIDDLE, .fn = fn, .ctx = ctx };
	w->ev = event_new(l->base, fd, EV_PERSIST, on_fd, w);
	if (!w->ev)
		abort();
	watch_arm(w);
	return w;
}

void loop_watch_set(struct loop_watch *w, unsigned ready)
{
	if (w->ready == ready)
		return;
	event_del(w->ev);
	w->ready = ready;
	watch_arm(w);
}

void loop_watch_patient(struct loop_watch *w)
{
	event_del(w->ev);
	w->priority = PATIENT;
	watch_arm(w);
}

void loop_watch_free(struct loop_watch *w)
{
	if (!w)
		return;
	event_del(w->ev);
	if (w->in_call)
		w->is_dead = 1;
	else
		watch_destroy(w);
}

static void timer_destroy(struct loop_timer *t)
{
	if (t->ev)
		event_free(t->ev);
	free(t);
}

static void on_timer(evutil_socket_t fd, short what, void *arg);

static void timer_open(struct loop_timer *t)
{
	t->ev = evtimer_new(t->loop->base, on_timer, t);
	if (!t->ev || (t->is_urgent && event_priority_set(t->ev, URGENT) < 0))
		abort();
}

static void timer_arm(struct loop_timer *t)
{
	int64_t usec = mono_diff(t->at, mono_now());
	struct timeval tv;

	if (usec < 0)
		usec = 0;
	tv = (struct timeval){ .tv_sec = usec / MONO_SEC, .tv_usec = usec % MONO_SEC };
	if (!t->ev)
		timer_open(t);
	if (event_add(t->ev, &tv) < 0)
		abort();
}

/* libevent may be a little early (its clock is cached): then the rest is waited for. */
static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop_timer *t = arg;
	mono_t now = mono_now();

	(void)fd, (void)what;
	if (mono_before(now, t->at)) {
		timer_arm(t);
		return;
	}
	t->at = MONO_NEVER;
	t->in_call = true;
	t->fn(t->ctx, now);
	t->in_call = false;
	if (t->is_dead)
		timer_destroy(t);
}

struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn, void *ctx)
{
	struct loop_timer *t = x_calloc(1, sizeof(*t));

	*t = (struct loop_timer){ .loop = l, .at = MONO_NEVER, .fn = fn, .ctx = ctx };
	return t;
}

void loop_timer_at(struct loop_timer *t, mono_t at)
{
	t->at = at;
	if (at.usec != INT64_MAX)
		timer_arm(t);
	else if (t->ev)
		event_del(t->ev);
}

void loop_timer_urgent(struct loop_timer *t)
{
	t->is_urgent = true;
}

void loop_timer_stop(struct loop_timer *t)
{
	loop_timer_at(t, MONO_NEVER);
}

mono_t loop_timer_when(const struct loop_timer *t)
{
	return t->at;
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	loop_timer_stop(t);
	if (t->in_call)
		t->is_dead = true;
	else
		timer_destroy(t);
}
