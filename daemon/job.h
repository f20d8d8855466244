/*
 * job.h - one script at a time for one object: started as its user, ended with its whole process group at the deadline, never two
 * at once; what is asked for meanwhile waits, and of several waiting ones only the newest runs.
 */
#ifndef DAEMON_JOB_H
#define DAEMON_JOB_H
#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct job;
struct loop;
struct script_conf;
struct text;

/* How a run ended. */
enum job_end { JOB_EXITED, JOB_SIGNALLED, JOB_TIMED_OUT, JOB_CANNOT_RUN };

struct job_result {
	enum job_end end;
	int code;         /* exit code, signal number, or errno of CANNOT_RUN */
	const char *step; /* CANNOT_RUN: what failed */
	const char *line; /* the first one that it wrote; "": none, or nobody listened (may_leave) */
	const char *at;   /* " (FILE:LINE)" where it was written in the configuration; "": not known */
};

typedef void job_fn(void *ctx, const struct job_result *r);

/*
 * Words and names are copied. `user` and `group` may be NULL. `must_be_safe`: enable_script_security; when root would run it, each
 * part of its path must be root's alone, looked at before every run. `may_leave`: what it started in the background lives on when
 * it ended in time; else its group ends with it. `all_groups`: set_supplementary_groups. `written`: whose place
 * log lines tell; NULL: none.
 */
struct job_ask {
	const char *const *argv;
	const char *user, *group;
	int64_t timeout_usec;
	bool must_be_safe, may_leave, all_groups;
	const struct script_conf *written;
};

/* A place to run scripts for the object `name` (for logs, copied). `fn` hears each run's end; may be NULL. */
struct job *job_new(struct loop *l, const char *name, job_fn *fn, void *ctx);
/* Kills what runs. Accepts NULL. */
void job_free(struct job *j);
/* Runs it now, or after the current one; replaces one that waits already (which is then never run: true is returned). */
bool job_run(struct job *j, const struct job_ask *ask);
/* main leaves: what runs, and what waits after it, gets at most `usec` each and is ended with its group then, with a log line. */
void job_hurry(struct job *j, int64_t usec);
/* What waits is out of date and is not run; what runs ends by itself. Whether something waited. */
bool job_forget(struct job *j);
bool job_is_running(const struct job *j);
/* Whether something was asked for meanwhile. */
bool job_is_waiting(const struct job *j);
/* Where that was written, as in a result; good until the job is asked for something, or runs it. */
const char *job_waiting_at(const struct job *j);
/* Its process, 0 when nothing runs. */
pid_t job_pid(const struct job *j);
/*
 * For the program that takes this one's place: the line of inherited.h, nothing when none runs. `ends_now`: it is of no use there.
 * What it writes to stays open over the exec.
 */
void job_hand_over(const struct job *j, struct text *t, uint32_t hook, bool ends_now);
/* A process ended: true when it was this job's. */
bool job_reaped(struct job *j, pid_t pid, int status);
/*
 * "exit code 1", "killed by signal 9", "timed out and was killed", "cannot exec: No such file or directory"; with its first
 * line, if there is one: "exit code 1: no route".
 */
const char *job_result_str(const struct job_result *r, char *buf, size_t size);
#endif
