/* message.c - see message.h. One datagram is one message: a header, the payload, at most one descriptor (unix(7) SCM_RIGHTS). */
#include "io/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/loop.h"

enum { QUEUE_MAX = 16 << 20, SOCKET_BUFFER = 4 << 20, READ_BUDGET = 64 };

/* Eight bytes, so that the payload behind it is aligned for every kind's struct. */
struct header {
	uint32_t type, reserved;
};

struct kind {
	const char *name;
	size_t size;       /* the least payload */
	bool is_droppable; /* rather lost than queued */
	bool needs_fd;
};

static const struct kind kinds[MSG_TYPE_MAX] = {
	[MSG_CONFIG] = { "config", sizeof(struct msg_config), false, true },
	[MSG_PEER] = { "peer", sizeof(struct msg_peer), false, true },
	[MSG_RESTORE] = { "restore", 0, false, false },
	[MSG_STOP] = { "stop", 0, false, false },
	[MSG_DRILL] = { "drill", sizeof(struct msg_drill), false, false },
	[MSG_QUERY] = { "query", sizeof(struct msg_query), false, false },
	[MSG_SCRIPT_RESULT] = { "script result", sizeof(struct msg_script_result), false, false },
	[MSG_FILE_VALUE] = { "file value", sizeof(struct msg_tracked), false, false },
	[MSG_PROCESS_STATE] = { "process state", sizeof(struct msg_tracked), false, false },
	[MSG_HOOK_END] = { "hook end", sizeof(struct msg_hook_end), false, false },
	[MSG_WAIT] = { "wait", 0, false, false },
	[MSG_SUCCESSION] = { "succession", sizeof(struct msg_succession), false, false },
	[MSG_YIELD] = { "yield", 0, false, false },
	[MSG_LOG] = { "log", sizeof(struct msg_log), true, false },
	[MSG_READY] = { "ready", sizeof(struct msg_ready), false, false },
	[MSG_ALIVE] = { "alive", 0, true, false },
	[MSG_STATE] = { "state", 0, false, true },
	[MSG_REPLY] = { "reply", sizeof(struct msg_query), false, true },
	[MSG_NOTIFY] = { "notify", sizeof(struct msg_notify), false, false },
	[MSG_HOOK] = { "hook", sizeof(struct msg_hook), false, false },
	[MSG_GONE] = { "gone", 0, false, false },
	[MSG_CHECK] = { "check", sizeof(struct msg_check), false, false },
	[MSG_CHECK_SYNC] = { "check sync", sizeof(struct msg_config), false, false },
	[MSG_CHECK_RESTORE] = { "check restore", sizeof(struct msg_check), false, false },
	[MSG_CHECK_SUSPEND] = { "check suspend", sizeof(struct msg_check_suspend), false, false },
	[MSG_VIA] = { "via", sizeof(struct msg_via), false, false },
	[MSG_INSTANCE] = { "instance", sizeof(struct msg_instance), false, false },
	[MSG_BFD] = { "bfd", sizeof(struct msg_bfd), false, false },
	[MSG_SYNC_DAEMON] = { "sync daemon", sizeof(struct msg_sync_daemon), false, false },
	[MSG_VIPS] = { "vips", sizeof(struct msg_vips), false, false },
	[MSG_WHOSE] = { "whose", sizeof(struct msg_whose), false, false },
	[MSG_SERVICES] = { "services", 0, false, false },
	[MSG_SERVER] = { "server", sizeof(struct msg_server), false, false },
	[MSG_SERVICE] = { "service", sizeof(struct msg_service), false, false },
	[MSG_ANYCAST] = { "anycast", sizeof(struct msg_vips), false, false },
};

static const char *const roles[ROLE_MAX] = { "main", "vrrp", "lvs", "probe" };

struct queued {
	STAILQ_ENTRY(queued) link;
	size_t len;
	int fd; /* owned; -1: none */
	char data[];
};

