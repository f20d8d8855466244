/* places.c - see places.h. */
#include "conf/places.h"

#include <string.h>

#include "base/alloc.h"
#include "conf/mark.h"
#include "conf/tree.h"

struct taking {
	struct arena *arena;
	const char *from, *to; /* the last file name, and its copy */
};

static struct place taken(struct taking *t, const struct place *at)
{
	struct place p = *at;

	if (!at->file)
		return p;
	if (at->file != t->from) {
		t->from = at->file;
		t->to = arena_strdup(t->arena, at->file);
	}
	p.file = t->to;
	p.source = NULL;
	p.source_len = 0;
	p.used = NULL;
	return p;
}

static void take_words(struct taking *t, struct conf_node *to, const struct conf_node *from)
{
	struct conf_word *words = arena_alloc(t->arena, (to->n_words + 1) * sizeof(*words));

	memcpy(words, to->words, to->n_words * sizeof(*words));
	for (unsigned i = 0; i < to->n_words && i < from->n_words; i++)
		words[i].at = taken(t, &from->words[i].at);
	to->words = words;
	to->open = taken(t, &from->open);
	to->close = taken(t, &from->close);
}

static void take_lines(struct taking *t, struct conf_node *to, const struct conf_node *from,
	const struct conf_node *last)
{
	for (; to && from; to = to->next, from = from->next) {
		take_words(t, to, from);
		take_lines(t, to->children, from->children, NULL);
		if (from == last)
			break;
	}
}

static void take_marks(struct taking *t, struct conf_tree *to, const struct conf_tree *from)
{
	for (const struct conf_mark *m = from->marks; m; m = m->next) {
		struct conf_mark *copy = arena_alloc(t->arena, sizeof(*copy));

		*copy = *m;
		copy->at = taken(t, &m->at);
		copy->text = arena_strdup(t->arena, m->text);
		copy->next = NULL;
		if (to->last_mark)
			to->last_mark->next = copy;
		else
			to->marks = copy;
		to->last_mark = copy;
	}
}

void places_take(struct conf_tree *to, const struct conf_tree *from, const struct conf_node *last)
{
	struct taking t = { .arena = to->arena };

	if (last)
		take_lines(&t, to->root.children, from->root.children, last);
	take_marks(&t, to, from);
}
