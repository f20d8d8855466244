/*
 * step.h - the VRRP instance as a pure function: event in, actions out (RFC 9568 6.4, RFC 3768 6.4). No clock, no I/O, no
 * allocation, no log. The shell (instance.c) performs the actions in order; a scenario test runs whole clusters on simulated time.
 *
 * States and what holds in each after every step (vrrp_assert checks it):
 *   INIT     no timer, holds no address
 *   BACKUP   down_at is set; may still hold addresses for a moment after it yielded (make before break): release_at is set then
 *   MASTER   holds the addresses; advert_at is set
 *   LEAVING  said priority 0, sends no advert, still holds the addresses until somebody else announced them (make before break);
 *            give_up_at is set. Ends in INIT (stop), BACKUP (drill, taken over), or MASTER again (drill, nobody came)
 *   FAULT    no timer, holds no address
 */
#ifndef VRRP_STEP_H
#define VRRP_STEP_H
#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vrrp_conf;

enum vrrp_state { VRRP_INIT, VRRP_BACKUP, VRRP_MASTER, VRRP_LEAVING, VRRP_FAULT, VRRP_STATE_MAX };

enum vrrp_event_type {
	VRRP_EV_START,     /* its interface, source address and trackers are fine: take part. resume: was MASTER before a restart */
	VRRP_EV_STOP,      /* hand over, then INIT: TERM, removal by reload */
	VRRP_EV_DRILL,     /* hand over, then stay BACKUP without preempting until hold_until */
	VRRP_EV_ADVERT,    /* a valid advert of another router; at most one per sender and drain */
	VRRP_EV_ANNOUNCED, /* an ARP announcement of somebody else for one of our addresses was seen */
	VRRP_EV_TIMER,     /* the armed time came, or is long past: the step sees by how much */
	VRRP_EV_FAULT,     /* cannot take part (interface down, script failed): reason in `why` */
	VRRP_EV_RECOVER,   /* the last cause of FAULT is gone */
	VRRP_EV_CONFIG,    /* conf was replaced or the effective priority changed: `priority` is the new effective one */
	VRRP_EVENT_MAX
};

/* Why a transition happened; with `peer`, `peer_priority`, `usec` it makes the line in log and status. */
enum vrrp_reason {
	VRRP_WHY_NONE,
	VRRP_WHY_START,           /* taking part */
	VRRP_WHY_OWNER,           /* priority 255 */
	VRRP_WHY_RESUME,          /* continues as MASTER after a restart of the process */
	VRRP_WHY_NO_ADVERT,       /* nothing heard for usec */
	VRRP_WHY_PEER_RESIGNED,   /* the MASTER said priority 0 */
	VRRP_WHY_PREEMPT,         /* the MASTER is weaker (peer_priority) */
	VRRP_WHY_HIGHER_PRIORITY, /* heard peer_priority, which is higher */
	VRRP_WHY_HIGHER_ADDRESS,  /* same priority, the peer's address is greater */
	VRRP_WHY_STOP,
	VRRP_WHY_DRILL,
	VRRP_WHY_TAKEN_OVER,      /* LEAVING: the peer announced (or advertised) */
	VRRP_WHY_NOBODY,          /* LEAVING: nobody came within the down interval */
	VRRP_WHY_FAULT,           /* `why` of the event says what */
	VRRP_WHY_RECOVER,
	VRRP_WHY_STALLED,         /* this process did not run for usec: listens before it speaks */
	VRRP_WHY_RIVAL,           /* NOTE: MASTER hears an advert that it beats (peer_priority) */
	VRRP_WHY_OWN_ADDRESS,     /* NOTE: an advert from our own address: a looped frame or a duplicate address */
	VRRP_WHY_MAX
};

struct vrrp_event {
	mono_t now;
	enum vrrp_event_type type;
	/* ADVERT */
	uint8_t priority;      /* also CONFIG: the new effective priority */
	uint16_t interval_cs;  /* the sender's, already checked: never 0 */
	int addr_cmp;          /* sender's address compared with our source address: <0, 0, >0 */
	uint32_t peer;         /* sender's IPv4 address in network byte order, for the log and the status only */
	bool is_resume;        /* START */
	mono_t hold_until;     /* DRILL */
};

