/* raw.c - raw(7), packet(7), ip(7), ipv6(7), RFC 3542. */
#include "net/raw.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"
#include "net/raw_filter.h"

enum {
	TOS_CONTROL = 0xC0,  /* class selector 6 */
	PRIO_CONTROL = 6,    /* TC_PRIO_INTERACTIVE: the first band of pfifo_fast */
	RCVBUF = 256 * 1024, /* some thousand adverts */
	ARP_LEN = 28,
	ARP_ETHERNET_HEAD = 6, /* hardware, protocol, lengths */
};

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

struct option {
	int level, name, value;
};

static int set_options(int fd, const struct option *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = set_int(fd, o[i].level, o[i].name, o[i].value);

		if (r < 0)
			return r;
	}
	return 0;
}

static int set_family_options(int fd, uint16_t family)
{
	const struct option of_4[] = {
		{ IPPROTO_IP, IP_TTL, 255 }, { IPPROTO_IP, IP_MULTICAST_TTL, 255 }, { IPPROTO_IP, IP_MULTICAST_LOOP, 0 },
		{ IPPROTO_IP, IP_MULTICAST_ALL, 0 }, { IPPROTO_IP, IP_TOS, TOS_CONTROL },
	};
	const struct option of_6[] = {
		{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255 }, { IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255 },
		{ IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0 }, { IPPROTO_IPV6, IPV6_TCLASS, TOS_CONTROL },
		{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1 }, { IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 },
	};

	if (family == AF_INET) {
		(void)set_int(fd, IPPROTO_IP, IP_TRANSPARENT, 1); /* the last word of a source that was just removed */
		return set_options(fd, of_4, sizeof(of_4) / sizeof(of_4[0]));
	}
	(void)set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0); /* since Linux 4.20 */
	return set_options(fd, of_6, sizeof(of_6) / sizeof(of_6[0]));
}

static int set_up(int fd, uint16_t family, const char *name)
{
	const struct option any[] = { { SOL_SOCKET, SO_PRIORITY, PRIO_CONTROL }, { SOL_SOCKET, SO_RCVBUF, RCVBUF } };
	int r = set_family_options(fd, family);

	if (r == 0)
		r = set_options(fd, any, sizeof(any) / sizeof(any[0]));
	if (r == 0 && !name && family == AF_INET)
		r = set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (r == 0 && name && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0)
		r = -errno;
	return r;
}

int raw_any_source(int fd)
{
	return set_int(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1);
}

int raw_open(uint16_t family, uint8_t proto, const char *name)
{
	int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, proto);
	int r = fd < 0 ? -errno : set_up(fd, family, name);

	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* Joins or leaves; as setsockopt(2). */
static int membership(int fd, int index, const struct addr *group, bool joins)
{
	struct ip_mreqn m = { .imr_multiaddr = addr_to_in(group), .imr_ifindex = index };
	struct ipv6_mreq m6 = { .ipv6mr_interface = (unsigned)index };

	memcpy(&m6.ipv6mr_multiaddr, group->bytes, sizeof(m6.ipv6mr_multiaddr));
	if (group->family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, joins ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &m6,
			sizeof(m6));
	return setsockopt(fd, IPPROTO_IP, joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &m, sizeof(m));
}

int raw_join(int fd, int index, const struct addr *group)
{
	const struct ip_mreqn m = { .imr_multiaddr = addr_to_in(group), .imr_ifindex = index };

	if (membership(fd, index, group, true) < 0 && errno != EADDRINUSE)
		return -errno;
	if (group->family == AF_INET6)
		return set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof(m)) < 0 ? -errno : 0;
}

void raw_leave(int fd, int index, const struct addr *group)
{
	(void)membership(fd, index, group, false);
}

/* Sending. */

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

static struct cmsghdr *put_control(struct msghdr *msg, struct cmsghdr *after, const int *kind, const void *data,
	size_t len)
{
	struct cmsghdr *c = after ? CMSG_NXTHDR(msg, after) : CMSG_FIRSTHDR(msg);

	c->cmsg_level = kind[0];
	c->cmsg_type = kind[1];
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	return c;
}

/* Where it comes from and how far it may go. */
static void put_way(struct msghdr *msg, const struct raw_dest *d)
{
	static const int info_kind[2][2] = { { IPPROTO_IP, IP_PKTINFO }, { IPPROTO_IPV6, IPV6_PKTINFO } };
	static const int ttl_kind[2][2] = { { IPPROTO_IP, IP_TTL }, { IPPROTO_IPV6, IPV6_HOPLIMIT } };
	struct in_pktinfo info = { .ipi_ifindex = d->index, .ipi_spec_dst = addr_to_in(&d->src) };
	struct in6_pktinfo info6 = { .ipi6_ifindex = (unsigned)d->index };
	bool is_6 = d->dst.family == AF_INET6;
	size_t len = is_6 ? sizeof(info6) : sizeof(info);
	int ttl = d->ttl;

	memcpy(&info6.ipi6_addr, d->src.bytes, sizeof(info6.ipi6_addr));
	msg->msg_controllen = CMSG_SPACE(len) + CMSG_SPACE(sizeof(ttl));
	put_control(msg, put_control(msg, NULL, info_kind[is_6], is_6 ? (void *)&info6 : (void *)&info, len),
		ttl_kind[is_6], &ttl, sizeof(ttl));
}

