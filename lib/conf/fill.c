/*
 * fill.c - schema_read() of schema.h: walks the tree and the tables of all views at once. Every struct that is filled has a
 * record; after the last line the records are walked, see finish.c.
 */
#include "conf/fill.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/part.h"
#include "conf/suggest.h"
#include "conf/value.h"
#include "conf/written.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { VEC_MIN = 2 };

void conf_vec_add(struct arena *a, struct conf_vec *v, void *item)
{
	void **grown;

	if (v->n == v->cap) {
		grown = arena_alloc(a, (v->cap ? v->cap * 2 : VEC_MIN) * sizeof(*grown));
		if (v->n)
			memcpy(grown, v->item, v->n * sizeof(*grown));
		v->item = grown;
		v->cap = v->cap ? v->cap * 2 : VEC_MIN;
	}
	v->item[v->n++] = item;
}

static struct record *record_new(struct reading *rg, const struct conf_block *block, void *out, const void *parent)
{
	struct record *rec = arena_alloc(rg->arena, sizeof(*rec));

	*rec = (struct record){ .block = block, .out = out, .parent = parent, .owns_head = true };
	if (rg->last)
		rg->last->next = rec;
	else
		rg->first = rec;
	rg->last = rec;
	return rec;
}

void *record_inside(const struct record *rec, const struct conf_item *it)
{
	return (void *)(uintptr_t)conf_at(it, rec->out);
}

static void set_defaults(struct reading *rg, struct record *rec);

static void add_merged(struct reading *rg, struct record *rec, const struct conf_item *it)
{
	struct record *sub = record_new(rg, it->block, record_inside(rec, it), rec->out);

	sub->item = it;
	sub->owns_head = it->part || it->offset != 0;
	sub->next_merged = rec->merged;
	rec->merged = sub;
	if (parts_wants_default(rg->rd, rec->block, it))
		set_defaults(rg, sub);
}

static void set_defaults(struct reading *rg, struct record *rec)
{
	parts_begin(rg->rd, rec->block, rec->out);
	for (const struct conf_item *it = rec->block->items; it && it->name; it++) {
		if (it->type == CONF_BLOCK && it->is_merged)
			add_merged(rg, rec, it);
		else if (it->dflt && it->status == CONF_WORKS && parts_wants_default(rg->rd, rec->block, it))
			value_default(rg->rd, it, rec->out);
	}
	parts_ready(rg->rd, rec->block, rec->out);
}

/* Rows that only say something: they give way to another view's row with an effect. */
static bool is_inert(const struct conf_item *it)
{
	return it->status != CONF_WORKS;
}

/* The row of a keyword, through aliases; says so when the spelling is an old one. */
static const struct conf_item *row_of(struct reading *rg, const struct conf_block *block, const struct conf_word *w)
{
	const struct conf_item *it = suggest_find(block, w->text, strlen(w->text)), *target;

	if (!it || it->type != CONF_ALIAS)
		return it;
	target = suggest_find(block, it->alias, strlen(it->alias));
	if (target && it->doc) {
		report_add(rg->rd->report, CONF_WARNING, &w->at, "'%s' is an old spelling of '%s'", it->name,
			it->alias);
		report_hint(rg->rd->report, "%s", it->doc);
	}
	return target;
}

static void report_extra(struct reading *rg, const struct conf_node *node, unsigned from)
{
	const struct conf_word *w = &node->words[from], *last = &node->words[node->n_words - 1];
	struct place at = w->at;
	struct text t = { 0 };

	if (last->at.line == at.line && last->at.file == at.file && last->at.column > at.column)
		at.len = last->at.column + last->at.len - at.column;
	for (unsigned i = from; i < node->n_words; i++)
		text_printf(&t, "%s%s", i > from ? " " : "", node->words[i].text);
	report_add(rg->rd->report, CONF_WARNING, &at, "extra words have no effect: %s", text_str(&t));
	if (suggest_is_comment(w->text))
		report_hint(rg->rd->report, "comments begin with # or !");
	else
		report_hint(rg->rd->report, "'%s' takes %s", node->words[0].text, from == 1 ? "no value" : "one value");
	text_done(&t);
}

