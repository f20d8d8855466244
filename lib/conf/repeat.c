/* repeat.c - see expand.h: "~SEQ(var, start, step, end) line", "~SEQx(...)" and "~LST(var, a, b) line". */
#include "conf/expand.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 256, ROUNDS_MAX = 1000000 };

/* One argument: bytes of the text between the brackets. */
struct arg {
	const char *s;
	size_t len;
};

struct repeat {
	struct expander *ex;
	struct line rest; /* what is repeated */
	struct spot spot; /* where the values come from */
	unsigned depth;
	struct arg arg[ARGS_MAX];
	unsigned n;
};

static struct arg trimmed(const char *s, size_t len)
{
	while (len && line_is_blank(*s)) {
		s++;
		len--;
	}
	while (len && line_is_blank(s[len - 1]))
		len--;
	return (struct arg){ s, len };
}

/* The next comma outside braces from `pos` on, or the end; SIZE_MAX when the braces do not match. */
static size_t next_comma(const char *s, size_t len, size_t pos)
{
	int depth = 0;

	for (; pos < len && (s[pos] != ',' || depth); pos++) {
		depth += (s[pos] == '{') - (s[pos] == '}');
		if (depth < 0)
			return SIZE_MAX;
	}
	return depth ? SIZE_MAX : pos;
}

/* Splits at commas outside braces. The number of arguments, or 0 when there are too many or braces do not match. */
static unsigned split(const char *s, size_t len, struct arg *arg)
{
	unsigned n = 0;

	for (size_t from = 0; from <= len && n < ARGS_MAX;) {
		size_t end = next_comma(s, len, from);

		if (end == SIZE_MAX)
			return 0;
		arg[n++] = trimmed(s + from, end - from);
		from = end + 1;
	}
	return n < ARGS_MAX ? n : 0;
}

static void set_value(struct repeat *rp, const struct arg *name, const char *value, size_t len)
{
	struct spotted b = { 0 };
	struct line l;

	spotted_add(&b, value, len, &rp->spot);
	l = spotted_line(&b);
	l = line_keep(&l, rp->ex->tree->arena);
	expand_set(rp->ex, name->s, name->len, &l);
	spotted_done(&b);
}

static bool read_number(const struct arg *a, long *ret)
{
	char buf[32], *end;

	if (!a->len || a->len >= sizeof(buf))
		return false;
	memcpy(buf, a->s, a->len);
	buf[a->len] = '\0';
	errno = 0;
	*ret = strtol(buf, &end, 0);
	return !*end && !errno && *ret > -ROUNDS_MAX * 100L && *ret < ROUNDS_MAX * 100L;
}

/* (var, [start, [step,]] end), with keepalived's defaults. */
static bool read_sequence(const struct repeat *rp, long *start, long *step, long *end)
{
	if (rp->n < 2 || rp->n > 4 || !read_number(&rp->arg[rp->n - 1], end))
		return false;
	*start = *end > 0 ? 1 : -1;
	if (rp->n > 2 && !read_number(&rp->arg[1], start))
		return false;
	*step = *end >= *start ? 1 : -1;
	if (rp->n > 3 && !read_number(&rp->arg[2], step))
		return false;
	return *step && (*end - *start) / *step < ROUNDS_MAX;
}

static bool repeat_sequence(struct repeat *rp, bool is_hex)
{
	long start, step, end;
	char buf[32];

	if (!read_sequence(rp, &start, &step, &end))
		return false;
	for (long v = start; (step > 0 ? v <= end : v >= end) && !rp->ex->is_full; v += step) {
		int n = snprintf(buf, sizeof(buf), is_hex ? "%lx" : "%ld", v);

		set_value(rp, &rp->arg[0], buf, (size_t)n);
		expand_line(rp->ex, &rp->rest, rp->depth + 1);
	}
	return true;
}

/* "{a, b}" into its parts; a bare word is one part. */
static unsigned parts_of(const struct arg *a, struct arg *ret)
{
	if (a->len >= 2 && a->s[0] == '{' && a->s[a->len - 1] == '}')
		return split(a->s + 1, a->len - 2, ret);
	ret[0] = *a;
	return 1;
}

static bool repeat_list(struct repeat *rp)
{
	struct arg name[ARGS_MAX], value[ARGS_MAX];
	unsigned n_names = rp->n ? parts_of(&rp->arg[0], name) : 0;

	if (rp->n < 2 || !n_names)
		return false;
	for (unsigned i = 1; i < rp->n && !rp->ex->is_full; i++) {
		if (parts_of(&rp->arg[i], value) != n_names)
			return false;
		for (unsigned k = 0; k < n_names; k++)
			set_value(rp, &name[k], value[k].s, value[k].len);
		expand_line(rp->ex, &rp->rest, rp->depth + 1);
	}
	return true;
}

static bool starts_with(const struct line *l, const char *word)
{
	return l->len >= strlen(word) && !memcmp(l->text, word, strlen(word));
}

/* Fills rp from "~WORD(args) rest". The arguments' own variables are replaced in `args`. */
static bool read_repeat(struct repeat *rp, const struct line *l, struct spotted *args)
{
	const char *open = memchr(l->text, '(', l->len), *close = memchr(l->text, ')', l->len);
	struct spotted one = { 0 };
	struct line inner;
	size_t rest;

	if (!open || !close || close < open)
		return false;
	spotted_add_part(&one, l, 0, 1, rp->ex->tree->arena);
	rp->spot = one.spots[0];
	spotted_done(&one);
	rp->rest = line_from(l, (size_t)(close - l->text) + 1);
	inner = line_cut(l, (size_t)(close - l->text));
	inner = line_from(&inner, (size_t)(open - l->text) + 1);
	if (expand_variables(rp->ex, &inner, args, &rest) != 0)
		return false;
	rp->n = args->len ? split(args->text, args->len, rp->arg) : 0;
	return rp->n > 0 && rp->arg[0].len;
}

bool expand_repeat(struct expander *ex, const struct line *l, unsigned depth)
{
	struct repeat *rp;
	struct spotted args = { 0 };
	bool is_hex = starts_with(l, "~SEQx("), is_seq = is_hex || starts_with(l, "~SEQ("), ok;
	struct place at = line_place(l, 0, 4);

	if (!is_seq && !starts_with(l, "~LST("))
		return false;
	rp = x_calloc(1, sizeof(*rp));
	rp->ex = ex;
	rp->depth = depth;
	ok = read_repeat(rp, l, &args) && (is_seq ? repeat_sequence(rp, is_hex) : repeat_list(rp));
	if (!ok) {
		report_add(ex->report, CONF_ERROR, &at, "the arguments of this repetition cannot be read");
		report_hint(ex->report, "~SEQ(NAME, START, STEP, END) line   or   ~LST(NAME, VALUE, VALUE) line");
	}
	spotted_done(&args);
	free(rp);
	return true;
}
