/*
 * test_pool_walk.c - a random walk of 100,000 steps: pool_step() against a small model of what pool.h says, written for itself.
 * The model keeps servers as plain records, looks everything up anew and knows destinations by the last byte of their address.
 */
#include "checkers/pool.h"
#include "checkers/pool_index.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mono.h"
#include "checkers/conf.h"
#include "run.h"

enum { SERVERS = 12, EPISODES = 500, STEPS = 200, ADDRESSES = 10, SORRY = 99, SEED = 20260805 };

struct model_server {
	bool seen, up, back, held, was_held;
	int64_t failed, ramp; /* -1: not */
};

struct model {
	struct model_server s[SERVERS];
	bool started, open, below, met[3];
	int tier; /* -1: sorry */
};

static struct rs_conf servers[SERVERS], sorry;
static struct rs_how rs_how[SERVERS]; /* of servers */
static void *server_list[SERVERS];
static struct pool_conf pools[2];
static void *pool_list[2] = { &pools[0], &pools[1] };
static struct vs_conf vs;
static struct vs_how vs_how;
static uint64_t seed;

static unsigned below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 20) % n;
}

static void random_quorum(uint32_t *quorum, uint32_t *margin, unsigned *of)
{
	*of = below(3);
	*quorum = 1 + below(*of == QUORUM_PERCENT ? 100 : *of == QUORUM_SERVERS ? 4 : 15);
	*margin = below(*quorum);
}

static void random_service(void)
{
	memset(&vs_how, 0, sizeof(vs_how));
	vs = (struct vs_conf){ .how = &vs_how };
	vs_how.delay_loop = 5 * MONO_SEC;
	vs_how.connect_timeout = MONO_SEC;
	vs.pools = (struct conf_vec){ .item = pool_list, .n = below(3) };
	vs.servers = (struct conf_vec){ .item = server_list, .n = 1 + below(SERVERS) };
	vs_how.slow_start = below(2) ? (1 + below(30)) * MONO_SEC : 0;
	vs_how.fail_open = below(2) ? 1 + below(99) : 0;
	vs_how.minimum_available = below(3) ? 0 : below(5);
	random_quorum(&vs_how.quorum, &vs_how.hysteresis, &vs_how.quorum_of);
	for (unsigned i = 0; i < 2; i++)
		random_quorum(&pools[i].quorum, &pools[i].hysteresis, &pools[i].quorum_of);
	for (unsigned i = 0; i < SERVERS; i++) {
		uint8_t last = (uint8_t)(i < ADDRESSES ? i + 1 : 1 + below(ADDRESSES));

		server_list[i] = &servers[i];
		rs_how[i] = (struct rs_how){ .inhibit_on_failure = below(4) == 0 };
		servers[i] = (struct rs_conf){ .how = &rs_how[i],
			.port = 80,
			.weight = below(6),
			.tier = below(vs.pools.n + 1),
			.addr = { .family = AF_INET, .bytes = { 10, 0, 0, last } } };
		for (unsigned k = 0; i >= ADDRESSES && k < i;
			k++) /* an address is once in a tier: take one that is free */
			if (servers[k].addr.bytes[3] == last && servers[k].tier == servers[i].tier)
				servers[i].addr.bytes[3] = (uint8_t)(20 + i);
	}
	sorry = (struct rs_conf){
		.how = &rs_how[0], .port = 80, .weight = 1, .addr = { .family = AF_INET, .bytes = { 10, 0, 0, SORRY } }
	};
	if (below(3) == 0)
		sorry.addr.bytes[3] = 1 + (uint8_t)below(ADDRESSES);
	vs.sorry = below(2) ? &sorry : NULL;
	vs_how.sorry_inhibit = below(2);
}

/* The model. */

static unsigned weight_of(unsigned i)
{
	return rs_how[i].admin == RS_ENABLED ? servers[i].weight : 0;
}

static bool serves(const struct model *m, const bool *up, unsigned i)
{
	return rs_how[i].admin != RS_DISABLED && (up[i] || m->s[i].held);
}

