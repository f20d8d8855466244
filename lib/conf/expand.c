/* expand.c - see expand.h: the way of one logical line. */
#include "conf/expand.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

enum { LINE_DEPTH = 64, PRODUCED_MAX = 512 * 1024 * 1024 };

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
	ex->config_id = config_id ? arena_strdup(t->arena, config_id) : node_label(t->arena);
	build_init(&ex->build, t, r, plain);
	return ex;
}

void expand_free(struct expander *ex)
{
	build_done(&ex->build);
	free(ex);
}

bool expand_room(struct expander *ex, size_t len, const struct place *at)
{
	ex->produced += len;
	if (ex->produced <= PRODUCED_MAX)
		return true;
	if (!ex->is_full)
		report_add(ex->report, CONF_ERROR, at, "variables and repetitions expand to more than %d MB",
			PRODUCED_MAX / 1024 / 1024);
	ex->is_full = true;
	return false;
}

/* "@id rest" and "@^id rest": the rest, or an empty line when the id does not fit. */
static struct line condition(const struct expander *ex, const struct line *l)
{
	bool is_not = l->len > 1 && l->text[1] == '^', is_equal;
	size_t start = is_not ? 2 : 1, end = start;

	while (end < l->len && !line_is_blank(l->text[end]))
		end++;
	is_equal = strlen(ex->config_id) == end - start && !memcmp(ex->config_id, l->text + start, end - start);
	return is_equal != is_not ? line_from(l, end) : line_cut(l, 0);
}

/* "$NAME=value". */
static bool define(struct expander *ex, const struct line *l)
{
	size_t n = 1;
	struct line value;
	bool is_digit = l->len > 1 && l->text[1] >= '0' && l->text[1] <= '9';

	if (!l->len || l->text[0] != '$' || is_digit)
		return false;
	while (n < l->len &&
		(l->text[n] == '_' || (l->text[n] >= '0' && l->text[n] <= '9') ||
			(l->text[n] >= 'A' && l->text[n] <= 'Z') || (l->text[n] >= 'a' && l->text[n] <= 'z')))
		n++;
	if (n < 2 || n == l->len || l->text[n] != '=')
		return false;
	value = line_from(l, n + 1);
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

static void expand_value(struct expander *ex, const struct line *l, unsigned depth)
{
	struct spotted out = { 0 };
	size_t rest = 0;
	struct place at = line_place(l, 0, l->len);
	struct line done;
	int kind;

	ex->substitutions = 0;
	kind = expand_variables(ex, l, &out, &rest);
	if (kind > 0)
		spotted_add_part(&out, l, rest, l->len, ex->tree->arena);
	done = spotted_line(&out);
	if (kind > 0 && expand_room(ex, out.len, &at))
		expand_lines(ex, &done, depth);
	else if (kind == 0 && l->text[0] == '$' && done.len && strchr("@~", done.text[0]))
		expand_line(ex, &done, depth + 1);
	else if (kind == 0)
		build_line(&ex->build, &done);
	spotted_done(&out);
}

/* An include that only appears behind a condition or out of a variable is not followed (keepalived.conf(5)). */
static bool is_late_include(struct expander *ex, const struct line *l, bool is_late)
{
	struct place at = line_place(l, 0, 7);

	if (!is_late || l->len < 8 || memcmp(l->text, "include", 7) || !line_is_blank(l->text[7]))
		return false;
	report_add(ex->report, CONF_WARNING, &at, "include has no effect behind a condition or out of a variable");
	return true;
}

void expand_line(struct expander *ex, const struct line *l, unsigned depth)
{
	struct line rest = line_from(l, 0);
	struct place at = line_place(&rest, 0, rest.len);
	bool is_late = depth > 0;

	for (; rest.len && rest.text[0] == '@'; is_late = true)
		rest = condition(ex, &rest);
	if (!rest.len || ex->is_full)
		return;
	if (depth > LINE_DEPTH) {
		report_add(ex->report, CONF_ERROR, &at, "this variable refers to itself");
		ex->is_full = true;
		return;
	}
	if (is_late_include(ex, &rest, is_late) || define(ex, &rest) || expand_repeat(ex, &rest, depth))
		return;
	if (memchr(rest.text, '$', rest.len))
		expand_value(ex, &rest, depth);
	else
		build_line(&ex->build, &rest);
}
