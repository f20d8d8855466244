/*
 * misplaced.c - see misplaced.h. An interface without a MAC address of its own answers nobody: an address on lo, as a real server
 * of direct routing has it, is nobody's mistake. Addresses with our mark have a place of their own.
 */
#include "vrrp/misplaced.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/address.h"
#include "vrrp/conf.h"
#include "vrrp/instance.h"
#include "vrrp/suspect.h"

struct misplaced {
	const struct link *link;
	const struct misplaced_ops *ops;
	void *ctx;
	struct loop_timer *timer; /* owned */
};

static bool has(const struct address_set *s, int index, const struct addr *a)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!s->vip[i]->is_dropped && (index == 0 || s->vip[i]->index == index) &&
			addr_equal(&s->vip[i]->conf.addr, a))
			return true;
	return false;
}

static bool is_in_place(const struct misplaced *m, const struct link_addr *a)
{
	struct instance *vi;

	for (unsigned i = 0; (vi = m->ops->may_have(m->ctx, &a->addr, i)); i++)
		if (instance_conf(vi)->priority == VRRP_PRIORITY_OWNER ||
			has(instance_addresses(vi), a->index, &a->addr))
			return true;
	return m->ops->is_static(m->ctx, a);
}

static void look_at(const struct misplaced *m, const struct link_addr *a, mono_t now)
{
	const struct link_if *in = link_find_index(m->link, a->index);
	struct instance *vi;

	if (!in || !in->has_mac || !m->ops->may_have(m->ctx, &a->addr, 0) || is_in_place(m, a))
		return;
	for (unsigned i = 0; (vi = m->ops->may_have(m->ctx, &a->addr, i)); i++)
		if (has(instance_addresses(vi), 0, &a->addr))
			instance_misplaced(vi, &a->addr, in->name, now);
}

static void on_timer(void *ctx, mono_t now)
{
	struct misplaced *m = ctx;
	unsigned n;
	const struct link_addr *all = link_addrs(m->link, &n);

	for (unsigned i = 0; i < n; i++)
		if (all[i].proto != LINK_ADDR_PROTO)
			look_at(m, &all[i], now);
	loop_timer_at(m->timer, mono_add(now, SUSPECT_MISPLACED_USEC));
}

struct misplaced *misplaced_new(struct loop *l, const struct link *link, const struct misplaced_ops *ops, void *ctx)
{
	struct misplaced *m = x_calloc(1, sizeof(*m));

	*m = (struct misplaced){ .link = link, .ops = ops, .ctx = ctx };
	m->timer = loop_timer_new(l, on_timer, m);
	loop_timer_at(m->timer, mono_add(mono_now(), SUSPECT_MISPLACED_USEC));
	return m;
}

void misplaced_free(struct misplaced *m)
{
	if (!m)
		return;
	loop_timer_free(m->timer);
	free(m);
}
