/* test_job.c - scripts as they really end: code, signal, deadline with grandchildren, not to be run; never two at once. */
#include "daemon/job.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/conf.h"
#include "daemon/track_script.h"
#include "io/loop.h"
#include "run.h"
#include "vrrp/conf.h"

struct world {
	struct loop *loop;
	struct loop_timer *poll;
	struct job *job;
	struct track_script *track;
	unsigned ends, want;
	struct job_result last;
	char text[160];
};

static void on_poll(void *ctx, mono_t now)
{
	struct world *w = ctx;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (w->job)
			job_reaped(w->job, pid, status);
		if (w->track)
			track_script_reaped(w->track, pid, status);
	}
	if (w->ends >= w->want)
		loop_stop(w->loop);
	loop_timer_at(w->poll, mono_add(now, 5 * MONO_MSEC));
}

static void on_end(void *ctx, const struct job_result *r)
{
	struct world *w = ctx;

	w->ends++;
	w->last = *r;
	job_result_str(r, w->text, sizeof(w->text));
}

static void world_open(struct world *w, unsigned want)
{
	*w = (struct world){ .loop = loop_new(LOOP_DEFAULT), .want = want };
	w->poll = loop_timer_new(w->loop, on_poll, w);
	loop_timer_at(w->poll, mono_now());
	w->job = job_new(w->loop, "test", on_end, w);
}

static void world_close(struct world *w)
{
	job_free(w->job);
	loop_timer_free(w->poll);
	loop_free(w->loop);
}

static const struct row {
	const char *argv[4];
	const char *user;
	enum job_end end;
	int code;
	const char *text;
} rows[] = {
	{ { "true" }, NULL, JOB_EXITED, 0, "exit code 0" },
	{ { "/bin/sh", "-c", "exit 7" }, NULL, JOB_EXITED, 7, "exit code 7" },
	{ { "/bin/sh", "-c", "kill -9 $$" }, NULL, JOB_SIGNALLED, SIGKILL, "killed by signal 9 (Killed)" },
	{ { "/bin/sh", "-c", "echo; echo one; echo two; exit 7" }, NULL, JOB_EXITED, 7, "exit code 7: one" },
	{ { "/bin/sh", "-c", "echo bad >&2; kill -9 $$" }, NULL, JOB_SIGNALLED, SIGKILL, "killed by signal 9 (Killed): bad" },
	{ { "/bin/sh", "-c", "printf 'a\\tb\\033c'; exit 1" }, NULL, JOB_EXITED, 1, "exit code 1: a?b?c" },
	{ { "/bin/sh", "-c", "yes | head -c 1000000; exit 2" }, NULL, JOB_EXITED, 2, "exit code 2: y" },
	{ { "/no/such/script" }, NULL, JOB_CANNOT_RUN, ENOENT, "cannot exec: No such file or directory" },
	{ { "/etc/passwd" }, NULL, JOB_CANNOT_RUN, EACCES, "cannot exec: Permission denied" },
	{ { "true" }, "no-such-user-here", JOB_CANNOT_RUN, ENOENT,
		"cannot find its user or group: No such file or directory" },
	{ { "/bin/sh", "-c", "sleep 100 & sleep 100" }, NULL, JOB_TIMED_OUT, 0, "timed out and was killed" },
	{ { "/bin/sh", "-c", "test $(id -u) = 65534 && test $(id -G) = 65534" }, "nobody", JOB_EXITED, 0,
		"exit code 0" },
};

/* The user nobody is in two more groups, for this process alone. */
static void give_groups(void)
{
	char path[] = "/tmp/vipd-group-XXXXXX", command[256];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	snprintf(command, sizeof(command),
		"(cat /etc/group; echo one:x:64001:nobody; echo two:x:64002:root,nobody) >%s", path);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(fchmod(fd, 0644), 0);
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount(path, "/etc/group", NULL, MS_BIND, NULL), 0);
	close(fd);
	unlink(path);
}

