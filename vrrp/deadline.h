/*
 * deadline.h - what a router waits for: the intervals of RFC 9568 6.1 and the next of its deadlines. Changes only them.
 */
#ifndef VRRP_DEADLINE_H
#define VRRP_DEADLINE_H
#include "vrrp/router.h"

bool deadline_is_never(mono_t t);
/* Whether `deadline` has come. */
bool deadline_is_due(mono_t deadline, mono_t now);
/* Advertisement_Interval in usec: always the local one, whatever was learned (RFC 9568 6.4.2, TM-08). */
int64_t deadline_own_interval(const struct vrrp_router *vr);
/* The one that was learned from the MASTER, usec. */
int64_t deadline_learned_interval(const struct vrrp_router *vr);
/* The down interval, in usec, of a router that hears only ourselves. */
int64_t deadline_own_down(const struct vrrp_router *vr);
/* BACKUP, LEAVING: whether it is time to let the addresses go. */
bool deadline_is_release(const struct vrrp_router *vr, mono_t now);
/* What the timer is to be armed for; MONO_NEVER in INIT and FAULT. */
mono_t deadline_next(const struct vrrp_router *vr);
/* Aborts when an invariant of the state does not hold; called after each step in test builds. */
void vrrp_assert(const struct vrrp_router *vr);
/* Skew_Time and Active_Down_Interval (RFC 9568 6.1; v2: RFC 3768 6.1) in usec for a learned interval. */
int64_t vrrp_skew(const struct vrrp_router *vr, uint32_t interval_cs);
int64_t vrrp_down_interval(const struct vrrp_router *vr, uint32_t interval_cs);
/* By how much the skews of our priority and another one differ, in usec, at our interval; 0 for the same, and for none (0). */
int64_t deadline_spread(const struct vrrp_router *vr, uint8_t priority);
/* No deadline is set any more. */
void deadline_forget(struct vrrp_router *vr);
#endif