struct channel {
	struct loop *loop;
	struct loop_watch *watch; /* owned */
	int fd;                   /* owned */
	const char *name;
	const struct channel_ops *ops; /* borrowed */
	void *ctx;
	STAILQ_HEAD(, queued) queue; /* owned */
	size_t queued_bytes;
	unsigned lost_lines;
	bool is_gone, has_overflowed;
};

const char *message_type_str(enum message_type type)
{
	return type < MSG_TYPE_MAX ? kinds[type].name : "?";
}

const char *role_str(enum role role)
{
	return role < ROLE_MAX ? roles[role] : "?";
}

int channel_pair(int ret_fd[2])
{
	int size = SOCKET_BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret_fd) < 0)
		return -errno;
	for (int i = 0; i < 2; i++)
		setsockopt(ret_fd[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)); /* more is better; less works too */
	return 0;
}

/* Says once that the peer is gone and stops listening. */
static void peer_is_gone(struct channel *ch)
{
	if (ch->is_gone)
		return;
	ch->is_gone = true;
	loop_watch_set(ch->watch, 0);
	if (ch->ops->gone)
		ch->ops->gone(ch->ctx);
}

static int send_now(struct channel *ch, const void *data, size_t len, int fd)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = len };
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c = &control.align;

		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.buf);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	while (sendmsg(ch->fd, &msg, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static void queued_free(struct queued *q)
{
	if (q->fd >= 0)
		close(q->fd);
	free(q);
}

/* Sends from the queue until the socket is full; -EAGAIN then. */
static int flush(struct channel *ch)
{
	struct queued *q;

	while ((q = STAILQ_FIRST(&ch->queue))) {
		int r = send_now(ch, q->data, q->len, q->fd);

		if (r == -EAGAIN || r == -ENOBUFS)
			return -EAGAIN;
		STAILQ_REMOVE_HEAD(&ch->queue, link);
		ch->queued_bytes -= q->len;
		queued_free(q);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Every descriptor of a control message; all but the first are closed, nobody sends more than one. */
static int take_fd(struct msghdr *msg)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int one;

			memcpy(&one, CMSG_DATA(c) + i * sizeof(int), sizeof(one));
			if (fd < 0)
				fd = one;
			else
				close(one);
		}
	}
	return fd;
}

static bool is_valid(const struct message *m, bool is_cut)
{
	if (is_cut || m->type >= MSG_TYPE_MAX || !kinds[m->type].name || m->len < kinds[m->type].size)
		return false;
	return !kinds[m->type].needs_fd || m->fd >= 0;
}

/*
 * One datagram: 1 handled, 0 nothing there, <0 the peer is gone. A peer that died with messages unread makes ECONNRESET come once
 * before what it said last; the end of the file comes after that.
 */
static int receive_one(struct channel *ch)
{
	_Alignas(8) char in[sizeof(struct header) + MESSAGE_MAX]; /* on the stack: one for all channels */
	struct iovec iov = { .iov_base = in, .iov_len = sizeof(in) };
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control.buf)
	};
	ssize_t n = recvmsg(ch->fd, &msg, MSG_CMSG_CLOEXEC);
	struct header h = { .type = MSG_TYPE_MAX };
	struct message m;

	if (n < 0 && errno == ECONNRESET)
		return 1;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	if ((size_t)n >= sizeof(h))
		memcpy(&h, in, sizeof(h));
	m = (struct message){ .type = (enum message_type)h.type, .fd = take_fd(&msg) };
	m.data = in + sizeof(h);
	m.len = (size_t)n >= sizeof(h) ? (size_t)n - sizeof(h) : 0;
	if (is_valid(&m, msg.msg_flags & MSG_TRUNC)) {
		ch->ops->message(ch->ctx, &m);
		return 1;
	}
	log_error(LOG_MAIN, "channel to %s: message of type %u with %zu bytes is malformed, dropped", ch->name, h.type,
		m.len);
	if (m.fd >= 0)
		close(m.fd);
	return 1;
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
	struct channel *ch = ctx;
	int r = 1;

	(void)fd;
	if (ready & LOOP_WRITE && flush(ch) == 0 && !ch->is_gone)
		loop_watch_set(ch->watch, LOOP_READ);
	if (!(ready & LOOP_READ))
		return;
	for (int i = 0; i < READ_BUDGET && r == 1 && !ch->is_gone; i++)
		r = receive_one(ch);
	if (r < 0)
		peer_is_gone(ch);
}

