/* overlay_change.c - see overlay_change.h. */
#include "daemon/overlay_change.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/tree.h"
#include "daemon/overlay_names.h"

enum { YEAR = 366 * 86400 };
enum verb { VERB_ADD, VERB_REMOVE, VERB_WEIGHT, VERB_DRAIN, VERB_UNDRAIN, VERB_ENABLE, VERB_DISABLE };

static const struct conf_choice server_verbs[] = { { "add", VERB_ADD }, { "remove", VERB_REMOVE },
	{ "weight", VERB_WEIGHT }, { "drain", VERB_DRAIN }, { "undrain", VERB_UNDRAIN }, { "enable", VERB_ENABLE },
	{ "disable", VERB_DISABLE }, { NULL, 0 } };
static const struct conf_choice service_verbs[] = { { "drain", VERB_DRAIN }, { "undrain", VERB_UNDRAIN },
	{ "enable", VERB_ENABLE }, { "disable", VERB_DISABLE }, { NULL, 0 } };

/* One change on its way. */
struct change {
	struct overlay_list *l;
	const struct overlay_world *w;
	struct conf_read rd;
	const struct conf_node *node;
	enum verb verb;
	const struct vs_conf *vs;
	struct overlay_entry e; /* vs, rs: as the status says them */
	bool is_as_file;        /* weight file */
};

uint32_t overlay_duration(const char *s)
{
	static const char units[] = "smhd";
	static const uint32_t seconds[] = { 1, 60, 3600, 86400 };
	uint64_t sum = 0;

	do {
		char *end;
		unsigned long n = strtoul(s, &end, 10);
		const char *unit = *end ? strchr(units, *end) : units;

		if (!isdigit((unsigned char)*s) || n > YEAR || !unit)
			return 0;
		sum += (uint64_t)n * seconds[unit - units];
		s = end + (*end != '\0');
	} while (*s && sum <= YEAR);
	return sum <= YEAR ? (uint32_t)sum : 0;
}

static int fail(struct change *c, unsigned word, const char *what)
{
	report_add(c->rd.report, CONF_ERROR, &c->node->words[word].at, "%s", what);
	return -EINVAL;
}

/* What the file has, with what the overlay has taken out of it. */
static bool is_in_file(const struct change *c, const char *rs)
{
	const struct rs_conf *conf = names_server(c->vs, rs);

	if (conf)
		return !conf->is_added;
	return overlay_list_find(c->w->accepted, OVERLAY_REMOVE, c->e.vs, rs) < c->w->accepted->n;
}

static bool has(const struct change *c, enum overlay_kind kind, const char *rs)
{
	return overlay_list_find(c->l, kind, c->e.vs, rs) < c->l->n;
}

static bool exists(const struct change *c, const char *rs)
{
	return has(c, OVERLAY_ADD, rs) || (is_in_file(c, rs) && !has(c, OVERLAY_REMOVE, rs));
}

/* Takes out what is said about this: 1, or 0 when nothing was. */
static int take_out(struct change *c, enum overlay_kind kind)
{
	int n = 0;

	for (unsigned i; (i = overlay_list_find(c->l, kind, c->e.vs, c->e.rs)) < c->l->n; n = 1)
		overlay_list_del(c->l, i);
	return n;
}

static bool same_str(const char *a, const char *b)
{
	return !a == !b && (!a || !strcmp(a, b));
}

/* Whether the line is there already; a new end, or a new reason, is a change. */
static bool is_said(const struct overlay_entry *old, const struct overlay_entry *e)
{
	return old->weight == e->weight && old->is_percent == e->is_percent && old->has_weight == e->has_weight &&
		old->admin == e->admin && same_str(old->like, e->like) && !old->until && !e->until &&
		(!e->reason || same_str(old->reason, e->reason));
}

static int put(struct change *c, enum overlay_kind kind)
{
	unsigned i = overlay_list_find(c->l, kind, c->e.vs, c->e.rs);

	c->e.kind = kind;
	if (i < c->l->n && is_said(&c->l->entry[i], &c->e))
		return 0;
	take_out(c, kind);
	overlay_list_add(c->l, &c->e);
	return 1;
}

static int do_add(struct change *c)
{
	const bool was_removed = take_out(c, OVERLAY_REMOVE);

	if (!is_in_file(c, c->e.rs))
		return put(c, OVERLAY_ADD);
	if (!c->e.has_weight)
		return was_removed;
	c->e.like = NULL;
	return put(c, OVERLAY_WEIGHT) || was_removed;
}

static int do_remove(struct change *c)
{
	const bool was_added = take_out(c, OVERLAY_ADD);

	(void)take_out(c, OVERLAY_WEIGHT);
	(void)take_out(c, OVERLAY_STATE);
	return is_in_file(c, c->e.rs) ? put(c, OVERLAY_REMOVE) : was_added;
}

