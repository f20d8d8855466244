/*
 * environment.c - config_check_environment() of conf.h: what the configuration asks of this machine. Nothing here refuses a start:
 * an interface may appear later, a script may be installed later.
 */
#include "daemon/conf.h"

#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "conf/allow.h"
#include "conf/nearest.h"
#include "conf/tree.h"

#include "daemon/key_file.h"
#include "daemon/lint_local.h"
#include "daemon/lint_table.h"
#include "daemon/local_net.h"
#include "daemon/script_path.h"

/* The line of a keyword in a block (the last one counts), or NULL. */
static const struct conf_node *find_line(const struct conf_node *block, const char *keyword)
{
	const struct conf_node *found = NULL;

	for (const struct conf_node *n = block ? block->children : NULL; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			found = n;
	return found;
}

/* The interface that may be meant. */
static void hint_interface(struct report *r, const char *name)
{
	struct if_nameindex *all = if_nameindex();
	struct nearest near = nearest_start(name);

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		nearest_try(&near, i->if_name);
	if (near.name)
		report_hint(r, "did you mean '%s'?", near.name);
	if (all)
		if_freenameindex(all);
}

static void check_interface(struct report *r, const char *name, const struct place *at)
{
	bool is_mistake = name && strchr("=:$", *name); /* of the file, and said there */

	if (!name || is_mistake || if_nametoindex(name))
		return;
	report_add(r, CONF_ENVIRONMENT, at, "there is no interface '%s' on this machine (yet)", name);
	hint_interface(r, name);
}

/* A keyword's first value as an interface. */
static void check_interface_line(struct report *r, const struct conf_node *block, const char *keyword)
{
	const struct conf_node *n = find_line(block, keyword);

	if (n && n->n_words > 1)
		check_interface(r, n->words[1].text, &n->words[1].at);
}

static void check_instance_interfaces(struct report *r, const struct vrrp_conf *vi)
{
	const struct conf_node *track = find_line(vi->head.node, "track_interface");

	check_interface_line(r, vi->head.node, "interface");
	for (unsigned i = 0; i < vi->vips.n; i++) {
		const struct vrrp_vip *vip = vi->vips.item[i];

		if (vip->dev)
			check_interface(r, vip->dev, &vip->word->at);
	}
	for (const struct conf_node *n = track ? track->children : NULL; n; n = n->next)
		check_interface(r, n->words[0].text, &n->words[0].at);
}

static void check_check_interfaces(struct report *r, const struct rs_conf *rs)
{
	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct check_conf *check = rs->checks.item[i];

		check_interface_line(r, check->head.node, "bind_if");
	}
}

static void check_user(struct report *r, const char *user, const char *group, const struct place *at)
{
	if (user && !getpwnam(user))
		report_add(r, CONF_ENVIRONMENT, at, "there is no user '%s' on this machine", user);
	if (group && !getgrnam(group))
		report_add(r, CONF_ENVIRONMENT, at, "there is no group '%s' on this machine", group);
}

/* The name of a user, or the number of one without. */
static const char *owner(uid_t uid, char *buf, size_t size)
{
	const struct passwd *pw = getpwuid(uid);

	if (pw)
		snprintf(buf, size, "%s", pw->pw_name);
	else
		snprintf(buf, size, "user %u", (unsigned)uid);
	return buf;
}

/* A script that root runs must be root's alone, all the way down its path. */
static void check_security(struct report *r, const char *path, const struct script_conf *s)
{
	struct script_path_part part;
	char why[96], name[64];

	if (!script_path_is_unsafe(path, &part))
		return;
	if (part.is_foreign)
		snprintf(why, sizeof(why), "belongs to %s", owner(part.uid, name, sizeof(name)));
	else
		snprintf(why, sizeof(why), "is writable by others than its owner (mode %04o)", part.mode);
	lint_add(r, &daemon_lints[DAEMON_LINT_SCRIPT_UNSAFE], s->at,
		"root would run '%s', which others can change: %s %s", path, part.path, why);
	report_hint(r, "%s %s, or name another user behind the command",
		part.is_foreign && part.is_writable ? "chown root and chmod go-w"
			: part.is_foreign           ? "chown root"
						    : "chmod go-w",
		part.path);
}

