/* brace_search.c - see brace_search.h. */
#include "conf/brace_search.h"

#include "base/alloc.h"

#include "conf/fits.h"
#include "conf/line.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { TAB = 8, WAYS_MAX = 24, MARGIN = 3 * 10, ANSWERS = 4096 };
/* Costs; see guess_cost() for EDIT + 1. */
enum { EDIT = 10, CLOSE_MISFIT = 3, LINE_MISFIT = 2, LINE_OUTSIDE = 1, CLOSE_ELSEWHERE = 1, WORD_MISFIT = 4 };

/* Whether a word fits: the tables are long, the words few. */
struct answer {
	const struct fits_level *level;
	const char *word; /* NULL: a free slot */
	bool is_block, fits;
};

struct way {
	struct brace_frame *top;
	unsigned cost;
	const struct brace_edit *edits; /* the last one first */
};

/* A way that may be added: `from`, after `pops` blocks were closed that have no '}', then perhaps one more edit. */
struct step {
	const struct way *from;
	unsigned pops, cost;
	struct brace_frame *top, *after; /* before and after the event itself */
	bool has_edit;
	enum brace_edit_kind kind;
};

struct search {
	struct arena *arena; /* owned until the end, as is `event` */
	struct brace_event *event;
	size_t n, cap, at;
	struct brace_frame *root; /* in the arena */
	struct way ways[WAYS_MAX], next[WAYS_MAX];
	unsigned n_ways, n_next;
	unsigned least; /* cost of the cheapest one in `next` */
	struct fits *fits;
	struct answer answer[ANSWERS];
};

static unsigned indent_of(const struct place *at, bool *ret_is_first)
{
	unsigned col = 0, i = 0;

	for (; i + 1 < at->column && i < at->source_len && line_is_blank(at->source[i]); i++)
		col += at->source[i] == '\t' ? TAB - col % TAB : 1;
	*ret_is_first = i + 1 >= at->column;
	return col;
}

bool brace_is_same_text(const struct place *a, const struct place *b)
{
	return a->file == b->file && a->used == b->used;
}

bool brace_is_indented(const struct brace_event *open)
{
	return open->has_child && open->child_indent > open->indent;
}

static uint32_t hash_of(const char *word)
{
	uint32_t h = 2166136261U;

	for (; *word; word++)
		h = (h ^ (uint8_t)*word) * 16777619U;
	return h;
}

static void add_event(struct search *s, struct conf_node *n, bool is_close)
{
	struct brace_event *e;

	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 256;
		s->event = x_realloc(s->event, s->cap, sizeof(*s->event));
	}
	e = &s->event[s->n++];
	*e = (struct brace_event){ .n = n, .is_close = is_close, .at = is_close ? n->close : n->words[0].at };
	e->indent = indent_of(&e->at, &e->is_first);
	e->hash = is_close ? 0 : hash_of(n->words[0].text);
}

/* The events of the tree, which is as deep as build.c allows. */
static void add_events(struct search *s, struct conf_node *block)
{
	for (struct conf_node *n = block->children; n; n = n->next) {
		if (n->n_words)
			add_event(s, n, false);
		if (n->n_words && n->is_block)
			add_events(s, n);
		if (n->close.line)
			add_event(s, n, true);
	}
}

/* How the lines inside each block are indented is what its first one says. */
static void find_children(struct search *s)
{
	for (size_t i = 0; i + 1 < s->n; i++) {
		struct brace_event *e = &s->event[i], *next = e + 1;

		e->has_child = !e->is_close && !next->is_close && next->is_first && next->at.line != e->at.line &&
			brace_is_same_text(&e->at, &next->at);
		e->child_indent = next->indent;
	}
}

static struct brace_frame *frame_of(struct search *s, struct brace_event *open, struct brace_frame *parent)
{
	struct brace_frame *f = open->frames;

	while (f && f->parent != parent)
		f = f->next;
	if (f)
		return f;
	f = arena_alloc(s->arena, sizeof(*f));
	*f = (struct brace_frame){ parent, open->frames, open, NULL };
	f->inside = s->fits ? fits_inside(s->fits, parent->inside, open->n->words[0].text) : NULL;
	return open->frames = f;
}

