/* roster.c - see roster.h. An instance that leaves keeps its old configuration alive until it is gone. */
#include "vrrp/roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "conf/names.h"
#include "io/loop.h"
#include "net/link.h"
#include "vrrp/anycast.h"
#include "vrrp/generation.h"
#include "vrrp/groups.h"
#include "vrrp/instance.h"
#include "vrrp/instance_hear.h"
#include "vrrp/lateness.h"
#include "vrrp/misplaced.h"
#include "vrrp/paths.h"
#include "vrrp/peers.h"
#include "vrrp/port.h"
#include "vrrp/refresh.h"
#include "vrrp/reports.h"
#include "vrrp/resume.h"
#include "vrrp/roster_ask.h"
#include "vrrp/roster_handover.h"
#include "vrrp/roster_state.h"
#include "vrrp/statics.h"
#include "vrrp/succession.h"
#include "vrrp/sweep.h"
#include "vrrp/vip_index.h"
#include "vrrp/vmac.h"
#include "vrrp/warm.h"

enum {
	REAP_USEC = 1000, /* between two looks at an instance that still removes its addresses */
};

/* Units. */

/* Units by their names; names_done(). Valid until units are added or removed. */
static struct names units_by_name(const struct roster *r)
{
	struct names names = { 0 };

	for (unsigned i = 0; i < r->n_units; i++) {
		const struct vrrp_conf *c = instance_conf(r->unit[i].vi);

		*names_get(&names, &r->newest->config.instances,
			c->name) = (struct named){ &r->newest->config.instances, c->name, NULL, i, NULL };
	}
	return names;
}

static void unit_move(struct unit *u, struct generation *to)
{
	to->users++;
	generation_drop(u->generation);
	u->generation = to;
}

/* What the process before this one knew of it. */
static void unit_recall(struct roster *r, struct instance *vi)
{
	warm_hold(vi, resume_hold(&r->resume, instance_name(vi)), r->warm_at);
	if (auth_memory_knows(&r->resume.auth, instance_name(vi)))
		auth_memory_apply(&r->resume.auth, instance_name(vi), instance_auth(vi));
}

static void unit_add(struct roster *r, unsigned index)
{
	const struct vrrp_conf *conf = r->newest->config.instances.item[index];
	struct instance *vi = instance_new(&r->env, conf, index);

	r->unit = x_realloc(r->unit, r->n_units + 1, sizeof(*r->unit));
	r->unit[r->n_units++] = (struct unit){ .vi = vi, .generation = r->newest };
	r->newest->users++;
	r->has_vips = false;
	unit_recall(r, vi);
}

static bool is_resume(const struct roster *r, const struct instance *vi, mono_t now)
{
	return resume_is_master(&r->resume, instance_name(vi), instance_down_interval(vi), now);
}

/* Those from `first` on; members of a group count for each other from the first one's start on. */
static void start_units(struct roster *r, unsigned first, mono_t now)
{
	if (first < r->n_units && mono_before(now, r->start_at)) {
		loop_timer_at(r->start, r->start_at);
		return;
	}
	for (unsigned i = first; i < r->n_units; i++)
		if (!r->unit[i].is_leaving)
			instance_prepare(r->unit[i].vi, is_resume(r, r->unit[i].vi, now));
	for (unsigned i = first; i < r->n_units; i++)
		if (!r->unit[i].is_leaving)
			instance_start(r->unit[i].vi, now);
}

static void make_groups(struct roster *r)
{
	struct names names = units_by_name(r);

	r->by_name = &names;
	groups_conf(r->groups);
	r->by_name = NULL;
	names_done(&names);
}

/* Instances of the newest configuration that have none of their name yet (one that is leaving goes first). */
static void add_missing(struct roster *r, mono_t now)
{
	const struct conf_vec *all = &r->newest->config.instances;
	struct names names = units_by_name(r);
	unsigned first = r->n_units;

	for (unsigned i = 0; i < all->n && !r->is_stopping; i++) {
		const struct vrrp_conf *conf = all->item[i];

		if (!roster_unit_named(r, &names, conf->name))
			unit_add(r, i);
	}
	names_done(&names);
	if (r->is_stopping)
		return;
	make_groups(r);
	if (!r->is_prepared)
		start_units(r, first, now);
}

