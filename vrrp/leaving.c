/* leaving.c - see leaving.h. */
#include "vrrp/leaving.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/role.h"

void leaving_end(struct vrrp_router *vr, const struct vrrp_event *ev, enum vrrp_reason reason, struct vrrp_actions *out)
{
	const struct vrrp_action why = {
		.reason = reason,
		.peer = vr->master,
		.peer_priority = vr->master_priority,
		.usec = mono_diff(ev->now, vr->down_from),
	};

	role_release(vr, out);
	if (vr->leave_to == VRRP_BACKUP) {
		role_backup(vr, ev, why, out);
		return;
	}
	role_enter(vr, VRRP_INIT, why, out);
	act_plain(out, VRRP_ACT_DONE);
}

/* Any other MASTER will do, weaker or not; its first advert starts the wait for its announcement. */
void leaving_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (role_is_own(ev, out) || ev->priority == 0)
		return;
	if (!addr_is_set(&vr->master) || addr_equal(&vr->master, &ev->peer) || ev->interval_cs >= vr->learned_cs)
		role_learn(vr, ev);
	if (deadline_is_never(vr->release_at))
		vr->release_at = mono_add(ev->now, ROLE_RELEASE_WAIT);
}

void leaving_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (!deadline_is_due(deadline_next(vr), ev->now))
		return;
	if (!deadline_is_never(vr->release_at))
		leaving_end(vr, ev, VRRP_WHY_TAKEN_OVER, out);
	else if (vr->leave_to == VRRP_INIT)
		leaving_end(vr, ev, VRRP_WHY_NOBODY, out);
	else if (mono_before(ev->now, ev->not_before))
		leaving_end(vr, ev, VRRP_WHY_GROUP, out);
	else
		role_master(vr, ev,
			(struct vrrp_action){ .reason = VRRP_WHY_NOBODY, .usec = mono_diff(ev->now, vr->down_from) },
			out);
}

/* A drill under way turns into a stop. */
void leaving_stop(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev, (void)out;
	vr->leave_to = VRRP_INIT;
}

void leaving_lead(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (vr->leave_to == VRRP_BACKUP && deadline_is_never(vr->release_at))
		role_master(vr, ev, (struct vrrp_action){ .reason = VRRP_WHY_GROUP }, out);
}
