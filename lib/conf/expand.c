/* expand.c - see expand.h: the way of one logical line. */
#include "conf/expand.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

enum { MIB = 1024 * 1024, USED_SLOTS_MIN = 256, LINE_COST = 16 };

static const struct expand_limits limits = {
	.produced = (size_t)128 * MIB,
	.memory = (size_t)512 * MIB,
	.read = (size_t)256 * MIB,
	.files = 10000,
	.rounds = 1000000,
};

static const char *node_label(struct arena *a)
{
	struct utsname u;

	if (uname(&u) < 0)
		return "";
	return arena_strndup(a, u.nodename, strcspn(u.nodename, "."));
}

struct expander *expand_new(struct conf_tree *t, struct report *r, const char *config_id, bool plain)
{
	struct expander *ex = x_calloc(1, sizeof(*ex));

	ex->tree = t;
	ex->report = r;
	ex->plain = plain;
	ex->limits = limits;
	ex->rounds = 1;
	ex->config_id = config_id ? arena_strdup(t->arena, config_id) : node_label(t->arena);
	build_init(&ex->build, t, r, plain);
	return ex;
}

/* The rest was not read: that braces are missing is no mistake of the file. */
static void close_all(struct builder *b)
{
	for (; b->current != &b->tree->root; b->current = b->current->parent)
		b->current->close = b->current->open;
	b->depth = 0;
}

void expand_free(struct expander *ex)
{
	expand_hidden_done(ex);
	if (ex->is_full)
		close_all(&ex->build);
	build_done(&ex->build);
	free(ex->used);
	free(ex);
}

void expand_stop(struct expander *ex, const struct place *at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!ex->is_full)
		report_add(ex->report, CONF_ERROR, at, "%s", text);
	ex->is_full = true;
	ex->hidden = (struct hidden){ 0 };
}

bool expand_room(struct expander *ex, size_t len, const struct place *at)
{
	ex->produced += len;
	if (ex->produced > ex->limits.produced)
		expand_stop(ex, at, "variables and repetitions expand to more than %zu MB", ex->limits.produced / MIB);
	else if (arena_used(ex->tree->arena) > ex->limits.memory)
		expand_stop(ex, at, "the configuration needs more than %zu MB of memory", ex->limits.memory / MIB);
	return !ex->is_full;
}

static size_t used_hash(const struct place *p)
{
	size_t h = (size_t)(uintptr_t)p->file * 31 + (size_t)(uintptr_t)p->used;

	h = (h * 31 + p->line) * 31 + p->column;
	return (h ^ h >> 17) * 0x9E3779B1u;
}

static const struct place **used_slot(const struct expander *ex, const struct place *at)
{
	size_t i = used_hash(at) & (ex->n_used_slots - 1);
	const struct place *p;

	for (; (p = ex->used[i]); i = (i + 1) & (ex->n_used_slots - 1))
		if (p->file == at->file && p->used == at->used && p->line == at->line && p->column == at->column)
			break;
	return &ex->used[i];
}

static void grow_used(struct expander *ex)
{
	const struct place **old = ex->used;
	unsigned n = ex->n_used_slots;

	if ((ex->n_used + 1) * 2 <= n)
		return;
	ex->n_used_slots = n ? n * 2 : USED_SLOTS_MIN;
	ex->used = x_calloc(ex->n_used_slots, sizeof(*ex->used));
	for (unsigned i = 0; i < n; i++)
		if (old[i])
			*used_slot(ex, old[i]) = old[i];
	free(old);
}

const struct place *expand_used(struct expander *ex, const struct place *at)
{
	const struct place **slot;
	struct place *copy;

	grow_used(ex);
	slot = used_slot(ex, at);
	if (!*slot) {
		copy = arena_alloc(ex->tree->arena, sizeof(*copy));
		*copy = *at;
		*slot = copy;
		ex->n_used++;
	}
	return *slot;
}

