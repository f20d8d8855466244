/* master.c - see master.h. */
#include "vrrp/master.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
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

/* RFC 9568 6.4.3, SM-15 and SM-16: silent at once, but in the service until the new MASTER has announced itself. */
static void yield(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	struct vrrp_action why = {
		.reason = ev->priority > vr->priority ? VRRP_WHY_HIGHER_PRIORITY : VRRP_WHY_HIGHER_ADDRESS,
		.peer = ev->peer,
		.peer_priority = ev->priority,
	};

	if (vr->is_demoted)
		why.reason = VRRP_WHY_DUPLICATE_OWNER;
	if (vr->conf->higher_prio_send_advert)
		act_advert(out, vr->priority);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	act_watch(out, true);
	role_learn(vr, ev);
	role_backup(vr, ev, why, out);
	vr->release_at = mono_add(ev->now, ROLE_RELEASE_WAIT);
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

/*
 * The rival announced itself too: clients must hear the MASTER last, or they follow one that is about to let go. An answer that
 * comes too early for the bound is owed, not dropped.
 */
static void outrank(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (may_reassert(vr, ev)) {
		if (answers_rivals(vr->conf))
			act_advert(out, vr->priority);
		act_plain(out, VRRP_ACT_REANNOUNCE);
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
 * TM-11: whole intervals from the last deadline, so that lateness does not add up; a lost interval is not made up for. An owed
 * answer goes with the beat when both are due.
 */
void master_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const int64_t late = mono_diff(ev->now, vr->advert_at);
	const bool is_answer = vr->owes_answer && may_reassert(vr, ev);

	if (late >= 0 || (is_answer && answers_rivals(vr->conf)))
		act_advert(out, vr->priority);
	if (is_answer)
		act_plain(out, VRRP_ACT_REANNOUNCE);
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

/* MASTER: says priority 0, but serves until somebody else does. */
void master_leave(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_stop = ev->type == VRRP_EV_STOP;

	act_watch(out, true);
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	role_enter(vr, VRRP_LEAVING, (struct vrrp_action){ .reason = is_stop ? VRRP_WHY_STOP : VRRP_WHY_DRILL }, out);
	vr->leave_to = is_stop ? VRRP_INIT : VRRP_BACKUP;
	vr->hold_until = is_stop ? (mono_t){ 0 } : ev->hold_until;
	vr->learned_cs = vr->conf->interval_cs;
	vr->down_from = ev->now;
	vr->give_up_at = mono_add(ev->now, deadline_own_down(vr) + GIVE_UP_SLACK);
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
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	act_watch(out, true);
	vr->learned_cs = vr->conf->interval_cs;
	role_backup(vr, ev, why, out);
	vr->release_at = mono_add(ev->now, deadline_own_interval(vr) + ROLE_RELEASE_WAIT);
}
