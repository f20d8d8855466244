/* memfd.h - bytes that travel as one sealed descriptor: configurations, states, replies. */
#ifndef IO_MEMFD_H
#define IO_MEMFD_H
#include <stdbool.h>
#include <stddef.h>

/* A sealed, close-on-exec memfd with these bytes; the caller closes it. The descriptor, or -errno. */
int memfd_of(const char *name, const void *data, size_t len);
/* All bytes of it plus a NUL, malloc'ed, into *ret; refuses what is not sealed against writing and shrinking. 0 or -errno. */
int memfd_read(int fd, char **ret, size_t *ret_len);
/* All bytes of it into the file `to`, a piece at a time; refuses as above. 0 or -errno, and some of them may be written. */
int memfd_copy(int fd, int to);
/* Whether both are sealed and have the same bytes. */
bool memfd_same(int a, int b);

/* Its lines, one after the other, without fresh memory for all of it. */
struct memfd_lines;

/* One line; valid until the next one. */
struct memfd_line {
	const char *text; /* text[len] is its end, a newline */
	size_t len;
	size_t at; /* of its first byte */
};

/* NULL: it is not sealed. `fd` is borrowed for as long. Freed by memfd_lines_free(), which accepts NULL. */
struct memfd_lines *memfd_lines_new(int fd);
/* The same of `len` bytes from `at` on alone: whole lines. */
struct memfd_lines *memfd_lines_part(int fd, size_t at, size_t len);
/* 1 and the next line; 0: no more, all ended with a line end; -errno: -E2BIG for a very long one, -EINVAL without an end. */
int memfd_lines_next(struct memfd_lines *l, struct memfd_line *ret);
void memfd_lines_free(struct memfd_lines *l);

/* A sealed one that is written piece by piece. */
struct memfd_out;

struct memfd_out *memfd_out_new(const char *name);
void memfd_out_put(struct memfd_out *o, const void *data, size_t len);
/* Frees `o`. The descriptor as of memfd_of(), or the first error. */
int memfd_out_end(struct memfd_out *o);
#endif
