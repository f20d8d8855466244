/* text.h - a growing text buffer (never fails, see alloc.h) and two small helpers on words. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdarg.h>
#include <stddef.h>

struct text {
	char *s; /* owned, NUL-terminated once anything was added; NULL before */
	size_t len, cap;
};

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const void *data, size_t len);
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *t, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Frees the bytes; the struct may be used again. */
void text_done(struct text *t);
/* "" instead of NULL. */
const char *text_str(const struct text *t);
/* Edits (insert, delete, replace, swap neighbours) between two words: Damerau-Levenshtein, bounded at 255. */
unsigned text_distance(const char *a, const char *b);
/* Copies `len` bytes that came from outside into `buf`, everything unprintable as \xHH, cut to fit; returns buf. */
const char *text_escape(const void *data, size_t len, char *buf, size_t size);
#endif
