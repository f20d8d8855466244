/* role.c - see role.h. */
#include "vrrp/role.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/hook.h"

/* The only writer of vr->state: the old state's deadlines go, `why` (reason and evidence) is reported. */
void role_enter(struct vrrp_router *vr, enum vrrp_state to, struct vrrp_action why, struct vrrp_actions *out)
{
	if (hook_is_before_master(vr))
		act_plain(out, VRRP_ACT_HOOK);
	why.type = VRRP_ACT_STATE;
	why.from = vr->state;
	why.to = to;
	act(out, why);
	vr->state = to;
	deadline_forget(vr);
}

/* RFC 9568 6.4.2: the advert goes first, so that the old MASTER yields while the addresses are put in place (SM-06). */
void role_master(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out)
{
	bool waits;

	if (vr->is_demoted) /* the rival is gone */
		vr->priority = VRRP_PRIORITY_OWNER;
	vr->is_demoted = false;
	act_advert(out, vr->priority);
	waits = hook_master(vr, why.reason, out);
	if (!waits) {
		act_plain(out, VRRP_ACT_VIPS_ADD);
		act_plain(out, VRRP_ACT_ANNOUNCE);
	}
	if (vr->is_holding)
		act_watch(out, false);
	role_enter(vr, VRRP_MASTER, why, out);
	vr->is_holding = !waits;
	if (waits)
		hook_wait(vr, VRRP_HOOK_PRE_MASTER, mono_add(ev->now, vr->conf->hooks->pre_master_timeout));
	vr->advert_at = mono_add(ev->now, deadline_own_interval(vr));
	vr->reassert_at = ev->now;
	vr->rival_owner_at = vr->rival_owner_from = (mono_t){ 0 };
	vr->hold_until = (mono_t){ 0 };
	vr->is_warming = false;
	vr->master = (struct addr){ 0 };
	vr->master_priority = 0;
}

/* Listens for a whole down interval of what is learned (RFC 9568 6.4.1, 6.4.3). Addresses stay until release_at says otherwise. */
void role_backup(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out)
{
	role_enter(vr, VRRP_BACKUP, why, out);
	vr->down_from = ev->now;
	vr->down_at = mono_add(ev->now, vrrp_down_interval(vr, vr->learned_cs));
}

void role_listen(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, struct vrrp_actions *out)
{
	if (vr->state == VRRP_MASTER) {
		act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
		if (vr->is_holding)
			act_watch(out, true);
	}
	vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	role_backup(vr, ev, why, out);
	vr->skip_release_wait = vr->is_holding;
}

void role_release(struct vrrp_router *vr, struct vrrp_actions *out)
{
	act_plain(out, VRRP_ACT_VIPS_DEL);
	act_watch(out, false);
	vr->is_holding = false;
	vr->skip_release_wait = vr->owes_clients = false;
	vr->release_at = MONO_NEVER;
}

/* Remembers who is MASTER and at which pace it advertises. */
void role_learn(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	vr->learned_cs = ev->interval_cs;
	vr->master = ev->peer;
	vr->master_priority = ev->priority;
	vr->heard_at = ev->now;
}

/* An advert under our own address: a reply would loop, a reaction would be to ourselves (RX-27, SM-19). */
bool role_is_own(const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (ev->addr_cmp != 0)
		return false;
	act(out,
		(struct vrrp_action){ .type = VRRP_ACT_NOTE,
			.reason = VRRP_WHY_OWN_ADDRESS,
			.peer = ev->peer,
			.peer_priority = ev->priority });
	return true;
}

void role_priority(struct vrrp_router *vr, uint8_t priority)
{
	vr->priority = priority == VRRP_PRIORITY_OWNER && vr->is_demoted ? VRRP_PRIORITY_OWNER - 1 : priority;
}
