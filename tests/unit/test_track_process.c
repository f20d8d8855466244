/* test_track_process.c - which processes are meant (keepalived.conf(5), "VRRP track processes"), quorum, and real processes. */
#include "daemon/track_process.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mono.h"
#include "conf/schema.h"
#include "daemon/processes.h"
#include "io/loop.h"
#include "run.h"
#include "vrrp/conf.h"

#define UNUSUAL "vipd-test-watch" /* 15 characters: as long as a name can be */

static unsigned changes;

static void on_change(void *ctx, const struct track_process *t)
{
	(void)ctx, (void)t;
	changes++;
}

static const struct row {
	const char *argv[4];
	enum vrrp_param_match match;
	bool full;
	const char *name, *cmdline; /* its words with \\1 between them */
	bool is_meant;
} rows[] = {
	{ { "nginx" }, VRRP_PARAM_ANY, false, "nginx", "nginx: master\1", true },
	{ { "nginx" }, VRRP_PARAM_ANY, false, "nginx2", "nginx\1", false },
	{ { "a-very-long-process-name" }, VRRP_PARAM_ANY, false, "a-very-long-pro", "x\1", true },
	{ { "/usr/sbin/x" }, VRRP_PARAM_ANY, true, "x", "/usr/sbin/x\1", true },
	{ { "/usr/sbin/x" }, VRRP_PARAM_ANY, true, "x", "/usr/sbin/x\1-f\1", false },
	{ { "x", "-f", "a" }, VRRP_PARAM_EXACT, false, "x", "x\1-f\1a\1", true },
	{ { "x", "-f", "a" }, VRRP_PARAM_EXACT, false, "x", "x\1-f\1ab\1", false },
	{ { "x", "-f", "a" }, VRRP_PARAM_EXACT, false, "x", "x\1-f\1", false },
	{ { "x", "-f", "a" }, VRRP_PARAM_EXACT, false, "x", "x\1-f\1a\1b\1", false },
	{ { "x", "-f", "a" }, VRRP_PARAM_INITIAL, false, "x", "x\1-f\1ab\1", true },
	{ { "x", "-f", "a" }, VRRP_PARAM_INITIAL, false, "x", "x\1-fg\1a\1", false },
	{ { "x", "-f", "a" }, VRRP_PARAM_INITIAL, false, "x", "x\1-f\1ab\1c\1", false },
	{ { "x", "-f" }, VRRP_PARAM_PARTIAL, false, "x", "x\1-f\1ab\1c\1", true },
	{ { "x", "-f" }, VRRP_PARAM_PARTIAL, false, "x", "x\1-fg\1", false },
	{ { "x" }, VRRP_PARAM_PARTIAL, false, "x", "x\1", true },
	{ { "x" }, VRRP_PARAM_PARTIAL, false, "x", "x\1-f\1", false },
	{ { "x" }, VRRP_PARAM_INITIAL, false, "x", "xy\1", false },
	{ { "kworker" }, VRRP_PARAM_EXACT, true, "kworker", "", false },
};

static size_t with_nuls(const char *text, char *buf)
{
	size_t len = strlen(text);

	for (size_t i = 0; i <= len; i++)
		buf[i] = (char)(text[i] == '\1' ? '\0' : text[i]);
	return len;
}

START_TEST(who_is_meant) {
	const struct row *r = &rows[_i];
	struct vrrp_process_conf conf = { .name = "p", .argv = r->argv, .param_match = r->match, .full_command = r->full,
		.quorum = 1, .quorum_max = UINT32_MAX };
	struct loop *loop = loop_new(LOOP_DEFAULT);
	struct track_process *t = track_process_new(loop, &conf, on_change, NULL);
	char buf[64];
	struct process_look look = { 7, r->name, buf, with_nuls(r->cmdline, buf) };

	track_process_see(t, &look);
	track_process_settle(t);
	ck_assert_int_eq(track_process_status(t), r->is_meant ? SCRIPT_OK : SCRIPT_FAILED);
	track_process_free(t);
	loop_free(loop);
}
END_TEST

static void see(struct track_process *t, pid_t pid)
{
	track_process_see(t, &(struct process_look){ pid, "x", "x", 2 });
	track_process_settle(t);
}

