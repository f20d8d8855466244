/*
 * instance.h - the shell around one virtual router: it feeds the step with events (packets, timers, what the machine is like) and
 * performs the actions in order. Owns the timers, the counters and the addresses; shares the interface's port with others.
 */
#ifndef VRRP_INSTANCE_H
#define VRRP_INSTANCE_H
#include "base/mono.h"
#include "conf/schema.h"
#include "io/message.h"
#include "vrrp/address.h"
#include "vrrp/environment.h"
#include "vrrp/receive.h"
#include "vrrp/step.h"

struct instance;
struct link;
struct loop;
struct port;
struct port_table;

struct instance_ops {
	/* A transition happened (and was logged). */
	void (*transition)(void *ctx, struct instance *vi, const struct vrrp_action *a);
	/* STOP is complete. The instance may be freed later, not from here. */
	void (*done)(void *ctx, struct instance *vi);
	/* Whether any instance has this address as a VIP. */
	bool (*is_vip)(void *ctx, const struct link_addr *a);
	/* Whether another instance wants the address on the interface just now: then it is not taken away. */
	bool (*is_wanted)(void *ctx, const struct instance *self, int index, const struct addr *a);
	/* What was last reported of a script, file or process; false: nothing yet. */
	bool (*tracked)(void *ctx, enum track_kind kind, const char *name, int32_t *ret_value);
};

/* What all instances of the process share; outlives them. */
struct instance_env {
	struct loop *loop;
	struct link *link;
	struct port_table *ports;
	const struct vrrp_config *config; /* the newest one */
	const struct instance_ops *ops;
	void *ctx;
};

struct instance_counters {
	uint64_t rx, tx, tx_zero, tx_errors, transitions, became_master;
};

/* The last transition. */
struct instance_last {
	struct vrrp_action action;
	mono_t at;
	char reason[512];
};

/* A look inside, for the status; all pointers borrowed until the next event. */
struct instance_view {
	const struct vrrp_conf *conf;
	const struct vrrp_router *router;
	const struct receiver *receiver;
	const struct address_set *addresses;
	const struct route_set *routes;
	const struct environment *environment;
	const struct faults *faults;
	const struct instance_counters *counters;
	const struct instance_last *last;
	const struct port *port; /* NULL: none open */
};

/* In INIT. `index` is its place in the configuration. The caller frees it. */
struct instance *instance_new(const struct instance_env *env, const struct vrrp_conf *conf, unsigned index);
/* Leaves the kernel's addresses as they are; accepts NULL. */
void instance_free(struct instance *vi);
/* Before instance_start(): a drill in the process before this one forbids to preempt before `until`. */
void instance_hold(struct instance *vi, mono_t until);
/* Takes part from now on, as soon as the machine allows. `is_resume`: was MASTER a moment ago, before the process died. */
void instance_start(struct instance *vi, bool is_resume, mono_t now);
/* Looks at interfaces, addresses and trackers again; call it whenever any of them may have changed. */
void instance_check(struct instance *vi, mono_t now);
/* Hands over and ends: done() is called, perhaps at once. */
void instance_stop(struct instance *vi, mono_t now);
/* Hands over and does not preempt before `hold_until`. */
void instance_drill(struct instance *vi, mono_t hold_until, mono_t now);
/* Another configuration of the same virtual router; `cost` says how different. The old one is not used any more. */
void instance_reconf(struct instance *vi, const struct vrrp_conf *conf, unsigned index, enum conf_cost cost,
	mono_t now);

const char *instance_name(const struct instance *vi);
unsigned instance_index(const struct instance *vi);
enum vrrp_state instance_state(const struct instance *vi);
/* The configured one, as it is now. */
const struct vrrp_conf *instance_conf(const struct instance *vi);
/* done() was called; the last addresses may still be on their way out. */
bool instance_is_ending(const struct instance *vi);
/* Nothing is left to do for it: it may be freed. The kernel is given a second to remove the addresses. */
bool instance_is_done(const struct instance *vi, mono_t now);
/* Whether the addresses are (to be) on the interface. */
bool instance_is_holding(const struct instance *vi);
/* How long it may be silent before another router takes over, in usec. */
int64_t instance_down_interval(const struct instance *vi);
void instance_look(const struct instance *vi, struct instance_view *ret);
#endif
