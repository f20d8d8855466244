/* match.c - see match.h: sorted by key, then searched. */
#include "checkers/match.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/plan.h"

struct keyed_service {
	const struct vs_conf *conf;
	uint32_t index;
};

struct keyed_server {
	const struct rs_conf *conf;
	uint32_t index;
};

/* Of an entry of `family`: of IPv4 a mask in network order, of IPv6 a length (linux ip_vs_ctl.c). */
static uint32_t netmask(const struct vs_conf *vs, uint16_t family)
{
	uint32_t all = family == AF_INET6 ? 128 : 32, len = vs->how->persistence_prefix;

	if (!len || len > all)
		len = all;
	return family == AF_INET6 ? len : htonl(UINT32_MAX << (32 - len));
}

/* The entry of a line's first address, or of its mark. */
static struct ipvs_service line_entry(const struct vs_conf *vs, const struct group_line *line)
{
	struct ipvs_service s = {
		.family = vs_family(vs, line),
		.fwmark = line->fwmark,
		.flags = vs->how->sched_flags | (vs->how->ops ? IPVS_ONEPACKET : 0) |
			(vs->how->persistence_timeout ? IPVS_PERSISTENT : 0),
		.timeout = vs->how->persistence_timeout,
	};

	s.netmask = netmask(vs, s.family);
	if (!s.fwmark) {
		s.protocol = (uint16_t)vs->protocol;
		s.addr = line->first;
		s.port = (uint16_t)line->port;
	}
	snprintf(s.scheduler, sizeof(s.scheduler), "%s", vs->how->scheduler);
	snprintf(s.engine, sizeof(s.engine), "%s", vs->how->persistence_engine ? vs->how->persistence_engine : "");
	return s;
}

static uint32_t line_span(const struct group_line *line)
{
	return line->fwmark ? 1 : addr_span(&line->first, &line->last, VS_KEYS_MAX + 1);
}

uint32_t match_entries(const struct vs_conf *vs)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < vs->lines.n && n <= VS_KEYS_MAX; i++)
		n += line_span(vs->lines.item[i]);
	return n;
}

struct ipvs_service match_first(const struct vs_conf *vs)
{
	return line_entry(vs, vs->lines.item[0]);
}

void match_table(const struct vs_conf *vs, struct ipvs_service *ret)
{
	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];
		struct ipvs_service s = line_entry(vs, line);

		for (uint32_t left = line_span(line); left; left--) {
			*ret++ = s;
			s.addr = addr_next(&s.addr);
		}
	}
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* Which service it is: a group's by name and protocol, whatever is in it; others by what they are for. */
static int vs_cmp(const struct vs_conf *a, const struct vs_conf *b)
{
	struct ipvs_service x, y;

	if (!a->group != !b->group)
		return a->group ? 1 : -1;
	if (a->group) {
		int r = strcmp(a->group, b->group);

		return r ? r : cmp_u32(a->protocol, b->protocol);
	}
	x = line_entry(a, a->lines.item[0]);
	y = line_entry(b, b->lines.item[0]);
	return plan_service_cmp(&x, &y);
}

static int by_service(const void *a, const void *b)
{
	return vs_cmp(((const struct keyed_service *)a)->conf, ((const struct keyed_service *)b)->conf);
}

static int by_endpoint(const void *a, const void *b)
{
	const struct rs_conf *x = ((const struct keyed_server *)a)->conf, *y = ((const struct keyed_server *)b)->conf;
	int r = addr_cmp(&x->addr, &y->addr);

	return r ? r : cmp_u32(x->port, y->port);
}

/* Of servers at one address, each tier has its own. */
static int by_server(const void *a, const void *b)
{
	int r = by_endpoint(a, b);

	return r ? r
		 : cmp_u32(((const struct keyed_server *)a)->conf->tier, ((const struct keyed_server *)b)->conf->tier);
}

uint32_t *match_services(const struct conf_vec *from, const struct conf_vec *to)
{
	struct keyed_service *known = x_calloc(from->n + 1, sizeof(*known)), *hit;
	uint32_t *ret = x_calloc(to->n + 1, sizeof(*ret)), n = 0;

	for (uint32_t i = 0; i < from->n; i++) {
		const struct vs_conf *vs = from->item[i];

		if (vs->lines.n)
			known[n++] = (struct keyed_service){ vs, i };
	}
	qsort(known, n, sizeof(*known), by_service);
	for (uint32_t i = 0; i < to->n; i++) {
		const struct keyed_service key = { to->item[i], i };

		hit = key.conf->lines.n ? bsearch(&key, known, n, sizeof(*known), by_service) : NULL;
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
		if (!hit) /* it came from another tier */
			hit = bsearch(&key, known, from->n, sizeof(*known), by_endpoint);
		ret[i] = hit ? hit->index : MATCH_NONE;
	}
	free(known);
	return ret;
}

const struct conf_block *match_check_block(const struct check_conf *c)
{
	for (const struct conf_item *it = real_server_block.items; it->name; it++)
		if (it->type == CONF_BLOCK && !strcmp(it->name, c->how->checker->name))
			return it->block;
	return NULL;
}

bool match_check(const struct check_conf *from, const struct check_conf *to)
{
	return from->how->checker == to->how->checker && schema_diff(match_check_block(from), from, to) == CONF_SAME;
}
