/*
 * role.h - what the handlers of all states share: to enter a state with all that belongs to it, to let go of the addresses, to
 * remember the MASTER. Part of the step (step.h).
 */
#ifndef VRRP_ROLE_H
#define VRRP_ROLE_H
#include "vrrp/router.h"

/* Once another router is known to be MASTER: this long for its announcement, and this long after the announcement, in usec. */
#define ROLE_RELEASE_WAIT (100 * MONO_MSEC)
#define ROLE_RELEASE_ANNOUNCED (20 * MONO_MSEC)

/* The only writer of vr->state; `why` has the reason and its evidence. */
void role_enter(struct vrrp_router *vr, enum vrrp_state to, struct vrrp_action why, struct vrrp_actions *out);
void role_master(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out);
void role_backup(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out);
/* MASTER that has not spoken for so long that it cannot know: it says nothing, and holds until it hears somebody. */
void role_listen(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out);
/* The addresses go. */
void role_release(struct vrrp_router *vr, struct vrrp_actions *out);
void role_learn(struct vrrp_router *vr, const struct vrrp_event *ev);
/* Whether the advert came from ourselves; noted. */
bool role_is_own(const struct vrrp_event *ev, struct vrrp_actions *out);
/* A new effective priority; an owner that stepped down keeps 254 (PR-10). */
void role_priority(struct vrrp_router *vr, uint8_t priority);
#endif
