/* preview.c - see preview.h. */
#include "vrrp/preview.h"

#include <string.h>

#include "base/alloc.h"
#include "conf/change.h"
#include "vrrp/conf.h"
#include "vrrp/schema_groups.h"
#include "vrrp/succession.h"

/* Keywords that all routers of a virtual router must agree on. */
static const char *const shared[] = { "advert_int", "virtual_router_id", "version", "auth_type", "auth_pass", "auth_hmac",
	"mcast_dst_ip" };
/* Keywords from which another priority may follow. */
static const char *const weighing[] = { "track_interface", "track_script", "track_file", "track_process", "track_bfd" };

/* What the rows of one instance mean. */
struct meaning {
	unsigned added, removed; /* addresses */
	bool is_shared, may_weigh;
};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof((list)[0]))

/* The keyword itself, without the block that it is in. */
static const char *last_word(const char *keyword)
{
	const char *blank = strrchr(keyword, ' ');

	return blank ? blank + 1 : keyword;
}

static struct meaning meaning_of(const struct change *ch)
{
	struct meaning m = { 0 };

	for (unsigned i = 0; i < ch->rows.n; i++) {
		const struct change_row *row = ch->rows.item[i];
		const char *word = last_word(row->keyword);
		bool is_address = !strncmp(word, "virtual_ipaddress", strlen("virtual_ipaddress"));

		m.added += is_address && row->to;
		m.removed += is_address && row->from;
		m.is_shared |= IS_ONE_OF(word, shared);
		m.may_weigh |= IS_ONE_OF(word, weighing);
	}
	return m;
}

static void say_addresses(struct changes *out, struct change *ch, const struct meaning *m)
{
	if (m->added)
		changes_effect(out, ch, "announce", "while MASTER, %u address%s added and announced", m->added,
			m->added == 1 ? " is" : "es are");
	if (m->removed)
		changes_effect(out, ch, "announce", "while MASTER, %u address%s removed", m->removed,
			m->removed == 1 ? " is" : "es are");
}

static void say_priority(struct changes *out, struct change *ch, const struct succession_step *s,
	const struct meaning *m)
{
	if (s->to->priority < s->from->priority)
		changes_effect(out, ch, "may-fail-over", "if it is MASTER, it yields to a router with more than %u",
			s->to->priority);
	else if (s->to->priority > s->from->priority && !s->to->nopreempt)
		changes_effect(out, ch, "may-fail-over", "it takes over from a MASTER with less than %u",
			s->to->priority);
	else if (s->from->nopreempt && !s->to->nopreempt)
		changes_effect(out, ch, "may-fail-over", "it takes over from a weaker MASTER");
	else if (m->may_weigh)
		changes_effect(out, ch, "may-fail-over", "its priority follows what it tracks");
}

static void say_change(struct changes *out, struct change *ch, const struct succession_step *s)
{
	struct meaning m = meaning_of(ch);

	if (m.is_shared)
		changes_effect(out, ch, "peer", "every router of it needs the same: until then both may be MASTER");
	if (s->what == SUCCESSION_RESTART) {
		changes_effect(out, ch, "restart", "it ends and starts anew");
		changes_effect(out, ch, "fail-over", "if it is MASTER, it hands over first");
		return;
	}
	if (s->cost == CONF_REBIND)
		changes_effect(out, ch, "rebind", "its sockets are opened again");
	say_addresses(out, ch, &m);
	say_priority(out, ch, s, &m);
}

static void preview_changed(struct changes *out, const struct succession_step *s)
{
	struct change_of of = { out, changes_add(out, CHANGE_CHANGED, "vrrp_instance", s->to->name, s->to->head.node) };

	(void)schema_diff_each(&vrrp_instance_block, s->from, s->to, changes_row, &of);
	if (!of.change->rows.n) /* the one thing that it has from global_defs without a row of its own */
		changes_effect(out, of.change, "peer",
			"its multicast group is another one: every router of it needs the same");
	say_change(out, of.change, s);
}

