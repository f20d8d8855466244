/* references.c - see references.h. */
#include "vrrp/references.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/conf.h"

enum { NEAR = 2 };

/* A name and where its block is in the vec. */
struct entry {
	const char *name;
	unsigned at;
};

/* All names of one kind of block, sorted. */
struct index {
	const char *keyword; /* "vrrp_instance" */
	struct entry *entry; /* owned */
	unsigned n;
};

/* All structs begin so. */
struct named {
	struct conf_head head;
	const char *name;
};

static int compare_entries(const void *x, const void *y)
{
	return strcmp(((const struct entry *)x)->name, ((const struct entry *)y)->name);
}

static struct index index_of(const char *keyword, const struct conf_vec *all)
{
	struct index x = { .keyword = keyword, .entry = x_calloc(all->n + 1, sizeof(*x.entry)) };

	for (unsigned i = 0; i < all->n; i++)
		x.entry[x.n++] = (struct entry){ ((const struct named *)all->item[i])->name, i };
	qsort(x.entry, x.n, sizeof(*x.entry), compare_entries);
	return x;
}

static const char *nearest(const struct index *x, const char *name)
{
	unsigned best = NEAR + 1;
	const char *near = NULL;

	for (unsigned i = 0; i < x->n; i++) {
		unsigned d = text_distance(x->entry[i].name, name);

		if (d < best && d < strlen(name)) {
			best = d;
			near = x->entry[i].name;
		}
	}
	return near;
}

/* The block that is meant; NULL once reported. */
static const struct entry *find(struct conf_read *rd, const struct index *x, const struct vrrp_name *ref,
	const char *effect)
{
	struct entry key = { ref->name, 0 };
	const struct entry *e = bsearch(&key, x->entry, x->n, sizeof(key), compare_entries);
	const char *near;

	if (e)
		return e;
	report_add(rd->report, CONF_WARNING, &ref->at, "there is no %s '%s'; %s", x->keyword, ref->name, effect);
	near = nearest(x, ref->name);
	if (near)
		report_hint(rd->report, "did you mean '%s'?", near);
	return NULL;
}

static void check_names(struct conf_read *rd, const struct index *x, const struct conf_vec *refs, const char *effect)
{
	for (unsigned i = 0; i < refs->n; i++)
		(void)find(rd, x, refs->item[i], effect);
}

/* What is tracked: its place in its vec; a name that means nothing is dropped. */
static void resolve(struct conf_read *rd, const struct index *x, struct conf_vec *refs)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < refs->n; i++) {
		struct vrrp_track_ref *t = refs->item[i];
		const struct entry *e = find(rd, x, &(struct vrrp_name){ t->name, t->at }, "it is not tracked");

		if (!e)
			continue;
		t->index = e->at;
		refs->item[kept++] = t;
	}
	refs->n = kept;
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

struct indexes {
	struct index instances, scripts, files, processes, bfds, track_groups;
};

static void resolve_instances(struct conf_read *rd, const struct vrrp_config *all, const struct indexes *x)
{
	for (unsigned i = 0; i < all->instances.n; i++) {
		struct vrrp_conf *c = all->instances.item[i];

		resolve(rd, &x->scripts, &c->track_scripts);
		resolve(rd, &x->files, &c->track_files);
		resolve(rd, &x->processes, &c->track_processes);
		check_names(rd, &x->bfds, &c->track_bfds, "it is not tracked");
	}
}

static void resolve_groups(struct conf_read *rd, const struct vrrp_config *all, const struct indexes *x)
{
	for (unsigned i = 0; i < all->groups.n; i++) {
		struct vrrp_group_conf *g = all->groups.item[i];

		check_names(rd, &x->instances, &g->members, "it is no member");
		resolve(rd, &x->scripts, &g->track_scripts);
		resolve(rd, &x->files, &g->track_files);
		resolve(rd, &x->processes, &g->track_processes);
		check_names(rd, &x->bfds, &g->track_bfds, "it is not tracked");
	}
	check_memberships(rd, &all->groups);
	for (unsigned i = 0; i < all->track_groups.n; i++)
		check_names(rd, &x->instances, &((const struct vrrp_static_group *)all->track_groups.item[i])->members,
			"it is no member");
}

void references_resolve(struct conf_read *rd, struct vrrp_config *all)
{
	struct indexes x = {
		.instances = index_of("vrrp_instance", &all->instances),
		.scripts = index_of("vrrp_script", &all->scripts),
		.files = index_of("track_file", &all->files),
		.processes = index_of("vrrp_track_process", &all->processes),
		.bfds = index_of("bfd_instance", &all->bfds),
		.track_groups = index_of("track_group", &all->track_groups),
	};

	resolve_instances(rd, all, &x);
	resolve_groups(rd, all, &x);
	check_names(rd, &x.track_groups, &all->static_groups, "nobody depends on it");
	if (all->globals.sync_instance.name)
		(void)find(rd, &x.instances, &all->globals.sync_instance, "nobody is followed");
	free(x.instances.entry);
	free(x.scripts.entry);
	free(x.files.entry);
	free(x.processes.entry);
	free(x.bfds.entry);
	free(x.track_groups.entry);
}
