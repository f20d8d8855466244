/* probe_config.c - see probe_config.h. */
#include "checkers/probe_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/shared.h"
#include "checkers/check_copy.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/weights.h"
#include "conf/report.h"
#include "conf/tree.h"

/* The LVS half of the configuration: hardly anything of it is about a check. */
struct whole {
	struct arena *arena;    /* owned */
	struct report *report;  /* owned */
	struct conf_tree *tree; /* owned; NULL without lines */
	struct checkers_config conf;
};

struct probe_config {
	struct whole *whole;        /* owned; NULL once it was forgotten */
	struct check_place *places; /* owned; NULL once it was forgotten */
	struct arena *arena;        /* owned: what places point to */
	uint32_t generation;
	uint32_t n_services;
	unsigned n, cap;
	unsigned needs; /* PROBE_NEEDS_ */
};

/* While places are added. */
struct adding {
	struct probe_config *to;
	struct shared *shared; /* owned: of the configuration's arena */
	struct check_place at;
	const struct vs_conf *vs;
};

static unsigned needs_of(const struct check_conf *conf)
{
	unsigned needs = conf->how->fwmark || conf->via_mark ? PROBE_NEEDS_MARK : 0;

	for (unsigned i = 0; i < conf->urls.n; i++)
		if (((const struct url_conf *)conf->urls.item[i])->digest)
			needs |= PROBE_NEEDS_DIGEST;
	return needs;
}

static void add_item(struct adding *a, const struct rs_conf *rs, const struct check_conf *conf)
{
	struct probe_config *c = a->to;
	char name[CONF_NAME_LEN];

	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->places = x_realloc(c->places, c->cap, sizeof(*c->places));
	}
	if (!a->at.service)
		a->at.service = arena_strdup(c->arena, vs_name(a->vs, name));
	if (!a->at.server)
		a->at.server = arena_strdup(c->arena, rs_name(rs, name));
	a->at.conf = check_copy(c->arena, a->shared, conf);
	c->places[c->n++] = a->at;
	c->needs |= needs_of(conf);
}

static void add_server(struct adding *a, uint32_t index)
{
	const struct rs_conf *rs = a->vs->servers.item[index];

	a->at.rs_index = index;
	a->at.server = NULL;
	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct check_conf *conf = rs->checks.item[i];

		a->at.check_index = i;
		if (checker_is_run(conf->how->checker))
			add_item(a, rs, conf);
	}
}

static void add_service(struct adding *a, uint32_t index)
{
	a->vs = a->to->whole->conf.services.item[index];
	a->at = (struct check_place){ .vs_index = index, .ha_suspend = a->vs->how->ha_suspend };
	for (uint32_t i = 0; a->vs->lines.n && i < a->vs->servers.n; i++)
		add_server(a, i);
}

static void add_all(struct probe_config *c)
{
	struct adding a = { .to = c, .shared = shared_new(c->arena) };

	c->n_services = c->whole->conf.services.n;
	for (uint32_t i = 0; i < c->n_services; i++)
		add_service(&a, i);
	shared_free(a.shared);
	arena_fit(c->arena);
}

static int read_whole(struct whole *w, const char *data, size_t len, bool with_lines)
{
	struct conf_view view = { &checkers_root, &w->conf };
	struct conf_read rd = { .report = w->report, .arena = w->arena };

	if (!with_lines)
		return schema_read_apart(&rd, &view, data, len);
	w->tree = tree_read_bytes("configuration", data, len, true, w->report);
	return schema_read(&rd, &view, 1, w->tree, false);
}

static void whole_free(struct whole *w)
{
	if (!w)
		return;
	tree_free(w->tree);
	report_free(w->report);
	arena_free(w->arena);
	free(w);
}

struct probe_config *probe_config_new(const char *data, size_t len, uint32_t generation, bool with_lines)
{
	struct probe_config *c = x_calloc(1, sizeof(*c));

	c->generation = generation;
	c->arena = arena_new();
	c->whole = x_calloc(1, sizeof(*c->whole));
	c->whole->arena = arena_new();
	c->whole->report = report_new();
	if (read_whole(c->whole, data, len, with_lines) < 0) {
		probe_config_free(c);
		return NULL;
	}
	add_all(c);
	return c;
}

void probe_config_forget(struct probe_config *c)
{
	whole_free(c->whole);
	free(c->places);
	c->whole = NULL;
	c->places = NULL;
}

const struct check_conf *probe_config_check(const struct probe_config *c, const struct check_place *place)
{
	const struct vs_conf *vs = c->whole->conf.services.item[place->vs_index];
	const struct rs_conf *rs = vs->servers.item[place->rs_index];

	return rs->checks.item[place->check_index];
}

void probe_config_free(struct probe_config *c)
{
	if (!c)
		return;
	whole_free(c->whole);
	free(c->places);
	arena_free(c->arena);
	free(c);
}

const struct checkers_config *probe_config_conf(const struct probe_config *c)
{
	return &c->whole->conf;
}

uint32_t probe_config_generation(const struct probe_config *c)
{
	return c->generation;
}

bool probe_config_fits(const struct probe_config *c, const struct weight_edits *e)
{
	if (e->n_vs && e->n_vs != c->n_services)
		return false;
	for (unsigned i = 0; i < e->n; i++)
		if (e->list[i].vs >= c->n_services)
			return false;
	return true;
}

void probe_config_renumber(struct probe_config *c, uint32_t generation)
{
	c->generation = generation;
}

unsigned probe_config_count(const struct probe_config *c)
{
	return c->n;
}

const struct check_place *probe_config_place(const struct probe_config *c, unsigned i)
{
	return &c->places[i];
}

const char *probe_config_key(const struct check_place *place, char *buf)
{
	snprintf(buf, PROBE_KEY_LEN, "%s %s %u", place->service, place->server, place->check_index);
	return buf;
}

unsigned probe_config_needs(const struct probe_config *c)
{
	return c->needs;
}
