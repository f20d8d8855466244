/* match.c - see match.h: sorted by key, then searched. */
#include "checkers/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/plan.h"

struct keyed_service {
	struct ipvs_service key;
	uint32_t index;
};

struct keyed_server {
	const struct rs_conf *conf;
	uint32_t index;
};

struct ipvs_service match_service(const struct vs_conf *vs)
{
	struct ipvs_service s = {
		.family = vs->addr.family,
		.protocol = (uint16_t)vs->protocol,
		.addr = vs->addr,
		.port = (uint16_t)vs->port,
		.flags = vs->sched_flags | (vs->ops ? IPVS_ONEPACKET : 0) |
			(vs->persistence_timeout ? IPVS_PERSISTENT : 0),
		.timeout = vs->persistence_timeout,
		.netmask = vs->persistence_netmask,
	};

	snprintf(s.scheduler, sizeof(s.scheduler), "%s", vs->scheduler);
	return s;
}

static int by_service(const void *a, const void *b)
{
	const struct keyed_service *x = a, *y = b;

	return plan_service_cmp(&x->key, &y->key);
}

static int by_server(const void *a, const void *b)
{
	const struct rs_conf *x = ((const struct keyed_server *)a)->conf, *y = ((const struct keyed_server *)b)->conf;
	int r = addr_cmp(&x->addr, &y->addr);

	return r ? r : x->port < y->port ? -1 : x->port > y->port;
}

uint32_t *match_services(const struct conf_vec *from, const struct conf_vec *to)
{
	struct keyed_service *known = x_calloc(from->n + 1, sizeof(*known)), *hit;
	uint32_t *ret = x_calloc(to->n + 1, sizeof(*ret)), n = 0;

	for (uint32_t i = 0; i < from->n; i++) {
		const struct vs_conf *vs = from->item[i];

		if (vs->is_supported)
			known[n++] = (struct keyed_service){ match_service(vs), i };
	}
	qsort(known, n, sizeof(*known), by_service);
	for (uint32_t i = 0; i < to->n; i++) {
		const struct vs_conf *vs = to->item[i];
		struct keyed_service key = { .index = i };

		ret[i] = MATCH_NONE;
		if (!vs->is_supported)
			continue;
		key.key = match_service(vs);
		hit = bsearch(&key, known, n, sizeof(*known), by_service);
		ret[i] = hit ? hit->index : MATCH_NONE;
	}
	free(known);
	return ret;
}

uint32_t *match_servers(const struct conf_vec *from, const struct conf_vec *to)
{
	struct keyed_server *known = x_calloc(from->n + 1, sizeof(*known)), *hit;
	uint32_t *ret = x_calloc(to->n + 1, sizeof(*ret));

	for (uint32_t i = 0; i < from->n; i++)
		known[i] = (struct keyed_server){ from->item[i], i };
	qsort(known, from->n, sizeof(*known), by_server);
	for (uint32_t i = 0; i < to->n; i++) {
		const struct keyed_server key = { to->item[i], i };

		hit = bsearch(&key, known, from->n, sizeof(*known), by_server);
		ret[i] = hit ? hit->index : MATCH_NONE;
	}
	free(known);
	return ret;
}

const struct conf_block *match_check_block(const struct check_conf *c)
{
	for (const struct conf_item *it = real_server_block.items; it->name; it++)
		if (it->type == CONF_BLOCK && !strcmp(it->name, c->checker->name))
			return it->block;
	return NULL;
}

bool match_check(const struct check_conf *from, const struct check_conf *to)
{
	return from->checker == to->checker && schema_diff(match_check_block(from), from, to) == CONF_SAME;
}
