/*
 * raw_nd.h - announcements of IPv6 addresses: neighbour advertisements (RFC 4861 4.4), sent without being asked and heard of
 * others. As raw.h: descriptors are non-blocking and close-on-exec and belong to the caller.
 */
#ifndef NET_RAW_ND_H
#define NET_RAW_ND_H
#include "net/raw.h"

/*
 * A socket that hears the neighbour advertisements that come to this host on the interface `name`, and asks there
 * (raw_reach_ask()). The descriptor or -errno.
 */
int raw_nd_watch(const char *name);
/*
 * Announces `ip` at `mac` to all nodes of the interface, from `ip` itself: unsolicited, with the Override flag (without it a host
 * keeps the old address), and the Router flag as told (without it a host forgets that this is a router). `fd` is of
 * raw_arp_open(). 0 or -errno.
 */
int raw_nd_announce(int fd, int index, const uint8_t *mac, const struct addr *ip, bool is_router);
/*
 * Asks who has `ip` as one who wants it for himself does (RFC 4862 5.4.2): who has it tells all nodes, with the Override flag
 * (5.4.3; Linux net/ipv6/ndisc.c). `fd` is of raw_arp_open(). 0 or -errno.
 */
int raw_nd_probe(int fd, int index, const struct addr *ip);
/*
 * As raw_receive(): the target and its link-layer address; -EBADMSG also when there is none, or it may come from afar (hop
 * limit).
 */
int raw_nd_receive(int fd, struct raw_arp *ret);
#endif
