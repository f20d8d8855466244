/*
 * offender.h - whose adverts were dropped, why, and when that is worth a line: at most one a minute for each sender and cause, with
 * the count since the last one. Bounded: from the ninth pair on, senders share the place of those who have been quiet longest, or,
 * when nobody has, one for all. Pure: no clock, no log.
 */
#ifndef VRRP_OFFENDER_H
#define VRRP_OFFENDER_H
#include "base/addr.h"
#include "base/mono.h"

enum { OFFENDERS_MAX = 8, OFFENDER_EVERY_S = 60 };

struct offender {
	struct addr src; /* AF_UNSPEC: all that have no place of their own */
	unsigned cause;
	uint64_t count, untold; /* since it has this place; since the last line */
	mono_t first, last, told;
};

/* Zero is an empty one. */
struct offenders {
	struct offender item[OFFENDERS_MAX + 1]; /* the last one is for all others */
	unsigned n;                              /* of those with a sender */
};

/* Counts one. True: it is time for a line about it; *ret_untold is what happened since the last one, this one counted. */
bool offender_add(struct offenders *o, const struct addr *src, unsigned cause, mono_t now, uint64_t *ret_untold);
/* The i-th that is known, or NULL past the end. */
const struct offender *offender_get(const struct offenders *o, unsigned i);
#endif