static const struct groups_row {
	const char *user, *group;
	bool all;
	const char *text;
} groups_rows[] = {
	{ "nobody", NULL, false, "exit code 1: 65534" },
	{ "nobody", NULL, true, "exit code 1: 65534 64001 64002" },
	{ "nobody", "two", false, "exit code 1: 64002" },
	{ "nobody", "daemon", true, "exit code 1: 1 64001 64002" },
	{ "daemon", NULL, true, "exit code 1: 1" },
	{ NULL, NULL, true, "exit code 1: 0" }, /* nobody's list at all: as root, with no other group */
};

START_TEST(groups_are_those_asked_for) {
	const struct groups_row *row = &groups_rows[_i];
	const char *argv[] = { "/bin/sh", "-c", "id -G; exit 1", NULL };
	struct job_ask ask = { .argv = argv,
		.user = row->user,
		.group = row->group,
		.timeout_usec = 10 * MONO_SEC,
		.all_groups = row->all };
	struct world w;

	if (geteuid() != 0)
		return;
	give_groups();
	world_open(&w, 1);
	(void)job_run(w.job, &ask);
	loop_run(w.loop);
	ck_assert_str_eq(w.text, row->text);
	world_close(&w);
}
END_TEST

START_TEST(ends_are_told_apart) {
	const struct row *row = &rows[_i];
	struct job_ask ask = { .argv = row->argv, .user = row->user, .timeout_usec = 300 * MONO_MSEC };
	struct world w;

	if (row->user && geteuid() != 0)
		return;
	world_open(&w, 1);
	ck_assert(!job_run(w.job, &ask));
	loop_run(w.loop);
	ck_assert_int_eq(w.last.end, row->end);
	ck_assert_int_eq(w.last.code, row->code);
	ck_assert_str_eq(w.text, row->text);
	ck_assert(!job_is_running(w.job));
	world_close(&w);
}
END_TEST

/* Three asks while one runs: the second is replaced by the third, so two runs in all. */
START_TEST(newest_waiting_one_wins) {
	static const char *const slow[] = { "sleep", "0.1", NULL }, *const never[] = { "/no/such", NULL };
	static const char *const last[] = { "/bin/sh", "-c", "exit 3", NULL };
	struct world w;

	world_open(&w, 2);
	ck_assert(!job_run(w.job, &(struct job_ask){ .argv = slow, .timeout_usec = MONO_SEC }));
	ck_assert(!job_run(w.job, &(struct job_ask){ .argv = never, .timeout_usec = MONO_SEC }));
	ck_assert(job_run(w.job, &(struct job_ask){ .argv = last, .timeout_usec = MONO_SEC }));
	loop_run(w.loop);
	ck_assert_uint_eq(w.ends, 2);
	ck_assert_int_eq(w.last.code, 3);
	world_close(&w);
}
END_TEST

/* A notify script may start a daemon: it lives on. A check that ended has nothing to leave. */
START_TEST(background_of_a_script) {
	char dir[] = "/tmp/vipd-job-XXXXXX", command[128], path[64];
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	struct job_ask ask = { .argv = argv, .timeout_usec = MONO_SEC, .may_leave = _i };
	struct world w;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/late", dir);
	snprintf(command, sizeof(command), "(sleep 0.1; touch %s) & exit 0", path);
	world_open(&w, 1);
	ck_assert(!job_run(w.job, &ask));
	loop_run(w.loop);
	ck_assert_int_eq(w.last.end, JOB_EXITED);
	usleep(300000);
	ck_assert_int_eq(access(path, F_OK), _i ? 0 : -1);
	unlink(path);
	rmdir(dir);
	world_close(&w);
}
END_TEST

/* What waits is taken back: only the first run ends. */
START_TEST(waiting_one_is_forgotten) {
	static const char *const slow[] = { "sleep", "0.1", NULL },
				 *const stale[] = { "/bin/sh", "-c", "exit 5", NULL };
	struct world w;

	world_open(&w, 1);
	job_run(w.job, &(struct job_ask){ .argv = slow, .timeout_usec = MONO_SEC });
	ck_assert(!job_forget(w.job));
	job_run(w.job, &(struct job_ask){ .argv = stale, .timeout_usec = MONO_SEC });
	ck_assert(job_forget(w.job));
	loop_run(w.loop);
	ck_assert_int_eq(w.last.code, 0);
	ck_assert(!job_is_running(w.job));
	world_close(&w);
}
END_TEST

