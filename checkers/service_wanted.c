/* service_wanted.c - see service_wanted.h. */
#include "checkers/service_wanted.h"

#include <sys/socket.h>

#include "base/alloc.h"
#include "checkers/match.h"
#include "checkers/plan.h"
#include "checkers/via.h"

static void add_guards(struct ipvs_table *t)
{
	bool has_v4 = false, has_v6 = false;

	for (unsigned i = 0; i < t->n_services; i++) {
		has_v4 |= t->services[i].family == AF_INET;
		has_v6 |= t->services[i].family == AF_INET6;
	}
	if (has_v4)
		t->services[t->n_services++] = plan_guard(AF_INET);
	if (has_v6)
		t->services[t->n_services++] = plan_guard(AF_INET6);
}

/* Room for the destinations of one entry, those of add_absent() too. */
static unsigned count_dests(const struct service *vs)
{
	unsigned n = vs->conf->how->on_server_down == LVS_DOWN_DRAIN ? 1
								     : 1 + vs->conf->servers.n; /* 1: sorry server */

	for (unsigned i = 0; i < vs->conf->servers.n; i++)
		n += vs->pool.servers[i].is_present;
	return n;
}

/* What becomes of servers that are down; what is not named drains. */
static void add_absent(struct ipvs_service *out, const struct service *vs)
{
	const enum ipvs_absent how = vs->conf->how->on_server_down == LVS_DOWN_KEEP ? IPVS_KEEP : IPVS_RESET;

	if (vs->conf->how->on_server_down == LVS_DOWN_DRAIN)
		return;
	for (unsigned i = 0; i < vs->conf->servers.n; i++) {
		const struct rs_conf *rs = vs->servers[i].conf;

		if (!vs->up[i])
			out->dests[out->n_dests++] = (struct ipvs_dest){ .addr = rs->addr,
				.port = rs->port ? (uint16_t)rs->port : out->port,
				.absent = (uint8_t)how };
	}
}

/* One entry of `vs`: a server without a port has that of the entry. */
static void add_entry(struct ipvs_table *t, const struct service *vs)
{
	struct ipvs_service *out = &t->services[t->n_services++];

	out->drain_usec = vs->conf->how->drain_timeout;
	out->dests = t->dests + t->n_dests;
	out->n_dests = pool_dests(&vs->pool, vs->conf, out->dests);
	for (unsigned i = 0; i < out->n_dests; i++)
		out->dests[i].port = out->dests[i].port ? out->dests[i].port : out->port;
	add_absent(out, vs);
	t->n_dests += out->n_dests;
}

void services_wanted(const struct services *s, bool only_dirty, struct ipvs_table *ret)
{
	size_t n_services = 0, n_dests = 0;

	for (unsigned i = 0; i < s->n; i++) {
		const struct service *vs = &s->list[i];

		if (only_dirty && !vs->is_dirty)
			continue;
		n_services += vs->n_wanted;
		n_dests += (size_t)vs->n_wanted * count_dests(vs);
	}
	n_services += via_count(s->conf);
	n_dests += via_count(s->conf);
	*ret = (struct ipvs_table){ .services = x_calloc(n_services + 2, sizeof(*ret->services)),
		.dests = x_calloc(n_dests + 1, sizeof(*ret->dests)) };
	for (unsigned i = 0; i < s->n; i++) {
		const struct service *vs = &s->list[i];

		if (!vs->n_wanted || (only_dirty && !vs->is_dirty))
			continue;
		match_table(vs->conf, &ret->services[ret->n_services]);
		for (unsigned k = 0; k < vs->n_wanted; k++)
			add_entry(ret, vs);
	}
	if (!only_dirty) {
		via_wanted(s->conf, ret);
		add_guards(ret);
	}
	plan_sort(ret);
}
