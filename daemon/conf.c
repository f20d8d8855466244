/* conf.c - see conf.h: one configuration from file to structs, by the tables of all floors. */
#include "daemon/conf.h"

#include "base/alloc.h"
#include "base/text.h"
#include "conf/blame.h"
#include "conf/fits.h"
#include "conf/places.h"
#include "conf/tree.h"
#include "daemon/lint.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

void config_write_file(const struct config *c, struct text *out)
{
	for (const struct conf_node *n = c->file_end ? c->tree->root.children : NULL; n; n = n->next) {
		tree_write_node(n, 0, out);
		if (n == c->file_end)
			break;
	}
}

static struct conf_tree *read_accepted(const struct config_source *from, struct report *r)
{
	struct text bytes = { 0 };
	struct conf_tree *t;

	config_write_file(from->accepted, &bytes);
	t = tree_read_bytes(from->path, text_str(&bytes), bytes.len, true, r);
	places_take(t, from->accepted->tree, from->accepted->file_end);
	text_done(&bytes);
	return t;
}

static void read_tree(struct config *c, const struct config_source *from, struct fits *fits)
{
	const struct tree_options opt = { .config_id = from->config_id, .fits = fits };

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

struct config *config_read_source(const struct config_source *from)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct fits *fits;
	struct conf_read rd;
	struct conf_view views[] = {
		{ &main_root, &c->main },
		{ &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers },
	};

	c->report = report_new();
	fits = fits_new(views, sizeof(views) / sizeof(views[0]));
	read_tree(c, from, fits);
	fits_free(fits);
	rd = (struct conf_read){ .report = c->report, .arena = c->tree->arena };
	schema_read(&rd, views, sizeof(views) / sizeof(views[0]), c->tree, true);
	c->allows = lint_config(c->tree, &c->vrrp, &c->checkers, c->main.globals.filter.priority, c->report);
	blame_errors(c->tree, c->report);
	if (!c->main.globals.script_user && getpwnam("keepalived_script"))
		c->main.globals.script_user = "keepalived_script";
	return c;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	tree_free(c->tree);
	report_free(c->report);
	free(c);
}
