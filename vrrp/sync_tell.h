/*
 * sync_tell.h - what the lvs process hears of lvs_sync_daemon: MSG_SYNC_DAEMON, with the role that the line's instance gives.
 * It is said before the addresses move: a director that serves already sends what the other one has to know.
 */
#ifndef VRRP_SYNC_TELL_H
#define VRRP_SYNC_TELL_H
#include "io/message.h"

#include <stdbool.h>

struct child;
struct instance;
struct roster;

/* Zeroed at the start. */
struct sync_teller {
	struct msg_sync_daemon last; /* what was said */
	bool is_told, is_following;  /* `last` follows the state of its instance */
};

/* The newest configuration is applied. */
void sync_tell(struct sync_teller *t, struct child *c, const struct roster *r);
/* The instance is in another state. */
void sync_tell_entering(struct sync_teller *t, struct child *c, const struct instance *vi);
/* To an lvs process that is new. */
void sync_tell_again(const struct sync_teller *t, struct child *c);
#endif
