/*
 * group.h - a vrrp_sync_group as one machine with one priority: what its members owe each other. Pure: the shell (groups.c) and the
 * scenario tests ask after each step of a member and feed the others with what is answered.
 *
 *   - A FAULT of one member is a FAULT of all; what any member or the group tracks counts once, for all (group_sum).
 *   - Members become MASTER and leave it together, in one turn (group_follow). At rest all are in one state.
 *   - Silence counts when it is everybody's: while one member hears a MASTER, the others wait for it (group_not_before). So a link
 *     that is cut in one direction alone moves nothing, instead of moving the group to and fro. A goodbye counts at once.
 *   - nopreempt or preempt_delay of one member holds back all of them.
 */
#ifndef VRRP_GROUP_H
#define VRRP_GROUP_H
#include "vrrp/router.h"

struct track;
struct track_result;

/* What one step did to a member. */
struct group_turn {
	const struct vrrp_event *ev;
	enum vrrp_state from; /* before */
	const struct vrrp_router *self;
	bool has_master; /* group_has_master() */
};

bool group_has_master(const struct vrrp_router *const *member, unsigned n);

/* The earliest time at which `self` may conclude from its own silence that nobody is MASTER; (mono_t){ 0 }: now. */
mono_t group_not_before(const struct vrrp_router *const *member, unsigned n, const struct vrrp_router *self);
/* How long pre_release of the slowest member that is MASTER may take, usec; 0: none has one. All leave together after it. */
int64_t group_hook_usec(const struct vrrp_router *const *member, unsigned n);
/* Whether `other`, a member too, has to be told something because of the turn, and what. `other` may be the turn's own. */
bool group_follow(const struct group_turn *turn, const struct vrrp_router *other, struct vrrp_event *ret);
/* The group's state: FAULT, INIT or LEAVING of one is that of all; `before` while members are on their way. */
enum vrrp_state group_state(const struct vrrp_router *const *member, unsigned n, enum vrrp_state before);
/* The lowest priority of all that are no owners, or 255: what a group has before its trackers. 0 without members. */
uint8_t group_base(const struct vrrp_router *const *member, unsigned n);
/*
 * As track_sum(), but of several trackers of one thing only the heaviest counts. Sorts `track` and drops the others; how many are
 * left.
 */
unsigned group_sum(uint8_t base, struct track *track, unsigned n, struct track_result *ret);
#endif
