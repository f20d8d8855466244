/* sysctl.c - see sysctl.h. proc(5). */
#include "net/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 64 };

int sysctl_get(const char *path, int *ret)
{
	char full[SYSCTL_PATH_MAX + 16], text[TEXT_MAX], *end;
	ssize_t n;
	long value;
	int fd;

	if ((size_t)snprintf(full, sizeof(full), "/proc/sys/%s", path) >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
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