/* Which of the servers that fail are kept. */
static void model_guards(struct model *m, const bool *up, int64_t now)
{
	unsigned n_up = 0, failed = 0, held = 0;
	bool is_new[SERVERS] = { false };

	for (unsigned i = 0; i < vs.servers.n; i++) {
		struct model_server *s = &m->s[i];

		if (rs_how[i].admin != RS_ENABLED || up[i]) {
			s->failed = -1;
			s->held = false;
		} else if (s->seen && s->up) {
			s->failed = now;
			is_new[i] = true;
		}
		n_up += rs_how[i].admin == RS_ENABLED && up[i];
		failed += s->failed >= 0 && now - s->failed <= 6 * MONO_SEC;
	}
	if (m->open)
		for (unsigned i = 0; i < vs.servers.n; i++)
			held += (m->s[i].held |= is_new[i]);
	if (m->open)
		m->open = held > 1 && 2.0 * held / (n_up + held) > vs_how.fail_open / 100.0 + 1e-9;
	else if (vs_how.fail_open && failed > 1 && (double)failed / (n_up + failed) > vs_how.fail_open / 100.0 + 1e-9) {
		m->open = true;
		for (unsigned i = 0; i < vs.servers.n; i++)
			m->s[i].held |= m->s[i].failed >= 0 && now - m->s[i].failed <= 6 * MONO_SEC;
	}
	m->below = n_up < vs_how.minimum_available;
	for (unsigned i = 0; m->below && i < vs.servers.n; i++)
		m->s[i].held |= is_new[i];
	for (unsigned i = 0; !m->open && !m->below && i < vs.servers.n; i++) {
		if (m->s[i].held)
			m->s[i].failed = -1;
		m->s[i].held = false;
	}
}

static bool model_quorum(const struct model *m, const bool *up, unsigned tier)
{
	unsigned of = tier ? pools[tier - 1].quorum_of : vs_how.quorum_of;
	double need = tier ? pools[tier - 1].quorum : vs_how.quorum,
	       margin = tier ? pools[tier - 1].hysteresis : vs_how.hysteresis;
	double weight = 0, n = 0, all = 0, have;

	for (unsigned i = 0; i < vs.servers.n; i++) {
		if (servers[i].tier != tier || !weight_of(i))
			continue;
		all++;
		weight += serves(m, up, i) ? weight_of(i) : 0;
		n += serves(m, up, i);
	}
	if (of == QUORUM_PERCENT && all == 0)
		return false;
	have = of == QUORUM_WEIGHT ? weight : of == QUORUM_SERVERS ? n : 100 * n / all;
	if (m->started)
		need += m->met[tier] ? -margin : margin;
	return have > need - 1e-9;
}

static void model_tier(struct model *m, const bool *up)
{
	m->tier = vs.sorry ? -1 : 0;
	for (int t = (int)vs.pools.n; t >= 0 && !vs.sorry; t--)
		for (unsigned i = 0; i < vs.servers.n; i++)
			if (servers[i].tier == (unsigned)t && weight_of(i) && serves(m, up, i))
				m->tier = t;
	for (int t = (int)vs.pools.n; t >= 0; t--) {
		m->met[t] = model_quorum(m, up, (unsigned)t);
		m->tier = m->met[t] ? t : m->tier;
	}
}

static void model_ramps(struct model *m, const bool *up, int64_t now)
{
	for (unsigned i = 0; i < vs.servers.n; i++) {
		struct model_server *s = &m->s[i];
		bool is_up = up[i] && rs_how[i].admin != RS_DISABLED;

		s->back = s->seen && is_up && !s->up && !s->was_held;
		s->ramp = is_up ? s->ramp : -1;
	}
	for (unsigned i = 0; i < vs.servers.n; i++) {
		bool has_other = false;

		for (unsigned k = 0; k < vs.servers.n; k++)
			has_other |= servers[k].tier == servers[i].tier && weight_of(k) && serves(m, up, k) &&
				!m->s[k].back;
		if (vs_how.slow_start && m->s[i].back && has_other)
			m->s[i].ramp = now;
		if (m->s[i].ramp >= 0 && now - m->s[i].ramp >= vs_how.slow_start)
			m->s[i].ramp = -1;
	}
}

/* The weights by last byte, -1: not there. */
static void model_table(const struct model *m, const bool *up, int64_t now, int64_t *table)
{
	unsigned low = 0;
	bool ramps = false;

	memset(table, -1, 256 * sizeof(*table));
	for (unsigned i = 0; i < vs.servers.n; i++) {
		if ((int)servers[i].tier != m->tier || !weight_of(i) || !serves(m, up, i))
			continue;
		low = !low || weight_of(i) < low ? weight_of(i) : low;
		ramps |= m->s[i].ramp >= 0;
	}
	for (unsigned i = 0; i < vs.servers.n; i++) {
		int64_t *at = &table[servers[i].addr.bytes[3]], weight = weight_of(i);

		if ((int)servers[i].tier == m->tier && serves(m, up, i) && rs_how[i].admin != RS_DRAIN) {
			if (ramps)
				weight *= (20 + low - 1) / low;
			if (weight && m->s[i].ramp >= 0) {
				weight = weight * ((now - m->s[i].ramp) * 19 / vs_how.slow_start + 1) / 20;
				weight = weight ? weight : 1;
			}
			*at = weight;
		} else if (rs_how[i].inhibit_on_failure && rs_how[i].admin == RS_ENABLED && *at < 0)
			*at = 0;
	}
	if (vs.sorry && m->tier < 0)
		table[sorry.addr.bytes[3]] = 1;
	else if (vs.sorry && vs_how.sorry_inhibit && table[sorry.addr.bytes[3]] < 0)
		table[sorry.addr.bytes[3]] = 0;
}

