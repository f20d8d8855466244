/* udp.c - udp(7), ip(7), ipv6(7). */
#include "net/udp.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TOS_CONTROL = 0xC0, /* class selector 6 */
	PRIO_CONTROL = 6,   /* TC_PRIO_INTERACTIVE: the first band of pfifo_fast */
	CONTROL_SIZE = 256,
	OVERHEARD_BYTES = 32768,
};

struct option {
	int level, name, value;
};

static int set_options(int fd, const struct option *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (setsockopt(fd, o[i].level, o[i].name, &o[i].value, sizeof(o[i].value)) < 0)
			return -errno;
	return 0;
}

/* A socket with these options, bound, an IPv6 address of the link's scope by this interface; the descriptor or -errno. */
static int open_bound_on(const struct addr *a, unsigned index, uint16_t port, const struct option *o, size_t n)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, port, &ss);
	int fd = socket(a->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -errno : set_options(fd, o, n);

	if (a->family == AF_INET6)
		((struct sockaddr_in6 *)&ss)->sin6_scope_id = index;
	if (r == 0 && bind(fd, (const struct sockaddr *)&ss, len) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

static int open_bound(const struct addr *a, uint16_t port, const struct option *o, size_t n)
{
	return open_bound_on(a, 0, port, o, n);
}

int udp_listen(int family, uint16_t port)
{
	static const struct option v4[] = { { IPPROTO_IP, IP_RECVTTL, 1 }, { IPPROTO_IP, IP_PKTINFO, 1 } };
	static const struct option v6[] = { { IPPROTO_IPV6, IPV6_V6ONLY, 1 }, { IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1 },
		{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 } };
	const struct addr any = { .family = (uint16_t)family };

	if (family == AF_INET6)
		return open_bound(&any, port, v6, sizeof(v6) / sizeof(v6[0]));
	return open_bound(&any, port, v4, sizeof(v4) / sizeof(v4[0]));
}

static int join(int fd, const struct addr *group, unsigned index)
{
	const struct ip_mreqn m4 = { .imr_multiaddr = addr_to_in(group), .imr_ifindex = (int)index };
	struct ipv6_mreq m6 = { .ipv6mr_interface = index };

	if (group->family == AF_INET)
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m4, sizeof(m4));
	memcpy(&m6.ipv6mr_multiaddr, group->bytes, sizeof(m6.ipv6mr_multiaddr));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &m6, sizeof(m6));
}

int udp_overhear(const struct addr *group, uint16_t port, const char *interface)
{
	static const struct option v4[] = { { SOL_SOCKET, SO_REUSEADDR, 1 }, { SOL_SOCKET, SO_RCVBUF, OVERHEARD_BYTES },
		{ IPPROTO_IP, IP_PKTINFO, 1 } };
	static const struct option v6[] = { { SOL_SOCKET, SO_REUSEADDR, 1 }, { SOL_SOCKET, SO_RCVBUF, OVERHEARD_BYTES },
		{ IPPROTO_IPV6, IPV6_V6ONLY, 1 }, { IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 } };
	const bool is_v6 = group->family == AF_INET6;
	unsigned index = if_nametoindex(interface);
	int fd, r;

	if (group->family != AF_INET && !is_v6)
		return -EAFNOSUPPORT;
	if (!index)
		return -ENODEV;
	fd = is_v6 ? open_bound_on(group, index, port, v6, sizeof(v6) / sizeof(v6[0]))
		   : open_bound_on(group, index, port, v4, sizeof(v4) / sizeof(v4[0]));
	if (fd < 0 || join(fd, group, index) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

int udp_sender(const struct addr *dst, const struct addr *src, uint16_t port, uint8_t ttl)
{
	const struct option v4[] = { { IPPROTO_IP, IP_TTL, ttl }, { IPPROTO_IP, IP_TOS, TOS_CONTROL },
		{ SOL_SOCKET, SO_PRIORITY, PRIO_CONTROL } };
	const struct option v6[] = { { IPPROTO_IPV6, IPV6_V6ONLY, 1 }, { IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl },
		{ IPPROTO_IPV6, IPV6_TCLASS, TOS_CONTROL }, { SOL_SOCKET, SO_PRIORITY, PRIO_CONTROL } };
	const struct addr any = { .family = dst->family };

	if (!addr_is_set(src))
		src = &any;
	if (dst->family == AF_INET6)
		return open_bound(src, port, v6, sizeof(v6) / sizeof(v6[0]));
	return open_bound(src, port, v4, sizeof(v4) / sizeof(v4[0]));
}

/* What the kernel says beside the datagram: its TTL, where it went and came in. */
static void read_control(struct msghdr *msg, struct udp_packet *ret)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		const bool is_v6 = c->cmsg_level == IPPROTO_IPV6;
		struct in_pktinfo in;
		struct in6_pktinfo in6;
		int ttl;

		if (c->cmsg_type == (is_v6 ? IPV6_HOPLIMIT : IP_TTL)) {
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
			ret->ttl = (uint8_t)ttl;
		} else if (is_v6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&in6, CMSG_DATA(c), sizeof(in6));
			ret->dst = (struct addr){ .family = AF_INET6 };
			memcpy(ret->dst.bytes, &in6.ipi6_addr, sizeof(in6.ipi6_addr));
			ret->index = (int)in6.ipi6_ifindex;
		} else if (!is_v6 && c->cmsg_type == IP_PKTINFO) {
			memcpy(&in, CMSG_DATA(c), sizeof(in));
			ret->dst = addr_from_in(in.ipi_addr);
			ret->index = in.ipi_ifindex;
		}
	}
}

int udp_receive(int fd, struct udp_packet *ret)
{
	union {
		struct cmsghdr align;
		char bytes[CONTROL_SIZE];
	} control;
	struct sockaddr_storage from = { 0 };
	struct iovec iov = { .iov_base = ret->data, .iov_len = sizeof(ret->data) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n < 0)
		return -errno;
	ret->len = (size_t)n;
	ret->index = 0;
	ret->ttl = 0;
	memset(&ret->dst, 0, sizeof(ret->dst));
	read_control(&msg, ret);
	return addr_from_sockaddr(&from, &ret->src, &ret->src_port);
}

int udp_send(int fd, const struct addr *dst, uint16_t port, const void *data, size_t len)
{
	struct sockaddr_storage ss;
	socklen_t n = addr_to_sockaddr(dst, port, &ss);

	return sendto(fd, data, len, MSG_NOSIGNAL, (const struct sockaddr *)&ss, n) < 0 ? -errno : 0;
}
