/* raw.c - raw(7), packet(7), ip(7). */
#include "net/raw.h"

#include <errno.h>
#include <linux/filter.h>
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

enum {
	TOS_CONTROL = 0xC0,  /* class selector 6 */
	PRIO_CONTROL = 6,    /* TC_PRIO_INTERACTIVE: the first band of pfifo_fast */
	RCVBUF = 256 * 1024, /* some thousand adverts */
	ARP_LEN = 28,
	ARP_ETHERNET_HEAD = 8, /* hardware, protocol, lengths, operation */
};

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int set_options(int fd, const char *name)
{
	const struct { int level, option, value; } table[] = {
		{ IPPROTO_IP, IP_TTL, 255 }, { IPPROTO_IP, IP_MULTICAST_TTL, 255 }, { IPPROTO_IP, IP_MULTICAST_LOOP, 0 },
		{ IPPROTO_IP, IP_MULTICAST_ALL, 0 }, { IPPROTO_IP, IP_TOS, TOS_CONTROL },
		{ SOL_SOCKET, SO_PRIORITY, PRIO_CONTROL }, { SOL_SOCKET, SO_RCVBUF, RCVBUF },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int r = set_int(fd, table[i].level, table[i].option, table[i].value);

		if (r < 0)
			return r;
	}
	if (name && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0)
		return -errno;
	return 0;
}

int raw_open(uint8_t proto, const char *name)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, proto);
	int r = fd < 0 ? -errno : set_options(fd, name);

	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

int raw_join(int fd, int index, const struct addr *group)
{
	struct ip_mreqn m = { .imr_multiaddr = addr_to_in(group), .imr_ifindex = index };

	if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m, sizeof(m)) < 0 && errno != EADDRINUSE)
		return -errno;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &m, sizeof(m)) < 0 ? -errno : 0;
}

int raw_send(int fd, const struct raw_dest *d, const void *data, size_t len)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct in_pktinfo info = { .ipi_ifindex = d->index, .ipi_spec_dst = addr_to_in(&d->src) };
	struct sockaddr_storage to;
	struct iovec iov = { .iov_len = len };
	struct msghdr msg = { .msg_name = &to, .msg_namelen = addr_to_sockaddr(&d->dst, 0, &to), .msg_iov = &iov,
		.msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int ttl = d->ttl;

	memcpy(&iov.iov_base, &data, sizeof(data)); /* sendmsg() does not write there */
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	c = CMSG_NXTHDR(&msg, c);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_TTL;
	c->cmsg_len = CMSG_LEN(sizeof(ttl));
	memcpy(CMSG_DATA(c), &ttl, sizeof(ttl));
	return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int raw_receive(int fd, struct raw_packet *ret)
{
	ssize_t n = recv(fd, ret->buf, sizeof(ret->buf), 0);
	size_t head;

	if (n < 0)
		return -errno;
	head = n > 0 ? (size_t)(ret->buf[0] & 0x0f) * 4 : 0;
	if ((size_t)n < sizeof(struct iphdr) || head < sizeof(struct iphdr) || head > (size_t)n ||
		ret->buf[0] >> 4 != 4)
		return -EBADMSG;
	memset(&ret->src, 0, sizeof(ret->src));
	memset(&ret->dst, 0, sizeof(ret->dst));
	ret->src.family = AF_INET;
	ret->dst.family = AF_INET;
	ret->ttl = ret->buf[offsetof(struct iphdr, ttl)];
	memcpy(ret->src.bytes, ret->buf + offsetof(struct iphdr, saddr), 4);
	memcpy(ret->dst.bytes, ret->buf + offsetof(struct iphdr, daddr), 4);
	ret->data = ret->buf + head;
	ret->len = (size_t)n - head;
	return 0;
}

int raw_arp_open(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* Ethernet, IPv4, and not sent by this host. The socket is bound to ETH_P_ARP, so nothing else comes here. */
static int filter_arp(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_ETHER << 16 | ETH_P_IP, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, ARP_LEN),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int raw_arp_watch(int index)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = index };
	int fd = raw_arp_open();
	int r = fd < 0 ? fd : filter_arp(fd);

	if (r >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		r = -errno;
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
	cursor_get_bytes(&c, ret->mac, sizeof(ret->mac));
	ret->sender.family = AF_INET;
	cursor_get_bytes(&c, ret->sender.bytes, 4);
	return c.bad ? -EBADMSG : 0;
}
