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
#include "daemon/overlay_service.h"
#include "daemon/served.h"

enum { YEAR = 366 * 86400 };
enum verb { VERB_ADD, VERB_REMOVE, VERB_WEIGHT, VERB_DRAIN, VERB_UNDRAIN, VERB_ENABLE, VERB_DISABLE };

static const struct conf_choice server_verbs[] = { { "add", VERB_ADD }, { "remove", VERB_REMOVE },
	{ "weight", VERB_WEIGHT }, { "drain", VERB_DRAIN }, { "undrain", VERB_UNDRAIN }, { "enable", VERB_ENABLE },
	{ "disable", VERB_DISABLE }, { NULL, 0 } };
static const struct conf_choice service_verbs[] = { { "add", VERB_ADD },
	{ "remove", VERB_REMOVE }, { "drain", VERB_DRAIN }, { "undrain", VERB_UNDRAIN },
	{ "enable", VERB_ENABLE }, { "disable", VERB_DISABLE }, { NULL, 0 } };

/* One change on its way. */
struct change {
	struct overlay_list *l;
	const struct overlay_world *w;
	struct conf_read rd;
	const struct conf_node *node;
	enum verb verb;
	struct served_service vs;
	struct overlay_entry e;      /* vs, rs: as the status says them */
	bool is_as_file;             /* weight file */
	const char *service, *words; /* service add: its name ("-": the words have all of it), its words or NULL */
	struct served *before;       /* owned: a service that was added by a line before; NULL: it was not asked for */
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
	struct served_server found;