static void report_script(struct report *r, const struct script_conf *s, int err)
{
	const char *command = s->argv[0];

	if (err == -ENOENT && !strchr(command, '/'))
		report_add(r, CONF_ENVIRONMENT, s->at, "the command '%s' is not found in PATH", command);
	else if (err == -ENOENT)
		report_add(r, CONF_ENVIRONMENT, s->at, "the script '%s' does not exist", command);
	else if (err == -EACCES)
		report_add(r, CONF_ENVIRONMENT, s->at, "the script '%s' is not executable", command);
	else
		report_add(r, CONF_ENVIRONMENT, s->at, "the script '%s' cannot be run: %s", command, strerror(-err));
	if (err == -EACCES && strchr(command, '/'))
		report_hint(r, "chmod +x %s", command);
}

/* An argument without quotes is read as the user, the next one as the group. */
static void check_script_user(struct report *r, const struct script_conf *s)
{
	unsigned before = report_count(r, CONF_ENVIRONMENT);

	check_user(r, s->user, NULL, s->at);
	if (report_count(r, CONF_ENVIRONMENT) > before)
		report_hint(r, "words after the command are USER GROUP; its arguments belong into its double quotes");
	check_user(r, NULL, s->group, s->at);
}

static void check_script(struct config *c, const struct script_conf *s)
{
	const struct main_globals *g = &c->main.globals;
	const struct passwd *pw;
	char path[4096];
	int err;

	if (!s || !s->argv || !s->argv[0])
		return;
	check_script_user(c->report, s);
	err = script_path_find(s->argv[0], path, sizeof(path));
	if (err < 0) {
		report_script(c->report, s, err);
		return;
	}
	pw = getpwnam(script_path_user(s->user, g->script_user));
	if (g->enable_script_security && pw && pw->pw_uid == 0)
		check_security(c->report, path, s);
}

static void check_vrrp(struct config *c)
{
	for (unsigned i = 0; i < c->vrrp.instances.n; i++) {
		const struct vrrp_conf *vi = c->vrrp.instances.item[i];
		const struct script_conf *const scripts[] = { vi->hooks->notify, vi->hooks->notify_master, vi->hooks->notify_backup,
			vi->hooks->notify_fault, vi->hooks->notify_stop, vi->hooks->notify_ensure,
			vi->hooks->pre_master, vi->hooks->pre_release, vi->hooks->notify_deleted, vi->hooks->notify_master_rx_lower_pri };

		check_instance_interfaces(c->report, vi);
		for (size_t k = 0; k < sizeof(scripts) / sizeof(scripts[0]); k++)
			check_script(c, scripts[k]);
	}
	for (unsigned i = 0; i < c->vrrp.scripts.n; i++) {
		const struct vrrp_script_conf *s = c->vrrp.scripts.item[i];

		check_script(c, &s->script);
	}
}

static void check_service(struct config *c, const struct vs_conf *vs)
{
	check_script(c, vs->how->quorum_up);
	check_script(c, vs->how->quorum_down);
	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		check_script(c, rs->how->notify_up);
		check_script(c, rs->how->notify_down);
		check_check_interfaces(c->report, rs);
	}
}

void config_check_environment(struct config *c)
{
	const struct main_globals *g = &c->main.globals;
	const struct conf_node *user = find_line(g->head.node, "script_user");
	struct local_net net;

	check_script(c, &g->startup);
	check_script(c, &g->shutdown);
	if (user)
		check_user(c->report, g->script_user, g->script_group, &user->words[user->n_words > 1].at);
	check_vrrp(c);
	key_file_read_all(c);
	for (unsigned i = 0; i < c->checkers.services.n; i++)
		check_service(c, c->checkers.services.item[i]);
	local_net_read(&net);
	lint_local(&c->vrrp, &c->checkers, &net, c->report);
	local_net_done(&net);
	allow_apply(c->allows, c->report);
}
