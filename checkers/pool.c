/* pool.c - see pool.h. */
#include "checkers/pool.h"

#include <stdlib.h>

#include "checkers/conf.h"
#include "checkers/guard.h"

/* One step on its way. */
struct step {
	struct pool *p;
	const struct vs_conf *vs;
	const struct pool_in *in;
	struct pool_out *out;
	mono_t now;
	struct {
		uint64_t weight;
		unsigned n_serving, n_base;
		unsigned n_old; /* serving, and not since this step alone */
	} tier[POOL_TIERS];
	uint32_t factor; /* of all weights while a server ramps */
};

/* What a tier needs. */
struct threshold {
	uint64_t quorum, margin;
	unsigned of; /* enum quorum_of */
};

unsigned pool_max(const struct vs_conf *vs)
{
	return vs->servers.n + (vs->sorry != NULL);
}

bool pool_needs_times(const struct vs_conf *vs)
{
	return vs->how->fail_open || vs->how->slow_start;
}

bool pool_server_up(const struct rs_conf *rs, const enum check_state *checks)
{
	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct check_conf *check = rs->checks.item[i];

		if (checks[i] == CHECK_DOWN || (checks[i] == CHECK_UNKNOWN && check->how->alpha))
			return false;
	}
	return true;
}

static uint32_t clamp_weight(int64_t weight)
{
	return weight < 0 ? 0 : weight > POOL_WEIGHT_MAX ? POOL_WEIGHT_MAX : (uint32_t)weight;
}

uint32_t pool_weight(const struct rs_conf *rs, const int32_t *delta, unsigned n)
{
	int64_t weight = rs->weight;
	uint64_t share;

	for (unsigned i = 0; i < n; i++)
		weight += delta[i];
	weight = n ? clamp_weight(weight) : weight;
	switch (rs->how->weight_override.kind) {
	case WEIGHT_AS_IS:
		break;
	case WEIGHT_ABSOLUTE:
		return clamp_weight(rs->how->weight_override.value);
	case WEIGHT_PERCENT:
		share = (uint64_t)weight * rs->how->weight_override.value / 100;
		if (!share && weight && rs->how->weight_override.value)
			return 1;
		return share > POOL_WEIGHT_MAX ? POOL_WEIGHT_MAX : (uint32_t)share;
	}
	return (uint32_t)weight;
}

void pool_restore(struct pool *p, bool quorum_met)
{
	p->is_known = true;
	p->quorum_met = quorum_met;
	p->met = quorum_met ? UINT32_MAX : 0;
}

static const struct rs_conf *server(const struct step *s, unsigned i)
{
	return s->vs->servers.item[i];
}

static bool is_up(const struct step *s, unsigned i)
{
	return s->in->up[i] && server(s, i)->how->admin != RS_DISABLED;
}

/* Without slow start. */
static uint32_t full_weight(const struct step *s, unsigned i)
{
	const struct rs_conf *rs = server(s, i);

	if (rs->how->admin == RS_DRAIN)
		return 0;
	return s->in->weight ? s->in->weight[i] : rs->weight;
}

static bool can_serve(const struct step *s, unsigned i)
{
	return is_up(s, i) || s->p->servers[i].is_held;
}

/* It is up again after it was seen down; one that was held has had its weight all along. */
static bool is_back(const struct step *s, unsigned i)
{
	const struct pool_server *ps = &s->p->servers[i];

	return ps->is_known && !ps->was_up && !ps->was_held && is_up(s, i) && !(s->in->fresh && s->in->fresh[i]);
}

static unsigned n_tiers(const struct vs_conf *vs)
{
	return 1 + vs->pools.n < POOL_TIERS ? 1 + vs->pools.n : POOL_TIERS;
}

static unsigned tier_of(const struct step *s, unsigned i)
{
	return server(s, i)->tier < n_tiers(s->vs) ? server(s, i)->tier : 0;
}

static void count_tiers(struct step *s)
{
	for (unsigned i = 0; i < s->vs->servers.n; i++) {
		unsigned t = tier_of(s, i);
		uint32_t weight = full_weight(s, i);

		s->out->n_up += is_up(s, i);
		s->out->n_held += s->p->servers[i].is_held;
		s->tier[t].n_base += weight && server(s, i)->how->admin == RS_ENABLED;
		if (!weight || !can_serve(s, i))
			continue;
		s->tier[t].weight += weight;
		s->tier[t].n_serving++;
		s->tier[t].n_old += !is_back(s, i);
	}
}