int raw_send(int fd, const struct raw_dest *d, const void *data, size_t len)
{
	union control control = { 0 };
	struct sockaddr_storage to;
	struct iovec iov = { .iov_len = len };
	struct msghdr msg = { .msg_name = &to, .msg_namelen = addr_to_sockaddr(&d->dst, 0, &to), .msg_iov = &iov,
		.msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };

	memcpy(&iov.iov_base, &data, sizeof(data)); /* sendmsg() does not write there */
	put_way(&msg, d);
	return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Receiving. */

/* The socket gives the IPv4 header too. */
static int read_head4(struct raw_packet *p, struct msghdr *msg, size_t n)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	struct in_pktinfo info;
	size_t head = n > 0 ? (size_t)(p->buf[0] & 0x0f) * 4 : 0;

	if (n < sizeof(struct iphdr) || head < sizeof(struct iphdr) || head > n || p->buf[0] >> 4 != 4)
		return -EBADMSG;
	if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO && c->cmsg_len == CMSG_LEN(sizeof(info))) {
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		p->index = info.ipi_ifindex;
	}
	p->src.family = AF_INET;
	p->dst.family = AF_INET;
	p->ttl = p->buf[offsetof(struct iphdr, ttl)];
	memcpy(p->src.bytes, p->buf + offsetof(struct iphdr, saddr), 4);
	memcpy(p->dst.bytes, p->buf + offsetof(struct iphdr, daddr), 4);
	p->data = p->buf + head;
	p->len = n - head;
	return 0;
}

/* What IPv6's header said comes beside the payload. */
static int read_head6(struct raw_packet *p, struct msghdr *msg, size_t n)
{
	struct in6_pktinfo info;
	int hops = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_HOPLIMIT && c->cmsg_len == CMSG_LEN(sizeof(hops)))
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
		if (c->cmsg_type != IPV6_PKTINFO || c->cmsg_len != CMSG_LEN(sizeof(info)))
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		p->index = (int)info.ipi6_ifindex;
		p->dst.family = AF_INET6;
		memcpy(p->dst.bytes, &info.ipi6_addr, sizeof(p->dst.bytes));
	}
	p->ttl = (uint8_t)hops;
	p->data = p->buf;
	p->len = n;
	return p->dst.family ? 0 : -EBADMSG;
}

int raw_receive(int fd, struct raw_packet *ret)
{
	union control control;
	struct sockaddr_storage from;
	uint16_t port;
	struct iovec iov = { ret->buf, sizeof(ret->buf) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n < 0)
		return -errno;
	ret->index = 0;
	memset(&ret->src, 0, sizeof(ret->src));
	memset(&ret->dst, 0, sizeof(ret->dst));
	if ((msg.msg_flags & MSG_TRUNC) || addr_from_sockaddr(&from, &ret->src, &port) < 0)
		return -EBADMSG;
	return from.ss_family == AF_INET ? read_head4(ret, &msg, (size_t)n) : read_head6(ret, &msg, (size_t)n);
}

/* ARP. */

int raw_arp_open(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int raw_arp_watch(int index)
{
	int fd = raw_arp_open();
	int r = fd < 0 ? fd : raw_filter_arp(fd, index, 0);

	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

int raw_arp_announce(int fd, int index, const uint8_t *mac, const struct addr *ip)
{
	uint8_t packet[ARP_LEN] = { 0 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = index,
		.sll_halen = RAW_MAC_LEN, .sll_addr = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct cursor c = cursor_write(packet, sizeof(packet));

	cursor_put_u16(&c, ARPHRD_ETHER);
	cursor_put_u16(&c, ETH_P_IP);
	cursor_put_u8(&c, RAW_MAC_LEN);
	cursor_put_u8(&c, 4);
	cursor_put_u16(&c, ARPOP_REQUEST);
	cursor_put_bytes(&c, mac, RAW_MAC_LEN);
	cursor_put_bytes(&c, ip->bytes, 4);
	cursor_skip(&c, RAW_MAC_LEN); /* target hardware address: zero in a request */
	cursor_put_bytes(&c, ip->bytes, 4);
	return sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

int raw_arp_receive(int fd, struct raw_arp *ret)
{
	uint8_t packet[ARP_LEN];
	ssize_t n = recv(fd, packet, sizeof(packet), 0);
	struct cursor c = cursor_read(packet, n < 0 ? 0 : (size_t)n);

	if (n < 0)
		return -errno;
	memset(ret, 0, sizeof(*ret));
	cursor_skip(&c, ARP_ETHERNET_HEAD);
	ret->is_reply = cursor_get_u16(&c) == ARPOP_REPLY;
	cursor_get_bytes(&c, ret->mac, sizeof(ret->mac));
	ret->sender.family = AF_INET;
	cursor_get_bytes(&c, ret->sender.bytes, 4);
	cursor_skip(&c, RAW_MAC_LEN);
	if (!ret->is_reply && !addr_to_in(&ret->sender).s_addr) {
		ret->asked.family = AF_INET;
		cursor_get_bytes(&c, ret->asked.bytes, 4);
	}
	return c.bad ? -EBADMSG : 0;
}
