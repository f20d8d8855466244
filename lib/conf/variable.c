/* variable.c - see expand.h: $NAME and ${NAME} in a line. Undefined ones stay as they are: scripts use '$' too. */
#include "conf/expand.h"

#include "base/alloc.h"

#include <errno.h>
#include <string.h>

enum { SUBSTITUTIONS_MAX = 10000, REFERENCE_MAX = 256 };

static bool is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t name_len(const char *s, size_t left)
{
	size_t n = 0;

	if (left && *s >= '0' && *s <= '9')
		return 0;
	while (n < left && is_name_char(s[n]))
		n++;
	return n;
}

static bool braced(const char *s, size_t left, struct reference *ret)
{
	const char *close = memchr(s, '}', left < REFERENCE_MAX ? left : REFERENCE_MAX);

	if (!close)
		return false;
	ret->is_braced = true;
	ret->name = s + 2;
	ret->name_len = name_len(s + 2, (size_t)(close - s) - 2);
	ret->args = ret->name + ret->name_len;
	ret->args_len = (size_t)(close - ret->args);
	ret->len = (size_t)(close - s) + 1;
	return ret->name_len && (!ret->args_len || line_is_blank(*ret->args));
}

/* Whether a reference begins at s. Without braces it must be followed by a blank or the end. */
static bool find_reference(const char *s, size_t left, struct reference *ret)
{
	*ret = (struct reference){ 0 };
	if (left < 2 || *s != '$')
		return false;
	if (s[1] == '{')
		return braced(s, left, ret);
	ret->name = s + 1;
	ret->name_len = name_len(s + 1, left - 1);
	ret->len = ret->name_len + 1;
	return ret->name_len && (ret->len == left || line_is_blank(s[ret->len]));
}

static size_t slot_of(const char *name, size_t len)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619U;
	return (h ^ h >> 15) % VARIABLE_SLOTS;
}

static struct variable *find_variable(const struct expander *ex, const char *name, size_t len)
{
	struct variable *v = ex->variables[slot_of(name, len)];

	while (v && (strncmp(v->name, name, len) || v->name[len]))
		v = v->next;
	return v;
}

void expand_set(struct expander *ex, const char *name, size_t len, const struct line *value)
{
	struct variable *v = find_variable(ex, name, len), **slot = &ex->variables[slot_of(name, len)];

	if (!v) {
		v = arena_alloc(ex->tree->arena, sizeof(*v));
		v->name = arena_strndup(ex->tree->arena, name, len);
		v->next = *slot;
		*slot = v;
	}
	v->value = *value;
}

/* A line at work, and what it becomes. */
struct expansion {
	struct expander *ex;
	struct spotted *out;
	struct variable *multi; /* a value of several lines: from it on everything is as it was written */
	unsigned depth;
};

static bool is_multi(const struct variable *v)
{
	return memchr(v->value.text, '\n', v->value.len);
}

static bool expand_into(struct expansion *e, const struct line *l);

/* Whether the value may be put here; otherwise that was reported. */
static bool may_replace(struct expansion *e, const struct variable *v, const struct place *at)
{
	struct expander *ex = e->ex;

	if (v->is_open)
		report_add(ex->report, CONF_ERROR, at, "the variable '%s' refers to itself", v->name);
	else if (e->depth >= EXPAND_DEPTH)
		report_add(ex->report, CONF_ERROR, at, "variables are more than %d deep inside each other",
			EXPAND_DEPTH);
	else if (++ex->substitutions > SUBSTITUTIONS_MAX)
		report_add(ex->report, CONF_ERROR, at, "more than %d variables are replaced in one line",
			SUBSTITUTIONS_MAX);
	else
		return expand_room(ex, v->value.len, at);
	return false;
}

/* Appends a variable's value with its own variables replaced. false once something was reported. */
static bool add_value(struct expansion *e, struct variable *v, const struct place *at)
{
	const struct place *used = expand_used(e->ex, at);
	struct spotted copy = { 0 };
	struct line value;
	bool ok;

	if (!may_replace(e, v, at))
		return false;
	if (!memchr(v->value.text, '$', v->value.len)) {
		spotted_add_used(e->out, &v->value, used, e->ex->tree->arena);
		return true;
	}
	spotted_add_used(&copy, &v->value, used, e->ex->tree->arena);
	value = spotted_line(&copy);
	v->is_open = true;
	e->depth++;
	ok = expand_into(e, &value);
	e->depth--;
	v->is_open = false;
	spotted_done(&copy);
	return ok;
}

