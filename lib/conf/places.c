/*
 * places.c - see places.h. The marks come first: whoever reads fewer lines has them all the same. A place is a byte that tells
 * which line it is, compared with that of the place before, and the column where it is small; then what is left.
 */
#include "conf/places.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/mark.h"
#include "conf/tree.h"

enum { OTHER_FILE, SAME_FILE, NEXT_LINE, SAME_LINE, WHICH = 3, COLUMN_SHIFT = 2, COLUMN_MORE = 63 };
enum { OWN_LINE = 1, CONDITIONAL = 2, FIRST = 4 };

/* Writing. */

struct writing {
	struct text *out;
	const char *file; /* of the place before */
	unsigned line;
};

static void put_byte(struct writing *w, unsigned value)
{
	const char c = (char)(unsigned char)value;

	text_add_bytes(w->out, &c, 1);
}

static void put_number(struct writing *w, uint32_t n)
{
	for (; n > 0x7f; n >>= 7)
		put_byte(w, (n & 0x7f) | 0x80);
	put_byte(w, n);
}

static void put_string(struct writing *w, const char *s)
{
	text_add_bytes(w->out, s, strlen(s) + 1);
}

static unsigned which_line(const struct writing *w, const char *file, unsigned line)
{
	if (!w->file || strcmp(w->file, file) != 0)
		return OTHER_FILE;
	if (line == w->line)
		return SAME_LINE;
	return line == w->line + 1 ? NEXT_LINE : SAME_FILE;
}

/* A file without a name is "". */
static void put_place(struct writing *w, const struct place *at)
{
	const char *file = at->file ? at->file : "";
	const unsigned which = which_line(w, file, at->line);
	const unsigned column = at->column < COLUMN_MORE ? at->column : COLUMN_MORE;

	put_byte(w, which | column << COLUMN_SHIFT);
	if (which == OTHER_FILE)
		put_string(w, file);
	if (which <= SAME_FILE)
		put_number(w, at->line);
	if (column == COLUMN_MORE)
		put_number(w, at->column);
	put_number(w, at->len);
	w->file = file;
	w->line = at->line;
}

static void put_marks(struct writing *w, const struct conf_tree *t)
{
	uint32_t n = 0;

	for (const struct conf_mark *m = t->marks; m; m = m->next)
		n++;
	put_number(w, n);
	for (const struct conf_mark *m = t->marks; m; m = m->next) {
		put_place(w, &m->at);
		put_number(w, m->line);
		put_byte(w,
			(m->is_own_line ? OWN_LINE : 0) | (m->is_conditional ? CONDITIONAL : 0) |
				(m->is_first ? FIRST : 0));
		put_string(w, m->text);
	}
}

static void put_lines(struct writing *w, const struct conf_node *n)
{
	for (; n; n = n->next) {
		for (unsigned i = 0; i < n->n_words; i++)
			put_place(w, &n->words[i].at);
		if (!n->is_block)
			continue;
		put_place(w, &n->open);
		put_lines(w, n->children);
		put_place(w, &n->close);
	}
}

void places_write(const struct conf_tree *t, struct text *out)
{
	struct writing w = { .out = out };

	put_marks(&w, t);
	put_lines(&w, t->root.children);
}

/* Reading: past the end everything is 0. */

struct reading {
	struct arena *arena; /* NULL: strings stay where they are */
	const char *at, *end;
	const char *len_at; /* of the place before */
	struct place last;
};

static unsigned get_byte(struct reading *r)
{
	return r->at < r->end ? (unsigned char)*r->at++ : 0;
}

static uint32_t get_number(struct reading *r)
{
	uint32_t n = 0;
	unsigned byte = 0x80;

	for (unsigned shift = 0; (byte & 0x80) && shift < 32; shift += 7) {
		byte = get_byte(r);
		n |= (uint32_t)(byte & 0x7f) << shift;
	}
	return n;
}

static const char *get_string(struct reading *r)
{
	const size_t left = r->at < r->end ? (size_t)(r->end - r->at) : 0;
	const char *end = left ? memchr(r->at, '\0', left) : NULL, *s = r->at;

	if (!end) {
		r->at = r->end;
		return "";
	}
	r->at = end + 1;
	return r->arena ? arena_strndup(r->arena, s, (size_t)(end - s)) : s;
}

static struct place get_place(struct reading *r)
{
	const unsigned head = get_byte(r), which = head & WHICH;

	if (which == OTHER_FILE)
		r->last.file = get_string(r);
	if (which == NEXT_LINE)
		r->last.line++;
	else if (which <= SAME_FILE)
		r->last.line = get_number(r);
	r->last.column = head >> COLUMN_SHIFT;
	if (r->last.column == COLUMN_MORE)
		r->last.column = get_number(r);
	r->len_at = r->at;
	r->last.len = get_number(r);
	return r->last;
}

static void get_mark(struct reading *r, struct conf_tree *to)
{
	struct conf_mark *m = arena_alloc(r->arena, sizeof(*m));
	unsigned flags;

	m->at = get_place(r);
	m->line = get_number(r);
	flags = get_byte(r);
	m->is_own_line = flags & OWN_LINE;
	m->is_conditional = flags & CONDITIONAL;
	m->is_first = flags & FIRST;
	m->text = get_string(r);
	if (to->last_mark)
		to->last_mark->next = m;
	else
		to->marks = m;
	to->last_mark = m;
}

static void get_lines(struct reading *r, struct conf_node *n)
{
	for (; n; n = n->next) {
		struct conf_word *words = arena_alloc(r->arena, (n->n_words + 1) * sizeof(*words));

		for (unsigned i = 0; i < n->n_words; i++) {
			words[i] = n->words[i];
			words[i].at = get_place(r);
		}
		n->words = words;
		if (!n->is_block)
			continue;
		n->open = get_place(r);
		get_lines(r, n->children);
		n->close = get_place(r);
	}
}

void places_read(struct conf_tree *to, const char *bytes, size_t len)
{
	struct reading r = { .arena = to->arena, .at = bytes, .end = bytes + len, .last.file = "" };

	for (uint32_t n = get_number(&r); n > 0; n--)
		get_mark(&r, to);
	get_lines(&r, to->root.children);
}

struct places_walk {
	struct reading reading;
	const char *bytes;
};

struct places_walk *places_walk_new(const char *bytes, size_t len)
{
	struct places_walk *w = x_calloc(1, sizeof(*w));
	struct reading *r = &w->reading;

	w->bytes = bytes;
	*r = (struct reading){ .at = bytes, .end = bytes + len, .last.file = "" };
	for (uint32_t n = get_number(r); n > 0; n--) {
		(void)get_place(r);
		(void)get_number(r);
		(void)get_byte(r);
		(void)get_string(r);
	}
	return w;
}

struct place places_walk_next(struct places_walk *w)
{
	return get_place(&w->reading);
}

size_t places_walk_len_at(const struct places_walk *w)
{
	return (size_t)(w->reading.len_at - w->bytes);
}

void places_walk_free(struct places_walk *w)
{
	free(w);
}
