/*
 * link.c - rtnetlink by hand over libnl's sockets. Three of them: commands (requests and dumps, answers collected within a bound),
 * renewals of leases (link_apply.c), and the monitor (multicast groups, non-blocking), which does not hear of those. rtnetlink(7),
 * linux/rtnetlink.h, net/ipv4/devinet.c for the error numbers.
 */
#include "net/link.h"

#include <errno.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"

#include "net/link_policy.h"
#include "net/link_state.h"
#include "net/link_table.h"
#include "net/link_wire.h"

enum {
	BUF_SIZE = 65536, /* the kernel fills dumps by 32 KiB */
	RCVBUF = 1 << 20,
	ANSWER_MSEC = 500,
	DUMP_TRIES = 10, /* while the kernel says that it changed meanwhile */
	DRAIN_MAX = 4096,
};

/* Reading messages. */

static bool take_forwarding(struct link *l, struct nlmsghdr *h)
{
	int index;
	bool on;

	return link_wire_forwarding6(h, &index, &on) && link_table_set_router6(&l->table, index, on);
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
	case RTM_NEWNETCONF:
		return take_forwarding(l, h) ? LINK_CHANGED_IF : 0;
	case RTM_NEWADDR:
		changed = link_wire_addr(h, &a) && link_table_put_addr(&l->table, &a);
		break;
	case RTM_DELADDR:
		changed = link_wire_addr(h, &a) && link_table_drop_addr(&l->table, &a);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_NEWRULE:
	case RTM_DELRULE:
		return link_policy_take(&l->policy, h) ? LINK_CHANGED_RULE : 0;
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
	ssize_t n = l->recv(nl_socket_get_fd(sk), &msg, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -ENOBUFS;
	if (from.nl_pid == 0)
		return (int)n;
	l->foreign++;
	return 0;
}

/* nl_sendto() has error numbers of its own, which say less. */
int link_send(struct nl_sock *sk, const void *data, size_t len)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(nl_socket_get_fd(sk), data, len, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int link_receive_answer(struct link *l, struct nl_sock *sk, mono_t until)
{
	struct pollfd p = { .fd = nl_socket_get_fd(sk), .events = POLLIN };
	int n = receive(l, sk);

	while (n == -EAGAIN || n == -EINTR || n == 0) {
		int64_t left = mono_diff(until, mono_now());

		if (left <= 0)
			return -ETIMEDOUT;
		(void)poll(&p, 1, (int)(left / MONO_MSEC) + 1);
		n = receive(l, sk);
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
			return nlmsg_datalen(h) >= 4 && *(const int *)nlmsg_data(h) < 0 ? *(const int *)nlmsg_data(h)
											: 1;
		if (!link_policy_fill(&l->policy, h))
			take(l, h);
	}
	return 0;
}

static int send_dump(struct link *l, int type, uint8_t family, uint8_t proto)
{
	size_t head = type == RTM_GETLINK ? sizeof(struct ifinfomsg)
		: type == RTM_GETRULE     ? sizeof(struct rtmsg) /* as long as a struct fib_rule_hdr */
					  : sizeof(struct ifaddrmsg);
	uint8_t zero[sizeof(struct ifinfomsg)] = { family };
	struct nl_msg *m = nlmsg_alloc();
	int r;

	if (!m)
		return -ENOMEM;
	(void)nlmsg_put(m, NL_AUTO_PORT, ++l->seq, type, 0, NLM_F_REQUEST | NLM_F_DUMP);
	r = type == RTM_GETROUTE ? link_route_ask(m, family, proto) : nlmsg_append(m, zero, head, NLMSG_ALIGNTO);
	if (r >= 0)
		r = link_send(l->cmd, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len);
	nlmsg_free(m);
	return r;
}

/* One whole dump, of routes that of one protocol; *ret_again when the kernel says that it changed meanwhile. */
static int dump_of(struct link *l, int type, uint8_t family, uint8_t proto, bool *ret_again)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	int r = send_dump(l, type, family, proto);

	if (r < 0)
		return r;
	for (r = 0; r == 0;) {
		int len = link_receive_answer(l, l->cmd, until);

		r = len < 0 ? len : dump_part(l, len, ret_again);
	}
	return r < 0 ? r : 0;
}

static int dump(struct link *l, int type, uint8_t family, bool *ret_again)
{
	return dump_of(l, type, family, 0, ret_again);
}

int link_refresh(struct link *l, int index)
{
	struct ifinfomsg ifi = { .ifi_index = index };
	struct nl_msg *m = nlmsg_alloc();
	bool again = false;
	int r = -ENOMEM;

	if (m && nlmsg_put(m, NL_AUTO_PORT, ++l->seq, RTM_GETLINK, 0, NLM_F_REQUEST) &&
		nlmsg_append(m, &ifi, sizeof(ifi), NLMSG_ALIGNTO) >= 0)
		r = link_send(l->cmd, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len);
	nlmsg_free(m);
	if (r == 0)
		r = link_receive_answer(l, l->cmd, mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC));
	r = r < 0 ? r : dump_part(l, r, &again);
	return r < 0 ? r : 0;
}

