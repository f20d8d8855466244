/* weights.c - see weights.h: both texts line by line, with the depth of the blocks and what they are. */
#include "checkers/weights.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "io/memfd.h"
#include "io/message.h"

enum { WEIGHT_MAX = 65535, WEIGHT_DIGITS = 5, DEPTH_SERVER = 2 };

static const char weight[] = "\t\tweight ";

struct weights_walk {
	struct weight_edits *edits; /* borrowed */
	unsigned depth;
	bool in_service,
		in_server;  /* the block of depth 1 is a virtual_server; that of depth 2 is a real_server in it */
	uint32_t n_rs;      /* blocks so far in this service */
	unsigned n_weights; /* lines so far in this server */
	unsigned first;     /* edit of this service */
	bool is_edited;     /* this server */
};

static bool begins(const struct memfd_line *l, const char *word)
{
	const size_t n = strlen(word);

	return l->len >= n && !memcmp(l->text, word, n);
}

/* "\t\tweight 65535": its number, as the canonical form writes one that was written without frills; -1: another line. */
static int32_t weight_of(const struct memfd_line *l)
{
	const size_t n = sizeof(weight) - 1;
	int32_t value = 0;

	if (!begins(l, weight) || l->len == n || l->len > n + WEIGHT_DIGITS || (l->text[n] == '0' && l->len > n + 1))
		return -1;
	for (size_t i = n; i < l->len; i++) {
		if (l->text[i] < '0' || l->text[i] > '9')
			return -1;
		value = value * 10 + (l->text[i] - '0');
	}
	return value <= WEIGHT_MAX ? value : -1;
}

static void add(struct weight_edits *e, const struct msg_weight *one)
{
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 16;
		e->list = x_realloc(e->list, e->cap, sizeof(*e->list));
	}
	e->list[e->n++] = *one;
}

/* A line that is another one now. */
static bool is_edit(struct weights_walk *w, const struct memfd_line *a, const struct memfd_line *b)
{
	const int32_t from = weight_of(a), to = weight_of(b);

	if (w->depth != DEPTH_SERVER || !w->in_service || !w->in_server || from < 0 || to < 0)
		return false;
	add(w->edits, &(struct msg_weight){ w->edits->n_vs - 1, w->n_rs - 1, 0, (uint32_t)from, (uint32_t)to });
	w->is_edited = true;
	return true;
}

static void opened(struct weights_walk *w, const struct memfd_line *l)
{
	if (w->depth == 0) {
		w->in_service = begins(l, "virtual_server ");
		w->edits->n_vs += w->in_service;
		w->n_rs = 0;
		w->first = w->edits->n;
	} else if (w->depth == 1) {
		w->in_server = w->in_service && begins(l, "\treal_server ");
		w->n_rs += w->in_server;
		w->n_weights = 0;
		w->is_edited = false;
	}
	w->depth++;
}

static void closed(struct weights_walk *w)
{
	if (w->depth)
		w->depth--;
	for (unsigned i = w->first; !w->depth && i < w->edits->n; i++)
		w->edits->list[i].n = w->n_rs;
}

/* Braces inside of words are in quotes: these are those of blocks. */
static void follow(struct weights_walk *w, const struct memfd_line *l)
{
	if (l->len > 1 && !memcmp(l->text + l->len - 2, " {", 2))
		opened(w, l);
	else if (l->len == w->depth && l->len && l->text[l->len - 1] == '}')
		closed(w);
	else if (w->depth == DEPTH_SERVER && begins(l, "\t\tweight"))
		w->n_weights++;
}

/* Of two lines of one server the last one counts: whoever writes so is read anew. */
static bool is_only(const struct weights_walk *w)
{
	return w->depth != DEPTH_SERVER || !w->is_edited || w->n_weights <= 1;
}

struct weights_walk *weights_walk_new(struct weight_edits *ret)
{
	struct weights_walk *w = x_calloc(1, sizeof(*w));

	*ret = (struct weight_edits){ 0 };
	w->edits = ret;
	return w;
}

bool weights_walk_on(struct weights_walk *w, const struct memfd_line *from, const struct memfd_line *to)
{
	const bool is_same = from->len == to->len && !memcmp(from->text, to->text, from->len);

	if (!is_same && !is_edit(w, from, to))
		return false;
	follow(w, to);
	return is_only(w);
}

void weights_walk_free(struct weights_walk *w)
{
	free(w);
}

static bool walk(struct weights_walk *w, struct memfd_lines *a, struct memfd_lines *b)
{
	struct memfd_line x, y;

	for (;;) {
		const int has_x = memfd_lines_next(a, &x), has_y = memfd_lines_next(b, &y);

		if (has_x < 0 || has_x != has_y)
			return false;
		if (!has_x)
			return true;
		if (!weights_walk_on(w, &x, &y))
			return false;
	}
}

bool weights_find(int from, int to, struct weight_edits *ret)
{
	struct memfd_lines *a = memfd_lines_new(from), *b = memfd_lines_new(to);
	struct weights_walk *w = weights_walk_new(ret);
	const bool ok = a && b && walk(w, a, b);

	memfd_lines_free(a);
	memfd_lines_free(b);
	weights_walk_free(w);
	if (!ok)
		weights_done(ret);
	return ok;
}

bool weights_told(const struct message *m, uint32_t generation, struct weight_edits *ret)
{
	const struct msg_config *head = m->data;
	const size_t len = m->len - sizeof(*head);

	*ret = (struct weight_edits){ 0 };
	if (!head->was || head->was != generation)
		return false;
	ret->n = ret->cap = (unsigned)(len / sizeof(*ret->list));
	ret->list = x_calloc(ret->n, sizeof(*ret->list));
	memcpy(ret->list, (const char *)m->data + sizeof(*head), ret->n * sizeof(*ret->list));
	return true;
}

void weights_done(struct weight_edits *e)
{
	free(e->list);
	*e = (struct weight_edits){ 0 };
}

/* The server that an edit is about, or NULL. */
static struct rs_conf *server_of(const struct msg_weight *e, const struct checkers_config *c)
{
	const struct vs_conf *vs = e->vs < c->services.n ? c->services.item[e->vs] : NULL;
	struct rs_conf *rs = vs && vs->own.n == e->n && e->rs < e->n ? vs->own.item[e->rs] : NULL;

	return rs && rs->weight == e->from && vs->servers.n > e->rs && vs->servers.item[e->rs] == rs ? rs : NULL;
}

bool weights_apply(const struct weight_edits *e, struct checkers_config *c)
{
	if (c->overlay.n || (e->n_vs && c->services.n != e->n_vs))
		return false;
	for (unsigned i = 0; i < e->n; i++)
		if (!server_of(&e->list[i], c))
			return false;
	for (unsigned i = 0; i < e->n; i++)
		server_of(&e->list[i], c)->weight = e->list[i].to;
	return true;
}
