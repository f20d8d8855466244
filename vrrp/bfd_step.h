/*
 * bfd_step.h - one BFD session in asynchronous mode as a function: RFC 5880 6.8, an event in, actions out. Pure: no socket, clock,
 * allocation or log; time and randomness arrive in the event. The shell is in bfd_session.c; demultiplexing in bfd.c.
 */
#ifndef VRRP_BFD_STEP_H
#define VRRP_BFD_STEP_H
#include "base/mono.h"
#include "vrrp/bfd_wire.h"

/* RFC 5880 6.8.3: packets of a session that is not up are no faster than one in a second. */
#define BFD_SLOW MONO_SEC

enum bfd_event_type {
	BFD_EV_START,  /* AdminDown ends: looks for the neighbor */
	BFD_EV_STOP,   /* AdminDown, and the neighbor is told */
	BFD_EV_CONFIG, /* other timing: `timing` */
	BFD_EV_PACKET, /* a packet for this session that passed bfd_wire_decode() and the check of its TTL */
	BFD_EV_TIMER,  /* the armed time came; what waited in the socket was given before */
	BFD_EVENT_MAX
};

/* What is configured, in microseconds. A passive session does not speak first (RFC 5880 6.1). */
struct bfd_timing {
	uint32_t desired_tx, required_rx, idle_tx;
	uint8_t multiplier;
	bool is_passive;
};

struct bfd_event {
	mono_t now;
	enum bfd_event_type type;
	uint16_t jitter; /* random: where in its range the next interval is; 0: the shortest, UINT16_MAX: the longest */
	const struct bfd_packet *packet; /* PACKET */
	struct bfd_timing timing;        /* CONFIG */
};

enum bfd_action_type {
	BFD_ACT_SEND,  /* `packet`, now */
	BFD_ACT_TIMER, /* (re)arm the session's only timer for `when`; MONO_NEVER stops it */
	BFD_ACT_STATE, /* the transition; log it once, tell who tracks it */
};

/* Why a transition happened. */
enum bfd_why {
	BFD_WHY_NONE,
	BFD_WHY_START,
	BFD_WHY_STOP,
	BFD_WHY_EXPIRED,        /* nothing heard for usec */
	BFD_WHY_NEIGHBOR_DOWN,  /* the neighbor says Down, its diagnostic in `remote_diag` */
	BFD_WHY_NEIGHBOR_ADMIN, /* the neighbor says AdminDown */
	BFD_WHY_HEARD,          /* the neighbor is there */
	BFD_WHY_MAX
};

struct bfd_action {
	enum bfd_action_type type;
	struct bfd_packet packet; /* SEND */
	mono_t when;              /* TIMER */
	enum bfd_state from, to;  /* STATE, with the next ones */
	enum bfd_why why;
	uint8_t remote_diag;
	int64_t usec;
};

enum { BFD_ACTIONS_MAX = 4 };

struct bfd_actions {
	unsigned n;
	struct bfd_action item[BFD_ACTIONS_MAX];
};

/* What the neighbor last said; all of it is forgotten once it was silent for the detection time. */
struct bfd_remote {
	uint32_t discriminator; /* 0: not heard */
	enum bfd_state state;
	uint8_t diag, multiplier;
	bool is_demand;
	uint32_t desired_tx, required_rx;
};

/*
 * The state variables of RFC 5880 6.8.1. Invariants (bfd_is_sane()): Init and Up have heard the neighbor and wait for the detection
 * time; unless Up, packets go no faster than one in BFD_SLOW; what is in force differs from what is said only while polling.
 */
struct bfd {
	struct bfd_timing conf;
	enum bfd_state state;
	uint8_t diag;
	uint32_t discriminator; /* ours, unique and not 0 */
	struct bfd_remote remote;
	uint32_t desired_tx, required_rx; /* as our packets say */
	uint32_t used_tx, used_rx;        /* in force: RFC 5880 6.8.3 */
	bool is_polling, is_started;
	struct bfd_packet sent; /* the last one; multiplier 0: none */
	uint32_t paced;         /* the interval that send_at was made with; 0: none */
	mono_t sent_at;         /* the last one that was not an answer to a poll */
	mono_t send_at, heard_at, detect_at;
};

/* AdminDown and silent; `discriminator` is not 0. */
void bfd_init(struct bfd *s, const struct bfd_timing *conf, uint32_t discriminator);
/*
 * After bfd_init(): goes on where another process ended, see bfd_memory.h. Nothing of the silence meanwhile is the neighbor's; it
 * is told at once that we are there, by the next step, which is BFD_EV_CONFIG.
 */
void bfd_resume(struct bfd *s, const struct bfd *past, mono_t now);
/*
 * The timing while another process is about to take this one's place: the neighbor is told to wait for some seconds, so that it
 * does not notice the pause between the two.
 */
struct bfd_timing bfd_relaxed(struct bfd_timing conf);
/* Fills `out` anew; actions are performed in order. */
void bfd_step(struct bfd *s, const struct bfd_event *ev, struct bfd_actions *out);

/* Between two packets of ours without jitter, in usec: RFC 5880 6.8.2. */
uint32_t bfd_interval(const struct bfd *s);
/* How long the neighbor may be silent, in usec: RFC 5880 6.8.4; 0 while nothing of it is known. */
int64_t bfd_detection_time(const struct bfd *s);
/* How long the neighbor waits for us, in usec, as far as its packets tell. */
int64_t bfd_remote_detection_time(const struct bfd *s);
/* Whether what holds in every state holds; for tests. */
bool bfd_is_sane(const struct bfd *s);
#endif
