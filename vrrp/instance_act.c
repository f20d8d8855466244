/* instance_act.c - see instance_act.h. */
#include "vrrp/instance_act.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "vrrp/beat.h"
#include "vrrp/holder.h"
#include "vrrp/instance_state.h"
#include "vrrp/instance_wake.h"
#include "vrrp/offender.h"
#include "vrrp/transmit.h"
#include "vrrp/vmac.h"
#include "vrrp/vmac_test.h"
#include "vrrp/witness.h"

/* A send that the kernel had no room for is tried again after a part of the interval; so often in a row, then at the interval. */
enum { RETRY_PART = 8, RETRIES_MAX = 3 };

/* Full queues and short memory pass; a filter, a missing route or interface stay. */
static bool is_passing(int r)
{
	return r == -ENOBUFS || r == -ENOMEM || r == -EAGAIN || r == -EINTR;
}

static void send_advert(struct instance *vi, uint8_t priority)
{
	const struct addr group = transmit_group(vi->router.conf, &vi->env->config->globals);
	const struct transmit from = { vmac_port(vi->vmac, vi->port), vi->router.conf, vi->receiver.auth,
		&vi->source, &group };
	int r = vi->port ? transmit_advert(&from, priority) : -ENETDOWN;

	witness_tell(vi->witness,
		&(struct suspect_event){
			.now = mono_now(), .type = SUSPECT_EV_SENT, .error = -r, .error_text = strerror(-r) });
	vi->unsent = is_passing(r) ? vi->unsent + 1 : 0;
	if (r < 0) {
		vi->counters.tx_errors++;
		if (vi->faults.n == 0) /* otherwise that is said already */
			log_warn_limited(&instance_limits(vi)->send, LOG_VRRP, "%s: cannot send an advert: %s",
				vi->router.conf->name, strerror(-r));
		return;
	}
	vi->counters.tx++;
	if (priority == 0)
		vi->counters.tx_zero++;
}

static void arm(struct instance *vi, mono_t when)
{
	const int64_t interval = vi->router.conf->interval_cs * 10 * MONO_MSEC;
	const bool is_advert = vi->router.state == VRRP_MASTER, is_again = vi->unsent > 0 && vi->unsent <= RETRIES_MAX;
	const mono_t at = is_advert ? beat_at(when, interval) : when;

	vi->timer_at = when;
	vi->wake_at = is_advert && is_again ? mono_min(at, mono_add(mono_now(), interval / RETRY_PART)) : at;
	instance_wake(vi);
}

void instance_send_now(struct instance *vi)
{
	if (vi->router.state == VRRP_MASTER)
		send_advert(vi, vi->router.priority);
}

void instance_send_again(struct instance *vi)
{
	if (vi->router.state == VRRP_MASTER && vi->unsent > 0)
		send_advert(vi, vi->router.priority);
	arm(vi, vi->timer_at);
}

/* FAULT is explained by what is missing, the other transitions by the step. */
void instance_explain(struct instance *vi)
{
	char reason[INSTANCE_REASON_LEN];

	free(vi->last.reason);
	vi->last.reason = NULL;
	if (vi->last.action.to == VRRP_FAULT)
		vi->last.reason = x_strdup(faults_str(&vi->faults, reason, sizeof(reason)));
}

struct instance_limits *instance_limits(struct instance *vi)
{
	const struct log_limit limit = { .burst = 3, .per_usec = 10 * MONO_SEC };

	if (!vi->limits) {
		vi->limits = x_calloc(1, sizeof(*vi->limits));
		*vi->limits = (struct instance_limits){ .note = limit, .send = limit };
	}
	return vi->limits;
}

/* Who was stalled may hear an advert before its timer fires, and have another one then. */
static void note_stalled(struct instance_late *late, const struct vrrp_action *a)
{
	if (a->reason != VRRP_WHY_STALLED)
		return;
	late->last = a->usec;
	if (late->max < a->usec)
		late->max = a->usec;
}

static void report_state(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	char reason[INSTANCE_REASON_LEN];

	note_stalled(&vi->late, a);
	vi->last.action = *a;
	vi->last.at = now;
	vi->last.heard = vi->receiver.peer.heard_at.usec ? mono_diff(now, vi->receiver.peer.heard_at) : -1;
	vi->last.late = vi->late.last;
	instance_explain(vi);
	vi->counters.transitions++;
	if (a->to == VRRP_MASTER)
		vi->counters.became_master++;
	log_notice(LOG_VRRP, "%s: %s -> %s: %s", vi->router.conf->name, vrrp_state_str(a->from), vrrp_state_str(a->to),
		instance_last_str(&vi->last, reason));
	witness_state(vi->witness, a->to == VRRP_MASTER, now);
	vi->env->ops->transition(vi->env->ctx, vi, a);
}

enum notify_kind instance_notify_kind(const struct vrrp_action *a)
{
	if (a->type != VRRP_ACT_NOTE)
		return NOTIFY_INSTANCE;
	return a->reason == VRRP_WHY_RIVAL ? NOTIFY_RIVAL : NOTIFY_PRIORITY;
}

static void tell_rival(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	struct vrrp_action told = *a;
	mono_t *last;

	if (a->reason != VRRP_WHY_RIVAL)
		return;
	last = &instance_limits(vi)->rival_told;
	if (last->usec && mono_diff(now, *last) < MONO_SEC)
		return;
	*last = now;
	told.from = told.to = vi->router.state;
	vi->env->ops->transition(vi->env->ctx, vi, &told);
}