/* How many words of a line a row reads, the keyword included. */
static unsigned words_of(const struct conf_item *it)
{
	if (it->type == CONF_FLAG || it->type == CONF_LINES)
		return 1;
	return it->type == CONF_CUSTOM || it->type == CONF_BLOCK ? UINT32_MAX : 2;
}

static void report_missing(struct reading *rg, const struct conf_item *it, const struct conf_node *node)
{
	report_add(rg->rd->report, CONF_ERROR, &node->words[0].at, "'%s' needs a value", node->words[0].text);
	if (it->args)
		report_hint(rg->rd->report, "%s %s: %s", it->name, it->args, it->doc ? it->doc : "");
}

/* A row with a value of one word, or none. */
static void read_value(struct reading *rg, const struct record *rec, const struct conf_item *it,
	const struct conf_node *node)
{
	bool nowhere, *flag = it->offset == CONF_NOWHERE ? &nowhere : conf_field(rg->rd, it, rec->out);

	if (it->type == CONF_FLAG)
		*flag = it->min != 0;
	else if (it->type == CONF_BOOL && node->n_words == 1)
		*flag = true;
	else if (node->n_words == 1)
		report_missing(rg, it, node);
	else
		value_store(rg->rd, it, &node->words[1], rec->out);
}

/* The address block's lines and their like: no keywords inside. */
static void read_lines(struct reading *rg, const struct record *rec, const struct conf_item *it,
	const struct conf_node *node)
{
	for (const struct conf_node *n = node->children; n; n = n->next) {
		if (!n->is_block) {
			it->parse(rg->rd, it, n, rec->out);
			continue;
		}
		report_add(rg->rd->report, CONF_ERROR, &n->words[0].at, "no block is expected inside '%s'", it->name);
		report_hint(rg->rd->report, "is a '}' missing before it?");
	}
}

static void read_inert(struct reading *rg, const struct conf_item *it, const struct conf_node *node)
{
	const char *name = node->words[0].text, *what = node->is_block ? "the block " : "";
	const struct place *at = &node->words[0].at;
	const char *why = it->note ? it->note : it->doc;

	if (it->status == CONF_NO_EFFECT)
		report_add(rg->rd->report, CONF_WARNING, at, "%s'%s' is accepted and has no effect", what, name);
	else
		report_add(rg->rd->report, CONF_WARNING, at, "%s'%s' is not supported yet", what, name);
	report_inert(rg->rd->report);
	if (why)
		report_hint(rg->rd->report, "%s", why);
}

static bool is_assignment(const struct conf_word *w)
{
	return !w->is_quoted && (!strcmp(w->text, "=") || !strcmp(w->text, ":") || !strcmp(w->text, ":="));
}

static const char *args_of(const struct conf_item *it)
{
	return it->args ? it->args : it->block && it->block->args ? it->block->args : "";
}

/* Whether the line has the shape its row needs: a block where one is due, no '=', no block elsewhere. */
static bool has_shape(struct reading *rg, const struct conf_item *it, const struct conf_node *node)
{
	bool wants_block = it->type == CONF_BLOCK || it->type == CONF_LINES;
	bool takes_block = wants_block || (it->type == CONF_CUSTOM && it->args && strchr(it->args, '{'));
	const char *args = args_of(it);
	struct report *r = rg->rd->report;

	if (wants_block && !node->is_block) {
		report_add(r, CONF_ERROR, &node->words[0].at, "'%s' needs a block", it->name);
		report_hint(r, "%s%s%s%s", it->name, *args ? " " : "", args, strchr(args, '{') ? "" : " { ... }");
		return false;
	}
	if (node->is_block && !takes_block) {
		report_add(r, CONF_ERROR, &node->open, "'%s' opens no block", it->name);
		report_hint(r, "%s%s%s", it->name, *args ? " " : "", args);
		return false;
	}
	if (node->n_words > 1 && is_assignment(&node->words[1])) {
		report_add(r, CONF_ERROR, &node->words[1].at, "no '%s' is written between keyword and value",
			node->words[1].text);
		report_hint(r, "write '%s %s'", it->name, node->n_words > 2 ? node->words[2].text : "VALUE");
		return false;
	}
	return true;
}

