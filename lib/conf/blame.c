/* blame.c - see blame.h. */
#include "conf/blame.h"

#include "base/alloc.h"

#include "conf/tree.h"

#include <stdlib.h>
#include <string.h>

/* The lines of a block of the outermost level. */
struct extent {
	const char *file;
	unsigned first, last;
	bool has_error;
};

struct blame {
	struct extent *extent; /* owned; sorted by file and line */
	size_t n;
};

static int extent_cmp(const void *a, const void *b)
{
	const struct extent *x = a, *y = b;
	int d = strcmp(x->file, y->file);

	if (d)
		return d;
	return x->first < y->first ? -1 : x->first > y->first;
}

static unsigned last_line(const struct conf_node *n)
{
	const struct conf_node *last = n;

	if (n->close.line && n->close.file == n->words[0].at.file)
		return n->close.line;
	while (last->last_child)
		last = last->last_child;
	return last->words[0].at.file == n->words[0].at.file ? last->words[0].at.line : n->words[0].at.line;
}

static void read_extents(struct blame *b, const struct conf_tree *t)
{
	for (const struct conf_node *n = t->root.children; n; n = n->next)
		b->n++;
	b->extent = x_calloc(b->n + 1, sizeof(*b->extent));
	b->n = 0;
	for (const struct conf_node *n = t->root.children; n; n = n->next)
		b->extent[b->n++] = (struct extent){ n->words[0].at.file, n->words[0].at.line, last_line(n), false };
	qsort(b->extent, b->n, sizeof(*b->extent), extent_cmp);
}

/* The block that a place lies in, or NULL. */
static struct extent *find(const struct blame *b, const struct place *at)
{
	struct extent key = { .file = at->file, .first = at->line }, *found = NULL;
	size_t low = 0, high = b->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (extent_cmp(&b->extent[mid], &key) <= 0) {
			found = &b->extent[mid];
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return found && !strcmp(found->file, at->file) && at->line <= found->last ? found : NULL;
}

static bool is_blamed(void *ctx, const struct finding *f)
{
	const struct extent *e = f->id && f->class != CONF_ERROR ? find(ctx, &f->at) : NULL;

	return e && e->has_error;
}

void blame_errors(const struct conf_tree *t, struct report *r)
{
	struct blame b = { 0 };
	const struct finding *f;

	if (!report_count(r, CONF_ERROR))
		return;
	read_extents(&b, t);
	for (unsigned i = 0; (f = report_get(r, i)); i++) {
		struct extent *e = f->class == CONF_ERROR && f->at.line ? find(&b, &f->at) : NULL;

		if (e)
			e->has_error = true;
	}
	report_take(r, is_blamed, &b);
	free(b.extent);
}
