/*
 * step.c - see step.h. The state machine of RFC 9568 6.4 (RFC 3768 6.4 for version 2) as a table of handlers, with one more state,
 * LEAVING, for make before break. Handlers (backup.c, master.c, leaving.c, and those here) change the router and append actions;
 * vrrp_step() arms the one timer from the deadlines that are left. Knows no packet and no interface.
 */
#include "vrrp/step.h"

#include "vrrp/act.h"
#include "vrrp/backup.h"
#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/hook.h"
#include "vrrp/leaving.h"
#include "vrrp/master.h"
#include "vrrp/role.h"

typedef void handler(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);

static void ignore(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)vr, (void)ev, (void)out;
}

/* INIT and FAULT. `state MASTER` of the configuration is only a wish: it listens first all the same. */
static void start(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const bool is_recover = vr->state == VRRP_FAULT;
	struct vrrp_action why = { .reason = is_recover ? VRRP_WHY_RECOVER : VRRP_WHY_START };

	vr->is_demoted = false;
	vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	vr->master = (struct addr){ 0 };
	vr->master_priority = 0;
	if (ev->is_resume && !is_recover) /* an owner too: the addresses are there, so pre_master has run */
		why.reason = VRRP_WHY_RESUME;
	else if (vr->priority == VRRP_PRIORITY_OWNER)
		why.reason = VRRP_WHY_OWNER;
	else {
		role_backup(vr, ev, why, out);
		return;
	}
	role_master(vr, ev, why, out);
}

static void set_priority(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)out;
	role_priority(vr, ev->priority);
}

/* INIT, BACKUP, FAULT: no packet (SM-05), nothing to wait for. */
static void quit(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev;
	if (vr->is_holding)
		role_release(vr, out);
	if (vr->state != VRRP_INIT)
		role_enter(vr, VRRP_INIT, (struct vrrp_action){ .reason = VRRP_WHY_STOP }, out);
	act_plain(out, VRRP_ACT_DONE);
}

static void fail(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)ev;
	if (vr->is_holding)
		role_release(vr, out);
	role_enter(vr, VRRP_FAULT, (struct vrrp_action){ .reason = VRRP_WHY_FAULT }, out);
}

/* The new MASTER announced itself: who was told needs us no more. BACKUP while holding, and LEAVING. */
static void announced(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	(void)out;
	if (vr->is_holding)
		vr->release_at = mono_min(vr->release_at, mono_add(ev->now, ROLE_RELEASE_ANNOUNCED));
	vr->owes_clients = false;
}

/* MASTER and LEAVING: it cannot serve, so nothing is to be waited for (SM-21). */
static void resign(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const struct vrrp_action why = { .reason = VRRP_WHY_FAULT };
	const bool is_stopping = (vr->state == VRRP_LEAVING || hook_is_before_leave(vr)) && vr->leave_to == VRRP_INIT;

	(void)ev;
	act_advert(out, 0);
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	act_plain(out, VRRP_ACT_VIPS_DEL);
	if (vr->state == VRRP_LEAVING)
		act_watch(out, false);
	vr->is_holding = false;
	role_enter(vr, is_stopping ? VRRP_INIT : VRRP_FAULT, why, out);
	if (is_stopping)
		act_plain(out, VRRP_ACT_DONE);
}

