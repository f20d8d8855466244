/* outline.c - see outline.h. */
#include "conf/outline.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { LINE_MAX_LEN = 64 /* of a line with a number */, NUMBER_MAX = 65535, DIGITS_MAX = 5 };

struct outline_scan {
	struct outline *out;
	struct hash_stream *hash; /* owned */
	uint32_t line;
	bool is_long;             /* amid a line that is too long for a number */
	char begun[LINE_MAX_LEN]; /* of a line whose end is still to come */
	size_t begun_len;
};

struct outline_scan *outline_begin(struct outline *ret)
{
	struct outline_scan *s = x_calloc(1, sizeof(*s));

	*ret = (struct outline){ 0 };
	s->out = ret;
	s->hash = hash_begin();
	s->line = 1;
	return s;
}

static size_t blanks(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (s[n] == ' ' || s[n] == '\t'))
		n++;
	return n;
}

/* Where in the line, which has no line end, its number is; 0: there is none. */
static size_t number_at(const char *s, size_t len, uint32_t *ret, size_t *ret_digits)
{
	static const char word[] = "weight";
	const size_t word_len = sizeof(word) - 1;
	size_t at = blanks(s, len), gap, n = 0;

	if (len - at <= word_len || memcmp(s + at, word, word_len) != 0)
		return 0;
	at += word_len;
	gap = blanks(s + at, len - at);
	at += gap;
	for (*ret = 0; at + n < len && n <= DIGITS_MAX && s[at + n] >= '0' && s[at + n] <= '9'; n++)
		*ret = *ret * 10 + (uint32_t)(s[at + n] - '0');
	if (!gap || !n || n > DIGITS_MAX || *ret > NUMBER_MAX || (s[at] == '0' && n > 1))
		return 0;
	*ret_digits = n;
	return at + n + blanks(s + at + n, len - at - n) == len ? at : 0;
}

static void add_number(struct outline *o, uint32_t line, uint32_t value)
{
	if (o->n == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 16;
		o->value = x_realloc(o->value, o->cap, sizeof(*o->value));
		o->line = x_realloc(o->line, o->cap, sizeof(*o->line));
	}
	o->line[o->n] = line;
	o->value[o->n++] = (uint16_t)value;
}

/* A whole line with its end. A NUL byte stands for a number: files with one of their own are odd. */
static void whole_line(struct outline_scan *s, const char *line, size_t len)
{
	uint32_t value;
	size_t digits, at = len <= LINE_MAX_LEN ? number_at(line, len - 1, &value, &digits) : 0;

	if (at) {
		add_number(s->out, s->line, value);
		hash_feed(s->hash, line, at);
		hash_feed(s->hash, "", 1);
		hash_feed(s->hash, line + at + digits, len - at - digits);
	} else {
		hash_feed(s->hash, line, len);
	}
	s->line++;
}

/* What was kept of a line is no number's, or never ended. */
static void let_go(struct outline_scan *s)
{
	hash_feed(s->hash, s->begun, s->begun_len);
	s->begun_len = 0;
}

/* The end of a line whose beginning came before. */
static void end_line(struct outline_scan *s, const char *data, size_t len)
{
	if (!s->is_long && s->begun_len + len <= LINE_MAX_LEN) {
		char line[LINE_MAX_LEN];
		const size_t all = s->begun_len + len;

		memcpy(line, s->begun, s->begun_len);
		memcpy(line + s->begun_len, data, len);
		s->begun_len = 0;
		whole_line(s, line, all);
		return;
	}
	let_go(s);
	hash_feed(s->hash, data, len);
	s->is_long = false;
	s->line++;
}

/* The beginning of a line, or more of it. */
static void begin_line(struct outline_scan *s, const char *data, size_t len)
{
	if (!len)
		return;
	if (!s->is_long && s->begun_len + len <= LINE_MAX_LEN) {
		memcpy(s->begun + s->begun_len, data, len);
		s->begun_len += len;
		return;
	}
	let_go(s);
	hash_feed(s->hash, data, len);
	s->is_long = true;
}

void outline_feed(struct outline_scan *s, const char *data, size_t len)
{
	const char *end;

	s->out->is_odd |= len && memchr(data, '\0', len);
	while (len && (end = memchr(data, '\n', len))) {
		const size_t n = (size_t)(end - data) + 1;

		if (s->begun_len || s->is_long)
			end_line(s, data, n);
		else
			whole_line(s, data, n);
		data += n;
		len -= n;
	}
	begin_line(s, data, len);
}

void outline_end(struct outline_scan *s)
{
	struct outline *o = s->out;

	let_go(s);
	o->hash = hash_end(s->hash);
	if (o->n)
		o->value = x_realloc(o->value, o->n, sizeof(*o->value));
	free(s);
}

void outline_forget_lines(struct outline *o)
{
	free(o->line);
	o->line = NULL;
}

void outline_done(struct outline *o)
{
	free(o->value);
	free(o->line);
	*o = (struct outline){ 0 };
}

bool outline_fits(const struct outline *a, const struct outline *b)
{
	return !a->is_odd && !b->is_odd && a->n == b->n && hash_is_same(&a->hash, &b->hash);
}
