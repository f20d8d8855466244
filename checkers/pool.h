/*
 * pool.h - from the last known check results to the wanted destinations of one service: servers, quorums of its tiers, sorry
 * server, guards against failures of many servers at once, slow start. Pure: it is recomputed as a whole from what is known now,
 * never accumulated; time arrives with the step.
 */
#ifndef CHECKERS_POOL_H
#define CHECKERS_POOL_H
#include "checkers/pool_types.h"
#include "io/message.h"

struct rs_conf;
struct vs_conf;

/* Destinations that a service can have at most. */
unsigned pool_max(const struct vs_conf *vs);
/* fail_open, slow_start: its pool remembers times. */
bool pool_needs_times(const struct vs_conf *vs);
/*
 * Up while all checks are; a check without a result (UNKNOWN) counts as up, or as down with alpha. A server without
 * checks is up.
 */
bool pool_server_up(const struct rs_conf *rs, const enum check_state *checks);
/*
 * The weight of a server from what its `n` sources add to it now (what each said last, not what it said before), within 0 and
 * POOL_WEIGHT_MAX; then the operator's: an absolute one takes its place, a percentage is of it, and at least 1 unless it is 0.
 */
uint32_t pool_weight(const struct rs_conf *rs, const int32_t *delta, unsigned n);
/* What is known of a service after a restart: each tier has its quorum, or none has. */
void pool_restore(struct pool *p, bool quorum_met);
/*
 * Computes `out`, and of `p` what pool_dests() tells, from `in` and what `p` remembers; `now` moves slow starts and the interval
 * of fail_open.
 *
 * Servers: in the table while they serve; else with weight 0 when inhibit_on_failure is set, else absent. Those that are disabled
 * are absent and count nowhere; those that drain are absent too, and do not count for a quorum.
 * Tiers: each has its quorum from `quorum` on in the first step, then gained at quorum + hysteresis and lost below quorum -
 * hysteresis. The first that has it serves. If none has: the sorry server alone; without one, the first tier with a server that
 * can serve. Of two servers at one address, that of the tier that serves is in the table. Having the quorum in the first step is
 * a change: quorum_up scripts that make a service known (routes, announcements) must run at the start too.
 * fail_open: more than that share of the servers that were up failed within delay_loop + connect_timeout, at least two: these go on
 * as before, and so do those that fail after them, until no more than half of the share, or one server, is down.
 * minimum_available: those that fail while fewer than that are up go on as before, until as many are up again.
 * slow_start: a server that was down and is up again, and is not the only one of its tier, gets its weight in POOL_RAMP_STEPS
 * steps. While it does, all weights of the service are multiplied, so that small ones have room for steps.
 */
void pool_step(struct pool *p, const struct vs_conf *vs, const struct pool_in *in, mono_t now, struct pool_out *out);
/* The destinations after the last step, into `ret` (room for pool_max()). Their number. */
unsigned pool_dests(const struct pool *p, const struct vs_conf *vs, struct ipvs_dest *ret);
#endif
