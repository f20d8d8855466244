/* link_wire.h - rtnetlink's messages to and from the structs of link_types.h. Part of the door in link.c. */
#ifndef NET_LINK_WIRE_H
#define NET_LINK_WIRE_H
#include "net/link_types.h"

struct nl_msg;
struct nlmsghdr;

/* False: not of the kind that is kept here. */
bool link_wire_if(struct nlmsghdr *h, struct link_if *ret);
bool link_wire_addr(struct nlmsghdr *h, struct link_addr *ret);
bool link_wire_route(struct nlmsghdr *h, struct link_route *ret);
/* The body of a dump request for our routes. 0 or below. */
int link_wire_ask_routes(struct nl_msg *m);
/* The whole request. 0 or -ENOMEM. */
int link_wire_change(struct nl_msg *m, const struct link_change *c, uint32_t seq);
#endif
