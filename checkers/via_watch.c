/* via_watch.c - see via_watch.h. */
#include "checkers/via_watch.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/plan.h"
#include "checkers/saved.h"
#include "checkers/service.h"
#include "checkers/table.h"
#include "checkers/via.h"
#include "ctl/writer.h"
#include "io/child.h"
#include "net/link_ask.h"
#include "net/link_dev.h"
#include "net/sysctl.h"

enum { LOOK_USEC = 2000000, WAY_USEC = 60000000, IF_NAME = 16 };

#define BACKUP_ONLY "net/ipv4/vs/backup_only"

struct via_local {
	char name[IF_NAME];
};

static const struct checkers_config *conf_of(const struct services *s)
{
	return s && s->conf->n_via ? s->conf : NULL;
}

static void path_of(const char *name, char *buf)
{
	snprintf(buf, SYSCTL_PATH_MAX, "net/ipv4/conf/%s/accept_local", name);
}

/* Whether the kernel takes packets from an address of its own that come by this interface: its own word, or that of all. */
static bool accepts(const char *name)
{
	char path[SYSCTL_PATH_MAX];
	int value = 0;

	path_of("all", path);
	if (sysctl_get(path, &value) == 0 && value)
		return true;
	path_of(name, path);
	return sysctl_get(path, &value) == 0 && value;
}

/* By rtnetlink: it works where /proc/sys is read-only too. 0 or -errno. */
static int set_local(const char *name, int value)
{
	const struct link_dev_setting s = { LINK_DEV_ACCEPT_LOCAL, value };
	struct link_dev *d;
	int r = link_dev_new(&d);

	if (r < 0)
		return r;
	r = link_dev_inet_set(d, (int)if_nametoindex(name), &s, 1);
	link_dev_free(d);
	return r;
}

static void add_local(struct via_watch *v, const char *name)
{
	struct via_local local = { 0 };

	for (unsigned i = 0; i < v->n_locals; i++)
		if (!strcmp(v->locals[i].name, name))
			return;
	snprintf(local.name, sizeof(local.name), "%s", name);
	v->locals = x_realloc(v->locals, v->n_locals + 1, sizeof(*v->locals));
	v->locals[v->n_locals++] = local;
}

/* 0 or -errno. */
static int take_local(struct via_watch *v, const char *name)
{
	int r;

	if (accepts(name))
		return 0;
	r = set_local(name, 1);
	if (r < 0)
		return r;
	log_notice(LOG_LVS, "via service: %s accept_local 0 -> 1: answers come from the service's address", name);
	add_local(v, name);
	return 0;
}

static void give_back(struct via_watch *v)
{
	for (unsigned i = 0; i < v->n_locals; i++)
		if (set_local(v->locals[i].name, 0) == 0)
			log_notice(LOG_LVS, "via service: %s accept_local 1 -> 0 again", v->locals[i].name);
	v->n_locals = 0;
}

/* The interfaces towards all IPv4 servers; the first that refuses is named in `why`. */
static void look_local(struct via_watch *v, const struct checkers_config *c, char *why, size_t size)
{
	int last = 0;

	for (unsigned i = 0; i < c->n_via; i++) {
		const struct via_entry *e = &c->via[i];
		struct link_way way;
		char name[IF_NAME];
		int r;

		if (e->family != AF_INET || link_ask_way(&e->rs->addr, &way) < 0 || way.index == last)
			continue;
		last = way.index;
		if (!if_indextoname((unsigned)way.index, name))
			continue;
		r = take_local(v, name);
		if (r < 0 && !*why)
			snprintf(why, size, "accept_local of %s is 0 and cannot be set: %s", name, strerror(-r));
	}
}

static void look_backup_only(char *why, size_t size)
{
	int value = 0;

	if (!*why && sysctl_get(BACKUP_ONLY, &value) == 0 && value)
		snprintf(why, size, "net.ipv4.vs.backup_only is 1: a backup does not hand packets to servers");
}

