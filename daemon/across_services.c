/* across_services.c - see across_services.h. */
#include "daemon/across_services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/report.h"
#include "vrrp/conf.h"

enum { NEAR = 3, NEAR_AMONG = 1000 /* more names are not compared one by one */ };

struct entry {
	char name[CONF_NAME_LEN];
	const struct vs_conf *vs;
};

struct index {
	struct entry *entry; /* owned, sorted by name */
	unsigned n;
	struct report *report;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void index_all(struct index *x, const struct checkers_config *c)
{
	x->entry = x_calloc(c->services.n + 1, sizeof(*x->entry));
	for (unsigned i = 0; i < c->services.n; i++) {
		x->entry[x->n].vs = c->services.item[i];
		(void)vs_name(x->entry[x->n].vs, x->entry[x->n].name);
		x->n++;
	}
	qsort(x->entry, x->n, sizeof(*x->entry), by_name);
}

/* The same address and port, for another protocol. */
static const char *sibling(const struct index *x, const char *name)
{
	size_t len = strcspn(name, "/") + 1;

	for (unsigned i = 0; i < x->n; i++)
		if (!strncmp(x->entry[i].name, name, len))
			return x->entry[i].name + len;
	return NULL;
}

static const char *nearest(const struct index *x, const char *name)
{
	unsigned best = NEAR + 1;
	const char *near = NULL;

	for (unsigned i = 0; i < x->n && x->n <= NEAR_AMONG; i++) {
		unsigned d = text_distance(x->entry[i].name, name);

		if (d < best) {
			best = d;
			near = x->entry[i].name;
		}
	}
	return near;
}

static void report_missing(const struct index *x, const struct vrrp_track_service *t)
{
	const char *protocol = sibling(x, t->name), *near = protocol ? NULL : nearest(x, t->name);

	report_add(x->report, CONF_ERROR, &t->at, "there is no virtual_server %s to track", t->name);
	if (protocol)
		report_hint(x->report, "there is one for %s: write %s behind the port", protocol, protocol);
	else if (near)
		report_hint(x->report, "did you mean %s?", near);
	else
		report_hint(x->report,
			"name it as its own line does: track_service ADDRESS PORT, and udp where it is UDP");
}

static void check_line(const struct index *x, const struct vrrp_track_service *t)
{
	struct entry key;
	const struct entry *e;

	snprintf(key.name, sizeof(key.name), "%s", t->name);
	e = bsearch(&key, x->entry, x->n, sizeof(key), by_name);
	if (!e) {
		report_missing(x, t);
	} else if (!e->vs->lines.n) {
		report_add(x->report, CONF_ERROR, &t->at, "%s cannot be tracked: its group is empty", t->name);
		report_hint(x->report, "addresses or marks in that virtual_server_group");
	} else if (e->vs->how->ha_suspend) {
		report_add(x->report, CONF_ERROR, &t->at,
			"%s has ha_suspend: a BACKUP does not check it, and would never know that it is well again",
			t->name);
		report_hint(x->report, "remove ha_suspend from that virtual_server");
	}
}

static void check_lines(const struct index *x, const struct conf_vec *lines)
{
	for (unsigned i = 0; i < lines->n; i++)
		check_line(x, lines->item[i]);
}

void across_services(const struct vrrp_config *vrrp, const struct checkers_config *checkers, struct report *r)
{
	struct index x = { .report = r };

	index_all(&x, checkers);
	for (unsigned i = 0; i < vrrp->instances.n; i++)
		check_lines(&x, &((const struct vrrp_conf *)vrrp->instances.item[i])->track->services);
	for (unsigned i = 0; i < vrrp->groups.n; i++)
		check_lines(&x, &((const struct vrrp_group_conf *)vrrp->groups.item[i])->track.services);
	free(x.entry);
}
