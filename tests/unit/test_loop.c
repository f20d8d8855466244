/* test_loop.c - timers are absolute and never early, watches can be paused, and a callback may free what called it. */
#include "io/loop.h"

#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run.h"

struct room {
	struct loop *loop;
	struct loop_timer *timer, *other;
	struct loop_watch *watch;
	int fd[2];
	unsigned calls, order;
	unsigned ready;
	mono_t at, now;
};

static const unsigned kinds[] = { LOOP_DEFAULT, LOOP_PRECISE };

static void stop_at(void *ctx, mono_t now)
{
	struct room *r = ctx;

	r->calls++;
	r->now = now;
	loop_stop(r->loop);
}

START_TEST(timer_is_never_early) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	r.timer = loop_timer_new(r.loop, stop_at, &r);
	ck_assert_int_eq(loop_timer_when(r.timer).usec, MONO_NEVER.usec);
	for (int i = 0; i < 20; i++) {
		r.at = mono_add(mono_now(), 500 + 137 * i);
		loop_timer_at(r.timer, r.at);
		ck_assert_int_eq(loop_timer_when(r.timer).usec, r.at.usec);
		ck_assert_int_eq(loop_run(r.loop), 0);
		ck_assert(!mono_before(r.now, r.at));
		ck_assert(!mono_before(mono_now(), r.now));
		ck_assert_int_eq(loop_timer_when(r.timer).usec, MONO_NEVER.usec);
	}
	ck_assert_uint_eq(r.calls, 20);
	loop_timer_free(r.timer);
	loop_free(r.loop);
}
END_TEST

START_TEST(past_time_fires_at_once) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	r.timer = loop_timer_new(r.loop, stop_at, &r);
	loop_timer_at(r.timer, (mono_t){ 1 });
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 1);
	loop_timer_free(r.timer);
	loop_free(r.loop);
}
END_TEST

static void count(void *ctx, mono_t now)
{
	struct room *r = ctx;

	(void)now;
	r->calls += 100;
}

START_TEST(stopped_and_moved_timers) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	r.other = loop_timer_new(r.loop, count, &r);
	r.timer = loop_timer_new(r.loop, stop_at, &r);
	loop_timer_at(r.other, mono_add(mono_now(), 1000));
	loop_timer_stop(r.other);
	loop_timer_at(r.timer, mono_add(mono_now(), INT64_C(3600) * MONO_SEC));
	loop_timer_at(r.timer, mono_add(mono_now(), 5000)); /* the last one counts */
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 1);
	loop_timer_at(r.other, mono_add(mono_now(), 1000));
	loop_timer_at(r.other, MONO_NEVER);
	loop_timer_at(r.timer, mono_add(mono_now(), 5000));
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 2);
	loop_timer_free(r.other);
	loop_timer_free(r.timer);
	loop_free(r.loop);
}
END_TEST

static void first(void *ctx, mono_t now)
{
	struct room *r = ctx;

	(void)now;
	ck_assert_uint_eq(r->order++, 0);
}

static void second(void *ctx, mono_t now)
{
	struct room *r = ctx;

	ck_assert_uint_eq(r->order++, 1);
	stop_at(ctx, now);
}

START_TEST(earlier_timer_comes_first) {
	struct room r = { .loop = loop_new(kinds[_i]) };
	mono_t now = mono_now();

	r.timer = loop_timer_new(r.loop, second, &r);
	r.other = loop_timer_new(r.loop, first, &r);
	loop_timer_at(r.timer, mono_add(now, 4000));
	loop_timer_at(r.other, mono_add(now, 2000));
	loop_run(r.loop);
	ck_assert_uint_eq(r.order, 2);
	loop_timer_free(r.timer);
	loop_timer_free(r.other);
	loop_free(r.loop);
}
END_TEST

static void free_itself(void *ctx, mono_t now)
{
	struct room *r = ctx;

	loop_timer_free(r->timer);
	r->timer = NULL;
	stop_at(ctx, now);
}

/* Takes the other one away, which is due as well, and comes again at once. */
static void be_greedy(void *ctx, mono_t now)
{
	struct room *r = ctx;

	(void)now;
	r->calls++;
	if (r->other)
		loop_timer_stop(r->other);
	loop_timer_at(r->timer, (mono_t){ 1 });
}

static void end_at_byte(void *ctx, int fd, unsigned ready)
{
	struct room *r = ctx;

	(void)fd, (void)ready;
	loop_stop(r->loop);
}

START_TEST(due_timer_may_be_stopped_and_nobody_starves) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, r.fd), 0);
	r.watch = loop_watch_new(r.loop, r.fd[0], LOOP_WRITE, end_at_byte, &r);
	r.timer = loop_timer_new(r.loop, be_greedy, &r);
	r.other = loop_timer_new(r.loop, count, &r);
	loop_timer_at(r.other, (mono_t){ 2 });
	loop_timer_at(r.timer, (mono_t){ 1 });
	ck_assert_int_eq(loop_run(r.loop), 0);
	ck_assert_uint_le(r.calls, 2);
	loop_watch_free(r.watch);
	loop_timer_free(r.timer);
	loop_timer_free(r.other);
	close(r.fd[0]);
	close(r.fd[1]);
	loop_free(r.loop);
}
END_TEST

START_TEST(what_a_stop_leaves_is_due_next_time) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	r.timer = loop_timer_new(r.loop, stop_at, &r);
	r.other = loop_timer_new(r.loop, stop_at, &r);
	loop_timer_at(r.timer, (mono_t){ 1 });
	loop_timer_at(r.other, (mono_t){ 2 });
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 1);
	ck_assert_int_eq(loop_timer_when(r.other).usec, 2);
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 2);
	loop_timer_free(r.timer);
	loop_timer_free(r.other);
	loop_free(r.loop);
}
END_TEST

