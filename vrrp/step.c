/*
 * step.c - see step.h. The state machine of RFC 9568 6.4 (RFC 3768 6.4 for version 2) as a table of handlers, with one more state,
 * LEAVING, for make before break. Handlers change the router and append actions; vrrp_step() arms the one timer from the deadlines
 * that are left. Knows no packet and no interface.
 */
#include "vrrp/step.h"

#include "vrrp/act.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"

/* Once another router is known to be MASTER: this long for its announcement, and this long after the announcement. */
#define RELEASE_WAIT (100 * MONO_MSEC)
#define RELEASE_ANNOUNCED (20 * MONO_MSEC)
/* LEAVING waits for the down interval of the others: about ours, plus their wake-up and the way. */
#define GIVE_UP_SLACK (100 * MONO_MSEC)

typedef void handler(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);

/* The only writer of vr->state: the old state's deadlines go, `why` (reason and evidence) is reported. */
static void enter(struct vrrp_router *vr, enum vrrp_state to, struct vrrp_action why, struct vrrp_actions *out)
{
	why.type = VRRP_ACT_STATE;
	why.from = vr->state;
	why.to = to;
	act(out, why);
	vr->state = to;
	deadline_forget(vr);
}

/* RFC 9568 6.4.2: the advert goes first, so that the old MASTER yields while the addresses are put in place (SM-06). */
static void become_master(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why,
	struct vrrp_actions *out)
{
	act_advert(out, vr->priority);
	act_plain(out, VRRP_ACT_VIPS_ADD);
	act_plain(out, VRRP_ACT_ANNOUNCE);
	if (vr->is_holding)
		act_watch(out, false);
	enter(vr, VRRP_MASTER, why, out);
	vr->is_holding = true;
	vr->advert_at = mono_add(ev->now, deadline_own_interval(vr));
	vr->reassert_at = ev->now;
	vr->hold_until = (mono_t){ 0 };
	vr->master = (struct addr){ 0 };
	vr->master_priority = 0;
}

/* Listens for a whole down interval of what is learned (RFC 9568 6.4.1, 6.4.3). Addresses stay until release_at says otherwise. */
static void become_backup(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_action why,
	struct vrrp_actions *out)
{
	enter(vr, VRRP_BACKUP, why, out);
	vr->down_from = ev->now;
	vr->down_at = mono_add(ev->now, vrrp_down_interval(vr, vr->learned_cs));
}

static void release(struct vrrp_router *vr, struct vrrp_actions *out)
{
	act_plain(out, VRRP_ACT_VIPS_DEL);
	act_watch(out, false);
	vr->is_holding = false;
	vr->skip_release_wait = false;
	vr->release_at = MONO_NEVER;
}

/* Remembers who is MASTER and at which pace it advertises. */
static void learn(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	vr->learned_cs = ev->interval_cs;
	vr->master = ev->peer;
	vr->master_priority = ev->priority;
	vr->heard_at = ev->now;
}

static void ignore(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)vr, (void)ev, (void)out;
}

/* INIT and FAULT. `state MASTER` of the configuration is only a wish: it listens first all the same. */
static void start(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_recover = vr->state == VRRP_FAULT;
	struct vrrp_action why = { .reason = is_recover ? VRRP_WHY_RECOVER : VRRP_WHY_START };

	vr->learned_cs = vr->conf->interval_cs;
	vr->master = (struct addr){ 0 };
	vr->master_priority = 0;
	if (vr->priority == VRRP_PRIORITY_OWNER)
		why.reason = VRRP_WHY_OWNER;
	else if (ev->is_resume && !is_recover)
		why.reason = VRRP_WHY_RESUME;
	else {
		become_backup(vr, ev, why, out);
		return;
	}
	become_master(vr, ev, why, out);
}

static void set_priority(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)out;
	vr->priority = ev->priority;
}

/* INIT, BACKUP, FAULT: no packet (SM-05), nothing to wait for. */
static void quit(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev;
	if (vr->is_holding)
		release(vr, out);
	if (vr->state != VRRP_INIT)
		enter(vr, VRRP_INIT, (struct vrrp_action){ .reason = VRRP_WHY_STOP }, out);
	act_plain(out, VRRP_ACT_DONE);
}

static void fail(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev;
	if (vr->is_holding)
		release(vr, out);
	enter(vr, VRRP_FAULT, (struct vrrp_action){ .reason = VRRP_WHY_FAULT }, out);
}

/* An advert under our own address: a reply would loop, a reaction would be to ourselves (RX-27, SM-19). */
static bool is_own(const struct vrrp_event *ev, struct vrrp_actions *out)
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

