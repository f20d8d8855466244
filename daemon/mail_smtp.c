/* mail_smtp.c - see mail_smtp.h. */
#include "daemon/mail_smtp.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mono.h"
#include "base/text.h"
#include "daemon/mail_text.h"

enum { LINE_SIZE = 1024, LINES_MAX = 100 /* of one answer */ };

struct talk {
	int fd;
	int64_t timeout;
	mono_t until; /* of this step */
	char buf[LINE_SIZE];
	size_t len;
};

/* 0, -ETIMEDOUT or another -errno. */
static int wait_for(const struct talk *t, short events)
{
	struct pollfd p = { t->fd, events, 0 };
	int64_t left = mono_diff(t->until, mono_now());
	int n = poll(&p, 1, left > 0 ? (int)(left / MONO_MSEC) + 1 : 0);

	return n > 0 ? 0 : n == 0 ? -ETIMEDOUT : errno == EINTR ? 0 : -errno;
}

static int send_all(struct talk *t, const char *s, size_t len)
{
	t->until = mono_add(mono_now(), t->timeout);
	while (len) {
		ssize_t n = send(t->fd, s, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		int r = 0;

		if (n >= 0) {
			s += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			r = wait_for(t, POLLOUT);
		} else {
			r = -errno;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* More bytes behind those that are there. */
static int fill(struct talk *t)
{
	ssize_t n;
	int r = wait_for(t, POLLIN);

	if (r < 0)
		return r;
	n = recv(t->fd, t->buf + t->len, sizeof(t->buf) - t->len, MSG_DONTWAIT);
	if (n == 0)
		return -ECONNRESET;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	t->len += (size_t)n;
	return 0;
}

/* The next line's first four characters; a longer line than SMTP allows is an error. */
static int read_line(struct talk *t, char start[4])
{
	char *end;

	while (!(end = memchr(t->buf, '\n', t->len))) {
		int r = t->len < sizeof(t->buf) ? fill(t) : -EMSGSIZE;

		if (r < 0)
			return r;
	}
	memset(start, 0, 4);
	memcpy(start, t->buf, end - t->buf < 4 ? (size_t)(end - t->buf) : 4);
	t->len -= (size_t)(end + 1 - t->buf);
	memmove(t->buf, end + 1, t->len);
	return 0;
}

/* The first digit of an answer of one or more lines, 0 when that is none, or -errno. */
static int answer(struct talk *t)
{
	char start[4] = "";
	int r;

	t->until = mono_add(mono_now(), t->timeout);
	for (unsigned i = 0; i < LINES_MAX; i++) {
		r = read_line(t, start);
		if (r < 0)
			return r;
		if (start[3] != '-')
			return *start >= '2' && *start <= '5' ? *start - '0' : 0;
	}
	return 0;
}

/* One command and its answer, which must begin with `wanted`. */
static enum mail_end say(struct talk *t, const char *line, int wanted, enum mail_end refused)
{
	int r = send_all(t, line, strlen(line));

	if (r == 0)
		r = answer(t);
	return r < 0 ? MAIL_NO_ANSWER : r == wanted ? MAIL_SENT : refused;
}

static enum mail_end say_with(struct talk *t, const char *format, const char *value, enum mail_end refused)
{
	struct text line = { 0 };
	enum mail_end end;

	text_add(&line, format);
	text_add(&line, value);
	text_add(&line, *format == 'E' || *format == 'H' ? "\r\n" : ">\r\n");
	end = say(t, line.s, 2, refused);
	text_done(&line);
	return end;
}

static enum mail_end greet(struct talk *t, const struct mail_envelope *e)
{
	enum mail_end end = say(t, "", 2, MAIL_REFUSED_GREETING);

	if (end == MAIL_SENT)
		end = say_with(t, "EHLO ", e->helo, MAIL_REFUSED_HELO);
	if (end == MAIL_REFUSED_HELO)
		end = say_with(t, "HELO ", e->helo, MAIL_REFUSED_HELO);
	return end;
}

/* One recipient that is refused does not keep the mail from the others. */
static enum mail_end address(struct talk *t, const struct mail_envelope *e)
{
	enum mail_end end = say_with(t, "MAIL FROM:<", e->from, MAIL_REFUSED_SENDER);
	unsigned n = 0;

	for (unsigned i = 0; i < e->n_to && (end == MAIL_SENT || end == MAIL_REFUSED_RECIPIENT); i++) {
		end = say_with(t, "RCPT TO:<", e->to[i], MAIL_REFUSED_RECIPIENT);
		n += end == MAIL_SENT;
	}
	return end == MAIL_REFUSED_RECIPIENT && n ? MAIL_SENT : end;
}

static enum mail_end deliver(struct talk *t, const struct mail_envelope *e, const char *mail)
{
	struct text data = { 0 };
	enum mail_end end = greet(t, e);

	if (end == MAIL_SENT)
		end = address(t, e);
	if (end == MAIL_SENT)
		end = say(t, "DATA\r\n", 3, MAIL_REFUSED_DATA);
	if (end != MAIL_SENT)
		return end;
	mail_text_stuff(&data, mail);
	end = say(t, data.s, 2, MAIL_REFUSED_DATA);
	text_done(&data);
	(void)send_all(t, "QUIT\r\n", 6); /* it has the mail: whatever it says now */
	return end;
}

static int connect_to(struct talk *t, const struct addrinfo *ai)
{
	int error = 0;
	socklen_t len = sizeof(error);

	t->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	t->len = 0;
	t->until = mono_add(mono_now(), t->timeout);
	if (t->fd < 0)
		return -errno;
	if (connect(t->fd, ai->ai_addr, ai->ai_addrlen) < 0)
		error = errno;
	if (error == EINPROGRESS) {
		error = -wait_for(t, POLLOUT);
		if (!error && getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
			error = errno;
	}
	if (!error)
		return 0;
	close(t->fd);
	return -error;
}

enum mail_end mail_smtp_send(const struct mail_envelope *e, const char *mail)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct talk t = { .fd = -1, .timeout = e->timeout_usec };
	enum mail_end end = MAIL_NO_HOST;
	struct addrinfo *list;
	char port[8];
	int r = -1;

	snprintf(port, sizeof(port), "%u", e->port & 0xffff);
	if (getaddrinfo(e->host, port, &hints, &list))
		return MAIL_NO_HOST;
	for (const struct addrinfo *ai = list; ai && r < 0; ai = ai->ai_next) {
		r = connect_to(&t, ai);
		end = r == -ECONNREFUSED ? MAIL_REFUSED_CONNECTION : MAIL_NO_ANSWER;
	}
	freeaddrinfo(list);
	if (r < 0)
		return end;
	end = deliver(&t, e, mail);
	close(t.fd);
	return end;
}
