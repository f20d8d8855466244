/* leases.c - see leases.h. */
#include "leases.h"

#include <inttypes.h>

enum { EPS = 2, START = 100 * MONO_MSEC, LATE = 50 * MONO_MSEC };

void leases_init(struct leases *l, struct sim *s, uint32_t cs)
{
	const struct vrrp_rare_conf rare = {
		.vip_lease = sim_chance(s, 50) ? LEASE_AUTO : (3 + (int64_t)sim_random(s, 5)) * MONO_SEC
	};
	const struct vrrp_conf c = { .interval_cs = cs, .rare = &rare };

	l->is_on = true;
	l->n = 1 + (unsigned)sim_random(s, LEASES_ADDRS);
	s->lease = lease_usec(&c, l->n);
	if (s->lease < 3 * cs * INT64_C(10000) && rare.vip_lease == LEASE_AUTO)
		sim_fail(s, "L1: a lease of %" PRId64 " us is shorter than three adverts", s->lease);
	if (s->lease % MONO_SEC || s->lease < LEASE_LEAST_SEC * MONO_SEC)
		sim_fail(s, "L1: a lease of %" PRId64 " us", s->lease);
}

static void post(struct sim *s, struct leases_one *x, unsigned node, mono_t at)
{
	x->due = at;
	sim_post(s, (struct sim_event){ .at = at, .kind = SIM_OTHER, .node = node, .plan = LEASES_EVENTS + ++x->id });
}

void leases_action(struct leases *l, struct sim *s, unsigned node, const struct vrrp_action *a)
{
	struct leases_one *x = &l->one[node];
	unsigned i;

	if (!l->is_on || a->type != VRRP_ACT_VIPS_ADD)
		return;
	if (!s->node[node].holds || !x->is_running || mono_before(x->due, s->now))
		post(s, x, node, mono_add(s->now, START));
	x->is_running = x->is_running && s->node[node].holds;
	for (i = 0; i < l->n; i++)
		x->leased_at[i] = s->now;
}

static void oldest(const struct leases *l, const struct leases_one *x, mono_t *first, mono_t *last)
{
	unsigned i;

	*first = *last = x->leased_at[0];
	for (i = 1; i < l->n; i++) {
		*first = mono_min(*first, x->leased_at[i]);
		*last = mono_max(*last, x->leased_at[i]);
	}
}

/* Nothing held it up since all were set. */
static bool is_fresh(const struct sim *s, const struct leases_one *x)
{
	return !x->slept_at.usec || mono_diff(s->now, x->slept_at) > 2 * s->lease;
}

static void visit(struct leases *l, struct sim *s, unsigned node, mono_t *leased_at)
{
	const struct leases_one *x = &l->one[node];
	const int64_t age = mono_diff(s->now, *leased_at);

	if (age >= s->lease)
		sim_fail(s, "L1: %u loses an address after %" PRId64 " us", node, age);
	if (!lease_is_due(s->lease, *leased_at, x->round, s->now))
		return;
	if (is_fresh(s, x) && s->lease - age < MONO_SEC + MONO_SEC / 2)
		sim_fail(s, "L1: an address of %u had %" PRId64 " us left", node, s->lease - age);
	if (is_fresh(s, x) && age < x->round / 5)
		sim_fail(s, "L3: an address of %u is refreshed after %" PRId64 " us", node, age);
	*leased_at = s->now;
}

/* All that are not visited are still young enough. */
static void check_all(const struct leases *l, struct sim *s, unsigned node)
{
	const struct leases_one *x = &l->one[node];
	mono_t first, last;

	oldest(l, x, &first, &last);
	if (mono_diff(s->now, first) >= s->lease)
		sim_fail(s, "L1: %u lost an address %" PRId64 " us ago", node, mono_diff(s->now, first) - s->lease);
	if (is_fresh(s, x) && s->lease - mono_diff(s->now, first) < MONO_SEC)
		sim_fail(s, "L1: an address of %u has %" PRId64 " us left", node, s->lease - mono_diff(s->now, first));
}

static void turn(struct leases *l, struct sim *s, unsigned node)
{
	struct leases_one *x = &l->one[node];
	const int64_t late = mono_diff(s->now, x->due);
	unsigned turns, i;

	if (!x->is_running || !x->left || late > LATE) {
		x->round = lease_period(s->lease);
		x->pace = lease_pace(l->n, x->round);
		x->left = (unsigned)(x->round / x->pace.every);
	}
	x->is_running = true;
	turns = lease_turns(late, x->pace.every, x->left);
	x->left -= turns;
	for (i = 0; i < turns * x->pace.n; i++) {
		visit(l, s, node, &x->leased_at[x->next]);
		x->next = (x->next + 1) % l->n;
	}
	check_all(l, s, node);
	post(s, x, node, mono_add(s->now, late > 0 ? x->pace.every - late % x->pace.every : x->pace.every));
}

void leases_event(struct leases *l, struct sim *s, const struct sim_event *ev)
{
	const struct sim_node *n = &s->node[ev->node];
	struct leases_one *x = &l->one[ev->node];

	if (ev->plan - LEASES_EVENTS != x->id || n->is_paused)
		return;
	if (n->is_on && n->holds)
		turn(l, s, ev->node);
	else
		x->is_running = false;
}

void leases_abandon(struct leases *l, struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];
	mono_t first, last;

	if (!l->is_on || !n->holds)
		return;
	check_all(l, s, node);
	oldest(l, &l->one[node], &first, &last);
	n->lease_until = mono_add(first, s->lease);
	n->lease_last = mono_add(last, s->lease);
	if (mono_diff(n->lease_last, s->now) > s->lease)
		sim_fail(s, "L2: addresses of %u outlive it", node);
}

void leases_resume(struct leases *l, struct sim *s, unsigned node)
{
	const struct sim_node *n = &s->node[node];
	struct leases_one *x = &l->one[node];

	if (!l->is_on || !n->is_on || !n->holds)
		return;
	x->slept_at = s->now;
	if (!mono_before(s->now, x->due))
		turn(l, s, node);
}
