/*
 * link_ask.h - single questions to rtnetlink, for who looks once and follows nothing: the kernel's way to an address, and its
 * neighbour table. Each opens a socket of its own and waits at most half a second. Changes nothing.
 */
#ifndef NET_LINK_ASK_H
#define NET_LINK_ASK_H
#include "net/link_types.h"

/* Which way packets to an address take (rtnetlink(7), RTM_GETROUTE). */
struct link_way {
	uint8_t type;    /* enum link_route_type of link_route.h */
	int index;       /* the interface they leave by */
	struct addr via; /* the next router; AF_UNSPEC: the address is on the link */
	struct addr src; /* what packets that name none have as their source; AF_UNSPEC: not told */
	uint32_t mtu;    /* of the route; 0: the interface's */
};

/* One entry of the neighbour table. */
struct link_neighbour {
	int index;
	struct addr addr;
	uint8_t mac[LINK_MAC_LEN];
	bool is_permanent; /* somebody wrote it by hand: nothing learned replaces it */
};

/* 0 or -errno; -ENETUNREACH and the like: there is no way. */
int link_ask_way(const struct addr *to, struct link_way *ret);
/* Those with an Ethernet address; malloc'ed, the caller frees; *ret_n of them. 0 or -errno. */
int link_ask_neighbours(struct link_neighbour **ret, unsigned *ret_n);
#endif