enum vrrp_action_type {
	VRRP_ACT_ADVERT,        /* send one advert now, with `priority` */
	VRRP_ACT_TIMER,         /* (re)arm the instance's only timer for `when`; MONO_NEVER stops it */
	VRRP_ACT_VIPS_ADD,      /* the addresses shall be there */
	VRRP_ACT_VIPS_DEL,      /* and shall be gone */
	VRRP_ACT_ANNOUNCE,      /* became MASTER: first announcement of every VIP at once, repeats and refresh as configured */
	VRRP_ACT_REANNOUNCE,    /* a rival was seen: one bounded round (garp_lower_prio_*) */
	VRRP_ACT_ANNOUNCE_STOP, /* flush queued announcements at once */
	VRRP_ACT_WATCH,         /* `on`: listen for foreign announcements of our addresses, or stop listening */
	VRRP_ACT_STATE,         /* the transition: from, to, reason, evidence; log it once, notify, tell main */
	VRRP_ACT_NOTE,          /* no transition, but worth a line: reason and evidence (a rival with lower priority, nobody came) */
	VRRP_ACT_DONE,          /* STOP is complete: the instance may be freed */
};

struct vrrp_action {
	enum vrrp_action_type type;
	uint8_t priority;       /* ADVERT */
	bool on;                /* WATCH */
	mono_t when;            /* TIMER */
	enum vrrp_state from, to;
	enum vrrp_reason reason;
	uint8_t peer_priority;
	uint32_t peer;
	int64_t usec;           /* the duration in the reason's sentence */
};

enum { VRRP_ACTIONS_MAX = 16 };

struct vrrp_actions {
	unsigned n;
	struct vrrp_action item[VRRP_ACTIONS_MAX];
};

/* The pure state of one virtual router; embedded in the shell's instance. Zero + conf + priority is a valid INIT. */
struct vrrp_router {
	const struct vrrp_conf *conf; /* borrowed */
	enum vrrp_state state;
	uint8_t priority;             /* effective: base plus trackers, 1..254, or 255 for the owner */
	bool is_holding;              /* the addresses are (to be) on the interface */
	uint32_t learned_cs;          /* BACKUP: the MASTER's interval, RFC 9568 6.1 Active_Adver_Interval */
	mono_t advert_at;             /* MASTER */
	mono_t down_at, down_from;    /* BACKUP: deadline, and the time of the advert it counts from */
	mono_t release_at;            /* BACKUP while holding; MONO_NEVER otherwise */
	mono_t give_up_at;            /* LEAVING */
	mono_t preempt_at;            /* preempt_delay: not before; MONO_NEVER: not running */
	mono_t hold_until;            /* drill: do not preempt before */
	mono_t reassert_at;           /* MASTER: next immediate advert not before (bounded reaction) */
	enum vrrp_state leave_to;     /* LEAVING: INIT or BACKUP */
	bool skip_release_wait;       /* BACKUP after a stall: the first advert releases at once */
	uint8_t master_priority;      /* last heard from the MASTER; 0: none */
	uint32_t master;              /* its address */
	mono_t heard_at;
	enum vrrp_reason resigned;    /* BACKUP: PEER_RESIGNED or PREEMPT colour the takeover's reason */
};

/* An instance that is not taking part yet. */
void vrrp_init(struct vrrp_router *vr, const struct vrrp_conf *conf);
/* One event; `out` is emptied first. At most one VRRP_ACT_TIMER, and it is the last but STATE, NOTE and DONE. */
void vrrp_step(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* Aborts when an invariant of the state does not hold; called after each step in test builds. */
void vrrp_assert(const struct vrrp_router *vr);
/* Skew_Time and Active_Down_Interval (RFC 9568 6.1; v2: RFC 3768 6.1) in usec for a learned interval. */
int64_t vrrp_skew(const struct vrrp_router *vr, uint32_t interval_cs);
int64_t vrrp_down_interval(const struct vrrp_router *vr, uint32_t interval_cs);
/* "MASTER", ...; notify scripts and status use the same words. */
const char *vrrp_state_str(enum vrrp_state s);
/* The sentence of a STATE or NOTE action into buf: "no advert for 3.609 s". */
const char *vrrp_reason_str(const struct vrrp_action *a, char *buf, size_t size);
#endif
