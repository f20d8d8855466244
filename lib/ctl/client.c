/* client.c - see client.h. */
#include "ctl/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mono.h"
#include "base/text.h"

static int connect_to(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, r = 0;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	memcpy(un.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		r = -errno;
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static int send_line(int fd, const char *request)
{
	struct text line = { 0 };
	ssize_t n;

	text_printf(&line, "%s\n", request);
	n = send(fd, line.s, line.len, MSG_NOSIGNAL);
	text_done(&line);
	return n < 0 ? -errno : 0;
}

static int receive_all(int fd, mono_t deadline, struct text *reply)
{
	char buf[65536];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = mono_diff(deadline, mono_now()) / MONO_MSEC;
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return -ETIMEDOUT;
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		text_add_bytes(reply, buf, (size_t)n);
	}
}

int client_ask(const char *socket_path, const char *request, int timeout_ms, char **ret, size_t *ret_len)
{
	mono_t deadline = mono_add(mono_now(), timeout_ms * MONO_MSEC);
	struct text reply = { 0 };
	int fd = connect_to(socket_path);
	int r;

	if (fd < 0)
		return fd;
	r = send_line(fd, request);
	if (r == 0)
		r = receive_all(fd, deadline, &reply);
	close(fd);
	if (r == 0 && !reply.len)
		r = -EPROTO;
	if (r < 0) {
		text_done(&reply);
		return r;
	}
	*ret = reply.s;
	*ret_len = reply.len;
	return 0;
}
