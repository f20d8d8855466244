/* services_world.h - configurations with their services, for tests of run state: `one`, then `two` after a reload. */
#ifndef TESTS_SERVICES_WORLD_H
#define TESTS_SERVICES_WORLD_H
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/service.h"
#include "conf/tree.h"

static const mono_t START = { 1000 };

/* A configuration and the services of it. */
struct world {
	struct checkers_config conf;
	struct conf_tree *tree;
	struct report *report;
	struct arena *arena;
	struct services *services;
};

static struct world one, two;

static void world_done(struct world *w)
{
	services_free(w->services);
	tree_free(w->tree);
	report_free(w->report);
	arena_free(w->arena);
	memset(w, 0, sizeof(*w));
}

static void teardown(void)
{
	world_done(&one);
	world_done(&two);
}

/* Services of `text`; states of `old` go over. services_start() is the caller's. */
static struct services *load(struct world *w, const char *text, uint32_t generation, const struct services *old)
{
	struct conf_view view = { &checkers_root, &w->conf };
	struct conf_read rd;

	w->report = report_new();
	w->arena = arena_new();
	rd = (struct conf_read){ .report = w->report, .arena = w->arena };
	w->tree = tree_read_bytes("test", text, strlen(text), true, w->report);
	ck_assert_int_eq(schema_read(&rd, &view, 1, w->tree, true), 0);
	w->services = services_new(&w->conf, generation, old, START);
	return w->services;
}
#endif
