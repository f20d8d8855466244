/*
 * link.c - rtnetlink by hand over libnl's sockets. Two sockets: commands (requests and dumps, answers collected within a bound)
 * and the monitor (multicast groups, non-blocking). rtnetlink(7), linux/rtnetlink.h, net/ipv4/devinet.c for the error numbers.
 */
#include "net/link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"

#include "net/link_table.h"
#include "net/link_wire.h"

enum {
	BUF_SIZE = 65536,  /* the kernel fills dumps by 32 KiB */
	BATCH_MAX = 128,   /* requests in one sendto(): their acks fit any receive buffer */
	REQUEST_MAX = 128, /* bytes of one address request */
	RCVBUF = 1 << 20,
	ANSWER_MSEC = 500,
	DUMP_TRIES = 3,
};

struct link {
	struct nl_sock *cmd, *mon;
	struct link_table table;
	uint32_t seq;
	uint8_t *buf;    /* BUF_SIZE */
	bool has_routes; /* they are followed */
};

/* Reading messages. */

static int take_route(struct link *l, struct nlmsghdr *h)
{
	struct link_route r;

	if (!link_wire_route(h, &r))
		return 0;
	if (h->nlmsg_type == RTM_NEWROUTE)
		return link_table_put_route(&l->table, &r) ? LINK_CHANGED_ROUTE : 0;
	return link_table_drop_route(&l->table, &r) ? LINK_CHANGED_ROUTE : 0;
}

/* One message into the table; enum link_changed or 0. */
static int take(struct link *l, struct nlmsghdr *h)
{
	struct link_addr a;
	struct link_if in;
	bool changed = false;

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
		return link_wire_if(h, &in) && link_table_put_if(&l->table, &in) ? LINK_CHANGED_IF : 0;
	case RTM_DELLINK:
		return link_wire_if(h, &in) && link_table_drop_if(&l->table, in.index)
			? LINK_CHANGED_IF | LINK_CHANGED_ADDR
			: 0;
	case RTM_NEWADDR:
		changed = link_wire_addr(h, &a) && link_table_put_addr(&l->table, &a);
		break;
	case RTM_DELADDR:
		changed = link_wire_addr(h, &a) && link_table_drop_addr(&l->table, &a);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return take_route(l, h);
	default: /* other kinds of the group */
		break;
	}
	return changed ? LINK_CHANGED_ADDR : 0;
}

/* One datagram from the kernel itself into l->buf: its length, 0 for another sender's, or -errno. */
static int receive(struct link *l, struct nl_sock *sk)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { l->buf, BUF_SIZE };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n = recvmsg(nl_socket_get_fd(sk), &msg, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	return from.nl_pid == 0 ? (int)n : 0;
}

/* As receive() on the command socket, waiting until `until`. */
static int receive_answer(struct link *l, mono_t until)
{
	struct pollfd p = { .fd = nl_socket_get_fd(l->cmd), .events = POLLIN };
	int n = receive(l, l->cmd);

	while (n == -EAGAIN || n == -EINTR || n == 0) {
		int64_t left = mono_diff(until, mono_now());

		if (left <= 0)
			return -ETIMEDOUT;
		(void)poll(&p, 1, (int)(left / MONO_MSEC) + 1);
		n = receive(l, l->cmd);
	}
	return n;
}

/* Dumps. */

/* Takes one datagram of a dump. 1 when it was the last, 0 when more come, or -errno. */
static int dump_part(struct link *l, int len, bool *ret_again)
{
	for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)l->buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		if (h->nlmsg_seq != l->seq)
			continue;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)nlmsg_data(h))->error;
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			*ret_again = true;
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		take(l, h);
	}
	return 0;
}

