/*
 * udp.h - UDP sockets that know the TTL (hop limit) of what they receive and set that of what they send, for protocols that trust
 * it (RFC 5082). Opens, sends, receives; knows no protocol above. Descriptors are non-blocking and close-on-exec and belong to the
 * caller.
 */
#ifndef NET_UDP_H
#define NET_UDP_H
#include "base/addr.h"

enum { UDP_PAYLOAD_MAX = 512 };

/* One received datagram. */
struct udp_packet {
	struct addr src, dst;
	uint16_t src_port;
	int index; /* the interface that it came in by */
	uint8_t ttl;
	size_t len; /* of what was sent; `data` has at most UDP_PAYLOAD_MAX of it */
	uint8_t data[UDP_PAYLOAD_MAX];
};

/* A socket that receives what comes to the port on any address of one family (AF_INET, AF_INET6). The descriptor or -errno. */
int udp_listen(int family, uint16_t port);
/*
 * A socket that hears what is sent to a group and port by this interface, beside whoever else does; it keeps a few datagrams
 * between two looks, the rest is lost. The descriptor or -errno: -ENODEV, -EADDRINUSE, -EAFNOSUPPORT.
 */
int udp_overhear(const struct addr *group, uint16_t port, const char *interface);
/* 0, -EAGAIN when nothing waits, or another -errno. A datagram that is too long is cut. */
int udp_receive(int fd, struct udp_packet *ret);
/*
 * A socket that only sends: from `port` of `src` (AF_UNSPEC: the kernel's choice) to hosts of the family of `dst`, with this
 * TTL, as internetwork control. The descriptor or -errno: -EADDRINUSE, or -EADDRNOTAVAIL while `src` is no address of this
 * host.
 */
int udp_sender(const struct addr *dst, const struct addr *src, uint16_t port, uint8_t ttl);
/* 0 or -errno. */
int udp_send(int fd, const struct addr *dst, uint16_t port, const void *data, size_t len);
#endif
