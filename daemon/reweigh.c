/*
 * reweigh.c - see reweigh.h. Three texts in step: the lines of the files (sources.h) say which are others, the places (places.h)
 * which lines of the canonical bytes these are, and those bytes are copied with other numbers.
 */
#include "daemon/reweigh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/lines.h"
#include "checkers/lint.h"
#include "checkers/weights.h"
#include "conf/places.h"
#include "conf/sources.h"
#include "conf/suggest.h"
#include "daemon/conf.h"
#include "daemon/kept.h"
#include "io/memfd.h"

enum { EDITS_MAX = 1000, DIGITS = 5, SINK_ROOM = 16 * 1024 };

/* A line of a file: another number than before. */
struct edit {
	const char *path; /* of the sources that were */
	unsigned line;
	char from[DIGITS + 1], to[DIGITS + 1];
	bool is_found; /* in the canonical bytes */
};

/* What is to be written when all is well: the length of a number among the places. */
struct patch {
	size_t at;
	char len;
};

/* Bytes on their way into a descriptor. */
struct sink {
	int fd;
	size_t n;
	bool is_bad;
	char buf[SINK_ROOM];
};

struct reweigh {
	struct config *config;
	struct edit edit[EDITS_MAX]; /* in order of path and line */
	unsigned n;
	struct patch patch[EDITS_MAX];
	unsigned n_patches;
	long grown; /* bytes that the canonical form has more */
	bool in_checkers;
	struct sink all, checkers;
};

/* Lines of the files. */

/* "  weight 5 ": where its number is, as the canonical form writes one; 0: another line. */
static size_t number_in(const struct line *l, char ret[DIGITS + 1])
{
	static const char word[] = "weight";
	size_t at = 0, n = 0;

	while (at < l->len && (l->text[at] == ' ' || l->text[at] == '\t'))
		at++;
	if (l->len - at < sizeof(word) || memcmp(l->text + at, word, sizeof(word) - 1) != 0)
		return 0;
	at += sizeof(word) - 1;
	if (l->text[at] != ' ' && l->text[at] != '\t')
		return 0;
	while (at < l->len && (l->text[at] == ' ' || l->text[at] == '\t'))
		at++;
	while (at + n < l->len && n < DIGITS && l->text[at + n] >= '0' && l->text[at + n] <= '9')
		n++;
	if (n == 0 || at + n != l->len || (l->text[at] == '0' && n > 1))
		return 0;
	memcpy(ret, l->text + at, n);
	ret[n] = '\0';
	return at;
}

static bool take_line(void *ctx, const char *path, unsigned number, const struct line *from, const struct line *to)
{
	struct reweigh *r = ctx;
	struct edit *e = &r->edit[r->n];
	size_t at;

	if (r->n == EDITS_MAX)
		return false;
	*e = (struct edit){ .path = path, .line = number };
	at = number_in(from, e->from);
	if (!at || number_in(to, e->to) != at || memcmp(from->text, to->text, at) != 0)
		return false;
	r->n++;
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;
	const int order = strcmp(x->path, y->path);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

static struct edit *edit_at(struct reweigh *r, const struct place *at)
{
	const struct edit key = { .path = at->file ? at->file : "", .line = at->line };

	return bsearch(&key, r->edit, r->n, sizeof(key), by_place);
}

/* A file that is included twice was compared twice. */
static bool sort_edits(struct reweigh *r)
{
	qsort(r->edit, r->n, sizeof(r->edit[0]), by_place);
	for (unsigned i = 1; i < r->n; i++)
		if (by_place(&r->edit[i - 1], &r->edit[i]) == 0)
			return false;
	return r->n > 0;
}

/* The canonical bytes. */

static void flush(struct sink *s)
{
	s->is_bad |= write(s->fd, s->buf, s->n) != (ssize_t)s->n;
	s->n = 0;
}

static void pour(struct sink *s, const char *data, size_t len)
{
	while (len) {
		const size_t n = len < SINK_ROOM - s->n ? len : SINK_ROOM - s->n;

		memcpy(s->buf + s->n, data, n);
		s->n += n;
		data += n;
		len -= n;
		if (s->n == SINK_ROOM)
			flush(s);
	}
}

static void pour_line(struct reweigh *r, const char *text, size_t len)
{
	pour(&r->all, text, len);
	pour(&r->all, "\n", 1);
	if (!r->in_checkers)
		return;
	pour(&r->checkers, text, len);
	pour(&r->checkers, "\n", 1);
}

/* The same line with another number; false: it is no weight, or another one than the file had. */
static bool pour_edit(struct reweigh *r, struct edit *e, const struct places_line *p)
{
	char was[32], is[32];
	const int n_was = snprintf(was, sizeof(was), "\t\tweight %s", e->from);
	const int n_is = snprintf(is, sizeof(is), "\t\tweight %s", e->to);

	if (p->opens || p->closes || p->line->len != (size_t)n_was || memcmp(p->line->text, was, (size_t)n_was) != 0 ||
		r->n_patches == EDITS_MAX)
		return false;
	r->patch[r->n_patches++] = (struct patch){ p->len_at, (char)strlen(e->to) };
	r->grown += n_is - n_was;
	e->is_found = true;
	pour_line(r, is, (size_t)n_is);
	return true;
}

static bool each_line(void *ctx, const struct places_line *p)
{
	struct reweigh *r = ctx;
	struct edit *e = edit_at(r, &p->at);
	bool ok = true;

	if (p->depth == 0 && !p->closes)
		r->in_checkers = suggest_find(&checkers_root, p->line->text, strcspn(p->line->text, " \n")) != NULL;
	if (e)
		ok = pour_edit(r, e, p);
	else
		pour_line(r, p->line->text, p->line->len);
	return ok;
}

static bool seal(struct sink *s)
{
	flush(s);
	return !s->is_bad && memfd_seal(s->fd) == 0;
}

/* Both texts anew; false: some line of the files is none of theirs. */
static bool write_parts(struct reweigh *r)
{
	const struct config_kept *k = r->config->kept;
	struct lines *lines = memfd_lines(k->fd[PART_ALL]);
	bool ok = lines && r->all.fd >= 0 && r->checkers.fd >= 0 &&
		places_lines(lines, k->places, k->places_len, each_line, r);

	lines_free(lines);
	for (unsigned i = 0; ok && i < r->n; i++)
		ok = r->edit[i].is_found;
	return ok && seal(&r->all) && seal(&r->checkers);
}

/* What else there is. */

/* A finding shows its line. */
static bool has_finding(struct reweigh *r)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(r->config->report, i)); i++)
		if (edit_at(r, &f->at))
			return true;
	return false;
}

