/*
 * joined.h - the multicast groups that a socket has joined, and of which of them a switch has to be told anew: one that snoops (RFC
 * 4541) forgets the ports of a group with the link, and the kernel reports a membership only when it begins. Pure.
 */
#ifndef VRRP_JOINED_H
#define VRRP_JOINED_H
#include <stdbool.h>

#include "base/addr.h"

struct joined_group;

/* Zero is none; joined_done(). */
struct joined {
	struct joined_group *item; /* owned */
	unsigned n;
};

/*
 * The group is joined (again), on an interface that is up or not. True: the last time it was while the interface was down, and it
 * has to be left before, so that it is reported.
 */
bool joined_take(struct joined *j, const struct addr *group, bool is_up);
void joined_done(struct joined *j);
#endif
