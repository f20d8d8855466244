/*
 * braces.c - see braces.h. Lines and braces are walked in the order of the file, with all ways to read them that are worth it: every
 * brace that is put in or left out costs EDIT, every line whose indentation does not fit the block it would be in costs a little.
 * The cheapest way is what was meant. Ways that have the same blocks open are one; the cheaper one stays.
 */
#include "conf/braces.h"

#include "base/alloc.h"

#include "conf/fits.h"
#include "conf/line.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TAB = 8, WAYS_MAX = 24, MARGIN = 3 * 10, REPORTS_MAX = 20, ANSWERS = 4096 };
/* Costs; see guess_cost() for EDIT + 1. */
enum { EDIT = 10, CLOSE_MISFIT = 3, LINE_MISFIT = 2, LINE_OUTSIDE = 1, CLOSE_ELSEWHERE = 1, WORD_MISFIT = 4 };

enum edit_kind {
	EDIT_CLOSE /* a '}' is missing before the event */,
	EDIT_DROP /* this '}' is surplus */,
	EDIT_OPEN /* a '{' is missing behind this line */
};

struct frame;

/* A line or a '}'. */
struct event {
	struct conf_node *n;
	struct place at;
	unsigned indent;       /* of the physical line it is on */
	unsigned child_indent; /* of the first line inside, when has_child */
	uint32_t hash;         /* of the word */
	bool is_close, is_first, has_child;
	struct frame *frames; /* opened here, one per way */
};

/* An open block in some way of reading; `open` NULL: the outermost level. */
struct frame {
	struct frame *parent, *next;
	struct event *open;
	const struct fits_level *inside;
};

/* Whether a word fits: the tables are long, the words few. */
struct answer {
	const struct fits_level *level;
	const char *word; /* NULL: a free slot */
	bool is_block, fits;
};

struct edit {
	enum edit_kind kind;
	size_t event;
	struct frame *frame; /* the block that is closed, or that a surplus '}' would have closed */
	const struct edit *before;
};

struct way {
	struct frame *top;
	unsigned cost;
	const struct edit *edits; /* the last one first */
};

/* A way that may be added: `from`, after `pops` blocks were closed that have no '}', then perhaps one more edit. */
struct step {
	const struct way *from;
	unsigned pops, cost;
	struct frame *top, *after; /* before and after the event itself */
	bool has_edit;
	enum edit_kind kind;
};

struct search {
	struct arena *arena; /* owned */
	struct event *event; /* owned */
	size_t n, cap, at;
	struct frame root;
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

/* Whether two places came from one file by one way, so that their columns can be compared. */
static bool is_same_text(const struct place *a, const struct place *b)
{
	return a->file == b->file && a->used == b->used;
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
	struct event *e;

	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 256;
		s->event = x_realloc(s->event, s->cap, sizeof(*s->event));
	}
	e = &s->event[s->n++];
	*e = (struct event){ .n = n, .is_close = is_close, .at = is_close ? n->close : n->words[0].at };
	e->indent = indent_of(&e->at, &e->is_first);
	e->hash = is_close ? 0 : hash_of(n->words[0].text);
}

/* The events of the tree; at most BRACES_DEPTH_MAX deep. */
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
		struct event *e = &s->event[i], *next = e + 1;

		e->has_child = !e->is_close && !next->is_close && next->is_first && next->at.line != e->at.line &&
			is_same_text(&e->at, &next->at);
		e->child_indent = next->indent;
	}
}

static struct frame *frame_of(struct search *s, struct event *open, struct frame *parent)
{
	struct frame *f = open->frames;

	while (f && f->parent != parent)
		f = f->next;
	if (f)
		return f;
	f = arena_alloc(s->arena, sizeof(*f));
	*f = (struct frame){ parent, open->frames, open, NULL };
	f->inside = s->fits ? fits_inside(s->fits, parent->inside, open->n->words[0].text) : NULL;
	return open->frames = f;
}

static bool is_indented(const struct event *open)
{
	return open->has_child && open->child_indent > open->indent;
}

/* Whether the word of a line may stand in the block `f`. */
static bool is_fit(struct search *s, const struct frame *f, const struct event *e)
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
static unsigned indent_cost(const struct search *s, const struct frame *f, const struct event *e)
{
	const struct event *open = f->open, *first = &s->event[0];

	if (!e->is_first)
		return 0;
	if (!open)
		return is_same_text(&first->at, &e->at) && first->indent != e->indent ? LINE_MISFIT : 0;
	if (!is_same_text(&open->at, &e->at) || !open->has_child)
		return 0;
	if (is_indented(open) && e->indent <= open->indent)
		return LINE_MISFIT + LINE_OUTSIDE;
	return e->indent != open->child_indent ? LINE_MISFIT : 0;
}

