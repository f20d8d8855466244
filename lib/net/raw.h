/*
 * raw.h - the sockets below UDP and TCP: VRRP adverts (IP protocol 112) and announcements by ARP; by neighbour discovery: raw_nd.h.
 * Opens, sends, receives; knows no VRRP field and no instance. All descriptors are non-blocking and close-on-exec and belong to the
 * caller.
 */
#ifndef NET_RAW_H
#define NET_RAW_H
#include "base/addr.h"

enum {
	RAW_PACKET_MAX =
		4352 /* the largest advert: 255 IPv6 addresses, a signature, and the options of an IPv4 header */,
	RAW_MAC_LEN = 6
};

/* One received IP packet: what its header says, and its payload inside `buf`. */
struct raw_packet {
	struct addr src, dst;
	int index;   /* the interface it came by; 0: not told, as over IPv4 by a socket that is bound to one */
	uint8_t ttl; /* or the hop limit; 0: not told */
	const uint8_t *data;
	size_t len;
	uint8_t buf[RAW_PACKET_MAX];
};

/* Where a packet goes. */
struct raw_dest {
	struct addr src, dst; /* src: an address of this host; over IPv4 one that it had */
	int index;            /* the interface it leaves by; 0: routing decides */
	uint8_t ttl;
};

/* One ARP packet or neighbour advertisement, over Ethernet: who says that it has which address. */
struct raw_arp {
	struct addr sender;
	uint8_t mac[RAW_MAC_LEN];
	bool is_reply;     /* of ARP: an answer, not a question or an announcement as a question */
	struct addr asked; /* who has it? by one who does not say who asks (RFC 5227 2.1.1); AF_UNSPEC: not that */
};

/*
 * A raw socket of the family (AF_INET, AF_INET6) for `proto`, bound to the interface `name` (NULL: to none). TTL or hop limit 255,
 * TOS or traffic class 0xC0 (internetwork control), own multicasts are not looped back. No checksum is written or looked at. The
 * descriptor or -errno.
 */
int raw_open(uint16_t family, uint8_t proto, const char *name);
/*
 * From now on the IPv6 socket may send from an address of another interface: the kernel takes a link-local one as a source only
 * where it is. 0 or -errno.
 */
int raw_any_source(int fd);
/* Joins the group of the socket's family on the interface; being a member already is fine. 0 or -errno. */
int raw_join(int fd, int index, const struct addr *group);
/* Leaves it, if it is a member: raw_join() afterwards is reported to the network again, as the kernel does for a new one. */
void raw_leave(int fd, int index, const struct addr *group);
/* 0 or -errno (-EAGAIN: the queue is full; -EINVAL: the source is no address of this host). */
int raw_send(int fd, const struct raw_dest *d, const void *data, size_t len);
/* 0, -EAGAIN when there is none, -EBADMSG for one that is no whole packet, or another -errno. */
int raw_receive(int fd, struct raw_packet *ret);

/* A packet socket that sends ARP on any interface and receives nothing. */
int raw_arp_open(void);
/* A packet socket that receives the ARP packets of one interface, not those sent by this host. */
int raw_arp_watch(int index);
/*
 * Announces `ip` at `mac` to everybody on the interface: a request, sender and target address the same (RFC 5227 2.3; Linux lets
 * a request replace an entry younger than a second, a reply not). 0 or -errno.
 */
int raw_arp_announce(int fd, int index, const uint8_t *mac, const struct addr *ip);
/* As raw_receive(). */
int raw_arp_receive(int fd, struct raw_arp *ret);
#endif