/* RFC 9568 6.4.2; equal priority is accepted whatever the address is (SM-09). */
static void backup_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (is_own(ev, out))
		return;
	if (ev->priority == 0) {
		backup_hears_resignation(vr, ev);
		return;
	}
	if (vr->skip_release_wait)
		release(vr, out);
	if (ev->priority >= vr->priority)
		vr->preempt_at = MONO_NEVER;
	else if (!lets_be(vr, ev)) {
		backup_discards(vr, ev);
		return;
	}
	learn(vr, ev);
	vr->resigned = VRRP_WHY_NONE;
	vr->down_from = ev->now;
	vr->down_at = mono_add(ev->now, vrrp_down_interval(vr, vr->learned_cs));
}

static void backup_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	struct vrrp_action why = { .reason = vr->resigned };

	if (!deadline_is_due(vr->down_at, ev->now)) {
		if (deadline_is_due(vr->release_at, ev->now))
			release(vr, out);
		return;
	}
	if (why.reason == VRRP_WHY_NONE)
		why.reason = VRRP_WHY_NO_ADVERT;
	why.peer = vr->master;
	why.peer_priority = vr->master_priority;
	why.usec = mono_diff(ev->now, vr->down_from);
	become_master(vr, ev, why, out);
}

/* The new MASTER announced itself: who was told needs us no more. BACKUP while holding, and LEAVING. */
static void announced(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)out;
	if (vr->is_holding)
		vr->release_at = mono_min(vr->release_at, mono_add(ev->now, RELEASE_ANNOUNCED));
}

/* TM-17: the running deadline is counted again from its start. */
static void backup_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	int64_t wait;

	vr->priority = ev->priority;
	if (vr->priority == VRRP_PRIORITY_OWNER) {
		become_master(vr, ev, (struct vrrp_action){ .reason = VRRP_WHY_OWNER }, out);
		return;
	}
	if (!addr_is_set(&vr->master))
		vr->learned_cs = vr->conf->interval_cs;
	wait = vrrp_down_interval(vr, vr->learned_cs);
	if (vr->resigned == VRRP_WHY_PEER_RESIGNED)
		wait = vrrp_skew(vr, vr->learned_cs);
	vr->down_at = mono_add(vr->down_from, wait);
	if (mono_before(vr->down_at, ev->now))
		vr->down_at = ev->now;
}

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
	const struct vrrp_action why = {
		.reason = ev->priority > vr->priority ? VRRP_WHY_HIGHER_PRIORITY : VRRP_WHY_HIGHER_ADDRESS,
		.peer = ev->peer,
		.peer_priority = ev->priority,
	};

	if (vr->conf->higher_prio_send_advert)
		act_advert(out, vr->priority);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	act_watch(out, true);
	learn(vr, ev);
	become_backup(vr, ev, why, out);
	vr->release_at = mono_add(ev->now, RELEASE_WAIT);
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

