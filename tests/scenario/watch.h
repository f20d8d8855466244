/*
 * watch.h - what the directors watch: a BFD session with each other director, on the first network, and one gateway each. Session,
 * gateway and the sum of the trackers are the product's own; the oracle counts what was sent and heard by itself.
 *
 *   B1 a session is sane after each step              B5 packets come at the negotiated pace, slowly while not up
 *   B2 in calm all sessions are Up, and stay so       B6 a poll is answered at once, by a packet that is none
 *   B3 silence of a detection time ends a session     G1 a gateway is asked once in an interval, and no more often
 *   B4 and nothing shorter does                       G2 `fall` silent questions, `rise` answers, and the hold, decide
 *   T1 the priority is the sum of what each thing weighs, within 1..254; the owner's is never touched
 */
#ifndef TEST_WATCH_H
#define TEST_WATCH_H
#include "sim.h"
#include "vrrp/bfd_step.h"
#include "vrrp/gateway.h"
#include "vrrp/track.h"

enum { WATCH_DIRECTORS = 6, WATCH_TRACKS = WATCH_DIRECTORS + 1 };

struct watch_session {
	struct bfd bfd;
	mono_t timer;
	bool is_up, was_up; /* as trackers see it */
	bool has_mail;
	struct bfd_packet mail; /* while paused: the newest */
	/* The oracle's. */
	bool has_sent, has_heard, owes_final;
	mono_t sent_at, heard_at;
	struct bfd_packet sent, heard;
	unsigned n_changes, said;              /* changes of the state, and how many the last packet knew of */
	uint32_t rx_before, rx_least, rx_most; /* that may be in force */
};

struct watch_gateway {
	struct gateway gateway;
	mono_t timer;
	bool is_cut, is_known, is_counted; /* counted: the last event told something */
	mono_t asked_at, changed_at;
	unsigned n_open, silent, answered;
};

struct watch {
	bool is_on;
	unsigned directors;
	struct watch_session session[WATCH_DIRECTORS][WATCH_DIRECTORS];
	struct watch_gateway gateway[WATCH_DIRECTORS];
	struct gateway_conf gateway_conf;
	struct bfd_timing timing[WATCH_DIRECTORS];
	int32_t bfd_weight, gateway_weight;
	bool is_reverse;
	uint32_t discriminators;
	/* The trackers of a director changed. */
	void (*changed)(struct sim *s, unsigned director);
};

void watch_init(struct watch *w, struct sim *s, void (*changed)(struct sim *s, unsigned director));
/* The director's process begins. */
void watch_boot(struct watch *w, struct sim *s, unsigned d);
/* After a pause: what came meanwhile, then the timers. */
void watch_resume(struct watch *w, struct sim *s, unsigned d);
/* A reload brings other timing. */
void watch_reload(struct watch *w, struct sim *s, unsigned d);
void watch_event(struct watch *w, struct sim *s, const struct sim_event *ev);
/* The trackers of a director; none when nothing is watched. */
unsigned watch_tracks(const struct watch *w, const struct sim *s, unsigned d, struct track ret[WATCH_TRACKS]);
/* T1: the sum of these on `base` is this. */
void watch_check_sum(struct sim *s, uint8_t base, const struct track *t, unsigned n, const struct track_result *r);
/* Everything has been fine for long enough. */
void watch_check_calm(struct watch *w, struct sim *s);
/* How long that is, in usec; 0 when nothing is watched. */
int64_t watch_settle(const struct watch *w);
/* Changes of sessions and gateways so far. */
unsigned watch_changes(const struct watch *w);
#endif
