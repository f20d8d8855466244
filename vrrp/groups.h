/*
 * groups.h - the shell around group.h: the vrrp_sync_groups of the configuration with their members. It is asked after each step of
 * a member and feeds the others; it looks at all members together, so that a fault or a weight of one counts for all.
 */
#ifndef VRRP_GROUPS_H
#define VRRP_GROUPS_H
#include "base/mono.h"
#include "vrrp/router.h"

struct groups;
struct instance;
struct instance_env;
struct sync_group;
struct writer;

struct groups_ops {
	/* The member of that name; NULL when there is none, or it is leaving. */
	struct instance *(*find)(void *ctx, const char *name);
	/*
	 * The group is in another state now, all of it; `is_note`: only its priority is another, and notify_priority_changes
	 * wants to know. `index` is its place in the newest configuration.
	 */
	void (*transition)(void *ctx, unsigned index, enum vrrp_state state, uint8_t priority, bool is_note);
};

/* Never NULL; no groups yet. `env` and `ops` outlive it. */
struct groups *groups_new(const struct instance_env *env, const struct groups_ops *ops, void *ctx);
/* The instances stay as they are; accepts NULL. */
void groups_free(struct groups *g);
/* From now until groups_conf() no member follows another: the configuration is being replaced. */
void groups_freeze(struct groups *g);
/* The groups of env->config, with the members that there are now. A group keeps its state by its name. */
void groups_conf(struct groups *g);
/* The instance is no member any more; the others do not follow what it does. */
void groups_leave(struct groups *g, struct instance *vi);
/* Looks at the machine for all members of all groups. */
void groups_check(struct groups *g, mono_t now);

/* What a member asks; `group` is its own. After a step of it, `from` is the state before: */
void groups_follow(struct sync_group *group, struct instance *vi, const struct vrrp_event *ev, enum vrrp_state from);
/* Looks at the machine for all members. */
void groups_check_one(struct sync_group *group, mono_t now);
/* Reads what waits in the sockets of the others. */
void groups_drain(struct sync_group *group, const struct instance *vi, mono_t now);
/* See group_not_before(). */
mono_t groups_not_before(const struct sync_group *group, const struct instance *vi);

/* The hook of a member ended: pre_master is its own affair; pre_release of one is that of all, the last end counts. */
void groups_hook_ended(struct sync_group *group, struct instance *vi, mono_t now);
/* How long the hand-over of a member waits for pre_release, see group_hook_usec(). */
int64_t groups_hook_usec(const struct sync_group *group);

/* The array "groups" of the status. */
void groups_show(const struct groups *g, struct writer *w, mono_t now);
#endif