static int send_dump(struct link *l, int type, size_t head, uint8_t family)
{
	uint8_t zero[sizeof(struct ifinfomsg)] = { family };
	struct nl_msg *m = nlmsg_alloc();
	int r;

	if (!m)
		return -ENOMEM;
	(void)nlmsg_put(m, NL_AUTO_PORT, ++l->seq, type, 0, NLM_F_REQUEST | NLM_F_DUMP);
	r = type == RTM_GETROUTE ? link_wire_ask_routes(m) : nlmsg_append(m, zero, head, NLMSG_ALIGNTO);
	if (r >= 0)
		r = nl_sendto(l->cmd, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len);
	nlmsg_free(m);
	return r < 0 ? -EIO : 0;
}

/* One whole dump; *ret_again when the kernel says that it changed meanwhile. */
static int dump(struct link *l, int type, size_t head, bool *ret_again)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	int r = send_dump(l, type, head, type == RTM_GETADDR ? AF_INET : AF_UNSPEC);

	if (r < 0)
		return r;
	for (r = 0; r == 0;) {
		int len = receive_answer(l, until);

		r = len < 0 ? len : dump_part(l, len, ret_again);
	}
	return r < 0 ? r : 0;
}

int link_dump(struct link *l)
{
	int r = 0;

	for (int i = 0; i < DUMP_TRIES; i++) {
		bool again = false;

		link_table_clear(&l->table);
		r = dump(l, RTM_GETLINK, sizeof(struct ifinfomsg), &again);
		if (r >= 0)
			r = dump(l, RTM_GETADDR, sizeof(struct ifaddrmsg), &again);
		if (r >= 0 && !again)
			return 0;
	}
	return r;
}

int link_route_dump(struct link *l)
{
	int r = 0;

	for (int i = 0; i < DUMP_TRIES; i++) {
		bool again = false;

		l->table.n_routes = 0;
		r = dump(l, RTM_GETROUTE, sizeof(struct rtmsg), &again);
		if (r >= 0 && !again)
			return 0;
	}
	return r;
}

int link_route_watch(struct link *l)
{
	int r = 0;

	if (!l->has_routes && nl_socket_add_memberships(l->mon, RTNLGRP_IPV4_ROUTE, 0) < 0)
		r = -EIO;
	l->has_routes = true;
	return r < 0 ? r : link_route_dump(l);
}

/* The kernel does not say which IPv4 routes went with an interface or an address. */
static int finish_read(struct link *l, int changed)
{
	int r = 0;

	if (l->has_routes && (changed & (LINK_CHANGED_IF | LINK_CHANGED_ADDR)))
		r = link_route_dump(l);
	return r < 0 ? r : changed;
}

int link_read(struct link *l)
{
	int changed = 0;

	for (;;) {
		int len = receive(l, l->mon);

		if (len == -EAGAIN)
			return finish_read(l, changed);
		if (len == -ENOBUFS) {
			int r = link_dump(l);

			if (r < 0)
				return r;
			changed = LINK_CHANGED_IF | LINK_CHANGED_ADDR;
			continue;
		}
		if (len < 0 && len != -EINTR)
			return len;
		for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)l->buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len))
			changed |= take(l, h);
	}
}

/* Changes. */

/* The requests of one batch one after another in `out`; their bytes, or -errno. */
static int encode_batch(struct link *l, const struct link_change *c, unsigned n, uint8_t *out)
{
	size_t len = 0;

	for (unsigned i = 0; i < n; i++) {
		struct nl_msg *m = nlmsg_alloc_size(REQUEST_MAX);
		int r = m ? link_wire_change(m, &c[i], l->seq + i) : -ENOMEM;

		if (r < 0) {
			nlmsg_free(m);
			return r;
		}
		memcpy(out + len, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len);
		len += NLMSG_ALIGN(nlmsg_hdr(m)->nlmsg_len);
		nlmsg_free(m);
	}
	return (int)len;
}

