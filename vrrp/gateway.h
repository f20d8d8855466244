/*
 * gateway.h - whether a neighbour answers: when to ask it, and what its answers and its silence make of it. Pure: the shell
 * (gateways.h) has the socket and the timer. Between two changes lies the hold time at least, so that a neighbour that flaps moves
 * nothing more often.
 */
#ifndef VRRP_GATEWAY_H
#define VRRP_GATEWAY_H
#include "base/mono.h"
#include "vrrp/track.h"

/* As in struct vrrp_gateway_conf. */
struct gateway_conf {
	int64_t interval, timeout, hold; /* usec; timeout is no longer than the interval */
	uint32_t fall, rise;
};

/* Zero is one that was never asked. */
struct gateway {
	enum track_state state;
	uint32_t good, bad; /* in a row */
	mono_t next_at;     /* the next question; 0: now */
	mono_t deadline;    /* of the open one; 0: none is open */
	mono_t changed_at;  /* the last change between UP and DOWN; 0: none yet */
	uint64_t asked, answered;
};

enum gateway_event_type {
	GATEWAY_EV_TIMER,  /* the time that was asked for has come */
	GATEWAY_EV_ANSWER, /* it answered */
	GATEWAY_EV_UNSENT, /* the question could not be sent: as no answer */
};

struct gateway_out {
	bool must_ask, has_changed;
	mono_t timer; /* when to call again */
};

void gateway_step(struct gateway *g, const struct gateway_conf *c, enum gateway_event_type type, mono_t now,
	struct gateway_out *out);
#endif