static void gone(struct track_process *t, pid_t pid)
{
	track_process_gone(t, pid);
	track_process_settle(t);
}

START_TEST(quorum_from_and_to) {
	static const char *const argv[] = { "x", NULL };
	struct vrrp_process_conf conf = { .name = "p", .argv = argv, .quorum = 2, .quorum_max = 2 };
	struct loop *loop = loop_new(LOOP_DEFAULT);
	struct track_process *t = track_process_new(loop, &conf, on_change, NULL);

	changes = 0;
	ck_assert_int_eq(track_process_status(t), SCRIPT_UNKNOWN);
	see(t, 1);
	ck_assert_int_eq(track_process_status(t), SCRIPT_FAILED);
	see(t, 1); /* the same one again */
	ck_assert_int_eq(track_process_status(t), SCRIPT_FAILED);
	see(t, 2);
	ck_assert_int_eq(track_process_status(t), SCRIPT_OK);
	see(t, 3);
	ck_assert_int_eq(track_process_status(t), SCRIPT_FAILED);
	gone(t, 1);
	ck_assert_int_eq(track_process_status(t), SCRIPT_OK);
	gone(t, 9);
	ck_assert_uint_eq(changes, 4);
	track_process_free(t);
	loop_free(loop);
}
END_TEST

static void on_stop(void *ctx, mono_t now)
{
	(void)now;
	loop_stop(ctx);
}

static void turn_for(struct loop *loop, int64_t usec)
{
	struct loop_timer *timer = loop_timer_new(loop, on_stop, loop);

	loop_timer_at(timer, mono_add(mono_now(), usec));
	loop_run(loop);
	loop_timer_free(timer);
}

START_TEST(delays) {
	static const char *const argv[] = { "x", NULL };
	struct vrrp_process_conf conf = { .name = "p", .argv = argv, .quorum = 1, .quorum_max = 9,
		.terminate_delay = 50 * MONO_MSEC };
	struct loop *loop = loop_new(LOOP_DEFAULT);
	struct track_process *t = track_process_new(loop, &conf, on_change, NULL);

	see(t, 1);
	gone(t, 1);
	ck_assert_int_eq(track_process_status(t), SCRIPT_OK);
	see(t, 2); /* came back in time */
	turn_for(loop, 80 * MONO_MSEC);
	ck_assert_int_eq(track_process_status(t), SCRIPT_OK);
	gone(t, 2);
	turn_for(loop, 80 * MONO_MSEC);
	ck_assert_int_eq(track_process_status(t), SCRIPT_FAILED);
	see(t, 3); /* no fork_delay */
	ck_assert_int_eq(track_process_status(t), SCRIPT_OK);
	track_process_free(t);
	loop_free(loop);
}
END_TEST

static void on_index(void *ctx, unsigned index)
{
	ck_assert_uint_eq(index, 0);
	loop_stop(ctx);
}

/* A real process, by events or, where there are none, by the look each second. */
START_TEST(real_process) {
	static const char *const argv[] = { UNUSUAL, NULL };
	struct vrrp_process_conf conf = { .name = "p", .argv = argv, .quorum = 1, .quorum_max = 1 };
	void *item[] = { &conf };
	struct conf_vec confs = { item, 1, 1 };
	struct loop *loop = loop_new(LOOP_DEFAULT);
	struct processes *p = processes_new(loop, on_index, loop);
	int status;
	pid_t pid;

	processes_config(p, &confs);
	ck_assert_int_eq(processes_status(p, 0), SCRIPT_FAILED);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, UNUSUAL);
		pause();
		_exit(0);
	}
	turn_for(loop, 2500 * MONO_MSEC);
	ck_assert_int_eq(processes_status(p, 0), SCRIPT_OK);
	kill(pid, SIGKILL); /* not waited for: a zombie does not count */
	turn_for(loop, 2500 * MONO_MSEC);
	ck_assert_int_eq(processes_status(p, 0), SCRIPT_FAILED);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	processes_free(p);
	loop_free(loop);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("track_process");
	TCase *t = tcase_create("processes");

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, who_is_meant, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, quorum_from_and_to);
	tcase_add_test(t, delays);
	tcase_add_test(t, real_process);
	suite_add_tcase(s, t);
	return run_suite(s);
}
