/*
 * dump.c - see dump.h. Walks the file's lines with the tables beside them; the structs give the values. In each block: the lines
 * that were written, in their order; the rows that were not; the blocks inside.
 */
#include "conf/dump.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/schema.h"
#include "conf/script.h"
#include "conf/suggest.h"
#include "conf/value.h"

#include <stdlib.h>
#include <string.h>

enum { SIDES_MAX = 8, ROWS_MAX = 256, COMMENT_COLUMN = 48, TAB = 8, NAME_MAX_LEN = 256 };

#define GLOBALS "global_defs"

/* One table and what it filled. */
struct side {
	const struct conf_block *block;
	const void *out; /* NULL: nothing keeps the values */
};

/* A block of the file, seen by every table that knows it. */
struct scope {
	struct side side[SIDES_MAX];
	unsigned n;
	const char *name;
	struct scope *outer;
	unsigned near; /* where the struct of the block before was found: the next one is close to it */
};

/* One line of a block and the row that reads it. */
struct line {
	const struct conf_node *node;
	const struct conf_item *row;
	unsigned side;
	bool is_left_out;
};

/* All lines of a block, or of several that are filled together. */
struct lines {
	struct line *line; /* owned */
	unsigned n, cap;
	bool is_written[SIDES_MAX][ROWS_MAX];
};

struct dumping {
	const struct dump_style *style;
	struct text *out;
	unsigned depth;
};

static void write_block(struct dumping *d, struct scope *s, struct lines *ls, unsigned i);

static bool is_inert(const struct conf_item *it)
{
	return it->status != CONF_WORKS || it->type == CONF_ACCEPTED || it->type == CONF_UNSUPPORTED;
}

static const struct conf_item *row_of(const struct conf_block *block, const char *name)
{
	const struct conf_item *it = suggest_find(block, name, strlen(name));

	return it && it->type == CONF_ALIAS ? suggest_find(block, it->alias, strlen(it->alias)) : it;
}

/* The row that a line means: of several tables the first one in which it has an effect. */
static const struct conf_item *find_row(const struct scope *s, const char *name, unsigned *ret_side)
{
	const struct conf_item *found = NULL;

	for (unsigned i = 0; i < s->n; i++) {
		const struct conf_item *it = row_of(s->side[i].block, name);

		if (!it || (found && is_inert(it)))
			continue;
		found = it;
		*ret_side = i;
		if (!is_inert(it))
			break;
	}
	return found;
}

/* Of several such lines the last one counts. */
static bool is_single(const struct conf_item *it)
{
	bool is_free = it->type == CONF_BLOCK || it->type == CONF_LINES || it->type == CONF_CUSTOM;

	return (it->type == CONF_CUSTOM && it->parse == script_conf_parse) || (!is_free && !is_inert(it));
}

static void add_line(struct lines *ls, struct line l)
{
	if (ls->n == ls->cap) {
		ls->cap = ls->cap ? ls->cap * 2 : 16;
		ls->line = x_realloc(ls->line, ls->cap, sizeof(*ls->line));
	}
	ls->line[ls->n++] = l;
}

static void add_lines(struct lines *ls, const struct scope *s, const struct conf_node *block)
{
	for (const struct conf_node *n = block->children; n; n = n->next) {
		struct line l = { .node = n };

		l.row = find_row(s, n->words[0].text, &l.side);
		if (l.row)
			add_line(ls, l);
	}
}

/* Notes which rows were written, and leaves out what was written again further down. */
static void mark_written(struct lines *ls, const struct scope *s)
{
	for (unsigned i = ls->n; i-- > 0;) {
		struct line *l = &ls->line[i];
		size_t row = (size_t)(l->row - s->side[l->side].block->items);

		if (row >= ROWS_MAX)
			continue;
		l->is_left_out |= ls->is_written[l->side][row] && is_single(l->row);
		ls->is_written[l->side][row] = true;
	}
}

/* Comments. */

static void add_place(const struct place *at, struct text *t)
{
	char name[NAME_MAX_LEN];

	text_printf(t, "%s:%u", text_escape(at->file, strlen(at->file), name, sizeof(name)), at->line);
}