static bool is_name_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "$NAME=value". */
static bool define(struct expander *ex, const struct line *l)
{
	size_t n = 1;
	struct line value;
	bool is_digit = l->len > 1 && l->text[1] >= '0' && l->text[1] <= '9';
	struct place at;

	if (!l->len || l->text[0] != '$' || is_digit)
		return false;
	while (n < l->len && is_name_char(l->text[n]))
		n++;
	if (n < 2 || n == l->len || l->text[n] != '=')
		return false;
	at = line_place(l, 0, n);
	if (l->text[1] == '_') {
		report_add(ex->report, CONF_WARNING, &at, "names that begin with '_' are predefined ones");
		report_hint(ex->report, "this definition counts, until a version of vipd has a '%.*s' of its own",
			(int)(n < 64 ? n - 1 : 64), l->text + 1);
	}
	value = line_from(l, n + 1);
	if (!expand_room(ex, value.len, &at))
		return true;
	value = line_keep(&value, ex->tree->arena);
	expand_set(ex, l->text + 1, n - 1, &value);
	return true;
}

/* A text with line ends inside: each line goes its own way, so that a definition in it counts for the next one. */
static void expand_lines(struct expander *ex, const struct line *l, unsigned depth)
{
	size_t from = 0;

	while (from <= l->len && !ex->is_full) {
		const char *nl = from < l->len ? memchr(l->text + from, '\n', l->len - from) : NULL;
		size_t end = nl ? (size_t)(nl - l->text) : l->len;
		struct line part = line_cut(l, end);

		part = line_from(&part, from);
		expand_line(ex, &part, depth + 1);
		from = end + 1;
	}
}

static void build(struct expander *ex, const struct line *l)
{
	build_line(&ex->build, l);
	expand_global(ex);
}

static void expand_value(struct expander *ex, const struct line *l, unsigned depth)
{
	struct spotted out = { 0 };
	struct place at = line_place(l, 0, l->len);
	struct variable *multi = NULL;
	struct line done;
	int kind;

	ex->substitutions = 0;
	kind = expand_head(ex, l, &out, &multi);
	if (!kind)
		kind = expand_variables(ex, l, &out, &multi);
	done = spotted_line(&out);
	if (kind > 0 && expand_room(ex, out.len + LINE_COST, &at))
		expand_lines(ex, &done, depth);
	else if (kind == 0)
		build(ex, &done);
	if (multi)
		multi->is_open = false;
	spotted_done(&out);
}

/* An include that only appears behind a condition or out of a variable is not followed (keepalived.conf(5)). */
static bool is_late_include(struct expander *ex, const struct line *l, bool is_late)
{
	struct place at;

	if (!is_late || !expand_is_include(l))
		return false;
	at = line_place(l, 0, sizeof("include") - 1);
	report_add(ex->report, CONF_WARNING, &at, "include has no effect behind a condition or out of a variable");
	report_hint(ex->report, "put the condition into the file that is included, before each of its lines");
	return true;
}

void expand_line(struct expander *ex, const struct line *l, unsigned depth)
{
	struct line rest = line_from(l, 0);
	struct place at = line_place(&rest, 0, rest.len);
	bool is_late = depth > 0;

	if (!rest.len || ex->is_full || !expand_room(ex, depth ? LINE_COST : 0, &at) || expand_is_hidden(ex, &rest))
		return;
	if (depth > EXPAND_DEPTH) {
		expand_stop(ex, &at, "variables and repetitions are more than %d deep inside each other", EXPAND_DEPTH);
		return;
	}
	for (; rest.len && rest.text[0] == '@'; is_late = true)
		rest = expand_condition(ex, &rest);
	if (!rest.len || is_late_include(ex, &rest, is_late) || define(ex, &rest) || expand_repeat(ex, &rest, depth))
		return;
	if (memchr(rest.text, '$', rest.len))
		expand_value(ex, &rest, depth);
	else
		build(ex, &rest);
}
