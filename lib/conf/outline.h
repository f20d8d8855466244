/*
 * outline.h - private to lib/conf: a file without the numbers of its lines `weight N`, as a hash, and these numbers. Two files
 * with one outline and the same numbers have the same bytes; with one outline alone they differ in these numbers and in nothing
 * else. A number counts where it is written without frills and alone on its line; all else is part of the outline.
 */
#ifndef CONF_OUTLINE_H
#define CONF_OUTLINE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct outline {
	struct hash hash;
	uint16_t *value; /* owned */
	uint32_t *line;  /* owned: where they are; NULL: forgotten */
	unsigned n, cap;
	bool is_odd; /* nothing can be told of it: a NUL byte */
};

struct outline_scan;

/* The outline of what is fed from here on, into `ret`, which is zero or was done. */
struct outline_scan *outline_begin(struct outline *ret);
void outline_feed(struct outline_scan *s, const char *data, size_t len);
/* Finishes `ret` and frees the scan. */
void outline_end(struct outline_scan *s);
/* Where the numbers are is of no use any more. */
void outline_forget_lines(struct outline *o);
/* Accepts one that is zero. */
void outline_done(struct outline *o);
/* Whether both have the same lines, numbers aside. */
bool outline_fits(const struct outline *a, const struct outline *b);
#endif
