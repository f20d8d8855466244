/* filter_events.c - see filter_events.h. */
#include "net/filter_events.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"

enum { BUF_SIZE = 32768, RCVBUF = 1 << 20, NAME_ATTR = 1 /* NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, NFTA_SET_TABLE, ... */ };

struct filter_events {
	int fd;
	union {
		struct nlmsghdr head;
		char bytes[BUF_SIZE];
	} buf;
};

/* Every message about a table, or about what is in one, has the table's name as its attribute 1. */
static bool is_about(const struct nlmsghdr *h, const char *table)
{
	const struct nfgenmsg *nf = (const void *)((const char *)h + NLMSG_HDRLEN);
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(*nf)), end = h->nlmsg_len;

	if (h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES || (h->nlmsg_type & 0xff) == NFT_MSG_NEWGEN || end < at ||
		nf->nfgen_family != NFPROTO_INET)
		return false;
	while (at + sizeof(struct nlattr) <= end) {
		const struct nlattr *a = (const void *)((const char *)h + at);
		size_t len = a->nla_len;

		if (len < sizeof(*a) || len > end - at)
			return false;
		if ((a->nla_type & NLA_TYPE_MASK) == NAME_ATTR)
			return strlen(table) + 1 == len - sizeof(*a) && !memcmp(a + 1, table, len - sizeof(*a));
		at += NLMSG_ALIGN(len);
	}
	return false;
}

/* One datagram of the kernel. */
static bool take(const struct filter_events *e, size_t len, const char *table, uint32_t own)
{
	const struct nlmsghdr *h;
	bool found = false;

	for (size_t at = 0; at + NLMSG_HDRLEN <= len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (const void *)(e->buf.bytes + at);
		if (h->nlmsg_len < NLMSG_HDRLEN || h->nlmsg_len > len - at)
			break;
		found |= h->nlmsg_pid != own && is_about(h, table);
	}
	return found;
}

int filter_events_read(struct filter_events *e, const char *table, uint32_t own)
{
	bool found = false;

	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(e->fd, e->buf.bytes, sizeof(e->buf.bytes), MSG_DONTWAIT,
			(struct sockaddr *)(void *)&from, &size);

		if (n < 0 && errno == EAGAIN)
			return found;
		if (n < 0 && errno == ENOBUFS)
			found = true;
		else if (n < 0 && errno != EINTR)
			return -errno;
		else if (n > 0 && from.nl_pid == 0)
			found |= take(e, (size_t)n, table, own);
	}
}

int filter_events_new(struct filter_events **ret)
{
	struct filter_events *e = x_calloc(1, sizeof(*e));
	const struct sockaddr_nl me = { .nl_family = AF_NETLINK };
	const int group = NFNLGRP_NFTABLES, rcvbuf = RCVBUF;
	int r;

	e->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	r = e->fd < 0 || bind(e->fd, (const struct sockaddr *)(const void *)&me, sizeof(me)) < 0 ||
			setsockopt(e->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0
		? -errno
		: 0;
	if (r < 0) {
		filter_events_free(e);
		return r;
	}
	(void)setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	*ret = e;
	return 0;
}

void filter_events_free(struct filter_events *e)
{
	if (!e)
		return;
	if (e->fd >= 0)
		close(e->fd);
	free(e);
}

int filter_events_fd(const struct filter_events *e)
{
	return e->fd;
}
