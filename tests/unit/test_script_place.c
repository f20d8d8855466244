/*
 * test_script_place.c - log lines of scripts name the line that they were written in: each way to fail, each shell that runs them,
 * after the tree is gone; and the file's name is there once.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mono.h"
#include "conf/script.h"
#include "daemon/conf.h"
#include "daemon/ensure.h"
#include "daemon/fifo.h"
#include "daemon/hooks.h"
#include "daemon/job.h"
#include "daemon/phase_script.h"
#include "daemon/routers.h"
#include "daemon/script_identity.h"
#include "daemon/script_queues.h"
#include "daemon/track_script.h"
#include "io/loop.h"
#include "run.h"
#include "vrrp/step.h"

#define SH(text)                            \
	{                                   \
		"/bin/sh", "-c", text, NULL \
	}

static char dir[] = "/tmp/test_script_place.XXXXXX";

/* All that can run one, those that are there. */
static struct {
	struct loop *loop;
	struct loop_timer *poll;
	struct script_queues *queues;
	struct hooks *hooks;
	struct ensure *ensure;
	struct track_script *track;
	struct fifo *fifo;
	char wanted[256], log[4096];
	mono_t until;
} w;

static void hear(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	const size_t len = strlen(w.log);

	(void)ctx, (void)level, (void)topic;
	snprintf(w.log + len, sizeof(w.log) - len, "%s\n", line);
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!(w.queues && script_queues_reaped(w.queues, pid, status)) &&
			!(w.hooks && hooks_reaped(w.hooks, pid, status)) &&
			!(w.ensure && ensure_reaped(w.ensure, pid, status)) &&
			!(w.track && track_script_reaped(w.track, pid, status)))
			ck_assert(w.fifo && fifo_reaped(w.fifo, pid, status));
}

static void on_poll(void *ctx, mono_t now)
{
	(void)ctx;
	reap();
	if (strstr(w.log, w.wanted) || mono_before(w.until, now))
		loop_stop(w.loop);
	loop_timer_at(w.poll, mono_add(now, 5 * MONO_MSEC));
}

static void open_world(void)
{
	memset(&w, 0, sizeof(w));
	log_set_sink(hear, NULL);
	log_set_level(LOG_LEVEL_DEBUG);
	w.loop = loop_new(LOOP_DEFAULT);
	w.poll = loop_timer_new(w.loop, on_poll, NULL);
	loop_timer_at(w.poll, mono_now());
}

static void close_world(void)
{
	script_queues_free(w.queues);
	hooks_free(w.hooks);
	ensure_free(w.ensure);
	track_script_free(w.track);
	fifo_free(w.fifo);
	loop_timer_free(w.poll);
	loop_free(w.loop);
	log_set_sink(NULL, NULL);
}

/* Whole lines: what it is about, what happened, where it was written. */
static void expect(const char *line)
{
	snprintf(w.wanted, sizeof(w.wanted), "%s\n", line);
	w.until = mono_add(mono_now(), 20 * MONO_SEC);
	loop_run(w.loop);
	ck_assert_msg(strstr(w.log, w.wanted) != NULL, "no line '%s' in:\n%s", line, w.log);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0 && chmod(path, mode) == 0);
}

/* Accepted, its tree is gone; the caller frees. */
static struct config *config_with(const char *a, const char *b)
{
	char path[128];
	struct config *c;

	write_file("a.conf", a, 0600);
	write_file("b.conf", b, 0600);
	snprintf(path, sizeof(path), "%s/a.conf", dir);
	c = config_read(path, NULL);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	ck_assert_int_eq(config_keep(c), 0);
	c->main.globals.script_user = NULL;
	return c;
}

static const char global[] = "global_defs {\n startup_script \"/bin/sh -c 'exit 4'\"\n notify_fifo /run/fifo\n"
			     " notify_fifo_script \"/bin/sh -c 'exit 5'\"\n}\n"
			     "vrrp_script chk {\n interval 1\n script \"/bin/sh -c 'exit 6'\"\n}\ninclude b.conf\n",
		  instance[] = "vrrp_instance VI_1 {\n interface lo\n virtual_router_id 1\n priority 100\n"
			       " notify_ensure \"/bin/sh -c 'exit 7'\"\n pre_master /no/such/hook\n"
			       " notify_master \"/bin/sh -c 'exit 8'\"\n}\n";

