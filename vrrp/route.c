/* route.c - see route.h. */
#include "vrrp/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/conf.h"

#define REPAIR_USEC (20 * MONO_MSEC) /* between two repairs: a fight over a route is no busy loop */
#define RETRY_USEC MONO_SEC          /* after the kernel refused */

/* As ip-route(8): a route without a gateway leads to the link itself. */
static struct link_route route_of(const struct vrrp_route *c)
{
	struct link_route r = { .dst = c->dst, .via = c->via, .src = c->src, .prefix_len = c->prefix_len, .type = c->type,
		.table = c->table, .metric = c->metric, .scope = c->scope };

	if (!c->has_scope && c->type == LINK_ROUTE_UNICAST && !addr_is_set(&c->via))
		r.scope = LINK_SCOPE_LINK;
	return r;
}

/* Those of the configuration first, in its order; item[i] is conf->routes.item[i]. */
void route_conf(struct route_set *s, const struct vrrp_conf *conf)
{
	struct route_item *old = s->item;
	unsigned n_old = s->n;

	s->item = x_calloc(conf->routes.n + n_old, sizeof(*s->item));
	for (s->n = 0; s->n < conf->routes.n; s->n++) {
		const struct vrrp_route *c = conf->routes.item[s->n];

		s->item[s->n] = (struct route_item){ .route = route_of(c), .no_track = c->no_track };
	}
	for (unsigned i = 0; i < n_old; i++) {
		if (!old[i].is_held)
			continue;
		s->item[s->n] = old[i];
		s->item[s->n++].is_dropped = true;
	}
	free(old);
	s->change = x_realloc(s->change, s->n + 1, sizeof(*s->change));
	s->repair_at = (mono_t){ 0 };
}

void route_done(struct route_set *s)
{
	free(s->item);
	free(s->change);
	*s = (struct route_set){ 0 };
}

void route_hold(struct route_set *s, bool on)
{
	s->hold = on;
	s->repair_at = (mono_t){ 0 };
}

/* Its interface as it is now; a dropped one keeps that where it was put. */
static void resolve(struct route_item *it, const struct vrrp_route *c, const struct link *link,
	const struct vrrp_conf *conf)
{
	bool needs_dev = c->dev || (c->type == LINK_ROUTE_UNICAST && !addr_is_set(&c->via));
	const char *name = c->dev ? c->dev : conf->interface;
	const struct link_if *in = needs_dev && name ? link_find(link, name) : NULL;

	it->is_known = in || !needs_dev;
	it->route.index = in ? in->index : 0;
}

static bool is_wanted(const struct route_set *s, const struct route_item *it)
{
	return s->hold && it->is_known && !it->is_dropped;
}

/* A dropped route that is wanted again under another line is not removed. */
static bool is_replaced(const struct route_set *s, const struct route_item *it)
{
	for (unsigned i = 0; it->is_dropped && i < s->n; i++) {
		const struct link_route *a = &s->item[i].route, *b = &it->route;

		if (s->hold && !s->item[i].is_dropped && addr_equal(&a->dst, &b->dst) &&
			a->prefix_len == b->prefix_len && addr_equal(&a->via, &b->via) &&
			addr_equal(&a->src, &b->src) && a->index == b->index && a->table == b->table &&
			a->metric == b->metric && a->type == b->type && a->scope == b->scope)
			return true;
	}
	return false;
}

/* Whether something is to be changed, and what. */
static bool plan(struct route_set *s, struct route_item *it, const struct link *link, struct route_result *res,
	struct link_change *ret)
{
	bool is_there = link_route_find(link, &it->route) != NULL;

	if (is_wanted(s, it)) {
		bool is_lost = it->is_held && !is_there;

		if (is_there || (is_lost && it->no_track)) {
			it->is_held = true;
			return false;
		}
		if (is_lost && res->lost++ == 0)
			res->lost_one = it;
		*ret = (struct link_change){ .op = LINK_ADD, .route = &it->route };
		return true;
	}
	if (is_there && (it->is_held || s->is_clean_start) && !is_replaced(s, it)) {
		*ret = (struct link_change){ .op = LINK_DEL, .route = &it->route };
		return true;
	}
	it->is_held = false;
	return false;
}

static void settle(struct route_item *it, const struct link_change *c, struct route_result *res)
{
	bool is_add = c->op == LINK_ADD;
	int before = it->err;

	it->err = c->err == (is_add ? -EEXIST : -ESRCH) ? 0 : c->err;
	if (it->err == 0) {
		it->is_held = is_add;
		return;
	}
	res->refused++;
	if (it->err != before && !res->refused_one)
		res->refused_one = it;
}

static void forget_dropped(struct route_set *s)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->n; i++)
		if (!s->item[i].is_dropped || s->item[i].is_held)
			s->item[kept++] = s->item[i];
	s->n = kept;
}

struct route_result route_sync(struct route_set *s, struct link *link, const struct vrrp_conf *conf, mono_t now)
{
	struct route_result res = { .again_at = MONO_NEVER };
	unsigned n = 0;

	forget_dropped(s);
	if (mono_before(now, s->repair_at)) {
		res.again_at = s->repair_at;
		return res;
	}
	for (unsigned i = 0; i < s->n; i++) {
		if (!s->item[i].is_dropped)
			resolve(&s->item[i], conf->routes.item[i], link, conf);
		n += plan(s, &s->item[i], link, &res, &s->change[n]);
	}
	(void)link_apply(link, s->change, n); /* each change carries its own result */
	for (unsigned i = 0, k = 0; i < s->n && k < n; i++)
		if (s->change[k].route == &s->item[i].route)
			settle(&s->item[i], &s->change[k++], &res);
	s->is_clean_start = false;
	if (res.lost > 0)
		s->repair_at = mono_add(now, REPAIR_USEC);
	if (res.refused > 0)
		res.again_at = mono_add(now, RETRY_USEC);
	return res;
}

bool route_has(const struct route_set *s, const struct link_route *r)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct link_route *a = &s->item[i].route;

		if (addr_equal(&a->dst, &r->dst) && a->prefix_len == r->prefix_len && addr_equal(&a->via, &r->via) &&
			addr_equal(&a->src, &r->src) && a->table == r->table && a->metric == r->metric &&
			a->type == r->type)
			return true;
	}
	return false;
}
