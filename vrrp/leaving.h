/* leaving.h - the handlers of LEAVING, for the table of step.c: make before break. */
#ifndef VRRP_LEAVING_H
#define VRRP_LEAVING_H
#include "vrrp/router.h"

/* It ends for `reason`, the addresses go. */
void leaving_end(struct vrrp_router *vr, const struct vrrp_event *ev, enum vrrp_reason reason,
	struct vrrp_actions *out);
/* ADVERT. */
void leaving_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* TIMER. */
void leaving_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* STOP: a drill under way turns into it. */
void leaving_stop(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* LEAD: a drill that nobody answers. */
void leaving_lead(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
#endif
