/* proc_events.c - see proc_events.h. The messages are those of linux/cn_proc.h inside linux/connector.h inside netlink(7). */
#include "net/proc_events.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/mono.h"

enum { ANSWER_MSEC = 100, BUF_SIZE = 8192, RCVBUF = 1 << 20 };

struct proc_events {
	int fd;
};

/* The header of a message and what it carries, as they lie in a datagram. */
union buffer {
	struct nlmsghdr head;
	char bytes[BUF_SIZE];
};

static int listen_to_all(int fd)
{
	union buffer b = { .bytes = { 0 } };
	struct cn_msg cn = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof(enum proc_cn_mcast_op) };
	const enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
	size_t len = NLMSG_LENGTH(sizeof(cn) + sizeof(op));

	b.head = (struct nlmsghdr){ .nlmsg_len = (uint32_t)len, .nlmsg_type = NLMSG_DONE };
	memcpy(b.bytes + NLMSG_HDRLEN, &cn, sizeof(cn));
	memcpy(b.bytes + NLMSG_HDRLEN + sizeof(cn), &op, sizeof(op));
	return send(fd, b.bytes, len, 0) < 0 ? -errno : 0;
}

/* One event out of a message; false when it is none. */
static bool take(const struct nlmsghdr *h, struct proc_event *ret)
{
	const char *data = (const char *)h + NLMSG_HDRLEN;
	size_t len = h->nlmsg_len - NLMSG_HDRLEN;
	struct cn_msg cn;

	if (h->nlmsg_type != NLMSG_DONE || len < sizeof(cn))
		return false;
	memcpy(&cn, data, sizeof(cn));
	if (cn.id.idx != CN_IDX_PROC || cn.id.val != CN_VAL_PROC || cn.len > len - sizeof(cn))
		return false;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret, data + sizeof(cn), cn.len < sizeof(*ret) ? cn.len : sizeof(*ret));
	return true;
}

static void tell(const struct proc_event *ev, proc_events_fn *fn, void *ctx)
{
	const uint32_t what = (uint32_t)ev->what; /* newer kernels know more kinds than the header */
	pid_t pid = 0, tgid = 1;

	if (what == PROC_EVENT_FORK) {
		pid = ev->event_data.fork.child_pid;
		tgid = ev->event_data.fork.child_tgid;
	} else if (what == PROC_EVENT_EXEC || what == PROC_EVENT_COMM || what == PROC_EVENT_EXIT) {
		pid = ev->event_data.exec.process_pid; /* all three begin with the two numbers */
		tgid = ev->event_data.exec.process_tgid;
	}
	if (pid == tgid)
		fn(ctx, what == PROC_EVENT_EXIT ? PROC_ENDED : PROC_CHANGED, pid);
}

/* One datagram of the kernel; its length, 0 for somebody else's, or -errno. */
static ssize_t receive(const struct proc_events *p, union buffer *b)
{
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(p->fd, b->bytes, sizeof(b->bytes), MSG_DONTWAIT, (struct sockaddr *)(void *)&from, &size);

	if (n < 0)
		return -errno;
	return from.nl_pid == 0 ? n : 0;
}

/* All messages of a datagram. */
static void take_all(const union buffer *b, size_t len, proc_events_fn *fn, void *ctx)
{
	const struct nlmsghdr *h;
	struct proc_event ev;

	for (size_t at = 0; at + NLMSG_HDRLEN <= len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (const struct nlmsghdr *)(const void *)(b->bytes + at);
		if (h->nlmsg_len < NLMSG_HDRLEN || h->nlmsg_len > len - at)
			return;
		if (take(h, &ev))
			tell(&ev, fn, ctx);
	}
}

int proc_events_read(struct proc_events *p, proc_events_fn *fn, void *ctx)
{
	union buffer b;

	for (;;) {
		ssize_t n = receive(p, &b);

		if (n == -EAGAIN)
			return 0;
		if (n < 0 && n != -EINTR)
			return (int)n;
		if (n > 0)
			take_all(&b, (size_t)n, fn, ctx);
	}
}

/* The kernel says that it heard us by an event of kind NONE; outside the initial namespaces it says nothing. */
static int await_answer(const struct proc_events *p)
{
	const mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	struct pollfd poll_fd = { .fd = p->fd, .events = POLLIN };
	struct proc_event ev;
	union buffer b;

	for (int64_t left; (left = mono_diff(until, mono_now())) > 0;) {
		ssize_t n = poll(&poll_fd, 1, (int)(left / MONO_MSEC) + 1) > 0 ? receive(p, &b) : 0;

		if (n >= (ssize_t)NLMSG_HDRLEN && b.head.nlmsg_len <= (size_t)n && b.head.nlmsg_len >= NLMSG_HDRLEN &&
			take(&b.head, &ev) && (uint32_t)ev.what == PROC_EVENT_NONE)
			return -(int)ev.event_data.ack.err;
	}
	return -EOPNOTSUPP;
}

int proc_events_new(struct proc_events **ret)
{
	struct proc_events *p = x_calloc(1, sizeof(*p));
	const struct sockaddr_nl me = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	const int rcvbuf = RCVBUF;
	int r;

	p->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	r = p->fd < 0 || bind(p->fd, (const struct sockaddr *)(const void *)&me, sizeof(me)) < 0 ? -errno : 0;
	if (r == 0) {
		(void)setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
		r = listen_to_all(p->fd);
	}
	if (r == 0)
		r = await_answer(p);
	if (r == 0)
		*ret = p;
	else
		proc_events_free(p);
	return r;
}

void proc_events_free(struct proc_events *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

int proc_events_fd(const struct proc_events *p)
{
	return p->fd;
}
