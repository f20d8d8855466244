/* repeat.c - see expand.h: "~SEQ(var, start, step, end) line", "~SEQx(...)" and "~LST(var, a, b) line". */
#include "conf/expand.h"

#include "base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 2000000000 };

/* A part of the text between the brackets. */
struct arg {
	size_t from, len;
};

/* A growing list of parts. */
struct args {
	struct arg *arg; /* owned */
	unsigned n, cap;
};

struct repeat {
	struct expander *ex;
	struct line all;     /* from the '~' on */
	struct line inner;   /* between the brackets, variables replaced */
	struct spotted buf;  /* owned: the bytes of inner */
	struct line rest;    /* what is repeated */
	struct spotted body; /* owned: the bytes of rest */
	struct args args;
	unsigned depth, blocks; /* blocks: open before the first round */
	long rounds;            /* done */
};

static bool is_sign(const struct repeat *rp, const struct arg *a, size_t i, char c)
{
	return a->len > i && rp->inner.text[a->from + i] == c;
}

static struct arg trimmed(const char *s, size_t from, size_t to)
{
	while (from < to && line_is_blank(s[from]))
		from++;
	while (to > from && line_is_blank(s[to - 1]))
		to--;
	return (struct arg){ from, to - from };
}

static void args_add(struct args *l, struct arg a)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->arg = x_realloc(l->arg, l->cap, sizeof(*l->arg));
	}
	l->arg[l->n++] = a;
}

/* Splits `of` at commas outside braces. false when the braces do not match. */
static bool split(const struct repeat *rp, const struct arg *of, struct args *ret)
{
	size_t from = of->from, end = of->from + of->len;
	unsigned depth = 0;

	ret->n = 0;
	for (size_t i = from; i <= end; i++) {
		char c = i < end ? rp->inner.text[i] : ',';

		if (c == '}' && !depth)
			return false;
		depth += (unsigned)(c == '{') - (unsigned)(c == '}');
		if (c != ',' || (depth && i < end))
			continue;
		args_add(ret, trimmed(rp->inner.text, from, i));
		from = i + 1;
	}
	return !depth;
}

/* "{a, b}" into its parts; a bare word is one part. */
static bool parts_of(const struct repeat *rp, const struct arg *a, struct args *ret)
{
	struct arg in = { a->from + 1, a->len - 2 };

	if (a->len >= 2 && is_sign(rp, a, 0, '{') && is_sign(rp, a, a->len - 1, '}'))
		return split(rp, &in, ret);
	ret->n = 0;
	args_add(ret, *a);
	return !memchr(rp->inner.text + a->from, '{', a->len);
}

static void report_arg(struct repeat *rp, const struct arg *a, const char *text)
{
	struct place at = line_place(&rp->inner, a->from, a->len);

	report_add(rp->ex->report, CONF_ERROR, &at, "%s", text);
}

