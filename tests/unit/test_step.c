/*
 * test_step.c - the state machine row by row: a router is brought into a state by the shortest way, then each event of the row must
 * give exactly the actions written beside it. Ids (SM-02, TM-06, ...) count the sentences of RFC 9568 6 and 7 (RFC 3768 for
 * version 2) and the project's own rules; TIMER is given relative to the event.
 */
#include "../scenario/trace.h"

#include "base/addr.h"
#include "run.h"
#include "vrrp/conf.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))
#define SEC(s) ((int64_t)((s)*1000000.0 + 0.5))

enum { STEPS_MAX = 6, PEER = 2, OTHER = 3, TRACE_LEN = 1024 };

/* Ways into a state; the router has priority 100 (or the row's) and an interval of 1 s (or the row's). Its peer is 192.0.2.2. */
enum from {
	INIT,     /* nothing happened yet */
	BACKUP,   /* START at 0 */
	HEARD,    /* START at 0, advert of priority 150 and 20 cs from 192.0.2.2 at 1 s */
	MASTER,   /* START at 0 as resume: adverts at 0, 1 s, ... */
	YIELDED,  /* MASTER, then at 0.5 s an advert of priority 255 and 20 cs from 192.0.2.2 */
	STOPPING, /* MASTER, then STOP at 0.5 s */
	DRILLED,  /* MASTER, then DRILL at 0.5 s, to hold until 60 s */
	STALLED,  /* MASTER, then RECOVER at 10 s: the clock went on without it */
	FAULTY,   /* START at 0, then FAULT at 1 s */
};

struct step {
	double at; /* seconds */
	enum vrrp_event_type type;
	uint8_t priority, peer;
	uint16_t cs;
	double hold, wait;
	bool is_resume;
	const char *actions;
};

struct row {
	const char *name;
	enum from from;
	struct vrrp_conf conf; /* 0: the default of the table below */
	struct step steps[STEPS_MAX];
};

#define ADVERT(at_, prio_, cs_, actions_) ADVERT_BY(PEER, at_, prio_, cs_, actions_)
#define ADVERT_BY(peer_, at_, prio_, cs_, actions_) \
	{ .at = (at_), .type = VRRP_EV_ADVERT, .priority = (prio_), .peer = (peer_), .cs = (cs_), .actions = (actions_) }
#define AT(at_, type_, actions_)                                            \
	{                                                                   \
		.at = (at_), .type = VRRP_EV_##type_, .actions = (actions_) \
	}
#define CONFIG(at_, prio_, actions_)                                                            \
	{                                                                                       \
		.at = (at_), .type = VRRP_EV_CONFIG, .priority = (prio_), .actions = (actions_) \
	}
#define DRILL(at_, hold_, actions_)                                                        \
	{                                                                                  \
		.at = (at_), .type = VRRP_EV_DRILL, .hold = (hold_), .actions = (actions_) \
	}
#define RESUME(at_, actions_)                                                                \
	{                                                                                    \
		.at = (at_), .type = VRRP_EV_START, .is_resume = true, .actions = (actions_) \
	}

#define WAITING(at_, wait_, actions_)                                                         \
	{                                                                                     \
		.at = (at_), .type = VRRP_EV_TIMER, .wait = (wait_), .actions = (actions_)    \
	}

#define UP "ADVERT 100; VIPS+; ANNOUNCE; "
#define V2 .version = VRRP_V2
#define PLAIN                  \
	{                      \
		.name = "VI_1" \
	}

