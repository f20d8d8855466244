/* job.c - see job.h. */
#include "daemon/job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "conf/script.h"
#include "daemon/job_output.h"
#include "daemon/script_path.h"
#include "io/loop.h"
#include "io/spawn.h"

enum { GRACE_USEC = 500000 /* between SIGTERM and SIGKILL */ };

/* An ask with its own copies. */
struct asked {
	char **argv;
	char *user, *group;
	char *at; /* " (FILE:LINE)" */
	int64_t timeout_usec;
	bool must_be_safe, may_leave, all_groups;
};

struct job {
	struct loop *loop;
	char *name;        /* owned */
	char *command;     /* owned: of the last one that began */
	char *at;          /* owned: of what runs, as in a result; NULL: nothing runs */
	int64_t most_usec; /* 0: as asked; main leaves (job_hurry) */
	job_fn *fn;
	void *ctx;
	struct loop_timer *deadline; /* owned */
	mono_t ends_at;              /* what it was set to when it began */
	pid_t pid;                   /* also its process group; 0: nothing runs */
	int error_fd;                /* owned while it runs */
	struct job_output output;    /* of a run that may not leave anything behind */
	bool has_timed_out, was_killed, is_told, may_leave;
	struct asked next; /* argv NULL: nothing waits */
};

static void asked_done(struct asked *a)
{
	for (char **w = a->argv; w && *w; w++)
		free(*w);
	free(a->argv);
	free(a->user);
	free(a->group);
	free(a->at);
	*a = (struct asked){ 0 };
}

static struct asked asked_copy(const struct job_ask *ask)
{
	struct asked a = { .timeout_usec = ask->timeout_usec, .must_be_safe = ask->must_be_safe };
	size_t n = 0;

	a.may_leave = ask->may_leave;
	a.all_groups = ask->all_groups;
	while (ask->argv[n])
		n++;
	a.argv = x_calloc(n + 1, sizeof(*a.argv));
	for (size_t i = 0; i < n; i++)
		a.argv[i] = x_strdup(ask->argv[i]);
	a.user = ask->user ? x_strdup(ask->user) : NULL;
	a.group = ask->group ? x_strdup(ask->group) : NULL;
	a.at = script_conf_at(ask->written);
	return a;
}

static void tell(struct job *j, const struct job_result *r)
{
	if (j->fn)
		j->fn(j->ctx, r);
}

/* enable_script_security: what root runs, nobody else may be able to change. */
static bool is_unsafe(const struct asked *a)
{
	const struct passwd *pw = a->user ? getpwnam(a->user) : NULL;
	struct script_path_part part;
	char path[4096];

	if (!a->must_be_safe || (pw && pw->pw_uid != 0) || (a->user && !pw))
		return false;
	return script_path_find(a->argv[0], path, sizeof(path)) == 0 && script_path_is_unsafe(path, &part);
}

/* What lives on must not find its output shut one day: it writes to nowhere. */
static pid_t spawn(struct job *j, const struct asked *a)
{
	struct spawn_script s = { (const char *const *)a->argv, a->user, a->group, -1, a->all_groups };
	pid_t pid;

	j->output.line[0] = '\0';
	if (!a->may_leave)
		s.output_fd = job_output_open(&j->output, j->loop);
	pid = spawn_script(&s, &j->error_fd);
	if (s.output_fd >= 0)
		close(s.output_fd);
	if (pid < 0)
		job_output_shut(&j->output);
	return pid;
}

static void start(struct job *j)
{
	struct asked a = j->next;
	bool unsafe = is_unsafe(&a);
	pid_t pid = unsafe ? -EPERM : spawn(j, &a);

	j->next = (struct asked){ 0 };
	if (pid < 0) {
		const char *step = unsafe ? "run what others can change as root"
			: pid == -ENOENT  ? "find its user or group"
					  : "start";
		struct job_result r = { JOB_CANNOT_RUN, -pid, step, "", a.at };

		tell(j, &r);
		asked_done(&a);
		return;
	}
	j->pid = pid;
	j->has_timed_out = j->was_killed = j->is_told = false;
	j->may_leave = a.may_leave;
	if (j->most_usec && j->most_usec < a.timeout_usec)
		a.timeout_usec = j->most_usec;
	free(j->command);
	j->command = x_strdup(a.argv[0]);
	j->at = a.at;
	a.at = NULL;
	j->ends_at = mono_add(mono_now(), a.timeout_usec);
	loop_timer_at(j->deadline, j->ends_at);
	asked_done(&a);
}

/* A script that was forked just now has no group of its own yet. */
static void kill_group(pid_t pid, int signo)
{
	if (kill(-pid, signo) < 0)
		kill(pid, signo);
}

