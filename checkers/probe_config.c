/* probe_config.c - see probe_config.h. */
#include "checkers/probe_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/weights.h"
#include "conf/report.h"
#include "conf/tree.h"

struct probe_config {
	struct arena *arena;    /* owned */
	struct report *report;  /* owned */
	struct conf_tree *tree; /* owned */
	struct checkers_config conf;
	uint32_t generation;
	struct check_place *places; /* owned; NULL once it was forgotten */
	unsigned n, cap;
	unsigned needs; /* PROBE_NEEDS_ */
};

static unsigned needs_of(const struct check_conf *conf)
{
	unsigned needs = conf->how->fwmark || conf->via_mark ? PROBE_NEEDS_MARK : 0;

	for (unsigned i = 0; i < conf->urls.n; i++)
		if (((const struct url_conf *)conf->urls.item[i])->digest)
			needs |= PROBE_NEEDS_DIGEST;
	return needs;
}

static void add_item(struct probe_config *c, const struct check_place *place)
{
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->places = x_realloc(c->places, c->cap, sizeof(*c->places));
	}
	c->places[c->n++] = *place;
	c->needs |= needs_of(place->conf);
}

static void add_server(struct probe_config *c, struct check_place *place)
{
	for (unsigned i = 0; i < place->rs->checks.n; i++) {
		place->check_index = i;
		place->conf = place->rs->checks.item[i];
		if (checker_is_run(place->conf->checker))
			add_item(c, place);
	}
}

static void add_service(struct probe_config *c, uint32_t index)
{
	const struct vs_conf *vs = c->conf.services.item[index];
	struct check_place place = { .vs_index = index, .vs = vs };

	if (!vs->lines.n)
		return;
	for (unsigned i = 0; i < vs->servers.n; i++) {
		place.rs_index = i;
		place.rs = vs->servers.item[i];
		add_server(c, &place);
	}
}

static int read_bytes(struct probe_config *c, const char *data, size_t len, bool with_lines)
{
	struct conf_view view = { &checkers_root, &c->conf };
	struct conf_read rd = { .report = c->report, .arena = c->arena };

	if (!with_lines)
		return schema_read_apart(&rd, &view, data, len);
	c->tree = tree_read_bytes("configuration", data, len, true, c->report);
	return schema_read(&rd, &view, 1, c->tree, false);
}

struct probe_config *probe_config_new(const char *data, size_t len, uint32_t generation, bool with_lines)
{
	struct probe_config *c = x_calloc(1, sizeof(*c));

	c->generation = generation;
	c->arena = arena_new();
	c->report = report_new();
	if (read_bytes(c, data, len, with_lines) < 0) {
		probe_config_free(c);
		return NULL;
	}
	for (uint32_t i = 0; i < c->conf.services.n; i++)
		add_service(c, i);
	return c;
}

void probe_config_forget(struct probe_config *c)
{
	schema_forget(&checkers_root, &c->conf);
	tree_free(c->tree);
	report_free(c->report);
	free(c->places);
	c->places = NULL;
	c->tree = NULL;
	c->report = NULL;
}

const struct check_conf *probe_config_check(const struct probe_config *c, const struct check_place *place)
{
	const struct vs_conf *vs = c->conf.services.item[place->vs_index];
	const struct rs_conf *rs = vs->servers.item[place->rs_index];

	return rs->checks.item[place->check_index];
}

void probe_config_free(struct probe_config *c)
{
	if (!c)
		return;
	free(c->places);
	tree_free(c->tree);
	report_free(c->report);
	arena_free(c->arena);
	free(c);
}

const struct checkers_config *probe_config_conf(const struct probe_config *c)
{
	return &c->conf;
}

uint32_t probe_config_generation(const struct probe_config *c)
{
	return c->generation;
}

bool probe_config_edit(struct probe_config *c, const struct weight_edits *e)
{
	return weights_apply(e, &c->conf);
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
	char vs[CONF_NAME_LEN], rs[CONF_NAME_LEN];

	snprintf(buf, PROBE_KEY_LEN, "%s %s %u", vs_name(place->vs, vs), rs_name(place->rs, rs), place->check_index);
	return buf;
}

unsigned probe_config_needs(const struct probe_config *c)
{
	return c->needs;
}
