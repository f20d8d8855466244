/* keep.c - see keep.h. */
#include "daemon/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

#include "daemon/file.h"
#include "io/memfd.h"

static char *path_of(const char *run_dir, enum role role)
{
	return x_asprintf("%s/%s.state", run_dir, role_str(role));
}

int keep_write(const char *run_dir, enum role role, int fd)
{
	char *path, *bytes;
	size_t len;
	int r = memfd_read(fd, &bytes, &len);

	if (r < 0)
		return r;
	path = path_of(run_dir, role);
	r = file_replace(path, bytes, len);
	free(path);
	free(bytes);
	return r;
}

static bool is_path(const char *line)
{
	return !strncmp(line, "route ", 6) || !strncmp(line, "rule ", 5);
}

static bool is_mark(const char *line)
{
	return !strncmp(line, "sequence ", 9) || !strncmp(line, "mark ", 5);
}

/* FNV-1a, over all lines one after another; 0 of none. */
static uint64_t add_line(uint64_t sum, const char *line)
{
	sum = sum ? sum : 14695981039346656037u;
	for (; *line; line++)
		sum = (sum ^ (uint8_t)*line) * 1099511628211u;
	return sum;
}

int keep_write_marks(const char *run_dir, int fd, bool is_due, uint64_t *paths)
{
	char *path, *bytes, *rest, *line;
	struct text kept = { 0 };
	uint64_t sum = 0;
	size_t len;
	int r = memfd_read(fd, &bytes, &len);

	if (r < 0)
		return r;
	path = path_of(run_dir, ROLE_VRRP);
	for (rest = bytes; (line = strsep(&rest, "\n"));) {
		sum = is_path(line) ? add_line(sum, line) : sum;
		if (is_path(line) || is_mark(line))
			text_printf(&kept, "%s\n", line);
	}
	if (kept.len == 0 && access(path, F_OK) < 0) {
		*paths = sum;
	} else if (sum != *paths || (is_due && kept.len > 0)) {
		r = file_replace(path, text_str(&kept), kept.len);
		if (r == 0) {
			*paths = sum;
			r = 1;
		}
	}
	text_done(&kept);
	free(bytes);
	free(path);
	return r;
}

int keep_read(const char *run_dir, enum role role)
{
	char *path = path_of(run_dir, role), buf[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), r = fd < 0 ? -errno : 0;
	struct text bytes = { 0 };
	ssize_t n = 1;

	while (r == 0 && n > 0) {
		n = read(fd, buf, sizeof(buf));
		if (n > 0)
			text_add_bytes(&bytes, buf, (size_t)n);
		else if (n < 0)
			r = -errno;
	}
	if (r == 0)
		r = memfd_of("vipd state", text_str(&bytes), bytes.len);
	if (fd >= 0)
		close(fd);
	free(path);
	text_done(&bytes);
	return r;
}