/* What the kernel has must be all of them: a mark without a service would reach any server. */
static void look_table(struct via_watch *v, const struct checkers_config *c, char *why, size_t size, mono_t now)
{
	struct ipvs_table kernel, wanted = { .services = x_calloc(c->n_via + 1, sizeof(struct ipvs_service)),
		.dests = x_calloc(c->n_via + 1, sizeof(struct ipvs_dest)) };
	struct ipvs_change *changes;

	if (table_read(v->table, now, &kernel) < 0) {
		snprintf(why, size, "the IPVS table cannot be reached");
		ipvs_table_done(&wanted);
		return;
	}
	via_wanted(c, &wanted);
	plan_sort(&wanted);
	plan_sort(&kernel);
	changes = x_calloc(plan_max(&wanted, &kernel) + 1, sizeof(*changes));
	if (plan_make(&wanted, &kernel, &(struct ipvs_table){ 0 }, changes))
		snprintf(why, size, "the kernel's table lacks private services");
	free(changes);
	ipvs_table_done(&kernel);
	ipvs_table_done(&wanted);
}

void via_watch_tell(const struct via_watch *v)
{
	if (v->said.generation)
		child_send(v->child, ROLE_PROBE, MSG_VIA, &v->said, sizeof(v->said));
}

static uint64_t doings(const struct table *t)
{
	struct table_info info;

	table_info(t, &info);
	return info.errors + info.repairs;
}

static void look(struct via_watch *v, const struct services *s, bool is_new, mono_t now)
{
	const struct checkers_config *c = conf_of(s);
	struct msg_via m = { .generation = s->generation };

	if (is_new || doings(v->table) != v->seen || !v->said.is_ready)
		look_table(v, c, m.why, sizeof(m.why), now);
	v->seen = doings(v->table);
	look_backup_only(m.why, sizeof(m.why));
	if (is_new || !mono_before(now, v->next_way) || *v->said.why) {
		look_local(v, c, m.why, sizeof(m.why));
		v->next_way = mono_add(now, WAY_USEC);
	}
	m.is_ready = !*m.why;
	if (*m.why && strcmp(m.why, v->said.why) != 0)
		log_warn(LOG_LVS, "via service: checks stay as they are: %s", m.why);
	else if (!*m.why && *v->said.why)
		log_notice(LOG_LVS, "via service: checks go on");
	is_new |= m.is_ready != v->said.is_ready || strcmp(m.why, v->said.why) != 0;
	v->said = m;
	if (is_new)
		via_watch_tell(v);
}

void via_watch_config(struct via_watch *v, const struct services *s, mono_t now)
{
	v->next = mono_add(now, LOOK_USEC);
	if (conf_of(s)) {
		look(v, s, true, now);
		return;
	}
	give_back(v);
	v->said = (struct msg_via){ 0 };
}

bool via_watch_look(struct via_watch *v, const struct services *s, mono_t now)
{
	const unsigned n = v->n_locals;

	if (!conf_of(s) || mono_before(now, v->next))
		return false;
	v->next = mono_add(now, LOOK_USEC);
	look(v, s, false, now);
	return v->n_locals != n;
}

void via_watch_save(const struct via_watch *v, struct text *out)
{
	for (unsigned i = 0; i < v->n_locals; i++)
		text_printf(out, "accept_local %s = 0 0\n", v->locals[i].name);
}

void via_watch_restore(struct via_watch *v, const struct saved *from)
{
	const char *name;
	unsigned i = 0;

	while ((name = saved_next(from, "accept_local", &i)))
		if (strlen(name) < IF_NAME)
			add_local(v, name);
}

void via_watch_end(struct via_watch *v)
{
	give_back(v);
}

void via_watch_done(struct via_watch *v)
{
	free(v->locals);
}

void via_watch_write(const struct via_watch *v, const struct services *s, struct writer *w)
{
	if (!conf_of(s))
		return;
	writer_object(w, "via");
	writer_int(w, "services", s->conf->n_via);
	writer_bool(w, "ready", v->said.is_ready);
	writer_str(w, "reason", v->said.why);
	writer_end(w);
}
