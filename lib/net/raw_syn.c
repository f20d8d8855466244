/* raw_syn.c - see raw_syn.h. packet(7), RFC 9293 3.1 and 3.5.2, RFC 1071, RFC 8200 8.1; Documentation/networking/filter.rst. */
#include "net/raw_syn.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"

enum {
	IP4_LEN = 20,
	IP6_LEN = 40,
	TCP_LEN = 20,
	TCP_SUM_AT = 16,
	IP4_SUM_AT = 10,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_ICMP6 = 58,
	ICMP_LEN = 8,
	ICMP_EXCEEDED = 11,
	ICMP6_EXCEEDED = 3,
	FLAG_SYN = 2,
	FLAG_RST = 4,
	FLAG_ACK = 16,
	HOPS = 1,
	WINDOW = 1024,
	DONT_FRAGMENT = 0x4000,
};

/* To the port, or time exceeded. */
static int filter4(int fd, uint16_t port)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_TCP, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 3, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_ICMP, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_EXCEEDED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, RAW_SYN_READ),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

static int filter6(int fd, uint16_t port)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_TCP, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IP6_LEN + 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 3, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_ICMP6, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IP6_LEN),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_EXCEEDED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, RAW_SYN_READ),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) < 0 ? -errno : 0;
}

int raw_syn_open(uint16_t family, uint16_t port)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
		.sll_protocol = htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP) };
	/* Without a protocol it hears nothing until the filter is there. */
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	r = family == AF_INET6 ? filter6(fd, port) : filter4(fd, port);
	if (r == 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		r = -errno;
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* RFC 1071: the ones' complement sum; begun with `sum`. */
static uint32_t sum_bytes(uint32_t sum, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	return sum;
}

static void put_sum(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

static void put_ip4(struct cursor *c, const struct raw_syn *s)
{
	cursor_put_u8(c, 0x45);
	cursor_put_u8(c, 0);
	cursor_put_u16(c, IP4_LEN + TCP_LEN);
	cursor_put_u16(c, 0);
	cursor_put_u16(c, DONT_FRAGMENT);
	cursor_put_u8(c, HOPS);
	cursor_put_u8(c, PROTO_TCP);
	cursor_put_u16(c, 0); /* checksum */
	cursor_put_bytes(c, s->src.bytes, 4);
	cursor_put_bytes(c, s->dst.bytes, 4);
}

static void put_ip6(struct cursor *c, const struct raw_syn *s)
{
	cursor_put_u32(c, 0x60000000);
	cursor_put_u16(c, TCP_LEN);
	cursor_put_u8(c, PROTO_TCP);
	cursor_put_u8(c, HOPS);
	cursor_put_bytes(c, s->src.bytes, 16);
	cursor_put_bytes(c, s->dst.bytes, 16);
}

size_t raw_syn_encode(const struct raw_syn *s, bool is_reset, uint8_t *buf)
{
	struct cursor c = cursor_write(buf, RAW_SYN_MAX);
	size_t len = addr_len(&s->dst), head = s->dst.family == AF_INET6 ? IP6_LEN : IP4_LEN;
	uint32_t sum = PROTO_TCP + TCP_LEN;

	if (s->dst.family == AF_INET6)
		put_ip6(&c, s);
	else
		put_ip4(&c, s);
	cursor_put_u16(&c, s->src_port);
	cursor_put_u16(&c, s->dst_port);
	cursor_put_u32(&c, is_reset ? s->number + 1 : s->number);
	cursor_put_u32(&c, 0);
	cursor_put_u8(&c, TCP_LEN / 4 << 4);
	cursor_put_u8(&c, is_reset ? FLAG_RST : FLAG_SYN);
	cursor_put_u16(&c, is_reset ? 0 : WINDOW);
	cursor_put_u32(&c, 0); /* checksum, urgent */
	sum = sum_bytes(sum, s->src.bytes, len);
	sum = sum_bytes(sum, s->dst.bytes, len);
	put_sum(buf + head + TCP_SUM_AT, sum_bytes(sum, buf + head, TCP_LEN));
	if (s->dst.family == AF_INET)
		put_sum(buf + IP4_SUM_AT, sum_bytes(0, buf, IP4_LEN));
	return c.pos;
}

static int send_packet(int fd, const struct raw_syn *s, bool is_reset)
{
	uint8_t buf[RAW_SYN_MAX];
	size_t len = raw_syn_encode(s, is_reset, buf);
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = s->index, .sll_halen = RAW_MAC_LEN,
		.sll_protocol = htons(s->dst.family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP) };

	memcpy(to.sll_addr, s->mac, RAW_MAC_LEN);
	return sendto(fd, buf, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
}

int raw_syn_send(int fd, const struct raw_syn *s)
{
	return send_packet(fd, s, false);
}

int raw_syn_reset(int fd, const struct raw_syn *s)
{
	return send_packet(fd, s, true);
}

/* An IP header without extensions that matter here: who to whom, and what follows. */
struct ip_head {
	struct addr src, dst;
	uint8_t proto;
};

static struct addr get_addr(struct cursor *c, uint16_t family)
{
	struct addr a = { .family = family };

	cursor_get_bytes(c, a.bytes, addr_len(&a));
	return a;
}

static void get_ip4(struct cursor *c, struct ip_head *ret)
{
	uint8_t first = cursor_get_u8(c), words = first & 0xf;

	cursor_skip(c, 8);
	ret->proto = cursor_get_u8(c);
	cursor_skip(c, 2);
	ret->src = get_addr(c, AF_INET);
	ret->dst = get_addr(c, AF_INET);
	c->bad |= first >> 4 != 4 || words < 5;
	if (!c->bad)
		cursor_skip(c, (size_t)(words - 5) * 4);
}

static void get_ip6(struct cursor *c, struct ip_head *ret)
{
	uint8_t first = cursor_get_u8(c);

	cursor_skip(c, 5);
	ret->proto = cursor_get_u8(c);
	cursor_skip(c, 1);
	ret->src = get_addr(c, AF_INET6);
	ret->dst = get_addr(c, AF_INET6);
	c->bad |= first >> 4 != 6;
}

static void get_ip(struct cursor *c, uint16_t family, struct ip_head *ret)
{
	if (family == AF_INET6)
		get_ip6(c, ret);
	else
		get_ip4(c, ret);
}

static int decode_tcp(struct cursor *c, const struct ip_head *ip, uint16_t port, struct raw_syn_answer *ret)
{
	uint8_t flags;

	ret->from = ip->src;
	ret->to = ip->dst;
	ret->from_port = cursor_get_u16(c);
	ret->to_port = cursor_get_u16(c);
	cursor_skip(c, 4);
	ret->number = cursor_get_u32(c) - 1;
	cursor_skip(c, 1);
	flags = cursor_get_u8(c);
	if (c->bad || ret->to_port != port || !(flags & FLAG_ACK) || !(flags & (FLAG_SYN | FLAG_RST)))
		return -EBADMSG;
	ret->says = flags & FLAG_RST ? RAW_SYN_CLOSED : RAW_SYN_OPEN;
	return 0;
}

/* The beginning of the packet that was sent: its IP header and eight bytes of TCP. */
static int decode_exceeded(struct cursor *c, uint16_t family, uint16_t port, struct raw_syn_answer *ret)
{
	struct ip_head sent;

	if (cursor_get_u8(c) != (family == AF_INET6 ? ICMP6_EXCEEDED : ICMP_EXCEEDED))
		return -EBADMSG;
	cursor_skip(c, ICMP_LEN - 1);
	get_ip(c, family, &sent);
	ret->says = RAW_SYN_PASSED;
	ret->from = sent.dst;
	ret->to = sent.src;
	ret->to_port = cursor_get_u16(c);
	ret->from_port = cursor_get_u16(c);
	ret->number = cursor_get_u32(c);
	return c->bad || sent.proto != PROTO_TCP || ret->to_port != port ? -EBADMSG : 0;
}

int raw_syn_decode(uint16_t family, uint16_t port, const uint8_t *data, size_t len, struct raw_syn_answer *ret)
{
	struct cursor c = cursor_read(data, len);
	struct ip_head ip;

	get_ip(&c, family, &ip);
	if (c.bad)
		return -EBADMSG;
	if (ip.proto == PROTO_TCP)
		return decode_tcp(&c, &ip, port, ret);
	if (ip.proto == (family == AF_INET6 ? PROTO_ICMP6 : PROTO_ICMP))
		return decode_exceeded(&c, family, port, ret);
	return -EBADMSG;
}

int raw_syn_receive(int fd, uint16_t family, uint16_t port, struct raw_syn_answer *ret)
{
	uint8_t buf[RAW_SYN_READ];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	if (n < 0)
		return -errno;
	return raw_syn_decode(family, port, buf, (size_t)n, ret);
}