static void unit_leave(struct unit *u, mono_t now)
{
	if (u->is_leaving)
		return;
	u->is_leaving = true;
	instance_stop(u->vi, now);
}

static void on_start(void *ctx, mono_t now)
{
	struct roster *r = ctx;

	r->start_at = (mono_t){ 0 };
	start_units(r, 0, now);
}

/* From the loop, so that no instance is freed below its own callback. */
static void on_reap(void *ctx, mono_t now)
{
	struct roster *r = ctx;
	unsigned kept = 0;
	bool is_less;

	for (unsigned i = 0; i < r->n_units; i++) {
		struct unit u = r->unit[i];

		if (instance_is_done(u.vi, now)) {
			groups_leave(r->groups, u.vi);
			r->has_vips = false;
			instance_free(u.vi);
			generation_drop(u.generation);
		} else {
			r->unit[kept++] = u;
			if (instance_is_ending(u.vi))
				loop_timer_at(r->reap, mono_add(now, REAP_USEC));
		}
	}
	is_less = kept < r->n_units;
	r->n_units = kept;
	if (r->newest)
		add_missing(r, now);
	if (is_less)
		r->ops->gone(r->ctx);
	if (r->is_stopping && r->n_units == 0) {
		statics_stop(r->statics, now);
		r->ops->empty(r->ctx);
	}
}

/* From one configuration to the next. */

/* What is new comes with add_missing(), as what is to start anew does once it is gone. */
static void unit_change(struct roster *r, struct unit *u, const struct succession_step *step, mono_t now)
{
	const char *name = instance_name(u->vi);

	switch (step->what) {
	case SUCCESSION_ADD:
		return;
	case SUCCESSION_REMOVE:
		log_notice(LOG_VRRP, "%s: no longer configured", name);
		groups_leave(r->groups, u->vi);
		unit_leave(u, now);
		return;
	case SUCCESSION_RESTART:
		log_notice(LOG_VRRP, "%s: changed so that it starts anew", name);
		groups_leave(r->groups, u->vi);
		unit_leave(u, now);
		return;
	case SUCCESSION_CHANGE:
		log_info(LOG_VRRP, "%s: changed", name);
		break;
	case SUCCESSION_KEEP:
		break;
	}
	unit_move(u, r->newest); /* the old one lives until every unit has moved */
	instance_reconf(u->vi, step->to, step->index, step->cost, now);
}

/* Units that leave already are let go; the others are those of `from`. */
static void change_units(struct roster *r, const struct vrrp_config *from, mono_t now)
{
	struct names names = units_by_name(r);
	struct succession s;

	r->has_vips = false;
	r->is_changing = true;
	succession_of(from, &r->newest->config, &s);
	for (unsigned i = 0; i < s.n; i++) {
		struct unit *u = s.step[i].from ? roster_unit_named(r, &names, s.step[i].from->name) : NULL;

		if (u && !u->is_leaving)
			unit_change(r, u, &s.step[i], now);
	}
	r->is_changing = false;
	succession_done(&s);
	names_done(&names);
}

static void take_in(struct roster *r, struct generation *g)
{
	r->newest = g;
	r->env.config = &g->config;
	port_table_pace(r->env.ports, &g->config);
}

/* They took no part yet. */
static void drop_prepared(struct roster *r)
{
	for (unsigned i = 0; r->is_prepared && i < r->n_units; i++) {
		groups_leave(r->groups, r->unit[i].vi);
		instance_free(r->unit[i].vi);
		generation_drop(r->unit[i].generation);
	}
	r->n_units = r->is_prepared ? 0 : r->n_units;
	r->has_vips = false;
}

int roster_prepare(struct roster *r, uint32_t generation, int fd, mono_t now)
{
	struct generation *g = generation_read(generation, fd), *old = r->newest;

	if (!g)
		return -EINVAL;
	drop_prepared(r);
	r->is_prepared = true;
	take_in(r, g);
	generation_drop(old);
	groups_freeze(r->groups);
	add_missing(r, now);
	for (unsigned i = 0; i < r->n_units; i++)
		instance_bind(r->unit[i].vi);
	return 0;
}

