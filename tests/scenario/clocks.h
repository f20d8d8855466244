/*
 * clocks.h - wall clocks, and the sequence numbers of auth_hmac that are made of them. The routers never see a wall clock: whatever
 * it does, and whatever somebody without a key sends again, an advert must be taken in when it is newer than what this sender sent
 * before, and only then. Which one is newer, the oracle counts by itself.
 *
 * One director's clock may be wrong, by hours; that of one that boots is right. What it knows of the others survives.
 */
#ifndef TEST_CLOCKS_H
#define TEST_CLOCKS_H
#include "sim.h"
#include "vrrp/hmac.h"

struct clocks {
	bool is_on;
	int64_t window;                 /* usec; 0: clocks are not asked */
	unsigned wrong;                 /* the director whose clock is wrong */
	int64_t offset[SIM_NODES];      /* usec, of each node */
	bool was_wrong[SIM_NODES];      /* since it booted */
	bool was_ever_wrong[SIM_NODES]; /* or before a restart: what others were told stays with them */
	uint64_t sent[SIM_NODES], n_sent[SIM_NODES];
	struct hmac_past past[SIM_NODES][SIM_NODES]; /* of the first, about the second */
	uint64_t seen[SIM_NODES][SIM_NODES];
	struct sim_packet recorded[SIM_NODES]; /* number 0: none */
};

/* They have met before: everybody knows everybody's sequence. */
void clocks_init(struct clocks *c, struct sim *s, bool is_on);
/* The wrong clock moves to one of eight places. */
void clocks_step(struct clocks *c, const struct sim *s, unsigned value);
/* A machine boots: its clock is right, and it does not know what it sent. */
void clocks_boot(struct clocks *c, unsigned node);
/* Somebody sends again what he heard, to everybody who could have heard it. */
void clocks_replay(struct clocks *c, struct sim *s, unsigned from);
void clocks_sign(struct clocks *c, struct sim *s, struct sim_packet *p);
/* Whether the advert is taken in. */
bool clocks_judge(struct clocks *c, struct sim *s, unsigned node, const struct sim_packet *p);
#endif
