/* preview.c - see preview.h. */
#include "checkers/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/plan.h"
#include "checkers/service_wanted.h"
#include "checkers/via.h"
#include "conf/change.h"
#include "conf/names.h"

/* "10.0.0.1:80 of 192.0.2.1:80/tcp" */
enum { NAME_LEN = 2 * CONF_NAME_LEN + 8 };

/* An entry of the kernel's table, and whose it is. */
struct entry {
	struct ipvs_service key;
	const struct vs_conf *vs;
};

struct preview {
	struct changes *out;
	struct names names; /* entries by name: services and servers; the index is into out->list */
	const struct checkers_config *from, *to;
	struct entry *entries; /* owned; of both, sorted */
	unsigned n_entries;
};

static const char *server_name(const char *vs, const struct rs_conf *rs, char *buf)
{
	char name[CONF_NAME_LEN];

	snprintf(buf, NAME_LEN, "%s of %s", rs_name(rs, name), vs);
	return buf;
}

/* A new entry that find() knows. */
static struct change *add(struct preview *p, enum change_what what, const char *kind, const char *name,
	const struct conf_node *node)
{
	struct change *ch = changes_add(p->out, what, kind, name, node);

	*names_get(&p->names, &p->out->list, ch->name) = (struct named){ &p->out->list, ch->name, node,
		p->out->list.n - 1, ch };
	return ch;
}

static struct change *find(const struct preview *p, const char *name)
{
	const struct named *e = names_find(&p->names, &p->out->list, name);

	return e ? e->user : NULL;
}

/* Checks. */

static void add_check(struct preview *p, enum change_what what, const struct check_conf *c, const char *server,
	const char *says)
{
	char name[NAME_LEN + 8];
	struct change *ch;

	snprintf(name, sizeof(name), "of %s", server);
	ch = changes_add(p->out, what, c->how->checker->name, name, c->head.node);
	changes_effect(p->out, ch, "check", "%s", says);
}

static void preview_check(struct preview *p, const struct check_conf *a, const struct check_conf *b, const char *server)
{
	struct change_of of = { p->out, NULL };

	if (match_check(a, b))
		return;
	add_check(p, CHANGE_CHANGED, b, server, "it starts anew; its verdict stays until it knows better");
	of.change = p->out->list.item[p->out->list.n - 1];
	if (a->how->checker == b->how->checker)
		(void)schema_diff_each(match_check_block(b), a, b, changes_row, &of);
}

static void preview_checks(struct preview *p, const struct rs_conf *a, const struct rs_conf *b, const char *server)
{
	for (unsigned i = 0; i < a->checks.n || i < b->checks.n; i++) {
		if (i >= b->checks.n)
			add_check(p, CHANGE_REMOVED, a->checks.item[i], server, "it ends");
		else if (i >= a->checks.n)
			add_check(p, CHANGE_ADDED, b->checks.item[i], server, "it begins");
		else
			preview_check(p, a->checks.item[i], b->checks.item[i], server);
	}
}

/* Servers and services. */

static void count_row(void *ctx, const struct conf_diff *d)
{
	(void)d;
	++*(unsigned *)ctx;
}

/* An entry for a block whose own keywords differ. */
static void preview_own(struct preview *p, const struct conf_block *block, const void *a, const void *b,
	const char *name)
{
	const struct conf_head *head = b;
	struct change_of of = { p->out, NULL };
	unsigned rows = 0;

	(void)schema_diff_own(block, a, b, count_row, &rows);
	if (!rows)
		return;
	of.change = add(p, CHANGE_CHANGED, block->name, name, head->node);
	(void)schema_diff_own(block, a, b, changes_row, &of);
}

static void preview_servers(struct preview *p, const struct vs_conf *a, const struct vs_conf *b, const char *vs)
{
	uint32_t *before = match_servers(&a->servers, &b->servers), *after = match_servers(&b->servers, &a->servers);
	char name[NAME_LEN];

	for (unsigned i = 0; i < a->servers.n; i++) {
		const struct rs_conf *rs = a->servers.item[i];

		if (after[i] == MATCH_NONE)
			add(p, CHANGE_REMOVED, "real_server", server_name(vs, rs, name), rs->head.node);
	}
	for (unsigned i = 0; i < b->servers.n; i++) {
		const struct rs_conf *rs = b->servers.item[i];

		server_name(vs, rs, name);
		if (before[i] == MATCH_NONE) {
			add(p, CHANGE_ADDED, "real_server", name, rs->head.node);
			continue;
		}
		preview_own(p, &real_server_block, a->servers.item[before[i]], rs, name);
		preview_checks(p, a->servers.item[before[i]], rs, name);
	}
	free(before);
	free(after);
}

