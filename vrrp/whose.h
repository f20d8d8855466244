/*
 * whose.h - asks the lvs process which real server a host is that answers for a virtual address (MSG_WHOSE); claimant.h keeps the
 * answers.
 */
#ifndef VRRP_WHOSE_H
#define VRRP_WHOSE_H

struct child;
struct claimants;

/* From now on; `child` outlives it. */
void whose_start(struct claimants *c, struct child *child);
#endif