/* Ends the line, `from` bytes of the text back, with a comment in one column. */
static void end_line(struct dumping *d, size_t from, const char *comment)
{
	size_t width = d->depth * (TAB - 1) + d->out->len - from;

	if (d->style->origin == DUMP_ORIGIN && *comment)
		text_printf(d->out, "%*s # %s", width < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - width) : 0, "",
			comment);
	text_add(d->out, "\n");
}

static void end_written(struct dumping *d, size_t from, const struct place *at, const char *more)
{
	struct text t = { 0 };

	add_place(at, &t);
	if (at->used && at->used->line) {
		text_add(&t, ", used in ");
		add_place(at->used, &t);
	}
	text_add(&t, more);
	end_line(d, from, text_str(&t));
	text_done(&t);
}

static size_t begin_line(struct dumping *d)
{
	size_t from = d->out->len;

	for (unsigned i = 0; i < d->depth; i++)
		text_add(d->out, "\t");
	return from;
}

static void add_words(struct dumping *d, const struct conf_node *n, unsigned from)
{
	for (unsigned i = from; i < n->n_words; i++) {
		if (i)
			text_add(d->out, " ");
		tree_write_text(n->words[i].text, n->words[i].is_quoted, d->out);
	}
}

/* Lines as they were written, in canonical form. */

static void write_verbatim(struct dumping *d, const struct conf_node *n, const char *name)
{
	size_t from = begin_line(d);

	text_add(d->out, name ? name : "");
	add_words(d, n, name ? 1 : 0);
	text_add(d->out, n->is_block ? " {" : "");
	end_written(d, from, &n->words[0].at, "");
	if (!n->is_block)
		return;
	d->depth++;
	for (const struct conf_node *c = n->children; c; c = c->next)
		write_verbatim(d, c, NULL);
	d->depth--;
	begin_line(d);
	text_add(d->out, "}\n");
}

static bool is_value(const struct conf_item *it)
{
	switch (it->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
	case CONF_BOOL:
	case CONF_CHOICE:
	case CONF_ADDR:
	case CONF_FLAG:
		return true;
	case CONF_STRING: /* as it was written: quotes mean something to some */
	case CONF_CUSTOM:
	case CONF_LINES:
	case CONF_BLOCK:
	case CONF_ALIAS:
	case CONF_ACCEPTED:
	case CONF_UNSUPPORTED:
		break;
	}
	return false;
}

static void write_line(struct dumping *d, const struct side *side, const struct line *l)
{
	struct text value = { 0 };
	size_t from;

	if (l->row->is_secret && d->style->secret) {
		from = begin_line(d);
		text_printf(d->out, "%s %s", l->row->name, d->style->secret);
	} else if (!is_value(l->row) || is_inert(l->row) || l->node->is_block ||
		(l->row->type != CONF_FLAG && value_write(l->row, side->out, &value) < 0)) {
		write_verbatim(d, l->node, l->row->name);
		return;
	} else {
		from = begin_line(d);
		text_printf(d->out, "%s%s%s", l->row->name, value.len ? " " : "", text_str(&value));
	}
	end_written(d, from, &l->node->words[l->node->n_words > 1].at, "");
	text_done(&value);
}

/* Rows that nobody wrote. */

/* The value of the row `name` of global_defs, at the outermost level. */
static bool write_global(const struct scope *root, const char *name, struct text *ret)
{
	for (unsigned i = 0; i < root->n; i++) {
		const struct side *s = &root->side[i];
		const struct conf_item *globals = row_of(s->block, GLOBALS), *it;

		it = globals && globals->block ? row_of(globals->block, name) : NULL;
		if (it && !is_inert(it) && !value_write(it, (const char *)s->out + globals->offset, ret))
			return true;
	}
	return false;
}

