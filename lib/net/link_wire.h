/* link_wire.h - rtnetlink's messages to and from the structs of link_types.h. Part of the door in link.c. */
#ifndef NET_LINK_WIRE_H
#define NET_LINK_WIRE_H
#include "net/link_types.h"

struct nl_msg;
struct nlmsghdr;

/* False: not of the kind that is kept here. */
bool link_wire_if(struct nlmsghdr *h, struct link_if *ret);
bool link_wire_addr(struct nlmsghdr *h, struct link_addr *ret);
/* A change of IPv6's forwarding on an interface. */
bool link_wire_forwarding6(struct nlmsghdr *h, int *ret_index, bool *ret_on);
/* The whole request. 0 or -ENOMEM. */
int link_wire_change(struct nl_msg *m, const struct link_change *c, uint32_t seq);
#endif
