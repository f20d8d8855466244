/* references.c - see references.h. */
#include "vrrp/references.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "vrrp/conf.h"

enum { NEAR = 2, NEAR_AMONG = 1000 /* more names are not compared one by one */ };

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

	for (unsigned i = 0; i < x->n && x->n <= NEAR_AMONG; i++) {
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
	else
		report_hint(rd->report, "define it: %s %s { ... }", x->keyword, ref->name);
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

/* Names that are there twice. */

struct member {
	const struct vrrp_name *ref;
	const char *group;
	unsigned order; /* in the file */
};

struct members {
	struct member *m; /* owned */
	unsigned n;
};

static int compare_members(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int by_name = strcmp(a->ref->name, b->ref->name);

	if (by_name != 0)
		return by_name;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void add_members(struct members *all, const char *group, const struct conf_vec *names)
{
	all->m = x_realloc(all->m, all->n + names->n + 1, sizeof(*all->m));
	for (unsigned i = 0; i < names->n; i++, all->n++)
		all->m[all->n] = (struct member){ names->item[i], group, all->n };
}

/* Reports names that are twice in one group, or in two; takes what `all` owns. */
static void check_twice(struct conf_read *rd, struct members *all)
{
	if (all->n)
		qsort(all->m, all->n, sizeof(*all->m), compare_members);
	for (unsigned i = 1; i < all->n; i++) {
		const struct member *m = &all->m[i], *before = &all->m[i - 1];

		if (strcmp(m->ref->name, before->ref->name) != 0)
			continue;
		if (m->group == before->group) {
			report_add(rd->report, CONF_WARNING, &m->ref->at, "%s is listed twice", m->ref->name);
			continue;
		}
		report_add(rd->report, CONF_WARNING, &m->ref->at, "'%s' is a member of '%s' already", m->ref->name,
			before->group);
		report_hint(rd->report, "an instance has one sync group: put all of them into one");
	}
	free(all->m);
}

static void check_sync_groups(struct conf_read *rd, const struct conf_vec *groups)
{
	struct members all = { 0 };

	for (unsigned i = 0; i < groups->n; i++) {
		const struct vrrp_group_conf *g = groups->item[i];

		add_members(&all, g->name, &g->members);
	}
	check_twice(rd, &all);
}

/* Names of one block alone. */
static void check_block(struct conf_read *rd, const struct conf_vec *names)
{
	struct members all = { 0 };

	add_members(&all, NULL, names);
	check_twice(rd, &all);
}

/* Everything. */

struct indexes {
	struct index instances, scripts, files, processes, bfds, track_groups;
	const struct conf_vec *sessions; /* those of bfds */
};

/* Sessions for checks alone say nothing to a router. */
static void check_sessions(struct conf_read *rd, const struct conf_vec *sessions, const struct conf_vec *refs)
{
	for (unsigned i = 0; i < refs->n; i++) {
		const struct vrrp_track_ref *t = refs->item[i];
		const struct vrrp_bfd_conf *c = sessions->item[t->index];

		if (!c->for_checker || c->for_vrrp)
			continue;
		report_add(rd->report, CONF_WARNING, &t->at,
			"the bfd_instance '%s' is for checks alone: it is not tracked", t->name);
		report_hint(rd->report, "write vrrp beside checker in its block");
	}
}

static void resolve_track(struct conf_read *rd, const struct indexes *x, struct vrrp_track_conf *track)
{
	resolve(rd, &x->scripts, &track->scripts);
	resolve(rd, &x->files, &track->files);
	resolve(rd, &x->processes, &track->processes);
	resolve(rd, &x->bfds, &track->bfds);
	check_sessions(rd, x->sessions, &track->bfds);
}

static void resolve_instances(struct conf_read *rd, const struct vrrp_config *all, const struct indexes *x)
{
	for (unsigned i = 0; i < all->instances.n; i++) {
		struct vrrp_conf *c = all->instances.item[i];

		if (c->track->scripts.n + c->track->files.n + c->track->processes.n + c->track->bfds.n > 0)
			resolve_track(rd, x, conf_part_edit(rd, &vrrp_track_part, c));
	}
}

static void resolve_groups(struct conf_read *rd, const struct vrrp_config *all, const struct indexes *x)
{
	for (unsigned i = 0; i < all->groups.n; i++) {
		struct vrrp_group_conf *g = all->groups.item[i];

		check_names(rd, &x->instances, &g->members, "it is no member");
		resolve_track(rd, x, &g->track);
	}
	check_sync_groups(rd, &all->groups);
}

static void resolve_static_groups(struct conf_read *rd, const struct vrrp_config *all, const struct indexes *x)
{
	for (unsigned i = 0; i < all->track_groups.n; i++) {
		const struct vrrp_static_group *g = all->track_groups.item[i];

		check_names(rd, &x->instances, &g->members, "it is no member");
		check_block(rd, &g->members);
	}
	check_names(rd, &x->track_groups, &all->static_groups, "nobody depends on it");
}

void references_resolve(struct conf_read *rd, struct vrrp_config *all)
{
	struct indexes x = {
		.instances = index_of("vrrp_instance", &all->instances),
		.scripts = index_of("vrrp_script", &all->scripts),
		.files = index_of("track_file", &all->files),
		.processes = index_of("vrrp_track_process", &all->processes),
		.bfds = index_of("bfd_instance", &all->bfds),
		.sessions = &all->bfds,
		.track_groups = index_of("track_group", &all->track_groups),
	};

	resolve_instances(rd, all, &x);
	resolve_groups(rd, all, &x);
	resolve_static_groups(rd, all, &x);
	for (unsigned i = 0; i < all->garp_groups.n; i++)
		check_block(rd, &((const struct vrrp_garp_group *)all->garp_groups.item[i])->interfaces);
	if (all->globals.sync.instance.name)
		(void)find(rd, &x.instances, &all->globals.sync.instance, "nobody is followed");
	free(x.instances.entry);
	free(x.scripts.entry);
	free(x.files.entry);
	free(x.processes.entry);
	free(x.bfds.entry);
	free(x.track_groups.entry);
}
