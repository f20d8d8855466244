/* memfd.c - see memfd.h. memfd_create(2), fcntl(2) F_ADD_SEALS. */
#include "io/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL, MEMFD_MAX = 1 << 30, CHUNK = 16 * 1024 };

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int memfd_of(const char *name, const void *data, size_t len)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, data, len);
	if (r == 0 && fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		r = -errno;
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static int read_all(int fd, char *buf, size_t len, off_t at)
{
	for (size_t got = 0; got < len;) {
		ssize_t n = pread(fd, buf + got, len - got, at + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		got += (size_t)n;
	}
	return 0;
}

static bool is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & (F_SEAL_WRITE | F_SEAL_SHRINK)) == (F_SEAL_WRITE | F_SEAL_SHRINK);
}

int memfd_read(int fd, char **ret, size_t *ret_len)
{
	struct stat st;
	char *buf;
	int r;

	if (!is_sealed(fd))
		return -EPERM;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size > MEMFD_MAX)
		return -EFBIG;
	buf = x_calloc(1, (size_t)st.st_size + 1);
	r = read_all(fd, buf, (size_t)st.st_size, 0);
	if (r < 0) {
		free(buf);
		return r;
	}
	*ret = buf;
	*ret_len = (size_t)st.st_size;
	return 0;
}

int memfd_copy(int fd, int to)
{
	char piece[CHUNK];
	off_t at = 0;
	ssize_t n = 1;
	int r = is_sealed(fd) ? 0 : -EPERM;

	while (r == 0 && n > 0) {
		n = pread(fd, piece, sizeof(piece), at);
		if (n > 0)
			r = write_all(to, piece, (size_t)n);
		else if (n < 0)
			r = -errno;
		at += n;
	}
	return r;
}

bool memfd_same(int a, int b)
{
	char x[CHUNK], y[CHUNK];
	struct stat sa, sb;

	if (!is_sealed(a) || !is_sealed(b) || fstat(a, &sa) < 0 || fstat(b, &sb) < 0 || sa.st_size != sb.st_size)
		return false;
	for (off_t at = 0; at < sa.st_size; at += CHUNK) {
		size_t n = sa.st_size - at < CHUNK ? (size_t)(sa.st_size - at) : CHUNK;

		if (read_all(a, x, n, at) < 0 || read_all(b, y, n, at) < 0 || memcmp(x, y, n) != 0)
			return false;
	}
	return true;
}

enum { LINES_ROOM = 32 * 1024 };

struct memfd_lines {
	int fd;           /* borrowed */
	size_t from, len; /* of what is in buf and was not said */
	size_t at, end;   /* of buf[from]; of the last byte that counts, and one */
	char buf[LINES_ROOM];
};

struct memfd_lines *memfd_lines_new(int fd)
{
	return memfd_lines_part(fd, 0, SIZE_MAX);
}

struct memfd_lines *memfd_lines_part(int fd, size_t at, size_t len)
{
	struct memfd_lines *l = is_sealed(fd) ? x_calloc(1, sizeof(*l)) : NULL;

	if (!l)
		return NULL;
	l->fd = fd;
	l->at = at;
	l->end = at + len;
	return l;
}

/* More behind what is there. 1, 0 at the end, -errno. */
static int fill(struct memfd_lines *l)
{
	size_t room = LINES_ROOM - l->len;
	ssize_t n;

	memmove(l->buf, l->buf + l->from, l->len);
	l->from = 0;
	if (!room)
		return -E2BIG;
	if (room > l->end - l->at - l->len)
		room = l->end - l->at - l->len;
	do
		n = pread(l->fd, l->buf + l->len, room, (off_t)(l->at + l->len));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->len += (size_t)n;
	return n > 0;
}

int memfd_lines_next(struct memfd_lines *l, struct memfd_line *ret)
{
	const char *end;
	int r = 1;

	while (!(end = memchr(l->buf + l->from, '\n', l->len)) && r > 0)
		r = fill(l);
	if (!end)
		return r < 0 ? r : l->len ? -EINVAL : 0;
	*ret = (struct memfd_line){ l->buf + l->from, (size_t)(end - l->buf) - l->from, l->at };
	l->from += ret->len + 1;
	l->len -= ret->len + 1;
	l->at += ret->len + 1;
	return 1;
}

void memfd_lines_free(struct memfd_lines *l)
{
	free(l);
}

struct memfd_out {
	int fd, err;
	size_t len; /* of what is in buf */
	char buf[LINES_ROOM];
};

struct memfd_out *memfd_out_new(const char *name)
{
	struct memfd_out *o = x_calloc(1, sizeof(*o));

	o->fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	o->err = o->fd < 0 ? -errno : 0;
	return o;
}

static void out_flush(struct memfd_out *o)
{
	if (!o->err)
		o->err = write_all(o->fd, o->buf, o->len);
	o->len = 0;
}

void memfd_out_put(struct memfd_out *o, const void *data, size_t len)
{
	for (const char *s = data; len;) {
		const size_t room = LINES_ROOM - o->len, n = len < room ? len : room;

		memcpy(o->buf + o->len, s, n);
		o->len += n;
		s += n;
		len -= n;
		if (o->len == LINES_ROOM)
			out_flush(o);
	}
}

int memfd_out_end(struct memfd_out *o)
{
	int r;

	out_flush(o);
	if (!o->err && fcntl(o->fd, F_ADD_SEALS, SEALS) < 0)
		o->err = -errno;
	if (o->err && o->fd >= 0)
		close(o->fd);
	r = o->err ? o->err : o->fd;
	free(o);
	return r;
}
