/* overlay_settle.c - see overlay.h: what the lines change in services and servers. */
#include "checkers/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/schema_check.h"
#include "conf/tree.h"

struct named_service {
	char name[CONF_NAME_LEN];
	struct vs_conf *vs; /* NULL: taken out */
	unsigned order;
};

struct settling {
	struct conf_read *rd;
	struct checkers_config *conf;
	struct named_service *service; /* owned; by name, then in order of the file */
	unsigned n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named_service *)a)->name, ((const struct named_service *)b)->name);
}

static int by_name_and_order(const void *a, const void *b)
{
	const struct named_service *x = a, *y = b;
	int r = by_name(a, b);

	return r ? r : (x->order > y->order) - (x->order < y->order);
}

/* The last one with this name; what was added stands behind the file. */
static struct named_service *find_last(const struct settling *s, const char *name)
{
	struct named_service key = { .vs = NULL }, *hit;

	if (strlen(name) >= sizeof(key.name))
		return NULL;
	memcpy(key.name, name, strlen(name) + 1);
	hit = bsearch(&key, s->service, s->n, sizeof(key), by_name);
	while (hit && hit + 1 < s->service + s->n && !strcmp(hit[1].name, name))
		hit++;
	while (hit && !hit->vs && hit > s->service && !strcmp(hit[-1].name, name))
		hit--;
	return hit && hit->vs ? hit : NULL;
}

static struct vs_conf *find_service(const struct settling *s, const char *name)
{
	struct named_service *hit = find_last(s, name);

	return hit ? hit->vs : NULL;
}

/* The index of the first one from `i` on (another tier may have it too), or n. */
static unsigned find_from(const struct vs_conf *vs, const char *name, unsigned i)
{
	struct addr addr;
	uint32_t port;

	if (overlay_endpoint(name, &addr, &port) < 0)
		return vs->servers.n;
	for (; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (rs->port == port && addr_equal(&rs->addr, &addr))
			break;
	}
	return i;
}

static unsigned find_server(const struct vs_conf *vs, const char *name)
{
	return find_from(vs, name, 0);
}

/* In a file with an error nothing is said of it: what is missing there may only be what could not be read. */
static void conflict(const struct settling *s, struct overlay_entry *e, const char *why)
{
	struct text what = { 0 };

	e->conflict = why;
	if (report_count(s->rd->report, CONF_ERROR))
		return;
	overlay_entry_what(e, &what);
	report_add(s->rd->report, CONF_WARNING, &e->node->words[0].at, "%s: no effect: %s", text_str(&what), why);
	report_inert(s->rd->report); /* no mistake of the file */
	report_hint(s->rd->report, "`vipctl overlay drop` takes it out");
	text_done(&what);
}

/* Whoever reads it computes the share: pool.h. */
static struct weight_override override(const struct overlay_entry *e)
{
	return (struct weight_override){ e->is_percent ? WEIGHT_PERCENT : WEIGHT_ABSOLUTE, e->weight };
}

/* The same check of another server: what it took from the first one's address it takes from its own. */
static void *copy_check(struct conf_read *rd, const struct check_conf *from, const struct rs_conf *like,
	const struct rs_conf *rs)
{
	const struct conf_block *block = from->how->kind->block;
	struct check_conf *c = arena_alloc(rd->arena, block->size);

	memcpy(c, from, block->size);
	if (addr_equal(&c->connect_ip, &like->addr) && !schema_seen(block, from, "connect_ip"))
		c->connect_ip = rs->addr;
	if (c->connect_port == like->port && !schema_seen(block, from, "connect_port"))
		c->connect_port = rs->port;
	return c;
}

static void copy_checks(struct conf_read *rd, const struct conf_vec *from, const struct rs_conf *like,
	struct rs_conf *rs, struct conf_vec *to)
{
	*to = (struct conf_vec){ 0 };
	for (unsigned i = 0; i < from->n; i++)
		conf_vec_add(rd->arena, to, copy_check(rd, from->item[i], like, rs));
}

