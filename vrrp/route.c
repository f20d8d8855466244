/* route.c - see route.h. */
#include "vrrp/route.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/link.h"
#include "vrrp/conf.h"

#define REPAIR_USEC (20 * MONO_MSEC) /* between two repairs: a fight over a route is no busy loop */
#define RETRY_USEC MONO_SEC          /* after the kernel refused */

/* As ip-route(8): without a gateway it leads to the link itself; what is local stays on the host. */
static uint8_t scope_of(const struct vrrp_route *c)
{
	const struct link_route *r = &c->route;

	if (c->has_scope || r->dst.family == AF_INET6)
		return r->scope;
	if (r->type == LINK_ROUTE_LOCAL)
		return LINK_SCOPE_HOST;
	if (r->type == LINK_ROUTE_BROADCAST || r->type == LINK_ROUTE_MULTICAST || r->type == LINK_ROUTE_ANYCAST)
		return LINK_SCOPE_LINK;
	if (r->type == LINK_ROUTE_UNICAST && r->n_hops < 2 && !addr_is_set(&r->hop[0].via))
		return LINK_SCOPE_LINK;
	return LINK_SCOPE_GLOBAL;
}

/* Those of the configuration first, in its order; then what is to go. */
void route_conf(struct route_set *s, const struct conf_vec *routes, const char *interface)
{
	struct route_item *old = s->item;
	unsigned n_old = s->n;

	s->interface = interface;
	s->item = x_array(routes->n + n_old, sizeof(*s->item));
	for (s->n = 0; s->n < routes->n; s->n++) {
		const struct vrrp_route *c = routes->item[s->n];

		s->item[s->n] = (struct route_item){
			.route = c->route, .conf = c, .no_track = c->no_track || c->route.expires > 0
		};
		s->item[s->n].route.scope = scope_of(c);
	}
	for (unsigned i = 0; i < n_old; i++) {
		if (!old[i].is_held)
			continue;
		s->item[s->n] = old[i];
		s->item[s->n].conf = NULL;
		s->item[s->n++].is_dropped = true;
	}
	free(old);
	s->repair_at = (mono_t){ 0 };
}

void route_done(struct route_set *s)
{
	free(s->item);
	*s = (struct route_set){ 0 };
}

void route_hold(struct route_set *s, bool on)
{
	s->hold = on;
	s->repair_at = (mono_t){ 0 };
}

static bool is_through_link(const struct link_route *r)
{
	return r->type == LINK_ROUTE_UNICAST || r->type == LINK_ROUTE_LOCAL || r->type == LINK_ROUTE_BROADCAST ||
		r->type == LINK_ROUTE_ANYCAST || r->type == LINK_ROUTE_MULTICAST;
}

/* 0: its VRF is not there. */
static uint32_t table_of(const struct vrrp_route *c, const struct link *link)
{
	const struct link_if *in = c->vrf ? link_find(link, c->vrf) : NULL;

	if (!c->vrf)
		return c->route.table;
	return in ? in->vrf_table : 0;
}

/* Its interfaces as they are now; a dropped one keeps those where it was put. */
static void resolve(const struct route_set *s, struct route_item *it, struct link_route *r, const struct link *link)
{
	r->table = table_of(it->conf, link);
	it->is_known = !it->conf->vrf || r->table;
	if (!is_through_link(r))
		return;
	if (r->n_hops == 0)
		r->n_hops = 1;
	for (unsigned i = 0; i < r->n_hops; i++) {
		const char *dev = it->conf->dev[i];
		const char *name = dev ? dev : s->interface;
		bool needs_dev = dev || (!addr_is_set(&r->hop[i].via) && r->type == LINK_ROUTE_UNICAST);
		const struct link_if *in = needs_dev && name ? link_find(link, name) : NULL;

		it->is_known = it->is_known && (in || !needs_dev);
		r->hop[i].index = in ? in->index : 0;
	}
}

/* One that is wanted under another line, now that interfaces are known. */
static struct route_item *successor(struct route_set *s, const struct route_item *it)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!s->item[i].is_dropped && s->item[i].is_known && link_route_is(&s->item[i].route, &it->route))
			return &s->item[i];
	return NULL;
}

