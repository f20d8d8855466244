/* anycast.c - see anycast.h. */
#include "checkers/anycast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/service.h"

static bool stands(const struct service *vs)
{
	return vs->pool.quorum_met || vs->pool.is_failing_open;
}

static void add(struct anycast_set *set, const struct vs_conf *vs, const struct addr *addr, bool is_on)
{
	struct msg_anycast *m;

	set->vip = x_realloc(set->vip, set->n + 1, sizeof(*set->vip));
	m = &set->vip[set->n++];
	memset(m, 0, sizeof(*m)); /* sets are compared as bytes */
	m->addr = *addr;
	m->is_on = is_on;
	snprintf(m->dev, sizeof(m->dev), "%s", vs->how->anycast_dev ? vs->how->anycast_dev : ANYCAST_DEV);
}

static void add_service(struct anycast_set *set, const struct service *vs, bool can_serve)
{
	for (unsigned i = 0; i < vs->conf->lines.n; i++) {
		const struct group_line *line = vs->conf->lines.item[i];
		uint32_t n = line->fwmark ? 0 : addr_span(&line->first, &line->last, VS_KEYS_MAX);
		struct addr addr = line->first;

		for (; n > 0; n--, addr = addr_next(&addr))
			add(set, vs->conf, &addr, can_serve && stands(vs));
	}
}

static int by_place(const void *x, const void *y)
{
	const struct msg_anycast *a = x, *b = y;
	int r = addr_cmp(&a->addr, &b->addr);

	return r ? r : strcmp(a->dev, b->dev);
}

/* Equal ones become one, that stands if one of them does. */
static void merge(struct anycast_set *set)
{
	unsigned kept = 0;

	if (set->n)
		qsort(set->vip, set->n, sizeof(*set->vip), by_place);
	for (unsigned i = 0; i < set->n; i++) {
		if (kept && by_place(&set->vip[kept - 1], &set->vip[i]) == 0)
			set->vip[kept - 1].is_on |= set->vip[i].is_on;
		else
			set->vip[kept++] = set->vip[i];
	}
	set->n = kept;
}

void anycast_wanted(const struct services *s, bool can_serve, struct anycast_set *ret)
{
	*ret = (struct anycast_set){ 0 };
	for (unsigned i = 0; s && i < s->n; i++)
		if (s->list[i].conf->how->is_anycast)
			add_service(ret, &s->list[i], can_serve);
	merge(ret);
}

void anycast_done(struct anycast_set *set)
{
	free(set->vip);
	*set = (struct anycast_set){ 0 };
}

bool anycast_equal(const struct anycast_set *a, const struct anycast_set *b)
{
	return a->n == b->n && (a->n == 0 || !memcmp(a->vip, b->vip, a->n * sizeof(*a->vip)));
}
