/* groups.c - see groups.h. */
#include "vrrp/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "ctl/writer.h"
#include "vrrp/conf.h"
#include "vrrp/group.h"
#include "vrrp/instance.h"
#include "vrrp/instance_act.h"
#include "vrrp/instance_state.h"
#include "vrrp/port.h"
#include "vrrp/show_why.h"

struct sync_group {
	struct groups *all;
	char *name;                        /* owned */
	unsigned index;                    /* in the configuration */
	struct vrrp_track_conf track;      /* the group's track_* blocks */
	struct vrrp_conf tracked;          /* the same as those of an instance */
	struct trackers trackers;          /* theirs */
	struct faults faults;              /* theirs */
	struct instance **member;          /* owned array of borrowed ones */
	const struct vrrp_router **router; /* owned array: of the members */
	struct track *scratch;             /* owned: the trackers of all */
	unsigned n;
	uint8_t priority;
	enum vrrp_state state, told; /* told: the last one that was worth a script */
	bool is_moving, is_looking, tells_priority;
};

struct groups {
	const struct instance_env *env; /* borrowed */
	const struct groups_ops *ops;
	void *ctx;
	struct sync_group **group; /* owned */
	unsigned n;
	bool is_frozen;
};

/* State. */

static bool is_told(enum vrrp_state s)
{
	return s != VRRP_LEAVING && s != VRRP_STATE_MAX;
}

/* Once all members are where they go. */
static void tell(struct sync_group *g)
{
	enum vrrp_state s = group_state(g->router, g->n, g->state);

	if (g->n == 0 || s == g->state || g->is_moving || g->is_looking)
		return;
	log_notice(LOG_VRRP, "sync group %s: %s -> %s", g->name, vrrp_state_str(g->state), vrrp_state_str(s));
	g->state = s;
	if (!is_told(s) || s == g->told)
		return;
	g->told = s;
	g->all->ops->transition(g->all->ctx, g->index, s, g->priority, false);
}

void groups_follow(struct sync_group *g, struct instance *vi, const struct vrrp_event *ev, enum vrrp_state from)
{
	const enum vrrp_state to = vi->router.state;
	const bool is_heard = ev->type == VRRP_EV_ADVERT && to == VRRP_BACKUP && g->state != VRRP_BACKUP;
	const struct group_turn turn = { ev, from, &vi->router, group_has_master(g->router, is_heard ? g->n : 0) };

	if (g->is_moving || g->all->is_frozen || (to == from && !is_heard))
		return;
	g->is_moving = true;
	for (unsigned i = 0; i < g->n; i++) {
		struct vrrp_event next;

		if (!g->member[i]->is_stopping && group_follow(&turn, &g->member[i]->router, &next))
			instance_feed(g->member[i], &next);
	}
	g->is_moving = false;
	tell(g);
}

void groups_drain(struct sync_group *g, const struct instance *vi, mono_t now)
{
	for (unsigned i = 0; i < g->n; i++)
		if (g->member[i] != vi && g->member[i]->port)
			port_drain(g->member[i]->port, now);
}

/* Who leaves takes others along, which wait no more then. */
void groups_hook_ended(struct sync_group *g, struct instance *vi, mono_t now)
{
	if (vi->router.hook != VRRP_HOOK_PRE_RELEASE) {
		instance_feed_plain(vi, VRRP_EV_HOOK, now);
		return;
	}
	for (unsigned i = 0; i < g->n; i++)
		if (g->member[i]->hook && g->router[i]->hook == VRRP_HOOK_PRE_RELEASE)
			return;
	for (unsigned i = 0; i < g->n; i++)
		if (g->router[i]->hook == VRRP_HOOK_PRE_RELEASE)
			instance_feed_plain(g->member[i], VRRP_EV_HOOK, now);
}

int64_t groups_hook_usec(const struct sync_group *g)
{
	return group_hook_usec(g->router, g->n);
}

mono_t groups_not_before(const struct sync_group *g, const struct instance *vi)
{
	return group_not_before(g->router, g->n, &vi->router);
}

/* A look at the machine. */

static unsigned copy_tracks(const struct trackers *t, struct track *to)
{
	if (t->n)
		memcpy(to, t->track, t->n * sizeof(*to));
	return t->n;
}

