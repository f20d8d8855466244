/*
 * sim.h - a cluster of virtual routers on a simulated bus in simulated time. The state machine is the product's own object; what is
 * around it (timers, socket buffers, links, the kernel's addresses) is a model. Everything is decided by calls and by the seed.
 * With `members` > 1 each director has that many routers, node d * members + m, of one sync group; each m is a network of its own.
 */
#ifndef TEST_SIM_H
#define TEST_SIM_H
#include "vrrp/bfd_wire.h"
#include "vrrp/conf.h"
#include "vrrp/step.h"

enum { SIM_NODES = 12, SIM_QUEUE = 2048, SIM_TEXT = 256 };

enum sim_cargo { SIM_ADVERT, SIM_ANNOUNCEMENT, SIM_QUESTION, SIM_BFD };

/* What is on its way. */
struct sim_packet {
	unsigned from;
	enum sim_cargo cargo;
	union {
		struct { /* an advert */
			uint8_t priority;
			uint16_t interval_cs;
			uint64_t number, sequence; /* the sender's, from 1; clocks.h */
			bool is_odd;               /* of a clock that was wrong */
		};
		struct bfd_packet bfd;
	};
};

struct sim_node {
	struct vrrp_conf conf;
	struct vrrp_hook_conf hooks; /* of it, where there are any */
	struct vrrp_router vr;
	uint32_t addr;      /* host order */
	bool is_on;         /* the machine runs, and the process in it */
	bool is_paused;     /* the process does not run; the kernel does: it holds addresses and fills socket buffers */
	bool is_stopping;   /* STOP was said: it will not take part again by itself */
	bool is_mute;       /* its kernel takes no advert */
	bool holds;         /* the kernel has the addresses */
	mono_t lease_until; /* without its process: the kernel lets the first of them go then, */
	mono_t lease_last;  /* and the last */
	int64_t warm;       /* usec after a start, not a resume, in which it does not preempt */
	mono_t warm_until;
	bool watches;
	mono_t timer;
	bool has_mail[SIM_NODES]; /* while paused: the newest advert of each sender */
	struct sim_packet mail[SIM_NODES];
	bool was_announced;         /* while paused and watching */
	mono_t heard_at[SIM_NODES]; /* the last advert of each, and its priority */
	uint8_t heard_priority[SIM_NODES];
	unsigned n_adverts, n_transitions;
};

struct sim_link {
	bool is_cut, is_deaf; /* deaf: adverts alone are lost */
	unsigned loss_pct, dup_pct;
	int64_t extra;     /* usec of delay on top */
	mono_t busy_until; /* first in, first out */
};

enum sim_kind { SIM_PACKET, SIM_TIMER, SIM_PLAN, SIM_CLIENT, SIM_LEASE, SIM_OTHER };

struct sim_event {
	mono_t at;
	uint64_t seq;
	enum sim_kind kind;
	unsigned node;
	struct sim_packet packet;
	unsigned plan; /* of SIM_OTHER, what on_other makes of it */
};

struct sim;

/* What stands around the routers may take part; any of them may be NULL but on_plan. */
struct sim_ops {
	/* Called for SIM_PLAN events. */
	void (*on_plan)(struct sim *s, unsigned plan);
	/* Called after each step of a node. */
	void (*on_step)(struct sim *s, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out);
	/* Called for each action of a step, in their order, and before the packets that it sends. */
	void (*on_action)(struct sim *s, unsigned node, const struct vrrp_action *a);
	/* Called when nobody refreshes the addresses of a node any more: may set when they go. */
	void (*on_abandon)(struct sim *s, unsigned node);
	/* Called when a packet is lost or late on the way. */
	void (*on_loss)(struct sim *s, unsigned from, unsigned to);
	/* Called for SIM_OTHER events, and for packets that are for none of the routers. */
	void (*on_other)(struct sim *s, const struct sim_event *ev);
	/* An advert leaves, or cannot; one comes: whether it is taken in; an announcement is heard by a node that runs. */
	void (*on_send)(struct sim *s, struct sim_packet *p);
	bool (*on_advert)(struct sim *s, unsigned node, const struct sim_packet *p);
	void (*on_claim)(struct sim *s, unsigned node, unsigned from);
};

struct sim {
	uint64_t random, seq;
	mono_t now;
	unsigned n, members;
	bool is_moving; /* members of a group follow one of them */
	int64_t lease;  /* of addresses, usec; 0: for ever */
	struct sim_node node[SIM_NODES];
	struct sim_link link[SIM_NODES][SIM_NODES];
	int64_t delay, jitter; /* usec */
	int client;            /* the router whose announcement a client heard last; -1: none yet */
	struct sim_event queue[SIM_QUEUE];
	unsigned n_queue;
	void *ctx;
	const struct sim_ops *ops;
	char failure[SIM_TEXT]; /* the first broken rule; "" */
};

void sim_init(struct sim *s, uint64_t seed);
/* 0..n-1 */
uint64_t sim_random(struct sim *s, uint64_t n);
bool sim_chance(struct sim *s, unsigned pct);
void sim_fail(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Calls on_plan at `at`. */
void sim_plan(struct sim *s, mono_t at, unsigned plan);
/* Any event; its `seq` is filled in. */
void sim_post(struct sim *s, struct sim_event ev);
/* One packet on one link, which may lose or double it. */
void sim_send(struct sim *s, const struct sim_packet *p, unsigned to);
/* One event of type `type` for a node that runs; a paused or dead one does not notice. */
void sim_tell(struct sim *s, unsigned node, struct vrrp_event ev);
/* The same without START, for all members of a director before the first one's. */
void sim_power(struct sim *s, unsigned node, bool is_resume);
/* Power on: a fresh process, START. is_resume: the process alone was restarted and had been MASTER; the addresses are there. */
void sim_boot(struct sim *s, unsigned node, bool is_resume);
/* The process alone dies; the kernel keeps what it has. */
void sim_kill(struct sim *s, unsigned node);
/* Power off: everything is gone. */
void sim_crash(struct sim *s, unsigned node);
void sim_pause(struct sim *s, unsigned node);
/* Looks at the lease, reads what the socket kept (one advert per sender), then looks at its timer, as the product's loop does. */
void sim_resume(struct sim *s, unsigned node);
/* Its parts: of a director, all members do the first, then all the second, then all the third. */
void sim_resume_lease(struct sim *s, unsigned node);
void sim_resume_mail(struct sim *s, unsigned node);
void sim_resume_timer(struct sim *s, unsigned node);
/* The next event; false when there is none before or at `end`. `now` moves to the event, or to `end`. */
bool sim_next(struct sim *s, mono_t end);
#endif
