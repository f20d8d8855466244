/* master.c - see master.h. */
#include "vrrp/master.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/hook.h"
#include "vrrp/leaving.h"
#include "vrrp/role.h"

/* LEAVING waits for the down interval of the others: about ours, plus their wake-up and the way. */
#define GIVE_UP_SLACK (100 * MONO_MSEC)

/* SM-20: at most one immediate advert in a quarter of the interval, however many packets ask for it. */
static bool may_reassert(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	if (mono_before(ev->now, vr->reassert_at))
		return false;
	vr->reassert_at = mono_add(ev->now, deadline_own_interval(vr) / 4);
	return true;
}

/* Says priority 0, but serves until somebody else does; `leave_to` and `hold_until` say what for. */
static void leave(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const enum vrrp_reason reason = vr->leave_to == VRRP_INIT ? VRRP_WHY_STOP : VRRP_WHY_DRILL;

	if (vr->is_holding)
		act_watch(out, true);
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	role_enter(vr, VRRP_LEAVING, (struct vrrp_action){ .reason = reason }, out);
	vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	vr->down_from = ev->now;
	vr->give_up_at = mono_add(ev->now, deadline_own_down(vr) + GIVE_UP_SLACK);
}

/* The addresses, if there are any, go `wait` later, and not before pre_release ended. */
static void back_down(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why, int64_t wait,
	struct vrrp_actions *out)
{
	const mono_t until = vr->is_holding ? hook_release(vr, ev->now, VRRP_BACKUP, out) : (mono_t){ 0 };

	if (vr->is_holding)
		act_watch(out, true);
	role_backup(vr, ev, why, out);
	if (!vr->is_holding)
		return;
	vr->release_at = mono_add(ev->now, wait);
	vr->owes_clients = true;
	if (until.usec)
		hook_wait(vr, VRRP_HOOK_PRE_RELEASE, until);
}

/*
 * A stop or drill that waits for pre_release ends the wait: somebody else is MASTER, here or for another member. What runs has
 * its time all the same.
 */
static bool leaves_for(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const mono_t until = vr->hook_until;

	if (!hook_is_before_leave(vr))
		return false;
	leave(vr, ev, out);
	hook_wait(vr, VRRP_HOOK_PRE_RELEASE, until);
	if (ev->type == VRRP_EV_ADVERT)
		leaving_hears(vr, ev, out);
	return true;
}

/*
 * We answered a rival, and are beaten by a third one: our answer may have crossed the winner's, whose next one is owed for up to a
 * quarter of its interval (outrank()). Until then clients follow us, whatever was heard of it. 0: nobody was answered.
 */
static mono_t crossed_until(const struct vrrp_router *vr, const struct vrrp_event *ev)
{
	const int64_t owed = ev->interval_cs * INT64_C(10000) / 4;

	return mono_before(ev->now, vr->reassert_at) ? mono_add(ev->now, owed + ROLE_RELEASE_ANNOUNCED) : (mono_t){ 0 };
}

/* RFC 9568 6.4.3, SM-15 and SM-16: silent at once, but in the service until the new MASTER has announced itself. */
static void yield(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	struct vrrp_action why = {
		.reason = ev->priority > vr->priority ? VRRP_WHY_HIGHER_PRIORITY : VRRP_WHY_HIGHER_ADDRESS,
		.peer = ev->peer,
		.peer_priority = ev->priority,
	};

	if (leaves_for(vr, ev, out))
		return;
	if (vr->is_demoted)
		why.reason = VRRP_WHY_DUPLICATE_OWNER;
	if (vr->conf->higher_prio_send_advert)
		act_advert(out, vr->priority);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	role_learn(vr, ev);
	back_down(vr, ev, why, ROLE_RELEASE_WAIT, out);
	vr->stay_until = crossed_until(vr, ev);
}

/* PR-10: another owner that ought to yield, and does not for two adverts of ours and a bit. */
static bool is_stubborn_owner(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	const int64_t patience = 2 * deadline_own_interval(vr) + deadline_own_interval(vr) * 12 / 10;

	if (vr->priority != VRRP_PRIORITY_OWNER || ev->priority != VRRP_PRIORITY_OWNER)
		return false;
	if (!vr->rival_owner_at.usec || mono_diff(ev->now, vr->rival_owner_at) > deadline_own_down(vr))
		vr->rival_owner_from = ev->now;
	vr->rival_owner_at = ev->now;
	return mono_diff(ev->now, vr->rival_owner_from) >= patience;
}

/* Whether a rival is answered with an advert: RFC 9568 6.4.3 demands it, RFC 3768 6.4.3 forbids it (V2-15: only strict obeys). */
static bool answers_rivals(const struct vrrp_conf *c)
{
	return !c->lower_prio_no_advert && !(c->version == VRRP_V2 && c->strict);
}

/* Before pre_master ended there is nothing to announce: whoever still has the addresses serves. */
static void announce_again(const struct vrrp_router *vr, struct vrrp_actions *out)
{
	if (vr->is_holding)
		act_plain(out, VRRP_ACT_REANNOUNCE);
}

