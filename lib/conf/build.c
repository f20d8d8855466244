/* build.c - see build.h. */
#include "conf/build.h"

#include "base/alloc.h"

#include "conf/braces.h"
#include "conf/fits.h"
#include "conf/lex.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = BRACES_DEPTH_MAX };

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

/* Whether this is inside a '{' that had no keyword itself: one mistake, said once. */
static bool is_skipped(const struct builder *b)
{
	return b->current != &b->tree->root && !b->current->n_words;
}

static void on_open(struct builder *b, const struct place *at)
{
	struct conf_node *n = flush(b);

	n = n ? n : b->candidate;
	if (!n)
		n = detached(b, at, is_skipped(b) ? NULL : "'{' without a keyword before it");
	else if (b->depth >= DEPTH_MAX)
		n = detached(b, at, b->depth == DEPTH_MAX ? "blocks are nested too deeply" : NULL);
	if (b->depth && b->fits && n->n_words && fits_outermost_only(b->fits, n->words[0].text))
		b->is_uneven = true;
	b->depth++;
	n->is_block = true;
	n->open = *at;
	b->current = n;
	b->candidate = NULL;
}

/* A '}' without a block is kept, as a line without words: braces_repair() finds out why. */
static void add_surplus(struct builder *b, const struct place *at)
{
	struct conf_node *n = arena_alloc(b->tree->arena, sizeof(*n));

	n->close = *at;
	link_node(&b->tree->root, n);
	b->is_uneven = true;
}

static void on_close(struct builder *b, const struct place *at)
{
	flush(b);
	b->candidate = NULL;
	if (b->current == &b->tree->root) {
		add_surplus(b, at);
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

static void report_open(struct builder *b)
{
	if (b->current != &b->tree->root)
		report_add(b->errors, CONF_ERROR, &b->current->open, "this block is not closed: a '}' is missing");
}

void build_done(struct builder *b)
{
	flush(b);
	if ((b->current != &b->tree->root || b->is_uneven) && !braces_repair(b->tree, b->fits, b->errors))
		report_open(b);
	free(b->pending);
	b->pending = NULL;
}
