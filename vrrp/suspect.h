/*
 * suspect.h - what is wrong between the directors, by name: two that both serve, one that does not hear, a peer that cannot be
 * read. Pure: evidence in (adverts, refused packets, ARP and neighbour announcements, results of sending), and out come the names
 * that are raised or ended, whether to announce again, and when to ask who answers for the address. The names are those that
 * `vipctl status`, the log and notifications show.
 */
#ifndef VRRP_SUSPECT_H
#define VRRP_SUSPECT_H
#include "vrrp/suspect_types.h"

/* Nothing is suspected. There must be doubts in each step, zero at first; while suspect_is_calm() they may be forgotten. */
void suspect_init(struct suspect *s, struct suspect_doubts *doubts);
/* Nothing is suspected, no evidence is waiting for more of it, and nothing is too soon to be done again. */
bool suspect_is_calm(const struct suspect *s);
/* The interval of adverts and the down interval in usec: they scale everything here. */
static inline void suspect_conf(struct suspect *s, int64_t interval, int64_t down)
{
	s->interval = interval;
	s->down = down;
}
/*
 * A number of its own, as the VRID: who is MASTER of many asks for each at a pace of its own, every 60 to 120 s, whether a host has
 * begun to answer, a real server for one.
 */
static inline void suspect_spread(struct suspect *s, uint8_t spread)
{
	s->spread = spread;
}
/* The policy; suspect_init() has SUSPECT_MUTE_SERVED. */
void suspect_when_mute(struct suspect *s, enum suspect_mute when);
/* One piece of evidence; *out is complete. */
void suspect_step(struct suspect *s, const struct suspect_event *ev, struct suspect_out *out);
#endif