/* The name that stands there, or false once that was reported. */
static bool is_name(struct repeat *rp, const struct arg *a)
{
	const char *s = rp->inner.text + a->from;
	size_t i = 0;

	while (i < a->len &&
		((s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z') || s[i] == '_' ||
			(i && s[i] >= '0' && s[i] <= '9')))
		i++;
	if (i && i == a->len)
		return true;
	report_arg(rp, a, "the name of a variable has letters, digits and '_' and begins with no digit");
	return false;
}

static void set_value(struct repeat *rp, const struct arg *name, const struct line *value)
{
	struct line kept = line_keep(value, rp->ex->tree->arena);

	expand_set(rp->ex, rp->inner.text + name->from, name->len, &kept);
}

/* The rest of the line once more. false: that was enough. */
static bool next_round(struct repeat *rp)
{
	struct expander *ex = rp->ex;
	struct place at = line_place(&rp->all, 0, 4);

	expand_line(ex, &rp->rest, rp->depth + 1);
	if (ex->is_full)
		return false;
	if (rp->rounds++ || ex->build.depth <= rp->blocks)
		return true;
	report_add(ex->report, CONF_ERROR, &at, "the repeated line opens a block that it does not close");
	report_hint(ex->report, "one line is repeated: put the block into a variable of several lines and repeat that");
	return false;
}

/* Whether so many rounds may be done, inside the repetitions around. */
static bool has_room(struct repeat *rp, long rounds)
{
	struct expander *ex = rp->ex;
	struct place at = line_place(&rp->all, 0, 4);

	if (rounds <= ex->limits.rounds / ex->rounds)
		return true;
	expand_stop(ex, &at, "this line would be repeated more than %ld times", ex->limits.rounds);
	return false;
}

/* A number: decimal, 0x hexadecimal, 0 octal; with a sign. */
static bool read_number(struct repeat *rp, const struct arg *a, long *ret)
{
	char buf[32] = "", *end = buf;

	errno = 0;
	if (a->len && a->len < sizeof(buf)) {
		memcpy(buf, rp->inner.text + a->from, a->len);
		*ret = strtol(buf, &end, 0);
	}
	if (end != buf && !*end && !errno && *ret >= -NUMBER_MAX && *ret <= NUMBER_MAX)
		return true;
	report_arg(rp, a, "a number from -2000000000 to 2000000000 is wanted here");
	return false;
}

struct sequence {
	long start, step, end;
};

/* (var, [start, [step,]] end): what is left out is 1, or -1 where the end lies below. */
static bool read_sequence(struct repeat *rp, struct sequence *s)
{
	const struct arg *a = rp->args.arg;
	unsigned n = rp->args.n;

	if (!is_name(rp, &a[0]) || !read_number(rp, &a[n - 1], &s->end))
		return false;
	s->start = s->end < 0 ? -1 : 1;
	if (n > 2 && !read_number(rp, &a[1], &s->start))
		return false;
	s->step = s->end >= s->start ? 1 : -1;
	return n < 4 || read_number(rp, &a[2], &s->step);
}

static bool is_possible(struct repeat *rp, const struct sequence *s, bool is_hex)
{
	const struct arg *a = &rp->args.arg[rp->args.n > 3 ? 2 : rp->args.n - 1];

	if (!s->step || (s->end > s->start && s->step < 0) || (s->end < s->start && s->step > 0))
		report_arg(rp, a, s->step ? "the step leads away from the end" : "a step of 0 never ends");
	else if (is_hex && (s->start < 0 || s->end < 0))
		report_arg(rp, &rp->args.arg[s->start < 0 && rp->args.n > 2 ? 1 : rp->args.n - 1],
			"~SEQx counts numbers from 0 on");
	else
		return has_room(rp, (s->end - s->start) / s->step + 1);
	return false;
}

static void repeat_sequence(struct repeat *rp, bool is_hex)
{
	struct sequence s = { 0 };
	struct spotted value = { 0 }, one = { 0 };
	struct line l;
	char buf[32];
	long rounds, around = rp->ex->rounds;

	if (!read_sequence(rp, &s) || !is_possible(rp, &s, is_hex))
		return;
	rounds = (s.end - s.start) / s.step + 1;
	rp->ex->rounds *= rounds;
	spotted_add_part(&one, &rp->all, 0, 1, rp->ex->tree->arena);
	for (long i = 0; i < rounds; i++) {
		int n = snprintf(buf, sizeof(buf), is_hex ? "%lx" : "%ld", s.start + i * s.step);

		value.len = 0;
		spotted_add(&value, buf, (size_t)n, &one.spots[0]);
		l = spotted_line(&value);
		set_value(rp, &rp->args.arg[0], &l);
		if (!next_round(rp))
			break;
	}
	rp->ex->rounds = around;
	spotted_done(&one);
	spotted_done(&value);
}

/* Sets the variables to the values of one entry. false once something was reported. */
static bool set_entry(struct repeat *rp, const struct args *names, const struct arg *entry, struct args *values)
{
	char text[96];

	if (!parts_of(rp, entry, values) || values->n != names->n) {
		snprintf(text, sizeof(text),
			names->n > 1 ? "%u values in braces are wanted here" : "one value is wanted here", names->n);
		report_arg(rp, entry, text);
		return false;
	}
	for (unsigned i = 0; i < names->n; i++) {
		struct line l = line_cut(&rp->inner, values->arg[i].from + values->arg[i].len);

		l = line_from(&l, values->arg[i].from);
		set_value(rp, &names->arg[i], &l);
	}
	return true;
}

static bool read_names(struct repeat *rp, struct args *ret)
{
	if (!parts_of(rp, &rp->args.arg[0], ret)) {
		report_arg(rp, &rp->args.arg[0], "the braces do not match");
		return false;
	}
	for (unsigned i = 0; i < ret->n; i++)
		if (!is_name(rp, &ret->arg[i]))
			return false;
	return true;
}

static void repeat_list(struct repeat *rp)
{
	struct args names = { 0 }, values = { 0 };
	long around = rp->ex->rounds;

	if (read_names(rp, &names) && has_room(rp, (long)rp->args.n - 1)) {
		rp->ex->rounds *= (long)rp->args.n - 1;
		for (unsigned i = 1; i < rp->args.n; i++)
			if (!set_entry(rp, &names, &rp->args.arg[i], &values) || !next_round(rp))
				break;
		rp->ex->rounds = around;
	}
	free(names.arg);
	free(values.arg);
}

/* Bytes up to and with the '(' of "~WORD (", or 0. */
static size_t head_len(const struct line *l, const char *word)
{
	size_t n = strlen(word);

	if (l->len < n || memcmp(l->text, word, n))
		return 0;
	while (n < l->len && line_is_blank(l->text[n]))
		n++;
	return n < l->len && l->text[n] == '(' ? n + 1 : 0;
}

static void report_form(struct repeat *rp, const char *text)
{
	struct place at = line_place(&rp->all, 0, rp->all.len);

	report_add(rp->ex->report, CONF_ERROR, &at, "%s", text);
	report_hint(rp->ex->report, "~SEQ(NAME, START, STEP, END) line   or   ~LST(NAME, VALUE, VALUE) line");
}

/* Reads "...) rest" from `open` on; the variables of the arguments are replaced. false once something was reported. */
static bool read_args(struct repeat *rp, size_t open, unsigned max)
{
	const char *close = memchr(rp->all.text + open, ')', rp->all.len - open);
	struct variable *multi = NULL;
	struct line l;
	int kind;

	if (!close) {
		report_form(rp, "the ')' of this repetition is missing");
		return false;
	}
	l = line_cut(&rp->all, (size_t)(close - rp->all.text));
	l = line_from(&l, open);
	kind = expand_variables(rp->ex, &l, &rp->buf, &multi);
	if (multi)
		multi->is_open = false;
	if (kind < 0)
		return false;
	l = line_from(&rp->all, (size_t)(close - rp->all.text) + 1);
	spotted_add_part(&rp->body, &l, 0, l.len, rp->ex->tree->arena);
	rp->rest = spotted_line(&rp->body);
	rp->inner = spotted_line(&rp->buf);
	if (kind > 0 || !split(rp, &(struct arg){ 0, rp->inner.len }, &rp->args) || rp->args.n < 2 ||
		rp->args.n > max) {
		report_form(rp, "the arguments of this repetition cannot be read");
		return false;
	}
	return true;
}

/* "~WORD(": meant as a repetition, and none. */
static bool is_misspelt(const struct line *l)
{
	size_t n = 1;

	while (n < l->len && ((l->text[n] >= 'A' && l->text[n] <= 'Z') || (l->text[n] >= 'a' && l->text[n] <= 'z')))
		n++;
	return n > 1 && n < l->len && l->text[0] == '~' && l->text[n] == '(';
}

bool expand_repeat(struct expander *ex, const struct line *l, unsigned depth)
{
	struct repeat rp = { .ex = ex, .all = *l, .depth = depth, .blocks = ex->build.depth };
	size_t hex = head_len(l, "~SEQx"), seq = hex ? hex : head_len(l, "~SEQ"), lst = head_len(l, "~LST");

	if (!seq && !lst && !is_misspelt(l))
		return false;
	ex->substitutions = 0;
	if (seq && read_args(&rp, seq, 4))
		repeat_sequence(&rp, hex);
	else if (lst && read_args(&rp, lst, ~0U))
		repeat_list(&rp);
	else if (!seq && !lst)
		report_form(&rp, "this repetition is neither ~SEQ, ~SEQx nor ~LST");
	free(rp.args.arg);
	spotted_done(&rp.buf);
	spotted_done(&rp.body);
	return true;
}