static unsigned close_cost(const struct frame *f, const struct event *e)
{
	if (!is_same_text(&f->open->at, &e->at))
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
static unsigned guess_cost(const struct frame *f, const struct event *e)
{
	const struct event *open = f->open;

	if (!open)
		return 0;
	if (!is_same_text(&open->at, &e->at))
		return has_left(&open->at, &e->at) ? EDIT : 0;
	if (open->at.line == e->at.line)
		return 0;
	if (!open->is_first)
		return EDIT + 1;
	if (!e->is_first || e->indent > open->indent)
		return 0;
	return is_indented(open) ? EDIT : EDIT + 1;
}

static const struct edit *edit_new(struct search *s, enum edit_kind kind, struct frame *f, const struct edit *before)
{
	struct edit *e = arena_alloc(s->arena, sizeof(*e));

	*e = (struct edit){ kind, s->at, f, before };
	return e;
}

static const struct edit *edits_of(struct search *s, const struct step *st)
{
	const struct edit *edits = st->from->edits;
	struct frame *f = st->from->top;

	for (unsigned i = 0; i < st->pops; i++, f = f->parent)
		edits = edit_new(s, EDIT_CLOSE, f, edits);
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

static void offer_edit(struct search *s, struct step st, enum edit_kind kind, struct frame *after)
{
	st.has_edit = true;
	st.kind = kind;
	st.cost += EDIT;
	st.after = after;
	offer(s, &st);
}

static void offer_close(struct search *s, struct step st, const struct event *e)
{
	struct step as_it_is = st;

	if (st.top->open) {
		as_it_is.cost += close_cost(st.top, e);
		as_it_is.after = st.top->parent;
		offer(s, &as_it_is);
	}
	offer_edit(s, st, EDIT_DROP, st.top);
}

/* Whether the tables say that this word opens a block here. */
static bool is_block_word(struct search *s, const struct frame *f, const struct event *e)
{
	return f->inside && is_fit(s, f, e) && fits_inside(s->fits, f->inside, e->n->words[0].text);
}

static void offer_line(struct search *s, struct step st, struct event *e)
{
	st.cost += indent_cost(s, st.top, e) + (is_fit(s, st.top, e) ? 0 : WORD_MISFIT);
	st.after = e->n->is_block ? frame_of(s, e, st.top) : st.top;
	offer(s, &st);
	if (!e->n->is_block && e->is_first && (is_indented(e) || is_block_word(s, st.top, e)))
		offer_edit(s, st, EDIT_OPEN, frame_of(s, e, st.top));
}

/* All that may follow from one way at the event. */
static void continue_way(struct search *s, const struct way *w)
{
	struct event *e = &s->event[s->at];
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
		done.edits = edit_new(s, EDIT_CLOSE, done.top, done.edits);
	}
	return done;
}

static struct way cheapest(struct search *s)
{
	struct way best = { 0 };

	s->n_ways = 1;
	s->ways[0] = (struct way){ .top = &s->root };
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
static const struct edit **ordered(struct search *s, const struct edit *last, size_t *ret_n)
{
	const struct edit **list;
	size_t n = 0;

	for (const struct edit *e = last; e; e = e->before)
		n++;
	list = arena_alloc(s->arena, (n + 1) * sizeof(struct edit *));
	*ret_n = n;
	for (const struct edit *e = last; e; e = e->before)
		list[--n] = e;
	return list;
}

static void link_node(struct conf_node *parent, struct conf_node *n)
{
	n->parent = parent;
	n->next = NULL;
	if (parent->last_child)
		parent->last_child->next = n;
	else
		parent->children = n;
	parent->last_child = n;
}

/* The tree as it is built again. */
struct rebuild {
	struct conf_node *current, *root;
	unsigned depth;
};

static void enter(struct rebuild *b, struct conf_node *n)
{
	b->depth++;
	n->is_block = true;
	n->close = (struct place){ 0 };
	n->children = n->last_child = NULL;
	b->current = n;
}

static void leave(struct rebuild *b, const struct place *close)
{
	if (b->current == b->root)
		return;
	if (close)
		b->current->close = *close;
	b->current = b->current->parent;
	b->depth--;
}

static void rebuild_event(struct rebuild *b, const struct event *e, bool is_dropped, bool is_opened)
{
	struct conf_node *n = e->n, *parent = b->current;

	if (e->is_close) {
		if (!is_dropped)
			leave(b, &e->at);
		return;
	}
	if (b->depth < BRACES_DEPTH_MAX)
		link_node(parent, n);
	else
		n->parent = parent;
	if (is_opened)
		n->open = n->words[n->n_words - 1].at;
	if (n->is_block || is_opened)
		enter(b, n);
}

static void rebuild(struct search *s, struct conf_tree *t, const struct edit *const *edit, size_t n_edits)
{
	struct rebuild b = { .current = &t->root, .root = &t->root };
	size_t k = 0;

	t->root.children = t->root.last_child = NULL;
	for (size_t i = 0; i < s->n; i++) {
		for (; k < n_edits && edit[k]->event == i && edit[k]->kind == EDIT_CLOSE; k++)
			leave(&b, NULL);
		bool is_edited = k < n_edits && edit[k]->event == i;

		rebuild_event(&b, &s->event[i], is_edited && edit[k]->kind == EDIT_DROP,
			is_edited && edit[k]->kind == EDIT_OPEN);
		k += is_edited;
	}
}

static const char *basis(const struct event *open)
{
	return is_indented(open) ? "indentation" : "keywords";
}

static void report_close(struct search *s, const struct edit *ed, struct report *r)
{
	const struct event *open = ed->frame->open, *e = ed->event < s->n ? &s->event[ed->event] : NULL;
	const char *name = open->n->words[0].text;

	report_add(r, CONF_ERROR, &open->at, "the block '%s' is not closed: a '}' is missing", name);
	if (e && !is_same_text(&e->at, &open->at))
		report_hint(r, "it is still open where this text ends");
	else if (e && e->is_close)
		report_hint(r, "by the %s it ends before the '}' of line %u", basis(open), e->at.line);
	else if (e)
		report_hint(r, "by the %s it ends before line %u, '%s'", basis(open), e->at.line, e->n->words[0].text);
	else if (is_indented(open))
		report_hint(r, "it is still open at the end of the file");
	else
		report_hint(r,
			"it is still open at the end of the file; without indentation it may be a block inside it "
			"that lacks its '}'");
}

static void report_drop(struct search *s, const struct edit *ed, struct report *r)
{
	const struct event *e = &s->event[ed->event], *open = ed->frame->open;

	if (!open) {
		report_add(r, CONF_ERROR, &e->at, "'}' without a block to close");
		return;
	}
	report_add(r, CONF_ERROR, &e->at, "this '}' is one too many");
	if (open->n->close.line)
		report_hint(r, "by the indentation '%s' of line %u goes on and ends in line %u", open->n->words[0].text,
			open->at.line, open->n->close.line);
	else
		report_hint(r, "by the %s '%s' of line %u goes on", basis(open), open->n->words[0].text, open->at.line);
}

static void report_edit(struct search *s, const struct edit *ed, struct report *r)
{
	const struct event *e = ed->event < s->n ? &s->event[ed->event] : NULL;

	switch (ed->kind) {
	case EDIT_CLOSE:
		report_close(s, ed, r);
		break;
	case EDIT_DROP:
		report_drop(s, ed, r);
		break;
	case EDIT_OPEN:
		report_add(r, CONF_ERROR, &e->at, "'%s' has no '{'", e->n->words[0].text);
		report_hint(r, "what follows reads like its block, up to a '}': write the '{' at the end of this line");
		break;
	}
}

unsigned braces_repair(struct conf_tree *t, struct fits *f, struct report *r)
{
	struct search *s = x_calloc(1, sizeof(*s));
	const struct edit **edit;
	size_t n;

	s->arena = arena_new();
	s->fits = f;
	s->root.inside = f ? fits_root(f) : NULL;
	add_events(s, &t->root);
	find_children(s);
	edit = ordered(s, cheapest(s).edits, &n);
	rebuild(s, t, edit, n);
	for (size_t i = 0; i < n && i < REPORTS_MAX; i++)
		report_edit(s, edit[i], r);
	if (n > REPORTS_MAX)
		report_hint(r, "%zu more braces do not match", n - REPORTS_MAX);
	arena_free(s->arena);
	free(s->event);
	free(s);
	return (unsigned)n;
}