static void master_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (is_own(ev, out))
		return;
	if (ev->priority > vr->priority || (ev->priority == vr->priority && ev->addr_cmp > 0)) {
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
static void master_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
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
static void master_config(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_changed = vr->priority != ev->priority;
	const mono_t next = mono_add(ev->now, deadline_own_interval(vr));

	vr->priority = ev->priority;
	if (is_changed)
		act_advert(out, vr->priority);
	vr->advert_at = is_changed ? next : mono_min(vr->advert_at, next);
}

/* MASTER: says priority 0, but serves until somebody else does. */
static void leave(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_stop = ev->type == VRRP_EV_STOP;

	act_watch(out, true);
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	enter(vr, VRRP_LEAVING, (struct vrrp_action){ .reason = is_stop ? VRRP_WHY_STOP : VRRP_WHY_DRILL }, out);
	vr->leave_to = is_stop ? VRRP_INIT : VRRP_BACKUP;
	vr->hold_until = is_stop ? (mono_t){ 0 } : ev->hold_until;
	vr->learned_cs = vr->conf->interval_cs;
	vr->down_from = ev->now;
	vr->give_up_at = mono_add(ev->now, deadline_own_down(vr) + GIVE_UP_SLACK);
}

/* LEAVING ends, the addresses go. */
static void leave_done(struct vrrp_router *vr, const struct vrrp_event *ev, enum vrrp_reason reason,
	struct vrrp_actions *out)
{
	const struct vrrp_action why = {
		.reason = reason,
		.peer = vr->master,
		.peer_priority = vr->master_priority,
		.usec = mono_diff(ev->now, vr->down_from),
	};

	release(vr, out);
	if (vr->leave_to == VRRP_BACKUP) {
		become_backup(vr, ev, why, out);
		return;
	}
	enter(vr, VRRP_INIT, why, out);
	act_plain(out, VRRP_ACT_DONE);
}

/* Any other MASTER will do, weaker or not; its first advert starts the wait for its announcement. */
static void leaving_hears(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (is_own(ev, out) || ev->priority == 0)
		return;
	learn(vr, ev);
	if (deadline_is_never(vr->release_at))
		vr->release_at = mono_add(ev->now, RELEASE_WAIT);
}

static void leaving_timer(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	if (!deadline_is_due(deadline_next(vr), ev->now))
		return;
	if (!deadline_is_never(vr->release_at))
		leave_done(vr, ev, VRRP_WHY_TAKEN_OVER, out);
	else if (vr->leave_to == VRRP_INIT)
		leave_done(vr, ev, VRRP_WHY_NOBODY, out);
	else
		become_master(vr, ev,
			(struct vrrp_action){ .reason = VRRP_WHY_NOBODY, .usec = mono_diff(ev->now, vr->down_from) },
			out);
}

/* A drill under way turns into a stop. */
static void leaving_stop(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev, (void)out;
	vr->leave_to = VRRP_INIT;
}

/* MASTER and LEAVING: it cannot serve, so nothing is to be waited for (SM-21). */
static void resign(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const struct vrrp_action why = { .reason = VRRP_WHY_FAULT };
	const bool is_stopping = vr->state == VRRP_LEAVING && vr->leave_to == VRRP_INIT;

	(void)ev;
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	act_plain(out, VRRP_ACT_VIPS_DEL);
	if (vr->state == VRRP_LEAVING)
		act_watch(out, false);
	vr->is_holding = false;
	enter(vr, is_stopping ? VRRP_INIT : VRRP_FAULT, why, out);
	if (is_stopping)
		act_plain(out, VRRP_ACT_DONE);
}

/* clang-format off */
static handler *const table[VRRP_STATE_MAX][VRRP_EVENT_MAX] = {
	/*                 START   STOP          DRILL   ADVERT         ANNOUNCED  TIMER          FAULT   RECOVER  CONFIG */
	[VRRP_INIT]    = { start,  quit,         ignore, ignore,        ignore,    ignore,        fail,   ignore,  set_priority },
	[VRRP_BACKUP]  = { ignore, quit,         ignore, backup_hears,  announced, backup_timer,  fail,   ignore,  backup_config },
	[VRRP_MASTER]  = { ignore, leave,        leave,  master_hears,  ignore,    master_timer,  resign, ignore,  master_config },
	[VRRP_LEAVING] = { ignore, leaving_stop, ignore, leaving_hears, announced, leaving_timer, resign, ignore,  set_priority },
	[VRRP_FAULT]   = { start,  quit,         ignore, ignore,        ignore,    ignore,        ignore, start,   set_priority },
};
/* clang-format on */

/* The deadline that a router which runs can hardly miss by a whole down interval; MONO_NEVER where lateness does no harm. */
static mono_t stall_deadline(const struct vrrp_router *vr)
{
	if (vr->state == VRRP_MASTER)
		return vr->advert_at;
	if (vr->state == VRRP_LEAVING && vr->leave_to == VRRP_BACKUP && deadline_is_never(vr->release_at))
		return vr->give_up_at;
	return MONO_NEVER;
}

/*
 * TM-14: a MASTER that did not run for so long has been succeeded by now, unless it is alone. It listens first; the addresses go as
 * soon as another MASTER is heard.
 */
static void dethrone_if_stalled(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const mono_t deadline = stall_deadline(vr);
	const struct vrrp_action why = { .reason = VRRP_WHY_STALLED, .usec = mono_diff(ev->now, deadline) };

	if (deadline_is_never(deadline) || why.usec <= deadline_own_down(vr))
		return;
	if (vr->state == VRRP_MASTER) {
		act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
		act_watch(out, true);
	}
	vr->learned_cs = vr->conf->interval_cs;
	become_backup(vr, ev, why, out);
	vr->skip_release_wait = true;
}

void vrrp_init(struct vrrp_router *vr, const struct vrrp_conf *conf)
{
	*vr = (struct vrrp_router){ .conf = conf, .priority = (uint8_t)conf->priority };
	deadline_forget(vr);
}

void vrrp_step(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const mono_t armed = deadline_next(vr);
	mono_t next;

	out->n = 0;
	dethrone_if_stalled(vr, ev, out);
	table[vr->state][ev->type](vr, ev, out);
	next = deadline_next(vr);
	if (next.usec != armed.usec || (ev->type == VRRP_EV_TIMER && !deadline_is_never(next)))
		act(out, (struct vrrp_action){ .type = VRRP_ACT_TIMER, .when = next });
}
