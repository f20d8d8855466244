/* refresh.c - see refresh.h. */
#include "vrrp/refresh.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/address.h"
#include "vrrp/instance.h"
#include "vrrp/lease.h"

enum { BATCH = 128, START_USEC = 100000 };

struct refresh {
	struct loop *loop;
	struct link *link;
	const struct refresh_ops *ops;
	void *ctx;
	struct loop_timer *timer; /* owned */
	unsigned unit, vip;       /* the next to be visited */
};

/* Changes that go to the kernel together. */
struct batch {
	struct link_change change[BATCH];
	struct address_vip *vip[BATCH];
	struct address_set *set[BATCH];
	unsigned n;
	mono_t now;
	bool has_failed;
};

static bool is_leased(const struct address_set *s)
{
	return s->hold && s->lease > 0;
}

/*
 * All addresses with a lease; *ret_round is the shortest period of theirs. Whoever lost his while nothing ran here gives up
 * first.
 */
static unsigned look_at_all(struct refresh *r, mono_t now, int64_t *ret_round)
{
	struct instance *vi;
	unsigned n = 0;

	*ret_round = INT64_MAX;
	for (unsigned i = 0; (vi = r->ops->get(r->ctx, i)); i++) {
		const struct address_set *s = instance_addresses(vi);
		int64_t period = lease_period(s->lease);

		if (!is_leased(s) || instance_is_expired(vi, now))
			continue;
		n += s->n;
		if (period < *ret_round)
			*ret_round = period;
	}
	return n;
}

/* The next address in turn, and its set; there is one. */
static struct address_vip *next(struct refresh *r, struct address_set **ret_set)
{
	for (;;) {
		struct instance *vi = r->ops->get(r->ctx, r->unit);
		struct address_set *s = vi ? instance_addresses(vi) : NULL;

		if (s && is_leased(s) && r->vip < s->n) {
			*ret_set = s;
			return s->vip[r->vip++];
		}
		r->vip = 0;
		r->unit = vi ? r->unit + 1 : 0;
	}
}

static void flush(struct refresh *r, struct batch *b)
{
	(void)link_apply(r->link, b->change, b->n); /* each change carries its own result */
	for (unsigned i = 0; i < b->n; i++) {
		b->vip[i]->leased_at = b->now;
		if (b->change[i].err == 0)
			continue;
		b->vip[i]->lease = -1;
		b->has_failed = true;
	}
	for (unsigned i = 0; i < b->n; i++)
		if (i + 1 == b->n || b->set[i] != b->set[i + 1])
			address_look_at_leases(b->set[i]);
	b->n = 0;
}

/* Only what is ours and is there: a refresh of what somebody removed would put it back behind the repair's back. */
static void visit(struct refresh *r, struct batch *b, int64_t round)
{
	struct address_set *s;
	struct address_vip *v = next(r, &s);
	const struct link_addr *there;

	if (!v->is_held || v->is_dropped || v->index == 0 || v->lease != s->lease)
		return;
	there = link_addr_find(r->link, v->index, &v->conf.addr);
	if (!there || !lease_is_due(s->lease, v->leased_at, round, b->now))
		return;
	b->set[b->n] = s;
	b->vip[b->n] = v;
	b->change[b->n] = address_change(s, v, LINK_LEASE);
	b->change[b->n++].prefix_len = there->prefix_len;
	if (b->n == BATCH)
		flush(r, b);
}

static void on_timer(void *ctx, mono_t now)
{
	struct refresh *r = ctx;
	struct batch b = { .now = now };
	struct lease_pace pace;
	int64_t round;
	unsigned n = look_at_all(r, now, &round);

	if (n == 0)
		return;
	pace = lease_pace(n, round);
	for (unsigned i = 0; i < pace.n; i++)
		visit(r, &b, round);
	flush(r, &b);
	loop_timer_at(r->timer, mono_add(now, pace.every));
	if (b.has_failed)
		r->ops->check(r->ctx, now);
}

void refresh_touch(struct refresh *r, mono_t now)
{
	mono_t soon = mono_add(now, START_USEC);

	if (mono_before(soon, loop_timer_when(r->timer)))
		loop_timer_at(r->timer, soon);
}

struct refresh *refresh_new(struct loop *l, struct link *link, const struct refresh_ops *ops, void *ctx)
{
	struct refresh *r = x_calloc(1, sizeof(*r));

	*r = (struct refresh){ .loop = l, .link = link, .ops = ops, .ctx = ctx };
	r->timer = loop_timer_new(l, on_timer, r);
	loop_timer_urgent(r->timer);
	return r;
}

void refresh_free(struct refresh *r)
{
	if (!r)
		return;
	loop_timer_free(r->timer);
	free(r);
}
