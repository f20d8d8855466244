/*
 * instance.c - see instance.h. Everything that happens comes in here and goes through instance_feed(): build an event, step,
 * perform. Nothing that performs feeds again, so actions of two events never mix.
 */
#include "vrrp/instance.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/holder.h"
#include "vrrp/instance_act.h"
#include "vrrp/instance_hear.h"
#include "vrrp/instance_look.h"
#include "vrrp/instance_state.h"
#include "vrrp/instance_timer.h"
#include "vrrp/instance_wake.h"
#include "vrrp/lease.h"
#include "vrrp/port.h"
#include "vrrp/transmit.h"
#include "vrrp/vmac.h"
#include "vrrp/vmac_test.h"
#include "vrrp/witness.h"

#define END_USEC MONO_SEC

static const struct vrrp_conf *conf_of(const struct instance *vi)
{
	return vi->router.conf;
}

/* What comes in. */

static void on_packet(void *ctx, const struct raw_packet *p)
{
	instance_hear(ctx, p);
}

/*
 * Signed and new, but one of the clocks is wrong: the sender lives, so it is no reason to take over. A BACKUP hears a priority that
 * is at least its own. Who holds the addresses compares as ever, so that two of them become one, unless it may be a recording.
 */
static bool believe_late(const struct instance *vi, struct receive_advert *a)
{
	if (vi->router.state == VRRP_BACKUP && a->priority > 0 && a->priority < vi->router.priority)
		a->priority = vi->router.priority;
	return a->priority > 0 && (vi->router.state == VRRP_BACKUP || auth_is_proven(vi->receiver.auth, &a->src));
}

static void on_drained(void *ctx, mono_t now)
{
	struct instance *vi = ctx;
	struct receive_advert a;

	while (receive_next(&vi->receiver, &a)) {
		if (a.is_late && !believe_late(vi, &a))
			continue;
		struct vrrp_event ev = { .now = now, .type = VRRP_EV_ADVERT, .priority = a.priority, .interval_cs = a.interval_cs,
			.addr_cmp = addr_cmp(&a.src, &vi->environment.own), .peer = a.src };

		instance_feed(vi, &ev);
	}
}

static void on_foreign_arp(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct instance *vi = ctx;

	if (holder_has(vi->holder, &arp->sender))
		instance_feed_plain(vi, VRRP_EV_ANNOUNCED, now);
}

static const struct port_ops port_ops = { .packet = on_packet, .drained = on_drained };

/*
 * LEAVING, or about to: addresses put on an interface that is made anew would come before the machine's own, and take it with
 * them.
 */
static bool has_lost_place(const struct instance *vi)
{
	const enum vrrp_state state = vi->router.state;
	struct environment e;

	if ((state != VRRP_LEAVING && state != VRRP_MASTER) || !vi->environment.index)
		return false;
	environment_look(conf_of(vi), vi->env->link, vi->env->ops->is_vip, vi->env->ctx, &e);
	return e.index != vi->environment.index || !e.is_up;
}

bool instance_examine(struct instance *vi, mono_t now)
{
	if (!vi->is_started || vi->is_done)
		return false;
	if (vi->is_stopping) {
		if (has_lost_place(vi))
			instance_feed_plain(vi, VRRP_EV_FAULT, now);
		holder_sync(vi->holder, now);
		return false;
	}
	vi->was_up = vi->environment.is_up;
	vi->alone = instance_look_at_machine(vi, &port_ops);
	return true;
}

void instance_settle(struct instance *vi, uint8_t priority, mono_t now)
{
	const bool is_other = instance_has_other_mac(vi);

	instance_follow(vi, priority, now);
	holder_sync(vi->holder, now);
	if (vi->environment.is_up && (!vi->was_up || is_other) && vi->router.state == VRRP_MASTER)
		holder_reannounce(vi->holder, now); /* the switch may have forgotten us meanwhile */
}

void instance_check(struct instance *vi, mono_t now)
{
	if (vi->group)
		vi->env->ops->check_group(vi->group, now);
	else if (instance_examine(vi, now))
		instance_settle(vi, vi->alone, now);
}

bool instance_is_expired(struct instance *vi, mono_t now)
{
	if (!vi->router.is_holding || mono_before(now, holder_leased(vi->holder)->lease_until))
		return false;
	instance_feed_plain(vi, VRRP_EV_TIMER, now);
	return true;
}

struct address_set *instance_addresses(struct instance *vi)
{
	return holder_leased(vi->holder);
}

