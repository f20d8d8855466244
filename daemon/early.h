/*
 * early.h - what children of the program before this one asked for (MSG_NOTIFY, MSG_HOOK), until the configuration is there:
 * nothing can be run before.
 */
#ifndef DAEMON_EARLY_H
#define DAEMON_EARLY_H
#include "io/message.h"

#include <sys/queue.h>

struct early_entry;

struct early {
	STAILQ_HEAD(, early_entry) all; /* owned, in the order they came */
};

void early_init(struct early *e);
void early_done(struct early *e);
/* A copy of it; of other kinds than these two nothing is kept. */
void early_keep(struct early *e, enum role from, const struct message *m);
/* Each once, in order; nothing is left. */
void early_replay(struct early *e, void (*each)(void *ctx, enum role from, const struct message *m), void *ctx);
#endif
