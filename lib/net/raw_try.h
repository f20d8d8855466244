/*
 * raw_try.h - whether this host would let a packet of a raw socket out: one that comes as far as the door and no further. For
 * who stopped to send because the kernel refused it, and must know when that is over without a word on the wire.
 */
#ifndef NET_RAW_TRY_H
#define NET_RAW_TRY_H
#include "base/addr.h"

/*
 * Sends 8 bytes to `group`, of IPv4 with TTL 0, or, of IPv6, to a group of interface-local scope: they pass routing and the host's
 * filters for output and end there. `fd` is of raw_open(), bound to an interface whose number is `index`, where this host is a
 * member of the group. 0 or the -errno that raw_send() would have had.
 */
int raw_try(int fd, int index, const struct addr *group);
#endif
