/*
 * port.h - one interface as virtual routers use it: the raw socket of each family, announcements (pacer.h) and the watch for
 * foreign announcements, shared by all instances on that interface. Delivers packets by family and VRID; knows no state
 * machine.
 */
#ifndef VRRP_PORT_H
#define VRRP_PORT_H
#include "base/mono.h"
#include "net/raw.h"

#include <stdbool.h>
#include <stdint.h>

struct announce_item;
struct link;
struct loop;
struct offender_pace;
struct port;
struct port_table;
struct vrrp_config;

/* What a virtual router is told. The callbacks may not leave or close the port. */
struct port_ops {
	/* A packet of the member's family for its VRID (not checked further). */
	void (*packet)(void *ctx, const struct raw_packet *p);
	/* The sockets were drained: act on what came. */
	void (*drained)(void *ctx, mono_t now);
};

/* Who hears of foreign announcements, embedded where that is. */
struct port_ear {
	/* Of somebody else about an address of port_watch(): ARP, a neighbour advertisement, a probe. It may not leave the port. */
	void (*claim)(void *ctx, const struct raw_arp *arp, mono_t now);
	void *ctx;
};

struct port_counters {
	uint64_t rx, bad_vrid, bad_packet, foreign_carp, tx_errors, announced, announce_errors;
};

/* A virtual router on a port: its member. */
struct port_user {
	const struct port_ops *ops;
	void *ctx;       /* also names the user in port_leave() */
	uint16_t family; /* AF_INET, AF_INET6: of the adverts */
	uint8_t vrid;
	bool has_heard; /* private to port.c */
};

/* All ports of the process. `strangers`, borrowed: of the lines about adverts of virtual routers that are nobody's here. */
struct port_table *port_table_new(struct loop *l, struct link *link, struct offender_pace *strangers);
void port_table_free(struct port_table *t);
/* The pace of announcements, of interfaces and garp_groups. Borrows the configuration until the next call. */
void port_table_pace(struct port_table *t, const struct vrrp_config *conf);

/*
 * The port of interface `index` (0: unbound, for unicast without an interface), opened at its first use: to announce, ask and
 * watch there. 0 or -errno. As often as that, port_release().
 */
int port_use(struct port_table *t, int index, struct port **ret);
/* Accepts NULL. Closes the port after its last use; port_unwatch() before. */
void port_release(struct port *p);
/* The same for a virtual router: `user` (copied) becomes a member of it. 0 or -errno. Leave it with port_leave(). */
int port_join(struct port_table *t, int index, const struct port_user *user, struct port **ret);
/* Accepts a NULL port. */
void port_leave(struct port *p, const void *ctx);
/*
 * Receives the multicast group on it, in the socket of its family; joins anew when the interface is back, because a switch that
 * snoops (RFC 4541) forgot its ports with the link. 0 or -errno.
 */
int port_group(struct port *p, const struct addr *group);
/* Receives no adverts but those in frames with this source address: a device that shares its interface. 0 or -errno. */
int port_only_from(struct port *p, const uint8_t *mac);
/* Sends one advert, by the socket of the destination's family. 0 or -errno, counted. */
int port_send(struct port *p, const struct raw_dest *d, const void *data, size_t len);
/* Whether a packet to the group would get out: raw_try.h. 0 or -errno; unknown counts as 0. */
int port_try(struct port *p, const struct addr *group);
/* Takes in what waits in the sockets (bounded), then tells every member `drained`. Timers call it before they act. */
void port_drain(struct port *p, mono_t now);
/* `ear` (borrowed) hears of foreign announcements of the address, too; many ears and addresses cost no more. 0 or -errno. */
int port_watch(struct port *p, struct port_ear *ear, const struct addr *a);
/* Of none any more: looks through all that is watched on the port. */
void port_unwatch(struct port *p, const struct port_ear *ear);
/* Queues `count` announcements of the address, first ones before all repeats; `is_again`: all of them are repeats. */
void port_announce(struct port *p, struct announce_item *item, unsigned count, bool is_again);
void port_announce_drop(struct port *p, struct announce_item *item);
/*
 * Asks everybody on the interface who has the address: by ARP without saying who asks (RFC 5227 2.1.1), by neighbour solicitation
 * from the link-local address, so that the answer comes here. Answers come to those who port_watch(). 0 or -errno;
 * -EAFNOSUPPORT for IPv6 where nobody watches.
 */
int port_ask(struct port *p, const struct addr *target);
/*
 * Asks without saying who asks, in a way that makes who has the address tell everybody: over IPv4 vipd does (witness.c), over IPv6
 * every host (RFC 4862 5.4.3). 0 or -errno.
 */
int port_probe(struct port *p, const struct addr *target);
/* The same, unless somebody asked so a moment ago: for an address that many members watch. */
int port_ask_for_all(struct port *p, const struct addr *target, mono_t now);
int port_index(const struct port *p);
const struct port_counters *port_counters(const struct port *p);
#endif
