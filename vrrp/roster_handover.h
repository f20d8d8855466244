/*
 * roster_handover.h - from one process to the next without anybody's notice: what the elder says of its instances last, and what
 * its successor remembers of that.
 */
#ifndef VRRP_ROSTER_HANDOVER_H
#define VRRP_ROSTER_HANDOVER_H
#include "base/mono.h"

#include <stdbool.h>

struct instance;
struct roster;
struct text;

/* The last words for a successor that goes on without anybody's notice; resume.h has the lines. */
void roster_write_handover(const struct roster *r, struct text *t, mono_t now);
/* One advert of each MASTER, out of turn: what follows has a whole interval for the next one. */
void roster_advertise(struct roster *r);
/* Whether an instance still hands over, or lets addresses go: a successor would not know. */
bool roster_is_moving(const struct roster *r);
/* During roster_apply() after a handover. */
bool roster_is_succeeding(const struct roster *r);
/* During roster_apply() after a handover: everybody knows that it is in this state. */
bool roster_goes_on(const struct roster *r, const struct instance *vi);
/* Those that are as they were keep what the process before this one said of them last; all of them count on. */
void roster_recall(struct roster *r);
#endif
