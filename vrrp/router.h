/*
 * router.h - the vocabulary of the state machine: states, events, actions, and the struct that carries a virtual router's state.
 * Types only; what they mean together is in step.h.
 */
#ifndef VRRP_ROUTER_H
#define VRRP_ROUTER_H
#include "base/addr.h"
#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vrrp_conf;

/* The enumerations of this file are a byte each: thousands of instances have them. */
enum vrrp_state {
	VRRP_INIT,
	VRRP_BACKUP,
	VRRP_MASTER,
	VRRP_LEAVING,
	VRRP_FAULT,
	VRRP_STATE_MAX
} __attribute__((packed));

enum vrrp_event_type {
	VRRP_EV_START, /* its interface, source address and trackers are fine: take part. resume: was MASTER before a restart */
	VRRP_EV_STOP,      /* hand over, then INIT: TERM, removal by reload */
	VRRP_EV_DRILL,     /* hand over, then stay BACKUP without preempting until hold_until */
	VRRP_EV_ADVERT,    /* a valid advert of another router; at most one per sender and drain */
	VRRP_EV_ANNOUNCED, /* an ARP announcement of somebody else for one of our addresses was seen */
	VRRP_EV_TIMER,     /* the armed time came, or is long past: the step sees by how much */
	VRRP_EV_FAULT,     /* cannot take part (interface down, script failed): reason in `why` */
	VRRP_EV_RECOVER,   /* the last cause of FAULT is gone */
	VRRP_EV_CONFIG, /* conf was replaced or the effective priority changed: `priority` is the new effective one */
	VRRP_EV_LEAD,   /* another member of the sync group is MASTER: so are we */
	VRRP_EV_YIELD,  /* another member of the sync group is MASTER no more: nor are we */
	VRRP_EV_HOOK, /* pre_master or pre_release ended, whatever came of it; in a sync group the last one that waits */
	VRRP_EVENT_MAX
};

/* What runs before the addresses come or go: hook.h. */
enum vrrp_hook { VRRP_HOOK_NONE, VRRP_HOOK_PRE_MASTER, VRRP_HOOK_PRE_RELEASE } __attribute__((packed));

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
	VRRP_WHY_TAKEN_OVER, /* LEAVING: the peer announced (or advertised) */
	VRRP_WHY_NOBODY,     /* LEAVING: nobody came within the down interval */
	VRRP_WHY_FAULT,      /* `why` of the event says what */
	VRRP_WHY_RECOVER,
	VRRP_WHY_STALLED, /* this process did not run for usec: listens before it speaks */
	VRRP_WHY_LEASE,   /* its addresses' lease ran out usec ago, because this process did not run: listens first */
	VRRP_WHY_RIVAL,   /* NOTE: MASTER hears an advert that it beats (peer_priority) */
	VRRP_WHY_GROUP,   /* with the other members of its sync group */
	VRRP_WHY_GROUP_HEARS, /* NOTE: nothing heard for usec, but by another member of the sync group: waits for it */
	VRRP_WHY_DUPLICATE_OWNER, /* another one has priority 255 and does not yield though it should: steps down */
	VRRP_WHY_OWN_ADDRESS,     /* NOTE: an advert from our own address: a looped frame or a duplicate address */
	VRRP_WHY_MAX
} __attribute__((packed));

struct vrrp_event {
	mono_t now;
	enum vrrp_event_type type;
	/* ADVERT */
	uint8_t priority;     /* also CONFIG: the new effective priority */
	uint16_t interval_cs; /* the sender's, already checked: never 0 */
	int addr_cmp;         /* sender's address compared with our source address: <0, 0, >0 */
	struct addr peer;     /* the sender, for the log and the status, and to know it again */
	bool is_resume;       /* START */
	mono_t hold_until;    /* DRILL */
	mono_t not_before;    /* TIMER: until then another member of the sync group may hear a MASTER (group.h) */
	bool is_silent;       /* YIELD: after a stall, listens before it speaks */
	int64_t hook_usec; /* STOP, DRILL: how long pre_release may take, in a sync group of any member; 0: there is none */
};

