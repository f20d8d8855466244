/* conf.c - see conf.h: one configuration from file to structs, by the tables of all floors. */
#include "daemon/conf.h"

#include "base/alloc.h"
#include "conf/blame.h"
#include "conf/fits.h"
#include "conf/tree.h"
#include "daemon/lint.h"

#include <pwd.h>
#include <stdlib.h>

struct config *config_read(const char *path, const char *config_id)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct tree_options opt = { .config_id = config_id };
	struct fits *fits;
	struct conf_read rd;
	struct conf_view views[] = {
		{ &main_root, &c->main },
		{ &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers },
	};

	c->report = report_new();
	opt.fits = fits = fits_new(views, sizeof(views) / sizeof(views[0]));
	c->tree = tree_read_file(path, &opt, c->report);
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
