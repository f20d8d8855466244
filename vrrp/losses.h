/* losses.h - the memory of what a contest lost: there from the first loss on. */
#ifndef VRRP_LOSSES_H
#define VRRP_LOSSES_H
#include "vrrp/contest.h"

/* contest_lost(), with memory for it. What it says shows in contest.is_on; losses_done(). */
void losses_add(struct contest *c, const char *what, mono_t now);
/* contest_refused(), with memory for it. */
void losses_refused(struct contest *c, const char *what, mono_t now);
/* A quiet one again, without memory. */
void losses_done(struct contest *c);
#endif
