/* routers.c - see routers.h: a few bytes for each; of thousands most have the same hooks, or none. */
#include "daemon/routers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/script.h"
#include "vrrp/conf.h"

enum { TRIES = 32 /* blocks that have the same hooks stand together */ };

struct entry {
	uint32_t name, hooks; /* where they are in `names` and `hooks` */
	bool tells_deleted;
};

struct routers {
	struct entry *entries;        /* owned: instances, then groups */
	char *names;                  /* owned */
	struct vrrp_hook_conf *hooks; /* owned */
	struct arena *arena;          /* owned: scripts */
	uint32_t n_instances, n_groups;
};

#define H(field) offsetof(struct vrrp_hook_conf, field)

/* All scripts of hooks. */
static const size_t scripts[] = { H(notify), H(notify_master), H(notify_backup), H(notify_fault), H(notify_stop),
	H(notify_ensure), H(notify_deleted), H(notify_master_rx_lower_pri), H(pre_master), H(pre_release) };

enum { SCRIPTS = sizeof(scripts) / sizeof(scripts[0]) };

/* While it is made. */
struct making {
	struct routers *r;
	struct text names;
	struct vrrp_hook_conf *from; /* owned: whose copies the hooks are */
	unsigned n_hooks, cap_hooks;
	const struct script_conf *like[SCRIPTS], *last; /* the last ones that were copied, of each kind and at all */
};

static const struct script_conf *script_get(const struct vrrp_hook_conf *h, unsigned i)
{
	const struct script_conf *s;

	memcpy(&s, (const char *)h + scripts[i], sizeof(s));
	return s;
}

static bool is_same(const struct vrrp_hook_conf *a, const struct vrrp_hook_conf *b)
{
	for (unsigned i = 0; i < SCRIPTS; i++)
		if (script_get(a, i) != script_get(b, i))
			return false;
	return a->smtp_alert == b->smtp_alert && a->notify_ensure_interval == b->notify_ensure_interval &&
		a->pre_master_timeout == b->pre_master_timeout && a->pre_release_timeout == b->pre_release_timeout;
}

/* With scripts that are the table's. */
static struct vrrp_hook_conf copy_hooks(struct making *m, const struct vrrp_hook_conf *from)
{
	struct vrrp_hook_conf copy = *from;

	for (unsigned i = 0; i < SCRIPTS; i++) {
		const struct script_conf *s = script_get(from, i);

		if (!s)
			continue;
		m->last = m->like[i] = script_conf_copy(m->r->arena, s, m->like[i] ? m->like[i] : m->last);
		memcpy((char *)&copy + scripts[i], &m->like[i], sizeof(m->like[i]));
	}
	return copy;
}

/* The index of what is the same as `from`. */
static uint32_t add_hooks(struct making *m, const struct vrrp_hook_conf *from)
{
	for (unsigned i = m->n_hooks; i > 0 && m->n_hooks - i < TRIES; i--)
		if (is_same(&m->from[i - 1], from))
			return i - 1;
	if (m->n_hooks == m->cap_hooks) {
		m->cap_hooks = m->cap_hooks ? m->cap_hooks * 2 : 8;
		m->from = x_realloc(m->from, m->cap_hooks, sizeof(*m->from));
		m->r->hooks = x_realloc(m->r->hooks, m->cap_hooks, sizeof(*m->r->hooks));
	}
	m->from[m->n_hooks] = *from;
	m->r->hooks[m->n_hooks] = copy_hooks(m, from);
	return m->n_hooks++;
}

static struct entry entry_of(struct making *m, const char *name, const struct vrrp_hook_conf *hooks, bool tells_deleted)
{
	const struct entry e = { (uint32_t)m->names.len, add_hooks(m, hooks), tells_deleted };

	text_add_bytes(&m->names, name, strlen(name) + 1);
	return e;
}

static struct entry entry_of_group(struct making *m, const struct vrrp_group_conf *g)
{
	const struct vrrp_hook_conf hooks = { .notify = g->notify,
		.notify_master = g->notify_master,
		.notify_backup = g->notify_backup,
		.notify_fault = g->notify_fault,
		.notify_stop = g->notify_stop,
		.smtp_alert = g->smtp_alert };

	return entry_of(m, g->name, &hooks, false);
}

struct routers *routers_new(const struct vrrp_config *c)
{
	struct routers *r = x_calloc(1, sizeof(*r));
	struct making m = { .r = r };

	r->n_instances = c->instances.n;
	r->n_groups = c->groups.n;
	r->entries = x_array((size_t)r->n_instances + r->n_groups, sizeof(*r->entries));
	r->arena = arena_new();
	for (unsigned i = 0; i < r->n_instances; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		r->entries[i] = entry_of(&m, vi->name, vi->hooks, vi->tells_deleted);
	}
	for (unsigned i = 0; i < r->n_groups; i++)
		r->entries[r->n_instances + i] = entry_of_group(&m, c->groups.item[i]);
	if (m.n_hooks) {
		r->hooks = x_realloc(r->hooks, m.n_hooks, sizeof(*r->hooks));
		r->names = x_realloc(m.names.s, m.names.len, 1);
	}
	free(m.from);
	arena_fit(r->arena);
	return r;
}

void routers_free(struct routers *r)
{
	if (!r)
		return;
	free(r->entries);
	free(r->names);
	free(r->hooks);
	arena_free(r->arena);
	free(r);
}

unsigned routers_count(const struct routers *r)
{
	return r->n_instances;
}

static void get(const struct routers *r, const struct entry *e, struct router *ret)
{
	*ret = (struct router){ r->names + e->name, &r->hooks[e->hooks], e->tells_deleted };
}

bool routers_instance(const struct routers *r, uint32_t i, struct router *ret)
{
	if (i >= r->n_instances)
		return false;
	get(r, &r->entries[i], ret);
	return true;
}

bool routers_group(const struct routers *r, uint32_t i, struct router *ret)
{
	if (i >= r->n_groups)
		return false;
	get(r, &r->entries[r->n_instances + i], ret);
	return true;
}

bool routers_has(const struct routers *r, const char *name)
{
	for (uint32_t i = 0; i < r->n_instances; i++)
		if (!strcmp(r->names + r->entries[i].name, name))
			return true;
	return false;
}