static const struct row rows[] = {
	/* RFC 9568 6.4.1, errata 7947: Initialize */
	{ "SM-01 startup of the owner: advert, announcement, Active", INIT, { .priority = 255 },
		{ AT(5, START, "ADVERT 255; VIPS+; ANNOUNCE; TIMER +1000000; INIT>MASTER: owner of the addresses, priority 255") } },
	{ "SM-02 TM-09 startup: Backup, local interval, whole down interval", INIT, PLAIN,
		{ AT(5, START, "TIMER +3609375; INIT>BACKUP: taking part") } },
	{ "SM-02 state MASTER in the file is a wish", INIT, { .initial_state = VRRP_MASTER },
		{ AT(5, START, "TIMER +3609375; INIT>BACKUP: taking part") } },
	{ "resume: Active at once", INIT, PLAIN,
		{ RESUME(5, UP "TIMER +1000000; INIT>MASTER: was MASTER before the restart") } },
	{ "SM-03 advert in Initialize", INIT, PLAIN, { ADVERT(1, 255, 1, "-"), ADVERT(1, 0, 1, "-") } },
	{ "SM-04 shutdown in Initialize, twice", INIT, PLAIN, { AT(1, STOP, "DONE"), AT(2, STOP, "DONE") } },
	{ "Initialize: nothing else moves it", INIT, PLAIN,
		{ AT(1, TIMER, "-"), AT(1, ANNOUNCED, "-"), AT(1, RECOVER, "-"), DRILL(1, 9, "-"), CONFIG(1, 200, "-"),
			AT(2, START, "TIMER +3218750; INIT>BACKUP: taking part") } },
	{ "Initialize: fault", INIT, PLAIN,
		{ AT(1, FAULT, "INIT>FAULT: cannot take part"),
			AT(2, RECOVER, "TIMER +3609375; FAULT>BACKUP: the cause of the fault is gone") } },

	/* RFC 9568 6.4.2: Backup */
	{ "SM-05 shutdown in Backup: no packet", BACKUP, PLAIN,
		{ AT(1, STOP, "TIMER never; BACKUP>INIT: stopping; DONE"), AT(2, TIMER, "-") } },
	{ "SM-06 timer fires: advert first, then addresses and announcement", BACKUP, PLAIN,
		{ AT(3.609375, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 3.609 s") } },
	{ "SM-06 a late timer", BACKUP, PLAIN,
		{ AT(3.7, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 3.700 s") } },
	{ "timer too early: armed again", BACKUP, PLAIN, { AT(3.609374, TIMER, "TIMER +1"), AT(1, TIMER, "TIMER +2609375") } },
	{ "SM-07 TM-10 priority 0: skew of the learned interval", HEARD, PLAIN,
		{ ADVERT(1.1, 0, 100, "TIMER +121875"),
			AT(1.221875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: 192.0.2.2 resigned 0.121 s ago") } },
	{ "SM-07 priority 0 before anyone was heard: skew of the local interval", BACKUP, PLAIN,
		{ ADVERT(1, 0, 20, "TIMER +609375") } },
	{ "SM-07 a second priority 0 does not postpone", HEARD, PLAIN,
		{ ADVERT(1.1, 0, 20, "TIMER +121875"), ADVERT(1.2, 0, 20, "-") } },
	{ "priority 0 of somebody who is not the MASTER", HEARD, PLAIN,
		{ ADVERT_BY(OTHER, 1.1, 0, 20, "-"), ADVERT(1.1, 0, 20, "TIMER +121875") } },
	{ "equal priority, smaller address: a sign of life, but not the MASTER that may resign", BACKUP, PLAIN,
		{ ADVERT_BY(OTHER, 1, 100, 100, "TIMER +3609375"), ADVERT(2.9, 100, 100, "TIMER +3609375"), ADVERT(2.91, 0, 100, "-"),
			ADVERT_BY(OTHER, 2.92, 0, 100, "TIMER +609375") } },
	{ "equal priority, greater address: that is the MASTER now", BACKUP, PLAIN,
		{ ADVERT(1, 100, 100, "TIMER +3609375"), ADVERT_BY(OTHER, 1.5, 100, 100, "TIMER +3609375"), ADVERT(1.6, 0, 100, "-"),
			ADVERT_BY(OTHER, 1.7, 0, 100, "TIMER +609375") } },
	{ "lower priority than the MASTER's: neither", BACKUP, PLAIN,
		{ ADVERT(1, 150, 100, "TIMER +3609375"), ADVERT_BY(OTHER, 1.5, 120, 100, "TIMER +3609375"),
			ADVERT_BY(OTHER, 1.6, 0, 100, "-"), ADVERT(1.7, 0, 100, "TIMER +609375") } },
	{ "the stronger one is silent for two intervals: who speaks is the MASTER", BACKUP, PLAIN,
		{ ADVERT_BY(OTHER, 1, 100, 100, "TIMER +3609375"), ADVERT(3.000001, 100, 100, "TIMER +3609375"),
			ADVERT_BY(OTHER, 3.1, 0, 100, "-"), ADVERT(3.2, 0, 100, "TIMER +609375") } },
	{ "the stronger one resigned: who speaks then is the MASTER", BACKUP, PLAIN,
		{ ADVERT_BY(OTHER, 1, 100, 100, "TIMER +3609375"), ADVERT_BY(OTHER, 1.1, 0, 100, "TIMER +609375"),
			ADVERT(1.2, 100, 100, "TIMER +3609375"), ADVERT(1.3, 0, 100, "TIMER +609375") } },
	{ "two MASTERs: the longer interval of the weaker one is the one to wait for", BACKUP, PLAIN,
		{ ADVERT_BY(OTHER, 1, 100, 20, "TIMER +721875"), ADVERT(1.1, 100, 100, "TIMER +3609375"), ADVERT(1.2, 0, 100, "-"),
			CONFIG(1.3, 100, "-") } },
	{ "an advert after priority 0 counts again", HEARD, PLAIN,
		{ ADVERT(1.1, 0, 20, "TIMER +121875"), ADVERT_BY(OTHER, 1.15, 120, 20, "TIMER +721875"),
			AT(1.871875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 0.721 s") } },
	{ "SM-08 TM-05 higher priority: learned interval in both skew and down interval", BACKUP, PLAIN,
		{ ADVERT(1, 150, 20, "TIMER +721875"), ADVERT(1.2, 150, 400, "TIMER +14437500") } },
	{ "SM-08 preempt off: lower priority accepted", BACKUP, { .nopreempt = true },
		{ ADVERT(1, 50, 20, "TIMER +721875"), ADVERT(1.2, 50, 20, "TIMER +721875") } },
	{ "SM-09 equal priority is accepted, greater address", BACKUP, PLAIN, { ADVERT(1, 100, 100, "TIMER +3609375") } },
	{ "SM-09 equal priority is accepted, smaller address", BACKUP, PLAIN,
		{ ADVERT_BY(0, 1, 100, 100, "TIMER +3609375") } },
	{ "SM-10 TM-06 lower priority: discarded, timer runs on", HEARD, PLAIN,
		{ ADVERT(1.1, 99, 4095, "-"), ADVERT(1.2, 99, 4095, "-"), AT(1.3, TIMER, "TIMER +421875"),
			AT(1.721875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: preempts 192.0.2.2 with priority 99") } },
	{ "TM-06 a discarded MASTER may resign", BACKUP, PLAIN,
		{ ADVERT(1, 50, 20, "-"), ADVERT(1.1, 0, 20, "TIMER +609375"),
			AT(1.709375, TIMER, UP "TIMER +1000000; BACKUP>MASTER: 192.0.2.2 resigned 0.609 s ago") } },
	{ "TM-06 another's discarded advert does not hide the MASTER's goodbye", HEARD, PLAIN,
		{ ADVERT_BY(OTHER, 1.05, 50, 20, "-"), ADVERT(1.1, 0, 20, "TIMER +121875") } },
	{ "RX-27 own address in Backup: noted, nothing else", BACKUP, PLAIN,
		{ ADVERT_BY(1, 1, 200, 20, "NOTE: an advert from our own address 192.0.2.1: a looped frame or a duplicate address") } },
	{ "Backup: START, RECOVER, ANNOUNCED and DRILL change nothing", BACKUP, PLAIN,
		{ AT(1, START, "-"), AT(1, RECOVER, "-"), AT(1, ANNOUNCED, "-"), DRILL(1, 60, "-"),
			AT(1, TIMER, "TIMER +2609375"), ADVERT(2, 99, 100, "-") } },
	{ "Backup: fault", BACKUP, PLAIN, { AT(1, FAULT, "TIMER never; BACKUP>FAULT: cannot take part"), AT(9, TIMER, "-") } },

	/* RFC 9568 6.1, preemption */
	{ "PR-02 preempt off: stays Backup as long as anyone advertises", BACKUP, { .nopreempt = true },
		{ ADVERT(1, 50, 100, "TIMER +3609375"), ADVERT(2, 50, 100, "TIMER +3609375"),
			AT(5.609375, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 3.609 s") } },
	{ "PR-03 the owner preempts regardless", YIELDED, { .priority = 255, .nopreempt = true },
		{ ADVERT(0.55, 254, 20, "-"), AT(0.6, TIMER, "ASK; TIMER +20000"), AT(0.62, TIMER, "VIPS-; WATCH-; TIMER +480781") } },
	{ "PR-04 nopreempt is no matter in Active", MASTER, { .nopreempt = true },
		{ ADVERT(0.5, 101, 20, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the higher priority 101") } },
	{ "PR-08 preempt_delay: accepted until it is over", BACKUP, { .preempt_delay = 5 * MONO_SEC },
		{ ADVERT(1, 50, 100, "TIMER +3609375"), ADVERT(3, 50, 100, "TIMER +3609375"), ADVERT(5.999999, 50, 100, "TIMER +3609375"),
			ADVERT(6, 50, 100, "-"),
			AT(9.609374, TIMER, UP "TIMER +1000000; BACKUP>MASTER: preempts 192.0.2.2 with priority 50") } },
	{ "PR-08 preempt_delay does not delay the takeover from a dead MASTER", BACKUP, { .preempt_delay = 50 * MONO_SEC },
		{ ADVERT(1, 50, 100, "TIMER +3609375"),
			AT(4.609375, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 3.609 s") } },
	{ "PR-08 nor from one that resigns, which cancels it", BACKUP, { .preempt_delay = 5 * MONO_SEC },
		{ ADVERT(1, 50, 100, "TIMER +3609375"), ADVERT(2, 0, 100, "TIMER +609375"), ADVERT(2.5, 50, 100, "TIMER +3609375"),
			ADVERT(6.1, 50, 100, "TIMER +3609375"), ADVERT(7.5, 50, 100, "-") } },
	{ "PR-08 a stronger MASTER cancels it", BACKUP, { .preempt_delay = 5 * MONO_SEC },
		{ ADVERT(1, 50, 100, "TIMER +3609375"), ADVERT(4, 150, 100, "TIMER +3609375"), ADVERT(7, 50, 100, "TIMER +3609375"),
			ADVERT(11.9, 50, 100, "TIMER +3609375"), ADVERT(12, 50, 100, "-") } },

	{ "PR-10 two owners, and the other one does not yield: steps down after 3.2 intervals", MASTER, { .priority = 255 },
		{ ADVERT_BY(0, 0.5, 255, 100, "ADVERT 255; REANNOUNCE; NOTE: 192.0.2.0 advertises too, with priority 255"),
			ADVERT_BY(0, 2, 255, 100, "ADVERT 255; REANNOUNCE; NOTE: 192.0.2.0 advertises too, with priority 255"),
			ADVERT_BY(0, 3.7, 255, 100, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: duplicate owner: 192.0.2.0 has priority "
				"255 too and does not yield, steps down to 254"),
			CONFIG(3.75, 255, "-") } },

	/* Sync groups */
	{ "the group leads: MASTER at once", HEARD, PLAIN, { AT(1.1, LEAD, UP "TIMER +1000000; BACKUP>MASTER: with its sync group") } },
	{ "the group leaves: priority 0, and the addresses stay for an interval at most", MASTER, PLAIN,
		{ AT(0.5, YIELD, "ADVERT 0; QUIET; WATCH+; TIMER +1100000; MASTER>BACKUP: with its sync group"),
			ADVERT(0.6, 150, 100, "TIMER +100000"), AT(0.7, TIMER, "ASK; TIMER +20000"),
			AT(0.72, TIMER, "VIPS-; WATCH-; TIMER +3489375") } },
	{ "the group leads: a drill without successor ends in MASTER", DRILLED, PLAIN, 
		{ AT(1.1, LEAD, UP "WATCH-; TIMER +1000000; LEAVING>MASTER: with its sync group") } },
	{ "the group has a MASTER elsewhere: a drill without successor ends in BACKUP", DRILLED, PLAIN,
		{ WAITING(4.209375, 5, "VIPS-; WATCH-; TIMER +3609375; LEAVING>BACKUP: with its sync group") } },
	{ "the group leads or leaves: no matter elsewhere", FAULTY, PLAIN, { AT(2, LEAD, "-"), AT(2, YIELD, "-") } },

	/* RFC 9568 6.4.3: Active */
	{ "SM-11 shutdown: priority 0 at once, the addresses stay (make before break)", MASTER, PLAIN,
		{ AT(0.5, STOP, "WATCH+; ADVERT 0; QUIET; TIMER +3709375; MASTER>LEAVING: stopping") } },
	{ "SM-13 TM-11 adverts at whole intervals, lateness does not add up", MASTER, PLAIN,
		{ AT(1, TIMER, "ADVERT 100; TIMER +1000000"), AT(2.3, TIMER, "ADVERT 100; TIMER +700000"),
			AT(3.999999, TIMER, "ADVERT 100; TIMER +1"), AT(4, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "SM-13 a whole interval late: counted from now", MASTER, PLAIN,
		{ AT(2, TIMER, "ADVERT 100; TIMER +1000000"), AT(4.5, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "Active: timer too early", MASTER, PLAIN, { AT(0.4, TIMER, "TIMER +600000"), AT(0.999999, TIMER, "TIMER +1") } },
	{ "SM-14 TM-12 priority 0: advert now, whole interval", MASTER, PLAIN,
		{ ADVERT(0.5, 0, 20, "ADVERT 100; TIMER +1000000"), AT(1.5, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "SM-14 SM-20 priority 0 again and again: one advert in T/4", MASTER, PLAIN,
		{ ADVERT(0.5, 0, 20, "ADVERT 100; TIMER +1000000"), ADVERT(0.6, 0, 20, "-"), ADVERT(0.749999, 0, 20, "-"),
			ADVERT(0.75, 0, 20, "ADVERT 100; TIMER +1000000") } },
	{ "SM-15 TM-07 higher priority: Backup with the winner's interval, still holding", MASTER, PLAIN,
		{ ADVERT(0.5, 150, 20, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.6, TIMER, "ASK; TIMER +20000"), AT(0.62, TIMER, "VIPS-; WATCH-; TIMER +601875"),
			AT(1.221875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 0.721 s") } },
	{ "SM-16 PR-06 equal priority, greater address: Backup", MASTER, PLAIN,
		{ ADVERT(0.5, 100, 100, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the same priority 100 and the greater "
			"address") } },
	{ "SM-17 lower priority: discarded and answered, adverts keep their beat", MASTER, PLAIN,
		{ ADVERT(0.5, 99, 20, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			AT(1, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "SM-18 equal priority, smaller address: as lower", MASTER, PLAIN,
		{ ADVERT_BY(0, 0.5, 100, 20, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.0 advertises too, with priority 100") } },
	{ "SM-19 equal priority, own address: no change, no reply", MASTER, PLAIN,
		{ ADVERT_BY(1, 0.5, 100, 20, "NOTE: an advert from our own address 192.0.2.1: a looped frame or a duplicate address"),
			ADVERT_BY(1, 0.5, 200, 20, "NOTE: an advert from our own address 192.0.2.1: a looped frame or a duplicate address") } },
	{ "SM-20 at most one answer in T/4; one that comes too early is owed", MASTER, PLAIN,
		{ ADVERT(0.1, 99, 20, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.2, 99, 20, "TIMER +150000; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.349999, 99, 20, "NOTE: 192.0.2.2 advertises too, with priority 99"),
			AT(0.35, TIMER, "ADVERT 100; REANNOUNCE; TIMER +650000"),
			ADVERT(0.4, 99, 20, "TIMER +200000; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.6, 99, 20, "ADVERT 100; REANNOUNCE; TIMER +400000; NOTE: 192.0.2.2 advertises too, with priority 99") } },
	{ "SM-20 an owed answer goes with the beat, and once", MASTER, PLAIN,
		{ ADVERT(0.75, 99, 20, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.8, 99, 20, "NOTE: 192.0.2.2 advertises too, with priority 99"),
			AT(1, TIMER, "ADVERT 100; REANNOUNCE; TIMER +1000000"), AT(1.5, TIMER, "TIMER +500000") } },
	{ "SM-20 an owed answer is forgotten with the state", MASTER, PLAIN,
		{ ADVERT(0.1, 99, 20, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.2, 99, 20, "TIMER +150000; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT(0.3, 150, 20, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the higher priority 150"),
			AT(0.4, TIMER, "ASK; TIMER +20000"), AT(0.42, TIMER, "VIPS-; WATCH-; TIMER +601875") } },
	{ "SM-15 it answered a rival as the winner did: holds until the winner's second answer, which may be owed", MASTER, PLAIN,
		{ ADVERT(0.5, 99, 100, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT_BY(OTHER, 0.5001, 150, 100, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.3 has the higher "
				"priority 150"),
			AT(0.5002, ANNOUNCED, "TIMER +269900"), ADVERT_BY(OTHER, 0.75, 150, 100, "-"), AT(0.7501, ANNOUNCED, "-"),
			AT(0.7701, TIMER, "VIPS-; WATCH-; TIMER +3589275") } },
	{ "SM-15 the rival was answered long ago: the winner's announcement counts", MASTER, PLAIN,
		{ ADVERT(0.5, 99, 100, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99"),
			ADVERT_BY(OTHER, 0.75, 150, 100, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.3 has the higher "
				"priority 150"),
			AT(0.7502, ANNOUNCED, "TIMER +20000"), AT(0.7702, TIMER, "VIPS-; WATCH-; TIMER +3589175") } },
	{ "lower_prio_no_advert: announces, does not advertise", MASTER, { .lower_prio_no_advert = true },
		{ ADVERT(0.5, 99, 20, "REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99") } },
	{ "V2-15 strict version 2 does not answer either", MASTER, { V2, .strict = true },
		{ ADVERT(0.5, 99, 100, "REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99") } },
	{ "V2-15 version 2 otherwise answers, as keepalived does", MASTER, { V2 },
		{ ADVERT(0.5, 99, 100, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99") } },
	{ "strict version 3 answers: RFC 9568 demands it", MASTER, { .strict = true },
		{ ADVERT(0.5, 99, 100, "ADVERT 100; REANNOUNCE; NOTE: 192.0.2.2 advertises too, with priority 99") } },
	{ "higher_prio_send_advert: one more advert before it yields", MASTER, { .higher_prio_send_advert = true },
		{ ADVERT(0.5, 150, 20, "ADVERT 100; QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the higher priority 150") } },
	{ "erratum 8298: the owner yields to an owner with the greater address", MASTER, { .priority = 255 },
		{ ADVERT(0.5, 255, 20, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the same priority 255 and the greater "
			"address") } },
	{ "owner_ignore_adverts: the owner hears nobody", MASTER, { .priority = 255, .owner_ignore_adverts = true },
		{ ADVERT(0.5, 255, 20, "-"), ADVERT(0.6, 100, 20, "-"), ADVERT(0.7, 0, 20, "-"), AT(1, TIMER, "ADVERT 255; TIMER +1000000") } },
	{ "owner_ignore_adverts: others hear as before", MASTER, { .owner_ignore_adverts = true },
		{ ADVERT(0.5, 150, 20, "QUIET; WATCH+; TIMER +100000; MASTER>BACKUP: 192.0.2.2 has the higher priority 150") } },
	{ "SM-21 fault: priority 0 first, the addresses go at once", MASTER, PLAIN,
		{ AT(0.5, FAULT, "ADVERT 0; QUIET; VIPS-; TIMER never; MASTER>FAULT: cannot take part") } },
	{ "Active: START, RECOVER and ANNOUNCED change nothing", MASTER, PLAIN,
		{ AT(0.5, START, "-"), RESUME(0.5, "-"), AT(0.5, RECOVER, "-"), AT(0.5, ANNOUNCED, "-"), AT(0.5, TIMER, "TIMER +500000") } },
	{ "TM-08 Active at the local interval whatever was learned", HEARD, PLAIN,
		{ AT(1.721875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 0.721 s"),
			AT(2.721875, TIMER, "ADVERT 100; TIMER +1000000") } },

	/* Make before break: the one that yields */
	{ "yielded: announced at once, released 20 ms later", YIELDED, PLAIN,
		{ AT(0.501, ANNOUNCED, "TIMER +20000"), AT(0.502, ANNOUNCED, "-"), AT(0.521, TIMER, "VIPS-; WATCH-; TIMER +700875") } },
	{ "yielded: announced late, released no later than without", YIELDED, PLAIN,
		{ AT(0.59, ANNOUNCED, "-"), AT(0.6, TIMER, "VIPS-; WATCH-; TIMER +621875"), AT(0.61, ANNOUNCED, "-") } },
	{ "yielded: adverts in between do not postpone the release", YIELDED, PLAIN,
		{ ADVERT(0.55, 150, 20, "-"), AT(0.6, TIMER, "ASK; TIMER +20000"), AT(0.62, TIMER, "VIPS-; WATCH-; TIMER +651875") } },
	{ "yielded: nobody announced himself: asks who has the addresses, once, and waits 20 ms for it", YIELDED, PLAIN,
		{ AT(0.6, TIMER, "ASK; TIMER +20000"), AT(0.603, ANNOUNCED, "-"), AT(0.61, TIMER, "TIMER +10000"),
			AT(0.62, TIMER, "VIPS-; WATCH-; TIMER +601875") } },
	{ "yielded: late, because it did not run: asks, and waits no more", YIELDED, PLAIN,
		{ AT(0.621, TIMER, "ASK; VIPS-; WATCH-; TIMER +600875") } },
	{ "yielded: timer too early", YIELDED, PLAIN, { AT(0.55, TIMER, "TIMER +50000") } },
	{ "yielded, and MASTER again before the release: simply keeps them", YIELDED, PLAIN,
		{ ADVERT(0.51, 0, 20, "-"), AT(0.631875, TIMER, UP "WATCH-; TIMER +1000000; BACKUP>MASTER: 192.0.2.2 resigned 0.121 s ago") } },
	{ "yielded: stop releases at once", YIELDED, PLAIN,
		{ AT(0.55, STOP, "VIPS-; WATCH-; TIMER never; BACKUP>INIT: stopping; DONE") } },
	{ "yielded: fault releases at once", YIELDED, PLAIN,
		{ AT(0.55, FAULT, "VIPS-; WATCH-; TIMER never; BACKUP>FAULT: cannot take part") } },

	/* Make before break: the one that leaves */
	{ "stop: the peer's advert, then 100 ms", STOPPING, PLAIN,
		{ ADVERT(1.1, 90, 20, "TIMER +100000"), ADVERT(1.15, 90, 20, "-"),
			AT(1.2, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: 192.0.2.2 took over after 0.700 s; DONE") } },
	{ "stop: the peer's announcement, then 20 ms", STOPPING, PLAIN,
		{ ADVERT(1.1, 90, 20, "TIMER +100000"), AT(1.101, ANNOUNCED, "TIMER +20000"),
			AT(1.121, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: 192.0.2.2 took over after 0.621 s; DONE") } },
	{ "stop: an announcement alone will do", STOPPING, PLAIN,
		{ AT(1.1, ANNOUNCED, "TIMER +20000"), AT(1.11, ANNOUNCED, "-"),
			AT(1.12, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: another router took over after 0.620 s; DONE") } },
	{ "stop: nobody comes", STOPPING, PLAIN,
		{ AT(4.2, TIMER, "TIMER +9375"),
			AT(4.209375, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: nobody took over within 3.709 s; DONE") } },
	{ "stop: priority 0 of others is no takeover", STOPPING, PLAIN, { ADVERT(1, 0, 20, "-"), AT(1, TIMER, "TIMER +3209375") } },
	{ "stop: own address is no takeover", STOPPING, PLAIN,
		{ ADVERT_BY(1, 1, 100, 20, "NOTE: an advert from our own address 192.0.2.1: a looped frame or a duplicate address"),
			AT(1, TIMER, "TIMER +3209375") } },
	{ "stop: a fault completes it", STOPPING, PLAIN,
		{ AT(1, FAULT, "ADVERT 0; QUIET; VIPS-; WATCH-; TIMER never; LEAVING>INIT: cannot take part; DONE") } },
	{ "stop: nothing else moves it", STOPPING, PLAIN,
		{ AT(1, STOP, "-"), AT(1, START, "-"), AT(1, RECOVER, "-"), DRILL(1, 60, "-"), CONFIG(1, 200, "-"),
			AT(1, TIMER, "TIMER +3209375") } },
	{ "stop: who was heard is waited for, even at the end", STOPPING, PLAIN,
		{ ADVERT(4.2, 90, 20, "TIMER +100000"), AT(4.209375, TIMER, "TIMER +90625"),
			AT(4.3, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: 192.0.2.2 took over after 3.800 s; DONE") } },
	{ "drill: taken over, Backup with the new MASTER's interval", DRILLED, PLAIN,
		{ ADVERT(1.1, 90, 20, "TIMER +100000"),
			AT(1.2, TIMER, "VIPS-; WATCH-; TIMER +721875; LEAVING>BACKUP: 192.0.2.2 took over after 0.700 s") } },
	{ "drill: does not preempt before the end of the hold", DRILLED, PLAIN,
		{ ADVERT(1.1, 90, 20, "TIMER +100000"),
			AT(1.2, TIMER, "VIPS-; WATCH-; TIMER +721875; LEAVING>BACKUP: 192.0.2.2 took over after 0.700 s"),
			ADVERT(1.3, 90, 20, "TIMER +721875"), ADVERT(59.999999, 90, 20, "TIMER +721875"), ADVERT(60, 90, 20, "-"),
			AT(60.721874, TIMER, UP "TIMER +1000000; BACKUP>MASTER: preempts 192.0.2.2 with priority 90") } },
	{ "drill: takes over at once when the peer dies within the hold", DRILLED, PLAIN,
		{ ADVERT(1.1, 90, 20, "TIMER +100000"),
			AT(1.2, TIMER, "VIPS-; WATCH-; TIMER +721875; LEAVING>BACKUP: 192.0.2.2 took over after 0.700 s"),
			AT(1.921875, TIMER, UP "TIMER +1000000; BACKUP>MASTER: no advert for 0.721 s") } },
	{ "drill: even the owner holds", DRILLED, { .priority = 255 },
		{ ADVERT(1.1, 90, 20, "TIMER +100000"),
			AT(1.2, TIMER, "VIPS-; WATCH-; TIMER +600781; LEAVING>BACKUP: 192.0.2.2 took over after 0.700 s"),
			ADVERT(1.3, 90, 20, "TIMER +600781") } },
	{ "drill: nobody comes, MASTER again", DRILLED, PLAIN,
		{ AT(4.209375, TIMER, UP "WATCH-; TIMER +1000000; LEAVING>MASTER: nobody took over within 3.709 s") } },
	{ "drill: turned into a stop", DRILLED, PLAIN,
		{ AT(1, STOP, "-"), AT(4.209375, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: nobody took over within 3.709 s; DONE") } },
	{ "drill: fault", DRILLED, PLAIN,
		{ AT(1, FAULT, "ADVERT 0; QUIET; VIPS-; WATCH-; TIMER never; LEAVING>FAULT: cannot take part") } },

	/* TM-14: the process did not run */
	{ "stall: listens first, holding, a whole down interval of its own", MASTER, PLAIN,
		{ AT(4.609376, TIMER, "QUIET; WATCH+; TIMER +3609375; MASTER>BACKUP: did not run for 3.609 s, listens first"),
			AT(8.218751, TIMER, UP "WATCH-; TIMER +1000000; BACKUP>MASTER: no advert for 3.609 s") } },
	{ "no stall yet at exactly a down interval", MASTER, PLAIN, { AT(4.609375, TIMER, "ADVERT 100; TIMER +1000000") } },
	{ "stall seen by an advert: the addresses go with it", MASTER, PLAIN,
		{ ADVERT(10, 150, 20, "QUIET; WATCH+; VIPS-; WATCH-; TIMER +721875; MASTER>BACKUP: did not run for 9.000 s, listens first") } },
	{ "stall, then a weaker MASTER: the addresses go, it is preempted in time", STALLED, PLAIN,
		{ ADVERT(10.1, 50, 20, "VIPS-; WATCH-"),
			AT(13.609375, TIMER, UP "TIMER +1000000; BACKUP>MASTER: preempts 192.0.2.2 with priority 50") } },
	{ "stall: priority 0 is nobody's service", STALLED, PLAIN, { ADVERT(10.1, 0, 100, "TIMER +609375") } },
	{ "stall: announced elsewhere", STALLED, PLAIN,
		{ AT(10.1, ANNOUNCED, "TIMER +20000"), AT(10.12, TIMER, "VIPS-; WATCH-; TIMER +3489375") } },
	{ "stall, then stop", STALLED, PLAIN, { AT(10.1, STOP, "VIPS-; WATCH-; TIMER never; BACKUP>INIT: stopping; DONE") } },
	{ "stall in a drill: not MASTER again unheard", DRILLED, PLAIN,
		{ AT(10, TIMER, "TIMER +3609375; LEAVING>BACKUP: did not run for 5.790 s, listens first"),
			ADVERT(10.1, 50, 20, "VIPS-; WATCH-; TIMER +721875") } },
	{ "stall in a drill after the takeover was heard: released", DRILLED, PLAIN,
		{ ADVERT(1, 90, 20, "TIMER +100000"),
			AT(10, TIMER, "VIPS-; WATCH-; TIMER +721875; LEAVING>BACKUP: 192.0.2.2 took over after 9.500 s") } },
	{ "stall in a stop: done", STOPPING, PLAIN,
		{ AT(99, TIMER, "VIPS-; WATCH-; TIMER never; LEAVING>INIT: nobody took over within 98.500 s; DONE") } },

	/* FAULT */
	{ "SM-22 fault is gone: Backup with the whole down interval", FAULTY, PLAIN,
		{ AT(2, RECOVER, "TIMER +3609375; FAULT>BACKUP: the cause of the fault is gone") } },
	{ "SM-22 START after a fault never resumes", FAULTY, PLAIN,
		{ RESUME(2, "TIMER +3609375; FAULT>BACKUP: the cause of the fault is gone") } },
	{ "SM-22 the owner is MASTER at once", FAULTY, { .priority = 255 },
		{ AT(2, RECOVER, "ADVERT 255; VIPS+; ANNOUNCE; TIMER +1000000; FAULT>MASTER: owner of the addresses, priority 255") } },
	{ "fault: stop", FAULTY, PLAIN, { AT(2, STOP, "FAULT>INIT: stopping; DONE") } },
	{ "fault: nothing else moves it", FAULTY, PLAIN,
		{ AT(2, FAULT, "-"), AT(2, TIMER, "-"), ADVERT(2, 0, 20, "-"), AT(2, ANNOUNCED, "-"), DRILL(2, 60, "-"),
			CONFIG(2, 200, "-") } },

	/* Changes while it runs */
	{ "SM-24 priority changes in Active: advertised at once", MASTER, PLAIN,
		{ CONFIG(0.5, 80, "ADVERT 80; TIMER +1000000"), CONFIG(0.6, 80, "-"), AT(1.5, TIMER, "ADVERT 80; TIMER +1000000") } },
	{ "TM-17 priority changes in Backup: the deadline counts from its start", BACKUP, PLAIN,
		{ CONFIG(1, 200, "TIMER +2218750"), CONFIG(2, 1, "TIMER +1996093"), CONFIG(3.9, 254, "TIMER +0") } },
	{ "TM-17 priority changes after priority 0: the skew counts from its start", HEARD, PLAIN,
		{ ADVERT(1.1, 0, 20, "TIMER +121875"), CONFIG(1.12, 200, "TIMER +23750") } },
	{ "priority 255 in Backup: as the owner", BACKUP, PLAIN,
		{ CONFIG(1, 255, "ADVERT 255; VIPS+; ANNOUNCE; TIMER +1000000; BACKUP>MASTER: owner of the addresses, priority 255") } },
	{ "a new priority decides about preemption", BACKUP, PLAIN,
		{ ADVERT(1, 90, 100, "-"), CONFIG(1.5, 80, "TIMER +2187500"), ADVERT(2, 90, 100, "TIMER +3687500") } },

	/* RFC 3768 6.1 */
	{ "V2-13 V2-14 skew does not scale with the interval", BACKUP, { V2, .interval_cs = 200 },
		{ ADVERT(1, 150, 200, "TIMER +6609375"), ADVERT(2, 0, 200, "TIMER +609375") } },
	{ "TM-15 down_timer_adverts", BACKUP, { .down_timer_adverts = 5 }, { ADVERT(1, 150, 20, "TIMER +1121875") } },
};

static struct vrrp_conf conf_of(const struct row *r)
{
	struct vrrp_conf c = r->conf;

	c.hooks = &vrrp_bare.hooks;
	c.name = "VI_1";
	if (!c.priority)
		c.priority = 100;
	if (!c.interval_cs)
		c.interval_cs = 100;
	if (!c.version)
		c.version = VRRP_V3;
	if (!c.down_timer_adverts)
		c.down_timer_adverts = 3;
	return c;
}

/* We are 192.0.2.1; 0 stands for the smaller 192.0.2.0. */
static void step(struct vrrp_router *vr, const struct step *s, struct vrrp_actions *out)
{
	const struct vrrp_event ev = {
		.now = { SEC(s->at) },
		.type = s->type,
		.priority = s->priority,
		.interval_cs = s->cs,
		.addr_cmp = (int)s->peer - 1,
		.peer = addr_from_in((struct in_addr){ htonl(0xc0000200U + s->peer) }),
		.is_resume = s->is_resume,
		.hold_until = { SEC(s->hold) },
		.not_before = { SEC(s->wait) },
	};

	vrrp_step(vr, &ev, out);
	vrrp_assert(vr);
}

/* STATE, NOTE and DONE come after every deed; one TIMER at most, and it is the last deed; it names the next deadline. */
static void check_shape(const struct vrrp_actions *out)
{
	bool is_reporting = false, is_armed = false;
	unsigned i;

	for (i = 0; i < out->n; i++) {
		const enum vrrp_action_type t = out->item[i].type;
		const bool is_report = t == VRRP_ACT_STATE || t == VRRP_ACT_NOTE || t == VRRP_ACT_DONE;

		ck_assert(is_report || (!is_reporting && !is_armed));
		is_reporting = is_reporting || is_report;
		is_armed = is_armed || t == VRRP_ACT_TIMER;
	}
}

static void bring(struct vrrp_router *vr, enum from from)
{
	static const struct step begin = AT(0, START, NULL), resume = RESUME(0, NULL);
	static const struct step then[] = {
		[HEARD] = ADVERT(1, 150, 20, NULL),
		[YIELDED] = ADVERT(0.5, 255, 20, NULL),
		[STOPPING] = AT(0.5, STOP, NULL),
		[DRILLED] = DRILL(0.5, 60, NULL),
		[STALLED] = AT(10, RECOVER, NULL),
		[FAULTY] = AT(1, FAULT, NULL),
	};
	const bool is_resumed = from == MASTER || from == YIELDED || from == STOPPING || from == DRILLED ||
		from == STALLED;
	struct vrrp_actions out;

	if (from == INIT)
		return;
	step(vr, is_resumed ? &resume : &begin, &out);
	if (from != BACKUP && from != MASTER)
		step(vr, &then[from], &out);
}

START_TEST(test_row) {
	const struct row *r = &rows[_i];
	const struct vrrp_conf conf = conf_of(r);
	struct vrrp_actions out;
	struct vrrp_router vr;
	char trace[TRACE_LEN];
	int i;

	vrrp_init(&vr, &conf);
	bring(&vr, r->from);
	for (i = 0; i < STEPS_MAX && r->steps[i].actions; i++) {
		step(&vr, &r->steps[i], &out);
		trace_actions(&out, (mono_t){ SEC(r->steps[i].at) }, true, trace, sizeof(trace));
		ck_assert_msg(!strcmp(trace, r->steps[i].actions), "%s, step %d:\n  got  %s\n  want %s", r->name, i + 1,
			trace, r->steps[i].actions);
		check_shape(&out);
	}
	ck_assert_msg(i > 0, "%s: no step", r->name);
}
END_TEST

/* Facts 1.15: worked values, exact to the microsecond and without overflow at the ends (TM-01 TM-02 TM-03 TM-04, V2-13, V2-14). */
static const struct {
	uint32_t version, priority, cs, adverts;
	int64_t skew, down;
} times[] = {
	{ 3, 100, 100, 3, 609375, 3609375 },
	{ 3, 100, 20, 3, 121875, 721875 },
	{ 3, 254, 100, 3, 7812, 3007812 },
	{ 3, 1, 4095, 3, 40790039, 163640039 },
	{ 3, 200, 1, 3, 2187, 32187 },
	{ 3, 254, 1, 3, 78, 30078 },
	{ 3, 255, 4095, 3, 159960, 123009960 },
	{ 3, 100, 100, 0, 609375, 3609375 },
	{ 3, 100, 100, 5, 609375, 5609375 },
	{ 2, 100, 100, 3, 609375, 3609375 },
	{ 2, 100, 200, 3, 609375, 6609375 },
	{ 2, 1, 25500, 3, 996093, 765996093 },
};

START_TEST(test_times) {
	const struct vrrp_conf conf = { VRRP_BARE, .version = times[_i].version, .priority = times[_i].priority,
		.interval_cs = times[_i].version == 2 ? times[_i].cs : 77, .down_timer_adverts = times[_i].adverts };
	struct vrrp_router vr;

	vrrp_init(&vr, &conf);
	ck_assert_int_eq(vrrp_skew(&vr, times[_i].cs), times[_i].skew);
	ck_assert_int_eq(vrrp_down_interval(&vr, times[_i].cs), times[_i].down);
}
END_TEST

/* TM-16: what tells two priorities apart, in usec; the same one, and nobody, are told apart by nothing. */
static const struct {
	uint8_t version, priority, other;
	uint16_t cs;
	int64_t spread;
} spreads[] = {
	{ 3, 100, 150, 100, 195312 },
	{ 3, 150, 100, 100, 195313 },
	{ 3, 100, 101, 1, 39 },
	{ 2, 100, 101, 500, 3906 },
	{ 3, 100, 100, 100, 0 },
	{ 3, 100, 0, 100, 0 },
};

START_TEST(test_spread) {
	const struct vrrp_conf conf = { VRRP_BARE, .version = spreads[_i].version, .priority = spreads[_i].priority,
		.interval_cs = spreads[_i].cs, .down_timer_adverts = 3 };
	struct vrrp_router vr;

	vrrp_init(&vr, &conf);
	ck_assert_int_le(llabs(deadline_spread(&vr, spreads[_i].other) - spreads[_i].spread), 1);
}
END_TEST

/* TM-17 with a new struct vrrp_conf: a shorter interval counts at once, a longer one after the advert that was promised. */
START_TEST(test_new_conf) {
	const struct row plain = { .name = "" };
	struct vrrp_conf conf = conf_of(&plain), quick = conf, slow = conf;
	const struct step config = CONFIG(0.2, 100, NULL), later = CONFIG(0.3, 100, NULL);
	struct vrrp_actions out;
	struct vrrp_router vr;
	char trace[TRACE_LEN];

	quick.interval_cs = 20;
	slow.interval_cs = 500;
	vrrp_init(&vr, &conf);
	bring(&vr, MASTER);
	vr.conf = &slow;
	step(&vr, &config, &out);
	ck_assert_str_eq(trace_actions(&out, (mono_t){ SEC(0.2) }, true, trace, sizeof(trace)), "-");
	vr.conf = &quick;
	step(&vr, &later, &out);
	ck_assert_str_eq(trace_actions(&out, (mono_t){ SEC(0.3) }, true, trace, sizeof(trace)), "TIMER +200000");
	vrrp_init(&vr, &conf);
	bring(&vr, BACKUP);
	vr.conf = &quick;
	step(&vr, &config, &out);
	ck_assert_str_eq(trace_actions(&out, (mono_t){ SEC(0.2) }, true, trace, sizeof(trace)), "TIMER +521875");
	vrrp_init(&vr, &conf);
	bring(&vr, HEARD);
	vr.conf = &quick;
	step(&vr, &(struct step)CONFIG(1.1, 100, NULL), &out);
	ck_assert_str_eq(trace_actions(&out, (mono_t){ SEC(1.1) }, true, trace, sizeof(trace)), "-");
}
END_TEST

/* "Zero + conf + priority is a valid INIT". */
START_TEST(test_zero) {
	const struct row plain = { .name = "" };
	const struct vrrp_conf conf = conf_of(&plain);
	struct vrrp_router vr = { .conf = &conf, .priority = 100 };
	const struct step s = AT(5, START, NULL);
	struct vrrp_actions out;
	char trace[TRACE_LEN];

	vrrp_assert(&vr);
	step(&vr, &s, &out);
	ck_assert_str_eq(trace_actions(&out, (mono_t){ SEC(5) }, true, trace, sizeof(trace)),
		"TIMER +3609375; INIT>BACKUP: taking part");
}
END_TEST

/* The assertion itself must be able to fail. */
START_TEST(test_assert) {
	const struct row plain = { .name = "" };
	const struct vrrp_conf conf = conf_of(&plain);
	struct vrrp_router vr;

	vrrp_init(&vr, &conf);
	bring(&vr, (enum from[]){ MASTER, MASTER, BACKUP, BACKUP, DRILLED, FAULTY }[_i]);
	if (_i == 0)
		vr.is_holding = false;
	if (_i == 1)
		vr.advert_at = MONO_NEVER;
	if (_i == 2)
		vr.down_at = MONO_NEVER;
	if (_i == 3)
		vr.is_holding = true;
	if (_i == 4)
		vr.leave_to = VRRP_FAULT;
	if (_i == 5)
		vr.is_holding = true;
	vrrp_assert(&vr);
}
END_TEST

START_TEST(test_words) {
	struct vrrp_action a = { .type = VRRP_ACT_STATE };
	char buf[200], small[10];
	int i;

	for (i = 0; i < VRRP_WHY_MAX; i++) {
		a.reason = (enum vrrp_reason)i;
		ck_assert_msg(vrrp_reason_str(&a, buf, sizeof(buf))[0] != '\0' && !strchr(buf, '%'), "reason %d", i);
	}
	a.reason = VRRP_WHY_NO_ADVERT;
	a.usec = 163640039;
	ck_assert_str_eq(vrrp_reason_str(&a, buf, sizeof(buf)), "no advert for 163.640 s");
	ck_assert_str_eq(vrrp_reason_str(&a, small, sizeof(small)), "no advert");
	a.reason = VRRP_WHY_MAX;
	ck_assert_str_eq(vrrp_reason_str(&a, buf, sizeof(buf)), "?");
	ck_assert_str_eq(vrrp_state_str(VRRP_STATE_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("step");
	TCase *tc = tcase_create("step");

	tcase_add_loop_test(tc, test_row, 0, COUNT(rows));
	tcase_add_loop_test(tc, test_times, 0, COUNT(times));
	tcase_add_loop_test(tc, test_spread, 0, COUNT(spreads));
	tcase_add_test(tc, test_new_conf);
	tcase_add_test(tc, test_zero);
	tcase_add_loop_test_raise_signal(tc, test_assert, SIGABRT, 0, 6);
	tcase_add_test(tc, test_words);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
