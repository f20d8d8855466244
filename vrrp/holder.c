/* holder.c - see holder.h. */
#include "vrrp/holder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "net/link.h"
#include "vrrp/address_lack.h"
#include "vrrp/address_report.h"
#include "vrrp/losses.h"
#include "vrrp/outlets.h"
#include "vrrp/paths.h"
#include "vrrp/port.h"
#include "vrrp/promote.h"
#include "vrrp/vmac.h"

enum { LACK_LEN = 160, ASKED_MAX = 256 };

struct holder {
	const struct holder_env *env; /* borrowed */
	struct holder_owner owner;
	const struct vrrp_conf *conf; /* borrowed */
	struct address_set set;
	struct paths *paths;     /* owned; NULL: it never had a route or rule */
	struct contest *contest; /* owned; NULL: nothing was lost so far */
	struct log_limit *limit; /* owned; of address_report.h */
	struct outlets outlets;
	struct port_ear ear;
	mono_t sync_at;              /* the next turn of addresses, routes and rules */
	mono_t burst_at, refresh_at; /* the second burst, the next refresh */
	mono_t extra_at;             /* garp_extra_if */
	unsigned burst;              /* announcements per VIP in the second burst */
	bool is_announcing : 1, is_watching : 1;
	bool is_kept : 1;      /* holder_keep() */
	bool is_lacking : 1;   /* the owner knows that the kernel refuses some */
	bool is_contested : 1; /* a fight has begun that the owner is to hear of */
};

/* Outlets. */

static void on_arp(void *ctx, const struct raw_arp *arp, mono_t now)
{
	struct holder *h = ctx;

	h->env->ops->arp(h->owner.ctx, arp, now);
}

/* Those that are there. */
static void watch_addresses(struct holder *h, const struct outlet *o)
{
	for (unsigned i = 0; i < h->set.n; i++)
		if (h->set.vip[i]->index == o->index)
			(void)port_watch(o->port, &h->ear, &h->set.vip[i]->conf.addr);
}

static void unwatch(struct holder *h)
{
	if (!h->is_watching)
		return;
	for (struct outlet *o = outlets_next(&h->outlets, NULL); o; o = outlets_next(&h->outlets, o))
		port_unwatch(o->port, &h->ear);
}

static struct port *outlet_of(struct holder *h, int index)
{
	struct outlet *o = outlets_find(&h->outlets, index);
	struct port *port;

	if (o)
		return o->port;
	if (index == 0 || port_use(h->env->ports, index, &port) < 0)
		return NULL;
	o = outlets_add(&h->outlets, index, port);
	if (h->is_watching)
		watch_addresses(h, o);
	return port;
}

static void drop_announcement(struct address_vip *v)
{
	if (v->announce.place != ANNOUNCE_IDLE)
		port_announce_drop(v->announce.port, &v->announce);
}

static void drop_announcements(struct holder *h)
{
	for (unsigned i = 0; i < h->set.n; i++)
		drop_announcement(h->set.vip[i]);
}

void holder_unbind(struct holder *h)
{
	drop_announcements(h);
	unwatch(h);
	for (struct outlet *o = outlets_next(&h->outlets, NULL); o; o = outlets_next(&h->outlets, o))
		port_release(o->port);
	outlets_done(&h->outlets);
}

/* Announcing. */

static void announce_vip(struct holder *h, struct address_vip *v, unsigned count, bool is_again)
{
	struct port *port = outlet_of(h, v->index);

	v->is_fresh = false;
	if (!v->is_held || v->is_dropped || !port)
		return;
	if (v->announce.port != port)
		drop_announcement(v);
	port_announce(port, &v->announce, count, is_again);
}

static void announce_all(struct holder *h, unsigned count, bool is_again)
{
	for (unsigned i = 0; i < h->set.n; i++)
		announce_vip(h, h->set.vip[i], count, is_again);
}

static void arm(struct holder *h)
{
	h->env->ops->due(h->owner.ctx);
}