/* The words of backup pools themselves; their order is their rank, so the second is compared with the second. */
static void preview_pools(struct preview *p, const struct vs_conf *a, const struct vs_conf *b, const char *vs)
{
	for (unsigned i = 0; i < a->pools.n || i < b->pools.n; i++) {
		const struct pool_conf *x = i < a->pools.n ? a->pools.item[i] : NULL,
				       *y = i < b->pools.n ? b->pools.item[i] : NULL, *any = y ? y : x;
		char name[NAME_LEN];

		snprintf(name, sizeof(name), "%.60s of %s", any->name, vs);
		if (x && y)
			preview_own(p, &backup_pool_block, x, y, name);
		else
			add(p, y ? CHANGE_ADDED : CHANGE_REMOVED, "backup_pool", name, any->head.node);
	}
}

static unsigned count_checks(const struct vs_conf *vs)
{
	unsigned n = 0;

	for (unsigned i = 0; i < vs->servers.n; i++)
		n += ((const struct rs_conf *)vs->servers.item[i])->checks.n;
	return n;
}

static void add_service(struct preview *p, enum change_what what, const struct vs_conf *vs)
{
	char name[CONF_NAME_LEN];
	struct change *ch = add(p, what, "virtual_server", vs_name(vs, name), vs->head.node);
	unsigned n = count_checks(vs);

	if (n)
		changes_effect(p->out, ch, "check", "%u check%s", n,
			what == CHANGE_ADDED ? (n == 1 ? " begins" : "s begin")
				: n == 1     ? " ends"
					     : "s end");
}

static void preview_services(struct preview *p)
{
	const struct conf_vec *a = &p->from->services, *b = &p->to->services;
	uint32_t *before = match_services(a, b), *after = match_services(b, a);
	char name[CONF_NAME_LEN];

	for (unsigned i = 0; i < a->n; i++)
		if (after[i] == MATCH_NONE && ((const struct vs_conf *)a->item[i])->lines.n)
			add_service(p, CHANGE_REMOVED, a->item[i]);
	for (unsigned i = 0; i < b->n; i++) {
		const struct vs_conf *vs = b->item[i];

		if (before[i] != MATCH_NONE) {
			preview_own(p, &virtual_server_block, a->item[before[i]], vs, vs_name(vs, name));
			preview_pools(p, a->item[before[i]], vs, vs_name(vs, name));
			preview_servers(p, a->item[before[i]], vs, vs_name(vs, name));
		} else if (vs->lines.n) {
			add_service(p, CHANGE_ADDED, vs);
		}
	}
	free(before);
	free(after);
}

/* The kernel's table. */

/* What the table shall be while every server is up. */
static struct ipvs_table table_of(const struct checkers_config *conf)
{
	struct services *s = services_new(conf, 0, NULL, (mono_t){ 0 });
	struct ipvs_table t;

	for (unsigned i = 0; i < s->n; i++)
		for (unsigned k = 0; k < s->list[i].conf->servers.n; k++)
			for (unsigned c = 0; c < s->list[i].servers[k].conf->checks.n; c++)
				service_known(&s->list[i], &s->list[i].servers[k])[c] = CHECK_UP;
	services_start(s);
	services_wanted(s, false, &t);
	services_free(s);
	return t;
}

static int by_entry(const void *a, const void *b)
{
	return plan_service_cmp(&((const struct entry *)a)->key, &((const struct entry *)b)->key);
}

static void index_entries(struct preview *p, const struct checkers_config *c)
{
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];
		unsigned n = match_entries(vs);
		struct ipvs_service *key = x_calloc(n + 1, sizeof(*key));

		match_table(vs, key);
		p->entries = x_realloc(p->entries, p->n_entries + n + 1, sizeof(*p->entries));
		for (unsigned k = 0; k < n; k++)
			p->entries[p->n_entries++] = (struct entry){ key[k], vs };
		free(key);
	}
}

/* Whose entry of the kernel's table it is; there is always one, as both tables come from the configurations. */
static const struct vs_conf *vs_of(const struct preview *p, const struct ipvs_service *s)
{
	const struct entry key = { .key = *s };
	const struct entry *e = bsearch(&key, p->entries, p->n_entries, sizeof(key), by_entry);

	return e->vs;
}

/* The entry of the service or server that a change to the table is about; one is made when no keyword of it differs. */
static struct change *entry_of(struct preview *p, const struct ipvs_change *c)
{
	const struct vs_conf *vs = vs_of(p, c->service);
	const struct rs_conf rs = { .addr = c->dest ? c->dest->addr : vs->addr, .port = c->dest ? c->dest->port : 0 };
	char service[CONF_NAME_LEN], name[NAME_LEN];
	struct change *ch;

	vs_name(vs, service);
	if (!c->dest)
		snprintf(name, sizeof(name), "%s", service);
	else
		server_name(service, &rs, name);
	ch = find(p, name);
	if (!ch && c->dest)
		ch = find(p, service); /* the service is new, or something all servers have */
	return ch ? ch : add(p, CHANGE_CHANGED, c->dest ? "real_server" : "virtual_server", name, NULL);
}

