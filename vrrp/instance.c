/*
 * instance.c - see instance.h. Everything that happens comes in through feed(): build an event, step, perform. Nothing in
 * perform() feeds again, so actions of two events never mix.
 */
#include "vrrp/instance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/holder.h"
#include "vrrp/port.h"
#include "vrrp/trackers.h"
#include "vrrp/transmit.h"

#define END_USEC MONO_SEC

struct instance {
	const struct instance_env *env; /* borrowed */
	unsigned index;
	struct vrrp_router router;
	struct receiver receiver;
	struct holder *holder; /* owned: VIPs and their announcements */
	struct environment environment;
	struct faults faults;
	struct trackers trackers;
	struct port *port;        /* shared; NULL while the interface is missing */
	struct loop_timer *timer; /* the protocol's only timer */
	mono_t timer_at;
	struct instance_counters counters;
	struct instance_last last;
	struct log_limit drop_limit, note_limit, send_limit;
	bool is_started, is_resume, is_stopping, is_done;
};

static const struct vrrp_conf *conf_of(const struct instance *vi)
{
	return vi->router.conf;
}

/* Actions. */

static void send_advert(struct instance *vi, uint8_t priority)
{
	const struct addr group = transmit_group(conf_of(vi), &vi->env->config->globals.mcast_group4);
	int r = -ENETDOWN;

	if (vi->port)
		r = transmit_advert(vi->port, conf_of(vi), &vi->environment.own, &group, priority);
	if (r < 0) {
		vi->counters.tx_errors++;
		if (vi->faults.n == 0) /* otherwise that is said already */
			log_warn_limited(&vi->send_limit, LOG_VRRP, "%s: cannot send an advert: %s", conf_of(vi)->name,
				strerror(-r));
		return;
	}
	vi->counters.tx++;
	if (priority == 0)
		vi->counters.tx_zero++;
}

static void arm(struct instance *vi, mono_t when)
{
	vi->timer_at = when;
	loop_timer_at(vi->timer, when);
}

/* FAULT is explained by what is missing, the other transitions by the step. */
static void explain(const struct instance *vi, const struct vrrp_action *a, char *buf, size_t size)
{
	if (a->to == VRRP_FAULT)
		(void)faults_str(&vi->faults, buf, size);
	else
		(void)vrrp_reason_str(a, buf, size);
}

static void report_state(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	vi->last.action = *a;
	vi->last.at = now;
	explain(vi, a, vi->last.reason, sizeof(vi->last.reason));
	vi->counters.transitions++;
	if (a->to == VRRP_MASTER)
		vi->counters.became_master++;
	log_notice(LOG_VRRP, "%s: %s -> %s: %s", conf_of(vi)->name, vrrp_state_str(a->from), vrrp_state_str(a->to),
		vi->last.reason);
	vi->env->ops->transition(vi->env->ctx, vi, a);
}

static void report_note(struct instance *vi, const struct vrrp_action *a)
{
	char text[256];

	log_warn_limited(&vi->note_limit, LOG_VRRP, "%s: %s: %s", conf_of(vi)->name, vrrp_state_str(vi->router.state),
		vrrp_reason_str(a, text, sizeof(text)));
}

static void finish(struct instance *vi)
{
	vi->is_done = true;
	vi->env->ops->done(vi->env->ctx, vi);
}

static void perform(struct instance *vi, const struct vrrp_action *a, mono_t now)
{
	switch (a->type) {
	case VRRP_ACT_ADVERT:
		send_advert(vi, a->priority);
		break;
	case VRRP_ACT_TIMER:
		arm(vi, a->when);
		break;
	case VRRP_ACT_VIPS_ADD:
		holder_hold(vi->holder, true, now);
		break;
	case VRRP_ACT_VIPS_DEL:
		holder_hold(vi->holder, false, now);
		break;
	case VRRP_ACT_ANNOUNCE:
		holder_announce(vi->holder, now);
		break;
	case VRRP_ACT_REANNOUNCE:
		holder_reannounce(vi->holder, now);
		break;
	case VRRP_ACT_ANNOUNCE_STOP:
		holder_announce_stop(vi->holder);
		break;
	case VRRP_ACT_WATCH:
		holder_watch(vi->holder, a->on);
		break;
	case VRRP_ACT_STATE:
		report_state(vi, a, now);
		break;
	case VRRP_ACT_NOTE:
		report_note(vi, a);
		break;
	case VRRP_ACT_DONE:
		finish(vi);
		break;
	}
}

static void feed(struct instance *vi, const struct vrrp_event *ev)
{
	struct vrrp_actions out;

	vrrp_step(&vi->router, ev, &out);
	vrrp_assert(&vi->router);
	for (unsigned i = 0; i < out.n; i++)
		perform(vi, &out.item[i], ev->now);
}

static void feed_plain(struct instance *vi, enum vrrp_event_type type, mono_t now)
{
	feed(vi, &(struct vrrp_event){ .now = now, .type = type, .priority = vi->router.priority });
}

/* What comes in. */