/* It is the turn of those that are prepared. */
static void start_prepared(struct roster *r, mono_t now)
{
	r->is_prepared = false;
	for (unsigned i = 0; i < r->n_units; i++)
		unit_recall(r, r->unit[i].vi);
	start_units(r, 0, now);
}

int roster_apply(struct roster *r, uint32_t generation, int fd, mono_t now)
{
	const bool is_prepared = r->is_prepared;
	struct generation *g = is_prepared ? r->newest : generation_read(generation, fd);
	struct generation *old = is_prepared ? NULL : r->newest, *before = g && old ? generation_recall(old) : NULL;

	if (!g || (old && !before)) {
		generation_drop(g);
		return -EINVAL;
	}
	take_in(r, g);
	if (!old && r->resume.n == 0)
		r->start_at = warm_start(&g->config, now, &r->warm_at);
	settle_conf(&r->settle, &g->config.delays, r->link);
	loop_timer_at(r->settling, settle_look(&r->settle, r->link, now));
	if (!is_prepared)
		groups_freeze(r->groups);
	statics_conf(r->statics, &g->config, now);
	if (old)
		change_units(r, &before->config, now);
	generation_drop(before);
	generation_drop(old);
	if (is_prepared)
		start_prepared(r, now);
	else
		add_missing(r, now);
	groups_check(r->groups, now);
	roster_recall(r);
	refresh_touch(r->refresh, now);
	if (!old) {
		sweep(r->link, &r->resume.paths, &roster_sweep_ops, r);
		vmac_sweep(r->env.vmacs);
	}
	resume_done(&r->resume);
	return 0;
}

void roster_restore(struct roster *r, const char *line)
{
	resume_read(&r->resume, line);
	reports_read(&r->reports, line);
}

void roster_check(struct roster *r, mono_t now)
{
	if (r->is_prepared)
		return;
	loop_timer_at(r->settling, settle_look(&r->settle, r->link, now));
	statics_sync(r->statics, now);
	anycast_sync(r->anycast, now);
	for (unsigned i = 0; i < r->n_units; i++)
		if (!instance_is_grouped(r->unit[i].vi))
			instance_check(r->unit[i].vi, now);
	groups_check(r->groups, now);
}

/* A script that has not run yet, after a restart of main: what is known of it holds until it has. */
static bool is_no_news(const struct roster *r, const struct roster_news *news, const char *name)
{
	return news->kind == TRACK_SCRIPT && news->value == SCRIPT_UNKNOWN &&
		reports_find(&r->reports, news->kind, name);
}

bool roster_note(struct roster *r, const struct roster_news *news)
{
	const char *name = news->name;

	if (!name && r->newest && !r->is_prepared)
		name = vrrp_tracked_name(&r->newest->config, news->kind, news->index);
	if (!name || is_no_news(r, news, name))
		return false;
	return reports_put(&r->reports, news->kind, name, news->value, news->detail);
}

void roster_tell(struct roster *r, const struct roster_news *news, mono_t now)
{
	if (roster_note(r, news))
		roster_check(r, now);
}

void roster_report(struct roster *r, enum track_kind kind, unsigned index, int32_t value, mono_t now)
{
	roster_tell(r, &(struct roster_news){ .kind = kind, .index = index, .value = value }, now);
}

void roster_report_name(struct roster *r, enum track_kind kind, const char *name, int32_t value, mono_t now)
{
	roster_tell(r, &(struct roster_news){ .kind = kind, .name = name, .value = value }, now);
}

void roster_hook_ended(struct roster *r, uint32_t id, mono_t now)
{
	for (unsigned i = 0; id && i < r->n_units; i++)
		if (instance_hook_ended(r->unit[i].vi, id, now))
			return;
}