static void set_lease(struct instance *vi)
{
	holder_lease(vi->holder, lease_usec(conf_of(vi), vi->env->config->n_vips));
}

/* The witness. */

/* While it is in FAULT because its adverts did not get out. */
static int try_to_send(void *ctx)
{
	const struct instance *vi = ctx;
	const struct addr all_hosts = { .family = AF_INET, .bytes = { 224, 0, 0, 1 } }; /* a member without asking */
	const bool is_unicast4 = conf_of(vi)->has_unicast_block && conf_of(vi)->family == AF_INET;
	const struct addr group = is_unicast4 ? all_hosts : transmit_group(conf_of(vi), &vi->env->config->globals);

	return vi->port ? port_try(vi->port, &group) : 0;
}

static bool is_own_vip(void *ctx, const struct addr *a)
{
	const struct instance *vi = ctx;

	return holder_has(vi->holder, a);
}

static void on_rival(void *ctx, bool once, mono_t now)
{
	struct instance *vi = ctx;

	if (vi->router.state != VRRP_MASTER)
		return;
	if (once)
		holder_defend(vi->holder);
	else
		holder_reannounce(vi->holder, now);
}

static void on_suspicion(void *ctx, enum suspicion s, bool is_on)
{
	struct instance *vi = ctx;

	vi->env->ops->suspicion(vi->env->ctx, vi, (unsigned)s, is_on);
}

static void on_refused(void *ctx, const char *what, mono_t now)
{
	struct instance *vi = ctx;

	witness_tell(vi->witness,
		&(struct suspect_event){
			.now = now, .type = SUSPECT_EV_REFUSED, .error = what ? EPERM : 0, .error_text = what });
}

static void conf_witness(struct instance *vi)
{
	witness_conf(vi->witness, conf_of(vi), instance_down_interval(vi));
}

/* Life. */

static void on_change(void *ctx, mono_t now)
{
	instance_check(ctx, now);
}

static const struct witness_ops witness_ops = {
	.is_vip = is_own_vip, .try = try_to_send, .look = on_change, .announce = on_rival, .changed = on_suspicion,
	.due = instance_wake
};

static bool spare(void *ctx, int index, const struct addr *a)
{
	struct instance *vi = ctx;

	return vi->env->ops->is_wanted(vi->env->ctx, vi, index, a);
}

static const struct holder_ops holder_ops = {
	.spare = spare, .arp = on_foreign_arp, .contested = on_change, .refused = on_refused, .due = instance_wake
};

void instance_env_init(struct instance_env *env)
{
	env->holder = (struct holder_env){ env->link, env->ports, &holder_ops };
	env->witness = (struct witness_env){ env->ports, env->peers, &witness_ops };
}

struct instance *instance_new(const struct instance_env *env, const struct vrrp_conf *conf, unsigned index)
{
	struct instance *vi = x_calloc(1, sizeof(*vi));

	vi->env = env;
	vi->index = index;
	vrrp_init(&vi->router, conf);
	receive_init(&vi->receiver);
	receive_conf(&vi->receiver, conf);
	instance_timer_init(vi);
	vi->vmac = vmac_new(env->vmacs, conf, &env->config->globals);
	vi->holder = holder_new(&env->holder, &(struct holder_owner){ vi->vmac, vi }, conf);
	set_lease(vi);
	vi->witness = witness_new(&env->witness, vi);
	conf_witness(vi);
	trackers_conf(&vi->trackers, conf, vi->env->config);
	return vi;
}

void instance_free(struct instance *vi)
{
	if (!vi)
		return;
	instance_unbind(vi);
	holder_free(vi->holder);
	witness_free(vi->witness);
	vmac_test_free(vi->vmac_test);
	vmac_free(vi->vmac);
	loop_timer_free(vi->timer);
	receive_done(&vi->receiver);
	trackers_done(&vi->trackers);
	faults_clear(&vi->faults);
	free(vi->offenders);
	free(vi->limits);
	free(vi->last.reason);
	free(vi);
}

void instance_hold(struct instance *vi, mono_t until, bool is_warming)
{
	vi->router.hold_until = until;
	vi->router.is_warming = is_warming;
}

void instance_bind(struct instance *vi)
{
	instance_open(vi, &port_ops);
}

void instance_prepare(struct instance *vi, bool is_resume)
{
	vi->is_started = true;
	vi->is_resume = is_resume;
	holder_keep(vi->holder, is_resume || conf_of(vi)->priority == VRRP_PRIORITY_OWNER);
}