	if (names_server(&c->vs, rs, &found))
		return !found.is_added;
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
		old->admin == e->admin && same_str(old->like, e->like) && same_str(old->block, e->block) &&
		!old->until && !e->until && (!e->reason || same_str(old->reason, e->reason));
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

/* Services. */

static int refuse(struct change *c, unsigned word, const char *what, const char *hint)
{
	report_add(c->rd.report, CONF_ERROR, &c->node->words[word].at, "%s %s", c->e.vs, what);
	report_hint(c->rd.report, "%s", hint);
	return -EINVAL;
}

static bool is_service_in_file(const struct change *c)
{
	struct served_service vs;

	if (names_service(c->w->services, c->e.vs, &vs))
		return !vs.is_added;
	return overlay_list_find(c->w->accepted, OVERLAY_REMOVE, c->e.vs, NULL) < c->w->accepted->n;
}

/* One service with its block: new, given back, or once more. */
static int add_service(struct change *c, const struct conf_node *block)
{
	const bool was_removed = take_out(c, OVERLAY_REMOVE);
	unsigned i = overlay_list_find(c->l, OVERLAY_ADD, c->e.vs, NULL);
	struct text text = { 0 };

	if (is_service_in_file(c) && c->words)
		return refuse(c, 2, "is a service of the configuration",
			"edit the file and reload, or change its servers by `vipctl server`");
	if (is_service_in_file(c))
		return was_removed;
	if (!c->words && i == c->l->n)
		return refuse(c, 2, "needs words",
			"service add NAME \"lvs_sched wrr; real_server 10.0.0.1 80 { TCP_CHECK { } }\"");
	if (c->words)
		tree_write_node(block, 0, &text);
	c->e.block = arena_strdup(c->rd.arena, c->words ? text_str(&text) : c->l->entry[i].block);
	text_done(&text);
	return put(c, OVERLAY_ADD);
}

static int bad_name(struct change *c)
{
	report_add(c->rd.report, CONF_ERROR, &c->node->words[2].at, "'%s' is no name of a service", c->service);
	report_hint(c->rd.report, "192.0.2.1:80/tcp, [2001:db8::1]:53/udp, \"fwmark 7\" or \"group web\"");
	return -EINVAL;
}

static int add_services(struct change *c)
{
	bool is_whole = !strcmp(c->service, "-");
	struct overlay_blocks b = { 0 };
	struct text text = { 0 };
	char name[CONF_NAME_LEN];
	int r = 0, sum = 0;

	if (is_whole)
		text_add(&text, c->words ? c->words : "");
	else
		r = overlay_block_write(c->service, c->words ? c->words : "", &text);
	if (r < 0)
		r = bad_name(c);
	else
		r = overlay_blocks_read(text_str(&text), true, &b, c->rd.report);
	for (unsigned i = 0; r >= 0 && i < b.conf.services.n; i++, sum |= r) {
		const struct vs_conf *vs = b.conf.services.item[i];

		c->e.vs = arena_strdup(c->rd.arena, vs_name(vs, name));
		r = add_service(c, vs->head.node);
	}
	overlay_blocks_done(&b);
	text_done(&text);
	return r < 0 ? r : sum;
}

static int remove_service(struct change *c)
{
	bool is_ours = is_service_in_file(c), is_gone = has(c, OVERLAY_REMOVE, NULL);
	unsigned n;

	if (is_gone)
		return put(c, OVERLAY_REMOVE);
	n = overlay_list_forget(c->l, c->e.vs);
	return is_ours ? put(c, OVERLAY_REMOVE) : n > 0;
}

static int act(struct change *c)
{
	const bool is_service = !c->e.rs;

	switch (c->verb) {
	case VERB_ADD:
		return is_service ? add_services(c) : do_add(c);
	case VERB_REMOVE:
		return is_service ? remove_service(c) : do_remove(c);
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

/* "192.0.2.1:80" is "192.0.2.1:80/tcp", too. */
static bool is_called(const char *name, const char *text)
{
	size_t len = strlen(text);

	return !strncmp(name, text, len) && (!name[len] || name[len] == '/');
}

/* A service that a line before has added or removed: the line; NULL: of none. */
static const struct overlay_entry *find_said(const struct overlay_list *l, enum overlay_kind kind, const char *text)
{
	for (unsigned i = l->n; i > 0; i--)
		if (l->entry[i - 1].kind == kind && !l->entry[i - 1].rs && is_called(l->entry[i - 1].vs, text))
			return &l->entry[i - 1];
	return NULL;
}

/* It does not run yet. */
static bool added_before(struct change *c, const char *text)
{
	const struct overlay_entry *e = find_said(c->l, OVERLAY_ADD, text);
	struct overlay_blocks b = { 0 };

	if (e && overlay_blocks_read(e->block, false, &b, c->rd.report) == 0)
		c->before = served_new(&b.conf);
	overlay_blocks_done(&b);
	return c->before && served_service(c->before, 0, &c->vs);
}

static int read_service(struct change *c)
{
	const struct conf_word *w = conf_need_word(&c->rd, c->node, 2, "a service, as `vipctl status` names it");
	const struct overlay_entry *gone = w ? find_said(c->l, OVERLAY_REMOVE, w->text) : NULL;
	char name[CONF_NAME_LEN];

	if (!w)
		return -EINVAL;
	if (gone) {
		c->e.vs = arena_strdup(c->rd.arena, gone->vs);
		return c->verb == VERB_REMOVE && !strcmp(c->node->words[0].text, "service")
			? 0
			: refuse(c, 2, "is removed", "`vipctl service add` gives it back");
	}
	if (!names_service(c->w->services, w->text, &c->vs) && !added_before(c, w->text)) {
		names_unknown_service(c->w->services, w, c->rd.report);
		return -EINVAL;
	}
	c->e.vs = arena_strdup(c->rd.arena, served_service_name(&c->vs, name));
	return 0;
}

/* `service add NAME|- [WORDS]`: *ret_next is the word behind. */
static int read_new_service(struct change *c, unsigned *ret_next)
{
	const struct conf_word *w = conf_need_word(&c->rd, c->node, 2, "a service, as 192.0.2.1:80/tcp"), *words;

	if (!w)
		return -EINVAL;
	c->service = w->text;
	words = c->node->n_words > 3 ? &c->node->words[3] : NULL;
	if (words && (!strcmp(words->text, "for") || !strcmp(words->text, "reason")))
		words = NULL;
	c->words = words ? words->text : NULL;
	*ret_next = words ? 4 : 3;
	return 0;
}

/* The name at `w`, as the status says it; a port may be left out where that leaves one server, or the service's port. */
static const char *server_name(struct change *c, const struct conf_word *w)
{
	char name[CONF_NAME_LEN];

	if (names_endpoint(&c->vs, w->text, name) == 0)
		return arena_strdup(c->rd.arena, name);
	report_add(c->rd.report, CONF_ERROR, &w->at, "'%s' is no server", w->text);
	report_hint(c->rd.report, "ADDRESS:PORT, as 10.0.0.1:80 or [2001:db8::1]:80");
	return NULL;
}

static int need_server(struct change *c, const struct conf_word *w, const char *rs)
{
	if (exists(c, rs))
		return 0;
	names_unknown_server(&c->vs, w, rs, c->rd.report);
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

	if (c->verb == VERB_ADD && c->e.rs && !strcmp(w->text, "weight"))
		return overlay_weight_read(&c->rd, c->node, i + 1, &c->e);
	value = conf_need_word(&c->rd, c->node, i + 1, "a value");
	if (!value)
		return -EINVAL;
	if (!strcmp(w->text, "for"))
		return read_for(c, i, value);
	if (!strcmp(w->text, "like") && c->verb == VERB_ADD && c->e.rs)
		return read_like(c, value);
	if (!strcmp(w->text, "reason")) {
		c->e.reason = arena_strdup(c->rd.arena, value->text);
		return 0;
	}
	report_add(c->rd.report, CONF_ERROR, &w->at, "'%s' is not known here", w->text);
	report_hint(c->rd.report,
		c->verb == VERB_ADD && c->e.rs ? "like SERVER, weight WEIGHT, for DURATION, reason TEXT"
					       : "for DURATION, reason TEXT");
	return -EINVAL;
}

static int read_weight(struct change *c, unsigned i)
{
	c->is_as_file = i < c->node->n_words && !strcmp(c->node->words[i].text, "file");
	return c->is_as_file ? 0 : overlay_weight_read(&c->rd, c->node, i, &c->e);
}

/* What is changed; the place of the first word behind it, 0: refused. */
static unsigned read_target(struct change *c, bool is_service)
{
	unsigned ret = is_service ? 3 : 4;

	if (is_service && c->verb == VERB_ADD)
		return read_new_service(c, &ret) < 0 ? 0 : ret;
	return read_service(c) < 0 || (!is_service && read_server(c) < 0) ? 0 : ret;
}

static int read_words(struct change *c)
{
	const bool is_service = !strcmp(c->node->words[0].text, "service");
	const struct conf_word *w;
	unsigned verb, i;

	if (!is_service && strcmp(c->node->words[0].text, "server") != 0)
		return fail(c, 0, "a change begins with 'server' or 'service'");
	w = conf_need_word(&c->rd, c->node, 1,
		is_service ? "add, remove, drain, undrain, enable or disable"
			   : "add, remove, weight, drain, undrain, enable or disable");
	if (!w || conf_read_choice(&c->rd, w, is_service ? service_verbs : server_verbs, &verb) < 0)
		return -EINVAL;
	c->verb = (enum verb)verb;
	i = read_target(c, is_service);
	if (i == 0)
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
	served_free(c.before);
	tree_free(t);
	report_free(report);
	return r;
}