/* The table follows a change that the kernel confirmed; the monitor's message then finds nothing new. */
static void follow(struct link *l, const struct link_change *c)
{
	struct link_addr a = { .index = c->index, .addr = c->addr, .prefix_len = c->prefix_len, .scope = c->scope,
		.proto = LINK_ADDR_PROTO, .is_leased = c->valid_lft > 0 };

	if (c->route) {
		if (c->op == LINK_ADD && (c->err == 0 || c->err == -EEXIST))
			link_table_put_route(&l->table, c->route);
		else if (c->op == LINK_DEL && (c->err == 0 || c->err == -ESRCH))
			link_table_drop_route(&l->table, c->route);
		return;
	}
	if (c->op == LINK_ADD && c->err == 0)
		link_table_put_addr(&l->table, &a);
	else if (c->op == LINK_DEL && (c->err == 0 || c->err == -EADDRNOTAVAIL))
		link_table_drop_addr(&l->table, &a);
}

static int collect(struct link *l, struct link_change *c, unsigned n)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	unsigned answered = 0;

	while (answered < n) {
		int len = receive_answer(l, until);

		if (len < 0)
			return len;
		for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)l->buf; nlmsg_ok(h, len);
			h = nlmsg_next(h, &len)) {
			uint32_t i = h->nlmsg_seq - l->seq;

			if (h->nlmsg_type != NLMSG_ERROR || i >= n)
				continue;
			c[i].err = ((struct nlmsgerr *)nlmsg_data(h))->error;
			follow(l, &c[i]);
			answered++;
		}
	}
	return 0;
}

static int apply_batch(struct link *l, struct link_change *c, unsigned n)
{
	uint8_t out[BATCH_MAX * REQUEST_MAX];
	int r;

	for (unsigned i = 0; i < n; i++)
		c[i].err = -EIO;
	l->seq++;
	r = encode_batch(l, c, n, out);
	if (r > 0)
		r = nl_sendto(l->cmd, out, (size_t)r) < 0 ? -EIO : 0;
	if (r == 0)
		r = collect(l, c, n);
	l->seq += n;
	return r;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	for (unsigned done = 0; done < n;) {
		unsigned part = n - done < BATCH_MAX ? n - done : BATCH_MAX;
		int r = apply_batch(l, changes + done, part);

		if (r < 0) {
			for (unsigned i = done + part; i < n; i++)
				changes[i].err = r;
			return r;
		}
		done += part;
	}
	return 0;
}

/* Life and look-up. */

static struct nl_sock *open_socket(void)
{
	struct nl_sock *sk = nl_socket_alloc();

	if (!sk || nl_connect(sk, NETLINK_ROUTE) < 0) {
		nl_socket_free(sk);
		return NULL;
	}
	(void)nl_socket_set_buffer_size(sk, RCVBUF, RCVBUF);
	return sk;
}

int link_new(struct link **ret)
{
	struct link *l = x_calloc(1, sizeof(*l));
	const int on = 1;
	int r = -EIO;

	l->buf = x_calloc(1, BUF_SIZE);
	l->cmd = open_socket();
	l->mon = open_socket();
	if (l->cmd) /* dumps of routes then hold our own alone; kernels before 4.20 send all of them */
		(void)setsockopt(nl_socket_get_fd(l->cmd), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (l->cmd && l->mon && nl_socket_set_nonblocking(l->mon) >= 0 &&
		nl_socket_add_memberships(l->mon, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, 0) >= 0)
		r = link_dump(l);
	if (r < 0) {
		link_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

void link_free(struct link *l)
{
	if (!l)
		return;
	nl_socket_free(l->cmd);
	nl_socket_free(l->mon);
	link_table_done(&l->table);
	free(l->buf);
	free(l);
}

int link_fd(const struct link *l)
{
	return nl_socket_get_fd(l->mon);
}

const struct link_if *link_find(const struct link *l, const char *name)
{
	return link_table_find(&l->table, name);
}

const struct link_if *link_find_index(const struct link *l, int index)
{
	return link_table_find_index(&l->table, index);
}

const struct link_addr *link_addr_find(const struct link *l, int index, const struct addr *a)
{
	return link_table_find_addr(&l->table, index, a);
}

const struct link_addr *link_addrs(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->table.n_addrs;
	return l->table.addrs;
}

const struct link_route *link_route_find(const struct link *l, const struct link_route *r)
{
	return link_table_find_route(&l->table, r);
}

const struct link_route *link_routes(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->table.n_routes;
	return l->table.routes;
}