static void preview_instance(struct changes *out, const struct succession_step *s)
{
	struct change *ch;

	switch (s->what) {
	case SUCCESSION_KEEP:
		break;
	case SUCCESSION_ADD:
		ch = changes_add(out, CHANGE_ADDED, "vrrp_instance", s->to->name, s->to->head.node);
		changes_effect(out, ch, "start", "it starts as BACKUP and listens first; %u address%s", s->to->vips.n,
			s->to->vips.n == 1 ? "" : "es");
		break;
	case SUCCESSION_REMOVE:
		ch = changes_add(out, CHANGE_REMOVED, "vrrp_instance", s->from->name, s->from->head.node);
		changes_effect(out, ch, "fail-over", "if it is MASTER, it hands over; %u address%s this director",
			s->from->vips.n, s->from->vips.n == 1 ? " leaves" : "es leave");
		break;
	case SUCCESSION_CHANGE:
	case SUCCESSION_RESTART:
		preview_changed(out, s);
		break;
	}
}

static void say_tracked(void *ctx, struct changes *c, struct change *ch, const void *from, const void *to)
{
	(void)ctx;
	if (from && to) {
		changes_effect(c, ch, "check", "looked at with the new values from now on");
		changes_effect(c, ch, "may-fail-over", "the priority of the instances that track it may follow");
	} else {
		changes_effect(c, ch, "check", to ? "watched from now on" : "no longer watched");
	}
}

static void say_group(void *ctx, struct changes *c, struct change *ch, const void *from, const void *to)
{
	(void)ctx;
	if (from && to)
		changes_effect(c, ch, "may-fail-over",
			"its members' faults and priorities follow what counts for all of them now");
	else if (to)
		changes_effect(c, ch, "may-fail-over",
			"its members share their faults, priorities and states from now on");
	else
		changes_effect(c, ch, "check",
			"its members go their own ways from now on, each from the state that it is in");
}

static void say_later(void *ctx, struct changes *c, struct change *ch, const void *from, const void *to)
{
	(void)ctx, (void)from, (void)to;
	changes_effect(c, ch, "later", "not supported yet: nothing happens");
}

/* All blocks with names but instances: scripts, files, processes, and what is not supported yet. */
static void preview_blocks(struct changes *out, const struct vrrp_config *from, const struct vrrp_config *to)
{
	for (const struct conf_item *it = vrrp_root.items; it->name; it++) {
		changes_named_fn *say = it->block == &vrrp_group_block ? say_group : say_tracked;
		const struct changes_named n = { it, from, to, it->status == CONF_WORKS ? say : say_later, NULL };
		bool is_named = it->type == CONF_BLOCK && it->block->args && !strcmp(it->block->args, "NAME");

		if (is_named && !it->is_merged && it->offset != CONF_NOWHERE && it->block != &vrrp_instance_block)
			changes_named(out, &n);
	}
}

static const char *first_interface(const struct vrrp_garp_group *g)
{
	return g->interface ? g->interface : g->interfaces.n ? ((const struct vrrp_name *)g->interfaces.item[0])->name : NULL;
}

static void preview_garp_group(struct changes *out, const struct vrrp_garp_group *from,
	const struct vrrp_garp_group *to)
{
	const struct vrrp_garp_group *g = to ? to : from;
	const enum change_what what = !from ? CHANGE_ADDED : !to ? CHANGE_REMOVED : CHANGE_CHANGED;
	struct change_of of = { .all = out };

	if (from && to && schema_diff(&vrrp_garp_group_block, from, to) == CONF_SAME)
		return;
	of.change = changes_add(out, what, "garp_group", first_interface(g), g->head.node);
	if (from && to)
		(void)schema_diff_each(&vrrp_garp_group_block, from, to, changes_row, &of);
	changes_effect(out, of.change, "none", "announcements have the new pace from now on");
}

/* They have no names: matched by their order. */
static void preview_garp_groups(struct changes *out, const struct conf_vec *from, const struct conf_vec *to)
{
	for (unsigned i = 0; i < from->n || i < to->n; i++)
		preview_garp_group(out, i < from->n ? from->item[i] : NULL, i < to->n ? to->item[i] : NULL);
}

void vrrp_preview(const struct vrrp_config *from, const struct vrrp_config *to, struct changes *out)
{
	struct succession s;

	changes_root(out, &vrrp_root, from, to);
	preview_blocks(out, from, to);
	preview_garp_groups(out, &from->garp_groups, &to->garp_groups);
	succession_of(from, to, &s);
	for (unsigned i = 0; i < s.n; i++)
		preview_instance(out, &s.step[i]);
	succession_done(&s);
}
