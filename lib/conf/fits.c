/* fits.c - see fits.h. */
#include "conf/fits.h"

#include "base/alloc.h"

#include "conf/schema.h"
#include "conf/suggest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { VIEWS_MAX = 8, WORDS_MAX = 64, DEPTH_MAX = 8 };

struct fits_level {
	const struct conf_block *block[VIEWS_MAX];
	unsigned n;
	bool is_lines;                   /* no keywords inside */
	const struct fits_level *outer;  /* the one around */
	const char *name;                /* of the row in it */
	struct fits_level *inner, *next; /* those asked for so far */
};

struct fits {
	struct arena *arena; /* owned */
	struct fits_level root;
	const char *outermost[WORDS_MAX]; /* names of rows */
	unsigned n_outermost;
};

static const struct conf_item *row_of(const struct conf_block *block, const char *word)
{
	const struct conf_item *it = suggest_find(block, word, strlen(word));

	return it && it->type == CONF_ALIAS ? suggest_find(block, it->alias, strlen(it->alias)) : it;
}

static bool is_below(const struct conf_block *block, const char *word, unsigned depth)
{
	for (const struct conf_item *it = block->items; depth && it && it->name; it++)
		if (it->type == CONF_BLOCK && it->block &&
			(suggest_find(it->block, word, strlen(word)) || is_below(it->block, word, depth - 1)))
			return true;
	return false;
}

static void add_outermost(struct fits *f, const struct conf_block *root)
{
	for (const struct conf_item *it = root->items; it && it->name && f->n_outermost < WORDS_MAX; it++) {
		bool is_elsewhere = it->type != CONF_BLOCK && it->type != CONF_LINES;

		for (unsigned i = 0; i < f->root.n; i++)
			is_elsewhere |= is_below(f->root.block[i], it->name, DEPTH_MAX);
		if (!is_elsewhere)
			f->outermost[f->n_outermost++] = it->name;
	}
}

struct fits *fits_new(const struct conf_view *views, unsigned n_views)
{
	struct fits *f = x_calloc(1, sizeof(*f));

	f->arena = arena_new();
	for (unsigned i = 0; i < n_views && i < VIEWS_MAX; i++)
		f->root.block[f->root.n++] = views[i].block;
	for (unsigned i = 0; i < f->root.n; i++)
		add_outermost(f, f->root.block[i]);
	return f;
}

void fits_free(struct fits *f)
{
	if (!f)
		return;
	arena_free(f->arena);
	free(f);
}

const struct fits_level *fits_root(const struct fits *f)
{
	return &f->root;
}

static void add_inside(struct fits_level *inside, const struct conf_item *it)
{
	if (!it)
		return;
	inside->name = it->name;
	inside->is_lines |= it->type == CONF_LINES;
	if (it->type == CONF_BLOCK && it->block && inside->n < VIEWS_MAX)
		inside->block[inside->n++] = it->block;
}

const struct fits_level *fits_inside(struct fits *f, const struct fits_level *level, const char *word)
{
	struct fits_level inside = { .outer = level }, *made = level ? level->inner : NULL;

	for (unsigned i = 0; level && i < level->n; i++)
		add_inside(&inside, row_of(level->block[i], word));
	if (!inside.n && !inside.is_lines)
		return NULL;
	while (made && strcmp(made->name, inside.name) != 0)
		made = made->next;
	if (made)
		return made;
	made = arena_alloc(f->arena, sizeof(*made));
	*made = inside;
	made->next = level->inner;
	((struct fits_level *)(uintptr_t)level)->inner = made;
	return made;
}

static bool has_row(const struct fits_level *level, const char *word)
{
	for (unsigned i = 0; i < level->n; i++)
		if (suggest_find(level->block[i], word, strlen(word)))
			return true;
	return false;
}

bool fits_word(const struct fits_level *level, const char *word, bool is_block)
{
	if (!level)
		return true;
	if (!level->is_lines)
		return has_row(level, word);
	for (const struct fits_level *l = level->outer; l; l = l->outer)
		if (has_row(l, word))
			return false;
	return !is_block;
}

bool fits_outermost_only(const struct fits *f, const char *word)
{
	for (unsigned i = 0; i < f->n_outermost; i++)
		if (!strcmp(f->outermost[i], word))
			return true;
	return false;
}