/* "WHAT (DIR/NAME:LINE)" */
static const char *line_of(const char *what, const char *name, unsigned line)
{
	static char buf[256];

	ck_assert_int_lt(snprintf(buf, sizeof(buf), "%s (%s/%s:%u)", what, dir, name, line), (int)sizeof(buf));
	return buf;
}

static void ended(void *ctx, uint32_t id)
{
	(void)ctx, (void)id;
}

static void on_track(void *ctx, const struct track_script *t)
{
	(void)ctx, (void)t;
}

/* Every way in which one ends: of those that wait for nobody, and of those that main waits for. */
static const struct row {
	const char *argv[4], *user;
	bool is_unsafe;
	const char *queued, *waited;
} rows[] = {
	{ SH("exit 3"), NULL, false, "exit code 3", "exit code 3" },
	{ SH("echo no route; exit 3"), NULL, false, "exit code 3", "exit code 3" }, /* it may leave something: nobody listens */
	{ SH("kill -9 $$"), NULL, false, "killed by signal 9 (Killed)", "killed by signal 9" },
	{ SH("sleep 100"), NULL, false, "timed out and was killed", "killed, it took longer than 1 s" },
	{ { "/no/such/script" }, NULL, false, "cannot exec: No such file or directory",
		"cannot exec: No such file or directory" },
	{ { "/etc/passwd" }, NULL, false, "cannot exec: Permission denied", "cannot exec: Permission denied" },
	{ SH("true"), "no-such-user", false, "cannot find its user or group: No such file or directory",
		"cannot be started: No such file or directory" },
	{ { "open" }, NULL, true, "cannot run what others can change as root: Operation not permitted",
		"not run: others can change what root would run" },
};

START_TEST(each_end) {
	const struct row *row = &rows[_i];
	const struct main_globals g = { .enable_script_security = row->is_unsafe };
	const char *argv[] = { row->argv[0], row->argv[1], row->argv[2], NULL };
	const struct script_conf s = { .argv = argv, .user = row->user, .file = "/etc/vipd.conf", .line = 17 };
	struct job_ask ask = { .argv = argv, .timeout_usec = 300 * MONO_MSEC, .may_leave = true };
	char path[128], line[200];

	if ((row->user || row->is_unsafe) && geteuid() != 0)
		return;
	if (row->is_unsafe) {
		write_file("open", "#!/bin/sh\n", 0777);
		snprintf(path, sizeof(path), "%s/open", dir);
		argv[0] = path;
	}
	open_world();
	w.queues = script_queues_new(w.loop);
	script_identity(&ask, &s, &g);
	script_queues_run(w.queues, "queue", &ask);
	snprintf(line, sizeof(line), "queue: %s (/etc/vipd.conf:17)", row->queued);
	expect(line);
	phase_script_run("startup_script", &s, 1, &g);
	snprintf(line, sizeof(line), "startup_script: %s (/etc/vipd.conf:17)", row->waited);
	expect(line);
	close_world();
}
END_TEST

/* Asks the queue for a script of that line. */
static void queue(const char *const *argv, unsigned line)
{
	const struct main_globals g = { 0 };
	const struct script_conf s = { .argv = argv, .file = "/etc/vipd.conf", .line = line };
	struct job_ask ask = { .argv = argv, .timeout_usec = 100 * MONO_SEC };

	script_identity(&ask, &s, &g);
	script_queues_run(w.queues, "queue", &ask);
}

/* The place is that of the one that it happens to, not of the one that runs, or comes. */
START_TEST(dropped) {
	static const char *const slow[] = SH("sleep 100"), *const quick[] = SH("exit 9");
	static const char told[] = "queue: a newer state came before the waiting one ran (/etc/vipd.conf:";
	char line[128];

	open_world();
	w.queues = script_queues_new(w.loop);
	queue(slow, 1);
	queue(slow, 2);
	queue(quick, 3);
	snprintf(line, sizeof(line), "%s2)", told);
	expect(line);
	ck_assert(!strstr(w.log, ":3)"));
	script_queues_forget(w.queues, "queue");
	snprintf(line, sizeof(line), "%s3)", told);
	expect(line);
	script_queues_forget(w.queues, "queue"); /* nothing waits */
	queue(quick, 4);
	script_queues_hurry(w.queues, 20 * MONO_MSEC);
	expect("queue: /bin/sh holds up the stop: its process group is ended (/etc/vipd.conf:1)");
	expect("queue: timed out and was killed (/etc/vipd.conf:1)");
	expect("queue: exit code 9 (/etc/vipd.conf:4)");
	close_world();
}
END_TEST

