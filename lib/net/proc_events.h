/*
 * proc_events.h - the door to the kernel's process events connector (Documentation/driver-api/connector.rst): who forked, became
 * another program, took another name, or ended. Needs CAP_NET_ADMIN and the initial namespaces. Knows no name and no loop.
 */
#ifndef NET_PROC_EVENTS_H
#define NET_PROC_EVENTS_H
#include <sys/types.h>

struct proc_events;

/* A process (not a thread) is new or another than before; or it ended. */
enum proc_event_kind { PROC_CHANGED, PROC_ENDED };

typedef void proc_events_fn(void *ctx, enum proc_event_kind kind, pid_t pid);

/* 0, or -errno: -EOPNOTSUPP where the kernel does not answer, as it does outside the initial namespaces. Waits 100 ms at most. */
int proc_events_new(struct proc_events **ret);
/* Accepts NULL. */
void proc_events_free(struct proc_events *p);
/* To be watched for reading. */
int proc_events_fd(const struct proc_events *p);
/* All that waits. 0; -ENOBUFS: some were lost, look at all processes again; or another -errno. */
int proc_events_read(struct proc_events *p, proc_events_fn *fn, void *ctx);
#endif
