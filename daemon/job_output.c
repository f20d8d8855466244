/* job_output.c - see job_output.h. */
#include "daemon/job_output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io/loop.h"

enum { CHUNK = 4096, CHUNKS_MAX = 32 };

static void keep(struct job_output *o, const char *text, size_t len)
{
	for (size_t i = 0; i < len && !o->is_over; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n' || o->n == sizeof(o->line) - 1)
			o->is_over = o->n > 0;
		else
			o->line[o->n++] = c < ' ' || c > '~' ? '?' : (char)c;
	}
}

/* False once nothing more will come. */
static bool drain(struct job_output *o)
{
	char buf[CHUNK];
	ssize_t n = 1;

	for (int i = 0; i < CHUNKS_MAX && n > 0; i++) {
		n = read(o->fd, buf, sizeof(buf));
		if (n > 0)
			keep(o, buf, (size_t)n);
	}
	return n > 0 || (n < 0 && errno == EAGAIN);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct job_output *o = ctx;

	(void)fd, (void)ready;
	if (!drain(o))
		loop_watch_set(o->watch, 0);
}

int job_output_open(struct job_output *o, struct loop *l)
{
	int fds[2];

	memset(o, 0, sizeof(*o));
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	o->fd = fds[0];
	o->watch = loop_watch_new(l, o->fd, LOOP_READ, on_ready, o);
	return fds[1];
}

void job_output_shut(struct job_output *o)
{
	if (!o->watch)
		return;
	(void)drain(o);
	loop_watch_free(o->watch);
	o->watch = NULL;
	close(o->fd);
}