static struct threshold threshold(const struct vs_conf *vs, unsigned tier)
{
	const struct pool_conf *pool = tier ? vs->pools.item[tier - 1] : NULL;

	if (!pool)
		return (struct threshold){ vs->how->quorum, vs->how->hysteresis, vs->how->quorum_of };
	return (struct threshold){ pool->quorum, pool->hysteresis, pool->quorum_of };
}

/* 64 bits, so that no sum of weights and no hysteresis wraps. */
static bool tier_met(const struct step *s, unsigned tier)
{
	struct threshold t = threshold(s->vs, tier);
	uint64_t have = s->tier[tier].n_serving;

	switch ((enum quorum_of)t.of) {
	case QUORUM_WEIGHT:
		have = s->tier[tier].weight;
		break;
	case QUORUM_SERVERS:
		break;
	case QUORUM_PERCENT:
		if (!s->tier[tier].n_base)
			return false;
		have *= 100;
		t.quorum *= s->tier[tier].n_base;
		t.margin *= s->tier[tier].n_base;
		break;
	}
	if (!s->p->is_known)
		return have >= t.quorum;
	if (s->p->met & UINT32_C(1) << tier)
		return have + t.margin >= t.quorum;
	return have >= t.quorum + t.margin;
}

/* The first tier of those in `met`; without any, the first that has a server at all: nobody else is there. */
static uint32_t first_tier(const struct step *s, uint32_t met)
{
	unsigned n = n_tiers(s->vs);

	if (met)
		return (uint32_t)__builtin_ctz(met);
	if (s->vs->sorry)
		return POOL_NO_TIER;
	for (unsigned t = 0; t < n; t++)
		if (s->tier[t].n_serving)
			return t;
	return 0;
}

/* The only writer of what is remembered of quorums and tiers. */
static void choose_tier(struct step *s)
{
	struct pool *p = s->p;
	uint32_t met = 0, tier;

	for (unsigned t = 0; t < n_tiers(s->vs); t++)
		met |= (uint32_t)tier_met(s, t) << t;
	tier = first_tier(s, met);
	s->out->quorum_changed = (met != 0) != (p->is_known && p->quorum_met);
	s->out->tier_changed = p->is_known && tier != p->tier;
	s->out->is_sorry = tier == POOL_NO_TIER;
	p->met = met;
	p->quorum_met = met != 0;
	p->tier = tier;
}

static int64_t ramp_steps(const struct step *s, unsigned i)
{
	return mono_diff(s->now, s->p->times[i].ramp) * (POOL_RAMP_STEPS - 1) / s->vs->how->slow_start;
}

/* Begins and ends slow starts; when the next step of one is due. */
static void step_ramp(struct step *s, unsigned i)
{
	struct pool_server *ps = &s->p->servers[i];

	if (!s->vs->how->slow_start || !is_up(s, i)) {
		ps->is_ramping = false;
		return;
	}
	if (is_back(s, i) && s->tier[tier_of(s, i)].n_old) {
		ps->is_ramping = true;
		s->p->times[i].ramp = s->now;
	}
	ps->is_ramping = ps->is_ramping && ramp_steps(s, i) < POOL_RAMP_STEPS - 1;
	if (!ps->is_ramping)
		return;
	s->out->n_ramping++;
	/* rounded up: at that time the step is over */
	s->out->next = mono_min(s->out->next,
		mono_add(s->p->times[i].ramp,
			((ramp_steps(s, i) + 1) * s->vs->how->slow_start + POOL_RAMP_STEPS - 2) /
				(POOL_RAMP_STEPS - 1)));
}

/* Weights of the tier that serves are multiplied so that the smallest one has a step for each of the ramp. */
static void choose_factor(struct step *s)
{
	uint32_t low = POOL_WEIGHT_MAX, high = 1;
	bool is_ramping = false;

	for (unsigned i = 0; i < s->vs->servers.n; i++) {
		uint32_t weight = full_weight(s, i);

		if (!weight || tier_of(s, i) != s->p->tier || !can_serve(s, i))
			continue;
		is_ramping |= s->p->servers[i].is_ramping;
		low = weight < low ? weight : low;
		high = weight > high ? weight : high;
	}
	s->factor = is_ramping ? (POOL_RAMP_STEPS + low - 1) / low : 1;
	if (s->factor > POOL_WEIGHT_MAX / high)
		s->factor = high > POOL_WEIGHT_MAX ? 1 : POOL_WEIGHT_MAX / high;
}

