/* pool_types.h - what a step of a pool is given, remembers and gives back: see pool.h. */
#ifndef CHECKERS_POOL_TYPES_H
#define CHECKERS_POOL_TYPES_H
#include "base/mono.h"
#include "net/ipvs_table.h"

#include <stdbool.h>

enum {
	POOL_TIERS = 32,        /* the service's own servers and its backup_pools */
	POOL_RAMP_STEPS = 20,   /* of slow_start: from a twentieth to the whole weight */
	POOL_WEIGHT_MAX = 65535 /* of a destination, as keepalived.conf(5) has it */
};
#define POOL_NO_TIER UINT32_MAX

/* What is remembered of a server between two steps, and what the last one gave it. Zeroed at the start, kept over a reload. */
struct pool_server {
	bool is_known : 1, was_up : 1;  /* of the last step */
	bool is_held : 1, was_held : 1; /* down, and kept as it was: fail_open, minimum_available */
	bool is_failed : 1;             /* it went down at its time `failed` */
	bool is_ramping : 1;            /* slow_start, since its time `ramp` */
	bool is_present : 1;            /* in the table, with `weight` */
	bool is_serving : 1;            /* and of the tier that serves */
	uint32_t weight;
	uint32_t first; /* index of the first server at the same address and port: pool_index() */
	uint32_t dest;  /* 1 + index into what pool_dests() is making, of `first` alone */
};

/* Of a server, where the service has fail_open or slow_start. */
struct pool_times {
	mono_t failed, ramp;
};

/* What a service remembers between two steps (hysteresis needs it); zeroed at the start, kept over a reload. */
struct pool {
	struct pool_server *servers; /* the caller's, one per server */
	struct pool_times *times;    /* the caller's, as these; NULL unless pool_needs_times() */
	bool is_known;               /* false before the first step */
	bool quorum_met;             /* some tier has its quorum */
	uint32_t met;                /* bit k: tier k has its quorum */
	uint32_t tier;               /* that serves; POOL_NO_TIER: the sorry server */
	bool is_failing_open;        /* fail_open holds servers that are down */
	bool is_below_minimum;       /* fewer than minimum_available are up */
};

/* What is known now, one entry per server in order of the configuration. */
struct pool_in {
	const bool *up;         /* pool_server_up() */
	const bool *fresh;      /* its first result has just come: no slow start; NULL: none */
	const uint32_t *weight; /* pool_weight(); NULL: as configured */
};

struct pool_out {
	unsigned n_up;      /* servers that are up; of all tiers */
	unsigned n_held;    /* servers that are down and serve nevertheless */
	unsigned n_ramping; /* slow start */
	uint64_t weight;    /* of the service's own servers that serve or could: what its quorum is compared with */
	unsigned n_serving; /* of them, those with a weight; and of how many: for a quorum of servers or percent */
	unsigned n_base;
	bool quorum_changed; /* gained or lost in this step */
	bool tier_changed;   /* another tier, or the sorry server, took over; not in the first step */
	bool fail_open_changed, minimum_changed;
	bool is_first; /* nothing was known before this step */
	bool is_sorry; /* the sorry server serves */
	mono_t next;   /* step again then, without a result; MONO_NEVER */
};
#endif
