/*
 * dump.c - see dump.h. Walks the file's lines with the tables beside them; the structs give the values. In each block: the lines
 * that were written, in their order; the rows that were not; the blocks inside.
 */
#include "conf/dump.h"

#include "base/addr.h"
#include "base/text.h"

#include "conf/effective.h"
#include "conf/mark.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "conf/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COMMENT_COLUMN = 48, TAB = 8, NAME_MAX_LEN = 256 };

#define GLOBALS "global_defs"

struct dumping {
	const struct dump_style *style;
	const struct conf_mark *marks;
	struct report *ignored; /* what is said of values that are read once more */
	struct text *out;
	unsigned depth;
};

static void write_block(struct dumping *d, struct effective_scope *s, struct effective_lines *ls, unsigned i);

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

static size_t begin_line(struct dumping *d)
{
	size_t from = d->out->len;

	for (unsigned i = 0; i < d->depth; i++)
		text_add(d->out, "\t");
	return from;
}

static bool is_about(const struct conf_mark *m, const struct place *at)
{
	return !m->is_first && m->line == at->line && !strcmp(m->at.file, at->file);
}

/* Comments that speak to vipd are kept: what they allow is allowed of the dump too. */
static void write_marks(struct dumping *d, const struct conf_node *n)
{
	for (const struct conf_mark *m = d->marks; m; m = m->next) {
		if (!is_about(m, &n->words[0].at) || (n->is_block && !m->is_own_line))
			continue;
		begin_line(d);
		text_printf(d->out, "# vipd: %s\n", m->text);
	}
}

/* The one at the end of a block's first line, which is about that line alone; true when there is one. */
static bool write_mark_behind(struct dumping *d, const struct conf_node *n)
{
	for (const struct conf_mark *m = n->is_block ? d->marks : NULL; m; m = m->next) {
		if (!is_about(m, &n->words[0].at) || m->is_own_line)
			continue;
		text_printf(d->out, " # vipd: %s\n", m->text);
		return true;
	}
	return false;
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
	size_t from;

	write_marks(d, n);
	from = begin_line(d);
	text_add(d->out, name ? name : "");
	add_words(d, n, name ? 1 : 0);
	text_add(d->out, n->is_block ? " {" : "");
	if (!write_mark_behind(d, n))
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
		break;
	}
	return false;
}

/* The value of a line in canonical form; -ENOENT: only its words can say it. */
static int read_back(struct dumping *d, const struct effective_line *l, struct text *ret)
{
	struct conf_item one = *l->row;
	struct conf_read rd = { .report = d->ignored };
	union {
		int64_t number;
		struct addr addr;
	} value = { 0 };

	if (!is_value(l->row) || effective_is_inert(l->row) || l->node->is_block)
		return -ENOENT;
	if (l->row->type == CONF_FLAG)
		return 0;
	if (l->node->n_words < 2 && l->row->type == CONF_BOOL) {
		text_add(ret, "on");
		return 0;
	}
	one.offset = 0;
	one.part = NULL;
	one.write = NULL;
	if (l->node->n_words < 2 || value_store(&rd, &one, &l->node->words[1], &value) < 0)
		return -ENOENT;
	return value_write(&one, &value, ret);
}

/* What became of a value, where another line or rule has changed it. */
static void add_effect(const struct effective_side *side, const struct conf_item *row, const char *written,
	struct text *ret)
{
	struct text t = { 0 };

	if (row->type != CONF_FLAG && side->out && value_write(row, side->out, &t) == 0 &&
		strcmp(text_str(&t), written) != 0)
		text_printf(ret, "; in effect: %s", text_str(&t));
	text_done(&t);
}

static void write_line(struct dumping *d, const struct effective_side *side, const struct effective_line *l)
{
	struct text value = { 0 }, effect = { 0 };
	bool is_hidden = l->row->is_secret && d->style->secret;
	size_t from;

	if (is_hidden)
		text_add(&value, d->style->secret);
	if (!is_hidden && read_back(d, l, &value) < 0) {
		write_verbatim(d, l->node, l->row->name);
		text_done(&value);
		return;
	}
	if (!is_hidden)
		add_effect(side, l->row, text_str(&value), &effect);
	write_marks(d, l->node);
	from = begin_line(d);
	text_printf(d->out, "%s%s%s", l->row->name, value.len ? " " : "", text_str(&value));
	end_written(d, from, &l->node->words[l->node->n_words > 1].at, text_str(&effect));
	text_done(&value);
	text_done(&effect);
}

/* Rows that nobody wrote. */

/* The value of the row `name` of global_defs, at the outermost level. */
static bool write_global(const struct effective_scope *root, const char *name, struct text *ret)
{
	for (unsigned i = 0; i < root->n; i++) {
		const struct effective_side *s = &root->side[i];
		const struct conf_item *globals = effective_row(s->block, GLOBALS), *it;

		it = globals && globals->block ? effective_row(globals->block, name) : NULL;
		if (it && !effective_is_inert(it) && !value_write(it, conf_at(globals, s->out), ret))
			return true;
	}
	return false;
}

