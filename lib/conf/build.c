/* build.c - see build.h. */
#include "conf/build.h"

#include "base/alloc.h"

#include "conf/lex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAB = 8, DEPTH_MAX = 32 };

void build_init(struct builder *b, struct conf_tree *t, struct report *r, bool quiet)
{
	*b = (struct builder){ .tree = t, .report = quiet ? NULL : r, .errors = r, .current = &t->root };
}

static void link_node(struct conf_node *parent, struct conf_node *n)
{
	n->parent = parent;
	if (parent->last_child)
		parent->last_child->next = n;
	else
		parent->children = n;
	parent->last_child = n;
}

/* The words gathered so far become a node, or NULL when there are none. */
static struct conf_node *flush(struct builder *b)
{
	struct conf_word *words;
	struct conf_node *n;

	if (!b->n_pending)
		return NULL;
	words = arena_alloc(b->tree->arena, b->n_pending * sizeof(*words));
	memcpy(words, b->pending, b->n_pending * sizeof(*words));
	n = arena_alloc(b->tree->arena, sizeof(*n));
	*n = (struct conf_node){ .words = words, .n_words = b->n_pending };
	b->n_pending = 0;
	link_node(b->current, n);
	b->candidate = n;
	return n;
}

/* A block that is not linked into the tree: what it holds is skipped. `why` NULL: that was said already. */
static struct conf_node *detached(struct builder *b, const struct place *at, const char *why)
{
	struct conf_node *n = arena_alloc(b->tree->arena, sizeof(*n));

	if (why)
		report_add(b->errors, CONF_ERROR, at, "%s", why);
	n->parent = b->current;
	return n;
}

static void on_open(struct builder *b, const struct place *at)
{
	struct conf_node *n = flush(b);

	n = n ? n : b->candidate;
	if (!n)
		n = detached(b, at, "'{' without a keyword before it");
	else if (b->depth >= DEPTH_MAX)
		n = detached(b, at, b->depth == DEPTH_MAX ? "blocks are nested too deeply" : NULL);
	b->depth++;
	n->is_block = true;
	n->open = *at;
	b->current = n;
	b->candidate = NULL;
}

static unsigned indent_of(const struct place *at)
{
	unsigned col = 0;

	for (unsigned i = 0; i + 1 < at->column && i < at->source_len; i++)
		col += at->source[i] == '\t' ? TAB - col % TAB : 1;
	return col;
}

static bool is_first_on_line(const struct place *at)
{
	for (unsigned i = 0; i + 1 < at->column && i < at->source_len; i++)
		if (!line_is_blank(at->source[i]))
			return false;
	return true;
}

/* The first block whose '}' stands further right than its keyword: a '}' before it was one too many. */
static const struct conf_node *closed_early(const struct conf_node *parent)
{
	for (const struct conf_node *n = parent->children; n; n = n->next) {
		const struct conf_node *in = n->is_block ? closed_early(n) : NULL;

		if (in)
			return in;
		if (n->is_block && n->close.line && is_first_on_line(&n->close) && is_first_on_line(&n->words[0].at) &&
			n->close.line != n->words[0].at.line && indent_of(&n->close) > indent_of(&n->words[0].at))
			return n;
	}
	return NULL;
}

static void report_extra(struct builder *b, const struct place *at)
{
	const struct conf_node *n = closed_early(&b->tree->root);

	if (b->is_extra_reported)
		return;
	b->is_extra_reported = true;
	report_add(b->errors, CONF_ERROR, at, "'}' without a block to close");
	if (n)
		report_hint(b->errors,
			"by the indentation the '}' of line %u is one too many: it closes '%s' of line %u",
			n->close.line, n->words[0].text, n->words[0].at.line);
}

static void on_close(struct builder *b, const struct place *at)
{
	flush(b);
	b->candidate = NULL;
	if (b->current == &b->tree->root) {
		report_extra(b, at);
		return;
	}
	b->depth--;
	b->current->close = *at;
	b->current = b->current->parent;
}

