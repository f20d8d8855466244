/* memfd.h - bytes that travel as one sealed descriptor: configurations, states, replies. */
#ifndef IO_MEMFD_H
#define IO_MEMFD_H
#include <stdbool.h>
#include <stddef.h>

struct lines;

/* A sealed, close-on-exec memfd with these bytes; the caller closes it. The descriptor, or -errno. */
int memfd_of(const char *name, const void *data, size_t len);
/* An empty one that can be written to still; the caller closes it. The descriptor, or -errno. */
int memfd_empty(const char *name);
/* Its bytes stay what they are from here on. 0 or -errno. */
int memfd_seal(int fd);
/* All bytes of it plus a NUL, malloc'ed, into *ret; refuses what is not sealed against writing and shrinking. 0 or -errno. */
int memfd_read(int fd, char **ret, size_t *ret_len);
/* Whether both are sealed and have the same bytes. */
bool memfd_same(int a, int b);

/* Its lines; NULL: it is not sealed. `fd` is borrowed for as long; the caller frees with lines_free(). */
struct lines *memfd_lines(int fd);
#endif
