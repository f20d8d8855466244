/*
 * roster_state.h - the struct behind roster.h, for the files that make it up: roster.c (from one configuration to the next) and
 * roster_ask.c (what instances ask of all the others, and say).
 */
#ifndef VRRP_ROSTER_STATE_H
#define VRRP_ROSTER_STATE_H
#include "vrrp/instance_types.h"
#include "vrrp/offender.h"
#include "vrrp/reports.h"
#include "vrrp/resume.h"
#include "vrrp/roster_types.h"
#include "vrrp/settle.h"
#include "vrrp/vip_index.h"

struct anycast;
struct generation;
struct groups;
struct loop_timer;
struct misplaced;
struct names;
struct refresh;
struct statics;

struct unit {
	struct instance *vi;           /* owned */
	struct generation *generation; /* shared */
	bool is_leaving;
};

struct roster {
	struct link *link; /* borrowed */
	struct instance_env env;
	struct offender_pace strangers; /* of the lines about what others send */
	const struct roster_ops *ops;
	void *ctx;
	struct generation *newest;       /* NULL before the first */
	struct unit *unit;               /* owned */
	unsigned n_units, found;         /* found: behind the unit that was searched last */
	struct groups *groups;           /* owned */
	const struct names *by_name;     /* units, while groups are made */
	struct reports reports;          /* of trackers */
	struct resume resume;            /* of the process before this one; gone after the first start */
	struct loop_timer *reap, *start; /* owned */
	struct loop_timer *settling;     /* owned */
	struct settle settle;            /* interface_up_down_delays */
	struct statics *statics;         /* owned */
	struct anycast *anycast;         /* owned */
	struct refresh *refresh;         /* owned */
	struct misplaced *misplaced;     /* owned */
	mono_t start_at;                 /* vrrp_startup_delay, vrrp_delay_after_boot */
	mono_t warm_at;                  /* warm.h; 0: nothing to learn */
	struct vip_index vips;           /* of all units, while has_vips */
	bool has_vips, is_changing;
	bool is_prepared; /* roster_prepare(): units take no part yet */
	bool is_stopping;
};

#endif
