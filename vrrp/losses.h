/* losses.h - a contest that is there from the first loss on: hardly any of thousands ever loses something. */
#ifndef VRRP_LOSSES_H
#define VRRP_LOSSES_H
#include "vrrp/contest.h"

/* contest_lost(); *c is made where it is NULL, for free(). */
void losses_add(struct contest **c, const char *what, mono_t now);
/* contest_refused(), the same. */
void losses_refused(struct contest **c, const char *what, mono_t now);
/* Whether there is a fight now; NULL: none so far. */
static inline bool losses_are_fight(const struct contest *c)
{
	return c && c->is_on;
}
#endif
