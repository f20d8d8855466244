/* suggest.c - see suggest.h. */
#include "conf/suggest.h"

#include "base/text.h"

#include "conf/line.h"
#include "conf/nearest.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { PLACES_MAX = 3, DEPTH_MAX = 6, AFFIX_MIN = 5, SHORT_TABLE = 10, KIN_MIN = 3, SHOWN_MAX = 60, LONG_WORD = 12 };

/* Blocks in which a word is valid. */
struct places {
	const char *name[PLACES_MAX];
	unsigned n;
	bool is_cut; /* there are more */
};

/* Where an unknown word was found. */
struct around {
	struct tables here, roots;
};

/* The nearest name of other blocks, and one of them. */
struct elsewhere {
	struct nearest near;
	const char *place;
};

const struct conf_item *suggest_find(const struct conf_block *block, const char *name, size_t len)
{
	for (const struct conf_item *it = block->items; it && it->name; it++)
		if (*it->name == *name && !strncmp(it->name, name, len) && !it->name[len])
			return it;
	return NULL;
}

static void try_all(const struct conf_block *block, struct nearest *n)
{
	for (const struct conf_item *it = block->items; it && it->name; it++)
		nearest_try(n, it->name);
}

static const char *near_here(struct tables here, const char *word)
{
	struct nearest n = nearest_start(word);

	for (unsigned i = 0; i < here.n; i++)
		try_all(here.block[i], &n);
	if (strcmp(word, "include") != 0) /* valid in every file, in no table; elsewhere it is no keyword */
		nearest_try(&n, "include");
	return n.name;
}

/* Whether one word is a part of the other: letters lost in a paste, a prefix that is due here, a name of another program. */
static bool is_affix(const char *name, const char *word)
{
	size_t n = strlen(name), w = strlen(word), less = n < w ? n : w;

	if (less < AFFIX_MIN || n == w)
		return false;
	return !strncmp(name, word, less) || (n > w && !strcmp(name + n - w, word));
}

/* The shortest keyword here that has a part in common with the word, or NULL when there are several. */
static const char *affix_here(struct tables here, const char *word)
{
	const char *found = NULL;
	size_t shortest = SIZE_MAX;
	bool is_sole = false;

	for (unsigned i = 0; i < here.n; i++) {
		for (const struct conf_item *it = here.block[i]->items; it && it->name; it++) {
			if (it->status != CONF_WORKS || !is_affix(it->name, word) || strlen(it->name) > shortest)
				continue;
			is_sole = strlen(it->name) < shortest || !strcmp(it->name, found);
			shortest = strlen(it->name);
			found = it->name;
		}
	}
	return is_sole ? found : NULL;
}

/* Whether both begin with the same part of a name: HTTP_CHECK is about HTTP, not about checks. */
static bool is_kin(const char *name, const char *word)
{
	size_t n = strcspn(word, "_");

	return n >= KIN_MIN && strcspn(name, "_") == n && !strncasecmp(name, word, n);
}

/* The only keyword here that is, or NULL. */
static const char *kin_here(struct tables here, const char *word)
{
	const char *found = NULL;

	for (unsigned i = 0; i < here.n; i++) {
		for (const struct conf_item *it = here.block[i]->items; it && it->name; it++) {
			if (!is_kin(it->name, word))
				continue;
			if (found && strcmp(found, it->name) != 0)
				return NULL;
			found = it->name;
		}
	}
	return found;
}

/* Where the word is valid nowhere: what is kin goes before what is merely near. */
static const char *meant_here(struct tables here, const char *word, const char *near)
{
	const char *kin = near && is_kin(near, word) ? near : kin_here(here, word);

	return kin ? kin : near;
}

