/* generation.c - see generation.h. */
#include "vrrp/generation.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "conf/tree.h"
#include "io/memfd.h"

void generation_drop(struct generation *g)
{
	if (!g || --g->users > 0)
		return;
	tree_free(g->tree);
	arena_free(g->arena);
	if (g->fd >= 0)
		close(g->fd);
	free(g);
}

static void count_vips(struct vrrp_config *c)
{
	for (unsigned i = 0; i < c->instances.n; i++)
		c->n_vips += ((const struct vrrp_conf *)c->instances.item[i])->vips.n;
}

/* 0, or -EINVAL. */
static int read_bytes(struct generation *g, const char *bytes, size_t len)
{
	struct report *report = report_new();
	struct conf_read rd = { .report = report, .arena = g->arena };
	struct conf_view view = { &vrrp_root, &g->config };
	int r;

	g->tree = tree_read_bytes("configuration", bytes, len, true, report);
	r = schema_read(&rd, &view, 1, g->tree, false);
	report_free(report);
	count_vips(&g->config);
	return r;
}

struct generation *generation_read(uint32_t number, int fd)
{
	struct generation *g = x_calloc(1, sizeof(*g));
	char *bytes = NULL;
	size_t len;
	int r;

	*g = (struct generation){ .number = number, .users = 1, .arena = arena_new() };
	g->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	r = memfd_read(g->fd, &bytes, &len);
	if (r == 0)
		r = read_bytes(g, bytes, len);
	free(bytes);
	arena_fit(g->arena);
	if (r == 0)
		return g;
	generation_drop(g);
	return NULL;
}

void generation_forget(struct generation *g)
{
	schema_forget(&vrrp_root, &g->config);
	tree_free(g->tree);
	g->tree = NULL;
}

struct generation *generation_recall(struct generation *g)
{
	if (!g->tree)
		return generation_read(g->number, g->fd);
	g->users++;
	return g;
}