/* Whether a block around, or global_defs, gave the row its value; *ret_name: which one. */
static bool is_inherited(const struct scope *s, const struct conf_item *it, const char *value, const char **ret_name)
{
	const struct scope *root = s->outer;
	struct text t = { 0 };
	char name[NAME_MAX_LEN];
	bool is_same;

	if (!root)
		return false;
	for (unsigned i = 0; i < s->outer->n; i++) {
		const struct conf_item *around = row_of(s->outer->side[i].block, it->name);

		if (around && around->type == it->type)
			value_write(around, s->outer->side[i].out, &t);
	}
	*ret_name = s->outer->name;
	while (root->outer)
		root = root->outer;
	snprintf(name, sizeof(name), "vrrp_%s", it->name);
	if (!t.len && strcmp(s->name, GLOBALS) != 0 &&
		(write_global(root, name, &t) || write_global(root, it->name, &t)))
		*ret_name = GLOBALS;
	is_same = t.len && !strcmp(text_str(&t), value);
	text_done(&t);
	return is_same;
}

static void end_unwritten(struct dumping *d, const struct scope *s, const struct conf_item *it, const char *value,
	size_t from)
{
	const char *name = NULL;
	char comment[NAME_MAX_LEN];

	if (it->dflt && strcmp(it->dflt, value) != 0)
		end_line(d, from, "follows from other lines");
	else if (!it->dflt && is_inherited(s, it, value, &name)) {
		snprintf(comment, sizeof(comment), "inherited from %s", name);
		end_line(d, from, comment);
	} else {
		end_line(d, from, "default");
	}
}

static void write_unwritten(struct dumping *d, const struct scope *s, const struct side *side,
	const struct conf_item *it)
{
	struct text value = { 0 };
	size_t from;

	if (it->type == CONF_CUSTOM && it->dflt)
		text_add(&value, it->dflt);
	else if (it->type != CONF_CUSTOM)
		value_write(it, side->out, &value);
	if (value.len) {
		from = begin_line(d);
		text_printf(d->out, "%s %s", it->name, text_str(&value));
		end_unwritten(d, s, it, text_str(&value), from);
	}
	text_done(&value);
}

/* Whether the row says what is so in this block: another table may have the one with an effect. */
static bool is_spoken_for(const struct scope *s, const struct conf_item *it, unsigned side)
{
	unsigned at = 0;

	return is_inert(it) || find_row(s, it->name, &at) != it || at != side;
}

static void write_defaults(struct dumping *d, const struct scope *s, const struct lines *ls)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct side *side = &s->side[i];

		for (unsigned row = 0; side->out && row < ROWS_MAX && side->block->items[row].name; row++)
			if (!ls->is_written[i][row] && !is_spoken_for(s, &side->block->items[row], i))
				write_unwritten(d, s, side, &side->block->items[row]);
	}
}

/* Blocks. */

/* The struct that `node` filled, or NULL when it was replaced, refused or is kept nowhere. */
static const void *find_struct(const struct side *outer, const struct conf_item *row, const struct conf_node *node,
	unsigned *near)
{
	const struct conf_vec *v;

	if (!outer->out || row->offset == CONF_NOWHERE)
		return NULL;
	if (row->is_merged)
		return (const char *)outer->out + row->offset;
	v = (const void *)((const char *)outer->out + row->offset);
	for (unsigned i = 0; i < v->n; i++) {
		unsigned k = (*near + i) % v->n;

		if (((const struct conf_head *)v->item[k])->node != node)
			continue;
		*near = k + 1;
		return v->item[k];
	}
	return NULL;
}

static void open_scope(struct scope *outer, const struct line *l, struct scope *ret)
{
	*ret = (struct scope){ .name = l->row->name, .outer = outer };
	for (unsigned i = 0; i < outer->n; i++) {
		const struct conf_item *row = row_of(outer->side[i].block, l->row->name);

		if (!row || row->type != CONF_BLOCK || (row != l->row && is_inert(row)))
			continue;
		ret->side[ret->n++] = (struct side){ row->block,
			find_struct(&outer->side[i], row, l->node, &outer->near) };
	}
}