static uint32_t weight_now(const struct step *s, unsigned i)
{
	const struct pool_server *ps = &s->p->servers[i];
	uint32_t weight = full_weight(s, i) * s->factor, share;

	if (!weight || !ps->is_ramping)
		return weight;
	share = (uint32_t)((uint64_t)weight * (uint64_t)(ramp_steps(s, i) + 1) / POOL_RAMP_STEPS);
	return share ? share : 1;
}

static struct ipvs_dest dest_of(const struct rs_conf *rs, uint32_t weight)
{
	struct ipvs_dest d = {
		.addr = rs->addr,
		.port = (uint16_t)rs->port,
		.forward = (uint8_t)rs->how->forward,
		.weight = weight,
		.upper = rs->how->upper,
		.lower = rs->how->lower,
	};

	if (rs->how->forward == LVS_TUN) {
		d.tunnel = (uint8_t)rs->how->tunnel.wrap;
		d.tunnel_port = rs->how->tunnel.port;
		d.tunnel_flags = (uint8_t)rs->how->tunnel.checksum;
	}
	return d;
}

/* One that drains is wanted no more: the table lets it go as it does one that left the file, see drain.h. */
static void place_server(struct step *s, unsigned i)
{
	struct pool_server *ps = &s->p->servers[i];

	ps->is_serving = can_serve(s, i) && tier_of(s, i) == s->p->tier && server(s, i)->how->admin != RS_DRAIN;
	ps->weight = ps->is_serving ? weight_now(s, i) : 0;
	ps->is_present = ps->is_serving ||
		(server(s, i)->how->inhibit_on_failure && server(s, i)->how->admin == RS_ENABLED);
}

static void remember(struct step *s)
{
	for (unsigned i = 0; i < s->vs->servers.n; i++) {
		s->p->servers[i].was_up = is_up(s, i);
		s->p->servers[i].was_held = s->p->servers[i].is_held;
		s->p->servers[i].is_known = true;
	}
	s->p->is_known = true;
}

void pool_step(struct pool *p, const struct vs_conf *vs, const struct pool_in *in, mono_t now, struct pool_out *out)
{
	struct step s = { .p = p, .vs = vs, .in = in, .out = out, .now = now };

	*out = (struct pool_out){ .is_first = !p->is_known, .next = MONO_NEVER };
	guard_step(p, vs, in, now, out);
	count_tiers(&s);
	out->weight = s.tier[0].weight;
	out->n_serving = s.tier[0].n_serving;
	out->n_base = s.tier[0].n_base;
	choose_tier(&s);
	for (unsigned i = 0; i < vs->servers.n; i++)
		step_ramp(&s, i);
	choose_factor(&s);
	for (unsigned i = 0; i < vs->servers.n; i++)
		place_server(&s, i);
	remember(&s);
}

/* The kernel has an address once: of two servers there, the one that serves. */
static unsigned add_dest(const struct pool *p, const struct rs_conf *rs, unsigned i, struct ipvs_dest *ret, unsigned n)
{
	const struct pool_server *ps = &p->servers[i];
	struct pool_server *first = &p->servers[ps->first];

	if (first->dest && !ps->is_serving)
		return n;
	if (!first->dest)
		first->dest = ++n;
	ret[first->dest - 1] = dest_of(rs, ps->weight);
	return n;
}

/* A sorry server may also be one of the real servers: one destination, which then follows the role that serves. */
static unsigned add_sorry(const struct pool *p, const struct vs_conf *vs, struct ipvs_dest *ret, unsigned n)
{
	const struct rs_conf *rs = vs->sorry;
	bool is_sorry = p->tier == POOL_NO_TIER;

	for (unsigned i = 0; i < n; i++) {
		if (ret[i].port != rs->port || !addr_equal(&ret[i].addr, &rs->addr))
			continue;
		if (is_sorry)
			ret[i] = dest_of(rs, rs->weight);
		return n;
	}
	if (is_sorry || vs->how->sorry_inhibit)
		ret[n++] = dest_of(rs, is_sorry ? rs->weight : 0);
	return n;
}

unsigned pool_dests(const struct pool *p, const struct vs_conf *vs, struct ipvs_dest *ret)
{
	unsigned n = 0;

	for (unsigned i = 0; i < vs->servers.n; i++)
		p->servers[i].dest = 0;
	for (unsigned i = 0; i < vs->servers.n; i++)
		if (p->servers[i].is_present)
			n = add_dest(p, vs->servers.item[i], i, ret, n);
	return vs->sorry ? add_sorry(p, vs, ret, n) : n;
}
