/* memfd.h - bytes that travel as one sealed descriptor: configurations, states, replies. */
#ifndef IO_MEMFD_H
#define IO_MEMFD_H
#include <stdbool.h>
#include <stddef.h>

/* A sealed, close-on-exec memfd with these bytes; the caller closes it. The descriptor, or -errno. */
int memfd_of(const char *name, const void *data, size_t len);
/* All bytes of it plus a NUL, malloc'ed, into *ret; refuses what is not sealed against writing and shrinking. 0 or -errno. */
int memfd_read(int fd, char **ret, size_t *ret_len);
/* Whether both are sealed and have the same bytes. */
bool memfd_same(int a, int b);
#endif
