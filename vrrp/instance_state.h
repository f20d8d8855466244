/*
 * instance_state.h - the struct behind instance.h, for the files that make it up: instance.c (its life, and what comes in),
 * instance_act.c (feed the step, perform its actions) and instance_look.c (the machine: sockets, faults, effective priority);
 * and for groups.c, which looks at several at once.
 */
#ifndef VRRP_INSTANCE_STATE_H
#define VRRP_INSTANCE_STATE_H
#include "base/log.h"
#include "vrrp/instance_types.h"
#include "vrrp/trackers.h"

struct holder;
struct loop_timer;
struct offenders;
struct vmac;
struct vmac_test;
struct witness;

/* Of what may repeat. */
struct instance_limits {
	struct log_limit note, send; /* lines */
	mono_t rival_told;           /* when scripts last heard of a weaker router */
};

struct instance {
	const struct instance_env *env; /* borrowed */
	unsigned index;
	uint32_t hook; /* the id of the pre_master or pre_release that runs; 0: none */
	struct vrrp_router router;
	struct receiver receiver;
	struct offenders *offenders; /* owned; NULL: none so far */
	struct holder *holder;       /* owned: VIPs and their announcements */
	struct witness *witness;     /* owned: what is suspected of the other directors */
	struct vmac *vmac;           /* owned: devices with a virtual MAC address; NULL: none */
	struct vmac_test *vmac_test; /* owned; NULL: nothing to test so far */
	struct environment environment;
	struct addr source; /* of adverts: environment.own, or what that was before it went from the interface */
	struct faults faults;
	struct trackers trackers;
	struct port *port;        /* shared; NULL while the interface is missing */
	struct loop_timer *timer; /* owned: the only one, instance_wake.h */
	mono_t timer_at, wake_at; /* the protocol's deadline; when it is looked at, MONO_NEVER: not */
	struct instance_counters counters;
	struct instance_last last;
	struct instance_late late;
	struct instance_limits *limits; /* owned; NULL until one is needed */
	struct sync_group *group;       /* borrowed; NULL: none */
	unsigned unsent;                /* adverts in a row that the kernel had no room for */
	uint8_t alone;                  /* the priority that it would have without a group, from the last look */
	bool was_up;                    /* the interface, before the last look */
	uint8_t mac[6];                 /* of the interface, at the last look */
	bool is_started, is_resume, is_stopping, is_done;
};

#endif
