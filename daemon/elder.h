/*
 * elder.h - the vrrp process of the program that main was before: it serves until the new one is ready, however often that fails to
 * come up. It hands over to another director when nobody has told it for SUCCESSION_USEC that a successor is on its way.
 */
#ifndef DAEMON_ELDER_H
#define DAEMON_ELDER_H
#include "base/mono.h"
#include "io/message.h"

#include <stdbool.h>
#include <sys/types.h>

#define SUCCESSION_USEC (5 * MONO_SEC)

/* Zero is none. */
struct elder {
	pid_t pid;               /* 0: none */
	struct channel *channel; /* owned */
	bool is_told;            /* to yield */
	uint32_t *ended;         /* owned: hooks that ended since then, which it may not have read of */
	unsigned n_ended;
};

/* Its channel `ch` is taken over; what it said to its own main is handled at once. */
void elder_adopt(struct elder *e, pid_t pid, struct channel *ch);
/* A successor is on its way; at least once in SUCCESSION_USEC. */
void elder_hold(const struct elder *e);
/* The successor is ready: once. */
void elder_yield(struct elder *e);
/* It waits for this too: a hook that it asked for has ended. */
void elder_hear(struct elder *e, enum message_type type, const void *data, size_t len);
/* Its successor, which has its state now, hears what it may not have read any more. */
void elder_bequeath(const struct elder *e, struct channel *successor);
/* It ended, or we do: nothing of it is left. */
void elder_done(struct elder *e);
#endif