START_TEST(shells) {
	const struct msg_hook m = {
		.id = 1, .hook = VRRP_HOOK_PRE_MASTER, .state = VRRP_MASTER, .within_usec = MONO_SEC
	};
	struct config *c = config_with(global, instance);
	const struct vrrp_script_conf *chk = c->vrrp.scripts.item[0];
	struct router vi;

	ck_assert(routers_instance(c->routers, 0, &vi));
	open_world();
	w.hooks = hooks_new(w.loop, ended, NULL);
	hooks_run(w.hooks, &vi, &c->main.globals, &m);
	expect(line_of(
		"instance VI_1 pre_master: cannot exec: No such file or directory; the instance goes on all the same",
		"b.conf", 6));
	w.ensure = ensure_new(w.loop);
	ensure_config(w.ensure, c);
	ensure_state(w.ensure, "VI_1", true, 100);
	snprintf(w.wanted, sizeof(w.wanted), "instance VI_1 notify_ensure: exit code 7; it runs again in %lld s",
		(long long)(vi.hooks->notify_ensure_interval / MONO_SEC));
	expect(line_of(w.wanted, "b.conf", 5));
	w.track = track_script_new(w.loop, chk, on_track, NULL);
	track_script_config(w.track, chk, &c->main.globals);
	expect(line_of("chk: exit code 6, 1 in a row", "a.conf", 8));
	phase_script_run("startup_script", &c->main.globals.startup, 1, &c->main.globals);
	expect(line_of("startup_script: exit code 4", "a.conf", 2));
	close_world();
	config_free(c);
}
END_TEST

/* A reader that goes on over a reload is where it is written then. */
START_TEST(reader) {
	struct config *c = config_with(global, instance);
	struct fifo_conf conf = c->main.globals.fifo[FIFO_ALL], moved;
	char path[64], what[160];

	snprintf(path, sizeof(path), "%s/fifo", dir);
	snprintf(what, sizeof(what), "reader of %s: exit code 5; it is started again in a second", path);
	conf.path = path;
	moved = conf;
	moved.script.line = 40;
	open_world();
	w.fifo = fifo_new(w.loop, &conf, &c->main.globals);
	expect(line_of(what, "a.conf", 4));
	ck_assert(fifo_keep(w.fifo, &moved));
	expect(line_of(what, "a.conf", 40));
	close_world();
	config_free(c);
}
END_TEST

static void expect_at(const struct script_conf *s, const char *wanted)
{
	char *at = script_conf_at(s);

	ck_assert_str_eq(at, wanted);
	free(at);
}

/* The file's name is one for all of its scripts; bytes of another main have none. */
START_TEST(kept) {
	struct config *c = config_with(global, instance), *former = config_read_whole(config_whole(c));
	const struct vrrp_script_conf *chk = c->vrrp.scripts.item[0];
	const struct vrrp_hook_conf *h;
	struct router vi;

	ck_assert(routers_instance(c->routers, 0, &vi));
	h = vi.hooks;
	ck_assert_ptr_eq(h->notify_master->file, h->pre_master->file);
	ck_assert_ptr_eq(c->main.globals.startup.file, chk->script.file);
	ck_assert_str_ne(chk->script.file, h->pre_master->file);
	expect_at(h->notify_master, line_of("", "b.conf", 7));
	expect_at(NULL, "");
	ck_assert_ptr_nonnull(former);
	chk = former->vrrp.scripts.item[0];
	ck_assert_str_eq(chk->script.argv[0], "/bin/sh");
	expect_at(&chk->script, "");
	config_free(former);
	config_free(c);
}
END_TEST

static void unlink_all(void)
{
	static const char *const names[] = { "a.conf", "b.conf", "open", "fifo" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

int main(void)
{
	Suite *s = suite_create("script_place");
	TCase *t = tcase_create("script_place");
	int failed;

	if (!mkdtemp(dir))
		return 1;
	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, each_end, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, dropped);
	tcase_add_test(t, shells);
	tcase_add_test(t, reader);
	tcase_add_test(t, kept);
	failed = run_suite(s);
	unlink_all();
	return failed;
}
