/* raw_reach.c - see raw_reach.h. packet(7), ipv6(7), RFC 4861 4.3 and 4.4. */
#include "net/raw_reach.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"
#include "net/raw_filter.h"

enum {
	HOPS = 255,
	ARP_LEN = 28,
	ARP_SENDER_AT = 14,
	NS_LEN = 24, /* head and target */
	NA_TARGET_AT = 8,
	OPTION_LEN = 8, /* our link-layer address */
	ADDR6_LEN = 16,
};

static int open_nd(int fd, int index, const char *name)
{
	struct icmp6_filter filter;
	const int hops = HOPS, off = 0;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_NEIGHBOR_ADVERT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off)) < 0 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0)
		return -errno;
	return 0;
}

int raw_reach_open(int index, const char *name, const struct addr *target)
{
	bool is_v6 = target->family == AF_INET6;
	int fd = is_v6 ? socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6) : raw_arp_open();
	int r;

	if (fd < 0)
		return is_v6 ? -errno : fd;
	r = is_v6 ? open_nd(fd, index, name) : raw_filter_arp(fd, index, ARPOP_REPLY);
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

static int ask_arp(int fd, const struct raw_reach *r)
{
	uint8_t packet[ARP_LEN] = { 0 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = r->index,
		.sll_halen = RAW_MAC_LEN, .sll_addr = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct cursor c = cursor_write(packet, sizeof(packet));

	cursor_put_u16(&c, ARPHRD_ETHER);
	cursor_put_u16(&c, ETH_P_IP);
	cursor_put_u8(&c, RAW_MAC_LEN);
	cursor_put_u8(&c, 4);
	cursor_put_u16(&c, ARPOP_REQUEST);
	cursor_put_bytes(&c, r->mac, RAW_MAC_LEN);
	cursor_put_bytes(&c, r->source.bytes, 4); /* zero where there is none: RFC 5227 2.1.1 */
	cursor_skip(&c, RAW_MAC_LEN);
	cursor_put_bytes(&c, r->target.bytes, 4);
	return sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

/* To the solicited-node group of the target (RFC 4291 2.7.1); the kernel writes source and checksum. */
static int ask_nd(int fd, const struct raw_reach *r)
{
	uint8_t packet[NS_LEN + OPTION_LEN] = { ND_NEIGHBOR_SOLICIT };
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_scope_id = (uint32_t)r->index };
	struct cursor c = cursor_write(packet, sizeof(packet));

	cursor_skip(&c, NA_TARGET_AT);
	cursor_put_bytes(&c, r->target.bytes, ADDR6_LEN);
	cursor_put_u8(&c, ND_OPT_SOURCE_LINKADDR);
	cursor_put_u8(&c, 1);
	cursor_put_bytes(&c, r->mac, RAW_MAC_LEN);
	packet[0] = ND_NEIGHBOR_SOLICIT;
	to.sin6_addr.s6_addr[0] = 0xff;
	to.sin6_addr.s6_addr[1] = 0x02;
	to.sin6_addr.s6_addr[11] = 1;
	to.sin6_addr.s6_addr[12] = 0xff;
	memcpy(&to.sin6_addr.s6_addr[13], &r->target.bytes[13], 3);
	return sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

int raw_reach_ask(int fd, const struct raw_reach *r)
{
	return r->target.family == AF_INET6 ? ask_nd(fd, r) : ask_arp(fd, r);
}

int raw_reach_heard(int fd, const struct addr *target)
{
	uint8_t packet[RAW_PACKET_MAX];
	ssize_t n = recv(fd, packet, sizeof(packet), 0);
	bool is_v6 = target->family == AF_INET6;
	size_t at = is_v6 ? NA_TARGET_AT : ARP_SENDER_AT;

	if (n < 0)
		return -errno;
	if ((size_t)n < (is_v6 ? NS_LEN : ARP_LEN) || memcmp(packet + at, target->bytes, addr_len(target)) != 0)
		return -EBADMSG;
	return 0;
}
