/* sysctl.c - see sysctl.h. proc(5). */
#include "net/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 64 };

static int open_it(const char *path, int flags)
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
	ssize_t n;
	long value;
	int fd = open_it(path, O_RDONLY);

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
	char text[TEXT_MAX];
	const int len = snprintf(text, sizeof(text), "%d\n", value);
	int fd = open_it(path, O_WRONLY), r = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, (size_t)len) != len)
		r = -errno;
	close(fd);
	return r;
}
