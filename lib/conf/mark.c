/* mark.c - see mark.h. */
#include "conf/mark.h"

#include "base/alloc.h"

#include "conf/line.h"
#include "conf/tree.h"

#include <string.h>

static const char address[] = "vipd:";

/* A walk over the lines of one file. */
struct walk {
	struct conf_tree *tree;
	struct phys line;
	struct conf_mark *waiting; /* the first mark on a line of its own whose line has not come yet */
	bool has_words;            /* any, in the lines so far */
};

static size_t skip(const char *s, size_t from, size_t to)
{
	while (from < to && line_is_blank(s[from]))
		from++;
	return from;
}

static size_t trim(const char *s, size_t from, size_t to)
{
	while (to > from && line_is_blank(s[to - 1]))
		to--;
	return to;
}

static bool has_condition(const struct phys *l)
{
	size_t first = skip(l->text, 0, l->len);

	return first < l->len && l->text[first] == '@';
}

static void add(struct walk *w, size_t from, bool is_own_line)
{
	struct conf_mark *m = arena_alloc(w->tree->arena, sizeof(*m)), *last = w->tree->last_mark;
	const struct phys *l = &w->line;
	size_t end = trim(l->text, from, l->len);

	m->at = (struct place){ .file = l->file, .source = l->text, .source_len = l->len, .line = l->no };
	m->at.column = (unsigned)from + 1;
	m->at.len = end > from ? (unsigned)(end - from) : 1;
	m->text = arena_strndup(w->tree->arena, l->text + from, end - from);
	m->line = is_own_line ? 0 : l->no;
	m->is_own_line = is_own_line;
	m->is_conditional = !is_own_line && has_condition(l);
	m->is_first = is_own_line && !w->has_words;
	if (last)
		last->next = m;
	else
		w->tree->marks = m;
	w->tree->last_mark = m;
	if (is_own_line && !w->waiting)
		w->waiting = m;
}

static void see_words(struct walk *w)
{
	for (struct conf_mark *m = w->waiting; m; m = m->next) {
		if (m->line)
			continue;
		m->line = w->line.no;
		m->is_conditional = has_condition(&w->line);
	}
	w->waiting = NULL;
	w->has_words = true;
}

static void see_line(struct walk *w)
{
	const struct phys *l = &w->line;
	size_t comment = line_comment(l->text, l->len), from;
	bool has_words = skip(l->text, 0, comment) < comment;

	if (has_words)
		see_words(w);
	if (comment == l->len)
		return;
	from = skip(l->text, comment + 1, l->len);
	if (l->len - from >= sizeof(address) - 1 && !memcmp(l->text + from, address, sizeof(address) - 1))
		add(w, skip(l->text, from + sizeof(address) - 1, l->len), !has_words);
}

void mark_scan(struct conf_tree *t, const struct source *src)
{
	struct walk w = { .tree = t };
	struct source copy = *src;

	if (src->pos >= src->len || !memmem(src->data + src->pos, src->len - src->pos, address, sizeof(address) - 1))
		return;
	while (line_next(&copy, &w.line))
		see_line(&w);
}
