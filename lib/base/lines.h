/* lines.h - the lines of a file, one after the other, without fresh memory for all of it. */
#ifndef BASE_LINES_H
#define BASE_LINES_H
#include <stdbool.h>
#include <stddef.h>

struct lines;

/* One line without its end; valid until the next one. */
struct line {
	const char *text;
	size_t len;
	size_t at;    /* of its first byte, from the first byte of the range */
	bool is_open; /* the last one, without a line end */
};

/* Those of `len` bytes from `from` on; `fd` is borrowed for as long. Freed by lines_free(), which accepts NULL. */
struct lines *lines_new(int fd, size_t from, size_t len);
/* 1 and the next line; 0: no more; -errno: -E2BIG for a very long one, pread(2). */
int lines_next(struct lines *l, struct line *ret);
void lines_free(struct lines *l);
#endif