/* The begin of a fight, and its end. */
static mono_t contest_due(const struct holder *h)
{
	if (h->is_contested)
		return (mono_t){ 0 };
	return losses_are_fight(h->contest) ? h->contest->until : MONO_NEVER;
}

mono_t holder_due(const struct holder *h)
{
	const mono_t turns = mono_min(mono_min(h->sync_at, h->extra_at), mono_min(h->burst_at, h->refresh_at));

	return mono_min(turns, contest_due(h));
}

static mono_t refresh_after(const struct holder *h, mono_t now)
{
	int64_t every = h->conf->garp->master_refresh;

	return every > 0 ? mono_add(now, every) : MONO_NEVER;
}

static mono_t extra_after(const struct holder *h, mono_t now)
{
	return h->conf->garp->extra.every > 0 ? mono_add(now, h->conf->garp->extra.every) : MONO_NEVER;
}

/* The interface whose MAC address the switches learn from the adverts. */
static int adverts_index(const struct holder *h)
{
	const struct vrrp_conf *c = h->conf;
	const struct link_if *in = c->interface ? link_find(h->env->link, c->interface) : NULL;

	if (c->vmac->is_vmac && !c->vmac->xmit_base && !c->has_unicast_block)
		return vmac_index(h->owner.vmac);
	return in ? in->index : 0;
}

/* One address of each other interface is enough for its switch. */
static void announce_extra(struct holder *h)
{
	const int own = adverts_index(h);

	for (struct outlet *o = outlets_next(&h->outlets, NULL); o; o = outlets_next(&h->outlets, o))
		o->is_told = false;
	for (unsigned i = 0; i < h->set.n; i++) {
		struct address_vip *v = h->set.vip[i];
		struct outlet *o;

		if (!v->is_held || v->is_dropped || v->index == own || !outlet_of(h, v->index))
			continue;
		o = outlets_find(&h->outlets, v->index);
		if (!o->is_told || h->conf->garp->extra.is_all)
			announce_vip(h, v, 1, true);
		o->is_told = true;
	}
}

static void announce_due(struct holder *h, mono_t now)
{
	if (!mono_before(now, h->burst_at)) {
		h->burst_at = MONO_NEVER;
		announce_all(h, h->burst, true);
	}
	if (!mono_before(now, h->refresh_at)) {
		h->refresh_at = refresh_after(h, now);
		announce_all(h, h->conf->garp->master_refresh_repeat, true);
	}
	if (!mono_before(now, h->extra_at)) {
		h->extra_at = extra_after(h, now);
		announce_extra(h);
	}
}

static void burst(struct holder *h, unsigned count, int64_t delay, mono_t now)
{
	announce_all(h, count, false);
	h->burst = count;
	h->burst_at = delay > 0 ? mono_add(now, delay) : MONO_NEVER;
	arm(h);
}

void holder_announce(struct holder *h, mono_t now)
{
	h->is_announcing = true;
	h->refresh_at = refresh_after(h, now);
	h->extra_at = extra_after(h, now);
	burst(h, h->conf->garp->master_repeat, h->conf->garp->master_delay, now);
}

void holder_reannounce(struct holder *h, mono_t now)
{
	if (h->conf->garp->lower_prio_repeat > 0)
		burst(h, h->conf->garp->lower_prio_repeat, h->conf->garp->lower_prio_delay, now);
}

/* Of IPv4 one stands for all; of IPv6 each is asked for, up to a bound. */
void holder_ask(struct holder *h)
{
	bool is_asked4 = false;

	for (unsigned i = 0, n = 0; i < h->set.n && n < ASKED_MAX; i++) {
		const struct address_vip *v = h->set.vip[i];
		const bool is_v4 = v->conf.addr.family == AF_INET;
		struct port *port = v->is_held && !(is_v4 && is_asked4) ? outlet_of(h, v->index) : NULL;

		if (!port)
			continue;
		(void)port_probe(port, &v->conf.addr);
		is_asked4 = is_asked4 || is_v4;
		n++;
	}
}

void holder_defend(struct holder *h)
{
	for (unsigned i = 0; i < h->set.n; i++)
		if (h->set.vip[i]->announce.place == ANNOUNCE_IDLE)
			announce_vip(h, h->set.vip[i], 1, false);
}

