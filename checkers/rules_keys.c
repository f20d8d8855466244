/*
 * rules_keys.c - see rules.h: what the services of a configuration are for, as one list of keys (addresses from..to with protocol
 * and port, or marks). Sorted, so that two that want the same packets are neighbours; linear after sorting.
 */
#include "checkers/rules.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/group_index.h"

/* What one service, or one line of its group, wants. */
struct key {
	uint32_t mark, protocol, port;
	uint32_t family; /* of the mark */
	struct addr first, last;
	const struct vs_conf *vs;      /* NULL: only the lines of one group are compared */
	const struct group_line *line; /* NULL: the service's own address or mark */
	unsigned order;                /* in the file */
};

struct keys {
	struct key *list; /* owned */
	unsigned n, cap;
	struct report *report;
};

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* Whether two keys could overlap at all: same mark, or same protocol and port. */
static int class_cmp(const struct key *a, const struct key *b)
{
	int r = cmp_u32(a->mark, b->mark);

	if (!r)
		r = cmp_u32(a->family, b->family);
	if (!r)
		r = cmp_u32(a->protocol, b->protocol);
	return r ? r : cmp_u32(a->port, b->port);
}

static int by_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int r = class_cmp(x, y);

	if (!r)
		r = addr_cmp(&x->first, &y->first);
	return r ? r : cmp_u32(x->order, y->order);
}

static void add_key(struct keys *k, struct key key)
{
	if (k->n == k->cap) {
		k->cap = k->cap ? k->cap * 2 : 64;
		k->list = x_realloc(k->list, k->cap, sizeof(*k->list));
	}
	key.order = k->n;
	k->list[k->n++] = key;
}

static void add_line(struct keys *k, const struct vs_conf *vs, const struct group_line *line)
{
	struct key key = { .mark = line->fwmark, .port = line->port, .first = line->first, .last = line->last,
		.vs = vs, .line = vs && !vs->group ? NULL : line };

	if (key.mark)
		key.family = vs ? vs_family(vs, line) : line->family;
	else if (vs)
		key.protocol = vs->protocol;
	add_key(k, key);
}

static const struct conf_node *node_of(const struct key *k)
{
	return k->vs ? k->vs->head.node : k->line->node;
}

/* Both are one service of the kernel, or lines of one group. */
static void report_pair(struct keys *k, const struct key *a, const struct key *b)
{
	const struct key *first = a->order < b->order ? a : b, *second = first == a ? b : a;
	const struct place *at = &node_of(second)->words[0].at, *before = &node_of(first)->words[0].at;
	char name[CONF_NAME_LEN], other[CONF_NAME_LEN];

	if (!second->vs)
		report_add(k->report, CONF_WARNING, at, "'%s' overlaps '%s' of this group",
			second->line->node->words[0].text, first->line->node->words[0].text);
	else if (!first->line && !second->line)
		report_add(k->report, CONF_ERROR, at, "%s is defined twice, first in line %u",
			vs_name(second->vs, name), before->line);
	else
		report_add(k->report, CONF_ERROR, at, "%s and %s are for the same packets", vs_name(second->vs, name),
			vs_name(first->vs, other));
	if (strcmp(at->file, before->file) != 0 || !second->vs || first->line || second->line)
		report_hint(k->report, "the first one is in %s line %u", before->file, before->line);
}

/* Sorts and reports neighbours that overlap; of one service only against others. Empties the list. */
static void compare(struct keys *k)
{
	const struct key *reach = k->list; /* of those before, the one that reaches furthest */

	if (k->n)
		qsort(k->list, k->n, sizeof(*k->list), by_key);
	for (unsigned i = 1; i < k->n; i++) {
		const struct key *key = &k->list[i];
		bool is_same_class = !class_cmp(reach, key);

		if (is_same_class && addr_cmp(&key->first, &reach->last) <= 0 && (!key->vs || key->vs != reach->vs))
			report_pair(k, reach, key);
		if (!is_same_class || addr_cmp(&key->last, &reach->last) > 0)
			reach = key;
	}
	k->n = 0;
}

static void report_missing(const struct vs_conf *vs, const struct group_index *g, struct report *r)
{
	report_add(r, CONF_ERROR, &vs->head.node->words[2].at, "there is no virtual_server_group '%s'", vs->group);
	for (unsigned i = 0; i < g->n; i++) {
		if (text_distance(g->list[i]->name, vs->group) > 2)
			continue;
		report_hint(r, "did you mean '%s'?", g->list[i]->name);
		return;
	}
}

void rules_root(const void *conf, struct report *r)
{
	const struct checkers_config *c = conf;
	struct group_index groups = group_index_new(&c->groups, r);
	struct keys k = { .report = r };

	for (unsigned i = 0; i < groups.n; i++) {
		for (unsigned l = 0; l < groups.list[i]->lines.n; l++)
			add_line(&k, NULL, groups.list[i]->lines.item[l]);
		compare(&k);
	}
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		if (vs->group && !group_index_find(&groups, vs->group))
			report_missing(vs, &groups, r);
		for (unsigned l = 0; l < vs->lines.n; l++)
			add_line(&k, vs, vs->lines.item[l]);
	}
	compare(&k);
	free(k.list);
	group_index_done(&groups);
}
