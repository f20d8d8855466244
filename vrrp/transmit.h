/* transmit.h - one instance's adverts onto the wire: to the group, or one copy to each unicast peer. Keeps nothing. */
#ifndef VRRP_TRANSMIT_H
#define VRRP_TRANSMIT_H
#include "base/addr.h"

#include <stdint.h>

struct auth;
struct port;
struct vrrp_conf;
struct vrrp_globals;

/* Who sends, and how; all borrowed. */
struct transmit {
	struct port *port;
	const struct vrrp_conf *conf;
	struct auth *auth;
	const struct addr *src, *group;
};

/* The group that the instance speaks to: its own, or that of global_defs for its family. */
struct addr transmit_group(const struct vrrp_conf *conf, const struct vrrp_globals *globals);
/* Sends one advert with this priority. 0, or the first -errno (the other peers still get theirs). */
int transmit_advert(const struct transmit *t, uint8_t priority);
#endif
