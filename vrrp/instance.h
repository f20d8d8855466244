/*
 * instance.h - the shell around one virtual router: it feeds the step with events (packets, timers, what the machine is like) and
 * performs the actions in order. Owns the timers, the counters and the addresses; shares the interface's port with others.
 */
#ifndef VRRP_INSTANCE_H
#define VRRP_INSTANCE_H
#include "conf/schema.h"
#include "vrrp/instance_types.h"

/* Once `loop`, `link`, `ports` and `peers` are there: what instances hand on to their parts. */
void instance_env_init(struct instance_env *env);
/* In INIT. `index` is its place in the configuration. The caller frees it. */
struct instance *instance_new(const struct instance_env *env, const struct vrrp_conf *conf, unsigned index);
/* Leaves the kernel's addresses as they are; accepts NULL. */
void instance_free(struct instance *vi);
/*
 * Before instance_start(): it does not preempt before `until`, for a drill in the process before this one or `is_warming`
 * (warm.h).
 */
void instance_hold(struct instance *vi, mono_t until, bool is_warming);
/* Opens its port: what takes long is done before its turn comes. */
void instance_bind(struct instance *vi);
/* Will take part once it is started. `is_resume`: was MASTER a moment ago, before the process died. */
void instance_prepare(struct instance *vi, bool is_resume);
/* Takes part from now on, as soon as the machine allows. Of a sync group, all that are prepared do. */
void instance_start(struct instance *vi, mono_t now);
/* Looks at interfaces, addresses and trackers again; call it whenever any of them may have changed. */
void instance_check(struct instance *vi, mono_t now);
/* The two halves of it, for a sync group: a look at the machine (false: it takes no part), and what follows from the look. */
bool instance_examine(struct instance *vi, mono_t now);
void instance_settle(struct instance *vi, uint8_t priority, mono_t now);
/* Before anything else after a gap: whether the lease of its addresses ran out; it has given them up then. */
bool instance_is_expired(struct instance *vi, mono_t now);
/* What it did last in the process before this one. */
void instance_recall(struct instance *vi, const struct instance_last *last);
/* Its counters go on from there; `is_same`: it is in the state that it had, and did not come to it anew. */
void instance_count_on(struct instance *vi, const struct instance_counts *past, bool is_same);
/* Hands over and ends: done() is called, perhaps at once. */
void instance_stop(struct instance *vi, mono_t now);
/* Hands over and does not preempt before `hold_until`. */
void instance_drill(struct instance *vi, mono_t hold_until, mono_t now);
/* The hook `id` (instance_ops.hook) is over, whatever came of it. False: it is not this instance's, or not wanted any more. */
bool instance_hook_ended(struct instance *vi, uint32_t id, mono_t now);
/* Another configuration of the same virtual router; `cost` says how different. The old one is not used any more. */
void instance_reconf(struct instance *vi, const struct vrrp_conf *conf, unsigned index, enum conf_cost cost,
	mono_t now);

/* Whether it is a member of a sync group. */
bool instance_is_grouped(const struct instance *vi);
/* One of its addresses is on another interface of this host too (misplaced.h). */
void instance_misplaced(struct instance *vi, const struct addr *a, const char *interface, mono_t now);
const char *instance_name(const struct instance *vi);
unsigned instance_index(const struct instance *vi);
enum vrrp_state instance_state(const struct instance *vi);
/* The configured one, as it is now. */
const struct vrrp_conf *instance_conf(const struct instance *vi);
/* done() was called; the last addresses may still be on their way out. */
bool instance_is_ending(const struct instance *vi);
/* Nothing is left to do for it: it may be freed. The kernel is given a second to remove the addresses. */
bool instance_is_done(const struct instance *vi, mono_t now);
/* Whether it waits for pre_master or pre_release. */
bool instance_is_waiting(const struct instance *vi);
/* Whether the addresses are (to be) on the interface. */
bool instance_is_holding(const struct instance *vi);
/* How long it may be silent before another router takes over, in usec. */
int64_t instance_down_interval(const struct instance *vi);
/* Its addresses, for refresh.h. */
struct address_set *instance_addresses(struct instance *vi);
void instance_look(const struct instance *vi, struct instance_view *ret);
#endif