/* Of a service without servers: nothing checks it. */
static void init_bare(struct rs_how *how, const struct vs_how *of)
{
	how->forward = of->forward;
	how->tunnel = of->tunnel;
	how->inhibit_on_failure = of->inhibit_on_failure;
	how->alpha = of->alpha;
}

static struct rs_conf *new_server(const struct settling *s, const struct vs_conf *vs, const struct overlay_entry *e)
{
	unsigned i = e->like ? find_server(vs, e->like) : 0;
	const struct rs_conf *like = vs->servers.n ? vs->servers.item[i < vs->servers.n ? i : 0] : NULL;
	struct rs_conf *rs = arena_alloc(s->rd->arena, sizeof(*rs));
	struct rs_how how;

	memset(&how, 0, sizeof(how)); /* padding too: it is shared */
	if (like) {
		*rs = *like;
		memcpy(&how, like->how, sizeof(how));
	} else {
		rs->weight = vs->how->weight;
		init_bare(&how, vs->how);
	}
	rs->head.node = e->node;
	(void)overlay_endpoint(e->rs, &rs->addr, &rs->port);
	if (like) {
		copy_checks(s->rd, &like->checks, like, rs, &rs->checks);
		copy_checks(s->rd, &like->how->later, like, rs, &how.later);
	}
	how.weight_override = (struct weight_override){ WEIGHT_AS_IS, 0 };
	if (e->has_weight && !e->is_percent)
		rs->weight = e->weight;
	else if (e->has_weight)
		how.weight_override = override(e);
	how.is_added = true;
	rs->how = conf_share(s->rd, &how, sizeof(how));
	return rs;
}

static bool is_reachable(const struct vs_conf *vs, const struct rs_conf *rs)
{
	for (unsigned i = 0; i < vs->lines.n && rs->how->forward != LVS_TUN; i++)
		if (rs->addr.family != vs_family(vs, vs->lines.item[i]))
			return false;
	return true;
}

static void add_server(const struct settling *s, struct vs_conf *vs, struct overlay_entry *e)
{
	struct rs_conf *rs;

	if (find_server(vs, e->rs) < vs->servers.n) {
		conflict(s, e, "the configuration has this server by itself");
		return;
	}
	rs = new_server(s, vs, e);
	if (is_reachable(vs, rs))
		conf_vec_add(s->rd->arena, &vs->servers, rs);
	else
		conflict(s, e, "a server of the other address family can only be reached by TUN");
}

/* What the file has in its own stays as written. */
static void unshare(const struct settling *s, struct vs_conf *vs)
{
	const struct conf_vec *own = &vs->own;

	if (vs->servers.item != own->item)
		return;
	vs->servers = (struct conf_vec){ 0 };
	for (unsigned i = 0; i < own->n; i++)
		conf_vec_add(s->rd->arena, &vs->servers, own->item[i]);
}

static void remove_server(struct vs_conf *vs, unsigned i)
{
	vs->servers.n--;
	memmove(vs->servers.item + i, vs->servers.item + i + 1, (vs->servers.n - i) * sizeof(*vs->servers.item));
}

static void change_how(struct rs_how *how, const struct overlay_entry *e)
{
	if (e->kind == OVERLAY_WEIGHT)
		how->weight_override = override(e);
	else if (e->kind == OVERLAY_STATE)
		how->admin = e->admin;
}

static void change_server(const struct settling *s, struct vs_conf *vs, struct overlay_entry *e)
{
	unsigned i = find_server(vs, e->rs);

	if (i == vs->servers.n)
		conflict(s, e, "the configuration has no such server in this service");
	while (i < vs->servers.n) {
		if (e->kind == OVERLAY_REMOVE)
			remove_server(vs, i);
		else
			change_how(conf_part_edit(s->rd, &rs_how_part, vs->servers.item[i++]), e);
		i = find_from(vs, e->rs, i);
	}
}

