/* sysctl.c - see sysctl.h. proc(5). */
#include "net/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 64 };

static int open_path(const char *path, int flags)
{
	char full[SYSCTL_PATH_MAX + 16];
	int fd;

	if ((size_t)snprintf(full, sizeof(full), "/proc/sys/%s", path) >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int sysctl_get(const char *path, int *ret)
{
	char text[TEXT_MAX], *end;
	int fd = open_path(path, O_RDONLY);
	ssize_t n;
	long value;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EINVAL;
	text[n] = '\0';
	value = strtol(text, &end, 10);
	if (end == text)
		return -EINVAL;
	*ret = (int)value;
	return 0;
}

int sysctl_set(const char *path, int value)
{
	int fd = open_path(path, O_WRONLY), r;

	if (fd < 0)
		return fd;
	r = dprintf(fd, "%d\n", value) < 0 ? -errno : 0;
	close(fd);
	return r;
}
