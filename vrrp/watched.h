/*
 * watched.h - who wants to hear of which addresses: found by the address, whatever the number of those who listen. Pure: knows no
 * socket.
 */
#ifndef VRRP_WATCHED_H
#define VRRP_WATCHED_H
#include <stdbool.h>

#include "base/addr.h"
#include "base/mono.h"

struct watched_entry;

/* Zero is an empty one; watched_done(). */
struct watched {
	struct watched_entry *entry; /* owned: dropped ones, too, until there is no room */
	uint32_t *bucket;            /* owned */
	unsigned n, n_entries, cap, n_buckets;
	unsigned walks; /* that are under way */
};

typedef void watched_fn(void *who, const void *what);

void watched_done(struct watched *w);
/* From now on `who` (borrowed) hears of the address, too. */
void watched_add(struct watched *w, const struct addr *a, void *who);
/* Of no address any more. */
void watched_drop(struct watched *w, const void *who);
/* Calls `fn` for everybody who wants to hear of the address, once; it may add and drop. */
void watched_tell(struct watched *w, const struct addr *a, watched_fn *fn, const void *what);
bool watched_is_empty(const struct watched *w);

enum { WATCHED_QUESTIONS = 8, WATCHED_ASKED_USEC = 100000 };

/* What was asked for all who watch an address, lately: they hear the answer as well as who asked. Zero: nothing. */
struct watched_asked {
	struct watched_question {
		struct addr target;
		mono_t at;
	} last[WATCHED_QUESTIONS]; /* by hash */
};

/* Whether the question was asked less than WATCHED_ASKED_USEC ago; otherwise it is taken down as asked now. */
bool watched_is_asked(struct watched_asked *asked, const struct addr *target, mono_t now);
#endif