static void add_place(struct places *p, const char *name)
{
	for (unsigned i = 0; i < p->n; i++)
		if (!strcmp(p->name[i], name))
			return;
	if (p->n < PLACES_MAX)
		p->name[p->n++] = name;
	else
		p->is_cut = true;
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

static void find_near(const struct conf_block *block, const char *name, struct elsewhere *e, unsigned depth)
{
	const char *before = e->near.name;

	if (depth > DEPTH_MAX)
		return;
	try_all(block, &e->near);
	if (e->near.name != before)
		e->place = name;
	for (const struct conf_item *it = block->items; it && it->name; it++)
		if (it->type == CONF_BLOCK && it->block)
			find_near(it->block, it->name, e, depth + 1);
}

static bool is_known(struct tables here, const char *word, size_t len)
{
	for (unsigned i = 0; i < here.n; i++)
		if (suggest_find(here.block[i], word, len))
			return true;
	return false;
}

static const char *level_name(const char *name)
{
	return *name ? name : "the outermost level";
}

static void hint_places(struct report *r, const char *word, const struct places *p, const char *near)
{
	struct text t = { 0 };

	for (unsigned i = 0; i < p->n; i++)
		text_printf(&t, "%s%s", i ? ", " : "", level_name(p->name[i]));
	if (p->is_cut)
		text_add(&t, " and more");
	if (near)
		text_printf(&t, "; here, did you mean '%s'?", near);
	report_hint(r, "'%s' is valid in: %s", word, text_str(&t));
	text_done(&t);
}

/* Blocks with few keywords: all of them. */
static void hint_all(struct report *r, struct tables here)
{
	struct text t = { 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < here.n; i++) {
		for (const struct conf_item *it = here.block[i]->items; it && it->name; it++) {
			if (it->type == CONF_ALIAS)
				continue;
			text_printf(&t, "%s%s", n ? ", " : "", it->name);
			n++;
		}
	}
	if (n && n <= SHORT_TABLE)
		report_hint(r, "valid here: %s", text_str(&t));
	text_done(&t);
}

static void hint_known(struct report *r, const char *word, struct around a)
{
	struct tables here = a.here, roots = a.roots;
	const char *near = near_here(here, word), *affix = near ? NULL : affix_here(here, word);
	const char *meant = meant_here(here, word, near);
	struct elsewhere e = { .near = nearest_start(word) };
	struct places p = { 0 };

	for (unsigned i = 0; i < roots.n; i++)
		find_places(roots.block[i], "", word, &p, 0);
	for (unsigned i = 0; i < roots.n; i++)
		find_near(roots.block[i], "", &e, 0);
	if (p.n)
		hint_places(r, word, &p, near ? near : strlen(word) >= LONG_WORD ? affix : NULL);
	else if (meant || affix)
		report_hint(r, "did you mean '%s'?", meant ? meant : affix);
	else if (e.near.name)
		report_hint(r, "did you mean '%s'? It is valid in: %s", e.near.name, level_name(e.place));
	else
		hint_all(r, here);
}

bool suggest_is_comment(const char *word)
{
	return (unsigned char)*word >= 0x80 || !strncmp(word, "//", 2) || !strncmp(word, "/*", 2) ||
		!strncmp(word, "*/", 2) || !strncmp(word, "--", 2) || *word == ';' || *word == '%';
}

/* Whether a '}' stands before this place on its line. */
static bool is_behind_brace(const struct place *at)
{
	unsigned i = at->column - 1;

	if (!at->source || i > at->source_len)
		return false;
	while (i && line_is_blank(at->source[i - 1]))
		i--;
	return i && at->source[i - 1] == '}';
}

/* "KEY=VALUE", "KEY:", "KEY: VALUE". */
static bool hint_assignment(struct report *r, const struct conf_node *node, struct tables here)
{
	const char *word = node->words[0].text, *value = node->n_words > 1 ? node->words[1].text : "VALUE", *near;
	size_t sign = strcspn(word, "=:");
	char key[64];

	if (!word[sign] || !sign || sign >= sizeof(key))
		return false;
	memcpy(key, word, sign);
	key[sign] = '\0';
	near = is_known(here, word, sign) ? key : near_here(here, key);
	if (!near)
		return false;
	report_hint(r, "write '%s %s', without '%c'", near, word[sign + 1] ? word + sign + 1 : value, word[sign]);
	return true;
}

static void hint(struct report *r, const struct conf_node *node, struct around a)
{
	const char *word = node->words[0].text;

	if (suggest_is_comment(word))
		report_hint(r, "comments begin with # or !");
	else if (hint_assignment(r, node, a.here))
		return;
	else if (is_behind_brace(&node->words[0].at) && !node->is_block)
		report_hint(r, "behind a '}' a new line begins: a comment there needs # or !");
	else
		hint_known(r, word, a);
}

void suggest_unknown(struct report *r, const struct conf_node *node, struct tables here, struct tables roots)
{
	const char *word = node->words[0].text, *around = "";
	const char *what = node->is_block ? ", the whole block is passed over" : "";
	bool is_long = strlen(word) > SHOWN_MAX;

	if (node->parent && node->parent->n_words)
		around = node->parent->words[0].text;
	report_add(r, CONF_WARNING, &node->words[0].at, "unknown keyword '%.*s%s'%s%s%s", SHOWN_MAX, word,
		is_long ? "..." : "", *around ? " in " : "", around, what);
	if (report_is_new(r))
		hint(r, node, (struct around){ here, roots });
	report_cover(r, &node->words[0].at);
}

const struct conf_node *suggest_meant(const struct conf_node *node, const struct conf_block *table, const char *name)
{
	struct tables here = { &table, 1 };

	for (const struct conf_node *n = node->children; n; n = n->next) {
		const char *word = n->words[0].text, *near;

		near = suggest_find(table, word, strlen(word)) ? NULL : near_here(here, word);
		if (near && !strcmp(near, name))
			return n;
	}
	return NULL;
}
