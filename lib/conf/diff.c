/*
 * diff.c - see schema.h: what was written, and what a difference between two blocks costs at reload. Compared are the lines of
 * the file, not the structs: a default or an inherited value is no line of this block.
 */
#include "conf/schema.h"

#include "base/alloc.h"

#include "conf/suggest.h"
#include "conf/written.h"

#include <stdlib.h>
#include <string.h>

/* One line of a block and the row that reads it. */
struct written {
	const struct conf_node *node;
	const struct conf_item *row;
};

/* All lines of one or several blocks. */
struct writing {
	struct written *line; /* owned */
	unsigned n, cap;
};

struct differing {
	void (*each)(void *ctx, const struct conf_item *item);
	void *ctx;
	enum conf_cost cost;
};

static const struct conf_item *row_of(const struct conf_block *block, const char *name)
{
	const struct conf_item *it = suggest_find(block, name, strlen(name));

	return it && it->type == CONF_ALIAS ? suggest_find(block, it->alias, strlen(it->alias)) : it;
}

static void add_lines(struct writing *w, const struct conf_block *block, const struct conf_node *parent)
{
	for (const struct conf_node *n = parent ? parent->children : NULL; n; n = n->next) {
		const struct conf_item *row = row_of(block, n->words[0].text);

		if (!row)
			continue;
		if (w->n == w->cap) {
			w->cap = w->cap ? w->cap * 2 : 16;
			w->line = x_realloc(w->line, w->cap, sizeof(*w->line));
		}
		w->line[w->n++] = (struct written){ n, row };
	}
}

static bool same_words(const struct conf_node *a, const struct conf_node *b)
{
	if (a->n_words != b->n_words || a->is_block != b->is_block)
		return false;
	for (unsigned i = 1; i < a->n_words; i++)
		if (strcmp(a->words[i].text, b->words[i].text) != 0)
			return false;
	return true;
}

static bool same_lines(const struct conf_node *a, const struct conf_node *b)
{
	const struct conf_node *x = a->children, *y = b->children;

	if (!same_words(a, b))
		return false;
	for (; x && y; x = x->next, y = y->next)
		if (strcmp(x->words[0].text, y->words[0].text) != 0 || !same_lines(x, y))
			return false;
	return !x && !y;
}

static void note(struct differing *d, const struct conf_item *row)
{
	if (row->reload > d->cost)
		d->cost = row->reload;
	if (d->each)
		d->each(d->ctx, row);
}

/* The next line of `row` from index i on, or n. */
static unsigned next_of(const struct writing *w, const struct conf_item *row, unsigned i)
{
	while (i < w->n && w->line[i].row != row)
		i++;
	return i;
}

static void diff_writing(struct differing *d, const struct conf_block *block, const struct writing *a,
	const struct writing *b);

static void diff_blocks(struct differing *d, const struct conf_block *block, const struct conf_node *a,
	const struct conf_node *b)
{
	struct writing wa = { 0 }, wb = { 0 };

	add_lines(&wa, block, a);
	add_lines(&wb, block, b);
	diff_writing(d, block, &wa, &wb);
	free(wa.line);
	free(wb.line);
}

/* Blocks that are filled together: their lines count as one block's. */
static void diff_merged(struct differing *d, const struct conf_item *row, const struct writing *a,
	const struct writing *b)
{
	struct writing wa = { 0 }, wb = { 0 };

	for (unsigned i = next_of(a, row, 0); i < a->n; i = next_of(a, row, i + 1))
		add_lines(&wa, row->block, a->line[i].node);
	for (unsigned i = next_of(b, row, 0); i < b->n; i = next_of(b, row, i + 1))
		add_lines(&wb, row->block, b->line[i].node);
	diff_writing(d, row->block, &wa, &wb);
	free(wa.line);
	free(wb.line);
}

static void diff_row(struct differing *d, const struct conf_item *row, const struct writing *a, const struct writing *b)
{
	unsigned i = next_of(a, row, 0), j = next_of(b, row, 0);

	for (; i < a->n && j < b->n; i = next_of(a, row, i + 1), j = next_of(b, row, j + 1)) {
		const struct conf_node *x = a->line[i].node, *y = b->line[j].node;

		if (row->type == CONF_BLOCK && same_words(x, y)) {
			diff_blocks(d, row->block, x, y);
		} else if (!same_lines(x, y)) {
			note(d, row);
			return;
		}
	}
	if (i < a->n || j < b->n)
		note(d, row);
}

static void diff_writing(struct differing *d, const struct conf_block *block, const struct writing *a,
	const struct writing *b)
{
	for (const struct conf_item *row = block->items; row && row->name; row++) {
		if (row->type == CONF_BLOCK && row->is_merged)
			diff_merged(d, row, a, b);
		else if (row->type != CONF_ALIAS)
			diff_row(d, row, a, b);
	}
}

enum conf_cost schema_diff_each(const struct conf_block *block, const void *a, const void *b,
	void (*each)(void *ctx, const struct conf_item *item), void *ctx)
{
	const struct conf_head *x = a, *y = b;
	struct differing d = { each, ctx, CONF_SAME };
	struct writing wa = { 0 }, wb = { 0 };

	if (x->node && y->node && !same_words(x->node, y->node))
		d.cost = CONF_RESTART;
	for (const struct conf_source *s = x->sources; s; s = s->next)
		add_lines(&wa, block, s->node);
	for (const struct conf_source *s = y->sources; s; s = s->next)
		add_lines(&wb, block, s->node);
	diff_writing(&d, block, &wa, &wb);
	free(wa.line);
	free(wb.line);
	return d.cost;
}

enum conf_cost schema_diff(const struct conf_block *block, const void *a, const void *b)
{
	return schema_diff_each(block, a, b, NULL, NULL);
}

bool schema_seen(const struct conf_block *block, const void *conf, const char *keyword)
{
	const struct conf_head *head = conf;
	const struct conf_item *row = row_of(block, keyword);
	size_t i = row ? (size_t)(row - block->items) : SIZE_MAX;

	return i < sizeof(head->seen) * 8 && (head->seen[i / 64] >> i % 64 & 1);
}
