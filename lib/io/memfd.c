/* memfd.c - see memfd.h. memfd_create(2), fcntl(2) F_ADD_SEALS. */
#include "io/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/lines.h"

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

int memfd_empty(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return fd < 0 ? -errno : fd;
}

int memfd_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

int memfd_of(const char *name, const void *data, size_t len)
{
	int fd = memfd_empty(name), r;

	if (fd < 0)
		return fd;
	r = write_all(fd, data, len);
	if (r == 0)
		r = memfd_seal(fd);
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

struct lines *memfd_lines(int fd)
{
	struct stat st;

	return is_sealed(fd) && fstat(fd, &st) == 0 ? lines_new(fd, 0, (size_t)st.st_size) : NULL;
}