/* The rest of a dump that was given up: while one is not read to its end the kernel refuses the next one. */
static void drain(struct link *l)
{
	for (unsigned i = 0; i < DRAIN_MAX; i++)
		if (receive(l, l->cmd) == -EAGAIN)
			return;
}

/* One try at all dumps of a kind, into empty tables. */
typedef int dump_fn(struct link *l, bool *ret_again);

/* Until the kernel says that nothing changed meanwhile. 0, -EAGAIN when it never does, or -errno. */
static int dump_whole(struct link *l, dump_fn *once)
{
	mono_t until = mono_add(mono_now(), ANSWER_MSEC * MONO_MSEC);
	int r;

	for (int i = 0; i < DUMP_TRIES; i++) {
		bool again = false;

		r = once(l, &again);
		if (r >= 0 && !again)
			return 0;
		if (r < 0)
			drain(l);
		else
			r = -EAGAIN;
		if (!mono_before(mono_now(), until))
			break;
	}
	return r;
}

static int dump_links(struct link *l, bool *ret_again)
{
	int r;

	link_table_clear(&l->table);
	r = dump(l, RTM_GETLINK, AF_UNSPEC, ret_again);
	return r < 0 ? r : dump(l, RTM_GETADDR, AF_UNSPEC, ret_again);
}

int link_dump(struct link *l)
{
	struct link_table before = l->table;
	int r;

	l->table = (struct link_table){ .order = before.order };
	r = dump_whole(l, dump_links);
	if (r == 0 || (r == -EAGAIN && before.n_ifs == 0)) {
		link_table_done(&before);
	} else {
		link_table_done(&l->table);
		l->table = before;
	}
	return r;
}

/* Of IPv6, which a kernel may be without. */
static int unless_missing(int r)
{
	return r == -EAFNOSUPPORT || r == -EOPNOTSUPP || r == -EINVAL ? 0 : r;
}

static int dump_routes(struct link *l, bool *ret_again)
{
	int r = 0;

	l->policy.routes.n = 0;
	for (uint8_t proto = 0; r == 0 && (proto = link_policy_next_proto(&l->policy, proto));) {
		r = dump_of(l, RTM_GETROUTE, AF_INET, proto, ret_again);
		if (r == 0)
			r = unless_missing(dump_of(l, RTM_GETROUTE, AF_INET6, proto, ret_again));
	}
	return r;
}

int link_route_dump(struct link *l)
{
	struct link_route_table before = l->policy.routes;
	int r;

	l->policy.routes = (struct link_route_table){ 0 };
	r = dump_whole(l, dump_routes);
	l->policy.is_stale = r < 0;
	if (r < 0) {
		link_route_table_done(&l->policy.routes);
		l->policy.routes = before;
	} else {
		link_route_table_done(&before);
	}
	return r;
}

static int dump_rules(struct link *l, bool *ret_again)
{
	int r;

	l->policy.rules.n = 0;
	r = dump(l, RTM_GETRULE, AF_INET, ret_again);
	return r < 0 ? r : unless_missing(dump(l, RTM_GETRULE, AF_INET6, ret_again));
}