static void on_deadline(void *ctx, mono_t now)
{
	struct job *j = ctx;
	const struct job_result late = { JOB_TIMED_OUT, 0, NULL, j->output.line, j->at };

	if (j->was_killed) { /* it hangs in the kernel, as on a dead file server: its end may never come */
		j->is_told = true;
		tell(j, &late);
		return;
	}
	if (j->most_usec && !j->has_timed_out)
		log_warn(LOG_SCRIPT, "%s: %s holds up the stop: its process group is ended%s", j->name, j->command,
			j->at);
	kill_group(j->pid, j->has_timed_out ? SIGKILL : SIGTERM);
	j->was_killed = j->has_timed_out;
	j->has_timed_out = true;
	loop_timer_at(j->deadline, mono_add(now, GRACE_USEC));
}

struct job *job_new(struct loop *l, const char *name, job_fn *fn, void *ctx)
{
	struct job *j = x_calloc(1, sizeof(*j));

	*j = (struct job){ .loop = l, .name = x_strdup(name), .fn = fn, .ctx = ctx, .error_fd = -1 };
	j->deadline = loop_timer_new(l, on_deadline, j);
	return j;
}

void job_free(struct job *j)
{
	if (!j)
		return;
	if (j->pid)
		kill_group(j->pid, SIGKILL);
	if (j->error_fd >= 0)
		close(j->error_fd);
	job_output_shut(&j->output);
	loop_timer_free(j->deadline);
	asked_done(&j->next);
	free(j->name);
	free(j->command);
	free(j->at);
	free(j);
}

bool job_run(struct job *j, const struct job_ask *ask)
{
	bool replaced = j->next.argv != NULL;

	asked_done(&j->next);
	j->next = asked_copy(ask);
	if (!j->pid)
		start(j);
	return replaced;
}

void job_hurry(struct job *j, int64_t usec)
{
	const mono_t at = mono_add(mono_now(), usec);

	if (j->most_usec)
		return;
	j->most_usec = usec;
	if (!j->pid || j->has_timed_out || mono_diff(j->ends_at, at) <= 0)
		return;
	j->ends_at = at;
	loop_timer_at(j->deadline, at);
}

bool job_forget(struct job *j)
{
	bool waited = j->next.argv != NULL;

	asked_done(&j->next);
	return waited;
}

bool job_is_running(const struct job *j)
{
	return j->pid != 0;
}

bool job_is_waiting(const struct job *j)
{
	return j->next.argv != NULL;
}

const char *job_waiting_at(const struct job *j)
{
	return j->next.at ? j->next.at : "";
}

pid_t job_pid(const struct job *j)
{
	return j->pid;
}

void job_hand_over(const struct job *j, struct text *t, uint32_t hook, bool ends_now)
{
	const int fd = j->output.watch ? j->output.fd : -1;

	if (!j->pid)
		return;
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, 0);
	text_printf(t, "job %d %" PRId64 " %" PRIu32 " %d %d\n", (int)j->pid, ends_now ? 0 : j->ends_at.usec, hook,
		(int)j->may_leave, fd);
}

static struct job_result result_of(const struct job *j, int status)
{
	const char *step;
	int err = spawn_error(j->error_fd, &step);

	if (err)
		return (struct job_result){ JOB_CANNOT_RUN, err, step, "", j->at };
	if (j->has_timed_out)
		return (struct job_result){ JOB_TIMED_OUT, 0, NULL, j->output.line, j->at };
	if (WIFSIGNALED(status))
		return (struct job_result){ JOB_SIGNALLED, WTERMSIG(status), NULL, j->output.line, j->at };
	return (struct job_result){ JOB_EXITED, WEXITSTATUS(status), NULL, j->output.line, j->at };
}

bool job_reaped(struct job *j, pid_t pid, int status)
{
	bool is_told = j->is_told;
	struct job_result r;
	char line[JOB_LINE_LEN], *at = j->at;

	if (!j->pid || j->pid != pid)
		return false;
	job_output_shut(&j->output);
	r = result_of(j, status);
	memcpy(line, j->output.line, sizeof(line)); /* the next run may begin at once */
	r.line = *r.line ? line : "";
	if (!j->may_leave || j->has_timed_out)
		kill(-j->pid, SIGKILL); /* what it left behind in its group */
	close(j->error_fd);
	j->error_fd = -1;
	j->pid = 0;
	j->at = NULL;
	loop_timer_stop(j->deadline);
	if (j->next.argv)
		start(j);
	if (!is_told)
		tell(j, &r);
	free(at);
	return true;
}

static void end_str(const struct job_result *r, char *buf, size_t size)
{
	switch (r->end) {
	case JOB_EXITED:
		snprintf(buf, size, "exit code %d", r->code);
		break;
	case JOB_SIGNALLED:
		snprintf(buf, size, "killed by signal %d (%s)", r->code, strsignal(r->code));
		break;
	case JOB_TIMED_OUT:
		snprintf(buf, size, "timed out and was killed");
		break;
	case JOB_CANNOT_RUN:
		snprintf(buf, size, "cannot %s: %s", r->step, strerror(r->code));
		break;
	}
}

const char *job_result_str(const struct job_result *r, char *buf, size_t size)
{
	size_t len;

	end_str(r, buf, size);
	len = strlen(buf);
	if (*r->line)
		snprintf(buf + len, size - len, ": %s", r->line);
	return buf;
}
