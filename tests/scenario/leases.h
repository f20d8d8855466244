/*
 * leases.h - the pace at which the addresses of a director are refreshed, as the product's refresh.c does it with lease.c, and
 * what the kernel makes of it: each address goes at the end of its own lease. A turn may be late; after a pause it is.
 *
 *   L1 who runs loses no address, and refreshes each with a good second to spare
 *   L2 of who does not run all are gone within the lease, the first no sooner than the slack
 *   L3 none is refreshed much more often than in each period
 *   L4 who lost one while it did not run is no MASTER any more, and has said nothing before
 */
#ifndef TEST_LEASES_H
#define TEST_LEASES_H
#include "sim.h"
#include "vrrp/lease.h"

enum { LEASES_EVENTS = 500000000, LEASES_ADDRS = 200 };

struct leases_one {
	mono_t leased_at[LEASES_ADDRS], due, slept_at; /* slept: when it last went on after a pause */
	int64_t round;
	struct lease_pace pace;
	unsigned next, left, id;
	bool is_running;
};

struct leases {
	bool is_on;
	unsigned n; /* addresses */
	struct leases_one one[SIM_NODES];
};

/* Sets s->lease, for routers with the interval `cs` (centiseconds). */
void leases_init(struct leases *l, struct sim *s, uint32_t cs);
void leases_action(struct leases *l, struct sim *s, unsigned node, const struct vrrp_action *a);
void leases_event(struct leases *l, struct sim *s, const struct sim_event *ev);
void leases_abandon(struct leases *l, struct sim *s, unsigned node);
/* After a pause, when everything else was looked at. */
void leases_resume(struct leases *l, struct sim *s, unsigned node);
#endif
