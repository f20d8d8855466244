/*
 * settle.h - interface_up_down_delays: an interface that went down, or came up, counts so only once it has been so for its delay.
 * One that is met for the first time counts as it is; one that was gone comes up like any other. Known by name.
 */
#ifndef VRRP_SETTLE_H
#define VRRP_SETTLE_H
#include "base/mono.h"
#include "net/link_types.h"

struct conf_vec;
struct link;

struct settle_link {
	char name[LINK_NAME_MAX];
	int64_t down, up; /* usec */
	int index;        /* that was judged last; 0: none */
	bool is_known;    /* `counts` is */
	bool counts;      /* as up */
	mono_t since;     /* of what is not so yet; MONO_NEVER: it is as it counts */
};

/* Zero is an empty one. */
struct settle {
	struct settle_link *link; /* owned */
	unsigned n;
};

/* One look at one of them; returns when the next is due, or MONO_NEVER. Pure. */
mono_t settle_step(struct settle_link *s, bool is_up, mono_t now);
/* The delays (struct vrrp_delay) of a configuration; who was there before keeps what it counts as. `l` forgets the others. */
void settle_conf(struct settle *s, const struct conf_vec *delays, struct link *l);
/* Looks at all and tells link_judge(); returns when to look again, or MONO_NEVER. */
mono_t settle_look(struct settle *s, struct link *l, mono_t now);
void settle_done(struct settle *s);
#endif
