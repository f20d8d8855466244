/* text.c - see text.h. */
#include "base/text.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISTANCE_MAX = 64 };

static void reserve(struct text *t, size_t more)
{
	if (t->len + more + 1 <= t->cap)
		return;
	t->cap = (t->len + more + 1) * 2;
	t->s = x_realloc(t->s, t->cap, 1);
}

void text_add_bytes(struct text *t, const void *data, size_t len)
{
	reserve(t, len);
	memcpy(t->s + t->len, data, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_vprintf(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0) {
		reserve(t, (size_t)n);
		vsnprintf(t->s + t->len, (size_t)n + 1, fmt, again);
		t->len += (size_t)n;
	}
	va_end(again);
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(t, fmt, ap);
	va_end(ap);
}

void text_done(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* One row of the classic table from the two rows above it. */
static void distance_row(unsigned (*row)[DISTANCE_MAX + 1], size_t i, const char *a, const char *b)
{
	unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
	size_t nb = strlen(b);

	now[0] = (unsigned)i;
	for (size_t j = 1; j <= nb; j++) {
		unsigned cost = a[i - 1] != b[j - 1];

		now[j] = min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + cost);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < now[j])
			now[j] = up2[j - 2] + 1;
	}
}

unsigned text_distance(const char *a, const char *b)
{
	unsigned row[3][DISTANCE_MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > DISTANCE_MAX || nb > DISTANCE_MAX)
		return UINT8_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++)
		distance_row(row, i, a, b);
	return row[na % 3][nb];
}

const char *text_escape(const void *data, size_t len, char *buf, size_t size)
{
	const uint8_t *p = data;
	size_t n = 0;

	for (size_t i = 0; i < len && n + 5 < size; i++) {
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '\\')
			buf[n++] = (char)p[i];
		else
			n += (size_t)snprintf(buf + n, size - n, "\\x%02x", p[i]);
	}
	if (size)
		buf[n] = '\0';
	return buf;
}
