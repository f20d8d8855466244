/* variable.c - see expand.h: $NAME and ${NAME} in a line. Undefined ones stay as they are: scripts use '$' too. */
#include "conf/expand.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { DEPTH_MAX = 32, SUBSTITUTIONS_MAX = 10000, RANDOM_MAX_DEFAULT = 32767 };

/* "$NAME" or "${NAME ARGS}" at a place of a line. */
struct reference {
	const char *name;
	size_t name_len, len; /* len: of the whole reference */
	const char *args;
	size_t args_len;
};

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
	const char *close = memchr(s, '}', left);

	if (!close)
		return false;
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

static const struct variable *find_variable(const struct expander *ex, const struct reference *ref)
{
	for (const struct variable *v = ex->variables; v; v = v->next)
		if (!strncmp(v->name, ref->name, ref->name_len) && !v->name[ref->name_len])
			return v;
	return NULL;
}

void expand_set(struct expander *ex, const char *name, size_t len, const struct line *value)
{
	struct reference ref = { .name = name, .name_len = len };
	struct variable *v = NULL;

	for (v = ex->variables; v; v = v->next)
		if (!strncmp(v->name, ref.name, len) && !v->name[len])
			break;
	if (!v) {
		v = arena_alloc(ex->tree->arena, sizeof(*v));
		v->name = arena_strndup(ex->tree->arena, name, len);
		v->next = ex->variables;
		ex->variables = v;
	}
	v->value = *value;
}

static bool is_called(const struct reference *ref, const char *name)
{
	return strlen(name) == ref->name_len && !memcmp(name, ref->name, ref->name_len);
}

static const char *random_value(const char *args, char *buf, size_t size)
{
	unsigned long low = 0, high = RANDOM_MAX_DEFAULT;
	uint32_t r = 0;

	if (sscanf(args, "%lu %lu", &low, &high) < 1)
		low = 0;
	if (getrandom(&r, sizeof(r), 0) < 0 || high < low || high > UINT32_MAX)
		high = low;
	snprintf(buf, size, "%lu", low + r % (high - low + 1));
	return buf;
}

/* The value of a predefined name, or NULL. */
static const char *predefined(const struct expander *ex, const struct reference *ref, char *buf, size_t size)
{
	char args[128] = "";
	const char *arg = args;

	if (ref->name[0] != '_' || ref->args_len >= sizeof(args))
		return NULL;
	memcpy(args, ref->args, ref->args_len);
	while (line_is_blank(*arg))
		arg++;
	if (is_called(ref, "_PWD"))
		return expand_directory(ex);
	if (is_called(ref, "_INSTANCE"))
		return ex->config_id;
	if (is_called(ref, "_HASH"))
		return "\\#";
	if (is_called(ref, "_BANG"))
		return "\\!";
	if (is_called(ref, "_ENV"))
		return getenv(arg);
	return is_called(ref, "_RANDOM") ? random_value(arg, buf, size) : NULL;
}

static bool expand_into(struct expander *ex, const struct line *l, struct spotted *out, unsigned depth);

static bool is_multi(const struct variable *v)
{
	return memchr(v->value.text, '\n', v->value.len);
}

/* Appends a variable's value. false: it refers to itself, or grows without end. */
static bool add_value(struct expander *ex, const struct variable *v, struct place at, struct spotted *out,
	unsigned depth)
{
	if (depth >= DEPTH_MAX)
		report_add(ex->report, CONF_ERROR, &at, "the variable '%s' refers to itself", v->name);
	else if (++ex->substitutions > SUBSTITUTIONS_MAX)
		report_add(ex->report, CONF_ERROR, &at, "more than %d variables are replaced in one line",
			SUBSTITUTIONS_MAX);
	else if (expand_room(ex, v->value.len, &at))
		return expand_into(ex, &v->value, out, depth + 1);
	return false;
}

/* Appends what the reference at `pos` stands for; false when it stands for nothing. */
static bool add_reference(struct expander *ex, const struct line *l, size_t pos, const struct reference *ref,
	struct spotted *out)
{
	char buf[32];
	const char *value = predefined(ex, ref, buf, sizeof(buf));
	struct spotted one = { 0 };

	if (!value)
		return false;
	spotted_add_part(&one, l, pos, pos + 1, ex->tree->arena);
	spotted_add(out, value, strlen(value), &one.spots[0]);
	spotted_done(&one);
	return true;
}

/* The next '$' from `pos` on, or the end. */
static size_t next_dollar(const struct line *l, size_t pos)
{
	const char *p = pos < l->len ? memchr(l->text + pos, '$', l->len - pos) : NULL;

	return p ? (size_t)(p - l->text) : l->len;
}

/* A line without values of several lines, into `out`. false once something was reported. */
static bool expand_into(struct expander *ex, const struct line *l, struct spotted *out, unsigned depth)
{
	struct reference ref;
	size_t from = 0;

	for (size_t i = next_dollar(l, 0); i < l->len; i = next_dollar(l, i)) {
		const struct variable *v;

		if (!find_reference(l->text + i, l->len - i, &ref)) {
			i++;
			continue;
		}
		spotted_add_part(out, l, from, i, ex->tree->arena);
		from = i;
		v = find_variable(ex, &ref);
		if (v && !is_multi(v)) {
			if (!add_value(ex, v, line_place(l, i, ref.len), out, depth))
				return false;
			from += ref.len;
		} else if (add_reference(ex, l, i, &ref, out)) {
			from += ref.len;
		}
		i += ref.len;
	}
	spotted_add_part(out, l, from, l->len, ex->tree->arena);
	return true;
}

int expand_variables(struct expander *ex, const struct line *l, struct spotted *out, size_t *ret_rest)
{
	struct reference ref;

	for (size_t i = 0; i < l->len; i++) {
		const struct variable *v;
		struct line part;

		if (!find_reference(l->text + i, l->len - i, &ref) || !(v = find_variable(ex, &ref)) || !is_multi(v))
			continue;
		part = line_cut(l, i);
		*ret_rest = i + ref.len;
		if (!expand_into(ex, &part, out, 0))
			return -EINVAL;
		spotted_add_part(out, &v->value, 0, v->value.len, ex->tree->arena);
		return 1;
	}
	return expand_into(ex, l, out, 0) ? 0 : -EINVAL;
}
