/* refresh.c - see refresh.h. */
#include "vrrp/refresh.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/address.h"
#include "vrrp/instance.h"
#include "vrrp/lease.h"

enum { BATCH = 128, START_USEC = 100000, LATE_USEC = 50000 };

struct refresh {
	struct loop *loop;
	struct link *link;
	const struct refresh_ops *ops;
	void *ctx;
	struct loop_timer *timer; /* owned */
	unsigned unit, vip;       /* the next to be visited */
	mono_t due;               /* the timer's */
	int64_t round;
	struct lease_pace pace;
	unsigned left; /* turns of this round */
	bool is_running, is_touched;
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

/* An address, its set and whose they are. */
struct found {
	struct address_vip *vip;
	struct address_set *set;
	struct instance *vi;
};

/* The next address in turn; false: nobody has one. */
static bool next(struct refresh *r, struct found *ret)
{
	for (unsigned wraps = 0; wraps < 2;) {
		struct instance *vi = r->ops->get(r->ctx, r->unit);
		struct address_set *s = vi ? instance_addresses(vi) : NULL;

		if (s && is_leased(s) && r->vip < s->n) {
			*ret = (struct found){ s->vip[r->vip++], s, vi };
			return true;
		}
		r->vip = 0;
		r->unit = vi ? r->unit + 1 : 0;
		wraps += !vi;
	}
	return false;
}

static void flush(struct refresh *r, struct batch *b)
{
	(void)link_renew(r->link, b->change, b->n); /* each change carries its own result */
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
static const struct link_addr *due(const struct refresh *r, const struct found *f, mono_t now)
{
	const struct address_vip *v = f->vip;

	if (!v->is_held || v->is_dropped || v->index == 0 || v->lease != f->set->lease ||
		!lease_is_due(f->set->lease, v->leased_at, r->round, now))
		return NULL;
	return link_addr_find(r->link, v->index, &v->conf.addr);
}

static bool visit(struct refresh *r, struct batch *b)
{
	const struct link_addr *there;
	struct found f;

	if (!next(r, &f))
		return false;
	there = due(r, &f, b->now);
	if (!there)
		return true;
	if (!mono_before(b->now, f.set->lease_until)) {
		/* It gives up, and with it others of its group may that are in the batch. */
		flush(r, b);
		(void)instance_is_expired(f.vi, b->now);
		return true;
	}
	b->set[b->n] = f.set;
	b->vip[b->n] = f.vip;
	b->change[b->n] = address_change(f.set, f.vip, LINK_LEASE);
	b->change[b->n++].prefix_len = there->prefix_len;
	if (b->n == BATCH)
		flush(r, b);
	return true;
}

/* All are looked at once in a round, and after a gap: who is between his own turns does not know yet that his lease is over. */
static bool begin_round(struct refresh *r, mono_t now)
{
	unsigned n = look_at_all(r, now, &r->round);

	if (n == 0)
		return false;
	r->pace = lease_pace(n, r->round);
	r->left = (unsigned)(r->round / r->pace.every);
	return true;
}

/* Whether there is anything to refresh; r->left is then not 0. */
static bool look_if_due(struct refresh *r, int64_t late, mono_t now)
{
	if (r->is_running && !r->is_touched && r->left > 0 && late <= LATE_USEC)
		return true;
	r->is_touched = false;
	return begin_round(r, now);
}

static void on_timer(void *ctx, mono_t now)
{
	struct refresh *r = ctx;
	struct batch b = { .now = now };
	const int64_t late = mono_diff(now, r->due);
	unsigned turns;

	r->is_running = look_if_due(r, late, now);
	if (!r->is_running)
		return;
	turns = lease_turns(late, r->pace.every, r->left);
	r->left -= turns;
	for (unsigned i = 0; i < turns * r->pace.n && visit(r, &b); i++)
		;
	flush(r, &b);
	r->due = mono_add(now, late > 0 ? r->pace.every - late % r->pace.every : r->pace.every);
	loop_timer_at(r->timer, r->due);
	if (b.has_failed)
		r->ops->check(r->ctx, now);
}

void refresh_touch(struct refresh *r, mono_t now)
{
	mono_t soon = mono_add(now, START_USEC);

	r->is_touched = true; /* then all are counted anew */
	if (!mono_before(soon, loop_timer_when(r->timer)))
		return;
	r->due = soon;
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
