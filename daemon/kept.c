/* kept.c - see kept.h. What several floors know is in several parts: each child gets one as it is. */
#include "daemon/kept.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/places.h"
#include "conf/suggest.h"
#include "conf/tree.h"
#include "io/memfd.h"
#include "vrrp/conf.h"

/* While the parts are written. */
struct keeping {
	struct config_kept *kept;
	struct text part[PARTS];
	unsigned cap; /* of the runs */
};

static void add_run(struct keeping *g, const struct kept_run *r)
{
	struct config_kept *k = g->kept;
	struct kept_run *last = k->n_runs ? &k->runs[k->n_runs - 1] : NULL;

	k->len += r->len;
	if (last && last->part == r->part && last->at + last->len == r->at) {
		last->len += r->len;
		return;
	}
	if (k->n_runs == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 8;
		k->runs = x_realloc(k->runs, g->cap, sizeof(*k->runs));
	}
	k->runs[k->n_runs++] = *r;
}

static bool knows(const struct conf_block *root, const struct conf_node *n)
{
	return suggest_find(root, n->words[0].text, strlen(n->words[0].text)) != NULL;
}

static void add_node(struct keeping *g, const struct conf_node *n)
{
	const bool is_vrrp = knows(&vrrp_root, n);
	struct kept_run r = { .part = knows(&checkers_root, n) ? PART_CHECKERS : is_vrrp ? PART_VRRP : PART_REST };
	struct text *out = &g->part[r.part];

	r.at = out->len;
	tree_write_node(n, 0, out);
	r.len = out->len - r.at;
	if (is_vrrp && r.part != PART_VRRP)
		text_add_bytes(&g->part[PART_VRRP], out->s + r.at, r.len);
	add_run(g, &r);
}

/* 0 or -errno. */
static int seal(struct keeping *g)
{
	int r = 0;

	for (enum part i = 0; i < PARTS; i++) {
		g->kept->fd[i] = memfd_of("vipd configuration", text_str(&g->part[i]), g->part[i].len);
		r = g->kept->fd[i] < 0 ? g->kept->fd[i] : r;
		text_done(&g->part[i]);
	}
	return r;
}

int kept_new(const struct conf_tree *t, const struct conf_node *file_end, struct config_kept **ret)
{
	struct keeping g = { .kept = x_calloc(1, sizeof(*g.kept)) };
	struct text places = { 0 };
	int r;

	for (const struct conf_node *n = t->root.children; n; n = n->next) {
		add_node(&g, n);
		if (n == file_end)
			g.kept->file_len = g.kept->len;
	}
	places_write(t, &places);
	g.kept->places = x_realloc(places.s, places.len, 1);
	g.kept->places_len = places.len;
	g.kept->path = x_strdup(t->root.children ? t->root.children->words[0].at.file : "");
	r = seal(&g);
	if (r < 0)
		kept_free(g.kept);
	else
		*ret = g.kept;
	return r;
}

void kept_free(struct config_kept *k)
{
	if (!k)
		return;
	for (enum part i = 0; i < PARTS; i++)
		if (k->fd[i] >= 0)
			close(k->fd[i]);
	free(k->runs);
	free(k->places);
	free(k->path);
	free(k);
}

static bool read_run(const struct config_kept *k, const struct kept_run *r, size_t len, char *to)
{
	size_t got = 0;
	ssize_t n = 1;

	for (; got < len && n > 0; got += n > 0 ? (size_t)n : 0)
		n = pread(k->fd[r->part], to + got, len - got, (off_t)(r->at + got));
	return got == len;
}

char *kept_read_run(const struct config_kept *k, const struct kept_run *r)
{
	char *bytes = x_calloc(1, r->len + 1);

	if (read_run(k, r, r->len, bytes))
		return bytes;
	free(bytes);
	return NULL;
}

char *kept_read(const struct config_kept *k, size_t len)
{
	char *bytes = x_calloc(1, len + 1);
	size_t at = 0;

	for (unsigned i = 0; i < k->n_runs && at < len; i++) {
		const size_t n = k->runs[i].len < len - at ? k->runs[i].len : len - at;

		if (!read_run(k, &k->runs[i], n, bytes + at))
			break;
		at += n;
	}
	if (at == len)
		return bytes;
	free(bytes);
	return NULL;
}
