/* realserver_ruled.h - what the rules of nftables do with an address: as `nft -j list ruleset` tells it. Pure. */
#ifndef VIPCTL_REALSERVER_RULED_H
#define VIPCTL_REALSERVER_RULED_H
#include <stdbool.h>

struct addr;
struct jvalue;

struct realserver_ruled {
	bool is_dropped;    /* an ARP request for it that comes in */
	bool is_mangled;    /* an ARP request that tells it and goes out: another source, or dropped */
	bool is_redirected; /* what is sent to it, to the host itself */
};

void realserver_ruled(const struct jvalue *ruleset, const struct addr *a, struct realserver_ruled *ret);
#endif