void holder_announce_stop(struct holder *h)
{
	h->is_announcing = false;
	h->burst_at = h->refresh_at = h->extra_at = MONO_NEVER;
	arm(h);
	drop_announcements(h);
}

void holder_watch(struct holder *h, bool on)
{
	unwatch(h);
	h->is_watching = on;
	if (!on)
		return;
	for (unsigned i = 0; i < h->set.n; i++)
		(void)outlet_of(h, h->set.vip[i]->index);
	for (struct outlet *o = outlets_next(&h->outlets, NULL); o; o = outlets_next(&h->outlets, o))
		watch_addresses(h, o);
}

/* Addresses. */

/* Those just added: all the announcements when they are part of becoming MASTER, a single one after a repair. */
static void announce_fresh(struct holder *h, unsigned count)
{
	for (unsigned i = 0; i < h->set.n; i++)
		if (h->set.vip[i]->is_fresh)
			announce_vip(h, h->set.vip[i], count, false);
}

/* Everywhere, or where addresses that leave, all or the dropped ones, would take others along. */
enum promote { EVERYWHERE, BEFORE_ALL, BEFORE_DROPPED };

static void promote(struct holder *h, enum promote where)
{
	for (unsigned i = 0; i < h->set.n; i++) {
		const struct address_vip *v = h->set.vip[i];
		struct outlet *o;

		if (!v->is_held || v->conf.addr.family != AF_INET || (where == BEFORE_DROPPED && !v->is_dropped))
			continue;
		if (where != EVERYWHERE && !promote_is_due(h->env->link, v->index, &v->conf.addr, v->was_put_back))
			continue;
		o = outlet_of(h, v->index) ? outlets_find(&h->outlets, v->index) : NULL;
		if (o && !o->is_promoted)
			promote_secondaries(v->index, h->conf->name);
		if (o)
			o->is_promoted = true;
	}
}

/* Routes and rules; when to call again. */
static mono_t sync_paths(struct holder *h, mono_t now)
{
	return h->paths ? paths_sync(h->paths, h->env->link, h->conf->name, &h->contest, now) : MONO_NEVER;
}

static void look_for_lack(struct holder *h, mono_t now)
{
	const struct address_reader to = { h->conf, &h->contest, &h->limit };
	const bool was_lacking = h->is_lacking;
	struct address_lack lack;
	char text[LACK_LEN];

	address_lack(&h->set, now, &lack);
	address_report_vain(&to, &lack, now);
	h->is_lacking = lack.n > 0 && lack.held > 0;
	if (h->is_lacking || was_lacking)
		h->env->ops->refused(h->owner.ctx,
			h->is_lacking ? address_lack_str(&to, &lack, text, sizeof(text)) : NULL, now);
}

/* Routes need the addresses: they come when all of those are there, and go before the first of them. */
void holder_sync(struct holder *h, mono_t now)
{
	bool was_on = losses_are_fight(h->contest);
	const bool is_coming = h->set.hold;
	mono_t paths_at = is_coming ? MONO_NEVER : sync_paths(h, now);
	struct address_result r = address_sync(&h->set, h->env->link, h->conf, now);

	address_report(&(struct address_reader){ h->conf, &h->contest, &h->limit }, &r, now);
	look_for_lack(h, now);
	if (is_coming && mono_before(now, r.again_at))
		paths_at = sync_paths(h, now);
	h->is_contested |= losses_are_fight(h->contest) && !was_on;
	if (h->conf->promote_secondaries && r.added + r.adopted > 0)
		promote(h, EVERYWHERE);
	if (h->is_announcing && r.added > 0)
		announce_fresh(h, r.lost > 0 ? 1 : h->conf->garp->master_repeat);
	h->sync_at = mono_min(r.again_at, paths_at);
	arm(h);
}

void holder_run(struct holder *h, mono_t now)
{
	if (!mono_before(now, h->sync_at))
		holder_sync(h, now);
	announce_due(h, now);
	if (!mono_before(now, contest_due(h))) {
		h->is_contested = false;
		(void)contest_end(h->contest, now);
		h->env->ops->contested(h->owner.ctx, now);
	}
	arm(h);
}

