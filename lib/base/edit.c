/* edit.c - see edit.h. */
#include "base/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { CONTEXT = 3 };

void text_edits_done(struct edits *e)
{
	for (unsigned i = 0; i < e->n; i++)
		free(e->edit[i].text);
	free(e->edit);
	*e = (struct edits){ 0 };
}

static bool overlaps(const struct edit *a, size_t at, size_t len)
{
	if (!a->len || !len)
		return a->len ? at > a->at && at < a->at + a->len : a->at > at && a->at < at + len;
	return a->at < at + len && at < a->at + a->len;
}

static bool fits(const struct edits *e, size_t at, size_t len)
{
	for (unsigned i = 0; i < e->n; i++)
		if (overlaps(&e->edit[i], at, len))
			return false;
	return true;
}

bool text_edits_add(struct edits *e, size_t at, size_t len, const char *text)
{
	unsigned i = e->n;

	if (!fits(e, at, len))
		return false;
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 8;
		e->edit = x_realloc(e->edit, e->cap, sizeof(*e->edit));
	}
	/* what is put in before a place stands before what changes there */
	while (i > 0 && (e->edit[i - 1].at > at || (e->edit[i - 1].at == at && !len && e->edit[i - 1].len)))
		i--;
	memmove(e->edit + i + 1, e->edit + i, (e->n - i) * sizeof(*e->edit));
	e->edit[i] = (struct edit){ at, len, x_strdup(text) };
	e->n++;
	return true;
}

bool text_edits_join(struct edits *e, const struct edits *from)
{
	for (unsigned i = 0; i < from->n; i++)
		if (!fits(e, from->edit[i].at, from->edit[i].len))
			return false;
	for (unsigned i = 0; i < from->n; i++)
		(void)text_edits_add(e, from->edit[i].at, from->edit[i].len, from->edit[i].text);
	return true;
}

/* Bytes from..to of the file and the edits first..end, which lie in them; in a diff they are whole lines. */
struct region {
	size_t from, to;
	unsigned first, end;
};

/* The bytes of a region afterwards. */
static void apply(const struct edits *e, const struct edited *file, const struct region *r, struct text *out)
{
	size_t from = r->from;

	for (unsigned i = r->first; i < r->end; i++) {
		text_add_bytes(out, file->data + from, e->edit[i].at - from);
		text_add(out, e->edit[i].text);
		from = e->edit[i].at + e->edit[i].len;
	}
	text_add_bytes(out, file->data + from, r->to - from);
}

void text_edits_apply(const struct edits *e, const struct edited *file, struct text *out)
{
	const struct region all = { 0, file->len, 0, e->n };

	apply(e, file, &all, out);
}

static bool is_line_start(const struct edited *f, size_t at)
{
	return at == 0 || f->data[at - 1] == '\n';
}

static size_t line_start(const struct edited *f, size_t at)
{
	while (!is_line_start(f, at))
		at--;
	return at;
}

/* Behind the end of the line that has the byte. */
static size_t line_end(const struct edited *f, size_t at)
{
	while (at < f->len && f->data[at] != '\n')
		at++;
	return at < f->len ? at + 1 : at;
}

/* Whether whole lines come and go. */
static bool is_whole(const struct edited *f, const struct edit *e)
{
	size_t len = strlen(e->text);

	return is_line_start(f, e->at) && is_line_start(f, e->at + e->len) && (!len || e->text[len - 1] == '\n');
}

/* The lines of edit i and of all that touch the same lines. */
static struct region region_of(const struct edits *e, const struct edited *f, unsigned i)
{
	struct region r = { line_start(f, e->edit[i].at), 0, i, i };

	r.to = r.from;
	for (; i < e->n && (r.end == r.first || line_start(f, e->edit[i].at) < r.to); r.end = ++i) {
		const struct edit *one = &e->edit[i];
		size_t to = is_whole(f, one) ? one->at + one->len : line_end(f, one->at + one->len);

		r.to = to > r.to ? to : r.to;
	}
	return r;
}

static size_t back(const struct edited *f, size_t at, unsigned lines)
{
	for (; lines && at > 0; lines--)
		at = line_start(f, at - 1);
	return at;
}

static size_t forth(const struct edited *f, size_t at, unsigned lines)
{
	for (; lines && at < f->len; lines--)
		at = line_end(f, at);
	return at;
}

static unsigned count_lines(const char *s, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n + (len && s[len - 1] != '\n');
}

static void add_lines(char sign, const char *s, size_t len, struct text *out)
{
	while (len) {
		const char *end = memchr(s, '\n', len);
		size_t n = end ? (size_t)(end + 1 - s) : len;

		text_add_bytes(out, &sign, 1);
		text_add_bytes(out, s, n);
		if (!end)
			text_add(out, "\n\\ No newline at end of file\n");
		s += n;
		len -= n;
	}
}

/* One hunk on its way: the lines from..to of the file, and what they become. */
struct hunk {
	size_t from, to;
	struct text body;
	long more; /* lines */
};

static void add_region(const struct edits *e, const struct edited *f, const struct region *r, struct hunk *h)
{
	struct text now = { 0 };

	add_lines(' ', f->data + h->to, r->from - h->to, &h->body);
	apply(e, f, r, &now);
	add_lines('-', f->data + r->from, r->to - r->from, &h->body);
	add_lines('+', text_str(&now), now.len, &h->body);
	h->more += (long)count_lines(text_str(&now), now.len) - (long)count_lines(f->data + r->from, r->to - r->from);
	h->to = r->to;
	text_done(&now);
}

/* `moved`: lines that the hunks before have added; returns it with this one's. */
static long end_hunk(const struct edited *f, struct hunk *h, long moved, struct text *out)
{
	size_t to = forth(f, h->to, CONTEXT);
	long before = count_lines(f->data, h->from), n;

	add_lines(' ', f->data + h->to, to - h->to, &h->body);
	n = count_lines(f->data + h->from, to - h->from);
	text_printf(out, "@@ -%ld,%ld +%ld,%ld @@\n%s", before + (n > 0), n, before + moved + (n + h->more > 0),
		n + h->more, text_str(&h->body));
	text_done(&h->body);
	return moved + h->more;
}

void text_edits_diff(const struct edits *e, const char *path, const struct edited *file, struct text *out)
{
	struct hunk h = { 0 };
	struct region r;
	long moved = 0;

	if (!e->n)
		return;
	text_printf(out, "--- %s\n+++ %s\n", path, path);
	for (unsigned i = 0; i < e->n; i = r.end) {
		r = region_of(e, file, i);
		if (i && back(file, r.from, 2 * CONTEXT) > h.to)
			moved = end_hunk(file, &h, moved, out);
		if (!h.body.len)
			h = (struct hunk){ .from = back(file, r.from, CONTEXT), .to = back(file, r.from, CONTEXT) };
		add_region(e, file, &r, &h);
	}
	(void)end_hunk(file, &h, moved, out);
}
