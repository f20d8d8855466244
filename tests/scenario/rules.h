/*
 * rules.h - what must hold in every run of a cluster, whatever happens to it. Looked at after every event; the first broken rule is
 * told to the simulator. The oracle computes times by the RFC's formulas on its own, not by the product's functions.
 */
#ifndef TEST_RULES_H
#define TEST_RULES_H
#include "sim.h"

/* A condition that may last only so long. */
struct rule_span {
	bool is_on;
	mono_t since;
};

struct rules {
	int64_t interval_max; /* usec, of all routers */
	int64_t hook_max;     /* the longest deadline of a hook */
	bool is_gentle;       /* no loss, no death, no pause: then somebody holds the addresses at every moment */
	bool is_calm;         /* from calm_at on: no faults any more */
	mono_t calm_at;
	uint8_t priority[SIM_NODES]; /* after the last step */
	bool is_served;              /* there was a MASTER once */
	bool has_rivals;             /* one of `rivals` is on */
	struct rule_span none, nobody_holds, unheld, two_hold, astray, rivals[SIM_NODES][SIM_NODES];
	mono_t clean_at[SIM_NODES][SIM_NODES]; /* of each link: nothing was lost or held up since */
	mono_t last_advert[SIM_NODES], last_answer[SIM_NODES], configured_at[SIM_NODES];
	/* The takeover that is watched for: the MASTER that goes, and how. */
	bool is_watching, is_resigned;
	unsigned gone;
};

void rules_init(struct rules *r, const struct sim *s, bool is_gentle);
/* Before an event is looked at: whether a condition lasted too long. After it: what holds now. */
void rules_look(struct rules *r, struct sim *s);
void rules_step(struct rules *r, struct sim *s, unsigned node, const struct vrrp_event *ev,
	const struct vrrp_actions *out);
/* A node is about to be told another configuration or priority. */
void rules_configured(struct rules *r, const struct sim *s, unsigned node);
/* A packet was lost or held up. */
void rules_loss(struct rules *r, struct sim *s, unsigned from, unsigned to);
/* The longest time without a MASTER that the protocol allows, in usec. */
int64_t rules_none_max(const struct rules *r, const struct sim *s);
/* Exactly one MASTER, alone in holding the addresses, and nobody entitled to preempt it. Returns it, or -1 after a failure. */
int rules_settled(struct rules *r, struct sim *s);
/*
 * The next router that becomes MASTER must be the right one, in the microsecond of the formula. is_resigned: `gone` says
 * priority 0.
 */
void rules_watch(struct rules *r, unsigned gone, bool is_resigned);
/* That it happened. */
void rules_watched(struct rules *r, struct sim *s);
#endif
