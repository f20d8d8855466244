/*
 * anycast.h - vip_mode anycast: which addresses stand on this director, from what is known of its services. Pure. An address of
 * several services stands while one of them has its quorum, as in seesaw: the others may still be served.
 */
#ifndef CHECKERS_ANYCAST_H
#define CHECKERS_ANYCAST_H
#include "io/message.h"

#include <stdbool.h>

struct services;

#define ANYCAST_DEV "vipd0"

/* Sorted by address and device, each once. */
struct anycast_set {
	struct msg_anycast *vip; /* owned */
	unsigned n;
};

/* `can_serve`: the kernel's table is written; else none stands. `s` may be NULL. Freed by anycast_done(). */
void anycast_wanted(const struct services *s, bool can_serve, struct anycast_set *ret);
void anycast_done(struct anycast_set *set);
bool anycast_equal(const struct anycast_set *a, const struct anycast_set *b);
#endif