/* Routes of other protocols are not followed by themselves. */
static void claim_all(struct route_set *s, struct link *link)
{
	bool is_new = false;

	for (unsigned i = 0; i < s->n; i++) {
		struct link_route now = s->item[i].route;

		if (s->item[i].is_dropped || link_route_proto(&now) == LINK_ROUTE_PROTO)
			continue;
		resolve(s, &s->item[i], &now, link);
		is_new |= s->item[i].is_known && link_route_claim(link, &now);
	}
	if (is_new)
		(void)link_route_dump(link); /* otherwise the next message reads them */
}

/* A turn's work: which route each change belongs to. */
struct turn {
	struct link_change change[ROUTE_BATCH];
	struct route_item *item[ROUTE_BATCH];
	unsigned n;
	bool is_full, has_moved;
	struct route_result result;
};

static void plan(struct turn *t, enum link_op op, struct route_item *it)
{
	if (t->n == ROUTE_BATCH) {
		t->is_full = true;
		return;
	}
	t->item[t->n] = it;
	t->change[t->n++] = (struct link_change){ .op = op, .route = &it->route };
}

/* What is not wanted. A line that only changed what the kernel does not tell routes apart by is put again at once. */
static void plan_removal(struct turn *t, struct route_set *s, struct route_item *it, const struct link *link)
{
	struct route_item *next = it->is_dropped && s->hold ? successor(s, it) : NULL;

	if (!link_route_find(link, &it->route) || !(it->is_held || s->is_clean_start) ||
		(next && link_route_equal(&next->route, &it->route))) {
		it->is_held = false;
		return;
	}
	if (next && t->n + 1 < ROUTE_BATCH)
		next->is_stale = true;
	plan(t, LINK_DEL, it);
}

static void plan_addition(struct turn *t, struct route_set *s, struct route_item *it, const struct link *link)
{
	bool is_there = link_route_find(link, &it->route) != NULL;
	bool is_lost = it->is_held && !is_there;

	if ((is_there && !it->is_stale) || (is_lost && it->no_track)) {
		it->is_held = true;
		return;
	}
	if (is_lost) {
		s->lost++;
		if (t->result.lost++ == 0)
			t->result.lost_one = it;
	}
	plan(t, LINK_ADD, it);
}

static void settle(struct turn *t, const struct link_change *c, struct route_item *it)
{
	bool is_add = c->op == LINK_ADD;
	int before = it->err;

	it->err = c->err == (is_add ? -EEXIST : -ESRCH) ? 0 : c->err;
	if (is_add)
		it->is_stale = false;
	if (it->err == 0) {
		it->is_held = is_add;
		return;
	}
	if (is_add)
		it->is_held = false;
	t->result.refused++;
	if (it->err != before && !t->result.refused_one)
		t->result.refused_one = it;
}

static void forget_dropped(struct route_set *s)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->n; i++)
		if (!s->item[i].is_dropped || s->item[i].is_held)
			s->item[kept++] = s->item[i];
	s->n = kept;
}

static bool has_moved(const struct link_route *was, const struct link_route *is)
{
	if (was->table != is->table)
		return true;
	for (unsigned i = 0; i < was->n_hops; i++)
		if (was->hop[i].index && was->hop[i].index != is->hop[i].index)
			return true;
	return false;
}

/*
 * An interface has another name now, or a VRF another table, and the route is still there: it goes from there first, and is looked
 * at again next turn.
 */
static void look(struct turn *t, const struct route_set *s, struct route_item *it, const struct link *link)
{
	struct link_route now = it->route;

	resolve(s, it, &now, link);
	it->is_moving = it->is_held && has_moved(&it->route, &now) && link_route_find(link, &it->route);
	if (!it->is_moving) {
		it->route = now;
		return;
	}
	t->has_moved = true;
	plan(t, LINK_DEL, it);
}

/* One that is wanted. */
static void plan_one(struct turn *t, struct route_set *s, struct route_item *it, const struct link *link)
{
	if (it->is_dropped || it->is_moving)
		return;
	if (it->is_known)
		plan_addition(t, s, it, link);
	else
		it->is_held = false; /* it went with its interface */
}