/* Appends what a predefined name stands for; false when it stands for nothing. */
static bool add_predefined(struct expansion *e, const struct line *l, size_t pos, const struct reference *ref)
{
	struct place at = line_place(l, pos, ref->len);
	char buf[32];
	const char *value = expand_predefined(e->ex, ref, &at, buf, sizeof(buf));
	struct spotted one = { 0 };

	if (!value)
		return false;
	spotted_add_part(&one, l, pos, pos + 1, e->ex->tree->arena);
	spotted_add(e->out, value, strlen(value), &one.spots[0]);
	spotted_done(&one);
	return true;
}

/* Puts a value of several lines behind what there is; the caller goes on with its lines. */
static bool add_multi(struct expansion *e, struct variable *v, const struct place *at)
{
	if (!may_replace(e, v, at))
		return false;
	spotted_add_used(e->out, &v->value, expand_used(e->ex, at), e->ex->tree->arena);
	v->is_open = true;
	e->multi = v;
	return true;
}

/* The next '$' from `pos` on, or the end. */
static size_t next_dollar(const struct line *l, size_t pos)
{
	const char *p = pos < l->len ? memchr(l->text + pos, '$', l->len - pos) : NULL;

	return p ? (size_t)(p - l->text) : l->len;
}

/* Whether position `to` lies in double quotes, when `from` does or does not. */
static bool quoted_at(const struct line *l, size_t from, size_t to, bool in_quote)
{
	for (; from < to; from++) {
		if (l->text[from] == '\\')
			from++;
		else if (l->text[from] == '"')
			in_quote = !in_quote;
	}
	return in_quote;
}

/* One reference. true: *ret_done says whether it was replaced; false once something was reported. */
static bool replace(struct expansion *e, const struct line *l, size_t pos, const struct reference *ref, bool *ret_done)
{
	struct variable *v = find_variable(e->ex, ref->name, ref->name_len);
	struct place at = line_place(l, pos, ref->len);

	*ret_done = true;
	if (v && !is_multi(v))
		return add_value(e, v, &at);
	if (v)
		return add_multi(e, v, &at);
	*ret_done = add_predefined(e, l, pos, ref);
	return true;
}

/* A line into e->out. false once something was reported. */
static bool expand_into(struct expansion *e, const struct line *l)
{
	struct reference ref;
	size_t from = 0, seen = 0;
	bool in_quote = false, is_done;

	for (size_t i = next_dollar(l, 0); i < l->len; i = next_dollar(l, i)) {
		if (!find_reference(l->text + i, l->len - i, &ref)) {
			i++;
			continue;
		}
		spotted_add_part(e->out, l, from, i, e->ex->tree->arena);
		in_quote = quoted_at(l, seen, i, in_quote);
		from = seen = i;
		if (!replace(e, l, i, &ref, &is_done))
			return false;
		if (is_done)
			from += ref.len;
		else
			expand_undefined(e->ex, l, i, &ref, in_quote);
		i += ref.len;
		if (e->multi)
			break;
	}
	spotted_add_part(e->out, l, from, l->len, e->ex->tree->arena);
	return true;
}

int expand_head(struct expander *ex, const struct line *l, struct spotted *out, struct variable **ret)
{
	struct expansion e = { .ex = ex, .out = out };
	struct reference ref;
	struct variable *v;
	struct place at;

	if (!find_reference(l->text, l->len, &ref))
		return 0;
	v = find_variable(ex, ref.name, ref.name_len);
	if (!v || !v->value.len || !strchr("@~", v->value.text[0]))
		return 0;
	at = line_place(l, 0, ref.len);
	if (!add_multi(&e, v, &at))
		return -EINVAL;
	spotted_add_part(out, l, ref.len, l->len, ex->tree->arena);
	*ret = v;
	return 1;
}

int expand_variables(struct expander *ex, const struct line *l, struct spotted *out, struct variable **ret_multi)
{
	struct expansion e = { .ex = ex, .out = out };

	if (!expand_into(&e, l))
		return -EINVAL;
	*ret_multi = e.multi;
	return e.multi ? 1 : 0;
}
