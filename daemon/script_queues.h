/*
 * script_queues.h - notify scripts, one queue for each object ("instance VI_1 notify_*"), kept as long as main lives: names come
 * back at a reload. Never two at once for one object, and only the newest waits (job.h).
 */
#ifndef DAEMON_SCRIPT_QUEUES_H
#define DAEMON_SCRIPT_QUEUES_H
#include <stdbool.h>
#include <sys/types.h>

struct job_ask;
struct loop;
struct script_queues;
struct text;

struct script_queues *script_queues_new(struct loop *l);
/* Kills what runs. Accepts NULL. */
void script_queues_free(struct script_queues *q);
void script_queues_run(struct script_queues *q, const char *name, const struct job_ask *ask);
/* The object came to a state without a script: the one that waits would be a lie. */
void script_queues_forget(struct script_queues *q, const char *name);
/* main leaves: each script gets at most `usec` from now on (job_hurry()). */
void script_queues_hurry(struct script_queues *q, int64_t usec);
bool script_queues_is_busy(const struct script_queues *q);
/* Whether some script waits for the end of another one. */
bool script_queues_is_waiting(const struct script_queues *q);
bool script_queues_reaped(struct script_queues *q, pid_t pid, int status);
/* For a successor: what runs (inherited.h). What waits is lost. */
void script_queues_hand_over(const struct script_queues *q, struct text *t);
#endif
