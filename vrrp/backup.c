/* backup.c - see backup.h. */
#include "vrrp/backup.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/role.h"

/* Whether a MASTER that is weaker than we are is let be for now; starts the preempt_delay (PR-02, PR-03, PR-08). */
static bool lets_be(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	if (mono_before(ev->now, vr->hold_until))
		return true;
	if (vr->priority == VRRP_PRIORITY_OWNER)
		return false;
	if (vr->conf->nopreempt)
		return true;
	if (deadline_is_never(vr->preempt_at))
		vr->preempt_at = mono_add(ev->now, vr->conf->preempt_delay);
	return mono_before(ev->now, vr->preempt_at);
}

/*
 * RFC 9568 6.4.2, priority 0: takes over after the skew. Only the MASTER itself can resign, and it resigns once: a repeated or
 * foreign goodbye neither hastens nor postpones anything.
 */
static void backup_hears_resignation(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	if ((addr_is_set(&vr->master) && !addr_equal(&vr->master, &ev->peer)) || vr->resigned == VRRP_WHY_PEER_RESIGNED)
		return;
	vr->master = ev->peer;
	vr->resigned = VRRP_WHY_PEER_RESIGNED;
	vr->preempt_at = MONO_NEVER;
	vr->heard_at = vr->down_from = ev->now;
	vr->down_at = mono_add(ev->now, vrrp_skew(vr, vr->learned_cs));
}

/* RFC 9568 6.4.2: neither interval nor timer learn from it (TM-06); who it is, is worth knowing. */
static void backup_discards(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	if (addr_is_set(&vr->master) && !addr_equal(&vr->master, &ev->peer))
		return;
	vr->master = ev->peer;
	vr->master_priority = ev->priority;
	vr->heard_at = ev->now;
	if (vr->resigned == VRRP_WHY_NONE)
		vr->resigned = VRRP_WHY_PREEMPT;
}

/*
 * Of two that are MASTER at once the weaker one is about to fall silent: the other's longer interval must not be forgotten for its
 * sake, or we take over from the one that stays.
 */
static bool is_loser(const struct vrrp_router *vr, const struct vrrp_event *ev)
{
	return addr_is_set(&vr->master) && !addr_equal(&vr->master, &ev->peer) && vr->resigned == VRRP_WHY_NONE &&
		ev->priority <= vr->master_priority;
}

/*
 * It counts as a sign of life, but who is MASTER is known better: the stronger one spoke within two intervals. Otherwise the
 * goodbye that the weaker one says for its sync group would pass for the MASTER's own.
 */
static bool is_outranked(const struct vrrp_router *vr, const struct vrrp_event *ev)
{
	return is_loser(vr, ev) && mono_diff(ev->now, vr->heard_at) <= 2 * deadline_learned_interval(vr) &&
		(ev->priority < vr->master_priority || addr_cmp(&ev->peer, &vr->master) < 0);
}

static void backup_accepts(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	const mono_t before = vr->down_at, until = mono_add(ev->now, vrrp_down_interval(vr, ev->interval_cs));

	if (is_loser(vr, ev) && mono_before(until, before))
		return;
	if (is_outranked(vr, ev))
		vr->learned_cs = ev->interval_cs;
	else
		role_learn(vr, ev);
	vr->resigned = VRRP_WHY_NONE;
	vr->down_from = ev->now;
	vr->down_at = until;
}

/* RFC 9568 6.4.2; equal priority is accepted whatever the address is (SM-09). */
void backup_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (role_is_own(ev, out))
		return;
	if (ev->priority == 0) {
		backup_hears_resignation(vr, ev);
		return;
	}
	if (vr->skip_release_wait)
		role_release(vr, out);
	if (ev->priority >= vr->priority)
		vr->preempt_at = MONO_NEVER;
	else if (!lets_be(vr, ev)) {
		backup_discards(vr, ev);
		return;
	}
	backup_accepts(vr, ev);
	if (vr->is_holding)
		vr->release_at = mono_min(vr->release_at, mono_add(ev->now, ROLE_RELEASE_WAIT));
}

/* The other members of the sync group still hear a MASTER, or may: it is we who do not. */
static void backup_waits(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	/* Another member's deadline may be a moment later without having heard more. */
	const bool is_news = !mono_before(vr->down_at, vr->wait_until) &&
		mono_diff(ev->not_before, ev->now) > deadline_own_interval(vr);

	vr->wait_until = ev->not_before;
	if (is_news)
		act(out,
			(struct vrrp_action){ .type = VRRP_ACT_NOTE,
				.reason = VRRP_WHY_GROUP_HEARS,
				.usec = mono_diff(ev->now, vr->down_from) });
}

/*
 * Of two MASTERs whom a network kept apart, the one that yields may have heard the other one first: then that one never heard of a
 * rival, and does not announce itself to clients who were told to come here. A BACKUP sends no advert; it asks who has the
 * addresses, and waits for it unless it is late already.
 */
static void let_go(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (vr->owes_clients) {
		act_plain(out, VRRP_ACT_ASK);
		vr->owes_clients = false;
		if (mono_diff(ev->now, vr->release_at) < ROLE_RELEASE_ANNOUNCED)
			vr->release_at = mono_add(ev->now, ROLE_RELEASE_ANNOUNCED);
	}
	if (deadline_is_release(vr, ev->now))
		role_release(vr, out);
}

void backup_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	struct vrrp_action why = { .reason = vr->resigned };
	const bool is_due = deadline_is_due(mono_max(vr->down_at, vr->wait_until), ev->now);
	const bool is_waiting = is_due && mono_before(ev->now, ev->not_before);

	if ((!is_due || is_waiting) && deadline_is_release(vr, ev->now))
		let_go(vr, ev, out);
	if (is_waiting)
		backup_waits(vr, ev, out);
	if (!is_due || is_waiting)
		return;
	if (why.reason == VRRP_WHY_NONE)
		why.reason = VRRP_WHY_NO_ADVERT;
	why.peer = vr->master;
	why.peer_priority = vr->master_priority;
	why.usec = mono_diff(ev->now, vr->down_from);
	role_master(vr, ev, why, out);
}

/* TM-17: the running deadline is counted again from its start. */
void backup_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	int64_t wait;

	role_priority(vr, ev->priority);
	if (vr->priority == VRRP_PRIORITY_OWNER) {
		role_master(vr, ev, (struct vrrp_action){ .reason = VRRP_WHY_OWNER }, out);
		return;
	}
	if (!addr_is_set(&vr->master))
		vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	wait = vrrp_down_interval(vr, vr->learned_cs);
	if (vr->resigned == VRRP_WHY_PEER_RESIGNED)
		wait = vrrp_skew(vr, vr->learned_cs);
	vr->down_at = mono_add(vr->down_from, wait);
	if (mono_before(vr->down_at, ev->now))
		vr->down_at = ev->now;
}

void backup_lead(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	role_master(vr, ev, (struct vrrp_action){ .reason = VRRP_WHY_GROUP }, out);
}