void instance_start(struct instance *vi, mono_t now)
{
	const bool is_resume = vi->is_resume;

	instance_check(vi, now);
	vi->is_resume = false;
	if (!is_resume || vi->router.state == VRRP_MASTER)
		return;
	vmac_down(vi->vmac);
	holder_keep(vi->holder, false); /* could not go on as MASTER */
	holder_sync(vi->holder, now);
}

void instance_recall(struct instance *vi, const struct instance_last *last)
{
	free(vi->last.reason);
	vi->last = *last;
	vi->last.reason = last->reason ? x_strdup(last->reason) : NULL;
}

void instance_count_on(struct instance *vi, const struct instance_counts *past, bool is_same)
{
	struct instance_counters *c = &vi->counters;
	const struct instance_counters *p = &past->counters;

	c->rx += p->rx;
	c->tx += p->tx;
	c->tx_zero += p->tx_zero;
	c->tx_errors += p->tx_errors;
	c->transitions = p->transitions + (is_same ? 0 : c->transitions);
	c->became_master = p->became_master + (is_same ? 0 : c->became_master);
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++)
		receive_count_on(&vi->receiver, (enum advert_verdict)i, past->verdicts[i]);
	vi->receiver.priority_zero += past->zero_received;
	instance_addresses(vi)->lost += past->repaired;
}

/* How long a hand-over waits for pre_release. */
static int64_t hook_usec(const struct instance *vi)
{
	const struct vrrp_conf *c = conf_of(vi);

	if (vi->group)
		return vi->env->ops->hook_usec(vi->group);
	return vi->router.is_holding && c->hooks->pre_release ? c->hooks->pre_release_timeout : 0;
}

void instance_stop(struct instance *vi, mono_t now)
{
	if (vi->is_stopping)
		return;
	vi->is_stopping = true;
	instance_feed(vi,
		&(struct vrrp_event){ .now = now,
			.type = VRRP_EV_STOP,
			.hook_usec = hook_usec(vi),
			.priority = vi->router.priority });
}

bool instance_hook_ended(struct instance *vi, uint32_t id, mono_t now)
{
	if (vi->hook != id)
		return false;
	vi->hook = 0;
	if (vi->group)
		vi->env->ops->hook_ended(vi->group, vi, now);
	else
		instance_feed_plain(vi, VRRP_EV_HOOK, now);
	return true;
}

void instance_drill(struct instance *vi, mono_t hold_until, mono_t now)
{
	instance_feed(vi,
		&(struct vrrp_event){ .now = now,
			.type = VRRP_EV_DRILL,
			.hold_until = hold_until,
			.hook_usec = hook_usec(vi),
			.priority = vi->router.priority });
}

void instance_reconf(struct instance *vi, const struct vrrp_conf *conf, unsigned index, enum conf_cost cost, mono_t now)
{
	vi->index = index;
	vi->router.conf = conf;
	vi->vmac = vmac_reconf(vi->vmac, vi->env->vmacs, conf, &vi->env->config->globals);
	holder_reconf(vi->holder, conf, vi->vmac);
	set_lease(vi);
	conf_witness(vi);
	trackers_conf(&vi->trackers, conf, vi->env->config);
	if (cost >= CONF_REBIND)
		instance_unbind(vi);
	if (cost >= CONF_LIVE) {
		uint8_t priority;

		receive_conf(&vi->receiver, conf);
		priority = instance_look_at_machine(vi, &port_ops);
		if (vi->group)
			priority = vi->router.priority; /* the group's follows */
		instance_feed(vi, &(struct vrrp_event){ .now = now, .type = VRRP_EV_CONFIG, .priority = priority });
	}
	instance_check(vi, now);
}

void instance_misplaced(struct instance *vi, const struct addr *a, const char *interface, mono_t now)
{
	witness_tell(vi->witness,
		&(struct suspect_event){
			.now = now, .type = SUSPECT_EV_MISPLACED, .about = *a, .interface = interface });
}

bool instance_is_grouped(const struct instance *vi)
{
	return vi->group != NULL;
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

bool instance_is_waiting(const struct instance *vi)
{
	return vi->router.hook != VRRP_HOOK_NONE;
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
		.offenders = vi->offenders,
		.addresses = holder_addresses(vi->holder),
		.paths = holder_paths(vi->holder),
		.environment = &vi->environment,
		.witness = vi->witness,
		.faults = &vi->faults,
		.trackers = &vi->trackers,
		.counters = &vi->counters,
		.last = &vi->last,
		.late = &vi->late,
		.port = vi->port,
		.vmac = vi->vmac,
		.vmac_test = vi->vmac_test };
}
