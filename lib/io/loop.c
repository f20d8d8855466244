/*
 * loop.c - see loop.h. libevent may not know that a callback freed its own watch: the struct is marked and freed when the
 * callback returns. Timers are in a queue of ours (timer_queue.h): libevent's cost three times the memory each.
 */
#include "io/loop.h"

#include <event2/event.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/alloc.h"
#include "io/timer_queue.h"

/* Of what is ready at once, those of a lower number go first. */
enum { URGENT, MIDDLE, PATIENT, PRIORITIES };

/* Timers of one priority: one event of libevent's stands for the first of them. */
struct timers {
	struct timer_queue queue;
	struct event *ev; /* owned */
	struct loop *loop;
	mono_t armed; /* what the event waits for */
	bool in_turn; /* armed once at its end */
};

struct loop {
	struct event_base *base; /* owned */
	struct timers urgent, usual;
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
	struct timer_item item; /* first: what the queue gives back is the timer */
	struct timers *timers;
	loop_timer_fn *fn;
	void *ctx;
};

static void on_timers(evutil_socket_t fd, short what, void *arg);

static void timers_init(struct timers *t, struct loop *l, int priority)
{
	*t = (struct timers){ .loop = l, .armed = MONO_NEVER };
	t->ev = evtimer_new(l->base, on_timers, t);
	if (!t->ev || event_priority_set(t->ev, priority) < 0)
		abort();
}

static void timers_done(struct timers *t)
{
	event_free(t->ev);
	timer_queue_done(&t->queue);
}

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
	timers_init(&l->urgent, l, URGENT);
	timers_init(&l->usual, l, MIDDLE);
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	timers_done(&l->urgent);
	timers_done(&l->usual);
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

/* The event waits for the first timer of all. */
static void timers_arm(struct timers *t)
{
	const mono_t next = timer_queue_next(&t->queue);
	int64_t usec;
	struct timeval tv;

	if (t->in_turn || next.usec == t->armed.usec)
		return;
	t->armed = next;
	if (next.usec == MONO_NEVER.usec) {
		event_del(t->ev);
		return;
	}
	usec = mono_diff(next, mono_now());
	if (usec < 0)
		usec = 0;
	tv = (struct timeval){ .tv_sec = usec / MONO_SEC, .tv_usec = usec % MONO_SEC };
	if (event_add(t->ev, &tv) < 0)
		abort();
}

static void timer_call(struct loop_timer *t)
{
	t->item.in_call = true;
	t->fn(t->ctx, mono_now());
	t->item.in_call = false;
	if (t->item.is_dead)
		free(t);
}

/*
 * Libevent may be a little early (its clock is cached): then nothing is due yet, and the rest is waited for. What a callback that
 * ends the loop leaves is due when the loop runs again.
 */
static void on_timers(evutil_socket_t fd, short what, void *arg)
{
	struct timers *all = arg;
	struct event_base *base = all->loop->base;
	struct timer_item *item;

	(void)fd, (void)what;
	all->armed = MONO_NEVER;
	all->in_turn = true;
	timer_queue_expire(&all->queue, mono_now());
	while (!event_base_got_break(base) && (item = timer_queue_take(&all->queue)))
		timer_call((struct loop_timer *)(void *)item);
	all->in_turn = false;
	timers_arm(all);
}

struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn, void *ctx)
{
	struct loop_timer *t = x_calloc(1, sizeof(*t));

	*t = (struct loop_timer){ .timers = &l->usual, .fn = fn, .ctx = ctx };
	return t;
}

void loop_timer_at(struct loop_timer *t, mono_t at)
{
	if (at.usec != INT64_MAX)
		timer_queue_add(&t->timers->queue, &t->item, at);
	else
		timer_queue_del(&t->timers->queue, &t->item);
	timers_arm(t->timers);
}

void loop_timer_urgent(struct loop_timer *t)
{
	t->timers = &t->timers->loop->urgent;
}

void loop_timer_stop(struct loop_timer *t)
{
	loop_timer_at(t, MONO_NEVER);
}

mono_t loop_timer_when(const struct loop_timer *t)
{
	return t->item.place == TIMER_IDLE ? MONO_NEVER : t->item.at;
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	loop_timer_stop(t);
	if (t->item.in_call)
		t->item.is_dead = true;
	else
		free(t);
}
