/* backup.h - the handlers of BACKUP, for the table of step.c (RFC 9568 6.4.2). */
#ifndef VRRP_BACKUP_H
#define VRRP_BACKUP_H
#include "vrrp/router.h"

/* ADVERT. */
void backup_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* TIMER. */
void backup_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* CONFIG. */
void backup_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* LEAD. */
void backup_lead(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
#endif
