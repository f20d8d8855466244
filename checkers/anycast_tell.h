/* anycast_tell.h - tells the vrrp process, which has the addresses, what vip_mode anycast wants: always the whole set. */
#ifndef CHECKERS_ANYCAST_TELL_H
#define CHECKERS_ANYCAST_TELL_H
#include "checkers/anycast.h"

struct child;
struct table;

/* All zero with `child` is a new one. */
struct anycast_teller {
	struct child *child;     /* borrowed */
	struct anycast_set told; /* owned */
};

/* After the table was written: tells what is other than before; with `must` in any case. Without services nothing. */
void anycast_tell(struct anycast_teller *t, const struct services *s, const struct table *table, bool must);
void anycast_tell_done(struct anycast_teller *t);
#endif
