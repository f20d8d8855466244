/* still.c - see still.h. */
#include "conf/still.h"

#include "base/alloc.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, TRIES = 3 };

/* All bytes of a descriptor into `t`, at most `room`. 0 or -errno. */
static int read_all(int fd, size_t room, struct text *t)
{
	char *buf = x_calloc(1, CHUNK);
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) > 0 && t->len + (size_t)n <= room)
		text_add_bytes(t, buf, (size_t)n);
	n = n < 0 ? -errno : n > 0 ? -EFBIG : 0;
	free(buf);
	return (int)n;
}

static int regular(const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	return S_ISREG(st->st_mode) ? 0 : -EINVAL;
}

/* Opens a regular file and nothing else: a FIFO would block, a device may act on being opened. Descriptor, or -errno. */
static int open_regular(const char *path, struct stat *ret_st)
{
	int err = stat(path, ret_st) < 0 ? -errno : regular(ret_st), fd;

	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	err = fstat(fd, ret_st) < 0 ? -errno : regular(ret_st);
	if (err < 0)
		close(fd);
	return err < 0 ? err : fd;
}

/* Whether nobody wrote to the file while its `len` bytes were read. */
static bool is_unchanged(int fd, const struct stat *before, size_t len)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size == before->st_size && st.st_mtim.tv_sec == before->st_mtim.tv_sec &&
		st.st_mtim.tv_nsec == before->st_mtim.tv_nsec && (size_t)st.st_size == len;
}

int still_read(const char *path, size_t room, struct text *t, struct stat *ret_st)
{
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++) {
		int fd = open_regular(path, ret_st);

		if (fd < 0)
			return fd;
		text_done(t);
		err = ret_st->st_size > (off_t)room ? -EFBIG : read_all(fd, room, t);
		if (!err && !is_unchanged(fd, ret_st, t->len))
			err = -EAGAIN;
		close(fd);
	}
	return err;
}

/* What is done with each piece of a file: 0 goes on, all else is the end. */
typedef int piece_fn(void *ctx, const char *data, size_t len);

/* Every byte of a file that has `room` at most and keeps still. 0, what `piece` says, or -errno. */
static int each_piece(const char *path, size_t room, piece_fn *piece, void *ctx)
{
	struct stat st;
	int fd = open_regular(path, &st), r = 0;
	char *buf = x_calloc(1, CHUNK);
	size_t len = 0;
	ssize_t n = 0;

	if (fd >= 0 && st.st_size > (off_t)room)
		r = -EFBIG;
	while (fd >= 0 && r == 0 && (n = read(fd, buf, CHUNK)) > 0) {
		len += (size_t)n;
		r = piece(ctx, buf, (size_t)n);
	}
	r = fd < 0 ? fd : n < 0 ? -errno : r;
	if (r == 0 && !is_unchanged(fd, &st, len))
		r = -EAGAIN;
	if (fd >= 0)
		close(fd);
	free(buf);
	return r;
}

struct copying {
	int out;
	size_t room, len;
};

static int copy_piece(void *ctx, const char *data, size_t len)
{
	struct copying *c = ctx;

	c->len += len;
	return c->len > c->room ? -EFBIG : write(c->out, data, len) == (ssize_t)len ? 0 : -EIO;
}

int still_copy(const char *path, size_t len, int out, size_t *ret_len)
{
	struct copying c = { .out = out, .room = len };
	int r = each_piece(path, len, copy_piece, &c);

	*ret_len = c.len;
	return r;
}

struct comparing {
	int fd;
	size_t at, end;
	char *buf; /* CHUNK bytes */
};

static int compare_piece(void *ctx, const char *data, size_t len)
{
	struct comparing *c = ctx;
	bool same = len <= c->end - c->at && pread(c->fd, c->buf, len, (off_t)c->at) == (ssize_t)len &&
		!memcmp(c->buf, data, len);

	c->at += len;
	return same ? 0 : 1;
}

int still_same(const char *path, int fd, size_t at, size_t len)
{
	struct comparing c = { .fd = fd, .at = at, .end = at + len, .buf = x_calloc(1, CHUNK) };
	int r = each_piece(path, len, compare_piece, &c);

	free(c.buf);
	if (r == -EAGAIN || r == -EFBIG)
		return 0;
	return r < 0 ? r : r == 0 && c.at == c.end;
}

const char *still_directory(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	const char *dir = slash ? arena_strndup(a, real, slash == real ? 1 : (size_t)(slash - real)) : ".";

	free(real);
	return dir;
}
