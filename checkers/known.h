/*
 * known.h - what the lvs process knows of the kernel's table without reading it: which services are ours, and what it has written
 * last. Mostly these are the same services, and then they are in memory once.
 */
#ifndef CHECKERS_KNOWN_H
#define CHECKERS_KNOWN_H
#include "net/ipvs_table.h"

#include <stdbool.h>

/* Zero knows nothing. Both are sorted; only known.c changes them. */
struct known {
	struct ipvs_table owned;   /* services, of which keys and drain_usec count; may be those of `written` */
	struct ipvs_table written; /* what the kernel has of ours; the truth of it is looked at from time to time */
};

void known_done(struct known *k);
/* Services with these keys are ours. */
void known_own(struct known *k, const struct ipvs_service *keys, unsigned n);
/*
 * `target` was written, with something refused or not: it takes the place of what was written before, of the services in `scope`
 * (services alone) or of all (NULL; then *target is taken over and empty). Unless something was refused, services of the scope that
 * are not in it are ours no more.
 */
void known_remember(struct known *k, const struct ipvs_table *scope, bool is_refused, struct ipvs_table *target);
/* The connections that `kernel`, which was read, has now, for known_connections() of what is gone later. */
void known_count(struct known *k, const struct ipvs_table *kernel);
/* How many connections `t` has on the destinations that these changes add. */
uint64_t known_connections(const struct ipvs_table *t, const struct ipvs_change *changes, unsigned n);
#endif
