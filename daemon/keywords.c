/* keywords.c - see keywords.h. */
#include "daemon/keywords.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "daemon/conf.h"

enum { FLOORS = 3, KEYWORDS_MIN = 64 };

/* The tables of one block, of all floors that have it. */
struct level {
	const struct conf_block *block[FLOORS];
	bool is_later[FLOORS]; /* that floor does not support it yet, or a block around it */
	unsigned n;
};

const char *keyword_status_str(enum keyword_status s)
{
	static const char *const names[] = { "works", "no effect", "alias", "not supported yet" };

	return names[s];
}

static const struct conf_item *find_row(const struct conf_block *b, const char *name)
{
	for (const struct conf_item *it = b->items; it && it->name; it++)
		if (!strcmp(it->name, name))
			return it;
	return NULL;
}

static enum keyword_status status_of(const struct conf_item *it, bool is_later)
{
	if (it->type == CONF_ALIAS)
		return KEYWORD_ALIAS;
	if (is_later || it->status == CONF_LATER)
		return KEYWORD_LATER;
	return it->status == CONF_NO_EFFECT ? KEYWORD_NO_EFFECT : KEYWORD_WORKS;
}

/* The keyword of that name in a level: the floor that serves it, else the first one that knows it. */
static struct keyword best_of(const struct level *lv, const char *name)
{
	struct keyword best = { .status = KEYWORD_STATUS_MAX };

	for (unsigned i = 0; i < lv->n; i++) {
		const struct conf_item *it = find_row(lv->block[i], name);
		enum keyword_status status = it ? status_of(it, lv->is_later[i]) : KEYWORD_STATUS_MAX;

		if (!it || (best.item && status != KEYWORD_WORKS) || best.status == KEYWORD_WORKS)
			continue;
		best.item = it;
		best.meant = it->type == CONF_ALIAS ? find_row(lv->block[i], it->alias) : it;
		best.status = status;
	}
	return best;
}

static void add_keyword(struct keywords *k, struct keyword word, const char *block)
{
	if (k->n == k->cap) {
		k->cap = k->cap ? k->cap * 2 : KEYWORDS_MIN;
		k->k = x_realloc(k->k, k->cap, sizeof(*k->k));
	}
	word.block = x_strdup(block);
	k->k[k->n++] = word;
}

/* The row of a block, through aliases: its other name opens it as well. */
static const struct conf_item *find_block(const struct conf_block *b, const char *name)
{
	const struct conf_item *it = find_row(b, name);

	if (it && it->type == CONF_ALIAS)
		it = find_row(b, it->alias);
	return it && it->type == CONF_BLOCK ? it : NULL;
}

static bool is_known_before(const struct level *lv, unsigned floor, const char *name)
{
	for (unsigned i = 0; i < floor; i++)
		if (find_row(lv->block[i], name))
			return true;
	return false;
}

/* The tables of the block `name` inside a level. */
static struct level level_of(const struct level *lv, const char *name)
{
	struct level inner = { .n = 0 };

	for (unsigned i = 0; i < lv->n; i++) {
		const struct conf_item *it = find_block(lv->block[i], name);

		if (!it)
			continue;
		inner.is_later[inner.n] = lv->is_later[i] || it->status == CONF_LATER;
		inner.block[inner.n++] = it->block;
	}
	return inner;
}

static void add_level(struct keywords *k, const struct level *lv, const char *path);

static void add_inner(struct keywords *k, const struct level *lv, const struct conf_item *it, const char *path)
{
	struct level inner = level_of(lv, it->name);
	char *below = x_asprintf("%s%s%s", path, *path ? "/" : "", it->name);

	if (inner.n && !inner.block[0]->same_as)
		add_level(k, &inner, below);
	free(below);
}

static void add_level(struct keywords *k, const struct level *lv, const char *path)
{
	for (unsigned i = 0; i < lv->n; i++)
		for (const struct conf_item *it = lv->block[i]->items; it && it->name; it++)
			if (!is_known_before(lv, i, it->name))
				add_keyword(k, best_of(lv, it->name), path);
	for (unsigned i = 0; i < lv->n; i++)
		for (const struct conf_item *it = lv->block[i]->items; it && it->name; it++)
			if (!is_known_before(lv, i, it->name))
				add_inner(k, lv, it, path);
}

void keywords_init(struct keywords *ret)
{
	static const struct level root = { .block = { &main_root, &vrrp_root, &checkers_root }, .n = FLOORS };

	*ret = (struct keywords){ 0 };
	add_level(ret, &root, "");
}

void keywords_done(struct keywords *k)
{
	for (size_t i = 0; i < k->n; i++)
		free(k->k[i].block);
	free(k->k);
}