static void tell_priority(struct instance *vi, enum vrrp_state from, uint8_t before)
{
	const struct vrrp_action a = { .type = VRRP_ACT_NOTE, .from = from, .to = from };

	if (vi->router.priority != before && vi->router.state == from && vi->router.conf->notify_priority_changes &&
		(from == VRRP_MASTER || from == VRRP_BACKUP))
		vi->env->ops->transition(vi->env->ctx, vi, &a);
}

static void report_note(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	char text[256];

	tell_rival(vi, a, now);
	if (a->reason == VRRP_WHY_RIVAL && !offender_pace_take(vi->env->strangers, now))
		return;
	log_warn_limited(&instance_limits(vi)->note, LOG_VRRP, "%s: %s: %s", vi->router.conf->name,
		vrrp_state_str(vi->router.state), vrrp_reason_str(a, text, sizeof(text)));
}

static void finish(struct instance *vi)
{
	vi->is_done = true;
	vmac_unbind(vi->vmac, vi);
	vmac_remove(vi->vmac);
	vi->env->ops->done(vi->env->ctx, vi);
}

/*
 * The first frame with the virtual MAC address moves it to our port of the switch: from then on the addresses must answer here. So
 * those of IPv4 come before the first advert; the kernel takes them while the device is down.
 */
static void open_vmac(struct instance *vi, mono_t now)
{
	bool is_first = vmac_name(vi->vmac) && !vmac_is_up(vi->vmac);

	if (is_first && vi->router.conf->family == AF_INET && vi->router.state == VRRP_MASTER && vi->router.is_holding)
		holder_hold(vi->holder, true, now);
	vmac_up(vi->vmac);
}

static void test_vmac(struct instance *vi)
{
	const struct vmac_question q = { .instance = vi->router.conf->name,
		.base = vi->environment.index,
		.device = vmac_index(vi->vmac),
		.target = vi->receiver.peer.addr };

	if (q.device && !vi->vmac_test)
		vi->vmac_test = vmac_test_new(vi->env->loop, vi->env->ports);
	if (vi->vmac_test)
		vmac_test_start(vi->vmac_test, &q);
}

static void perform(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	switch (a->type) {
	case VRRP_ACT_ADVERT:
		open_vmac(vi, now);
		send_advert(vi, a->priority);
		break;
	case VRRP_ACT_TIMER:
		arm(vi, a->when);
		break;
	case VRRP_ACT_VIPS_ADD:
		vmac_up(vi->vmac);
		holder_hold(vi->holder, true, now);
		test_vmac(vi);
		break;
	case VRRP_ACT_VIPS_DEL:
		vmac_test_stop(vi->vmac_test);
		vmac_down(vi->vmac);
		holder_hold(vi->holder, false, now);
		break;
	case VRRP_ACT_ANNOUNCE:
		holder_announce(vi->holder, now);
		break;
	case VRRP_ACT_REANNOUNCE:
		holder_reannounce(vi->holder, now);
		break;
	case VRRP_ACT_ASK:
		holder_ask(vi->holder);
		break;
	case VRRP_ACT_ANNOUNCE_STOP:
		holder_announce_stop(vi->holder);
		break;
	case VRRP_ACT_HOOK:
		vi->hook = vi->env->ops->hook(vi->env->ctx, vi, a);
		break;
	case VRRP_ACT_WATCH:
		holder_watch(vi->holder, a->on);
		break;
	case VRRP_ACT_STATE:
		report_state(vi, a, now);
		break;
	case VRRP_ACT_NOTE:
		report_note(vi, a, now);
		break;
	case VRRP_ACT_DONE:
		finish(vi);
		break;
	}
}

/* That of a member is its group's: groups.c. */
static void say_priority(const struct instance *vi, uint8_t before)
{
	const struct vrrp_conf *conf = vi->router.conf;
	char text[TRACK_SUM_LEN];

	if (vi->router.priority != before && !vi->group)
		log_notice(LOG_VRRP, "%s: priority %u -> %u: %s", conf->name, before, vi->router.priority,
			track_sum_str((uint8_t)conf->priority, vi->trackers.track, vi->trackers.n, text));
}

void instance_feed(struct instance *vi, const struct vrrp_event *ev)
{
	const enum vrrp_state from = vi->router.state;
	const uint8_t before = vi->router.priority;
	struct vrrp_actions out;

	vi->router.lease_until = holder_leased(vi->holder)->lease_until;
	vrrp_step(&vi->router, ev, &out);
	vrrp_assert(&vi->router);
	say_priority(vi, before);
	if (vi->router.state != from)
		vi->env->ops->entering(vi->env->ctx, vi);
	for (unsigned i = 0; i < out.n; i++)
		perform(vi, &out.item[i], ev->now);
	tell_priority(vi, from, before);
	if (vi->group)
		vi->env->ops->follow(vi->group, vi, ev, from);
}

void instance_feed_plain(struct instance *vi, enum vrrp_event_type type, mono_t now)
{
	struct vrrp_event ev = { .now = now, .type = type, .priority = vi->router.priority };

	if (vi->group && type == VRRP_EV_TIMER)
		ev.not_before = vi->env->ops->not_before(vi->group, vi);
	instance_feed(vi, &ev);
}
