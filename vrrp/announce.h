/*
 * announce.h - the order and pace of gratuitous ARP on one interface, or several that share a pace: the first announcement of
 * every address goes out before any repeat, bursts are bounded, and nothing here waits. Pure but for the send function: the
 * caller brings the time and the timer.
 */
#ifndef VRRP_ANNOUNCE_H
#define VRRP_ANNOUNCE_H
#include "base/addr.h"
#include "base/mono.h"

#include <sys/queue.h>

enum {
	ANNOUNCE_BURST = 64,       /* announcements in one turn when no interval is configured */
	ANNOUNCE_TURN_USEC = 1000, /* time between two turns */
	ANNOUNCE_ROUND_USEC =
		10000, /* a repeat comes so long after the one before: a lost moment does not lose them all */
};

enum announce_place { ANNOUNCE_IDLE, ANNOUNCE_FIRST, ANNOUNCE_REPEAT };

struct port;

/* One address to announce; embedded where the address lives, zero is idle. Private to announce.c but for `addr` and `port`. */
struct announce_item {
	TAILQ_ENTRY(announce_item) next;
	const struct addr *addr; /* borrowed */
	struct port *port;       /* the sender's: where it is announced */
	mono_t round_at;         /* a repeat is not sent before */
	unsigned left;           /* announcements still to send */
	enum announce_place place;
};

TAILQ_HEAD(announce_list, announce_item);

/* Sends one announcement now. Errors are the sender's to count. */
typedef void announce_send_fn(void *ctx, const struct announce_item *item);

/* One queue; embedded in its pacer. */
struct announcer {
	struct announce_list first, repeat;
	announce_send_fn *send;
	void *ctx;
	int64_t interval; /* usec between two; 0: bursts of ANNOUNCE_BURST a turn */
	mono_t next_at;   /* nothing is sent before */
	unsigned in_turn;
};

void announce_init(struct announcer *a, announce_send_fn *send, void *ctx);
/* Puts the item at the end of the first ones, to be sent `count` times in all; what it still had queued is replaced. */
void announce_add(struct announcer *a, struct announce_item *item, unsigned count);
/* Puts it at the end of the repeats: for a later burst of an address that was announced before. */
void announce_again(struct announcer *a, struct announce_item *item, unsigned count);
/* Takes it out of the queue. */
void announce_drop(struct announcer *a, struct announce_item *item);
/* Takes over what another queue has for that port, in its order, and its next time. */
void announce_move(struct announcer *to, struct announcer *from, const struct port *port);
/* Sends what may be sent at `now`; returns when to call again, MONO_NEVER when the queue is empty. */
mono_t announce_run(struct announcer *a, mono_t now);
#endif