/* Marks the row as written; a second time is a warning, the last one wins. */
static void mark_seen(struct reading *rg, struct record *rec, const struct conf_item *it, const struct conf_node *node)
{
	size_t i = (size_t)(it - rec->block->items);
	uint64_t bit = UINT64_C(1) << i % 64;

	if (i >= CONF_ROWS_MAX)
		return;
	if ((rec->seen.bits[i / 64] & bit) && value_is_single(it))
		report_add(rg->rd->report, CONF_WARNING, &node->words[0].at,
			"'%s' is written again: the last one counts", it->name);
	rec->seen.bits[i / 64] |= bit;
}

static void read_line(struct reading *rg, struct record *rec, const struct conf_item *it, const struct conf_node *node)
{
	unsigned n = words_of(it);

	mark_seen(rg, rec, it, node); /* also where it has the wrong shape: it is not missing then */
	if (!has_shape(rg, it, node))
		return;
	if (is_inert(it))
		read_inert(rg, it, node);
	if (it->type == CONF_LINES)
		read_lines(rg, rec, it, node);
	else if (it->type == CONF_CUSTOM)
		it->parse(rg->rd, it, node, rec->out);
	else
		read_value(rg, rec, it, node);
	if (node->n_words > n)
		report_extra(rg, node, n);
}

static void add_source(struct reading *rg, struct record *rec, const struct conf_node *node)
{
	rec->node = rec->node ? rec->node : node;
	if (rec->owns_head)
		written_by(rg->rd->arena, rec->out, node);
}

/* Puts a block's struct into its vec; of two blocks with one name the first one counts, as for keepalived. */
static void add_item(struct reading *rg, struct record *sub, struct conf_vec *v, const struct conf_node *node)
{
	bool is_named = sub->block->args && !strcmp(sub->block->args, "NAME") && node->n_words > 1;
	struct named *e = is_named ? names_get(&rg->names, v, node->words[1].text) : NULL;

	if (e && e->node) {
		report_add(rg->rd->report, CONF_WARNING, &node->words[1].at,
			"'%s %s' is written again: the first one counts", node->words[0].text, node->words[1].text);
		report_hint(rg->rd->report, "the first one is in %s line %u", e->node->words[0].at.file,
			e->node->words[0].at.line);
		sub->is_dropped = true;
		return;
	}
	conf_vec_add(rg->rd->arena, v, sub->out);
	if (e)
		*e = (struct named){ v, e->name, node, v->n - 1, NULL };
}

static struct record *merged_record(const struct record *rec, const struct conf_item *it)
{
	struct record *sub = rec->merged;

	while (sub && sub->item != it)
		sub = sub->next_merged;
	return sub;
}

/* The record that a block of the file fills for one view. */
static struct record *open_block(struct reading *rg, struct record *rec, const struct conf_item *it,
	const struct conf_node *node)
{
	struct record *sub;

	mark_seen(rg, rec, it, node);
	if (is_inert(it))
		read_inert(rg, it, node);
	if (it->is_merged) {
		sub = merged_record(rec, it);
		if (it->part)
			sub->out = conf_field(rg->rd, it, rec->out);
	} else {
		sub = record_new(rg, it->block, arena_alloc(rg->rd->arena, it->block->size), rec->out);
		sub->item = it;
		set_defaults(rg, sub);
	}
	add_source(rg, sub, node);
	if (it->block->read_args)
		sub->is_dropped = it->block->read_args(rg->rd, node, sub->out) < 0;
	else if (node->n_words > 1)
		report_extra(rg, node, 1);
	if (!it->is_merged && !sub->is_dropped && it->offset != CONF_NOWHERE)
		add_item(rg, sub, conf_field(rg->rd, it, rec->out), node);
	return sub;
}

