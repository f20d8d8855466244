/* lines.c - see lines.h. pread(2): nobody else's place in the file moves. */
#include "base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

enum { ROOM = 32 * 1024 };

struct lines {
	int fd;            /* borrowed */
	size_t base, end;  /* the range: its first byte in the file, its length */
	size_t from, have; /* of what is in buf and was not said */
	size_t at;         /* of buf[from], in the range */
	char buf[ROOM];
};

struct lines *lines_new(int fd, size_t from, size_t len)
{
	struct lines *l = x_calloc(1, sizeof(*l));

	l->fd = fd;
	l->base = from;
	l->end = len;
	return l;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* More behind what is there. 1, 0 at the end, -errno. */
static int fill(struct lines *l)
{
	const size_t at = l->at + l->have;
	ssize_t n;

	memmove(l->buf, l->buf + l->from, l->have);
	l->from = 0;
	if (l->have == ROOM)
		return -E2BIG;
	do
		n = pread(l->fd, l->buf + l->have, smaller(ROOM - l->have, l->end - at), (off_t)(l->base + at));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->have += (size_t)n;
	return n > 0;
}

int lines_next(struct lines *l, struct line *ret)
{
	const char *end;
	size_t said;
	int r = 1;

	while (!(end = memchr(l->buf + l->from, '\n', l->have)) && r > 0)
		r = fill(l);
	if (!end && (r < 0 || l->have == 0))
		return r;
	ret->text = l->buf + l->from;
	ret->len = end ? (size_t)(end - ret->text) : l->have;
	ret->at = l->at;
	ret->is_open = !end;
	said = ret->len + (end != NULL);
	l->from += said;
	l->have -= said;
	l->at += said;
	return 1;
}

void lines_free(struct lines *l)
{
	free(l);
}