/* What becomes of the connections of what is removed. */
static void say_leaving(struct preview *p, struct change *ch, const char *whose, int64_t drain_usec)
{
	if (!drain_usec)
		changes_effect(p->out, ch, "cut", "%s connections end", whose);
	else
		changes_effect(p->out, ch, "drain", "no new connections; %s connections have %lld s to end", whose,
			(long long)(drain_usec / MONO_SEC));
}

static void say_op(struct preview *p, struct change *ch, const struct ipvs_change *c, unsigned n)
{
	const char *s = n == 1 ? "" : "s";
	const enum ipvs_op op = c->op;

	switch (op) {
	case IPVS_NEW_SERVICE:
		changes_effect(p->out, ch, "ipvs-add", "the service is added to the table");
		break;
	case IPVS_SET_SERVICE:
		changes_effect(p->out, ch, "ipvs-edit", "the service is edited, its connections stay");
		break;
	case IPVS_DEL_SERVICE:
		changes_effect(p->out, ch, "ipvs-remove", "the service is removed from the table");
		say_leaving(p, ch, "its", c->service->drain_usec);
		break;
	case IPVS_NEW_DEST:
		changes_effect(p->out, ch, "ipvs-add", "%u destination%s added", n, s);
		break;
	case IPVS_SET_DEST:
		changes_effect(p->out, ch, "ipvs-edit", "%u destination%s edited, connections stay", n, s);
		break;
	case IPVS_DEL_DEST:
		changes_effect(p->out, ch, "ipvs-remove", "%u destination%s removed", n, s);
		say_leaving(p, ch, n == 1 ? "its" : "their", c->service->drain_usec);
		break;
	case IPVS_OP_MAX:
		break;
	}
}

/* Changes come grouped by operation and service: those of one entry are said together. */
static void say_changes(struct preview *p, const struct ipvs_change *change, unsigned n)
{
	struct change *last = NULL;
	unsigned count = 0;
	const struct ipvs_change *of = NULL;

	for (unsigned i = 0; i < n; i++) {
		struct change *ch;

		if (change[i].service->fwmark == PLAN_GUARD_MARK || via_is_mark(change[i].service->fwmark))
			continue;
		ch = entry_of(p, &change[i]);
		if (last && (ch != last || change[i].op != of->op)) {
			say_op(p, last, of, count);
			count = 0;
		}
		last = ch;
		of = &change[i];
		count++;
	}
	if (last)
		say_op(p, last, of, count);
}

static void preview_table(struct preview *p)
{
	struct ipvs_table kernel = table_of(p->from), wanted = table_of(p->to);
	struct ipvs_change *change = x_calloc(plan_max(&wanted, &kernel) + 1, sizeof(*change));

	index_entries(p, p->to);
	index_entries(p, p->from);
	if (p->n_entries)
		qsort(p->entries, p->n_entries, sizeof(*p->entries), by_entry);
	say_changes(p, change, plan_make(&wanted, &kernel, &kernel, change));
	free(change);
	ipvs_table_done(&kernel);
	ipvs_table_done(&wanted);
}

static bool has_mark(const struct vs_conf *vs)
{
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		for (unsigned k = 0; k < rs->checks.n; k++)
			if (((const struct check_conf *)rs->checks.item[k])->how->fwmark)
				return true;
	}
	return false;
}

/* The probe process keeps no privilege for marks unless some check needs it. */
static bool needs_mark(const struct checkers_config *c)
{
	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		if (vs->lines.n && has_mark(vs))
			return true;
	}
	return false;
}

static void preview_probe(struct preview *p)
{
	struct change *ch;

	if (!p->from->services.n || !needs_mark(p->to) || needs_mark(p->from))
		return;
	ch = changes_add(p->out, CHANGE_CHANGED, "process", "probe", NULL);
	changes_effect(p->out, ch, "restart",
		"it starts anew with CAP_NET_RAW, for the fwmark of a check; states stay");
}

/* What is read and not supported yet. */
static void say_later(void *ctx, struct changes *c, struct change *ch, const void *from, const void *to)
{
	(void)ctx, (void)from, (void)to;
	changes_effect(c, ch, "later", "not supported yet: nothing happens");
}

static void preview_later(struct preview *p)
{
	for (const struct conf_item *it = checkers_root.items; it->name; it++) {
		const struct changes_named n = { it, p->from, p->to, say_later, NULL };
		bool is_named = it->type == CONF_BLOCK && it->block->args && !strcmp(it->block->args, "NAME");

		if (is_named && it->status == CONF_LATER && !it->is_merged && it->offset != CONF_NOWHERE)
			changes_named(p->out, &n);
	}
}

void checkers_preview(const struct checkers_config *from, const struct checkers_config *to, struct changes *out)
{
	struct preview p = { .out = out, .from = from, .to = to };

	changes_root(out, &checkers_root, from, to);
	preview_later(&p);
	preview_probe(&p);
	preview_services(&p);
	preview_table(&p);
	names_done(&p.names);
	free(p.entries);
}
