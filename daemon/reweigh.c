/*
 * reweigh.c - see reweigh.h. Which line of the canonical form a line of the file became is told by the places that were kept; all
 * is read and written in small pieces, fresh memory is what costs.
 */
#include "daemon/reweigh.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/lint.h"
#include "checkers/weights.h"
#include "conf/places.h"
#include "conf/sources.h"
#include "daemon/conf.h"
#include "daemon/kept.h"
#include "daemon/served.h"
#include "io/memfd.h"
#include "io/message.h"

enum { WORDS_OF_WEIGHT = 2, LINE_ROOM = 32 };

/* A line of a file that has another number now. */
struct target {
	const struct source_edit *edit; /* borrowed */
	unsigned words;                 /* of the tree that are on it */
	bool is_done;
	char *len_byte; /* of the places: how long the number is */
};

struct reweighed {
	struct config *config;    /* borrowed */
	struct target *targets;   /* owned, ordered by line and path */
	unsigned n;               /* of them */
	struct places_walk *walk; /* owned */
	struct memfd_out *checkers;
	size_t at;                    /* in it */
	bool in_checkers;             /* the line is of a block of theirs */
	struct weights_walk *weights; /* owned; over the lines of the checkers */
	size_t block_at;              /* where the service of the line began */
	unsigned n_seen;              /* edits of services whose end was seen */
	struct kept_run *touched;     /* owned: the services with an edit, as they were */
	unsigned n_touched, cap_touched;
	int fd;                /* owned: theirs as it is now; -1: none */
	struct kept_run *runs; /* owned: where all is then */
	struct weight_edits edits;
};

static int by_line(const void *a, const void *b)
{
	const struct source_edit *x = ((const struct target *)a)->edit, *y = ((const struct target *)b)->edit;

	return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->path, y->path);
}

static struct target *target_at(const struct reweighed *w, const struct place *at)
{
	const struct source_edit edit = { .path = at->file, .line = at->line };
	const struct target key = { .edit = &edit };

	if (at->line < w->targets[0].edit->line || at->line > w->targets[w->n - 1].edit->line)
		return NULL; /* most of hundreds of thousands */
	return bsearch(&key, w->targets, w->n, sizeof(key), by_line);
}