void holder_hold(struct holder *h, bool on, mono_t now)
{
	if (!on) {
		holder_announce_stop(h);
		promote(h, BEFORE_ALL);
	}
	address_hold(&h->set, on);
	if (h->paths)
		paths_hold(h->paths, on);
	holder_sync(h, now);
}

/* Life. */

static int place(const void *ctx, const struct vrrp_vip *vip, int index)
{
	const struct holder *h = ctx;

	return vmac_place(h->owner.vmac, vip, index);
}

static bool spare(const void *ctx, int index, const struct addr *a)
{
	const struct holder *h = ctx;

	return h->env->ops->spare(h->owner.ctx, index, a);
}

static const struct address_ops address_ops = { .spare = spare, .place = place };

/* Hardly any of thousands of instances has routes or rules. */
static void conf_paths(struct holder *h)
{
	if (!h->paths && (h->conf->rare->routes.n || h->conf->rare->rules.n)) {
		h->paths = x_calloc(1, sizeof(*h->paths));
		paths_keep(h->paths, h->is_kept);
		paths_hold(h->paths, h->set.hold);
	}
	if (h->paths)
		paths_conf(h->paths, h->env->link, h->conf);
}

struct holder *holder_new(const struct holder_env *env, const struct holder_owner *owner, const struct vrrp_conf *conf)
{
	struct holder *h = x_calloc(1, sizeof(*h));

	h->env = env;
	h->owner = *owner;
	h->conf = conf;
	h->ear = (struct port_ear){ on_arp, h };
	h->sync_at = h->burst_at = h->refresh_at = h->extra_at = MONO_NEVER;
	address_init(&h->set, conf, &address_ops, h);
	conf_paths(h);
	return h;
}

void holder_free(struct holder *h)
{
	if (!h)
		return;
	holder_unbind(h);
	address_done(&h->set);
	if (h->paths)
		paths_done(h->paths);
	free(h->paths);
	free(h->contest);
	free(h->limit);
	free(h);
}

void holder_keep(struct holder *h, bool keep)
{
	h->is_kept = keep;
	address_keep(&h->set, keep);
	if (h->paths)
		paths_keep(h->paths, keep);
}

void holder_reconf(struct holder *h, const struct vrrp_conf *conf, const struct vmac *vmac)
{
	h->conf = conf;
	h->owner.vmac = vmac;
	address_reconf(&h->set, conf);
	conf_paths(h);
	for (unsigned i = 0; i < h->set.n; i++)
		if (h->set.vip[i]->is_dropped)
			drop_announcement(h->set.vip[i]);
	h->extra_at = !h->is_announcing || !conf->garp->extra.every ? MONO_NEVER
								    : mono_min(h->extra_at, extra_after(h, mono_now()));
	arm(h);
	if (conf->promote_secondaries)
		promote(h, EVERYWHERE);
	promote(h, BEFORE_DROPPED);
	if (h->is_watching)
		holder_watch(h, true);
}

void holder_lease(struct holder *h, int64_t usec)
{
	h->set.lease = usec;
}

struct address_set *holder_leased(struct holder *h)
{
	return &h->set;
}

bool holder_is_holding(const struct holder *h)
{
	for (unsigned i = 0; i < h->set.n; i++)
		if (h->set.vip[i]->is_held)
			return true;
	return h->paths && paths_is_holding(h->paths);
}

const struct paths *holder_paths(const struct holder *h)
{
	static const struct paths none;

	return h->paths ? h->paths : &none;
}

const char *holder_contested(const struct holder *h, bool *ret_refused)
{
	*ret_refused = h->contest && h->contest->is_refusal;
	return h->contest ? contest_what(h->contest) : NULL;
}

bool holder_has(const struct holder *h, const struct addr *a)
{
	return address_has(&h->set, 0, a);
}

const struct address_set *holder_addresses(const struct holder *h)
{
	return &h->set;
}
