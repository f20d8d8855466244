/* guard.c - see guard.h. */
#include "checkers/guard.h"

#include "checkers/conf.h"
#include "checkers/pool_types.h"

enum { CORRELATED_MIN = 2 /* one failure has no other to be correlated with */ };

struct guard {
	struct pool *p;
	const struct vs_conf *vs;
	const struct pool_in *in;
	mono_t now;
	uint64_t n_up, n_recent; /* up; failed within the interval */
	unsigned n_new;          /* failed in this step */
};

static bool takes_part(const struct guard *g, unsigned i)
{
	return ((const struct rs_conf *)g->vs->servers.item[i])->how->admin == RS_ENABLED;
}

static bool is_new(const struct guard *g, unsigned i)
{
	const struct pool_server *ps = &g->p->servers[i];

	return takes_part(g, i) && !g->in->up[i] && ps->is_known && ps->was_up;
}

/* The time in which each server was asked once, and has answered or not. */
static bool is_recent(const struct guard *g, unsigned i)
{
	return g->p->servers[i].is_failed &&
		mono_diff(g->now, g->p->times[i].failed) <= g->vs->how->delay_loop + g->vs->how->connect_timeout;
}

static void set_failed(struct guard *g, unsigned i)
{
	g->n_new++;
	if (!g->p->times)
		return;
	g->p->servers[i].is_failed = true;
	g->p->times[i].failed = g->now;
}

static void count(struct guard *g)
{
	for (unsigned i = 0; i < g->vs->servers.n; i++) {
		struct pool_server *ps = &g->p->servers[i];

		if (!takes_part(g, i) || g->in->up[i]) {
			ps->is_failed = ps->is_held = false;
			g->n_up += takes_part(g, i);
			continue;
		}
		if (is_new(g, i))
			set_failed(g, i);
		g->n_recent += is_recent(g, i);
	}
}

static unsigned n_held(const struct guard *g)
{
	unsigned n = 0;

	for (unsigned i = 0; i < g->vs->servers.n; i++)
		n += g->p->servers[i].is_held;
	return n;
}

static void hold_new(struct guard *g)
{
	for (unsigned i = 0; g->n_new && i < g->vs->servers.n; i++)
		g->p->servers[i].is_held |= is_new(g, i);
}

static void hold_recent(struct guard *g)
{
	for (unsigned i = 0; i < g->vs->servers.n; i++)
		g->p->servers[i].is_held |= is_recent(g, i);
}

/* What was held has failed long ago: it does not count for the next time. */
static void release(struct guard *g)
{
	for (unsigned i = 0; i < g->vs->servers.n; i++) {
		struct pool_server *ps = &g->p->servers[i];

		ps->is_failed &= !ps->is_held;
		ps->is_held = false;
	}
}

static bool is_failing_open(struct guard *g)
{
	uint64_t share = g->vs->how->fail_open, held;

	if (!share)
		return false;
	if (!g->p->is_failing_open) {
		if (g->n_recent < CORRELATED_MIN || g->n_recent * 100 <= share * (g->n_up + g->n_recent))
			return false;
		hold_recent(g);
		return true;
	}
	hold_new(g);
	held = n_held(g);
	return held >= CORRELATED_MIN && held * 200 > share * (g->n_up + held);
}

static bool is_below_minimum(struct guard *g)
{
	if (g->n_up >= g->vs->how->minimum_available)
		return false;
	hold_new(g);
	return true;
}

void guard_step(struct pool *p, const struct vs_conf *vs, const struct pool_in *in, mono_t now, struct pool_out *out)
{
	struct guard g = { .p = p, .vs = vs, .in = in, .now = now };
	bool open, below;

	count(&g);
	open = is_failing_open(&g);
	below = is_below_minimum(&g);
	out->fail_open_changed = open != p->is_failing_open;
	out->minimum_changed = below != p->is_below_minimum;
	p->is_failing_open = open;
	p->is_below_minimum = below;
	if (!open && !below)
		release(&g);
}
