/*
 * local_net.h - this machine's addresses and the networks that are on its links, read once, for what is said about a configuration.
 * The processes that act on addresses follow the kernel instead (net/link.h).
 */
#ifndef DAEMON_LOCAL_NET_H
#define DAEMON_LOCAL_NET_H
#include "base/addr.h"

/* An address of an interface. */
struct local_addr {
	char interface[16];
	struct addr addr;
	uint8_t prefix_len;
};

/* A network that is reached without a router. */
struct local_link {
	struct addr net;
	uint8_t prefix_len;
};

struct local_net {
	struct local_addr *addr; /* owned */
	struct local_link *link; /* owned */
	unsigned n_addrs, n_links;
};

/* What cannot be read is not there. Done with local_net_done(). */
void local_net_read(struct local_net *ret);
void local_net_done(struct local_net *n);
/* One line of /proc/net/route or /proc/net/ipv6_route; false when it is no network on a link. */
bool local_link_parse4(const char *line, struct local_link *ret);
bool local_link_parse6(const char *line, struct local_link *ret);
#endif