/* A block of a name that is written again further down. */
static bool is_replaced(const struct lines *ls, const struct line *l)
{
	const struct conf_block *b = l->row->block;

	if (!b->args || strcmp(b->args, "NAME") != 0 || l->node->n_words < 2)
		return false;
	for (const struct line *m = l + 1; m < ls->line + ls->n; m++)
		if (m->row == l->row && m->node->n_words > 1 && !strcmp(m->node->words[1].text, l->node->words[1].text))
			return true;
	return false;
}

static void write_body(struct dumping *d, struct scope *s, struct lines *ls)
{
	mark_written(ls, s);
	for (unsigned i = 0; i < ls->n; i++)
		if (ls->line[i].row->type != CONF_BLOCK && !ls->line[i].is_left_out)
			write_line(d, &s->side[ls->line[i].side], &ls->line[i]);
	write_defaults(d, s, ls);
	for (unsigned i = 0; i < ls->n; i++)
		if (ls->line[i].row->type == CONF_BLOCK && !ls->line[i].is_left_out)
			write_block(d, s, ls, i);
}

/* Blocks that are filled together are one block, where the first one stands. */
static void gather(const struct scope *inner, struct lines *ls, unsigned i, struct lines *ret)
{
	const struct conf_item *row = ls->line[i].row;

	for (; i < ls->n; i++) {
		if (ls->line[i].row != row)
			continue;
		add_lines(ret, inner, ls->line[i].node);
		ls->line[i].is_left_out = true;
		if (!row->is_merged)
			return;
	}
}

static void write_block(struct dumping *d, struct scope *s, struct lines *ls, unsigned i)
{
	struct line *l = &ls->line[i];
	struct lines inside = { 0 };
	struct scope inner;
	bool is_kept = false;
	size_t from;

	open_scope(s, l, &inner);
	for (unsigned k = 0; k < inner.n; k++)
		is_kept |= inner.side[k].out != NULL;
	if (!is_kept && is_replaced(ls, l))
		return;
	from = begin_line(d);
	text_add(d->out, l->row->name);
	add_words(d, l->node, 1);
	text_add(d->out, " {");
	end_written(d, from, &l->node->words[0].at, is_kept ? "" : ", without effect");
	gather(&inner, ls, i, &inside);
	d->depth++;
	write_body(d, &inner, &inside);
	d->depth--;
	begin_line(d);
	text_add(d->out, "}\n");
	free(inside.line);
}

/* Blocks of the outermost level that everybody has, written or not: global_defs. */
static void write_unwritten_block(struct dumping *d, struct scope *root, const struct conf_item *row)
{
	struct line l = { .row = row };
	struct lines none = { 0 };
	struct scope inner;
	size_t before = d->out->len, begun;

	open_scope(root, &l, &inner);
	text_printf(d->out, "%s {\n", row->name);
	begun = d->out->len;
	d->depth++;
	write_defaults(d, &inner, &none);
	d->depth--;
	if (d->out->len > begun)
		text_add(d->out, "}\n");
	else
		d->out->s[d->out->len = before] = '\0';
}

static bool is_written(const struct lines *ls, const char *name)
{
	for (unsigned i = 0; i < ls->n; i++)
		if (!strcmp(ls->line[i].row->name, name))
			return true;
	return false;
}

void dump_write(const struct conf_tree *t, const struct conf_view *views, unsigned n_views,
	const struct dump_style *style, struct text *out)
{
	struct dumping d = { .style = style, .out = out };
	struct scope root = { .name = "" };
	struct lines ls = { 0 };

	for (unsigned i = 0; i < n_views && i < SIDES_MAX; i++)
		root.side[root.n++] = (struct side){ views[i].block, views[i].out };
	add_lines(&ls, &root, &t->root);
	for (unsigned i = 0; i < root.n; i++)
		for (const struct conf_item *it = root.side[i].block->items; it && it->name; it++)
			if (it->type == CONF_BLOCK && it->is_merged && !is_spoken_for(&root, it, i) &&
				!is_written(&ls, it->name))
				write_unwritten_block(&d, &root, it);
	write_body(&d, &root, &ls);
	free(ls.line);
}
