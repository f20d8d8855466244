/* generation.c - see generation.h. */
#include "vrrp/generation.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "conf/tree.h"

void generation_drop(struct generation *g)
{
	if (!g || --g->users > 0)
		return;
	tree_free(g->tree);
	free(g);
}

static void count_vips(struct vrrp_config *c)
{
	for (unsigned i = 0; i < c->instances.n; i++)
		c->n_vips += ((const struct vrrp_conf *)c->instances.item[i])->vips.n;
}

struct generation *generation_read(uint32_t number, const char *bytes, size_t len)
{
	struct generation *g = x_calloc(1, sizeof(*g));
	struct report *report = report_new();
	struct conf_read rd = { .report = report };
	struct conf_view view = { &vrrp_root, &g->config };
	int r;

	g->number = number;
	g->users = 1;
	g->tree = tree_read_bytes("configuration", bytes, len, true, report);
	rd.arena = g->tree->arena;
	r = schema_read(&rd, &view, 1, g->tree, false);
	report_free(report);
	count_vips(&g->config);
	if (r == 0)
		return g;
	generation_drop(g);
	return NULL;
}