/*
 * The rival announced itself too: clients must hear the MASTER last, or they follow one that is about to let go. An answer that
 * comes too early for the bound is owed, not dropped.
 */
static void outrank(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (may_reassert(vr, ev)) {
		if (answers_rivals(vr->conf))
			act_advert(out, vr->priority);
		announce_again(vr, out);
		vr->owes_answer = false;
	} else {
		vr->owes_answer = true;
	}
	act(out,
		(struct vrrp_action){ .type = VRRP_ACT_NOTE,
			.reason = VRRP_WHY_RIVAL,
			.peer = ev->peer,
			.peer_priority = ev->priority });
}

void master_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (role_is_own(ev, out))
		return;
	if (vr->priority == VRRP_PRIORITY_OWNER && vr->conf->owner_ignore_adverts)
		return;
	if (ev->priority > vr->priority || (ev->priority == vr->priority && ev->addr_cmp > 0)) {
		yield(vr, ev, out);
	} else if (is_stubborn_owner(vr, ev)) {
		vr->is_demoted = true;
		role_priority(vr, vr->priority);
		yield(vr, ev, out);
	} else if (ev->priority > 0) {
		outrank(vr, ev, out);
	} else if (may_reassert(vr, ev)) { /* SM-14, TM-12 */
		act_advert(out, vr->priority);
		vr->advert_at = mono_add(ev->now, deadline_own_interval(vr));
	}
}

/*
 * What waited for it: the addresses, or the goodbye. The advert tells a stronger one, whose own is on its way, that it has to
 * announce itself again: clients must hear it last.
 */
void master_hook(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (hook_is_before_leave(vr))
		leave(vr, ev, out);
	if (!hook_is_before_master(vr))
		return;
	act_advert(out, vr->priority);
	act_plain(out, VRRP_ACT_VIPS_ADD);
	act_plain(out, VRRP_ACT_ANNOUNCE);
	vr->is_holding = true;
	hook_end(vr, ev, out);
}

/*
 * TM-11: whole intervals from the last deadline, so that lateness does not add up; a lost interval is not made up for. An owed
 * answer goes with the beat when both are due.
 */
void master_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const int64_t late = mono_diff(ev->now, vr->advert_at);
	bool is_answer, is_said = false;

	if (hook_is_due(vr, ev->now)) {
		is_said = hook_is_before_master(vr);
		master_hook(vr, ev, out);
	}
	if (vr->state != VRRP_MASTER)
		return;
	is_answer = vr->owes_answer && may_reassert(vr, ev);
	if (!is_said && (late >= 0 || (is_answer && answers_rivals(vr->conf))))
		act_advert(out, vr->priority);
	if (is_answer)
		announce_again(vr, out);
	vr->owes_answer = vr->owes_answer && !is_answer;
	if (late >= 0)
		vr->advert_at = mono_add(late < deadline_own_interval(vr) ? vr->advert_at : ev->now,
			deadline_own_interval(vr));
}

/* SM-24. A shorter interval counts from now; a longer one begins after the advert that was promised under the old one. */
void master_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const uint8_t before = vr->priority;
	const mono_t next = mono_add(ev->now, deadline_own_interval(vr));
	bool is_changed;

	role_priority(vr, ev->priority);
	is_changed = vr->priority != before;
	if (is_changed)
		act_advert(out, vr->priority);
	vr->advert_at = is_changed ? next : mono_min(vr->advert_at, next);
}

/*
 * pre_release comes first, while it advertises and serves as before: of a sync group all members wait for all of them, or one would
 * be gone while the other still speaks. A stop is never turned into a drill.
 */
void master_leave(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_waiting = hook_is_before_leave(vr);

	if (ev->type == VRRP_EV_STOP)
		vr->leave_to = VRRP_INIT;
	else if (!is_waiting)
		vr->leave_to = VRRP_BACKUP;
	vr->hold_until = vr->leave_to == VRRP_INIT ? (mono_t){ 0 } : ev->hold_until;
	if (ev->hook_usec <= 0 && !leaves_for(vr, ev, out))
		leave(vr, ev, out);
	if (vr->state != VRRP_MASTER || is_waiting)
		return;
	if (vr->is_holding)
		(void)hook_release(vr, ev->now, vr->leave_to, out);
	else
		act_plain(out, VRRP_ACT_HOOK); /* of a group, one that has no addresses yet: pre_master is in vain */
	hook_wait(vr, VRRP_HOOK_PRE_RELEASE, mono_add(ev->now, ev->hook_usec));
}

/*
 * The others of the sync group are BACKUP now. Priority 0 tells whoever is MASTER for them to be it here too, and makes one that is
 * already speak; the addresses wait for it as when yielding, for at most one interval.
 */
void master_yield(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const struct vrrp_action why = { .reason = VRRP_WHY_GROUP };

	if (ev->is_silent) {
		role_listen(vr, ev, why, out);
		return;
	}
	if (leaves_for(vr, ev, out))
		return;
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	back_down(vr, ev, why, deadline_own_interval(vr) + ROLE_RELEASE_WAIT, out);
}
