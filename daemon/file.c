/* file.c - see file.h. */
#include "daemon/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/memfd.h"

struct content {
	const char *data;
	size_t len;
	int fd; /* -1: data; else its bytes */
};

static int write_bytes(int fd, const char *data, size_t len)
{
	int r = 0;

	while (r == 0 && len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			r = -errno;
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return r;
}

static int write_new(const char *path, const struct content *c)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600), r;

	if (fd < 0)
		return -errno;
	r = c->fd < 0 ? write_bytes(fd, c->data, c->len) : memfd_copy(c->fd, fd);
	close(fd);
	return r;
}

static int replace(const char *path, const struct content *c)
{
	char *tmp = x_asprintf("%s.new", path);
	int r = write_new(tmp, c);

	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(tmp);
	free(tmp);
	return r;
}

int file_replace(const char *path, const void *data, size_t len)
{
	return replace(path, &(struct content){ .data = data, .len = len, .fd = -1 });
}

int file_replace_from(const char *path, int fd)
{
	return replace(path, &(struct content){ .fd = fd });
}
