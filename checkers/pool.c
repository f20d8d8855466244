/* pool.c - see pool.h. */
#include "checkers/pool.h"

#include "checkers/conf.h"

unsigned pool_max(const struct vs_conf *vs)
{
	return vs->servers.n + 1;
}

bool pool_server_up(const struct rs_conf *rs, const enum check_state *checks)
{
	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct check_conf *check = rs->checks.item[i];

		if (checks[i] == CHECK_DOWN || (checks[i] == CHECK_UNKNOWN && check->alpha))
			return false;
	}
	return true;
}

/* 64 bits, so that no sum of weights and no hysteresis wraps. */
static bool quorum_met(const struct pool *p, const struct vs_conf *vs, uint64_t weight)
{
	uint64_t quorum = vs->quorum, margin = vs->hysteresis;

	if (!p->is_known)
		return weight >= quorum;
	if (p->quorum_met)
		return weight + margin >= quorum;
	return weight >= quorum + margin;
}

static void add_dest(struct pool_out *out, const struct rs_conf *rs, uint32_t weight)
{
	struct ipvs_dest *d = &out->dests[out->n_dests++];

	*d = (struct ipvs_dest){
		.addr = rs->addr,
		.port = (uint16_t)rs->port,
		.forward = rs->forward,
		.weight = weight,
		.upper = rs->upper,
		.lower = rs->lower,
	};
	if (rs->forward != LVS_TUN)
		return;
	d->tunnel = (uint8_t)rs->tunnel.wrap;
	d->tunnel_port = rs->tunnel.port;
	d->tunnel_flags = (uint16_t)rs->tunnel.checksum;
}

static void add_servers(const struct vs_conf *vs, const bool *up, struct pool_out *out)
{
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (up[i] && !out->is_sorry)
			add_dest(out, rs, rs->weight);
		else if (rs->inhibit_on_failure)
			add_dest(out, rs, 0);
	}
}

/* A sorry server may also be one of the real servers: one destination, which then follows the role that serves. */
static void add_sorry(const struct vs_conf *vs, struct pool_out *out)
{
	const struct rs_conf *rs = vs->sorry;

	for (unsigned i = 0; i < out->n_dests; i++) {
		struct ipvs_dest *d = &out->dests[i];

		if (d->port != rs->port || !addr_equal(&d->addr, &rs->addr))
			continue;
		if (out->is_sorry)
			d->weight = rs->weight;
		return;
	}
	if (out->is_sorry || vs->sorry_inhibit)
		add_dest(out, rs, out->is_sorry ? rs->weight : 0);
}

void pool_step(struct pool *p, const struct vs_conf *vs, const bool *up, struct pool_out *out)
{
	bool met;

	*out = (struct pool_out){ .dests = out->dests, .is_first = !p->is_known };
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		out->n_up += up[i];
		out->weight += up[i] ? rs->weight : 0;
	}
	met = quorum_met(p, vs, out->weight);
	out->quorum_changed = met != (p->is_known && p->quorum_met);
	p->quorum_met = met;
	p->is_known = true;
	out->is_sorry = !met && vs->sorry;
	add_servers(vs, up, out);
	if (vs->sorry)
		add_sorry(vs, out);
}
