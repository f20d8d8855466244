/*
 * route.h - routes against the kernel's table, as address.h is for addresses: adding, removing, adopting leftovers and repairing
 * are one comparison. Those of an instance come after its addresses and go before them. Logs nothing.
 */
#ifndef VRRP_ROUTE_H
#define VRRP_ROUTE_H
#include "base/mono.h"
#include "net/link_route.h"

struct conf_vec;
struct link;
struct vrrp_route;

enum { ROUTE_BATCH = 64 /* changes in one turn of the loop */ };

/* One route. What is needed to remove it is copied, so it outlives its configuration. */
struct route_item {
	struct link_route route;       /* as it is (to be) put */
	const struct vrrp_route *conf; /* borrowed; NULL once dropped */
	bool is_held, is_dropped, no_track;
	bool is_known;  /* its interfaces are there */
	bool is_moving; /* an interface has another name: it is on its way out there */
	bool is_stale;  /* there as it was configured before: put again */
	int err;        /* why the kernel refused it last, or 0 */
};

/* Zero is an empty one. */
struct route_set {
	struct route_item *item; /* owned */
	unsigned n;
	const char *interface; /* borrowed: where routes without gateway and interface lead; NULL: none */
	bool hold, is_clean_start;
	uint64_t lost; /* removed by somebody else while held */
	mono_t repair_at;
};

struct route_result {
	unsigned lost, refused;
	const struct route_item *lost_one, *refused_one; /* the first, for the log; valid until the next call */
	mono_t again_at;                                 /* MONO_NEVER: nothing is left to do */
};

/* Also for the same set configured anew: what is no longer wanted goes at the next turn. `routes`: struct vrrp_route. */
void route_conf(struct route_set *s, const struct conf_vec *routes, const char *interface);
void route_done(struct route_set *s);
void route_hold(struct route_set *s, bool on);
/* One turn: at most ROUTE_BATCH differences are written. */
struct route_result route_sync(struct route_set *s, struct link *link, mono_t now);
/* Whether it is one of the set's. */
bool route_has(const struct route_set *s, const struct link_route *r);
/* Whether one is still there because of us. */
bool route_is_holding(const struct route_set *s);
/* "10.0.0.0/8 via 192.0.2.1 dev eth0 table 100": what tells it from others, into `buf` of ROUTE_STRLEN bytes; returns buf. */
enum { ROUTE_STRLEN = 256 };
const char *route_str(const struct route_item *it, char *buf);
#endif