/* Removals first: a place may have to be free. */
static void plan_all(struct turn *t, struct route_set *s, const struct link *link)
{
	for (unsigned i = 0; i < s->n && !t->is_full; i++)
		if (!s->item[i].is_dropped)
			look(t, s, &s->item[i], link);
	for (unsigned i = 0; i < s->n && !t->is_full; i++)
		if ((!s->hold || s->item[i].is_dropped) && !s->item[i].is_moving)
			plan_removal(t, s, &s->item[i], link);
	for (unsigned i = 0; i < s->n && s->hold && !t->is_full; i++)
		plan_one(t, s, &s->item[i], link);
}

struct route_result route_sync(struct route_set *s, struct link *link, mono_t now)
{
	struct turn t = { .result = { .again_at = MONO_NEVER } };

	forget_dropped(s);
	if (mono_before(now, s->repair_at)) {
		t.result.again_at = s->repair_at;
		return t.result;
	}
	claim_all(s, link);
	plan_all(&t, s, link);
	(void)link_apply(link, t.change, t.n); /* each change carries its own result */
	for (unsigned i = 0; i < t.n; i++)
		settle(&t, &t.change[i], t.item[i]);
	if (!t.is_full)
		s->is_clean_start = false;
	if (t.result.lost > 0)
		s->repair_at = mono_add(now, REPAIR_USEC);
	if (t.is_full || t.has_moved)
		t.result.again_at = now;
	else if (t.result.refused > 0)
		t.result.again_at = mono_add(now, RETRY_USEC);
	return t.result;
}

bool route_has(const struct route_set *s, const struct link_route *r)
{
	for (unsigned i = 0; i < s->n; i++)
		if ((s->item[i].is_known || s->item[i].is_dropped) && link_route_is(&s->item[i].route, r))
			return true;
	return false;
}

bool route_is_holding(const struct route_set *s)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->item[i].is_held)
			return true;
	return false;
}

/* Text. */

static void add(char *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(char *buf, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf + len, ROUTE_STRLEN - len, fmt, ap);
	va_end(ap);
}

static void add_hops(char *buf, const struct route_item *it)
{
	const struct link_route *r = &it->route;
	char name[ADDR_STRLEN];

	for (unsigned i = 0; i < r->n_hops; i++) {
		if (addr_is_set(&r->hop[i].via))
			add(buf, "%s via %s", r->n_hops > 1 ? " nexthop" : "", addr_str(&r->hop[i].via, name));
		if (it->conf && it->conf->dev[i])
			add(buf, " dev %s", it->conf->dev[i]);
	}
}

const char *route_str(const struct route_item *it, char *buf)
{
	static const char *const types[] = { [LINK_ROUTE_LOCAL] = "local ", [LINK_ROUTE_BROADCAST] = "broadcast ",
		[LINK_ROUTE_ANYCAST] = "anycast ", [LINK_ROUTE_MULTICAST] = "multicast ",
		[LINK_ROUTE_BLACKHOLE] = "blackhole ", [LINK_ROUTE_UNREACHABLE] = "unreachable ",
		[LINK_ROUTE_PROHIBIT] = "prohibit ", [LINK_ROUTE_THROW] = "throw " };
	const struct link_route *r = &it->route;
	const char *type = r->type < sizeof(types) / sizeof(types[0]) ? types[r->type] : NULL;
	char name[ADDR_STRLEN];

	buf[0] = '\0';
	if (r->prefix_len == 0 && addr_is_any(&r->dst))
		add(buf, "%sdefault", type ? type : "");
	else
		add(buf, "%s%s/%u", type ? type : "", addr_str(&r->dst, name), r->prefix_len);
	add_hops(buf, it);
	if (r->metric)
		add(buf, " metric %u", r->metric);
	if (it->conf && it->conf->vrf)
		add(buf, " vrf %s", it->conf->vrf);
	else if (r->table != LINK_TABLE_MAIN)
		add(buf, " table %u", r->table);
	if (link_route_proto(r) != LINK_ROUTE_PROTO)
		add(buf, " proto %u", r->proto);
	return buf;
}
