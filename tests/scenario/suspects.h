/*
 * suspects.h - what each router of the world "alone" suspects of the others, by the product's own suspect.c, with the simulated
 * network as its witness: questions who has the virtual address reach whoever holds it, as long as the way there and back is
 * open, and a kernel answers for a process that does not run. The oracle knows who holds what.
 *
 *   Q1 in calm nothing is suspected any more          Q4 deaf, unheard: no advert came in a down interval, or three did
 *   Q2 what is suspected has a time to end            Q5 gives up only after a down interval in which none was sent
 *   Q3 a split is suspected only where somebody else holds the address, and soon where two do and can ask each other
 *   Q6 who gave up comes back when the way is open    Q7 questions and announcements have a pace
 */
#ifndef TEST_SUSPECTS_H
#define TEST_SUSPECTS_H
#include "sim.h"
#include "vrrp/suspect.h"

enum { SUSPECTS_EVENTS = 1000000000 };

struct suspects_one {
	struct suspect suspect;
	struct suspect_doubts doubts;
	mono_t timer;
	bool is_mute; /* the last that was told */
	/* The oracle's. */
	mono_t unsent_from, asked_at, defended_at, heard_at, master_at;
	int64_t down;
	bool is_master;
	unsigned weaker;             /* adverts of a weaker MASTER in a row */
	mono_t both_from[SIM_NODES]; /* both serve, and could ask each other since; usec 0: not */
};

struct suspects {
	bool is_on, is_gentle, has_both; /* both: there is a both_from */
	int64_t late;                    /* usec that a packet may be held up, besides the network's */
	struct suspects_one one[SIM_NODES];
	mono_t held_at[SIM_NODES]; /* when it last held the addresses */
	/* The policy on adverts that do not get out changed its mind. */
	void (*turned)(struct sim *s, unsigned node);
};

void suspects_init(struct suspects *q, struct sim *s, bool is_gentle, void (*turned)(struct sim *s, unsigned node));
/* A process begins. */
void suspects_boot(struct suspects *q, struct sim *s, unsigned node);
/* Another interval or priority. */
void suspects_conf(struct suspects *q, struct sim *s, unsigned node);
void suspects_action(struct suspects *q, struct sim *s, unsigned node, const struct vrrp_action *a);
void suspects_advert(struct suspects *q, struct sim *s, unsigned node, const struct sim_packet *p);
void suspects_claim(struct suspects *q, struct sim *s, unsigned node, unsigned from);
void suspects_event(struct suspects *q, struct sim *s, const struct sim_event *ev);
void suspects_resume(struct suspects *q, struct sim *s, unsigned node);
/* Whether the policy is a FAULT. */
bool suspects_is_mute(const struct suspects *q, unsigned node);
/* After every event. */
void suspects_look(struct suspects *q, struct sim *s);
/* How long until the last name has ended, usec. */
int64_t suspects_settle(const struct suspects *q, const struct sim *s);
void suspects_check_calm(struct suspects *q, struct sim *s);
#endif
