/*
 * places.h - a tree that was read again from its own canonical bytes (tree.h) gets the places of the one that it came from, so
 * that findings name the lines that people wrote.
 */
#ifndef CONF_PLACES_H
#define CONF_PLACES_H
#include "conf/report.h"

#include <stdbool.h>
#include <stddef.h>

struct conf_tree;
struct line;
struct lines;
struct text;

/* Appends the places of all lines, and the marks (mark.h). */
void places_write(const struct conf_tree *t, struct text *out);
/* Gives them to `to`, which has the same lines, or the first of them alone. */
void places_read(struct conf_tree *to, const char *bytes, size_t len);

/* A line of the canonical form, and where it was written. */
struct places_line {
	const struct line *line;
	unsigned depth;
	bool opens, closes; /* a block: it begins, or is the brace at its end */
	struct place at;    /* of its first word, of the brace; no source */
	size_t len_at;      /* the byte of `bytes` with the length of its last word, when that is below 128 */
};

/* Every line, without a tree, until `each` says false or the lines and the places do not fit. Whether that never was. */
bool places_lines(struct lines *lines, const char *bytes, size_t len,
	bool (*each)(void *ctx, const struct places_line *line), void *ctx);
#endif