/* enable_script_security: a script that others can write is not run as root, however it came there. */
START_TEST(unsafe_script_is_not_run_as_root) {
	char path[] = "/tmp/vipd-test-unsafe-XXXXXX";
	int fd = mkstemp(path);
	const char *const argv[] = { path, NULL };
	struct job_ask ask = { .argv = argv, .timeout_usec = MONO_SEC, .must_be_safe = true };
	struct world w;

	ck_assert(fd >= 0 && fchmod(fd, 0777) == 0);
	close(fd);
	world_open(&w, 1);
	job_run(w.job, &ask);
	ck_assert_uint_eq(w.ends, 1);
	ck_assert_str_eq(w.text, "cannot run what others can change as root: Operation not permitted");
	world_close(&w);
	unlink(path);
}
END_TEST

static void on_track(void *ctx, const struct track_script *t)
{
	struct world *w = ctx;

	(void)t;
	w->ends++;
}

static enum script_status run_track(struct vrrp_script_conf *conf, unsigned changes, char *detail)
{
	const char *why;
	struct world w;
	enum script_status s;

	world_open(&w, changes);
	w.track = track_script_new(w.loop, conf, on_track, &w);
	track_script_config(w.track, conf, &(struct main_globals){ .script_user = "root" });
	loop_run(w.loop);
	s = track_script_status(w.track, &why);
	strcpy(detail, why);
	track_script_free(w.track);
	world_close(&w);
	return s;
}

/* A script that cannot be run has failed; it never counts as a success (facts: operators' row 10). */
START_TEST(script_that_cannot_run_is_an_error) {
	static const char *const argv[] = { "/no/such/check", NULL };
	struct vrrp_script_conf conf = {
		.name = "chk", .script.argv = argv, .interval = 20 * MONO_MSEC, .timeout = MONO_SEC, .rise = 1, .fall = 1
	};
	char detail[128];

	ck_assert_int_eq(run_track(&conf, 1, detail), SCRIPT_ERROR);
	ck_assert_str_eq(detail, "cannot exec: No such file or directory");
}
END_TEST

START_TEST(hung_script_is_an_error) {
	static const char *const argv[] = { "sleep", "100", NULL };
	struct vrrp_script_conf conf = {
		.name = "chk",
		.script.argv = argv,
		.interval = 50 * MONO_MSEC,
		.timeout = 300 * MONO_MSEC,
		.rise = 1,
		.fall = 1,
	};
	char detail[128];

	ck_assert_int_eq(run_track(&conf, 1, detail), SCRIPT_ERROR);
	ck_assert_str_eq(detail, "timed out and was killed");
}
END_TEST

START_TEST(good_script_after_init_fail_needs_rise) {
	static const char *const argv[] = { "true", NULL };
	struct vrrp_script_conf conf = { .name = "chk",
		.script.argv = argv,
		.interval = 20 * MONO_MSEC,
		.timeout = MONO_SEC,
		.rise = 3,
		.fall = 1,
		.init_fail = true };
	mono_t before = mono_now();
	char detail[128];

	ck_assert_int_eq(run_track(&conf, 1, detail), SCRIPT_OK);
	ck_assert_int_ge(mono_diff(mono_now(), before), 40 * MONO_MSEC);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("job");
	TCase *t = tcase_create("job");

	tcase_add_loop_test(t, ends_are_told_apart, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(t, groups_are_those_asked_for, 0, (int)(sizeof(groups_rows) / sizeof(groups_rows[0])));
	tcase_add_test(t, newest_waiting_one_wins);
	tcase_add_loop_test(t, background_of_a_script, 0, 2);
	tcase_add_test(t, waiting_one_is_forgotten);
	tcase_add_test(t, unsafe_script_is_not_run_as_root);
	tcase_add_test(t, script_that_cannot_run_is_an_error);
	tcase_add_test(t, hung_script_is_an_error);
	tcase_add_test(t, good_script_after_init_fail_needs_rise);
	suite_add_tcase(s, t);
	return run_suite(s);
}