static void on_packet(void *ctx, const struct raw_packet *p)
{
	struct instance *vi = ctx;
	enum advert_verdict v = receive_packet(&vi->receiver, p, mono_now());
	char peer[ADDR_STRLEN];

	vi->counters.rx++;
	if (v != ADVERT_OK)
		log_warn_limited(&vi->drop_limit, LOG_VRRP, "%s: advert of %s dropped: %s", conf_of(vi)->name,
			addr_str(&p->src, peer), advert_verdict_str(v));
}

static void on_drained(void *ctx, mono_t now)
{
	struct instance *vi = ctx;
	struct receive_advert a;

	while (receive_next(&vi->receiver, &a)) {
		struct vrrp_event ev = { .now = now, .type = VRRP_EV_ADVERT, .priority = a.priority, .interval_cs = a.interval_cs,
			.addr_cmp = addr_cmp(&a.src, &vi->environment.own) };

		memcpy(&ev.peer, a.src.bytes, sizeof(ev.peer));
		feed(vi, &ev);
	}
}

static void on_foreign_arp(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct instance *vi = ctx;

	if (holder_has(vi->holder, &arp->sender))
		feed_plain(vi, VRRP_EV_ANNOUNCED, now);
}

static const struct port_ops port_ops = { .packet = on_packet, .drained = on_drained };

/* What waits in the socket was there before the time ran out: it is heard first. */
static void on_timer(void *ctx, mono_t now)
{
	struct instance *vi = ctx;
	mono_t due = vi->timer_at;

	if (vi->port)
		port_drain(vi->port, now);
	if (vi->timer_at.usec == due.usec)
		feed_plain(vi, VRRP_EV_TIMER, now);
}

/* The machine. */

static void unbind(struct instance *vi)
{
	holder_unbind(vi->holder);
	port_leave(vi->port, vi);
	vi->port = NULL;
}

/* The sockets on the interface as it is now; what goes wrong is a fault. */
static void bind_port(struct instance *vi)
{
	const struct vrrp_conf *conf = conf_of(vi);
	const struct addr group = transmit_group(conf, &vi->env->config->globals.mcast_group4);
	const struct port_user user = { (uint8_t)conf->vrid, &port_ops, vi };
	int r = 0;

	if (vi->port && port_index(vi->port) != vi->environment.index)
		unbind(vi);
	if (conf->interface && !vi->environment.index)
		return;
	if (!vi->port)
		r = port_join(vi->env->ports, vi->environment.index, &user, &vi->port);
	if (r == 0 && !conf->has_unicast_block)
		r = port_group(vi->port, &group);
	if (r < 0)
		faults_add(&vi->faults, "cannot listen on %s: %s", conf->interface ? conf->interface : "any interface",
			strerror(-r));
}

/* A unicast instance whose peers are missing never falls back to multicast. */
static void look_at_peers(struct instance *vi)
{
	const struct vrrp_conf *conf = conf_of(vi);

	if (conf->has_unicast_block && conf->peers.n == 0 && conf->unicast_fault_no_peer)
		faults_add(&vi->faults, "unicast_peer is empty");
}

static void look(struct instance *vi, uint8_t *ret_priority)
{
	const struct instance_env *env = vi->env;
	struct addr before = vi->environment.own;

	memset(&vi->faults, 0, sizeof(vi->faults));
	environment_look(conf_of(vi), env->link, env->ops->is_vip, env->ctx, &vi->environment);
	environment_faults(&vi->environment, conf_of(vi), env->link, &vi->faults);
	bind_port(vi);
	look_at_peers(vi);
	*ret_priority = trackers_look(&vi->trackers, conf_of(vi), env->link, &vi->faults);
	if (!addr_equal(&before, &vi->environment.own))
		receive_conf(&vi->receiver, conf_of(vi), &vi->environment.own);
}

/* FAULT and back, and the effective priority, from what look() found. */
static void follow(struct instance *vi, uint8_t priority, mono_t now)
{
	struct vrrp_event ev = { .now = now, .type = VRRP_EV_CONFIG, .priority = priority };
	bool is_fault = vi->faults.n > 0;
	enum vrrp_state state;

	if (priority != vi->router.priority)
		feed(vi, &ev);
	state = vi->router.state;
	if (is_fault && state != VRRP_FAULT) {
		feed_plain(vi, VRRP_EV_FAULT, now);
	} else if (!is_fault && state == VRRP_FAULT) {
		feed_plain(vi, VRRP_EV_RECOVER, now);
	} else if (!is_fault && state == VRRP_INIT) {
		ev.type = VRRP_EV_START;
		ev.is_resume = vi->is_resume;
		feed(vi, &ev);
	} else if (is_fault) {
		(void)faults_str(&vi->faults, vi->last.reason, sizeof(vi->last.reason));
	}
}

