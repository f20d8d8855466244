/* references.c - see references.h. */
#include "vrrp/references.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/conf.h"
#include "vrrp/schema_trackers.h"

enum { NEAR = 2 };

/* All names of one kind of block, sorted. */
struct index {
	const char *keyword; /* "vrrp_instance" */
	const char **name;   /* owned */
	unsigned n;
};

/* All structs begin so. */
struct named {
	struct conf_head head;
	const char *name;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct index index_of(const char *keyword, const struct conf_vec *all)
{
	struct index x = { .keyword = keyword, .name = x_calloc(all->n + 1, sizeof(*x.name)) };

	for (unsigned i = 0; i < all->n; i++)
		x.name[x.n++] = ((const struct named *)all->item[i])->name;
	qsort(x.name, x.n, sizeof(*x.name), compare_names);
	return x;
}

static const char *nearest(const struct index *x, const char *name)
{
	unsigned best = NEAR + 1;
	const char *near = NULL;

	for (unsigned i = 0; i < x->n; i++) {
		unsigned d = text_distance(x->name[i], name);

		if (d < best && d < strlen(name)) {
			best = d;
			near = x->name[i];
		}
	}
	return near;
}

static void check_name(struct conf_read *rd, const struct index *x, const struct vrrp_name *ref, const char *effect)
{
	const char *near;

	if (bsearch(&ref->name, x->name, x->n, sizeof(*x->name), compare_names))
		return;
	report_add(rd->report, CONF_WARNING, &ref->at, "there is no %s '%s'; %s", x->keyword, ref->name, effect);
	near = nearest(x, ref->name);
	if (near)
		report_hint(rd->report, "did you mean '%s'?", near);
}

static void check_names(struct conf_read *rd, const struct index *x, const struct conf_vec *refs, const char *effect)
{
	for (unsigned i = 0; i < refs->n; i++)
		check_name(rd, x, refs->item[i], effect);
}

/* Instances in two sync groups. */

struct member {
	const struct vrrp_name *ref;
	const struct vrrp_group_conf *group;
	unsigned order; /* in the file */
};

static int compare_members(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int by_name = strcmp(a->ref->name, b->ref->name);

	if (by_name != 0)
		return by_name;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void check_memberships(struct conf_read *rd, const struct conf_vec *groups)
{
	struct member *all;
	unsigned n = 0, k = 0;

	for (unsigned i = 0; i < groups->n; i++)
		n += ((const struct vrrp_group_conf *)groups->item[i])->members.n;
	all = x_calloc(n + 1, sizeof(*all));
	for (unsigned i = 0; i < groups->n; i++) {
		const struct vrrp_group_conf *g = groups->item[i];

		for (unsigned j = 0; j < g->members.n; j++, k++)
			all[k] = (struct member){ g->members.item[j], g, k };
	}
	qsort(all, n, sizeof(*all), compare_members);
	for (unsigned i = 1; i < n; i++) {
		if (strcmp(all[i].ref->name, all[i - 1].ref->name) != 0)
			continue;
		report_add(rd->report, CONF_WARNING, &all[i].ref->at, "'%s' is a member of '%s' already",
			all[i].ref->name, all[i - 1].group->name);
		report_hint(rd->report, "an instance has one sync group: put all of them into one");
	}
	free(all);
}

/* Everything. */

static void resolve_instances(struct conf_read *rd, const struct vrrp_config *all, const struct index *bfds)
{
	for (unsigned i = 0; i < all->instances.n; i++) {
		struct vrrp_conf *c = all->instances.item[i];

		schema_resolve_trackers(rd, all, &c->track_scripts, &c->track_files, &c->track_processes);
		check_names(rd, bfds, &c->track_bfds, "it is not tracked");
	}
}

static void resolve_groups(struct conf_read *rd, const struct vrrp_config *all, const struct index *instances,
	const struct index *bfds)
{
	for (unsigned i = 0; i < all->groups.n; i++) {
		struct vrrp_group_conf *g = all->groups.item[i];

		check_names(rd, instances, &g->members, "it is no member");
		schema_resolve_trackers(rd, all, &g->track_scripts, &g->track_files, &g->track_processes);
		check_names(rd, bfds, &g->track_bfds, "it is not tracked");
	}
	check_memberships(rd, &all->groups);
	for (unsigned i = 0; i < all->track_groups.n; i++)
		check_names(rd, instances, &((const struct vrrp_static_group *)all->track_groups.item[i])->members,
			"it is no member");
}

void references_resolve(struct conf_read *rd, struct vrrp_config *all)
{
	struct index instances = index_of("vrrp_instance", &all->instances);
	struct index bfds = index_of("bfd_instance", &all->bfds);
	struct index track_groups = index_of("track_group", &all->track_groups);

	resolve_instances(rd, all, &bfds);
	resolve_groups(rd, all, &instances, &bfds);
	check_names(rd, &track_groups, &all->static_groups, "nobody depends on it");
	if (all->globals.sync_instance.name)
		check_name(rd, &instances, &all->globals.sync_instance, "nobody is followed");
	free(instances.name);
	free(bfds.name);
	free(track_groups.name);
}
