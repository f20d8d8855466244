/*
 * anycast.h - the addresses of virtual servers with vip_mode anycast: as the lvs process wants them, on a device where a routing
 * daemon finds them. A device that is missing is made (a dummy), and goes when nobody wants it any more or the daemon ends.
 */
#ifndef VRRP_ANYCAST_H
#define VRRP_ANYCAST_H
#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>

struct anycast;
struct link;
struct link_addr;
struct loop;
struct writer;

/* Nothing is changed before the first anycast_take(): what the process before this one had stays. `link` outlives it. */
struct anycast *anycast_new(struct loop *l, struct link *link);
/* Leaves addresses and devices as they are; accepts NULL. */
void anycast_free(struct anycast *a);
/* The payload of a MSG_ANYCAST; applied once the set is whole. 0, or -EINVAL: malformed, logged, nothing changed. */
int anycast_take(struct anycast *a, const void *data, size_t len, mono_t now);
/* Looks at devices and addresses again and repairs. */
void anycast_sync(struct anycast *a, mono_t now);
/* The daemon ends: addresses go, and devices that were made here. */
void anycast_stop(struct anycast *a, mono_t now);
/* Whether the address is one of these, or on a device of theirs that nobody has spoken for yet. */
bool anycast_has(const struct anycast *a, const struct link_addr *addr);
/* The member "anycast". */
void anycast_write(const struct anycast *a, struct writer *w);
#endif