/* What all members and the group track, on the group's base. */
static struct track_result sum(struct sync_group *g, uint8_t base, unsigned *ret_n)
{
	struct track_result ret;
	unsigned n = copy_tracks(&g->trackers, g->scratch);

	for (unsigned i = 0; i < g->n; i++)
		n += copy_tracks(&g->member[i]->trackers, g->scratch + n);
	*ret_n = group_sum(base, g->scratch, n, &ret);
	return ret;
}

/* The first fault that is not the member's own becomes its fault too; the text of a culprit's first one is its own. */
static void share_fault(const struct sync_group *g, struct instance *vi, struct instance *const culprit[2])
{
	const struct instance *other = culprit[0] == vi ? culprit[1] : culprit[0];

	if (g->faults.n)
		faults_add(&vi->faults, "sync group %s: %s", g->name, g->faults.text[0]);
	if (other)
		faults_add(&vi->faults, "sync group %s: %s: %s", g->name, instance_name(other), other->faults.text[0]);
}

static void set_priority(struct sync_group *g)
{
	const uint8_t base = group_base(g->router, g->n), before = g->priority;
	char text[TRACK_SUM_LEN];
	unsigned n;

	g->priority = sum(g, base, &n).priority;
	if (before && before != g->priority)
		log_notice(LOG_VRRP, "sync group %s: priority %u -> %u: %s", g->name, before, g->priority,
			track_sum_str(base, g->scratch, n, text));
}

static void look(struct sync_group *g, mono_t now)
{
	struct instance *culprit[2] = { NULL, NULL };
	bool *is_in = x_calloc(g->n + 1, sizeof(*is_in));

	faults_clear(&g->faults);
	(void)trackers_look(&g->trackers, &g->tracked,
		&(struct trackers_world){ g->all->env->link, g->all->env->ops->tracked, g->all->env->ctx }, &g->faults);
	for (unsigned i = 0; i < g->n; i++) {
		is_in[i] = instance_examine(g->member[i], now);
		if (is_in[i] && g->member[i]->faults.n && !culprit[1])
			culprit[culprit[0] ? 1 : 0] = g->member[i];
	}
	set_priority(g);
	for (unsigned i = 0; i < g->n; i++) {
		const bool is_owner = g->member[i]->router.conf->priority == VRRP_PRIORITY_OWNER;

		if (!is_in[i])
			continue;
		share_fault(g, g->member[i], culprit);
		instance_settle(g->member[i], is_owner ? VRRP_PRIORITY_OWNER : g->priority, now);
	}
	free(is_in);
}

/* At rest, and not for the first time. */
static void tell_priority(const struct sync_group *g, enum vrrp_state from, uint8_t before)
{
	if (g->tells_priority && before && before != g->priority && g->state == from &&
		(from == VRRP_MASTER || from == VRRP_BACKUP))
		g->all->ops->transition(g->all->ctx, g->index, g->state, g->priority, true);
}

void groups_check_one(struct sync_group *g, mono_t now)
{
	const enum vrrp_state from = g->state;
	const uint8_t before = g->priority;

	if (g->all->is_frozen || g->is_looking || g->is_moving)
		return;
	g->is_looking = true;
	look(g, now);
	g->is_looking = false;
	tell(g);
	tell_priority(g, from, before);
}

void groups_check(struct groups *all, mono_t now)
{
	for (unsigned i = 0; i < all->n; i++)
		groups_check_one(all->group[i], now);
}

/* From one configuration to the next. */

static void group_free(struct sync_group *g)
{
	for (unsigned i = 0; i < g->n; i++)
		g->member[i]->group = NULL;
	trackers_done(&g->trackers);
	faults_clear(&g->faults);
	free(g->member);
	free(g->router);
	free(g->scratch);
	free(g->name);
	free(g);
}

static struct sync_group *find(struct sync_group *const *group, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(group[i]->name, name))
			return group[i];
	return NULL;
}

