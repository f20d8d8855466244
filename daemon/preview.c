/* preview.c - see preview.h. */
#include "daemon/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/preview.h"
#include "conf/change.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/findings.h"
#include "daemon/options.h"
#include "daemon/roles.h"
#include "io/message.h"
#include "vrrp/preview.h"

enum { EXIT_SAME = 0, EXIT_CHANGES = 1, EXIT_OLD_REFUSED = 2, EXIT_REFUSED = 4 };

struct preview {
	struct changes *changes; /* owned */
};

/* How many objects have an effect. */
struct sums {
	unsigned objects, fail_overs, may_fail_over, restarts, checks, cut;
};

/* A process that has no work any more stays, with an empty configuration. */
static void add_processes(struct changes *c, unsigned from, unsigned to)
{
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++) {
		unsigned bit = 1u << r;

		if (to & bit && !(from & bit))
			changes_effect(c, changes_add(c, CHANGE_ADDED, "process", role_str(r), NULL), "start",
				"it starts");
		else if (from & bit && !(to & bit))
			changes_effect(c, changes_add(c, CHANGE_CHANGED, "process", role_str(r), NULL), "idle",
				"it stays and has nothing to do");
	}
}

struct preview *preview_new(const struct config *from, const struct config *to, const struct options *o)
{
	struct preview *p = x_calloc(1, sizeof(*p));

	p->changes = changes_new();
	changes_root(p->changes, &main_root, &from->main, &to->main);
	vrrp_preview(&from->vrrp, &to->vrrp, p->changes);
	checkers_preview(&from->checkers, &to->checkers, p->changes);
	add_processes(p->changes, roles_of(o, from), roles_of(o, to));
	return p;
}

void preview_free(struct preview *p)
{
	if (!p)
		return;
	changes_free(p->changes);
	free(p);
}

bool preview_is_empty(const struct preview *p)
{
	return p->changes->list.n == 0;
}

static const struct change *change_at(const struct preview *p, unsigned i)
{
	return p->changes->list.item[i];
}

static bool has_effect(const struct change *ch, const char *id)
{
	for (unsigned i = 0; i < ch->effects.n; i++)
		if (!strcmp(((const struct change_effect *)ch->effects.item[i])->id, id))
			return true;
	return false;
}

static struct sums sums_of(const struct preview *p)
{
	struct sums s = { .objects = p->changes->list.n };

	for (unsigned i = 0; i < s.objects; i++) {
		const struct change *ch = change_at(p, i);

		s.fail_overs += has_effect(ch, "fail-over");
		s.may_fail_over += !has_effect(ch, "fail-over") &&
			(has_effect(ch, "may-fail-over") || has_effect(ch, "peer"));
		s.restarts += has_effect(ch, "restart");
		s.checks += has_effect(ch, "check");
		s.cut += has_effect(ch, "cut");
	}
	return s;
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

static void add_summary(const struct sums *s, struct text *out)
{
	if (!s->objects) {
		text_add(out, "nothing changes");
		return;
	}
	text_printf(out, "%u object%s change%s", s->objects, plural(s->objects), s->objects == 1 ? "s" : "");
	if (s->fail_overs)
		text_printf(out, ", %u fail-over%s if MASTER", s->fail_overs, plural(s->fail_overs));
	if (s->may_fail_over)
		text_printf(out, ", %u possible fail-over%s", s->may_fail_over, plural(s->may_fail_over));
	if (!s->fail_overs && !s->may_fail_over)
		text_add(out, ", no fail-over");
	if (s->cut)
		text_printf(out, ", connections of %u object%s end", s->cut, plural(s->cut));
	else
		text_add(out, ", no connection lost");
}

/* Text. */

static const char *const what_names[] = {
	[CHANGE_CHANGED] = "changed", [CHANGE_ADDED] = "added", [CHANGE_REMOVED] = "removed"
};
static const char *const cost_names[] = {
	[CONF_SAME] = "none", [CONF_LIVE] = "live", [CONF_REBIND] = "rebind", [CONF_RESTART] = "restart"
};

static void add_place(const char *file, unsigned line, struct text *out)
{
	if (file && line)
		text_printf(out, " (%s:%u)", file, line);
}

static void add_row(const struct change_row *row, struct text *out)
{
	if (row->from && row->to)
		text_printf(out, "    %s: %s -> %s", row->keyword, row->from, row->to);
	else if (row->from || row->to)
		text_printf(out, "    %s: %s %s", row->keyword, row->to ? "+" : "-", row->to ? row->to : row->from);
	else
		text_printf(out, "    %s", row->keyword);
	if (row->file)
		add_place(row->file, row->line, out);
	else if (row->to)
		text_add(out, " (inherited or default)");
	text_add(out, "\n");
}

static void add_change(const struct change *ch, struct text *out)
{
	text_printf(out, "%s%s%s: %s", ch->kind, ch->name ? " " : "", ch->name ? ch->name : "", what_names[ch->what]);
	if (ch->what != CHANGE_CHANGED || !ch->rows.n)
		add_place(ch->file, ch->line, out);
	text_add(out, "\n");
	for (unsigned i = 0; i < ch->rows.n; i++)
		add_row(ch->rows.item[i], out);
	for (unsigned i = 0; i < ch->effects.n; i++) {
		const struct change_effect *e = ch->effects.item[i];

		text_printf(out, "    = %s: %s\n", e->id, e->text);
	}
	if (!ch->effects.n)
		text_add(out, "    = none: taken over in place\n");
}

void preview_text(const struct preview *p, struct text *out)
{
	struct sums s = sums_of(p);

	for (unsigned i = 0; i < p->changes->list.n; i++)
		add_change(change_at(p, i), out);
	add_summary(&s, out);
	text_add(out, "\n");
}

/* JSON. */

static void write_row(const struct change_row *row, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "keyword", row->keyword);
	writer_str(w, "old", row->from);
	writer_str(w, "new", row->to);
	writer_str(w, "cost", cost_names[row->cost]);
	writer_str(w, "file", row->file);
	writer_int(w, "line", row->line);
	writer_int(w, "column", row->column);
	writer_end(w);
}

