/*
 * track_process.h - one vrrp_track_process: which processes are meant, whether as many run as shall, and for how long it must be so
 * (keepalived.conf(5), "VRRP track processes"). Where processes are seen is in processes.h.
 */
#ifndef DAEMON_TRACK_PROCESS_H
#define DAEMON_TRACK_PROCESS_H
#include "io/message.h"

#include <sys/types.h>

struct loop;
struct track_process;
struct vrrp_process_conf;
struct writer;

/* A process as /proc shows it. */
struct process_look {
	pid_t pid;
	const char *name;    /* /proc/PID/comm, without its newline */
	const char *cmdline; /* /proc/PID/cmdline: words, each with its NUL */
	size_t cmdline_len;
};

/* Its state changed. */
typedef void track_process_fn(void *ctx, const struct track_process *t);

/* `conf` is borrowed. UNKNOWN until the first track_process_settle(). */
struct track_process *track_process_new(struct loop *l, const struct vrrp_process_conf *conf, track_process_fn *fn,
	void *ctx);
/* Accepts NULL. */
void track_process_free(struct track_process *t);
/* A process is there, perhaps under another name than before. */
void track_process_see(struct track_process *t, const struct process_look *p);
void track_process_gone(struct track_process *t, pid_t pid);
/* None is known any more: a look at all of them follows. */
void track_process_clear(struct track_process *t);
/* After one or more of the above: what follows from the number. */
void track_process_settle(struct track_process *t);
/* OK or FAILED. */
enum script_status track_process_status(const struct track_process *t);
void track_process_write(const struct track_process *t, struct writer *w);
#endif
