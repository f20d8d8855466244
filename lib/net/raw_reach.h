/*
 * raw_reach.h - asks one neighbour on the link whether it is there: an ARP request (RFC 826), or a neighbour solicitation (RFC 4861
 * 7.2.2). Both work while the address is nobody's next hop, and need no answer above the link. As raw.h: non-blocking descriptors.
 */
#ifndef NET_RAW_REACH_H
#define NET_RAW_REACH_H
#include "net/raw.h"

/* Who asks whom. */
struct raw_reach {
	int index; /* of the interface */
	struct addr source, target;
	uint8_t mac[RAW_MAC_LEN]; /* ours */
};

/* A socket that hears the answers of `target` on the interface. The descriptor, which belongs to the caller, or -errno. */
int raw_reach_open(int index, const char *name, const struct addr *target);
/* One question to everybody who might be the target. 0 or -errno. */
int raw_reach_ask(int fd, const struct raw_reach *r);
/* 0: the target answered; -EAGAIN: nothing waits; -EBADMSG: something else came; or another -errno. */
int raw_reach_heard(int fd, const struct addr *target);
#endif