static void write_change(const struct change *ch, struct writer *w)
{
	writer_object(w, NULL);
	writer_str(w, "kind", ch->kind);
	writer_str(w, "name", ch->name);
	writer_str(w, "action", what_names[ch->what]);
	writer_str(w, "file", ch->file);
	writer_int(w, "line", ch->line);
	writer_array(w, "keywords");
	for (unsigned i = 0; i < ch->rows.n; i++)
		write_row(ch->rows.item[i], w);
	writer_end(w);
	writer_array(w, "effects");
	for (unsigned i = 0; i < ch->effects.n; i++) {
		const struct change_effect *e = ch->effects.item[i];

		writer_object(w, NULL);
		writer_str(w, "effect", e->id);
		writer_str(w, "text", e->text);
		writer_end(w);
	}
	writer_end(w);
	writer_end(w);
}

void preview_write(const struct preview *p, struct writer *w)
{
	struct sums s = sums_of(p);
	struct text line = { 0 };

	writer_array(w, "changes");
	for (unsigned i = 0; i < p->changes->list.n; i++)
		write_change(change_at(p, i), w);
	writer_end(w);
	add_summary(&s, &line);
	writer_object(w, "summary");
	writer_int(w, "objects", s.objects);
	writer_int(w, "fail_overs_if_master", s.fail_overs);
	writer_int(w, "possible_fail_overs", s.may_fail_over);
	writer_int(w, "restarts", s.restarts);
	writer_int(w, "checks", s.checks);
	writer_int(w, "connections_cut", s.cut);
	writer_str(w, "text", text_str(&line));
	writer_end(w);
	text_done(&line);
}

/* --diff. */

static void print_json(const struct preview *p)
{
	struct writer *w = writer_new();
	char *text;

	preview_write(p, w);
	text = writer_text(w, NULL);
	fputs(text, stdout);
	free(text);
	writer_free(w);
}

static void print_text(const struct preview *p)
{
	struct text t = { 0 };

	preview_text(p, &t);
	fputs(text_str(&t), stdout);
	text_done(&t);
}

static int print_plan(const struct config *from, const struct config *to, const struct options *o)
{
	struct preview *p = preview_new(from, to, o);
	int code = preview_is_empty(p) ? EXIT_SAME : EXIT_CHANGES;

	if (o->format == FINDINGS_JSON)
		print_json(p);
	else
		print_text(p);
	preview_free(p);
	return code;
}

int preview_run(const struct options *o)
{
	struct config *from = config_read(o->diff, o->config_id), *to = NULL;
	int code = EXIT_OLD_REFUSED;

	if (report_count(from->report, CONF_ERROR)) {
		findings_print(from->report, o->diff, o->format, stderr);
	} else {
		to = config_read(options_config_file(o), o->config_id);
		config_check_environment(to);
		if (report_get(to->report, 0))
			findings_print(to->report, options_config_file(o), o->format, stderr);
		code = report_count(to->report, CONF_ERROR) ? EXIT_REFUSED : print_plan(from, to, o);
	}
	config_free(to);
	config_free(from);
	return code;
}