/* Whether the word of a line may stand in the block `f`. */
static bool is_fit(struct search *s, const struct brace_frame *f, const struct brace_event *e)
{
	const char *word = e->n->words[0].text;
	struct answer *a = &s->answer[(e->hash + (uintptr_t)f->inside / 16 + e->n->is_block) % ANSWERS];

	if (!f->inside)
		return true;
	if (!a->word || a->level != f->inside || a->is_block != e->n->is_block || strcmp(a->word, word) != 0)
		*a = (struct answer){ f->inside, word, e->n->is_block, fits_word(f->inside, word, e->n->is_block) };
	return a->fits;
}

/* What the indentation of a line costs inside the block `f`. */
static unsigned indent_cost(const struct search *s, const struct brace_frame *f, const struct brace_event *e)
{
	const struct brace_event *open = f->open, *first = &s->event[0];

	if (!e->is_first)
		return 0;
	if (!open)
		return brace_is_same_text(&first->at, &e->at) && first->indent != e->indent ? LINE_MISFIT : 0;
	if (!brace_is_same_text(&open->at, &e->at) || !open->has_child)
		return 0;
	if (brace_is_indented(open) && e->indent <= open->indent)
		return LINE_MISFIT + LINE_OUTSIDE;
	return e->indent != open->child_indent ? LINE_MISFIT : 0;
}

static unsigned close_cost(const struct brace_frame *f, const struct brace_event *e)
{
	if (!brace_is_same_text(&f->open->at, &e->at))
		return CLOSE_ELSEWHERE;
	return e->is_first && e->indent != f->open->indent ? CLOSE_MISFIT : 0;
}

/* Whether the file (or variable) that opened a block ended before this event. */
static bool has_left(const struct place *open, const struct place *now)
{
	for (const struct place *p = open->used; p; p = p->used)
		if (p->file == now->file && p->used == now->used)
			return true;
	return false;
}

/* What it costs to say that block `f` ended before this event; 0: it cannot have. */
static unsigned guess_cost(const struct brace_frame *f, const struct brace_event *e)
{
	const struct brace_event *open = f->open;

	if (!open)
		return 0;
	if (!brace_is_same_text(&open->at, &e->at))
		return has_left(&open->at, &e->at) ? EDIT : 0;
	if (open->at.line == e->at.line)
		return 0;
	if (!open->is_first)
		return EDIT + 1;
	if (!e->is_first || e->indent > open->indent)
		return 0;
	return brace_is_indented(open) ? EDIT : EDIT + 1;
}

static const struct brace_edit *edit_new(struct search *s, enum brace_edit_kind kind, struct brace_frame *f,
	const struct brace_edit *before)
{
	struct brace_edit *e = arena_alloc(s->arena, sizeof(*e));

	*e = (struct brace_edit){ kind, s->at, f, before };
	return e;
}

static const struct brace_edit *edits_of(struct search *s, const struct step *st)
{
	const struct brace_edit *edits = st->from->edits;
	struct brace_frame *f = st->from->top;

	for (unsigned i = 0; i < st->pops; i++, f = f->parent)
		edits = edit_new(s, BRACE_CLOSE, f, edits);
	return st->has_edit ? edit_new(s, st->kind, st->top, edits) : edits;
}

/* The place in `next` for a way: the one with the same open blocks, a free one, or the dearest. NULL: not worth it. */
static struct way *place_for(struct search *s, const struct step *st)
{
	struct way *dearest = NULL;

	if (st->cost > s->least + MARGIN)
		return NULL;
	for (unsigned i = 0; i < s->n_next; i++) {
		struct way *w = &s->next[i];

		if (w->top == st->after)
			return st->cost < w->cost ? w : NULL;
		if (!dearest || w->cost > dearest->cost)
			dearest = w;
	}
	if (s->n_next < WAYS_MAX)
		return &s->next[s->n_next++];
	return dearest && st->cost < dearest->cost ? dearest : NULL;
}

static void offer(struct search *s, const struct step *st)
{
	struct way *w = place_for(s, st);

	if (!w)
		return;
	*w = (struct way){ st->after, st->cost, edits_of(s, st) };
	s->least = st->cost < s->least ? st->cost : s->least;
}

