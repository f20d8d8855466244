/* master.h - the handlers of MASTER, for the table of step.c (RFC 9568 6.4.3). */
#ifndef VRRP_MASTER_H
#define VRRP_MASTER_H
#include "vrrp/router.h"

/* ADVERT. */
void master_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* TIMER. */
void master_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* CONFIG. */
void master_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* STOP, DRILL. */
void master_leave(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* HOOK. */
void master_hook(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* YIELD. */
void master_yield(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
#endif
