/* tcp.c - TCP_CHECK: the server accepts a connection within the deadline. Nothing is sent; what was opened is reset. */
#include "checkers/checker.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/dial.h"
#include "io/loop.h"

struct tcp_try {
	const struct check_run *run; /* the scheduler's */
	int fd;                      /* owned; -1 when it could not even be opened */
	struct loop_watch *watch;
	struct loop_timer *timer;
	bool is_decided; /* already in start(); told from the loop */
	bool is_late;    /* past the deadline, see check_deadline() */
	struct check_result result;
};

static void tcp_cancel(void *attempt)
{
	struct tcp_try *t = attempt;

	loop_watch_free(t->watch);
	loop_timer_free(t->timer);
	dial_abort(t->fd);
	free(t);
}

static void finish(struct tcp_try *t)
{
	const struct check_run *run = t->run;
	struct check_result result = t->result;

	tcp_cancel(t);
	run->done(run->ctx, &result);
}

static void on_writable(void *ctx, int fd, unsigned ready)
{
	struct tcp_try *t = ctx;

	(void)ready;
	if (!dial_finish(fd, t->run->conf, &t->result))
		check_result_set(&t->result, CHECK_OK, "connected");
	finish(t);
}

static void on_deadline(void *ctx, mono_t now)
{
	struct tcp_try *t = ctx;
	char name[DIAL_NAME_LEN];

	if (!t->is_decided && !check_deadline(&t->is_late)) {
		loop_timer_at(t->timer, now);
		return;
	}
	if (!t->is_decided)
		check_result_late(&t->result, t->run, CHECK_TIMEOUT_CONNECT, dial_name(t->run->conf, name));
	finish(t);
}

static void *tcp_start(const struct check_run *run)
{
	struct tcp_try *t = x_calloc(1, sizeof(*t));

	t->run = run;
	t->timer = loop_timer_new(run->loop, on_deadline, t);
	t->fd = dial_open(run->conf, true, &t->result);
	t->is_decided = t->fd < 0;
	if (!t->is_decided)
		t->watch = loop_watch_new(run->loop, t->fd, LOOP_WRITE, on_writable, t);
	loop_timer_at(t->timer, t->is_decided ? mono_now() : run->deadline);
	return t;
}

const struct checker tcp_checker = { .name = "TCP_CHECK", .start = tcp_start, .cancel = tcp_cancel };