static void offer_edit(struct search *s, struct step st, enum brace_edit_kind kind, struct brace_frame *after)
{
	st.has_edit = true;
	st.kind = kind;
	st.cost += EDIT;
	st.after = after;
	offer(s, &st);
}

static void offer_close(struct search *s, struct step st, const struct brace_event *e)
{
	struct step as_it_is = st;

	if (st.top->open) {
		as_it_is.cost += close_cost(st.top, e);
		as_it_is.after = st.top->parent;
		offer(s, &as_it_is);
	}
	offer_edit(s, st, BRACE_DROP, st.top);
}

/* Whether the tables say that this word opens a block here. */
static bool is_block_word(struct search *s, const struct brace_frame *f, const struct brace_event *e)
{
	return f->inside && is_fit(s, f, e) && fits_inside(s->fits, f->inside, e->n->words[0].text);
}

static void offer_line(struct search *s, struct step st, struct brace_event *e)
{
	st.cost += indent_cost(s, st.top, e) + (is_fit(s, st.top, e) ? 0 : WORD_MISFIT);
	st.after = e->n->is_block ? frame_of(s, e, st.top) : st.top;
	offer(s, &st);
	if (!e->n->is_block && e->is_first && (brace_is_indented(e) || is_block_word(s, st.top, e)))
		offer_edit(s, st, BRACE_OPEN, frame_of(s, e, st.top));
}

/* All that may follow from one way at the event. */
static void continue_way(struct search *s, const struct way *w)
{
	struct brace_event *e = &s->event[s->at];
	struct step st = { .from = w, .top = w->top, .cost = w->cost };

	for (;;) {
		unsigned cost = guess_cost(st.top, e);

		if (e->is_close)
			offer_close(s, st, e);
		else
			offer_line(s, st, e);
		if (!cost)
			return;
		st.cost += cost;
		st.top = st.top->parent;
		st.pops++;
	}
}

/* Every block that is still open at the end costs an edit. */
static struct way finished(struct search *s, const struct way *w)
{
	struct way done = *w;

	for (; done.top->open; done.top = done.top->parent) {
		done.cost += EDIT;
		done.edits = edit_new(s, BRACE_CLOSE, done.top, done.edits);
	}
	return done;
}

static struct way cheapest(struct search *s)
{
	struct way best = { 0 };

	s->n_ways = 1;
	s->ways[0] = (struct way){ .top = s->root };
	for (s->at = 0; s->at < s->n; s->at++) {
		s->n_next = 0;
		s->least = UINT_MAX - MARGIN;
		for (unsigned i = 0; i < s->n_ways; i++)
			continue_way(s, &s->ways[i]);
		memcpy(s->ways, s->next, s->n_next * sizeof(s->next[0]));
		s->n_ways = s->n_next;
	}
	for (unsigned i = 0; i < s->n_ways; i++) {
		struct way w = finished(s, &s->ways[i]);

		if (!best.top || w.cost < best.cost)
			best = w;
	}
	return best;
}

/* The edits of a way in the order of the file; arena memory. */
static const struct brace_edit **ordered(struct search *s, const struct brace_edit *last, size_t *ret_n)
{
	const struct brace_edit **list;
	size_t n = 0;

	for (const struct brace_edit *e = last; e; e = e->before)
		n++;
	list = arena_alloc(s->arena, (n + 1) * sizeof(struct brace_edit *));
	*ret_n = n;
	for (const struct brace_edit *e = last; e; e = e->before)
		list[--n] = e;
	return list;
}

void brace_search(struct conf_tree *t, struct fits *f, struct brace_search *ret)
{
	struct search *s = x_calloc(1, sizeof(*s));

	s->arena = arena_new();
	s->fits = f;
	s->root = arena_alloc(s->arena, sizeof(*s->root));
	s->root->inside = f ? fits_root(f) : NULL;
	add_events(s, &t->root);
	find_children(s);
	*ret = (struct brace_search){ .arena = s->arena, .event = s->event, .n = s->n };
	ret->edit = ordered(s, cheapest(s).edits, &ret->n_edits);
	free(s);
}

void brace_search_done(struct brace_search *r)
{
	arena_free(r->arena);
	free(r->event);
}