START_TEST(timer_may_free_itself) {
	struct room r = { .loop = loop_new(kinds[_i]) };

	r.timer = loop_timer_new(r.loop, free_itself, &r);
	loop_timer_at(r.timer, mono_now());
	loop_run(r.loop);
	ck_assert_uint_eq(r.calls, 1);
	loop_timer_free(NULL);
	loop_free(r.loop);
	loop_free(NULL);
}
END_TEST

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct room *r = ctx;
	char byte;

	r->calls++;
	r->ready = ready;
	if (ready & LOOP_READ)
		ck_assert_int_eq(read(fd, &byte, 1), 1);
	loop_stop(r->loop);
}

static void room_with_watch(struct room *r, unsigned ready, loop_fd_fn *fn)
{
	*r = (struct room){ .loop = loop_new(LOOP_DEFAULT) };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, r->fd), 0);
	r->timer = loop_timer_new(r->loop, stop_at, r);
	r->watch = loop_watch_new(r->loop, r->fd[0], ready, fn, r);
}

/* Runs until a callback stops the loop, for at most a moment; whether the watch was called. */
static int is_called(struct room *r)
{
	unsigned before = r->calls;

	loop_timer_at(r->timer, mono_add(mono_now(), 20 * MONO_MSEC));
	loop_run(r->loop);
	if (loop_timer_when(r->timer).usec == MONO_NEVER.usec)
		return 0;
	loop_timer_stop(r->timer);
	return r->calls == before + 1;
}

static void room_done(struct room *r)
{
	loop_watch_free(r->watch);
	loop_timer_free(r->timer);
	close(r->fd[0]);
	close(r->fd[1]);
	loop_free(r->loop);
}

START_TEST(watch_hears_what_it_asks_for) {
	struct room r;

	room_with_watch(&r, LOOP_READ, on_ready);
	ck_assert(!is_called(&r));
	ck_assert_int_eq(write(r.fd[1], "ab", 2), 2);
	ck_assert(is_called(&r));
	ck_assert_uint_eq(r.ready, LOOP_READ);
	loop_watch_set(r.watch, 0); /* paused: the second byte waits */
	ck_assert(!is_called(&r));
	loop_watch_set(r.watch, LOOP_WRITE);
	ck_assert(is_called(&r));
	ck_assert_uint_eq(r.ready, LOOP_WRITE);
	loop_watch_set(r.watch, LOOP_READ);
	ck_assert(is_called(&r));
	ck_assert_uint_eq(r.ready, LOOP_READ);
	ck_assert(!is_called(&r));
	room_done(&r);
}
END_TEST

START_TEST(watch_hears_the_end) {
	struct room r;

	room_with_watch(&r, 0, on_ready);
	close(r.fd[1]);
	r.fd[1] = dup(r.fd[0]);
	ck_assert(!is_called(&r));
	room_done(&r);
}
END_TEST

static void free_own_watch(void *ctx, int fd, unsigned ready)
{
	struct room *r = ctx;

	(void)fd, (void)ready;
	r->calls++;
	loop_watch_free(r->watch);
	r->watch = NULL;
	loop_stop(r->loop);
}

START_TEST(watch_may_free_itself) {
	struct room r;

	room_with_watch(&r, LOOP_WRITE, free_own_watch);
	ck_assert(is_called(&r));
	ck_assert(!is_called(&r));
	room_done(&r);
}
END_TEST

static void note_turn(void *ctx, int fd, unsigned ready)
{
	struct room *r = ctx;

	(void)ready;
	r->order = r->order * 10 + (fd == r->fd[0] ? 1 : 2);
	if (++r->calls == 3)
		loop_stop(r->loop);
}

/* The first one has more to do; the patient one, which is ready all the time, does not run between. */
static void work_again(void *ctx, mono_t now)
{
	struct room *r = ctx;

	r->order = r->order * 10 + 3;
	if (r->order < 33)
		loop_timer_at(r->timer, now);
}

START_TEST(patient_watch_is_last) {
	struct room r = { .loop = loop_new(LOOP_DEFAULT) };
	struct loop_watch *patient;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, r.fd), 0);
	patient = loop_watch_new(r.loop, r.fd[1], LOOP_WRITE, note_turn, &r);
	loop_watch_patient(patient);
	r.timer = loop_timer_new(r.loop, work_again, &r);
	loop_timer_at(r.timer, mono_now());
	ck_assert_int_eq(loop_run(r.loop), 0);
	ck_assert_uint_eq(r.order, 33222);
	loop_watch_free(patient);
	loop_timer_free(r.timer);
	close(r.fd[0]);
	close(r.fd[1]);
	loop_free(r.loop);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("loop");
	TCase *tc = tcase_create("loop");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, timer_is_never_early, 0, 2);
	tcase_add_loop_test(tc, past_time_fires_at_once, 0, 2);
	tcase_add_loop_test(tc, stopped_and_moved_timers, 0, 2);
	tcase_add_loop_test(tc, earlier_timer_comes_first, 0, 2);
	tcase_add_loop_test(tc, timer_may_free_itself, 0, 2);
	tcase_add_loop_test(tc, due_timer_may_be_stopped_and_nobody_starves, 0, 2);
	tcase_add_loop_test(tc, what_a_stop_leaves_is_due_next_time, 0, 2);
	tcase_add_test(tc, watch_hears_what_it_asks_for);
	tcase_add_test(tc, watch_hears_the_end);
	tcase_add_test(tc, watch_may_free_itself);
	tcase_add_test(tc, patient_watch_is_last);
	return run_suite(s);
}