unsigned roster_drill(struct roster *r, int64_t hold, mono_t now)
{
	unsigned n = 0;

	for (unsigned i = 0; i < r->n_units; i++) /* of a group the first one takes all with it */
		n += !r->unit[i].is_leaving && instance_state(r->unit[i].vi) == VRRP_MASTER;
	for (unsigned i = 0; i < r->n_units; i++)
		if (!r->unit[i].is_leaving && instance_state(r->unit[i].vi) == VRRP_MASTER)
			instance_drill(r->unit[i].vi, mono_add(now, hold), now);
	return n;
}

void roster_stop(struct roster *r, mono_t now)
{
	r->is_stopping = true;
	drop_prepared(r);
	anycast_stop(r->anycast, now);
	loop_timer_stop(r->start);
	for (unsigned i = 0; i < r->n_units; i++)
		unit_leave(&r->unit[i], now);
	loop_timer_at(r->reap, now);
}

uint32_t roster_generation(const struct roster *r)
{
	return r->newest && !r->is_prepared ? r->newest->number : 0;
}

struct generation *roster_newest(const struct roster *r)
{
	return r->newest;
}

uint32_t roster_oldest(const struct roster *r)
{
	uint32_t oldest = roster_generation(r);

	for (unsigned i = 0; i < r->n_units; i++)
		if (r->unit[i].generation->number < oldest)
			oldest = r->unit[i].generation->number;
	return oldest;
}

const struct instance *roster_get(const struct roster *r, unsigned i, uint32_t *ret_generation)
{
	if (i >= r->n_units || r->is_prepared)
		return NULL;
	if (ret_generation)
		*ret_generation = r->unit[i].generation->number;
	return r->unit[i].vi;
}

const struct groups *roster_groups(const struct roster *r)
{
	return r->groups;
}

static struct instance *get_instance(void *ctx, unsigned i)
{
	const struct roster *r = ctx;

	return i < r->n_units ? r->unit[i].vi : NULL;
}

static void check_all(void *ctx, mono_t now)
{
	roster_check(ctx, now);
}

static const struct refresh_ops refresh_ops = { get_instance, check_all };

struct roster *roster_new(struct loop *l, struct link *link, const struct roster_ops *ops, void *ctx)
{
	struct roster *r = x_calloc(1, sizeof(*r));

	*r = (struct roster){ .link = link, .ops = ops, .ctx = ctx };
	r->env = (struct instance_env){ .loop = l,
		.link = link,
		.ports = port_table_new(l, link, &r->strangers),
		.vmacs = vmac_table_new(link),
		.ops = &roster_instance_ops,
		.strangers = &r->strangers,
		.ctx = r };
	r->env.peers = peers_new(l, r->env.ports);
	instance_env_init(&r->env);
	r->env.statics = r->statics = statics_new(l, link, check_all, r);
	r->anycast = anycast_new(l, link);
	r->env.lateness = lateness_new(l);
	r->groups = groups_new(&r->env, &roster_groups_ops, r);
	r->reap = loop_timer_new(l, on_reap, r);
	r->refresh = refresh_new(l, link, &refresh_ops, r);
	r->misplaced = misplaced_new(l, link, &roster_misplaced_ops, r);
	r->start = loop_timer_new(l, on_start, r);
	r->settling = loop_timer_new(l, check_all, r);
	return r;
}

void roster_free(struct roster *r)
{
	if (!r)
		return;
	misplaced_free(r->misplaced);
	statics_free(r->statics);
	anycast_free(r->anycast);
	groups_free(r->groups);
	for (unsigned i = 0; i < r->n_units; i++) {
		instance_free(r->unit[i].vi);
		generation_drop(r->unit[i].generation);
	}
	generation_drop(r->newest);
	reports_done(&r->reports);
	resume_done(&r->resume);
	loop_timer_free(r->reap);
	refresh_free(r->refresh);
	loop_timer_free(r->start);
	loop_timer_free(r->settling);
	settle_done(&r->settle);
	lateness_free(r->env.lateness);
	peers_free(r->env.peers);
	port_table_free(r->env.ports);
	vmac_table_free(r->env.vmacs);
	vip_index_done(&r->vips);
	free(r->unit);
	free(r);
}
