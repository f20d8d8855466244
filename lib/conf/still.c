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

/* Who gets the bytes. */
struct reader {
	still_piece_fn *piece;
	void *ctx;
};

/* All bytes of a descriptor, at most `room`. 0 or -errno. */
static int read_all(int fd, size_t room, const struct reader *to, size_t *ret_len)
{
	char *buf = x_calloc(1, CHUNK);
	ssize_t n;

	to->piece(to->ctx, NULL, 0);
	for (*ret_len = 0; (n = read(fd, buf, CHUNK)) > 0 && *ret_len + (size_t)n <= room; *ret_len += (size_t)n)
		to->piece(to->ctx, buf, (size_t)n);
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

int still_each(const char *path, size_t room, still_piece_fn *piece, void *ctx, struct stat *ret_st)
{
	const struct reader to = { piece, ctx };
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++) {
		int fd = open_regular(path, ret_st);
		size_t len = 0;

		if (fd < 0)
			return fd;
		err = ret_st->st_size > (off_t)room ? -EFBIG : read_all(fd, room, &to, &len);
		if (!err && !is_unchanged(fd, ret_st, len))
			err = -EAGAIN;
		close(fd);
	}
	return err;
}

static void to_text(void *ctx, const char *data, size_t len)
{
	struct text *t = ctx;

	if (data)
		text_add_bytes(t, data, len);
	else
		text_done(t);
}

int still_read(const char *path, size_t room, struct text *t, struct stat *ret_st)
{
	text_done(t);
	return still_each(path, room, to_text, t, ret_st);
}

const char *still_directory(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
	const char *dir = slash ? arena_strndup(a, real, slash == real ? 1 : (size_t)(slash - real)) : ".";

	free(real);
	return dir;
}