/* Words of a line of the canonical form. */
static unsigned count_words(const char *s, size_t len)
{
	unsigned n = 1;
	bool in_quotes = false;

	for (size_t i = 0; i < len; i++) {
		if (in_quotes && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			in_quotes = !in_quotes;
		else if (s[i] == ' ' && !in_quotes)
			n++;
	}
	return n;
}

static void add_touched(struct reweighed *w, size_t end)
{
	if (w->n_touched == w->cap_touched) {
		w->cap_touched = w->cap_touched ? w->cap_touched * 2 : 16;
		w->touched = x_realloc(w->touched, w->cap_touched, sizeof(*w->touched));
	}
	w->touched[w->n_touched++] = (struct kept_run){ PART_CHECKERS, w->block_at, end - w->block_at };
	w->n_seen = w->edits.n;
}

/* The line as it was, and as it is now, each with its end behind it. False: they differ in more than the weight of a server. */
static bool put(struct reweighed *w, const struct memfd_line *from, const struct memfd_line *to)
{
	const uint32_t n_vs = w->edits.n_vs;

	if (!w->in_checkers)
		return from == to;
	memfd_out_put(w->checkers, to->text, to->len + 1);
	w->at += to->len + 1;
	if (!weights_walk_on(w->weights, from, to))
		return false;
	if (w->edits.n_vs > n_vs)
		w->block_at = from->at;
	if (w->edits.n > w->n_seen && from->len == 1 && *from->text == '}')
		add_touched(w, from->at + from->len + 1);
	return true;
}

/* The line with the other number. False: it is not what the file's line says. */
static bool put_target(struct reweighed *w, struct target *t, const struct memfd_line *l)
{
	char was[LINE_ROOM], is[LINE_ROOM];
	const int n = snprintf(was, sizeof(was), "\t\tweight %" PRIu32, t->edit->from);
	const int m = snprintf(is, sizeof(is), "\t\tweight %" PRIu32 "\n", t->edit->to);
	const struct memfd_line to = { is, (size_t)m - 1, l->at };

	if (t->is_done || l->len != (size_t)n || memcmp(l->text, was, l->len) != 0)
		return false;
	t->is_done = true;
	return put(w, l, &to);
}

/* The places of a line's words; the target that they are on, or NULL. */
static struct target *walk_words(struct reweighed *w, unsigned n)
{
	struct target *found = NULL;

	for (unsigned i = 0; i < n; i++) {
		const struct place at = places_walk_next(w->walk);
		struct target *t = target_at(w, &at);

		if (!t)
			continue;
		t->words++;
		t->len_byte = w->config->kept->places + places_walk_len_at(w->walk);
		found = t;
	}
	return found;
}

static bool take_line(struct reweighed *w, const struct memfd_line *l)
{
	size_t tabs = 0, len = l->len;
	const bool opens = len > 1 && !memcmp(l->text + len - 2, " {", 2);
	struct target *t;

	while (tabs < len && l->text[tabs] == '\t')
		tabs++;
	if (len - tabs == 1 && l->text[tabs] == '}') {
		(void)places_walk_next(w->walk);
		return put(w, l, l);
	}
	t = walk_words(w, count_words(l->text + tabs, len - tabs - (opens ? 2 : 0)));
	if (opens)
		(void)places_walk_next(w->walk);
	return t ? put_target(w, t, l) : put(w, l, l);
}

/* The lines of a run as they are now, and where. */
static bool write_run(struct reweighed *w, struct kept_run *run)
{
	struct memfd_lines *lines = memfd_lines_part(w->config->kept->fd[run->part], run->at, run->len);
	struct memfd_line l;
	const size_t at = w->at;
	int r = lines ? 1 : -1;

	w->in_checkers = run->part == PART_CHECKERS;
	while (r > 0 && (r = memfd_lines_next(lines, &l)) > 0)
		if (!take_line(w, &l))
			r = -1;
	memfd_lines_free(lines);
	if (w->in_checkers)
		*run = (struct kept_run){ PART_CHECKERS, at, w->at - at };
	return r == 0;
}

/* The part of the checkers with the new lines: all of it are runs. */
static bool write_part(struct reweighed *w)
{
	const struct config_kept *k = w->config->kept;
	bool ok = true;

	w->walk = places_walk_new(k->places, k->places_len);
	w->weights = weights_walk_new(&w->edits);
	w->checkers = memfd_out_new("vipd configuration");
	w->runs = x_calloc(k->n_runs, sizeof(*w->runs));
	memcpy(w->runs, k->runs, k->n_runs * sizeof(*w->runs));
	for (unsigned i = 0; ok && i < k->n_runs; i++)
		ok = write_run(w, &w->runs[i]);
	w->fd = memfd_out_end(w->checkers);
	places_walk_free(w->walk);
	weights_walk_free(w->weights);
	for (unsigned i = 0; ok && i < w->n; i++)
		ok = w->targets[i].is_done && w->targets[i].words == WORDS_OF_WEIGHT;
	return ok && w->fd >= 0;
}

/*
 * What a finding says of a line, it may say of another number in other words. What is missing on this machine stays said: status
 * looks at it anew when it is asked.
 */
static bool has_finding(struct report *r, const struct reweighed *w)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r, i)); i++)
		if (f->is_security || target_at(w, &f->at))
			return true;
	return false;
}

/* Whether nothing is said of the quorums of the services, as they are. */
static bool have_quorums(const struct checkers_config *c)
{
	for (unsigned i = 0; i < c->services.n; i++)
		if (!checkers_lint_has_quorum(c->services.item[i]))
			return false;
	return true;
}