static void unknown(struct reading *rg, const struct level *lv, const struct conf_node *node)
{
	const struct conf_block *here[VIEWS_MAX], *roots[VIEWS_MAX];

	if (!rg->is_strict)
		return;
	for (unsigned i = 0; i < lv->n; i++)
		here[i] = lv->rec[i]->block;
	for (unsigned i = 0; i < rg->n_views; i++)
		roots[i] = rg->views[i].block;
	suggest_unknown(rg->rd->report, node, (struct tables){ here, lv->n }, (struct tables){ roots, rg->n_views });
}

/* One line or block: every view that knows the keyword reads it; a row without effect gives way to one with. */
static void read_node(struct reading *rg, const struct level *lv, const struct conf_node *node)
{
	const struct conf_item *it[VIEWS_MAX];
	struct level inner = { .n = 0 };
	bool is_known = false, is_real = false, is_said = false;
	unsigned errors = report_refused(rg->rd->report);

	for (unsigned i = 0; i < lv->n; i++) {
		it[i] = row_of(rg, lv->rec[i]->block, &node->words[0]);
		is_known |= it[i] != NULL;
		is_real |= it[i] && !is_inert(it[i]);
	}
	if (!is_known)
		unknown(rg, lv, node);
	for (unsigned i = 0; i < lv->n; i++) {
		if (!it[i] || (is_inert(it[i]) && (is_real || is_said)))
			continue;
		is_said |= is_inert(it[i]);
		if (it[i]->type != CONF_BLOCK)
			read_line(rg, lv->rec[i], it[i], node);
		else if (!has_shape(rg, it[i], node))
			mark_seen(rg, lv->rec[i], it[i], node);
		else
			inner.rec[inner.n++] = open_block(rg, lv->rec[i], it[i], node);
	}
	if (inner.n)
		fill_children(rg, &inner, node);
	for (unsigned i = 0; i < inner.n; i++)
		inner.rec[i]->has_errors |= report_refused(rg->rd->report) > errors;
}

void fill_children(struct reading *rg, const struct level *lv, const struct conf_node *block)
{
	for (const struct conf_node *n = block->children; n; n = n->next)
		read_node(rg, lv, n);
}

void fill_begin(struct reading *rg, struct level *ret_root, const struct conf_node *root)
{
	*ret_root = (struct level){ .n = rg->n_views < VIEWS_MAX ? rg->n_views : VIEWS_MAX };
	for (unsigned i = 0; i < ret_root->n; i++) {
		const struct conf_view *view = &rg->views[i];

		memset(view->out, 0, view->block->size);
		ret_root->rec[i] = record_new(rg, view->block, view->out, NULL);
		set_defaults(rg, ret_root->rec[i]);
		if (root)
			add_source(rg, ret_root->rec[i], root);
	}
}

int schema_read(struct conf_read *rd, const struct conf_view *views, unsigned n_views, const struct conf_tree *t,
	bool strict)
{
	struct reading rg = { .rd = rd, .arena = arena_new(), .views = views, .n_views = n_views, .is_strict = strict };
	struct level root;
	unsigned errors = report_refused(rd->report);

	rd->parts = parts_new(rd->arena);
	fill_begin(&rg, &root, &t->root);
	fill_children(&rg, &root, &t->root);
	finish_all(&rg);
	names_done(&rg.names);
	parts_free(rd->parts);
	rd->parts = NULL;
	arena_free(rg.arena);
	return report_refused(rd->report) > errors ? -EINVAL : 0;
}
