/*
 * lives.h - what the simulated worlds share: a life is decided by one number, made of orders that can be left out, and may be run
 * again. random.c runs them, makes a failure smaller and shows it.
 */
#ifndef TEST_LIVES_H
#define TEST_LIVES_H
#include "clocks.h"
#include "hooks.h"
#include "leases.h"
#include "sim.h"
#include "suspects.h"
#include "watch.h"

enum { LIFE_ORDERS = 60 };

/* The first member of each world's own struct. */
struct life {
	struct sim sim;
	struct clocks clocks;
	struct watch watch;
	struct hooks hooks;
	struct leases leases;
	struct suspects suspects;
	unsigned n_orders; /* of the time before calm */
	uint64_t skip;     /* bit per order: left out */
	uint64_t idle;     /* bit per order: must change nothing that a router does */
	uint64_t hash;     /* of all that the routers did */
	bool is_verbose;
	bool is_full; /* hooks, leases, suspicions and the time after a start take part too */
};

struct world {
	const char *name;
	size_t size;
	bool is_full;
	/* A whole life; sim.failure is empty when it was good. `l` is zero but for skip, is_verbose, is_full. */
	void (*run)(struct life *l, uint64_t seed);
	void (*print)(struct life *l);
};

extern const struct world world_alone, world_groups, world_alone_full, world_groups_full;

/* Before a life; ops stay the caller's. */
void life_init(struct life *l, uint64_t seed, const struct sim_ops *ops);
/* A step is hashed, and shown when asked for. */
void life_step(struct life *l, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out);
unsigned life_transitions(const struct life *l);
#endif
