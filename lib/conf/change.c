/* change.c - see change.h. */
#include "conf/change.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char secret[] = "(secret)";

struct changes *changes_new(void)
{
	struct changes *c = x_calloc(1, sizeof(*c));

	c->arena = arena_new();
	return c;
}

void changes_free(struct changes *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	free(c);
}

static const char *copy(struct changes *c, const char *s)
{
	return s ? arena_strdup(c->arena, s) : NULL;
}

struct change *changes_add(struct changes *c, enum change_what what, const char *kind, const char *name,
	const struct conf_node *node)
{
	struct change *ch = arena_alloc(c->arena, sizeof(*ch));

	*ch = (struct change){ .what = what, .kind = copy(c, kind), .name = copy(c, name) };
	if (node && node->n_words) {
		ch->file = copy(c, node->words[0].at.file);
		ch->line = node->words[0].at.line;
	}
	conf_vec_add(c->arena, &c->list, ch);
	return ch;
}

static bool same_name(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

struct change *changes_find(const struct changes *c, const char *kind, const char *name)
{
	for (unsigned i = c->list.n; i > 0; i--) {
		struct change *ch = c->list.item[i - 1];

		if (!strcmp(ch->kind, kind) && same_name(ch->name, name))
			return ch;
	}
	return NULL;
}

static const char *value_of(struct changes *c, const struct conf_diff *d, bool is_new)
{
	struct text t = { 0 };
	const char *ret = NULL;

	if (schema_diff_value(d, is_new, &t))
		ret = d->item->is_secret ? secret : copy(c, text_str(&t));
	text_done(&t);
	return ret;
}

void changes_row(void *change_of, const struct conf_diff *d)
{
	const struct change_of *of = change_of;
	const struct place *at = schema_diff_place(d);
	struct change_row *row = arena_alloc(of->all->arena, sizeof(*row));
	bool is_outermost = !strcmp(of->change->kind, "configuration");
	bool is_inner = !is_outermost && strcmp(d->block->name, of->change->kind) != 0;

	*row = (struct change_row){ .cost = d->item->reload,
		.from = value_of(of->all, d, false),
		.to = value_of(of->all, d, true),
		.keyword = is_inner ? arena_printf(of->all->arena, "%s %s", d->block->name, d->item->name)
				    : copy(of->all, d->item->name) };
	if (at) {
		row->file = copy(of->all, at->file);
		row->line = at->line;
		row->column = at->column;
	}
	conf_vec_add(of->all->arena, &of->change->rows, row);
}

void changes_effect(struct changes *c, struct change *ch, const char *id, const char *fmt, ...)
{
	struct change_effect *e = arena_alloc(c->arena, sizeof(*e));
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*e = (struct change_effect){ id, copy(c, text) };
	conf_vec_add(c->arena, &ch->effects, e);
}

static void count_row(void *ctx, const struct conf_diff *d)
{
	(void)d;
	++*(unsigned *)ctx;
}

struct root {
	struct changes *all;
	const struct conf_block *block;
};

static void on_root_row(void *ctx, const struct conf_diff *d)
{
	const struct root *root = ctx;
	const char *kind = d->block == root->block ? "configuration" : d->block->name;
	const struct conf_head *from = d->from_struct, *to = d->to_struct;
	struct change_of of = { root->all, changes_find(root->all, kind, NULL) };

	if (!of.change)
		of.change = changes_add(root->all, CHANGE_CHANGED, kind, NULL, to->node ? to->node : from->node);
	changes_row(&of, d);
}

void changes_root(struct changes *c, const struct conf_block *root, const void *from, const void *to)
{
	struct root r = { c, root };

	(void)schema_diff_own(root, from, to, on_root_row, &r);
}

static const char *name_of(const struct conf_head *head)
{
	return head->node->n_words > 1 ? head->node->words[1].text : "";
}

static void add_named(struct changes *c, const struct changes_named *n, const struct conf_head *from,
	const struct conf_head *to)
{
	const struct conf_head *one = to ? to : from;
	struct change_of of = { c, NULL };
	unsigned rows = 0;

	if (from && to) {
		(void)schema_diff_each(n->item->block, from, to, count_row, &rows);
		if (!rows)
			return;
	}
	of.change = changes_add(c,
		!from         ? CHANGE_ADDED
			: !to ? CHANGE_REMOVED
			      : CHANGE_CHANGED,
		n->item->name, name_of(one), one->node);
	if (from && to)
		(void)schema_diff_each(n->item->block, from, to, changes_row, &of);
	n->each(n->ctx, c, of.change, from, to);
}

static const struct conf_vec *vec_of(const struct conf_item *item, const void *conf)
{
	return conf_at(item, conf);
}

void changes_named(struct changes *c, const struct changes_named *n)
{
	const struct conf_vec *from = vec_of(n->item, n->from), *to = vec_of(n->item, n->to);
	bool *is_taken = x_calloc(to->n + 1, sizeof(*is_taken));
	struct names names = { 0 };

	for (unsigned i = 0; i < to->n; i++) {
		const struct conf_head *head = to->item[i];

		*names_get(&names, to, name_of(head)) = (struct named){ to, name_of(head), head->node, i, NULL };
	}
	for (unsigned i = 0; i < from->n; i++) {
		const struct conf_head *head = from->item[i];
		const struct named *e = names_find(&names, to, name_of(head));

		if (e)
			is_taken[e->index] = true;
		add_named(c, n, head, e ? to->item[e->index] : NULL);
	}
	for (unsigned i = 0; i < to->n; i++)
		if (!is_taken[i])
			add_named(c, n, NULL, to->item[i]);
	names_done(&names);
	free(is_taken);
}