static bool quorums_fit(const struct checkers_config *c, const struct weight_edits *edits)
{
	for (unsigned i = 0; i < edits->n; i++)
		if (!checkers_lint_quorum_fits(c->services.item[edits->list[i].vs]))
			return false;
	return true;
}

static void turn_round(struct weight_edits *edits)
{
	for (unsigned i = 0; i < edits->n; i++) {
		struct weight_edit *e = &edits->list[i];
		const uint32_t from = e->from;

		e->from = e->to;
		e->to = from;
	}
}

/* The structs; false: they are as they were. */
static bool apply(struct checkers_config *c, struct weight_edits *edits)
{
	if (c->services.n != edits->n_vs || !quorums_fit(c, edits) || !weights_apply(edits, c))
		return false;
	if (quorums_fit(c, edits))
		return true;
	turn_round(edits);
	(void)weights_apply(edits, c);
	return false;
}

static bool apply_parts(struct reweigh *r)
{
	struct weight_edits edits;
	bool ok = weights_find(r->config->kept->fd[PART_CHECKERS], r->checkers.fd, &edits);

	ok = ok && edits.n == r->n_patches && apply(&r->config->checkers, &edits);
	weights_done(&edits);
	return ok;
}

static void swap(int *a, int *b)
{
	const int old = *a;

	*a = *b;
	*b = old;
}

static void commit(struct reweigh *r, struct sources *now)
{
	struct config_kept *k = r->config->kept;

	swap(&k->fd[PART_ALL], &r->all.fd);
	swap(&k->fd[PART_CHECKERS], &r->checkers.fd);
	k->len = (size_t)((long)k->len + r->grown);
	k->file_len = (size_t)((long)k->file_len + r->grown);
	for (unsigned i = 0; i < r->n_patches; i++)
		k->places[r->patch[i].at] = r->patch[i].len;
	sources_free(r->config->sources);
	r->config->sources = now;
}

unsigned config_reweigh(struct config *c, const char *overlay_text)
{
	struct reweigh *r = config_is_elsewise_current(c, overlay_text) ? x_calloc(1, sizeof(*r)) : NULL;
	struct sources *now;
	unsigned n = 0;

	if (!r)
		return 0;
	r->config = c;
	now = sources_edited(c->sources, take_line, r);
	r->all.fd = now ? memfd_empty("vipd configuration") : -1;
	r->checkers.fd = now ? memfd_empty("vipd configuration") : -1;
	if (now && sort_edits(r) && !has_finding(r) && write_parts(r) && apply_parts(r)) {
		n = r->n;
		commit(r, now);
		now = NULL;
	}
	sources_free(now);
	if (r->all.fd >= 0)
		close(r->all.fd);
	if (r->checkers.fd >= 0)
		close(r->checkers.fd);
	free(r);
	return n;
}