struct channel *channel_new(struct loop *l, int fd, const char *name, const struct channel_ops *ops, void *ctx)
{
	struct channel *ch = x_calloc(1, sizeof(*ch));

	ch->loop = l;
	ch->fd = fd;
	ch->name = name;
	ch->ops = ops;
	ch->ctx = ctx;
	STAILQ_INIT(&ch->queue);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	ch->watch = loop_watch_new(l, fd, LOOP_READ, on_ready, ch);
	return ch;
}

void channel_free(struct channel *ch)
{
	struct queued *q;

	if (!ch)
		return;
	flush(ch);
	while ((q = STAILQ_FIRST(&ch->queue))) {
		STAILQ_REMOVE_HEAD(&ch->queue, link);
		queued_free(q);
	}
	loop_watch_free(ch->watch);
	close(ch->fd);
	free(ch);
}

static int enqueue(struct channel *ch, const char *data, size_t len, int fd)
{
	struct queued *q;

	if (ch->queued_bytes + len > QUEUE_MAX) {
		if (!ch->has_overflowed)
			log_error(LOG_MAIN, "channel to %s: %zu bytes wait unread, messages are lost", ch->name,
				ch->queued_bytes);
		ch->has_overflowed = true;
		return -ENOBUFS;
	}
	q = x_calloc(1, sizeof(*q) + len);
	memcpy(q->data, data, len);
	q->len = len;
	q->fd = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	STAILQ_INSERT_TAIL(&ch->queue, q, link);
	ch->queued_bytes += len;
	loop_watch_set(ch->watch, LOOP_READ | LOOP_WRITE);
	return 0;
}

int channel_send(struct channel *ch, enum message_type type, const void *data, size_t len, int fd)
{
	struct header h = { .type = type };
	char buf[sizeof(h) + MESSAGE_MAX];
	int r = -EAGAIN;

	if (!ch)
		return -ENOTCONN;
	if (ch->is_gone)
		return -EPIPE;
	if (len > MESSAGE_MAX)
		return -EMSGSIZE;
	memcpy(buf, &h, sizeof(h));
	if (len)
		memcpy(buf + sizeof(h), data, len);
	if (STAILQ_EMPTY(&ch->queue))
		r = send_now(ch, buf, sizeof(h) + len, fd);
	if (r == 0)
		return 0;
	if (r != -EAGAIN && r != -ENOBUFS)
		return r;
	if (kinds[type].is_droppable) {
		ch->lost_lines++;
		return -ENOBUFS;
	}
	return enqueue(ch, buf, sizeof(h) + len, fd);
}

void channel_drain(struct channel *ch)
{
	if (!ch)
		return;
	while (!ch->is_gone && receive_one(ch) == 1)
		continue;
}

int channel_fd(const struct channel *ch)
{
	return ch->fd;
}

/* FNV-1a over names and sizes, in order. */
uint32_t message_protocol(void)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < MSG_TYPE_MAX; i++) {
		for (const char *s = kinds[i].name; s && *s; s++)
			sum = (sum ^ (uint8_t)*s) * 16777619u;
		sum = (sum ^ (uint8_t)kinds[i].size) * 16777619u;
	}
	return sum;
}

size_t channel_queued(const struct channel *ch)
{
	return ch->queued_bytes;
}