static void model_step(struct model *m, const bool *up, int64_t now, int64_t *table)
{
	model_guards(m, up, now);
	model_tier(m, up);
	model_ramps(m, up, now);
	model_table(m, up, now, table);
	for (unsigned i = 0; i < vs.servers.n; i++) {
		m->s[i].up = up[i] && rs_how[i].admin != RS_DISABLED;
		m->s[i].seen = true;
		m->s[i].was_held = m->s[i].held;
	}
	m->started = true;
}

/* The walk. */

static void compare(const struct pool *p, const struct pool_out *out, const struct model *m, const int64_t *table)
{
	struct ipvs_dest dests[SERVERS + 1];
	unsigned n = pool_dests(p, &vs, dests);
	int64_t have[256];

	memset(have, -1, sizeof(have));
	for (unsigned i = 0; i < n; i++) {
		if (have[dests[i].addr.bytes[3]] >= 0)
			ck_abort_msg("10.0.0.%u is there twice", dests[i].addr.bytes[3]);
		have[dests[i].addr.bytes[3]] = dests[i].weight;
	}
	for (unsigned i = 0; i < 256; i++)
		if (have[i] != table[i]) /* each assertion of libcheck writes to a file */
			ck_abort_msg("10.0.0.%u has %d, not %d", i, (int)have[i], (int)table[i]);
	if (p->is_failing_open != m->open || p->is_below_minimum != m->below || out->is_sorry != (m->tier < 0) ||
		p->quorum_met != (m->met[0] || m->met[1] || m->met[2]))
		ck_abort_msg("fail_open %d, minimum %d, sorry %d, quorum %d", p->is_failing_open, p->is_below_minimum,
			out->is_sorry, p->quorum_met);
}

/* Whatever the model says: the table is never empty while a server that may serve is up. */
static void check_full(const struct pool *p, const struct pool_out *out, const bool *up)
{
	struct ipvs_dest dests[SERVERS + 1];
	unsigned n = pool_dests(p, &vs, dests);
	bool has_weight = false, can = vs.sorry != NULL;

	for (unsigned i = 0; i < n; i++)
		has_weight |= dests[i].weight > 0;
	for (unsigned i = 0; i < vs.servers.n && !out->is_sorry; i++)
		can |= up[i] && weight_of(i);
	if (vs.sorry && !out->is_sorry)
		can = out->n_up > 0 && out->weight > 0;
	if (!has_weight && can)
		ck_abort_msg("empty while a server is up");
}

static void episode(void)
{
	struct pool_server remembered[SERVERS] = { 0 };
	struct pool_times times[SERVERS] = { 0 };
	struct pool pool = { .servers = remembered, .times = times };
	struct pool_out out;
	struct model m = { .tier = 0 };
	bool up[SERVERS];
	int64_t table[256], now = 1000;

	random_service();
	pool_index(&pool, &vs);
	for (unsigned i = 0; i < SERVERS; i++) {
		m.s[i].failed = m.s[i].ramp = -1;
		up[i] = below(4) > 0;
	}
	for (unsigned step = 0; step < STEPS; step++) {
		for (unsigned n = below(10) ? 1 : below(SERVERS); n; n--)
			up[below(SERVERS)] = below(2);
		if (below(10) == 0)
			rs_how[below(SERVERS)].admin = below(3);
		now += below(3) ? below(2 * (unsigned)MONO_SEC) : 0;
		pool_step(&pool, &vs, &(struct pool_in){ .up = up }, (mono_t){ now }, &out);
		model_step(&m, up, now, table);
		compare(&pool, &out, &m, table);
		check_full(&pool, &out, up);
	}
}

START_TEST(the_pool_is_that_of_the_model) {
	seed = SEED;
	for (unsigned i = 0; i < EPISODES; i++)
		episode();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pool_walk");
	TCase *t = tcase_create("pool_walk");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, the_pool_is_that_of_the_model);
	suite_add_tcase(s, t);
	return run_suite(s);
}
