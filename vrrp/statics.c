/* statics.c - see statics.h. A struct vrrp_conf of their own makes them an owner as an instance is one. */
#include "vrrp/statics.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/address.h"
#include "vrrp/conf.h"
#include "vrrp/environment.h"
#include "vrrp/losses.h"
#include "vrrp/paths.h"

struct statics {
	struct link *link;                /* borrowed */
	const struct vrrp_config *config; /* borrowed; NULL before the first */
	struct vrrp_conf conf;            /* the static objects, as of an instance */
	struct vrrp_rare_conf rare;       /* its part */
	struct address_set set;
	struct paths paths;
	struct contest *contest;                  /* owned; NULL: nothing was lost so far */
	struct loop_timer *timer, *contest_timer; /* owned */
	struct log_limit limit;
	void (*changed)(void *ctx, mono_t now);
	void *ctx;
	bool is_holding;
};

static const char owner[] = "static";

static void report(struct statics *s, const struct address_result *r, mono_t now)
{
	char name[ADDR_STRLEN];

	if (r->lost > 0) {
		log_warn_limited(&s->limit, LOG_VRRP, "%s: %u address%s removed by somebody else put back, first %s",
			owner, r->lost, r->lost > 1 ? "es" : "", addr_str(&r->lost_one->conf.addr, name));
		losses_add(&s->contest, name, now);
	}
	if (r->refused_one)
		log_error(LOG_VRRP, "%s: the kernel refuses %s: %s", owner, addr_str(&r->refused_one->conf.addr, name),
			strerror(-r->refused_one->err));
}

static void hold(struct statics *s, bool on)
{
	s->is_holding = on;
	address_hold(&s->set, on);
	paths_hold(&s->paths, on);
}

void statics_sync(struct statics *s, mono_t now)
{
	bool was_on = losses_are_fight(s->contest);
	mono_t paths_at = MONO_NEVER;
	struct address_result r;

	if (!s->config)
		return;
	if (!s->is_holding)
		paths_at = paths_sync(&s->paths, s->link, owner, &s->contest, now);
	r = address_sync(&s->set, s->link, &s->conf, now);
	report(s, &r, now);
	if (s->is_holding)
		paths_at = paths_sync(&s->paths, s->link, owner, &s->contest, now);
	loop_timer_at(s->timer, mono_min(r.again_at, paths_at));
	if (losses_are_fight(s->contest) && !was_on)
		loop_timer_at(s->contest_timer, now);
}

static void on_timer(void *ctx, mono_t now)
{
	statics_sync(ctx, now);
}

/* At the begin of a fight, and at its end. Static objects are put back all the same: nobody else has them. */
static void on_contest(void *ctx, mono_t now)
{
	struct statics *s = ctx;

	if (!contest_end(s->contest, now))
		loop_timer_at(s->contest_timer, s->contest->until);
	s->changed(s->ctx, now);
}

struct statics *statics_new(struct loop *l, struct link *link, void (*changed)(void *ctx, mono_t now), void *ctx)
{
	struct statics *s = x_calloc(1, sizeof(*s));

	s->link = link;
	s->changed = changed;
	s->ctx = ctx;
	s->limit = (struct log_limit){ .burst = 5, .per_usec = 10 * MONO_SEC };
	s->timer = loop_timer_new(l, on_timer, s);
	s->contest_timer = loop_timer_new(l, on_contest, s);
	return s;
}

void statics_free(struct statics *s)
{
	if (!s)
		return;
	loop_timer_free(s->timer);
	loop_timer_free(s->contest_timer);
	address_done(&s->set);
	paths_done(&s->paths);
	free(s->contest);
	free(s);
}

void statics_conf(struct statics *s, const struct vrrp_config *config, mono_t now)
{
	bool is_first = !s->config;

	s->config = config;
	s->rare = (struct vrrp_rare_conf){ .routes = config->static_routes, .rules = config->static_rules };
	s->conf = (struct vrrp_conf){ VRRP_BARE, .name = owner, .interface = config->globals.default_interface,
		.vips = config->static_addresses };
	s->conf.rare = &s->rare;
	if (is_first)
		address_init(&s->set, &s->conf, NULL, NULL);
	else
		address_reconf(&s->set, &s->conf);
	paths_conf(&s->paths, s->link, &s->conf);
	hold(s, true);
	statics_sync(s, now);
}

/* Those without our mark were the host's before. */
static void leave_foreign(struct statics *s)
{
	for (unsigned i = 0; i < s->set.n; i++) {
		struct address_vip *v = s->set.vip[i];
		const struct link_addr *there = v->index ? link_addr_find(s->link, v->index, &v->conf.addr) : NULL;

		if (there && there->proto != LINK_ADDR_PROTO)
			v->is_held = false;
	}
	address_keep(&s->set, true);
}

void statics_stop(struct statics *s, mono_t now)
{
	if (!s->config || !s->is_holding)
		return;
	leave_foreign(s);
	hold(s, false);
	for (unsigned left = s->set.n + 1; left > 0; left -= left < ADDRESS_BATCH ? left : ADDRESS_BATCH)
		statics_sync(s, now); /* the loop does not run any more for the rest */
}

/* Faults. */

static const char *group_of(const struct vrrp_vip *v)
{
	return v->rare ? v->rare->group : NULL;
}

static bool depends(const struct statics *s, const char *group, const char *instance)
{
	for (unsigned i = 0; group && i < s->config->track_groups.n; i++) {
		const struct vrrp_static_group *g = s->config->track_groups.item[i];

		for (unsigned k = 0; !strcmp(g->name, group) && k < g->members.n; k++)
			if (!strcmp(((const struct vrrp_name *)g->members.item[k])->name, instance))
				return true;
	}
	return false;
}

static bool is_missing(const struct statics *s, const struct address_vip *v)
{
	return !v->is_dropped && (!v->index || !link_addr_find(s->link, v->index, &v->conf.addr));
}

void statics_faults(const struct statics *s, const char *instance, struct faults *f)
{
	char name[ROUTE_STRLEN];

	if (!s->config || s->config->track_groups.n == 0)
		return;
	for (unsigned i = 0; i < s->set.n; i++)
		if (is_missing(s, s->set.vip[i]) && depends(s, group_of(&s->set.vip[i]->conf), instance))
			faults_add(f, "static address %s is missing", addr_str(&s->set.vip[i]->conf.addr, name));
	for (unsigned i = 0; i < s->paths.routes.n; i++) {
		const struct route_item *it = &s->paths.routes.item[i];

		if (!it->is_held && it->conf && depends(s, it->conf->group, instance))
			faults_add(f, "static route %s is missing", route_str(it, name));
	}
	for (unsigned i = 0; i < s->paths.rules.n; i++) {
		const struct rule_item *it = &s->paths.rules.item[i];

		if (!it->is_held && depends(s, it->group, instance))
			faults_add(f, "static rule %s is missing", rule_str(&it->rule, name));
	}
}

bool statics_has(const struct statics *s, const struct link_addr *a)
{
	return s->config && address_has(&s->set, a->index, &a->addr);
}

const struct address_set *statics_addresses(const struct statics *s)
{
	return &s->set;
}

const struct paths *statics_paths(const struct statics *s)
{
	return &s->paths;
}
