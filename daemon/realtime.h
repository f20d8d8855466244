/*
 * realtime.h - what main grants its vrrp process beyond its share: SCHED_RR, a nice value, memory that is not swapped. From
 * outside, so that the process itself needs no right to it; what is not allowed is said once in the log and seen in the status.
 */
#ifndef DAEMON_REALTIME_H
#define DAEMON_REALTIME_H
#include <sys/types.h>

struct vrrp_globals;
struct writer;

/* At its start and at each reload. */
void realtime_apply(const struct vrrp_globals *g, pid_t pid);
/* "scheduling" and "locked_bytes" of a process. */
void realtime_write(pid_t pid, struct writer *w);
#endif
