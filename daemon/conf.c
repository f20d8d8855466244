/* conf.c - see conf.h: one configuration from file to structs, by the tables of all floors. */
#include "daemon/conf.h"

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/overlay.h"
#include "conf/blame.h"
#include "conf/fits.h"
#include "conf/places.h"
#include "conf/sources.h"
#include "conf/suggest.h"
#include "conf/tree.h"
#include "daemon/host_names.h"
#include "daemon/kept.h"
#include "daemon/lint.h"
#include "daemon/routers.h"
#include "daemon/served.h"
#include "io/memfd.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kept tree again, or the lines of the file alone. */
static struct conf_tree *read_kept(const struct config_kept *k, bool is_file, struct report *r)
{
	struct conf_tree *t;
	const size_t len = is_file ? k->file_len : k->len;
	char *bytes = kept_read(k, len);

	if (!bytes)
		return NULL;
	t = tree_read_bytes(k->path, bytes, len, true, r);
	places_read(t, k->places, k->places_len);
	free(bytes);
	return t;
}

/* An empty tree with an error where it cannot be read any more. */
static struct conf_tree *read_accepted(const struct config_source *from, struct report *r)
{
	struct conf_tree *t = from->accepted->kept ? read_kept(from->accepted->kept, true, r) : NULL;
	const struct place at = { .file = from->path };

	if (t)
		return t;
	report_add(r, CONF_ERROR, &at, "the running configuration cannot be read again");
	return tree_read_bytes(from->path, "", 0, true, r);
}

static void read_tree(struct config *c, const struct config_source *from, struct fits *fits)
{
	const struct tree_options opt = { .config_id = from->config_id, .fits = fits, .sources = c->sources };

	if (from->accepted)
		c->tree = read_accepted(from, c->report);
	else
		c->tree = tree_read_file(from->path, &opt, c->report);
	c->file_end = c->tree->root.last_child;
	if (from->overlay_text)
		tree_add_bytes(c->tree, from->overlay_name, from->overlay_text, strlen(from->overlay_text), c->report);
}

struct config *config_read(const char *path, const char *config_id)
{
	const struct config_source from = { .path = path, .config_id = config_id };

	return config_read_source(&from);
}

enum { VIEWS = 3 };

static void views_of(struct config *c, struct conf_view views[VIEWS])
{
	views[0] = (struct conf_view){ &main_root, &c->main };
	views[1] = (struct conf_view){ &vrrp_root, &c->vrrp };
	views[2] = (struct conf_view){ &checkers_root, &c->checkers };
}

/* Looking for a user takes libraries of the system (nsswitch.conf(5)), which cost half a MiB: only where there are scripts. */
static bool has_default_user(void)
{
	return getpwnam("keepalived_script") != NULL;
}

static void try_host_names(const char *file, struct nearest *near, struct arena *a)
{
	host_names_try(host_names_roots, file, near, a);
}

static void set_default_user(struct config *c)
{
	if (!c->main.globals.script_user && c->has_default_user)
		c->main.globals.script_user = "keepalived_script";
}

/* From the tree to the structs. */
static void fill(struct config *c)
{
	struct conf_view views[VIEWS];
	struct conf_read rd;

	views_of(c, views);
	c->arena = arena_new();
	rd = (struct conf_read){ .report = c->report, .arena = c->arena, .names = try_host_names };
	schema_read(&rd, views, VIEWS, c->tree, true);
	c->allows = lint_config(c->tree, &c->vrrp, &c->checkers, c->main.globals.filter.priority, c->report);
	blame_errors(c->tree, c->report);
	c->has_scripts = rd.has_scripts;
	c->has_default_user = c->has_scripts && has_default_user();
	set_default_user(c);
}

static void keep_conflicts(struct config *c, struct arena *a)
{
	const struct conf_vec *all = &c->checkers.overlay;

	for (unsigned i = 0; i < all->n; i++) {
		const char *why = ((const struct overlay_entry *)all->item[i])->conflict;

		conf_vec_add(a, &c->conflicts, why ? arena_strdup(a, why) : NULL);
	}
}

