/* raw_nd.c - see raw_nd.h. RFC 4861 4.4 and 7.2.6, RFC 8200 8.1, packet(7), icmpv6. */
#include "net/raw_nd.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"

enum {
	HOPS = 255,
	ADDR_LEN = 16,
	NA_LEN = 24,     /* head and target; of a solicitation too */
	OPTION_LEN = 8,  /* the target's link-layer address */
	HEAD_LEN = 40,   /* of IPv6 */
	CLASS_AT = 0x6c, /* version 6 and traffic class 0xC0 */
	SUM_AT = HEAD_LEN + 2,
	OPTION_UNIT = 8, /* RFC 4861 4.6: lengths are in units of it */
	RECEIVE_MAX = 512,
};

/* Over the pseudo-header too: the addresses are where IPv6's header has them. */
static uint16_t checksum(const uint8_t *packet, size_t len)
{
	uint32_t sum = (uint32_t)(len - HEAD_LEN) + IPPROTO_ICMPV6;

	for (size_t i = 8; i + 1 < len; i += 2)
		sum += (uint32_t)(packet[i] << 8 | packet[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* IPv6's header, and the beginning of the message up to its checksum. */
static void put_head(struct cursor *c, size_t len, const uint8_t *from, const uint8_t *to, uint8_t type)
{
	cursor_put_u8(c, CLASS_AT);
	cursor_skip(c, 3);
	cursor_put_u16(c, (uint16_t)len);
	cursor_put_u8(c, IPPROTO_ICMPV6);
	cursor_put_u8(c, HOPS);
	cursor_put_bytes(c, from, ADDR_LEN);
	cursor_put_bytes(c, to, ADDR_LEN);
	cursor_put_u8(c, type);
	cursor_put_u8(c, 0);
	cursor_put_u16(c, 0);
}

static void put_checksum(uint8_t *packet, size_t len)
{
	const uint16_t sum = checksum(packet, len);

	packet[SUM_AT] = (uint8_t)(sum >> 8);
	packet[SUM_AT + 1] = (uint8_t)sum;
}

static void encode(uint8_t *packet, const uint8_t *mac, const struct addr *ip, bool is_router)
{
	static const uint8_t all_nodes[ADDR_LEN] = { 0xff, 0x02, [15] = 1 };
	struct cursor c = cursor_write(packet, HEAD_LEN + NA_LEN + OPTION_LEN);

	put_head(&c, NA_LEN + OPTION_LEN, ip->bytes, all_nodes, ND_NEIGHBOR_ADVERT);
	cursor_put_u32(&c, (is_router ? 0x80000000U : 0) | 0x20000000U);
	cursor_put_bytes(&c, ip->bytes, ADDR_LEN);
	cursor_put_u8(&c, ND_OPT_TARGET_LINKADDR);
	cursor_put_u8(&c, OPTION_LEN / OPTION_UNIT);
	cursor_put_bytes(&c, mac, RAW_MAC_LEN);
	put_checksum(packet, c.pos);
}

static int send_to_group(int fd, int index, const uint8_t *group, const uint8_t *packet, size_t len)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6), .sll_ifindex = index,
		.sll_halen = RAW_MAC_LEN, .sll_addr = { 0x33, 0x33 } };

	memcpy(to.sll_addr + 2, group + ADDR_LEN - 4, 4);
	return sendto(fd, packet, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

int raw_nd_announce(int fd, int index, const uint8_t *mac, const struct addr *ip, bool is_router)
{
	uint8_t packet[HEAD_LEN + NA_LEN + OPTION_LEN] = { 0 };

	encode(packet, mac, ip, is_router);
	return send_to_group(fd, index, packet + HEAD_LEN - ADDR_LEN, packet, sizeof(packet));
}

int raw_nd_probe(int fd, int index, const struct addr *ip)
{
	static const uint8_t nobody[ADDR_LEN];
	uint8_t group[ADDR_LEN] = { 0xff, 0x02, [11] = 1, [12] = 0xff }; /* RFC 4291 2.7.1 */
	uint8_t packet[HEAD_LEN + NA_LEN] = { 0 };
	struct cursor c = cursor_write(packet, sizeof(packet));

	memcpy(group + 13, ip->bytes + 13, 3);
	put_head(&c, NA_LEN, nobody, group, ND_NEIGHBOR_SOLICIT);
	cursor_skip(&c, 4);
	cursor_put_bytes(&c, ip->bytes, ADDR_LEN);
	put_checksum(packet, c.pos);
	return send_to_group(fd, index, group, packet, sizeof(packet));
}

static int set_options(int fd, const char *name)
{
	struct icmp6_filter filter;
	const int on = 1, off = 0, hops = HOPS;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_NEIGHBOR_ADVERT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off)) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0)
		return -errno;
	return 0;
}

int raw_nd_watch(const char *name)
{
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
	int r = fd < 0 ? -errno : set_options(fd, name);

	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* RFC 4861 7.1.2: of 255 only, and options have a length. */
static int decode(const uint8_t *packet, size_t len, struct raw_arp *ret)
{
	struct cursor c = cursor_read(packet, len);

	memset(ret, 0, sizeof(*ret));
	cursor_skip(&c, 8);
	ret->sender.family = AF_INET6;
	cursor_get_bytes(&c, ret->sender.bytes, ADDR_LEN);
	while (!c.bad && cursor_left(&c) >= 2) {
		uint8_t type = cursor_get_u8(&c), units = cursor_get_u8(&c);

		if (type == ND_OPT_TARGET_LINKADDR && units == OPTION_LEN / OPTION_UNIT) {
			cursor_get_bytes(&c, ret->mac, sizeof(ret->mac));
			return c.bad ? -EBADMSG : 0;
		}
		if (units == 0)
			break;
		cursor_skip(&c, (size_t)units * OPTION_UNIT - 2);
	}
	return -EBADMSG;
}

static int hop_limit(struct msghdr *msg)
{
	int hops = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT &&
			c->cmsg_len == CMSG_LEN(sizeof(hops)))
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
	return hops;
}

int raw_nd_receive(int fd, struct raw_arp *ret)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	uint8_t packet[RECEIVE_MAX];
	struct iovec iov = { packet, sizeof(packet) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n < 0)
		return -errno;
	return hop_limit(&msg) == HOPS ? decode(packet, (size_t)n, ret) : -EBADMSG;
}
