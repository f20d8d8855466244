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
	char *path = path_of(run_dir, role);
	int r = file_replace_from(path, fd);

	free(path);
	return r;
}

static bool begins(const struct memfd_line *l, const char *word)
{
	const size_t n = strlen(word);

	return l->len >= n && !memcmp(l->text, word, n);
}

static bool is_path(const struct memfd_line *l)
{
	return begins(l, "route ") || begins(l, "rule ");
}

static bool is_mark(const struct memfd_line *l)
{
	return begins(l, "sequence ") || begins(l, "mark ");
}

/* FNV-1a, over all lines one after another; 0 of none. */
static uint64_t add_line(uint64_t sum, const struct memfd_line *l)
{
	sum = sum ? sum : 14695981039346656037u;
	for (size_t i = 0; i < l->len; i++)
		sum = (sum ^ (uint8_t)l->text[i]) * 1099511628211u;
	return sum;
}

/* The lines that are kept, and the sum of paths. 0 or -errno. */
static int read_marks(int fd, struct text *kept, uint64_t *ret_sum)
{
	struct memfd_lines *lines = memfd_lines_new(fd);
	struct memfd_line l;
	int r = lines ? 1 : -EPERM;

	*ret_sum = 0;
	while (r > 0 && (r = memfd_lines_next(lines, &l)) > 0) {
		if (is_path(&l))
			*ret_sum = add_line(*ret_sum, &l);
		if (is_path(&l) || is_mark(&l))
			text_add_bytes(kept, l.text, l.len + 1);
	}
	memfd_lines_free(lines);
	return r;
}

int keep_write_marks(const char *run_dir, int fd, bool is_due, uint64_t *paths)
{
	char *path = path_of(run_dir, ROLE_VRRP);
	struct text kept = { 0 };
	uint64_t sum;
	int r = read_marks(fd, &kept, &sum);

	if (r == 0 && kept.len == 0 && access(path, F_OK) < 0) {
		*paths = sum;
	} else if (r == 0 && (sum != *paths || (is_due && kept.len > 0))) {
		r = file_replace(path, text_str(&kept), kept.len);
		if (r == 0) {
			*paths = sum;
			r = 1;
		}
	}
	text_done(&kept);
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