void instance_check(struct instance *vi, mono_t now)
{
	bool was_up = vi->environment.is_up;
	uint8_t priority;

	if (!vi->is_started || vi->is_done)
		return;
	if (vi->is_stopping) {
		holder_sync(vi->holder, now);
		return;
	}
	look(vi, &priority);
	follow(vi, priority, now);
	holder_sync(vi->holder, now);
	if (vi->environment.is_up && !was_up && vi->router.state == VRRP_MASTER)
		holder_reannounce(vi->holder, now); /* the switch may have forgotten us meanwhile */
}

/* Life. */

static bool spare(void *ctx, int index, const struct addr *a)
{
	struct instance *vi = ctx;

	return vi->env->ops->is_wanted(vi->env->ctx, vi, index, a);
}

struct instance *instance_new(const struct instance_env *env, const struct vrrp_conf *conf, unsigned index)
{
	struct instance *vi = x_calloc(1, sizeof(*vi));
	const struct log_limit limit = { .burst = 3, .per_usec = 10 * MONO_SEC };

	vi->env = env;
	vi->index = index;
	vi->drop_limit = vi->note_limit = vi->send_limit = limit;
	vrrp_init(&vi->router, conf);
	receive_init(&vi->receiver);
	receive_conf(&vi->receiver, conf, &vi->environment.own);
	vi->timer = loop_timer_new(env->loop, on_timer, vi);
	vi->timer_at = MONO_NEVER;
	vi->trackers.tracked = env->ops->tracked;
	vi->trackers.ctx = env->ctx;
	vi->holder = holder_new(&(struct holder_env){ env->loop, env->link, env->ports, spare, on_foreign_arp, vi },
		conf);
	trackers_conf(&vi->trackers, conf, vi->env->config);
	return vi;
}

void instance_free(struct instance *vi)
{
	if (!vi)
		return;
	unbind(vi);
	holder_free(vi->holder);
	loop_timer_free(vi->timer);
	receive_done(&vi->receiver);
	trackers_done(&vi->trackers);
	free(vi);
}

void instance_hold(struct instance *vi, mono_t until)
{
	vi->router.hold_until = until;
}

void instance_start(struct instance *vi, bool is_resume, mono_t now)
{
	vi->is_started = true;
	vi->is_resume = is_resume;
	holder_keep(vi->holder, is_resume || conf_of(vi)->priority == VRRP_PRIORITY_OWNER);
	instance_check(vi, now);
	vi->is_resume = false;
	if (!is_resume || vi->router.state == VRRP_MASTER)
		return;
	holder_keep(vi->holder, false); /* could not go on as MASTER */
	holder_sync(vi->holder, now);
}

void instance_stop(struct instance *vi, mono_t now)
{
	if (vi->is_stopping)
		return;
	vi->is_stopping = true;
	feed_plain(vi, VRRP_EV_STOP, now);
}

void instance_drill(struct instance *vi, mono_t hold_until, mono_t now)
{
	feed(vi,
		&(struct vrrp_event){
			.now = now, .type = VRRP_EV_DRILL, .hold_until = hold_until, .priority = vi->router.priority });
}

void instance_reconf(struct instance *vi, const struct vrrp_conf *conf, unsigned index, enum conf_cost cost, mono_t now)
{
	vi->index = index;
	vi->router.conf = conf;
	holder_reconf(vi->holder, conf);
	trackers_conf(&vi->trackers, conf, vi->env->config);
	if (cost >= CONF_REBIND)
		unbind(vi);
	if (cost >= CONF_LIVE) {
		uint8_t priority;

		receive_conf(&vi->receiver, conf, &vi->environment.own);
		look(vi, &priority);
		feed(vi, &(struct vrrp_event){ .now = now, .type = VRRP_EV_CONFIG, .priority = priority });
	}
	instance_check(vi, now);
}

const char *instance_name(const struct instance *vi)
{
	return conf_of(vi)->name;
}

unsigned instance_index(const struct instance *vi)
{
	return vi->index;
}

enum vrrp_state instance_state(const struct instance *vi)
{
	return vi->router.state;
}

const struct vrrp_conf *instance_conf(const struct instance *vi)
{
	return conf_of(vi);
}

bool instance_is_ending(const struct instance *vi)
{
	return vi->is_done;
}

bool instance_is_done(const struct instance *vi, mono_t now)
{
	if (!vi->is_done)
		return false;
	return !holder_is_holding(vi->holder) || mono_diff(now, vi->last.at) > END_USEC;
}

bool instance_is_holding(const struct instance *vi)
{
	return vi->router.is_holding;
}

int64_t instance_down_interval(const struct instance *vi)
{
	return vrrp_down_interval(&vi->router, conf_of(vi)->interval_cs);
}

void instance_look(const struct instance *vi, struct instance_view *ret)
{
	*ret = (struct instance_view){ .conf = conf_of(vi),
		.router = &vi->router,
		.receiver = &vi->receiver,
		.addresses = holder_addresses(vi->holder),
		.routes = holder_routes(vi->holder),
		.environment = &vi->environment,
		.faults = &vi->faults,
		.counters = &vi->counters,
		.last = &vi->last,
		.port = vi->port };
}
