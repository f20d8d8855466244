/*
 * loop.h - the one door to libevent: descriptors, absolute timers, nothing else. One loop per process.
 * Callbacks are two lines: build an event, call a step. A callback may free its own watch or timer.
 */
#ifndef IO_LOOP_H
#define IO_LOOP_H
#include "base/mono.h"

struct loop;
struct loop_watch;
struct loop_timer;

enum loop_ready { LOOP_READ = 1, LOOP_WRITE = 2 };
enum loop_flags { LOOP_DEFAULT = 0, LOOP_PRECISE = 1 /* timers by timerfd: exact, dearer; for the vrrp process */ };

typedef void loop_fd_fn(void *ctx, int fd, unsigned ready);
typedef void loop_timer_fn(void *ctx, mono_t now);

/* Never NULL: a process without a loop cannot run and aborts. */
struct loop *loop_new(unsigned flags);
/* All watches and timers must be gone before. */
void loop_free(struct loop *l);
/* Runs until loop_stop(). 0, or -errno of the poll. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* Calls fn as long as `fd` is ready for what `ready` (LOOP_READ|LOOP_WRITE) asks; the fd stays the caller's. */
struct loop_watch *loop_watch_new(struct loop *l, int fd, unsigned ready, loop_fd_fn *fn, void *ctx);
/* Changes what is asked for; 0 pauses the watch. */
void loop_watch_set(struct loop_watch *w, unsigned ready);
/* It waits until nothing else is ready. */
void loop_watch_patient(struct loop_watch *w);
/* Accepts NULL. Call it before the descriptor is closed. */
void loop_watch_free(struct loop_watch *w);

/* A timer that is not armed yet. */
struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn, void *ctx);
/* Once, before it is armed: it runs before all else that is due then, above all after this process did not run for a while. */
void loop_timer_urgent(struct loop_timer *t);
/* Arms (or re-arms) it for the absolute time `at`; MONO_NEVER disarms. One shot. */
void loop_timer_at(struct loop_timer *t, mono_t at);
void loop_timer_stop(struct loop_timer *t);
/* When it will fire; MONO_NEVER when it is not armed. */
mono_t loop_timer_when(const struct loop_timer *t);
void loop_timer_free(struct loop_timer *t);
#endif