/* The blocks that there are thousands of: main has tables of them. */
static bool is_in_table(const struct conf_node *n)
{
	static const char *const kinds[] = { "vrrp_instance", "vrrp_sync_group", "virtual_server" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(n->words[0].text, kinds[i]))
			return true;
	return false;
}

static void drop_blocks(struct conf_tree *t)
{
	struct conf_node **at = &t->root.children;

	while (*at)
		if (is_in_table(*at))
			*at = (*at)->next;
		else
			at = &(*at)->next;
}

/* What main goes on with, in an arena of its own: all but what is in the tables is read once more, of what was accepted. */
static void settle(struct config *c)
{
	struct conf_view views[VIEWS];
	struct conf_read rd = { .report = report_new(), .arena = arena_new() };

	c->routers = routers_new(&c->vrrp);
	c->served = served_new(&c->checkers);
	c->closed = accept_rules_new(&c->main.globals.filter, &c->vrrp);
	drop_blocks(c->tree);
	keep_conflicts(c, rd.arena);
	views_of(c, views);
	schema_read(&rd, views, VIEWS - 1, c->tree, false);
	set_default_user(c);
	for (unsigned i = 0; i < VIEWS - 1; i++)
		schema_forget(views[i].block, views[i].out);
	c->checkers = (struct checkers_config){ 0 };
	report_free(rd.report);
	arena_free(c->arena);
	c->arena = rd.arena;
	tree_free(c->tree);
	c->tree = NULL;
	c->file_end = NULL;
	c->allows = NULL;
	arena_fit(c->arena);
}

static struct hash overlay_hash(const char *text)
{
	return hash_of(text ? text : "", text ? strlen(text) : 0);
}

struct config *config_read_source(const struct config_source *from)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[VIEWS];
	struct fits *fits;

	views_of(c, views);
	c->report = report_new();
	c->sources = from->accepted ? sources_hold(from->accepted->sources) : sources_new();
	c->overlay_hash = overlay_hash(from->overlay_text);
	fits = fits_new(views, VIEWS);
	read_tree(c, from, fits);
	fits_free(fits);
	if (host_names_put(c->tree, host_names_roots))
		sources_vary(c->sources); /* their files are none of its */
	fill(c);
	return c;
}

static bool is_same_user(const struct config *c)
{
	return !c->has_scripts || c->has_default_user == has_default_user();
}

bool config_edits(const struct config *c, const char *overlay_text, struct source_edits *ret)
{
	const struct hash now = overlay_hash(overlay_text);

	*ret = (struct source_edits){ 0 };
	return hash_is_same(&now, &c->overlay_hash) && is_same_user(c) && sources_edits(c->sources, ret);
}

int config_keep(struct config *c)
{
	struct config_kept *k;
	int r = kept_new(c->tree, c->file_end, &k);

	if (r < 0)
		return r;
	c->kept = k;
	settle(c);
	return 0;
}

int config_part(const struct config *c, enum role role)
{
	return c->kept->fd[role == ROLE_VRRP ? PART_VRRP : PART_CHECKERS];
}

int config_whole(const struct config *c)
{
	char *bytes = kept_read(c->kept, c->kept->len);
	int fd = bytes ? memfd_of("vipd configuration", bytes, c->kept->len) : -EIO;

	free(bytes);
	return fd;
}

struct config *config_read_whole(int fd)
{
	struct config *c;
	char *bytes;
	size_t len;

	if (memfd_read(fd, &bytes, &len) < 0)
		return NULL;
	c = x_calloc(1, sizeof(*c));
	c->report = report_new();
	c->tree = tree_read_bytes("", bytes, len, true, c->report);
	free(bytes);
	fill(c);
	settle(c);
	return c;
}

struct config *config_recall(const struct config *c)
{
	struct config *again = x_calloc(1, sizeof(*again));

	again->report = report_new();
	again->tree = read_kept(c->kept, false, again->report);
	if (again->tree) {
		fill(again);
		return again;
	}
	config_free(again);
	return NULL;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	tree_free(c->tree);
	arena_free(c->arena);
	routers_free(c->routers);
	served_free(c->served);
	accept_rules_free(c->closed);
	kept_free(c->kept);
	sources_free(c->sources);
	report_free(c->report);
	free(c);
}
