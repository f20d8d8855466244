/* via.c - see via.h. */
#include "checkers/via.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/schema_check.h"
#include "net/ipvs_table.h"

/* A hash may be followed by so many neighbours with the same one before the range is at its end. */
enum { SLACK = 0x10000, KEY_LEN = 96 };

/* One check on its way to a mark. */
struct wish {
	uint32_t hash;
	char key[KEY_LEN]; /* what the mark stands for */
	struct check_conf *check;
	const struct rs_conf *rs;
};

struct wishes {
	struct wish *item; /* owned */
	unsigned n, cap;
};

static const struct group_line *first_address(const struct vs_conf *vs)
{
	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];

		if (!line->fwmark)
			return line;
	}
	return NULL;
}

static bool seen(const struct check_conf *check, const char *keyword)
{
	return schema_seen(check->how->kind->block, check, keyword);
}

static int refuse(struct conf_read *rd, const struct check_conf *check, const char *what, const char *hint)
{
	report_add(rd->report, CONF_ERROR, &check->head.node->words[0].at, "%s", what);
	report_hint(rd->report, "%s", hint);
	return -1;
}

/* Where clients connect to: the first address of the service, unless the check says which. 0, or -1 once reported. */
static int set_target(struct conf_read *rd, const struct vs_conf *vs, struct check_conf *check)
{
	const struct group_line *line = first_address(vs);

	if (!seen(check, "connect_ip")) {
		if (!line)
			return refuse(rd, check, "via service: a service by mark has no address to connect to",
				"connect_ip with an address whose packets get the mark");
		check->connect_ip = line->first;
	}
	if (!seen(check, "connect_port") && line && line->port)
		check->connect_port = line->port;
	return 0;
}

static int rule(struct conf_read *rd, const struct rs_conf *rs, const struct check_conf *check)
{
	if (rs->how->forward == LVS_NAT)
		return refuse(rd, check, "via service: the server is reached by NAT",
			"by NAT a check of the server's own address goes the clients' way: leave out via");
	if (check->how->fwmark)
		return refuse(rd, check, "via service and fwmark exclude each other: the check's packets have one mark",
			"leave out fwmark");
	if (check->connect_ip.family != rs->addr.family && rs->how->forward != LVS_TUN)
		return refuse(rd, check, "via service: connect_ip is of the other address family than the server",
			"an address of the service");
	return 0;
}

/* FNV-1a, folded into the range but its end. */
static uint32_t hash_of(const char *key)
{
	uint32_t h = 0x811c9dc5;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x01000193;
	return (h ^ h >> 16) % (VIA_MARK_COUNT - SLACK);
}

static void wish_add(struct wishes *w, const struct rs_conf *rs, struct check_conf *check)
{
	char addr[ADDR_STRLEN];
	struct wish *x;

	if (w->n == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 16;
		w->item = x_realloc(w->item, w->cap, sizeof(*w->item));
	}
	x = &w->item[w->n++];
	*x = (struct wish){ .check = check, .rs = rs };
	snprintf(x->key, sizeof(x->key), "%u %s %u", (unsigned)check->connect_ip.family, addr_str(&rs->addr, addr),
		rs->how->forward);
	if (rs->how->forward == LVS_TUN)
		snprintf(x->key + strlen(x->key), sizeof(x->key) - strlen(x->key), " %u %u %u",
			(unsigned)rs->how->tunnel.wrap, (unsigned)rs->how->tunnel.checksum,
			(unsigned)rs->how->tunnel.port);
	x->hash = hash_of(x->key);
}

static void collect_server(struct conf_read *rd, struct wishes *w, const struct vs_conf *vs, const struct rs_conf *rs)
{
	for (unsigned i = 0; i < rs->checks.n; i++) {
		struct check_conf *check = rs->checks.item[i];

		if (check->how->via != CHECK_VIA_SERVICE || !vs->lines.n)
			continue;
		if (set_target(rd, vs, check) < 0 || rule(rd, rs, check) < 0)
			continue;
		check->via_server = &rs->addr;
		wish_add(w, rs, check);
	}
}

static int by_hash(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;

	return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : strcmp(x->key, y->key);
}

/* In order of the hashes each takes its own place, or the one after the last that is taken. */
static void give_marks(struct checkers_config *c, struct wishes *w)
{
	uint32_t next = 0;

	for (unsigned i = 0; i < w->n; i++) {
		struct wish *x = &w->item[i];

		if (!i || strcmp(x->key, x[-1].key) != 0) {
			uint32_t at = x->hash > next ? x->hash : next;

			if (at >= VIA_MARK_COUNT)
				return;
			next = at + 1;
			c->via[c->n_via++] = (struct via_entry){ VIA_MARK_FIRST + at, x->check->connect_ip.family,
				x->rs };
		}
		x->check->via_mark = c->via[c->n_via - 1].mark;
	}
}

void via_resolve(struct conf_read *rd, struct checkers_config *c)
{
	struct wishes w = { 0 };

	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		for (unsigned k = 0; k < vs->servers.n; k++)
			collect_server(rd, &w, vs, vs->servers.item[k]);
	}
	if (w.n) {
		qsort(w.item, w.n, sizeof(*w.item), by_hash);
		c->via = arena_alloc(rd->arena, w.n * sizeof(*c->via));
		give_marks(c, &w);
	}
	free(w.item);
}

unsigned via_count(const struct checkers_config *c)
{
	return c->n_via;
}

/* A destination's port does not matter for a service by mark: packets keep theirs. */
static struct ipvs_dest dest_of(const struct rs_conf *rs)
{
	struct ipvs_dest d = { .addr = rs->addr, .forward = (uint8_t)rs->how->forward, .weight = 1 };

	if (rs->how->forward != LVS_TUN)
		return d;
	d.tunnel = (uint8_t)rs->how->tunnel.wrap;
	d.tunnel_port = rs->how->tunnel.port;
	d.tunnel_flags = (uint8_t)rs->how->tunnel.checksum;
	return d;
}

void via_wanted(const struct checkers_config *c, struct ipvs_table *t)
{
	for (unsigned i = 0; i < c->n_via; i++) {
		const struct via_entry *e = &c->via[i];
		struct ipvs_service *s = &t->services[t->n_services++];

		*s = (struct ipvs_service){ .family = e->family,
			.fwmark = e->mark,
			.scheduler = "rr",
			.netmask = e->family == AF_INET ? UINT32_MAX : 128,
			.dests = t->dests + t->n_dests,
			.n_dests = 1 };
		t->dests[t->n_dests++] = dest_of(e->rs);
	}
}
