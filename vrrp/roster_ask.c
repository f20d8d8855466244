/* roster_ask.c - see roster_ask.h. */
#include "vrrp/roster_ask.h"

#include "conf/names.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/anycast.h"
#include "vrrp/generation.h"
#include "vrrp/groups.h"
#include "vrrp/instance.h"
#include "vrrp/instance_hear.h"
#include "vrrp/misplaced.h"
#include "vrrp/path_memory.h"
#include "vrrp/paths.h"
#include "vrrp/peers.h"
#include "vrrp/refresh.h"
#include "vrrp/roster_state.h"
#include "vrrp/statics.h"
#include "vrrp/sweep.h"

/* Events of many come in the order of the units, more or less: the search begins behind the one found last. */
static struct unit *unit_of(struct roster *r, const struct instance *vi)
{
	for (unsigned i = 0; i < r->n_units; i++) {
		const unsigned at = (r->found + i) % r->n_units;

		if (r->unit[at].vi == vi) {
			r->found = at + 1;
			return &r->unit[at];
		}
	}
	return NULL;
}

struct unit *roster_unit_named(const struct roster *r, const struct names *names, const char *name)
{
	const struct named *e = names_find(names, &r->newest->config.instances, name);

	return e ? &r->unit[e->index] : NULL;
}

/* That of its configuration. */
static uint32_t number_of(const struct roster *r, const struct unit *u)
{
	return u ? u->generation->number : r->newest ? r->newest->number : 0;
}

static void on_transition(void *ctx, struct instance *vi, const struct vrrp_action *a)
{
	struct roster *r = ctx;
	const struct unit *u = unit_of(r, vi);

	refresh_touch(r->refresh, mono_now());
	r->ops->transition(r->ctx, vi, number_of(r, u), a);
}

static void on_entering(void *ctx, struct instance *vi)
{
	struct roster *r = ctx;

	if (r->ops->entering)
		r->ops->entering(r->ctx, vi);
}

static uint32_t on_hook(void *ctx, struct instance *vi, const struct vrrp_action *a)
{
	struct roster *r = ctx;

	return r->ops->hook ? r->ops->hook(r->ctx, vi, number_of(r, unit_of(r, vi)), a) : 0;
}

static void on_suspicion(void *ctx, struct instance *vi, unsigned suspicion, bool is_on)
{
	struct roster *r = ctx;
	const struct unit *u = unit_of(r, vi);

	r->ops->suspicion(r->ctx, vi, number_of(r, u), suspicion, is_on);
}

static void on_done(void *ctx, struct instance *vi)
{
	struct roster *r = ctx;

	(void)vi;
	loop_timer_at(r->reap, mono_now());
}

/* The `i`th of those that may have the address as a VIP; NULL: no more. While a configuration comes, anyone may. */
static struct instance *may_have(struct roster *r, const struct addr *a, unsigned i)
{
	if (r->is_changing)
		return i < r->n_units ? r->unit[i].vi : NULL;
	if (!r->has_vips) {
		vip_index_clear(&r->vips);
		for (unsigned j = 0; j < r->n_units; j++)
			vip_index_add(&r->vips, r->unit[j].vi);
		r->has_vips = true;
	}
	return vip_index_find(&r->vips, a, i);
}

static struct instance *may_hold(void *ctx, const struct addr *a, unsigned nth)
{
	return may_have(ctx, a, nth);
}

static bool is_static(void *ctx, const struct link_addr *a)
{
	return statics_has(((const struct roster *)ctx)->statics, a);
}

const struct misplaced_ops roster_misplaced_ops = { may_hold, is_static };

/* An owner's addresses are real ones: they are its source. */
static bool is_vip(void *ctx, const struct link_addr *a)
{
	struct roster *r = ctx;
	struct instance *vi;

	if (statics_has(r->statics, a))
		return false;
	if (a->proto == LINK_ADDR_PROTO)
		return true;
	for (unsigned i = 0; (vi = may_have(r, &a->addr, i)); i++)
		if (instance_conf(vi)->priority != VRRP_PRIORITY_OWNER &&
			address_has(instance_addresses(vi), a->index, &a->addr))
			return true;
	return false;
}

