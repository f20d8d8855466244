/* group_index.c - see group_index.h. */
#include "checkers/group_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"

static int by_name(const void *a, const void *b)
{
	const struct group_conf *x = *(const struct group_conf *const *)a, *y = *(const struct group_conf *const *)b;
	int r = strcmp(x->name, y->name);

	return r ? r : (x->order > y->order) - (x->order < y->order);
}

static void report_again(struct report *r, const struct group_conf *g, const struct group_conf *before)
{
	report_add(r, CONF_WARNING, &g->node->words[1].at, "'%s %s' is written again: the first one counts",
		g->node->words[0].text, g->name);
	report_hint(r, "the first one is in %s line %u", before->node->words[0].at.file,
		before->node->words[0].at.line);
}

struct group_index group_index_new(const struct conf_vec *from, struct report *r)
{
	struct group_index g = { .list = x_calloc(from->n + 1, sizeof(struct group_conf *)) };

	for (unsigned i = 0; i < from->n; i++) {
		g.list[i] = from->item[i];
		g.list[i]->order = i;
	}
	qsort(g.list, from->n, sizeof(struct group_conf *), by_name);
	for (unsigned i = 0; i < from->n; i++)
		if (!g.n || strcmp(g.list[g.n - 1]->name, g.list[i]->name) != 0)
			g.list[g.n++] = g.list[i];
		else if (r)
			report_again(r, g.list[i], g.list[g.n - 1]);
	return g;
}

void group_index_done(struct group_index *g)
{
	free(g->list);
	*g = (struct group_index){ 0 };
}

static int name_cmp(const void *name, const void *group)
{
	return strcmp(name, (*(const struct group_conf *const *)group)->name);
}

const struct group_conf *group_index_find(const struct group_index *g, const char *name)
{
	struct group_conf *const *found = g->n ? bsearch(name, g->list, g->n, sizeof(struct group_conf *), name_cmp)
					       : NULL;

	return found ? *found : NULL;
}
