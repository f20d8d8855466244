/* suggest.c - see suggest.h. */
#include "conf/suggest.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { DISTANCE_LIMIT = 3, PLACES_MAX = 3, DEPTH_MAX = 6 };

/* Blocks in which a word is valid. */
struct places {
	const char *name[PLACES_MAX];
	unsigned n;
};

const struct conf_item *suggest_find(const struct conf_block *block, const char *name, size_t len)
{
	for (const struct conf_item *it = block->items; it && it->name; it++)
		if (!strncmp(it->name, name, len) && !it->name[len])
			return it;
	return NULL;
}

static void nearest_in(const struct conf_block *block, const char *word, unsigned *best, const char **ret)
{
	for (const struct conf_item *it = block->items; it && it->name; it++) {
		unsigned d = strcasecmp(it->name, word) ? text_distance(it->name, word) : 0;

		if (d < *best) {
			*best = d;
			*ret = it->name;
		}
	}
}

/* The keyword that was probably meant, or NULL. */
static const char *nearest(struct tables here, const char *word)
{
	unsigned limit = (unsigned)strlen(word) / 3, best;
	const char *name = NULL;

	limit = limit > DISTANCE_LIMIT ? DISTANCE_LIMIT : limit ? limit : 1;
	best = limit + 1;
	for (unsigned i = 0; i < here.n; i++)
		nearest_in(here.block[i], word, &best, &name);
	return name;
}

static void add_place(struct places *p, const char *name)
{
	for (unsigned i = 0; i < p->n; i++)
		if (!strcmp(p->name[i], name))
			return;
	if (p->n < PLACES_MAX)
		p->name[p->n++] = name;
}

static void find_places(const struct conf_block *block, const char *name, const char *word, struct places *p,
	unsigned depth)
{
	if (depth > DEPTH_MAX)
		return;
	if (suggest_find(block, word, strlen(word)))
		add_place(p, name);
	for (const struct conf_item *it = block->items; it && it->name; it++)
		if (it->type == CONF_BLOCK && it->block)
			find_places(it->block, it->name, word, p, depth + 1);
}

static bool is_known(struct tables here, const char *word, size_t len)
{
	for (unsigned i = 0; i < here.n; i++)
		if (suggest_find(here.block[i], word, len))
			return true;
	return false;
}

static void hint_places(struct report *r, const char *word, const struct places *p)
{
	struct text t = { 0 };

	for (unsigned i = 0; i < p->n; i++)
		text_printf(&t, "%s%s", i ? ", " : "", *p->name[i] ? p->name[i] : "the outermost level");
	report_hint(r, "'%s' is valid in: %s", word, text_str(&t));
	text_done(&t);
}

static void hint(struct report *r, const char *word, struct tables here, struct tables roots)
{
	size_t sign = strcspn(word, "=:");
	struct places p = { 0 };
	const char *near;

	if (!strncmp(word, "//", 2) || !strncmp(word, "/*", 2) || !strncmp(word, "--", 2) || *word == ';') {
		report_hint(r, "comments begin with # or !");
		return;
	}
	if (word[sign] && is_known(here, word, sign)) {
		report_hint(r, "write '%.*s %s', without '%c'", (int)sign, word,
			word[sign + 1] ? word + sign + 1 : "VALUE", word[sign]);
		return;
	}
	for (unsigned i = 0; i < roots.n; i++)
		find_places(roots.block[i], "", word, &p, 0);
	near = nearest(here, word);
	if (p.n)
		hint_places(r, word, &p);
	else if (near)
		report_hint(r, "did you mean '%s'?", near);
}

void suggest_unknown(struct report *r, const struct conf_node *node, struct tables here, struct tables roots)
{
	const char *word = node->words[0].text, *around = "";
	const char *what = node->is_block ? ", the whole block is passed over" : "";
	char shown[80];

	if (node->parent && node->parent->n_words)
		around = node->parent->words[0].text;
	text_escape(word, strlen(word), shown, sizeof(shown));
	report_add(r, CONF_WARNING, &node->words[0].at, "unknown keyword '%s'%s%s%s", shown, *around ? " in " : "",
		around, what);
	hint(r, word, here, roots);
}
