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
/* Gets the bytes piece by piece; data NULL: what came so far does not count, the file is read anew. */
typedef void still_piece_fn(void *ctx, const char *data, size_t len);
/* The same, without keeping the bytes. */
int still_each(const char *path, size_t room, still_piece_fn *piece, void *ctx, struct stat *ret_st);
/* The directory that the file is in, links followed; "." when that cannot be told. */
const char *still_directory(struct arena *a, const char *path);
#endif