static int do_undrain(struct change *c)
{
	unsigned i = overlay_list_find(c->l, OVERLAY_STATE, c->e.vs, c->e.rs);

	if (i == c->l->n)
		return 0;
	if (c->l->entry[i].admin != RS_DRAIN)
		return fail(c, 1, "it is disabled, not drained: say enable");
	return take_out(c, OVERLAY_STATE);
}

static int act(struct change *c)
{
	switch (c->verb) {
	case VERB_ADD:
		return do_add(c);
	case VERB_REMOVE:
		return do_remove(c);
	case VERB_WEIGHT:
		return c->is_as_file ? take_out(c, OVERLAY_WEIGHT) : put(c, OVERLAY_WEIGHT);
	case VERB_DRAIN:
		c->e.admin = RS_DRAIN;
		return put(c, OVERLAY_STATE);
	case VERB_DISABLE:
		c->e.admin = RS_DISABLED;
		return put(c, OVERLAY_STATE);
	case VERB_UNDRAIN:
		return do_undrain(c);
	case VERB_ENABLE:
		return take_out(c, OVERLAY_STATE);
	}
	return -EINVAL;
}

/* Words. */

static int read_service(struct change *c)
{
	const struct conf_word *w = conf_need_word(&c->rd, c->node, 2, "a service, as `vipctl status` names it");
	char name[CONF_NAME_LEN];

	if (!w)
		return -EINVAL;
	c->vs = names_service(c->w->conf, w->text);
	if (!c->vs) {
		names_unknown_service(c->w->conf, w, c->rd.report);
		return -EINVAL;
	}
	c->e.vs = arena_strdup(c->rd.arena, vs_name(c->vs, name));
	return 0;
}

/* The name at `w`, as the status says it; a port may be left out where that leaves one server, or the service's port. */
static const char *server_name(struct change *c, const struct conf_word *w)
{
	char name[CONF_NAME_LEN];

	if (names_endpoint(c->vs, w->text, name) == 0)
		return arena_strdup(c->rd.arena, name);
	report_add(c->rd.report, CONF_ERROR, &w->at, "'%s' is no server", w->text);
	report_hint(c->rd.report, "ADDRESS:PORT, as 10.0.0.1:80 or [2001:db8::1]:80");
	return NULL;
}

static int need_server(struct change *c, const struct conf_word *w, const char *rs)
{
	if (exists(c, rs))
		return 0;
	names_unknown_server(c->vs, w, rs, c->rd.report);
	return -EINVAL;
}

static int read_server(struct change *c)
{
	const struct conf_word *w = conf_need_word(&c->rd, c->node, 3, "a server, as `vipctl status` names it");

	c->e.rs = w ? server_name(c, w) : NULL;
	if (!c->e.rs)
		return -EINVAL;
	if (c->verb == VERB_ADD || (c->verb == VERB_REMOVE && has(c, OVERLAY_REMOVE, c->e.rs)))
		return 0;
	return need_server(c, w, c->e.rs);
}

static int read_for(struct change *c, unsigned i, const struct conf_word *value)
{
	uint32_t seconds = overlay_duration(value->text);

	if (c->verb == VERB_UNDRAIN || c->verb == VERB_ENABLE || c->is_as_file)
		return fail(c, i, "what gives back what the file says has no end");
	if (!seconds || c->e.since > UINT32_MAX - seconds) {
		report_add(c->rd.report, CONF_ERROR, &value->at, "'%s' is no duration", value->text);
		report_hint(c->rd.report, "90s, 15m, 1h30m, 2d: up to a year");
		return -EINVAL;
	}
	c->e.until = c->e.since + seconds;
	return 0;
}

static int read_like(struct change *c, const struct conf_word *value)
{
	const char *name = server_name(c, value);

	c->e.like = name;
	return name ? need_server(c, value, name) : -EINVAL;
}

static int read_option(struct change *c, unsigned i)
{
	const struct conf_word *w = &c->node->words[i], *value;

	if (c->verb == VERB_ADD && !strcmp(w->text, "weight"))
		return overlay_weight_read(&c->rd, c->node, i + 1, &c->e);
	value = conf_need_word(&c->rd, c->node, i + 1, "a value");
	if (!value)
		return -EINVAL;
	if (!strcmp(w->text, "for"))
		return read_for(c, i, value);
	if (!strcmp(w->text, "like") && c->verb == VERB_ADD)
		return read_like(c, value);
	if (!strcmp(w->text, "reason")) {
		c->e.reason = arena_strdup(c->rd.arena, value->text);
		return 0;
	}
	report_add(c->rd.report, CONF_ERROR, &w->at, "'%s' is not known here", w->text);
	report_hint(c->rd.report,
		c->verb == VERB_ADD ? "like SERVER, weight WEIGHT, for DURATION, reason TEXT"
				    : "for DURATION, reason TEXT");
	return -EINVAL;
}

