/*
 * hook.h - what runs before the addresses come (pre_master) and before they go (pre_release), as far as the step knows: that it
 * runs, until when it may, and what waits for it. Part of the step (step.h); the shell runs it and feeds its end.
 *
 * pre_master: MASTER, and advertising; the addresses come with its end, or at its deadline. pre_release of a stop or drill: still
 * MASTER, advertising and serving; it leaves with the end or at the deadline. pre_release of who yields: BACKUP, silent; the
 * addresses stay until the end or the deadline, and no shorter than without.
 */
#ifndef VRRP_HOOK_H
#define VRRP_HOOK_H
#include "vrrp/router.h"

/* MASTER: its pre_master runs, it holds no address yet. */
bool hook_is_before_master(const struct vrrp_router *vr);
/* MASTER: a stop or drill waits for pre_release. */
bool hook_is_before_leave(const struct vrrp_router *vr);
/* Whether one of both is over its time. */
bool hook_is_due(const struct vrrp_router *vr, mono_t now);
/*
 * On the way to MASTER for `reason`: starts pre_master, if there is one. True: the addresses wait for it, hook_wait() is due once
 * MASTER is entered.
 */
bool hook_master(const struct vrrp_router *vr, enum vrrp_reason reason, struct vrrp_actions *out);
void hook_wait(struct vrrp_router *vr, enum vrrp_hook hook, mono_t until);
/* Starts pre_release on the way to `to`, if there is one; until when the addresses wait for it, or 0. */
mono_t hook_release(const struct vrrp_router *vr, mono_t now, enum vrrp_state to, struct vrrp_actions *out);
/* HOOK, of BACKUP and LEAVING: nothing waits any more. */
void hook_end(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
#endif
