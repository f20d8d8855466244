/*
 * route.h - the routes of one instance against the kernel's table, as address.h is for its addresses: adding, removing, adopting
 * leftovers and repairing are one comparison. They come after the addresses and go before them. Logs nothing.
 */
#ifndef VRRP_ROUTE_H
#define VRRP_ROUTE_H
#include "base/mono.h"
#include "net/link_types.h"

struct link;
struct link_change;
struct vrrp_conf;

/* One route. What is needed to remove it is copied, so it outlives its configuration. */
struct route_item {
	struct link_route route;                      /* as it is (to be) put */
	bool is_held, is_dropped, no_track, is_known; /* known: its interface is there */
	int err;                                      /* why the kernel refused it last, or 0 */
};

/* Zero is an empty one. */
struct route_set {
	struct route_item *item;    /* owned */
	struct link_change *change; /* owned; room for all of them */
	unsigned n;
	bool hold, is_clean_start;
	mono_t repair_at;
};

struct route_result {
	unsigned lost, refused;
	const struct route_item *lost_one, *refused_one; /* the first, for the log; valid until the next call */
	mono_t again_at;                                 /* MONO_NEVER: nothing is left to do */
};

/* Also for the same instance configured anew: what is no longer wanted goes at the next turn. */
void route_conf(struct route_set *s, const struct vrrp_conf *conf);
void route_done(struct route_set *s);
void route_hold(struct route_set *s, bool on);
struct route_result route_sync(struct route_set *s, struct link *link, const struct vrrp_conf *conf, mono_t now);
bool route_has(const struct route_set *s, const struct link_route *r);
#endif