static void on_word(struct builder *b, const struct conf_word *w)
{
	if (b->n_pending == b->cap_pending) {
		b->cap_pending = b->cap_pending ? b->cap_pending * 2 : 16;
		b->pending = x_realloc(b->pending, b->cap_pending, sizeof(*b->pending));
	}
	b->pending[b->n_pending++] = *w;
}

void build_line(struct builder *b, const struct line *l)
{
	struct lexer lx = { .line = *l, .arena = b->tree->arena, .report = b->report };
	struct conf_word w = { 0 };

	for (;;) {
		switch (lex_next(&lx, &w)) {
		case TOKEN_WORD:
			on_word(b, &w);
			break;
		case TOKEN_OPEN:
			on_open(b, &w.at);
			break;
		case TOKEN_CLOSE:
			on_close(b, &w.at);
			break;
		case TOKEN_END:
			flush(b);
			return;
		}
	}
}

/* Whether `n` stands where the block around it should have ended: no deeper than the block's own keyword. */
static bool is_outside(const struct conf_node *block, const struct conf_node *n)
{
	const struct place *at = &n->words[0].at, *outer = &block->words[0].at;

	return n != block->children && is_first_on_line(at) && is_first_on_line(outer) && at->file == outer->file &&
		indent_of(at) <= indent_of(outer) && indent_of(&block->children->words[0].at) > indent_of(outer);
}

/* Moves `n` (with `prev` before it) and all that follow out of `block`, to right behind it. */
static void move_out(struct conf_node *block, struct conf_node *prev, struct conf_node *n)
{
	struct conf_node *parent = block->parent, *after = block->next, *last = block->last_child;

	prev->next = NULL;
	block->last_child = prev;
	block->next = n;
	last->next = after;
	if (parent->last_child == block)
		parent->last_child = last;
	for (struct conf_node *m = n; m != after; m = m->next)
		m->parent = parent;
}

/* What the search for the missing brace found: the block, and the line by which it should have ended. */
struct missing {
	const struct conf_node *block;
	unsigned line;
};

static void note_missing(struct missing *ret, const struct conf_node *block, unsigned line)
{
	if (!ret->block || line < ret->line)
		*ret = (struct missing){ block, line };
}

/* Re-homes what the indentation places outside its block, innermost first; notes the first place. */
static void repair(struct conf_node *block, struct missing *ret)
{
	struct conf_node *prev = NULL;

	for (struct conf_node *n = block->children; n; prev = n, n = n->next) {
		if (n->is_block && n->children)
			repair(n, ret);
		if (n->is_block && n->close.line && is_first_on_line(&n->close) && is_first_on_line(&n->words[0].at) &&
			indent_of(&n->close) < indent_of(&n->words[0].at))
			note_missing(ret, n, n->close.line);
		if (block->parent && prev && is_outside(block, n)) {
			note_missing(ret, block, n->words[0].at.line);
			move_out(block, prev, n);
			return;
		}
	}
}

static void report_missing(struct builder *b)
{
	const struct conf_node *open = b->current;
	struct missing m = { 0 };
	char more[64] = "";

	repair(&b->tree->root, &m);
	open = m.block ? m.block : open;
	if (!open->n_words)
		return;
	report_add(b->errors, CONF_ERROR, &open->words[0].at, "the block '%s' is not closed: a '}' is missing",
		open->words[0].text);
	if (b->depth > 1)
		snprintf(more, sizeof(more), "; %u braces are missing in all", b->depth);
	if (m.block)
		report_hint(b->errors, "by the indentation it ends before line %u%s", m.line, more);
}

void build_done(struct builder *b)
{
	flush(b);
	if (b->current != &b->tree->root)
		report_missing(b);
	free(b->pending);
	b->pending = NULL;
}
