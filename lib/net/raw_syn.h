/*
 * raw_syn.h - one TCP SYN in one Ethernet frame to a host whose MAC address is known, for whichever address, and what it
 * answers: who has the address says SYN-ACK or RST, who has not says nothing, or (forwarding packets) that its time is
 * exceeded. Nothing of the kernel is involved: no route, no IPVS, no connection. Frames have one hop to live: nobody sends them
 * on.
 */
#ifndef NET_RAW_SYN_H
#define NET_RAW_SYN_H
#include "net/raw.h"

enum { RAW_SYN_MAX = 80 /* bytes of a packet that is sent */, RAW_SYN_READ = 128 /* of one that is looked at */ };

/* One question. The number is said again in every answer. */
struct raw_syn {
	int index;                /* of the interface */
	uint8_t mac[RAW_MAC_LEN]; /* of the host that is asked */
	struct addr src, dst;     /* src: of this host, of the same family */
	uint16_t src_port, dst_port;
	uint32_t number;
};

enum raw_syn_says {
	RAW_SYN_OPEN,   /* SYN-ACK */
	RAW_SYN_CLOSED, /* RST */
	RAW_SYN_PASSED, /* time exceeded: the host would have sent it on */
};

struct raw_syn_answer {
	enum raw_syn_says says;
	struct addr from, to; /* from: the address that was asked; of PASSED: as in the packet that was sent */
	uint16_t from_port, to_port;
	uint32_t number;
};

/*
 * Two packet sockets (AF_INET, AF_INET6) that hear answers to `port` on every interface, and send. The kernel throws away
 * everything else before it is copied. Needs CAP_NET_RAW only here. The descriptor or -errno.
 */
int raw_syn_open(uint16_t family, uint16_t port);
/* 0 or -errno. */
int raw_syn_send(int fd, const struct raw_syn *s);
/* After OPEN: takes it back, so that the host does not wait for a connection. 0 or -errno. */
int raw_syn_reset(int fd, const struct raw_syn *s);
/* 0, -EAGAIN when nothing waits, -EBADMSG for what is no answer, or another -errno. */
int raw_syn_receive(int fd, uint16_t family, uint16_t port, struct raw_syn_answer *ret);

/* The parts without a socket. The packet (from its IP header on) into `buf` of RAW_SYN_MAX; its length. */
size_t raw_syn_encode(const struct raw_syn *s, bool is_reset, uint8_t *buf);
/* A received packet. 0, or -EBADMSG: no whole answer to `port`. */
int raw_syn_decode(uint16_t family, uint16_t port, const uint8_t *data, size_t len, struct raw_syn_answer *ret);
#endif