/* clang-format off */
static handler *const table[VRRP_STATE_MAX][VRRP_EVENT_MAX] = {
	[VRRP_INIT] = {
		[VRRP_EV_START] = start,          [VRRP_EV_STOP] = quit,           [VRRP_EV_DRILL] = ignore,
		[VRRP_EV_ADVERT] = ignore,        [VRRP_EV_ANNOUNCED] = ignore,    [VRRP_EV_TIMER] = ignore,
		[VRRP_EV_FAULT] = fail,           [VRRP_EV_RECOVER] = ignore,      [VRRP_EV_CONFIG] = set_priority,
		[VRRP_EV_LEAD] = ignore,          [VRRP_EV_YIELD] = ignore,
		[VRRP_EV_HOOK] = ignore,
	},
	[VRRP_BACKUP] = {
		[VRRP_EV_START] = ignore,         [VRRP_EV_STOP] = quit,           [VRRP_EV_DRILL] = ignore,
		[VRRP_EV_ADVERT] = backup_hears,  [VRRP_EV_ANNOUNCED] = announced, [VRRP_EV_TIMER] = backup_timer,
		[VRRP_EV_FAULT] = fail,           [VRRP_EV_RECOVER] = ignore,      [VRRP_EV_CONFIG] = backup_config,
		[VRRP_EV_LEAD] = backup_lead,     [VRRP_EV_YIELD] = ignore,
		[VRRP_EV_HOOK] = hook_end,
	},
	[VRRP_MASTER] = {
		[VRRP_EV_START] = ignore,         [VRRP_EV_STOP] = master_leave,   [VRRP_EV_DRILL] = master_leave,
		[VRRP_EV_ADVERT] = master_hears,  [VRRP_EV_ANNOUNCED] = ignore,    [VRRP_EV_TIMER] = master_timer,
		[VRRP_EV_FAULT] = resign,         [VRRP_EV_RECOVER] = ignore,      [VRRP_EV_CONFIG] = master_config,
		[VRRP_EV_LEAD] = ignore,          [VRRP_EV_YIELD] = master_yield,
		[VRRP_EV_HOOK] = master_hook,
	},
	[VRRP_LEAVING] = {
		[VRRP_EV_START] = ignore,         [VRRP_EV_STOP] = leaving_stop,   [VRRP_EV_DRILL] = ignore,
		[VRRP_EV_ADVERT] = leaving_hears, [VRRP_EV_ANNOUNCED] = announced, [VRRP_EV_TIMER] = leaving_timer,
		[VRRP_EV_FAULT] = resign,         [VRRP_EV_RECOVER] = ignore,      [VRRP_EV_CONFIG] = set_priority,
		[VRRP_EV_LEAD] = leaving_lead,    [VRRP_EV_YIELD] = ignore,
		[VRRP_EV_HOOK] = hook_end,
	},
	[VRRP_FAULT] = {
		[VRRP_EV_START] = start,          [VRRP_EV_STOP] = quit,           [VRRP_EV_DRILL] = ignore,
		[VRRP_EV_ADVERT] = ignore,        [VRRP_EV_ANNOUNCED] = ignore,    [VRRP_EV_TIMER] = ignore,
		[VRRP_EV_FAULT] = ignore,         [VRRP_EV_RECOVER] = start,       [VRRP_EV_CONFIG] = set_priority,
		[VRRP_EV_LEAD] = ignore,          [VRRP_EV_YIELD] = ignore,
		[VRRP_EV_HOOK] = ignore,
	},
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
	if (hook_is_before_leave(vr) && vr->leave_to == VRRP_INIT) {
		quit(vr, ev, out);
		return;
	}
	role_listen(vr, ev, why, out);
}

/* BACKUP that slept beyond its lease: what it did not hear meanwhile may wait in its socket. */
static void listen_if_due(struct vrrp_router *vr, const struct vrrp_event *ev)
{
	if (vr->state != VRRP_BACKUP || !deadline_is_due(vr->down_at, ev->now))
		return;
	vr->resigned = VRRP_WHY_NONE;
	vr->down_from = ev->now;
	vr->down_at = mono_add(ev->now, vrrp_down_interval(vr, vr->learned_cs));
}

/*
 * "Dead means gone": the kernel let addresses go because nobody refreshed them, so this process did not run. Whoever took over, or
 * will, must not meet them again; a MASTER listens before it speaks, even if it could not have been succeeded yet.
 */
static void drop_if_expired(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out)
{
	const struct vrrp_action why = { .reason = VRRP_WHY_LEASE, .usec = mono_diff(ev->now, vr->lease_until) };

	if (!vr->is_holding || !vr->lease_until.usec || why.usec < 0)
		return;
	vr->lease_until = (mono_t){ 0 };
	if (vr->state == VRRP_LEAVING) {
		leaving_end(vr, ev, VRRP_WHY_LEASE, out);
		return;
	}
	if (hook_is_before_leave(vr) && vr->leave_to == VRRP_INIT) {
		quit(vr, ev, out);
		return;
	}
	act_plain(out, VRRP_ACT_ANNOUNCE_STOP);
	role_release(vr, out);
	if (vr->state != VRRP_MASTER) {
		listen_if_due(vr, ev);
		return;
	}
	vr->learned_cs = (uint16_t)vr->conf->interval_cs;
	role_backup(vr, ev, why, out);
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
	drop_if_expired(vr, ev, out);
	dethrone_if_stalled(vr, ev, out);
	table[vr->state][ev->type](vr, ev, out);
	next = deadline_next(vr);
	if (next.usec != armed.usec || (ev->type == VRRP_EV_TIMER && !deadline_is_never(next)))
		act(out, (struct vrrp_action){ .type = VRRP_ACT_TIMER, .when = next });
}
