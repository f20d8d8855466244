/* still.h - private to lib/conf: a file of the configuration, read while nobody writes to it. */
#ifndef CONF_STILL_H
#define CONF_STILL_H
#include <stddef.h>

struct arena;
struct stat;
struct text;

/*
 * All bytes of a regular file of `room` bytes at most, as it was at one moment; `t` is emptied first. 0, or -errno: -EAGAIN when it
 * never kept still, -EFBIG, -EINVAL for what is no regular file.
 */
int still_read(const char *path, size_t room, struct text *t, struct stat *ret_st);
/*
 * The same, `len` bytes at most, written to `out` where that stands now; on error it may have got something. 0, the number of
 * bytes in *ret_len, or -errno.
 */
int still_copy(const char *path, size_t len, int out, size_t *ret_len);
/* Whether it has just the `len` bytes from `at` on in `fd`: 1, 0, or -errno when the file cannot be read. */
int still_same(const char *path, int fd, size_t at, size_t len);
/* The directory that the file is in, links followed; "." when that cannot be told. */
const char *still_directory(struct arena *a, const char *path);
#endif
