/* file.h - writing a small file so that a reader sees the old one or the new one, never half of it. */
#ifndef DAEMON_FILE_H
#define DAEMON_FILE_H
#include <stddef.h>

/* Writes PATH.new (0600, no link followed) and renames it to `path`. 0 or -errno; on an error `path` is as it was. */
int file_replace(const char *path, const void *data, size_t len);
/* The same with the bytes of a sealed memfd (memfd.h), which are not in memory as a whole. */
int file_replace_from(const char *path, int fd);
#endif