static void seat(struct sync_group *g, const struct vrrp_group_conf *conf)
{
	unsigned tracks = g->trackers.n;

	g->member = x_calloc(conf->members.n + 1, sizeof(*g->member));
	g->router = x_calloc(conf->members.n + 1, sizeof(*g->router));
	for (unsigned i = 0; i < conf->members.n; i++) {
		const struct vrrp_name *ref = conf->members.item[i];
		struct instance *vi = g->all->ops->find(g->all->ctx, ref->name);

		if (!vi || vi->group)
			continue;
		vi->group = g;
		g->member[g->n] = vi;
		g->router[g->n++] = &vi->router;
		tracks += vi->trackers.n;
	}
	g->scratch = x_calloc(tracks + 1, sizeof(*g->scratch));
}

static struct sync_group *group_new(struct groups *all, const struct vrrp_group_conf *conf, unsigned index)
{
	struct sync_group *g = x_calloc(1, sizeof(*g));

	g->all = all;
	g->name = x_strdup(conf->name);
	g->index = index;
	g->tells_priority = conf->notify_priority_changes;
	g->track = conf->track;
	g->tracked = (struct vrrp_conf){ VRRP_BARE, .name = conf->name, .priority = 100 };
	g->tracked.track = &g->track;
	trackers_conf(&g->trackers, &g->tracked, all->env->config);
	return g;
}

void groups_freeze(struct groups *all)
{
	all->is_frozen = true;
}

void groups_conf(struct groups *all)
{
	const struct conf_vec *confs = &all->env->config->groups;
	struct sync_group **old = all->group;
	unsigned n_old = all->n;

	all->group = x_calloc(confs->n + 1, sizeof(*all->group));
	all->n = 0;
	for (unsigned i = 0; i < n_old; i++) {
		for (unsigned k = 0; k < old[i]->n; k++)
			old[i]->member[k]->group = NULL;
		old[i]->n = 0;
	}
	for (unsigned i = 0; i < confs->n; i++) {
		const struct vrrp_group_conf *conf = confs->item[i];
		struct sync_group *g = group_new(all, conf, i), *before = find(old, n_old, conf->name);

		seat(g, conf);
		g->state = before ? before->state : VRRP_INIT;
		g->told = before ? before->told : VRRP_INIT;
		g->priority = before ? before->priority : group_base(g->router, g->n);
		all->group[all->n++] = g;
	}
	for (unsigned i = 0; i < n_old; i++)
		group_free(old[i]);
	free(old);
	all->is_frozen = false;
}

void groups_leave(struct groups *all, struct instance *vi)
{
	struct sync_group *g = vi->group;
	unsigned kept = 0;

	(void)all;
	if (!g)
		return;
	for (unsigned i = 0; i < g->n; i++) {
		g->member[kept] = g->member[i];
		g->router[kept] = g->router[i];
		kept += g->member[i] != vi;
	}
	g->n = kept;
	vi->group = NULL;
}

struct groups *groups_new(const struct instance_env *env, const struct groups_ops *ops, void *ctx)
{
	struct groups *all = x_calloc(1, sizeof(*all));

	all->env = env;
	all->ops = ops;
	all->ctx = ctx;
	return all;
}

void groups_free(struct groups *all)
{
	if (!all)
		return;
	for (unsigned i = 0; i < all->n; i++)
		group_free(all->group[i]);
	free(all->group);
	free(all);
}

/* Status. */

static void show_sum(struct sync_group *g, struct writer *w, mono_t now)
{
	const uint8_t base = group_base(g->router, g->n);
	unsigned n;
	const struct track_result r = sum(g, base, &n);

	writer_int(w, "priority", base);
	show_trackers(w, g->scratch, n, now);
	writer_int(w, "priority_sum", r.sum);
}

void groups_show(const struct groups *all, struct writer *w, mono_t now)
{
	writer_array(w, "groups");
	for (unsigned i = 0; i < all->n; i++) {
		struct sync_group *g = all->group[i];

		writer_object(w, NULL);
		writer_str(w, "name", g->name);
		writer_str(w, "state", vrrp_state_str(g->state));
		show_sum(g, w, now);
		writer_int(w, "effective_priority", g->priority);
		writer_array(w, "members");
		for (unsigned k = 0; k < g->n; k++)
			writer_str(w, NULL, instance_name(g->member[k]));
		writer_end(w);
		writer_array(w, "faults");
		for (unsigned k = 0; k < g->faults.n; k++)
			writer_str(w, NULL, g->faults.text[k]);
		writer_end(w);
		writer_end(w);
	}
	writer_end(w);
}
