/*
 * contest.h - a fight over an address, a route or a rule: somebody changes it back as often as it is put right. Whoever
 * loses one and the same object CONTEST_LOSSES times within CONTEST_WINDOW yields (FAULT: address_contested) and tries again after
 * a quiet period, which doubles with every fight that begins soon after the last. The same for addresses that the kernel refuses
 * (FAULT: address_refused), which is said at once. Pure. Hardly anybody ever needs one: losses.h.
 */
#ifndef VRRP_CONTEST_H
#define VRRP_CONTEST_H
#include "base/mono.h"

#include <stdbool.h>

enum { CONTEST_LOSSES = 10, CONTEST_LEN = 128, CONTEST_LEVELS = 6 };
#define CONTEST_WINDOW (10 * MONO_SEC)
#define CONTEST_QUIET (10 * MONO_SEC) /* the first quiet period; the longest is 32 times that */
#define CONTEST_CALM (600 * MONO_SEC) /* without a fight for so long: the next one begins small again */

/* Zero is a quiet one. */
struct contest {
	char what[CONTEST_LEN];    /* the object */
	mono_t at[CONTEST_LOSSES]; /* its losses, in a ring */
	unsigned n;                /* losses so far */
	unsigned level;            /* fights in a row */
	mono_t until;              /* end of the quiet period */
	bool is_on, is_refusal;
};

/* `what` was removed by somebody else. True: from now on it is a fight, until `until`. */
bool contest_lost(struct contest *c, const char *what, mono_t now);
/* The kernel refuses `what`, for a reason that stands in it: from now on, until `until`. */
void contest_refused(struct contest *c, const char *what, mono_t now);
/* The quiet period is over: true, once. */
bool contest_end(struct contest *c, mono_t now);
/* The object that is fought over; NULL: none is. */
const char *contest_what(const struct contest *c);
#endif