static int read_weight(struct change *c, unsigned i)
{
	c->is_as_file = i < c->node->n_words && !strcmp(c->node->words[i].text, "file");
	return c->is_as_file ? 0 : overlay_weight_read(&c->rd, c->node, i, &c->e);
}

static int read_words(struct change *c)
{
	const bool is_service = !strcmp(c->node->words[0].text, "service");
	const struct conf_word *w;
	unsigned verb, i = is_service ? 3 : 4;

	if (!is_service && strcmp(c->node->words[0].text, "server") != 0)
		return fail(c, 0, "a change begins with 'server' or 'service'");
	w = conf_need_word(&c->rd, c->node, 1,
		is_service ? "drain, undrain, enable or disable"
			   : "add, remove, weight, drain, undrain, enable or disable");
	if (!w || conf_read_choice(&c->rd, w, is_service ? service_verbs : server_verbs, &verb) < 0)
		return -EINVAL;
	c->verb = (enum verb)verb;
	if (read_service(c) < 0 || (!is_service && read_server(c) < 0))
		return -EINVAL;
	if (c->verb == VERB_WEIGHT && read_weight(c, i++) < 0)
		return -EINVAL;
	for (; i < c->node->n_words; i += 2)
		if (read_option(c, i) < 0)
			return -EINVAL;
	return 0;
}

static void first_error(struct report *r, struct text *out)
{
	const struct finding *f = report_get(r, 0);

	text_printf(out, "%s%s%s", f ? f->text : "it cannot be read", f && f->hint ? ": " : "",
		f && f->hint ? f->hint : "");
}

int overlay_change(struct overlay_list *l, const struct overlay_world *w, const struct overlay_asker *who,
	const char *line, struct text *reterr)
{
	struct report *report = report_new();
	struct conf_tree *t = tree_read_bytes("change", line, strlen(line), true, report);
	struct change c = { .l = l, .w = w, .rd = { .report = report, .arena = t->arena }, .node = t->root.children };
	int r = -EINVAL;

	c.e.by = who->by;
	c.e.since = who->now;
	if (c.node && (c.node->next || c.node->is_block))
		report_add(report, CONF_ERROR, &c.node->words[0].at, "a change is one line");
	if (c.node && !report_count(report, CONF_ERROR))
		r = read_words(&c);
	if (r == 0)
		r = act(&c);
	if (r < 0)
		first_error(report, reterr);
	tree_free(t);
	report_free(report);
	return r;
}

/* Taking out. */

static bool is_meant(const struct overlay_entry *e, const char *vs, const char *rs)
{
	return !strcmp(e->vs, vs) && (!rs || (e->rs && !strcmp(e->rs, rs)));
}

static int drop(struct overlay_list *l, const char *vs, const char *rs)
{
	int n = 0;

	for (unsigned i = l->n; i > 0; i--) {
		if (vs && !is_meant(&l->entry[i - 1], vs, rs))
			continue;
		overlay_list_del(l, i - 1);
		n++;
	}
	return n;
}

/* Of a service, or of one of its servers: the first word and the second, if there is one. */
static int drop_named(struct overlay_list *l, const struct overlay_world *w, const struct conf_node *node,
	struct text *reterr)
{
	const char *name = node->words[0].text, *rs = node->n_words == 2 ? node->words[1].text : NULL;
	const struct vs_conf *vs = names_service(w->conf, name);
	char vs_text[CONF_NAME_LEN], rs_text[CONF_NAME_LEN];
	int n;

	if (rs && vs && names_endpoint(vs, rs, rs_text) == 0)
		rs = rs_text;
	n = drop(l, vs ? vs_name(vs, vs_text) : name, rs);
	if (n)
		return n;
	text_printf(reterr, "nothing is changed at %s%s%s: `vipctl overlay` lists what is", name, rs ? " " : "",
		rs ? rs : "");
	return -EINVAL;
}

/* One line of one or two words. */
static bool is_drop(const struct conf_node *node)
{
	return node && !node->next && !node->is_block && node->n_words <= 2;
}

int overlay_drop(struct overlay_list *l, const struct overlay_world *w, const char *words, struct text *reterr)
{
	struct report *report = report_new();
	struct conf_tree *t = tree_read_bytes("drop", words, strlen(words), true, report);
	const struct conf_node *node = t->root.children;
	int n = -EINVAL;

	if (!is_drop(node))
		text_add(reterr, "what: all, SERVICE or SERVICE SERVER?");
	else if (node->n_words == 1 && !strcmp(node->words[0].text, "all"))
		n = drop(l, NULL, NULL);
	else
		n = drop_named(l, w, node, reterr);
	tree_free(t);
	report_free(report);
	return n;
}