/* Whether a block around, or global_defs, gave the row its value; *ret_name: which one. */
static bool is_inherited(const struct effective_scope *s, const struct conf_item *it, const char *value,
	const char **ret_name)
{
	const struct effective_scope *root = s->outer;
	struct text t = { 0 };
	char name[NAME_MAX_LEN];
	bool is_same;

	if (!root)
		return false;
	for (unsigned i = 0; i < s->outer->n; i++) {
		const struct conf_item *around = effective_row(s->outer->side[i].block, it->name);

		if (around)
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

static void end_unwritten(struct dumping *d, const struct effective_scope *s, const struct conf_item *it,
	const char *value, size_t from)
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

static void write_unwritten(struct dumping *d, const struct effective_scope *s, const struct effective_side *side,
	const struct conf_item *it)
{
	struct text value = { 0 };
	size_t from;

	if (it->type == CONF_CUSTOM && it->dflt && !it->write)
		text_add(&value, it->dflt);
	else
		value_write(it, side->out, &value);
	if (value.len) {
		from = begin_line(d);
		text_printf(d->out, "%s %s", it->name, text_str(&value));
		end_unwritten(d, s, it, text_str(&value), from);
	}
	text_done(&value);
}

static void write_defaults(struct dumping *d, const struct effective_scope *s, const struct effective_lines *ls)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct effective_side *side = &s->side[i];

		for (unsigned row = 0; side->out && row < EFFECTIVE_ROWS && side->block->items[row].name; row++)
			if (!ls->is_written[i][row] && !effective_is_spoken_for(s, &side->block->items[row], i))
				write_unwritten(d, s, side, &side->block->items[row]);
	}
}

/* Blocks. */

/* Blocks of the outermost level that everybody has, written or not: global_defs. */
static void write_unwritten_block(struct dumping *d, struct effective_scope *root, const struct conf_item *row)
{
	struct effective_line l = { .row = row };
	struct effective_lines none = { 0 };
	struct effective_scope inner;
	size_t before = d->out->len, begun;

	effective_open(root, &l, &inner);
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

static void write_unwritten_blocks(struct dumping *d, struct effective_scope *root, const struct effective_lines *ls)
{
	for (unsigned i = 0; i < root->n; i++)
		for (const struct conf_item *it = root->side[i].block->items; it && it->name; it++)
			if (it->type == CONF_BLOCK && it->is_merged && !effective_is_spoken_for(root, it, i) &&
				!effective_is_written(ls, it->name))
				write_unwritten_block(d, root, it);
}

static bool is_open(const struct effective_line *l)
{
	return l->row->type == CONF_BLOCK && !l->is_left_out;
}

static void write_body(struct dumping *d, struct effective_scope *s, struct effective_lines *ls)
{
	effective_settle(ls, s);
	for (unsigned i = 0; i < ls->n; i++)
		if (ls->line[i].row->type != CONF_BLOCK && !ls->line[i].is_left_out)
			write_line(d, &s->side[ls->line[i].side], &ls->line[i]);
	write_defaults(d, s, ls);
	if (!s->outer)
		write_unwritten_blocks(d, s, ls);
	for (unsigned i = 0; !s->outer && i < ls->n; i++) /* global_defs first */
		if (is_open(&ls->line[i]) && ls->line[i].row->is_merged)
			write_block(d, s, ls, i);
	for (unsigned i = 0; i < ls->n; i++)
		if (is_open(&ls->line[i]))
			write_block(d, s, ls, i);
}

static void write_block(struct dumping *d, struct effective_scope *s, struct effective_lines *ls, unsigned i)
{
	struct effective_line *l = &ls->line[i];
	struct effective_lines inside = { 0 };
	struct effective_scope inner;
	bool is_kept = false;
	size_t from;

	effective_open(s, l, &inner);
	for (unsigned k = 0; k < inner.n; k++)
		is_kept |= inner.side[k].out != NULL;
	if (!is_kept && effective_is_replaced(ls, l))
		return;
	write_marks(d, l->node);
	from = begin_line(d);
	text_add(d->out, l->row->name);
	add_words(d, l->node, 1);
	text_add(d->out, " {");
	if (!write_mark_behind(d, l->node))
		end_written(d, from, &l->node->words[0].at, is_kept ? "" : ", without effect");
	effective_gather(&inner, ls, i, &inside);
	d->depth++;
	write_body(d, &inner, &inside);
	d->depth--;
	begin_line(d);
	text_add(d->out, "}\n");
	free(inside.line);
}

void dump_write(const struct conf_tree *t, const struct conf_view *views, unsigned n_views,
	const struct dump_style *style, struct text *out)
{
	struct dumping d = { .style = style, .marks = t->marks, .ignored = report_new(), .out = out };
	struct effective_scope root = { .name = "" };
	struct effective_lines ls = { 0 };

	for (unsigned i = 0; i < n_views && i < EFFECTIVE_SIDES; i++)
		root.side[root.n++] = (struct effective_side){ views[i].block, views[i].out };
	for (const struct conf_mark *m = t->marks; m; m = m->next)
		if (m->is_first)
			text_printf(out, "# vipd: %s\n", m->text);
	text_add(out, t->marks ? "\n" : "");
	effective_add(&ls, &root, &t->root);
	write_body(&d, &root, &ls);
	free(ls.line);
	report_free(d.ignored);
}
