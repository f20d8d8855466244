/* group.c - see group.h. */
#include "vrrp/group.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/conf.h"
#include "vrrp/deadline.h"
#include "vrrp/track.h"

/* Until when `o` may still hear of a MASTER; who gives up a drill asks only for one that was heard. */
static mono_t hope_of(const struct vrrp_router *o, const struct vrrp_router *self)
{
	const bool is_drill = self->state == VRRP_LEAVING;

	if (o->state == VRRP_BACKUP)
		return is_drill && !addr_is_set(&o->master) ? (mono_t){ 0 } : o->down_at;
	if (o->state != VRRP_LEAVING || o->leave_to != VRRP_BACKUP)
		return (mono_t){ 0 };
	if (deadline_is_never(o->release_at))
		return is_drill ? (mono_t){ 0 } : o->give_up_at;
	return mono_add(o->heard_at, vrrp_down_interval(o, o->learned_cs));
}

mono_t group_not_before(const struct vrrp_router *const *member, unsigned n, const struct vrrp_router *self)
{
	mono_t latest = { 0 };

	if (self->resigned == VRRP_WHY_PEER_RESIGNED)
		return latest;
	for (unsigned i = 0; i < n; i++) {
		mono_t hope = member[i] == self ? latest : hope_of(member[i], self);

		if (mono_before(latest, hope))
			latest = hope;
	}
	return latest;
}

int64_t group_hook_usec(const struct vrrp_router *const *member, unsigned n)
{
	int64_t most = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct vrrp_conf *c = member[i]->conf;

		if (member[i]->is_holding && c->hooks->pre_release && c->hooks->pre_release_timeout > most)
			most = c->hooks->pre_release_timeout;
	}
	return most;
}

static bool is_led(enum vrrp_state s)
{
	return s == VRRP_BACKUP || s == VRRP_LEAVING;
}

/* A member alone in BACKUP, of a group that is MASTER, hears another router: the stronger one has the whole group. */
static bool follow_advert(const struct group_turn *t, const struct vrrp_router *o, struct vrrp_event *ret)
{
	const bool is_weaker = t->ev->priority < t->self->priority;

	if (!t->has_master || t->ev->type != VRRP_EV_ADVERT || t->from != VRRP_BACKUP || t->ev->priority == 0 ||
		t->ev->addr_cmp == 0)
		return false;
	ret->type = is_weaker ? VRRP_EV_LEAD : VRRP_EV_YIELD;
	return is_weaker ? o == t->self : o != t->self && o->state == VRRP_MASTER;
}

bool group_follow(const struct group_turn *t, const struct vrrp_router *o, struct vrrp_event *ret)
{
	const enum vrrp_state to = t->self->state;

	*ret = (struct vrrp_event){ .now = t->ev->now, .priority = o->priority };
	if (to == VRRP_BACKUP && t->from == VRRP_BACKUP)
		return follow_advert(t, o, ret);
	if (o == t->self || to == t->from)
		return false;
	if (to == VRRP_MASTER) {
		ret->type = VRRP_EV_LEAD;
		return is_led(o->state);
	}
	if (o->state != VRRP_MASTER)
		return false;
	ret->type = VRRP_EV_YIELD;
	ret->is_silent = deadline_is_never(t->self->release_at); /* after a stall */
	if (to == VRRP_LEAVING) {
		ret->type = VRRP_EV_DRILL;
		ret->hold_until = t->self->hold_until;
		return t->self->leave_to == VRRP_BACKUP;
	}
	return to == VRRP_BACKUP && (t->from == VRRP_MASTER || t->from == VRRP_LEAVING);
}

static bool has_state(const struct vrrp_router *const *member, unsigned n, enum vrrp_state s)
{
	for (unsigned i = 0; i < n; i++)
		if (member[i]->state == s)
			return true;
	return false;
}

bool group_has_master(const struct vrrp_router *const *member, unsigned n)
{
	return has_state(member, n, VRRP_MASTER);
}

enum vrrp_state group_state(const struct vrrp_router *const *member, unsigned n, enum vrrp_state before)
{
	static const enum vrrp_state strongest[] = { VRRP_FAULT, VRRP_INIT, VRRP_LEAVING };

	for (unsigned i = 0; i < sizeof(strongest) / sizeof(strongest[0]); i++)
		if (has_state(member, n, strongest[i]))
			return strongest[i];
	if (n == 0)
		return VRRP_INIT;
	if (has_state(member, n, VRRP_MASTER) && has_state(member, n, VRRP_BACKUP))
		return before;
	return member[0]->state;
}

uint8_t group_base(const struct vrrp_router *const *member, unsigned n)
{
	uint32_t least = n ? VRRP_PRIORITY_OWNER : 0;

	for (unsigned i = 0; i < n; i++)
		if (member[i]->conf->priority < least)
			least = member[i]->conf->priority;
	return (uint8_t)least;
}

/* One thing is one, however often it is tracked; to be a fault and to weigh are two things. */
static int compare_things(const struct track *a, const struct track *b)
{
	if (a->kind != b->kind)
		return a->kind > b->kind ? 1 : -1;
	if ((a->weight == 0) != (b->weight == 0))
		return a->weight == 0 ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int load(const struct track *t)
{
	return track_is_fault(t) ? INT_MAX : abs(track_delta(t));
}

/* The heaviest of one thing comes first. */
static int compare(const void *x, const void *y)
{
	const struct track *a = x, *b = y;
	int by_thing = compare_things(a, b);

	return by_thing ? by_thing : (load(a) < load(b)) - (load(a) > load(b));
}

unsigned group_sum(uint8_t base, struct track *track, unsigned n, struct track_result *ret)
{
	unsigned kept = 0;

	if (n)
		qsort(track, n, sizeof(track[0]), compare);
	for (unsigned i = 0; i < n; i++)
		if (kept == 0 || compare_things(&track[kept - 1], &track[i]) != 0)
			track[kept++] = track[i];
	track_sum(base, track, kept, ret);
	return kept;
}