enum vrrp_action_type {
	VRRP_ACT_ADVERT,   /* send one advert now, with `priority` */
	VRRP_ACT_TIMER,    /* (re)arm the instance's only timer for `when`; MONO_NEVER stops it */
	VRRP_ACT_VIPS_ADD, /* the addresses shall be there */
	VRRP_ACT_VIPS_DEL, /* and shall be gone */
	VRRP_ACT_ANNOUNCE, /* became MASTER: first announcement of every VIP at once, repeats and refresh as configured */
	VRRP_ACT_REANNOUNCE,    /* a rival was seen: one bounded round (garp_lower_prio_*) */
	VRRP_ACT_ANNOUNCE_STOP, /* flush queued announcements at once */
	VRRP_ACT_HOOK,          /* run `hook` for `usec` on the way to `to`; NONE: what runs is not wanted any more */
	VRRP_ACT_ASK, /* ask who has our addresses: the new MASTER, who did not say so, is reminded to tell the clients */
	VRRP_ACT_WATCH, /* `on`: listen for foreign announcements of our addresses, or stop listening */
	VRRP_ACT_STATE, /* the transition: from, to, reason, evidence; log it once, notify, tell main */
	VRRP_ACT_NOTE, /* no transition, but worth a line: reason and evidence (a rival with lower priority, nobody came) */
	VRRP_ACT_DONE, /* STOP is complete: the instance may be freed */
} __attribute__((packed));

struct vrrp_action {
	enum vrrp_action_type type;
	uint8_t priority; /* ADVERT */
	bool on;          /* WATCH */
	enum vrrp_state from, to;
	enum vrrp_hook hook; /* HOOK */
	enum vrrp_reason reason;
	uint8_t peer_priority;
	struct addr peer;
	mono_t when;  /* TIMER */
	int64_t usec; /* the duration in the reason's sentence */
};

enum { VRRP_ACTIONS_MAX = 16 };

struct vrrp_actions {
	unsigned n;
	struct vrrp_action item[VRRP_ACTIONS_MAX];
};

/* The pure state of one virtual router; embedded in the shell's instance. Zero + conf + priority is a valid INIT. */
struct vrrp_router {
	const struct vrrp_conf *conf; /* borrowed */
	mono_t advert_at;             /* MASTER */
	mono_t down_at, down_from;    /* BACKUP: deadline, and the time of the advert it counts from */
	mono_t wait_until;            /* BACKUP of a sync group: not MASTER before, though down_at has come */
	mono_t release_at;            /* BACKUP while holding; MONO_NEVER otherwise */
	mono_t stay_until;            /* BACKUP while holding: not before, whoever announced himself; 0: no matter */
	mono_t give_up_at;            /* LEAVING */
	mono_t preempt_at;            /* preempt_delay: not before; MONO_NEVER: not running */
	mono_t lease_until;           /* the shell's: the kernel lets the first address go then; 0: never */
	mono_t hold_until;  /* do not preempt before: a drill, or is_warming; may be set before START, see resume.h */
	mono_t reassert_at; /* MASTER: next immediate advert not before (bounded reaction) */
	mono_t hook_until;
	mono_t rival_owner_from,
		rival_owner_at; /* MASTER, owner: the first and last advert of another owner; 0: none */
	mono_t heard_at;        /* from the MASTER */
	enum vrrp_state state;
	enum vrrp_state leave_to;  /* LEAVING, and MASTER before it: INIT or BACKUP */
	enum vrrp_hook hook;       /* what the addresses, or the goodbye, wait for, at most until hook_until */
	enum vrrp_reason resigned; /* BACKUP: PEER_RESIGNED or PREEMPT colour the takeover's reason */
	uint16_t learned_cs;       /* BACKUP: the MASTER's interval, RFC 9568 6.1 Active_Adver_Interval */
	struct addr master;        /* its address */
	uint8_t master_priority;   /* last heard from it; 0: none */
	uint8_t priority;          /* effective: base plus trackers, 1..254, or 255 for the owner */
	bool is_holding;           /* the addresses are (to be) on the interface */
	bool is_warming;  /* hold_until: the sync daemon has not heard of the connections in use yet, see warm.h */
	bool owes_answer; /* MASTER: a rival was heard before reassert_at; it is answered then */
	bool is_demoted;  /* an owner that stepped down: 254 until it is MASTER again */
	bool skip_release_wait; /* BACKUP after a stall: the first advert releases at once */
	bool owes_clients;      /* BACKUP while holding: the new MASTER was not heard telling them whom to send to */
};
#endif
