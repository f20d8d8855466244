/* line.c - see line.h. */
#include "conf/line.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* What a physical line holds besides its comment. */
struct scan {
	size_t end;
	bool in_quote, is_continued;
};

bool line_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct spot spot_at(const struct line *l, size_t pos)
{
	if (l->spots)
		return l->spots[pos < l->len ? pos : l->len ? l->len - 1 : 0];
	return (struct spot){ &l->phys, l->phys.used, l->column + (unsigned)pos };
}

static bool is_next(const struct spot *s, const struct spot *next, unsigned n)
{
	return next->phys == s->phys && next->used == s->used && next->column == s->column + n;
}

struct place line_place(const struct line *l, size_t pos, size_t len)
{
	struct spot s = l->spots && !l->len ? (struct spot){ &l->phys, l->phys.used, 0 } : spot_at(l, pos), next;
	unsigned n = 1;

	for (; n < len && pos + n < l->len; n++) {
		next = spot_at(l, pos + n);
		if (!is_next(&s, &next, n))
			break;
	}
	return (struct place){ .file = s.phys->file,
		.source = s.phys->text,
		.used = s.used,
		.source_len = s.phys->len,
		.line = s.phys->no,
		.column = s.column + 1,
		.len = n };
}

struct line line_from(const struct line *l, size_t pos)
{
	struct line r = *l;

	while (pos < l->len && line_is_blank(l->text[pos]))
		pos++;
	r.text += pos;
	r.len -= pos;
	r.column += (unsigned)pos;
	if (r.spots)
		r.spots += pos;
	return r;
}

struct line line_cut(const struct line *l, size_t len)
{
	struct line r = *l;

	r.len = len < l->len ? len : l->len;
	return r;
}

static void spotted_reserve(struct spotted *b, size_t more)
{
	if (b->len + more <= b->cap)
		return;
	b->cap = (b->len + more) * 2;
	b->text = x_realloc(b->text, b->cap, 1);
	b->spots = x_realloc(b->spots, b->cap, sizeof(*b->spots));
}

void spotted_add(struct spotted *b, const char *text, size_t len, const struct spot *at)
{
	if (!len)
		return;
	spotted_reserve(b, len);
	memcpy(b->text + b->len, text, len);
	for (size_t i = 0; i < len; i++)
		b->spots[b->len + i] = *at;
	b->len += len;
}

static const struct phys *keep_phys(const struct phys *p, struct arena *a)
{
	struct phys *copy = arena_alloc(a, sizeof(*copy));

	*copy = *p;
	return copy;
}

void spotted_add_part(struct spotted *b, const struct line *l, size_t from, size_t to, struct arena *a)
{
	const struct phys *p;

	if (from >= to)
		return;
	spotted_reserve(b, to - from);
	memcpy(b->text + b->len, l->text + from, to - from);
	if (l->spots) {
		memcpy(b->spots + b->len, l->spots + from, (to - from) * sizeof(*b->spots));
	} else {
		p = keep_phys(&l->phys, a);
		for (size_t i = from; i < to; i++)
			b->spots[b->len + i - from] = (struct spot){ p, p->used, l->column + (unsigned)i };
	}
	b->len += to - from;
}

void spotted_add_used(struct spotted *b, const struct line *l, const struct place *used, struct arena *a)
{
	size_t from = b->len;

	spotted_add_part(b, l, 0, l->len, a);
	for (size_t i = from; i < b->len; i++)
		b->spots[i].used = used;
}

void spotted_done(struct spotted *b)
{
	free(b->text);
	free(b->spots);
	*b = (struct spotted){ 0 };
}

struct line spotted_line(const struct spotted *b)
{
	struct line l = { .text = b->text ? b->text : "", .len = b->len, .spots = b->len ? b->spots : NULL };

	if (b->len)
		l.phys = *b->spots[0].phys;
	return l;
}

struct line line_keep(const struct line *l, struct arena *a)
{
	struct line r = *l;
	struct spot *spots;

	r.text = arena_strndup(a, l->text, l->len);
	if (l->spots) {
		spots = arena_alloc(a, l->len * sizeof(*spots));
		memcpy(spots, l->spots, l->len * sizeof(*spots));
		r.spots = spots;
	}
	return r;
}

static size_t trim(const char *s, size_t len)
{
	while (len && line_is_blank(s[len - 1]))
		len--;
	return len;
}

/* Where the comment begins: '#' or '!' outside double quotes, not after '\'. */
static size_t find_comment(const char *s, size_t len, bool *in_quote)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len)
			i++;
		else if (s[i] == '"')
			*in_quote = !*in_quote;
		else if (!*in_quote && (s[i] == '#' || s[i] == '!'))
			return i;
	}
	return len;
}

size_t line_comment(const char *s, size_t len)
{
	bool in_quote = false;

	return find_comment(s, len, &in_quote);
}

/* Finds the comment and whether a '\' at the end continues the line. */
static struct scan scan_line(const char *s, size_t len, bool in_quote)
{
	struct scan sc = { .in_quote = in_quote };
	size_t slashes = 0;

	sc.end = trim(s, find_comment(s, len, &sc.in_quote));
	while (slashes < sc.end && s[sc.end - 1 - slashes] == '\\')
		slashes++;
	sc.is_continued = slashes % 2;
	return sc;
}

bool line_next(struct source *src, struct phys *ret)
{
	const char *start = src->data + src->pos, *nl;
	size_t len;

	if (src->pos >= src->len)
		return false;
	nl = memchr(start, '\n', src->len - src->pos);
	len = nl ? (size_t)(nl - start) : src->len - src->pos;
	src->pos += len + (nl ? 1 : 0);
	src->line++;
	if (len && start[len - 1] == '\r')
		len--;
	*ret = (struct phys){
		.file = src->name, .text = start, .used = src->used, .len = (unsigned)len, .no = src->line
	};
	return true;
}

/* "$NAME=" with nothing behind: what follows in continued lines is a value of several lines. */
static bool is_block_value(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && line_is_blank(s[i]))
		i++;
	while (i < len && s[i] == '@') {
		while (i < len && !line_is_blank(s[i]))
			i++;
		while (i < len && line_is_blank(s[i]))
			i++;
	}
	return i < len && s[i] == '$' && len && s[len - 1] == '=';
}

static void join(struct source *src, struct scan sc, const struct line *first, struct spotted *buf, struct arena *a)
{
	struct line l = *first;
	size_t end = trim(l.text, sc.end - 1);
	bool is_value = is_block_value(l.text, end);
	struct spot last;

	buf->len = 0;
	spotted_add_part(buf, &l, 0, is_value ? end : sc.end - 1, a);
	while (sc.is_continued && line_next(src, &l.phys)) {
		l.text = l.phys.text;
		sc = scan_line(l.text, l.phys.len, !is_value && sc.in_quote);
		if (is_value) {
			last = buf->spots[buf->len - 1];
			spotted_add(buf, "\n", 1, &last);
		}
		spotted_add_part(buf, &l, 0, sc.end - (sc.is_continued ? 1 : 0), a);
	}
}

bool source_next(struct source *src, bool plain, struct arena *a, struct spotted *buf, struct line *ret)
{
	struct scan sc;

	*ret = (struct line){ 0 };
	if (!line_next(src, &ret->phys))
		return false;
	ret->text = ret->phys.text;
	ret->len = ret->phys.len;
	if (plain)
		return true;
	sc = scan_line(ret->text, ret->len, false);
	ret->len = sc.end;
	if (sc.is_continued) {
		join(src, sc, ret, buf, a);
		*ret = spotted_line(buf);
	}
	return true;
}
