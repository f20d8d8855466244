/* test_inherited.c - scripts of the program before: known when they end, ended at their deadline, who waits for them is told. */
#include "daemon/inherited.h"

#include <check.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mono.h"
#include "io/loop.h"
#include "run.h"

struct world {
	struct loop *loop;
	struct loop_timer *poll;
	struct inherited *in;
	unsigned foreign;
	uint32_t hook;
	int status;
};

static void on_poll(void *ctx, mono_t now)
{
	struct world *w = ctx;
	pid_t pid;

	while ((pid = waitpid(-1, &w->status, WNOHANG)) > 0)
		if (!inherited_reaped(w->in, pid, w->status))
			w->foreign++;
	if (!inherited_is_busy(w->in))
		loop_stop(w->loop);
	loop_timer_at(w->poll, mono_add(now, 5 * MONO_MSEC));
}

static void on_hook(void *ctx, uint32_t hook)
{
	struct world *w = ctx;

	w->hook = hook;
}

static pid_t start(const char *script)
{
	int fds[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		setsid();
		signal(SIGTERM, SIG_DFL); /* libcheck's own would end the test */
		close(fds[0]);
		if (write(fds[1], "", 1) == 1)
			execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	ck_assert_int_eq(read(fds[0], &c, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static const struct row {
	const char *script;
	int64_t after; /* the deadline; -1: the line says 0 */
	uint32_t hook;
	int code, signal;
} rows[] = {
	{ "sleep 0.1; exit 3", 20 * MONO_SEC, 0, 3, 0 },
	{ "sleep 0.1; exit 0", 20 * MONO_SEC, 7, 0, 0 },
	{ "sleep 60", 200 * MONO_MSEC, 9, 0, SIGTERM },
	{ "sleep 60", -1, 0, 0, SIGTERM },
	{ "trap '' TERM; while :; do sleep 0.1; done", -1, 4, 0, SIGKILL },
};

START_TEST(each_is_known) {
	const struct row *row = &rows[_i];
	struct world w = { .loop = loop_new(LOOP_DEFAULT) };
	const pid_t pid = start(row->script);
	const mono_t deadline = row->after < 0 ? (mono_t){ 0 } : mono_add(mono_now(), row->after);
	char line[96];

	w.in = inherited_new(w.loop, on_hook, &w);
	w.poll = loop_timer_new(w.loop, on_poll, &w);
	loop_timer_at(w.poll, mono_now());
	snprintf(line, sizeof(line), "job %d %" PRId64 " %u 0 -1", (int)pid, deadline.usec, row->hook);
	if (row->signal == SIGKILL)
		usleep(200000); /* for its trap */
	inherited_read(w.in, line);
	ck_assert(inherited_is_busy(w.in));
	loop_run(w.loop);
	ck_assert_uint_eq(w.hook, row->hook);
	ck_assert_uint_eq(w.foreign, 0);
	ck_assert_int_eq(WIFSIGNALED(w.status) ? WTERMSIG(w.status) : 0, row->signal);
	ck_assert_int_eq(WIFEXITED(w.status) ? WEXITSTATUS(w.status) : 0, row->code);
	inherited_free(w.in);
	loop_timer_free(w.poll);
	loop_free(w.loop);
}
END_TEST

START_TEST(other_lines_say_nothing) {
	static const char *const lines[] = { "", "job", "job 1 0 0 0 -1", "job -7 0 0 0 -1", "job 9 0 0 0", "child 1 9 4 5",
		"event job 9 0 0 0 -1" };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct inherited *in = inherited_new(l, on_hook, NULL);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		inherited_read(in, lines[i]);
	ck_assert(!inherited_is_busy(in));
	ck_assert(!inherited_reaped(in, 9, 0));
	inherited_free(in);
	loop_free(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("inherited");
	TCase *t = tcase_create("scripts");

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, each_is_known, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, other_lines_say_nothing);
	suite_add_tcase(s, t);
	return run_suite(s);
}