/* The services with an edit, as they were. False: they cannot be read. */
static bool read_touched(const struct reweighed *w, struct conf_read *rd, struct checkers_config *ret)
{
	const struct conf_view view = { &checkers_root, ret };
	struct text blocks = { 0 };
	bool ok = true;

	for (unsigned i = 0; ok && i < w->n_touched; i++) {
		char *bytes = kept_read_run(w->config->kept, &w->touched[i]);

		ok = bytes != NULL;
		text_add_bytes(&blocks, bytes ? bytes : "", ok ? w->touched[i].len : 0);
		free(bytes);
	}
	ok = ok && schema_read_apart(rd, &view, text_str(&blocks), blocks.len) == 0;
	text_done(&blocks);
	return ok;
}

/* The edits as they are of these services alone. The caller frees. */
static struct msg_weight *edits_of_touched(const struct reweighed *w)
{
	struct msg_weight *list = x_calloc(w->edits.n, sizeof(*list));

	for (unsigned i = 0; i < w->edits.n; i++) {
		const bool is_next = i > 0 && w->edits.list[i].vs != w->edits.list[i - 1].vs;

		list[i] = w->edits.list[i];
		list[i].vs = i > 0 ? list[i - 1].vs + is_next : 0;
	}
	return list;
}

/* Whether the edits make of the services that have them what reading them anew would make, with nothing to say of it. */
static bool is_weight_alone(const struct reweighed *w)
{
	struct weight_edits edits = { .n = w->edits.n, .n_vs = w->n_touched };
	struct conf_read rd = { 0 };
	struct checkers_config c = { 0 };
	bool ok;

	if (w->edits.n != w->n || w->edits.n_vs != served_count(w->config->served))
		return false;
	edits.list = edits_of_touched(w);
	rd.arena = arena_new();
	rd.report = report_new();
	ok = read_touched(w, &rd, &c) && have_quorums(&c) && weights_apply(&edits, &c) && have_quorums(&c);
	report_free(rd.report);
	arena_free(rd.arena);
	weights_done(&edits);
	return ok;
}

static bool is_simple(const struct config *c)
{
	return c->kept && !c->conflicts.n && c->kept->file_len == c->kept->len;
}

struct reweighed *reweigh(struct config *c, const struct source_edits *edits)
{
	struct reweighed *w = is_simple(c) ? x_calloc(1, sizeof(*w)) : NULL;

	if (!w)
		return NULL;
	w->config = c;
	w->targets = x_calloc(edits->n, sizeof(*w->targets));
	w->n = edits->n;
	w->fd = -1;
	for (unsigned i = 0; i < edits->n; i++)
		w->targets[i].edit = &edits->list[i];
	qsort(w->targets, w->n, sizeof(*w->targets), by_line);
	if (!has_finding(c->report, w) && write_part(w) && is_weight_alone(w))
		return w;
	reweigh_done(w);
	return NULL;
}

void reweigh_take(struct reweighed *w, struct config *c)
{
	struct config_kept *k = c->kept;
	const int old = k->fd[PART_CHECKERS];
	struct kept_run *runs = k->runs;

	k->fd[PART_CHECKERS] = w->fd;
	w->fd = old;
	k->runs = w->runs;
	w->runs = runs;
	k->len = 0;
	for (unsigned i = 0; i < k->n_runs; i++)
		k->len += k->runs[i].len;
	k->file_len = k->len;
	for (unsigned i = 0; i < w->n; i++) {
		char digits[LINE_ROOM];

		*w->targets[i].len_byte = (char)snprintf(digits, sizeof(digits), "%" PRIu32, w->targets[i].edit->to);
	}
}

const struct weight_edits *reweigh_edits(const struct reweighed *w)
{
	return &w->edits;
}

void reweigh_done(struct reweighed *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	free(w->runs);
	free(w->touched);
	weights_done(&w->edits);
	free(w->targets);
	free(w);
}
