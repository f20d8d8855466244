/*
 * line.h - private to lib/conf: files, their physical lines, and logical lines whose bytes remember where they were written.
 * A logical line is a physical one without its comment; joined ('\' at the end) and expanded ones carry a spot per byte.
 */
#ifndef CONF_LINE_H
#define CONF_LINE_H
#include "conf/report.h"

#include <stddef.h>

struct arena;

/* The bytes of one file, and how far they were read. */
struct source {
	const char *name, *data;
	const struct place *used; /* the include line that named it, or NULL */
	size_t len, pos;
	unsigned line; /* number of the last line read */
};

struct phys {
	const char *file, *text;
	const struct place *used; /* of its source */
	unsigned len, no;
};

struct spot {
	const struct phys *phys;
	const struct place *used; /* where the variable or repetition it came from was used; otherwise the line's */
	unsigned column;          /* from 0 */
};

struct line {
	const char *text;
	size_t len;
	struct phys phys;         /* without spots: the line that text lies in, ... */
	unsigned column;          /* ... starting at this byte */
	const struct spot *spots; /* or one per byte */
};

/* A growing line with a spot per byte; done with spotted_done(). */
struct spotted {
	char *text;
	struct spot *spots;
	size_t len, cap;
};

void spotted_add(struct spotted *b, const char *text, size_t len, const struct spot *at);
/* Bytes `from` to `to` of a line, with their spots; physical lines that they name are copied into `a`. */
void spotted_add_part(struct spotted *b, const struct line *l, size_t from, size_t to, struct arena *a);
/* As above; every byte is said to be used at `used` (lives as long as the line). */
void spotted_add_used(struct spotted *b, const struct line *l, const struct place *used, struct arena *a);
void spotted_done(struct spotted *b);
struct line spotted_line(const struct spotted *b);

bool line_is_blank(char c);
struct place line_place(const struct line *l, size_t pos, size_t len);
/* The part of `l` from `pos` on, without leading blanks. */
struct line line_from(const struct line *l, size_t pos);
/* Cuts to the first `len` bytes. */
struct line line_cut(const struct line *l, size_t len);
/* A copy that lives in the arena. */
struct line line_keep(const struct line *l, struct arena *a);
/* The next physical line, without its end; false at the end of the file. */
bool line_next(struct source *src, struct phys *ret);
/* Where the comment of a physical line begins; `len` when it has none. */
size_t line_comment(const char *s, size_t len);
/*
 * The next logical line: comment removed, continuation joined. `buf` belongs to the caller and backs a joined line until the next
 * call. `plain`: no comments, no joining. false at the end of the file.
 */
bool source_next(struct source *src, bool plain, struct arena *a, struct spotted *buf, struct line *ret);
#endif
