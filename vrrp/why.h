/*
 * why.h - who is MASTER, and by which rule, in words: for `vipctl why`. Pure: from what the router and the receiver know at a
 * moment.
 */
#ifndef VRRP_WHY_H
#define VRRP_WHY_H
#include "base/mono.h"

#include <stddef.h>
#include <stdint.h>

struct faults;
struct receive_peer;
struct vrrp_router;

/* The rule that decides now. */
enum why_rule {
	WHY_OUT,           /* INIT: does not take part yet */
	WHY_FAULT,         /* cannot take part */
	WHY_LEAVING,       /* hands over */
	WHY_OWNER,         /* MASTER with priority 255 */
	WHY_ALONE,         /* MASTER, nobody else was heard */
	WHY_MASTER,        /* MASTER, the other one is not stronger */
	WHY_SILENCE,       /* BACKUP, no MASTER is heard */
	WHY_PRIORITY,      /* BACKUP, the MASTER is stronger */
	WHY_TIE,           /* BACKUP, the MASTER has the same priority */
	WHY_NOPREEMPT,     /* BACKUP, stronger than the MASTER and told to wait */
	WHY_PREEMPT_DELAY, /* the same, for a time */
	WHY_DRILL,
	WHY_WARMING, /* the same, until the connections in use are known (warm.h) */
	WHY_PREEMPT, /* BACKUP, stronger, takes over when its time is over */
	WHY_RULE_MAX
};

struct why_look {
	const struct vrrp_router *router;
	const struct receive_peer *peer;
	const struct faults *faults;
	mono_t now;
};

/* How long a peer that is silent while we are MASTER is still worth a word. */
#define WHY_PEER_USEC (24 * 3600 * MONO_SEC)

enum why_rule why_rule(const struct why_look *l);
/* "priority", "tie", "nopreempt": the rule as one word. */
const char *why_rule_str(enum why_rule rule);
/* One sentence of what the rule makes of these two; returns buf. */
const char *why_str(const struct why_look *l, char *buf, size_t size);
#endif