/* Disabled: nothing is for it any more, its entries leave the table. */
static void change_service(const struct settling *s, struct vs_conf *vs, const struct overlay_entry *e)
{
	vs->admin = e->admin;
	if (e->admin == RS_DISABLED)
		vs->lines.n = 0;
	for (unsigned i = 0; i < vs->servers.n; i++) {
		struct rs_conf *rs = vs->servers.item[i];

		if (e->admin == RS_DRAIN && rs->how->admin == RS_ENABLED)
			((struct rs_how *)conf_part_edit(s->rd, &rs_how_part, rs))->admin = RS_DRAIN;
	}
}

static void take_out(const struct settling *s, struct named_service *gone)
{
	struct conf_vec *all = &s->conf->services;
	unsigned i = 0;

	while (i < all->n && all->item[i] != gone->vs)
		i++;
	gone->vs = NULL;
	if (i == all->n)
		return;
	all->n--;
	memmove(all->item + i, all->item + i + 1, (all->n - i) * sizeof(*all->item));
}

static bool has_group(const struct settling *s, const struct vs_conf *vs)
{
	for (unsigned i = 0; i < s->conf->groups.n; i++)
		if (!strcmp(((const struct group_conf *)s->conf->groups.item[i])->name, vs->group))
			return true;
	return false;
}

/* Its block was read behind the file: of two with one name it is the last. */
static void add_service(const struct settling *s, struct named_service *added, struct overlay_entry *e)
{
	const char *why = NULL;

	added->vs->is_added = true;
	if (added > s->service && added[-1].vs && !strcmp(added[-1].name, added->name))
		why = "the configuration has this service by itself";
	else if (added->vs->group && !has_group(s, added->vs))
		why = "the configuration has no virtual_server_group of this name any more";
	if (!why)
		return;
	conflict(s, e, why);
	take_out(s, added);
}

static void settle_service(const struct settling *s, struct overlay_entry *e)
{
	struct named_service *named = find_last(s, e->vs);

	if (!named)
		conflict(s, e, "the configuration has no such service");
	else if (e->kind == OVERLAY_ADD)
		add_service(s, named, e);
	else if (e->kind == OVERLAY_REMOVE)
		take_out(s, named);
	else
		change_service(s, named->vs, e);
}

static void settle(const struct settling *s, struct overlay_entry *e)
{
	struct vs_conf *vs = find_service(s, e->vs);

	if (vs && e->rs)
		unshare(s, vs);
	if (!e->rs)
		settle_service(s, e);
	else if (!vs)
		conflict(s, e, "the configuration has no such service");
	else if (e->kind == OVERLAY_ADD)
		add_server(s, vs, e);
	else
		change_server(s, vs, e);
}

enum { RANKS = 4 };

/* Services come and go first; then servers come, then what is said about them, then what is said about all of a service. */
static unsigned rank(const struct overlay_entry *e)
{
	if (!e->rs)
		return e->kind == OVERLAY_STATE ? 3 : 0;
	return e->kind == OVERLAY_ADD ? 1 : 2;
}

static void list_services(struct settling *s, const struct checkers_config *c)
{
	s->service = x_calloc(c->services.n + 1, sizeof(*s->service));
	for (; s->n < c->services.n; s->n++) {
		s->service[s->n].vs = c->services.item[s->n];
		s->service[s->n].order = s->n;
		vs_name(s->service[s->n].vs, s->service[s->n].name);
	}
	qsort(s->service, s->n, sizeof(*s->service), by_name_and_order);
}

void overlay_settle(struct conf_read *rd, void *conf)
{
	struct checkers_config *c = conf;
	struct settling s = { .rd = rd, .conf = c };

	if (!c->overlay.n)
		return;
	list_services(&s, c);
	for (unsigned pass = 0; pass < RANKS; pass++)
		for (unsigned i = 0; i < c->overlay.n; i++)
			if (rank(c->overlay.item[i]) == pass)
				settle(&s, c->overlay.item[i]);
	free(s.service);
}
