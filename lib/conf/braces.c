/* braces.c - see braces.h: what brace_search.c found out is reported, and the tree built again. */
#include "conf/braces.h"

#include "conf/brace_search.h"

enum { REPORTS_MAX = 20 };

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

static void rebuild_event(struct rebuild *b, const struct brace_event *e, bool is_dropped, bool is_opened)
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

static void rebuild(struct brace_search *s, struct conf_tree *t)
{
	struct rebuild b = { .current = &t->root, .root = &t->root };
	size_t k = 0;

	t->root.children = t->root.last_child = NULL;
	for (size_t i = 0; i < s->n; i++) {
		for (; k < s->n_edits && s->edit[k]->event == i && s->edit[k]->kind == BRACE_CLOSE; k++)
			leave(&b, NULL);
		bool is_edited = k < s->n_edits && s->edit[k]->event == i;

		rebuild_event(&b, &s->event[i], is_edited && s->edit[k]->kind == BRACE_DROP,
			is_edited && s->edit[k]->kind == BRACE_OPEN);
		k += is_edited;
	}
}

static const char *basis(const struct brace_event *open)
{
	return brace_is_indented(open) ? "indentation" : "keywords";
}

static void report_close(struct brace_search *s, const struct brace_edit *ed, struct report *r)
{
	const struct brace_event *open = ed->frame->open, *e = ed->event < s->n ? &s->event[ed->event] : NULL;
	const char *name = open->n->words[0].text;

	report_add(r, CONF_ERROR, &open->at, "the block '%s' is not closed: a '}' is missing", name);
	if (e && !brace_is_same_text(&e->at, &open->at))
		report_hint(r, "it is still open where this text ends");
	else if (e && e->is_close)
		report_hint(r, "by the %s it ends before the '}' of line %u", basis(open), e->at.line);
	else if (e)
		report_hint(r, "by the %s it ends before line %u, '%s'", basis(open), e->at.line, e->n->words[0].text);
	else if (brace_is_indented(open))
		report_hint(r, "it is still open at the end of the file");
	else
		report_hint(r,
			"it is still open at the end of the file; without indentation it may be a block inside it "
			"that lacks its '}'");
}

static void report_drop(struct brace_search *s, const struct brace_edit *ed, struct report *r)
{
	const struct brace_event *e = &s->event[ed->event], *open = ed->frame->open;

	if (!open) {
		report_add(r, CONF_ERROR, &e->at, "'}' without a block to close");
		return;
	}
	report_add(r, CONF_ERROR, &e->at, "this '}' is one too many");
	if (open->n->close.line)
		report_hint(r, "by the %s '%s' of line %u goes on and ends in line %u", basis(open),
			open->n->words[0].text, open->at.line, open->n->close.line);
	else
		report_hint(r, "by the %s '%s' of line %u goes on", basis(open), open->n->words[0].text, open->at.line);
}

static void report_edit(struct brace_search *s, const struct brace_edit *ed, struct report *r)
{
	const struct brace_event *e = ed->event < s->n ? &s->event[ed->event] : NULL;

	switch (ed->kind) {
	case BRACE_CLOSE:
		report_close(s, ed, r);
		break;
	case BRACE_DROP:
		report_drop(s, ed, r);
		break;
	case BRACE_OPEN:
		report_add(r, CONF_ERROR, &e->at, "'%s' has no '{'", e->n->words[0].text);
		report_hint(r, "what follows reads like its block, up to a '}': write the '{' at the end of this line");
		break;
	}
}

unsigned braces_repair(struct conf_tree *t, struct fits *f, struct report *r)
{
	struct brace_search s;

	brace_search(t, f, &s);
	rebuild(&s, t);
	for (size_t i = 0; i < s.n_edits && i < REPORTS_MAX; i++)
		report_edit(&s, s.edit[i], r);
	if (s.n_edits > REPORTS_MAX)
		report_hint(r, "%zu more braces do not match", s.n_edits - REPORTS_MAX);
	brace_search_done(&s);
	return (unsigned)s.n_edits;
}