int link_rule_dump(struct link *l)
{
	struct link_rule_table before = l->policy.rules;
	int r;

	l->policy.rules = (struct link_rule_table){ 0 };
	r = dump_whole(l, dump_rules);
	if (r < 0) {
		link_rule_table_done(&l->policy.rules);
		l->policy.rules = before;
	} else {
		link_rule_table_done(&before);
	}
	return r;
}

int link_rule_watch(struct link *l)
{
	int r = 0;

	if (!l->policy.has_rules && nl_socket_add_memberships(l->mon, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE, 0) < 0)
		r = -EIO;
	l->policy.has_rules = true;
	return r < 0 ? r : link_rule_dump(l);
}

int link_route_watch(struct link *l)
{
	int r = 0;

	if (!l->policy.has_routes && nl_socket_add_memberships(l->mon, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, 0) < 0)
		r = -EIO;
	l->policy.has_routes = true;
	return r < 0 ? r : link_route_dump(l);
}

/* The kernel does not say which IPv4 routes went with an interface or an address. */
static int finish_read(struct link *l, int changed)
{
	int r = 0;

	if (!l->policy.has_routes || !(l->policy.is_stale || (changed & (LINK_CHANGED_IF | LINK_CHANGED_ADDR))))
		return changed;
	r = link_route_dump(l);
	return r < 0 ? r : changed | LINK_CHANGED_ROUTE;
}

/* A message was lost, or the last time it could not be read: all of it again. What may have changed, or -errno. */
static int read_anew(struct link *l)
{
	int r = link_dump(l);

	if (r >= 0 && l->policy.has_rules)
		r = link_rule_dump(l);
	l->is_torn = r < 0;
	return r < 0 ? r : LINK_CHANGED_IF | LINK_CHANGED_ADDR | LINK_CHANGED_RULE;
}

int link_read(struct link *l)
{
	int changed = l->is_torn ? read_anew(l) : 0;

	while (changed >= 0) {
		int len = receive(l, l->mon);

		if (len == -EAGAIN)
			return finish_read(l, changed);
		if (len == -ENOBUFS) {
			changed = read_anew(l);
			continue;
		}
		if (len < 0 && len != -EINTR)
			return len;
		for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)l->buf; nlmsg_ok(h, len); h = nlmsg_next(h, &len))
			changed |= take(l, h);
	}
	return changed;
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
	return link_new_with(recvmsg, ret);
}

int link_new_with(link_recv_fn *recv, struct link **ret)
{
	struct link *l = x_calloc(1, sizeof(*l));
	const int on = 1;
	int r = -EIO;

	l->buf = x_calloc(1, BUF_SIZE);
	l->recv = recv;
	l->cmd = open_socket();
	l->lease = open_socket();
	l->mon = open_socket();
	if (l->cmd) /* dumps of routes then hold our own alone; kernels before 4.20 send all of them */
		(void)setsockopt(nl_socket_get_fd(l->cmd), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (l->cmd && l->lease && l->mon && link_filter_renewals(l) == 0 && nl_socket_set_nonblocking(l->mon) >= 0 &&
		nl_socket_add_memberships(l->mon, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
			RTNLGRP_IPV6_NETCONF, 0) >= 0)
		r = link_dump(l);
	l->is_torn = r == -EAGAIN;
	if (r < 0 && !l->is_torn) {
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
	nl_socket_free(l->lease);
	nl_socket_free(l->mon);
	link_table_done(&l->table);
	link_policy_done(&l->policy);
	free(l->buf);
	free(l);
}

int link_fd(const struct link *l)
{
	return nl_socket_get_fd(l->mon);
}

uint64_t link_foreign(const struct link *l)
{
	return l->foreign;
}

const struct link_if *link_find(const struct link *l, const char *name)
{
	return link_table_find(&l->table, name);
}

const struct link_if *link_find_index(const struct link *l, int index)
{
	return link_table_find_index(&l->table, index);
}

bool link_in_vrf(const struct link *l, int index)
{
	const struct link_if *in = index ? link_find_index(l, index) : NULL;
	const struct link_if *master = in && in->master ? link_find_index(l, in->master) : NULL;

	return master && master->vrf_table;
}

void link_judge(struct link *l, int index, bool is_judged, bool counts)
{
	link_table_judge(&l->table, index, is_judged, counts);
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
