/*
 * pool.h - from the last known check results to the wanted destinations of one service: servers, quorum, sorry
 * server. Pure; it is recomputed as a whole from what is known now, never accumulated.
 */
#ifndef CHECKERS_POOL_H
#define CHECKERS_POOL_H
#include "io/message.h"
#include "net/ipvs_table.h"

#include <stdbool.h>

struct rs_conf;
struct vs_conf;

/* What a service remembers between two steps (hysteresis needs it); zeroed at the start, kept over a reload. */
struct pool {
	bool is_known; /* false before the first step */
	bool quorum_met;
};

struct pool_out {
	struct ipvs_dest *dests; /* the caller's, room for all servers and the sorry server: pool_max() */
	unsigned n_dests;
	unsigned n_up;       /* servers that are up */
	uint64_t weight;     /* sum of the weights of those */
	bool quorum_changed; /* gained or lost in this step */
	bool is_first;       /* nothing was known before this step */
	bool is_sorry;       /* the sorry server serves */
};

unsigned pool_max(const struct vs_conf *vs);
/*
 * Up while all checks are; a check without a result (UNKNOWN) counts as up, or as down with alpha. A server without
 * checks is up.
 */
bool pool_server_up(const struct rs_conf *rs, const enum check_state *checks);
/*
 * Computes `out` from `up` (one per server, in order of the configuration). The quorum is gained at quorum +
 * hysteresis and lost below quorum - hysteresis; in the first step it is met from `quorum` on, and meeting it counts
 * as a change: quorum_up scripts that make a service known (routes, announcements) must run at the start too.
 * The weight that a server has in the table: 0 when it is down with inhibit_on_failure, absent when it is down without.
 * While the quorum is missed and there is a sorry server, it alone serves.
 */
void pool_step(struct pool *p, const struct vs_conf *vs, const bool *up, struct pool_out *out);
#endif
