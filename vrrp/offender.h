/*
 * offender.h - whose adverts were dropped, why, and when that is worth a line: at most one a minute for each sender and cause, with
 * the count since the last one. Bounded: from the ninth pair on, senders share the place of those who have been quiet longest, or,
 * when nobody has, one for all; and whoever shares a pace has four lines a second together, so that a flood is none of the log
 * (fault F109). All that others send has one pace: what is dropped, rivals, virtual routers of nobody here. Pure: no clock, no log.
 */
#ifndef VRRP_OFFENDER_H
#define VRRP_OFFENDER_H
#include "base/addr.h"
#include "base/mono.h"

enum { OFFENDERS_MAX = 8, OFFENDER_EVERY_S = 60, OFFENDER_LINES = 4 };

/* The last lines that others caused. Zero: none yet. */
struct offender_pace {
	mono_t line[OFFENDER_LINES];
	unsigned oldest;
};

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
	struct offender_pace *pace;              /* borrowed; NULL: none */
};

/* Whether one more line fits: at most OFFENDER_LINES in any second. Counts it if so. */
bool offender_pace_take(struct offender_pace *p, mono_t now);

/*
 * Counts one. True: it is time for a line about it; *ret_untold is what happened since the last one, this one counted. A
 * line for which the pace has no room comes with one of the next.
 */
bool offender_add(struct offenders *o, const struct addr *src, unsigned cause, mono_t now, uint64_t *ret_untold);
/* The i-th that is known, or NULL past the end. */
const struct offender *offender_get(const struct offenders *o, unsigned i);
#endif