static bool is_wanted(void *ctx, const struct instance *self, int index, const struct addr *a)
{
	struct roster *r = ctx;
	struct instance *vi;

	for (unsigned i = 0; (vi = may_have(r, a, i)); i++)
		if (vi != self && address_wants(instance_addresses(vi), index, a))
			return true;
	return address_wants(statics_addresses(r->statics), index, a);
}

static const struct track_report *tracked(void *ctx, enum track_kind kind, const char *name)
{
	const struct roster *r = ctx;

	return reports_find(&r->reports, kind, name);
}

static struct instance *find_member(void *ctx, const char *name)
{
	const struct roster *r = ctx;
	const struct unit *u = roster_unit_named(r, r->by_name, name);

	return u && !u->is_leaving ? u->vi : NULL;
}

static void on_group(void *ctx, unsigned index, enum vrrp_state state, uint8_t priority, bool is_note)
{
	struct roster *r = ctx;

	if (r->ops->group)
		r->ops->group(r->ctx, index, state, priority, is_note);
}

const struct groups_ops roster_groups_ops = { .find = find_member, .transition = on_group };

const struct instance_ops roster_instance_ops = {
	.transition = on_transition,
	.entering = on_entering,
	.hook = on_hook,
	.suspicion = on_suspicion,
	.done = on_done,
	.is_vip = is_vip,
	.is_wanted = is_wanted,
	.follow = groups_follow,
	.check_group = groups_check_one,
	.drain_group = groups_drain,
	.not_before = groups_not_before,
	.hook_ended = groups_hook_ended,
	.hook_usec = groups_hook_usec,
	.tracked = tracked,
};

static bool is_known(void *ctx, const struct link_addr *a)
{
	struct roster *r = ctx;
	struct instance *vi;

	if (statics_has(r->statics, a) || anycast_has(r->anycast, a))
		return true;
	for (unsigned i = 0; (vi = may_have(r, &a->addr, i)); i++)
		if (address_has(instance_addresses(vi), a->index, &a->addr))
			return true;
	return false;
}

static bool is_known_route(void *ctx, const struct link_route *route)
{
	const struct roster *r = ctx;

	if (route_has(&statics_paths(r->statics)->routes, route))
		return true;
	for (unsigned i = 0; i < r->n_units; i++) {
		struct instance_view v;

		instance_look(r->unit[i].vi, &v);
		if (route_has(&v.paths->routes, route))
			return true;
	}
	return false;
}

static bool is_known_rule(void *ctx, const struct link_rule *rule)
{
	const struct roster *r = ctx;

	if (rule_has(&statics_paths(r->statics)->rules, rule))
		return true;
	for (unsigned i = 0; i < r->n_units; i++) {
		struct instance_view v;

		instance_look(r->unit[i].vi, &v);
		if (rule_has(&v.paths->rules, rule))
			return true;
	}
	return false;
}

const struct sweep_ops roster_sweep_ops = {
	.has_addr = is_known, .has_route = is_known_route, .has_rule = is_known_rule
};

void roster_is_powerless(struct roster *r)
{
	r->env.is_powerless = true;
}

struct anycast *roster_anycast(struct roster *r)
{
	return r->anycast;
}

struct claimants *roster_claimants(struct roster *r)
{
	return peers_claimants(r->env.peers);
}

bool roster_write_paths(const struct roster *r, struct text *t)
{
	bool any = path_memory_write(t, statics_paths(r->statics));

	for (unsigned i = 0; i < r->n_units; i++) {
		struct instance_view v;

		instance_look(r->unit[i].vi, &v);
		any |= path_memory_write(t, v.paths);
	}
	return any;
}

bool roster_has_auth(const struct roster *r)
{
	for (unsigned i = 0; i < r->n_units; i++)
		if (instance_has_auth(r->unit[i].vi))
			return true;
	return false;
}

int64_t roster_shortest_down(const struct roster *r)
{
	int64_t least = 0;

	for (unsigned i = 0; i < r->n_units; i++) {
		int64_t down = instance_down_interval(r->unit[i].vi);

		if (instance_state(r->unit[i].vi) == VRRP_MASTER && (least == 0 || down < least))
			least = down;
	}
	return least;
}
