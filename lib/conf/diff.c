/*
 * diff.c - see schema.h: what differs between two blocks, and what it costs at reload. Values are compared where a row has one, so
 * that what was inherited counts and the spelling does not; lines where only the row's own function knows what they mean.
 */
#include "conf/schema.h"

#include "base/addr.h"
#include "base/alloc.h"
#include "base/text.h"

#include "conf/suggest.h"
#include "conf/value.h"
#include "conf/written.h"

#include <stdlib.h>
#include <string.h>

/* One line of a block and the row that reads it. */
struct written {
	const struct conf_node *node;
	const struct conf_item *row;
};

/* One side: the struct, and all lines of the one or several blocks that filled it. */
struct side {
	const void *conf;
	struct written *line; /* owned */
	unsigned n, cap;
};

struct differing {
	conf_diff_fn *each;
	void *ctx;
	enum conf_cost cost;
	bool is_own; /* blocks inside are left out */
};

/* Two structs of one kind. */
struct pair {
	struct differing *d;
	const struct conf_block *block;
	struct side a, b;
};

static const struct conf_item *row_of(const struct conf_block *block, const char *name)
{
	const struct conf_item *it = suggest_find(block, name, strlen(name));

	return it && it->type == CONF_ALIAS ? suggest_find(block, it->alias, strlen(it->alias)) : it;
}

static void add_lines(struct side *s, const struct conf_block *block, const struct conf_node *parent)
{
	for (const struct conf_node *n = parent ? parent->children : NULL; n; n = n->next) {
		const struct conf_item *row = row_of(block, n->words[0].text);

		if (!row)
			continue;
		if (s->n == s->cap) {
			s->cap = s->cap ? s->cap * 2 : 16;
			s->line = x_realloc(s->line, s->cap, sizeof(*s->line));
		}
		s->line[s->n++] = (struct written){ n, row };
	}
}

static void add_sources(struct side *s, const struct conf_block *block)
{
	const struct conf_head *head = s->conf;

	if (!head->node)
		return;
	add_lines(s, block, head->node);
	for (const struct conf_source *from = head->written ? head->written->sources : NULL; from; from = from->next)
		add_lines(s, block, from->node);
}

static bool same_words(const struct conf_node *a, const struct conf_node *b)
{
	if (a->n_words != b->n_words || a->is_block != b->is_block)
		return false;
	for (unsigned i = 1; i < a->n_words; i++)
		if (strcmp(a->words[i].text, b->words[i].text) != 0)
			return false;
	return true;
}

static bool same_lines(const struct conf_node *a, const struct conf_node *b)
{
	const struct conf_node *x = a->children, *y = b->children;
	bool same = same_words(a, b);

	for (; same && x && y; x = x->next, y = y->next)
		same = !strcmp(x->words[0].text, y->words[0].text) && same_lines(x, y);
	return same && !x && !y;
}

static void note(const struct pair *p, const struct conf_item *row, const struct conf_node *from,
	const struct conf_node *to)
{
	const struct conf_diff diff = { p->block, row, from, to, p->a.conf, p->b.conf };

	if (row->reload > p->d->cost)
		p->d->cost = row->reload;
	if (p->d->each)
		p->d->each(p->d->ctx, &diff);
}

/* The next line of `row` from index i on, or n. */
static unsigned next_of(const struct side *s, const struct conf_item *row, unsigned i)
{
	while (i < s->n && s->line[i].row != row)
		i++;
	return i;
}

/* The last line of `row`: the one that counts. */
static const struct conf_node *last_of(const struct side *s, const struct conf_item *row)
{
	for (unsigned i = s->n; i > 0; i--)
		if (s->line[i - 1].row == row)
			return s->line[i - 1].node;
	return NULL;
}

/* Rows of one value. */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The fields of a row of one value, by its type. */
static bool same_value(const struct conf_item *row, const void *a, const void *b)
{
	const void *x = conf_at(row, a), *y = conf_at(row, b);

	switch (row->type) {
	case CONF_UINT:
	case CONF_INT:
		return !memcmp(x, y, sizeof(uint32_t));
	case CONF_TIME:
		return !memcmp(x, y, sizeof(int64_t));
	case CONF_BOOL:
	case CONF_FLAG:
		return *(const bool *)x == *(const bool *)y;
	case CONF_CHOICE:
		return !memcmp(x, y, sizeof(unsigned));
	case CONF_STRING:
		return same_text(*(const char *const *)x, *(const char *const *)y);
	case CONF_ADDR:
		return addr_equal(x, y);
	case CONF_CUSTOM:
	case CONF_LINES:
	case CONF_BLOCK:
	case CONF_ALIAS:
		break;
	}
	return true;
}

/* "nopreempt" and "preempt" share a field: the one that is written tells, and the positive one where neither is. */
static bool is_teller(const struct pair *p, const struct conf_item *row)
{
	bool is_told = false;

	if (row->type != CONF_FLAG || last_of(&p->a, row) || last_of(&p->b, row))
		return true;
	for (const struct conf_item *it = p->block->items; it->name; it++)
		is_told |= it->type == CONF_FLAG && it->part == row->part && it->offset == row->offset &&
			(last_of(&p->a, it) || last_of(&p->b, it));
	return !is_told && row->min != 0;
}

/* What is stored nowhere is for the reading alone: its line tells. */
static bool same_last_line(const struct pair *p, const struct conf_item *row)
{
	const struct conf_node *x = last_of(&p->a, row), *y = last_of(&p->b, row);

	return x && y ? same_words(x, y) : x == y;
}

static void diff_value(const struct pair *p, const struct conf_item *row)
{
	bool is_same = row->offset == CONF_NOWHERE ? same_last_line(p, row) : same_value(row, p->a.conf, p->b.conf);

	if (!is_same && is_teller(p, row))
		note(p, row, last_of(&p->a, row), last_of(&p->b, row));
}

/* Rows of lines. */

static bool has_line(const struct conf_node *block, const struct conf_node *line)
{
	for (const struct conf_node *n = block ? block->children : NULL; n; n = n->next)
		if (!strcmp(n->words[0].text, line->words[0].text) && same_lines(n, line))
			return true;
	return false;
}

/* What is in one of two blocks of lines alone; when they are only in another order, the blocks themselves. */
static void diff_block_of_lines(const struct pair *p, const struct conf_item *row, const struct conf_node *a,
	const struct conf_node *b)
{
	bool is_noted = false;

	for (const struct conf_node *n = a ? a->children : NULL; n; n = n->next)
		if (!has_line(b, n)) {
			note(p, row, n, NULL);
			is_noted = true;
		}
	for (const struct conf_node *n = b ? b->children : NULL; n; n = n->next)
		if (!has_line(a, n)) {
			note(p, row, NULL, n);
			is_noted = true;
		}
	if (!is_noted)
		note(p, row, a, b);
}

static void diff_line(const struct pair *p, const struct conf_item *row, const struct conf_node *a,
	const struct conf_node *b)
{
	if (a == b || (a && b && same_lines(a, b)))
		return;
	if (row->type == CONF_LINES)
		diff_block_of_lines(p, row, a, b);
	else
		note(p, row, a, b);
}

static const struct conf_node *node_at(const struct side *s, unsigned i)
{
	return i < s->n ? s->line[i].node : NULL;
}

/* Whether the only line of a row, on one of the sides, writes what is so without it. */
static bool is_default_written(const struct pair *p, const struct conf_item *row)
{
	const struct conf_node *x = last_of(&p->a, row), *y = last_of(&p->b, row), *n = x ? x : y;
	const struct side *s = x ? &p->a : &p->b;

	if (!x == !y || row->type != CONF_CUSTOM || row->offset == CONF_NOWHERE || !row->dflt)
		return false;
	if (next_of(s, row, next_of(s, row, 0) + 1) < s->n)
		return false;
	return n->n_words == 2 && !n->is_block && !strcmp(n->words[1].text, row->dflt);
}

/* CONF_CUSTOM and CONF_LINES: only the row's function knows what the words mean. */
static void diff_lines(const struct pair *p, const struct conf_item *row)
{
	unsigned i = next_of(&p->a, row, 0), j = next_of(&p->b, row, 0);

	if (is_default_written(p, row))
		return;
	if (value_is_single(row)) {
		diff_line(p, row, last_of(&p->a, row), last_of(&p->b, row));
		return;
	}
	while (i < p->a.n || j < p->b.n) {
		diff_line(p, row, node_at(&p->a, i), node_at(&p->b, j));
		i = next_of(&p->a, row, i + 1);
		j = next_of(&p->b, row, j + 1);
	}
}

/* Rows whose value can be written, whether a line says it or not; where it is not to be said, the lines tell. */
static void diff_written(const struct pair *p, const struct conf_item *row)
{
	struct text x = { 0 }, y = { 0 };

	if (row->write(row, p->a.conf, &x) < 0 || row->write(row, p->b.conf, &y) < 0)
		diff_lines(p, row);
	else if (strcmp(text_str(&x), text_str(&y)) != 0)
		note(p, row, last_of(&p->a, row), last_of(&p->b, row));
	text_done(&x);
	text_done(&y);
}

/* Rows of blocks. */

static void diff_pair(struct pair *p);

/* The next struct of `row` in its vec from index i on, or NULL: blocks of several kinds may share a vec. */
static const struct conf_head *next_item(const struct pair *p, const struct side *s, const struct conf_item *row,
	unsigned *i)
{
	const struct conf_vec *v = conf_at(row, s->conf);

	for (; *i < v->n; ++*i) {
		const struct conf_head *head = v->item[*i];

		if (head->node && row_of(p->block, head->node->words[0].text) == row)
			return v->item[(*i)++];
	}
	return NULL;
}

/* Two blocks with the same words are compared inside; otherwise one goes and the other comes. */
static void diff_block(const struct pair *p, const struct conf_item *row, const struct conf_head *a,
	const struct conf_head *b)
{
	struct pair in = { p->d, row->block, { .conf = a }, { .conf = b } };

	if (a && b && same_words(a->node, b->node))
		diff_pair(&in);
	else
		note(p, row, a ? a->node : NULL, b ? b->node : NULL);
}

static void diff_blocks(const struct pair *p, const struct conf_item *row)
{
	unsigned i = 0, j = 0;
	const struct conf_head *x = next_item(p, &p->a, row, &i), *y = next_item(p, &p->b, row, &j);

	while (x || y) {
		diff_block(p, row, x, y);
		x = next_item(p, &p->a, row, &i);
		y = next_item(p, &p->b, row, &j);
	}
}

static void diff_rows(struct pair *p);

static void add_merged(struct side *to, const struct side *from, const struct conf_item *row)
{
	to->conf = conf_at(row, from->conf);
	for (unsigned i = next_of(from, row, 0); i < from->n; i = next_of(from, row, i + 1))
		add_lines(to, row->block, from->line[i].node);
}

/* Blocks that are filled together: their lines count as one block's. */
static void diff_merged(const struct pair *p, const struct conf_item *row)
{
	struct pair in = { .d = p->d, .block = row->block };

	add_merged(&in.a, &p->a, row);
	add_merged(&in.b, &p->b, row);
	diff_rows(&in);
	free(in.a.line);
	free(in.b.line);
}

static void diff_row(struct pair *p, const struct conf_item *row)
{
	switch (row->type) {
	case CONF_UINT:
	case CONF_INT:
	case CONF_TIME:
	case CONF_BOOL:
	case CONF_FLAG:
	case CONF_CHOICE:
	case CONF_STRING:
	case CONF_ADDR:
		diff_value(p, row);
		break;
	case CONF_BLOCK:
		if (row->is_merged)
			diff_merged(p, row);
		else if (row->offset != CONF_NOWHERE && !p->d->is_own)
			diff_blocks(p, row);
		break;
	case CONF_CUSTOM:
	case CONF_LINES:
		if (row->write)
			diff_written(p, row);
		else
			diff_lines(p, row);
		break;
	case CONF_ALIAS:
		break;
	}
}

static void diff_rows(struct pair *p)
{
	for (const struct conf_item *row = p->block->items; row && row->name; row++)
		if (row->status == CONF_WORKS)
			diff_row(p, row);
}

static void diff_pair(struct pair *p)
{
	add_sources(&p->a, p->block);
	add_sources(&p->b, p->block);
	diff_rows(p);
	free(p->a.line);
	free(p->b.line);
}

static enum conf_cost diff_structs(const struct conf_block *block, const void *a, const void *b, struct differing d)
{
	const struct conf_head *x = a, *y = b;
	struct pair p = { &d, block, { .conf = a }, { .conf = b } };

	if (x->node && y->node && !same_words(x->node, y->node))
		d.cost = CONF_RESTART;
	diff_pair(&p);
	return d.cost;
}

enum conf_cost schema_diff_each(const struct conf_block *block, const void *a, const void *b, conf_diff_fn *each,
	void *ctx)
{
	return diff_structs(block, a, b, (struct differing){ .each = each, .ctx = ctx });
}

enum conf_cost schema_diff_own(const struct conf_block *block, const void *a, const void *b, conf_diff_fn *each,
	void *ctx)
{
	return diff_structs(block, a, b, (struct differing){ .each = each, .ctx = ctx, .is_own = true });
}

enum conf_cost schema_diff(const struct conf_block *block, const void *a, const void *b)
{
	return schema_diff_each(block, a, b, NULL, NULL);
}

/* What a difference says. */

static void write_words(const struct conf_node *n, unsigned from, struct text *ret)
{
	for (unsigned i = from; i < n->n_words; i++)
		text_printf(ret, "%s%s", i > from ? " " : "", n->words[i].text);
}

static bool is_one_line(const struct conf_diff *d, const struct conf_node *n)
{
	return d->item->type == CONF_LINES && !n->is_block;
}

bool schema_diff_value(const struct conf_diff *d, bool is_new, struct text *ret)
{
	const struct conf_node *line = is_new ? d->to : d->from;
	const void *conf = is_new ? d->to_struct : d->from_struct;

	if (d->item->is_secret && line) {
		text_add(ret, "(secret)");
		return true;
	}
	if (d->item->type == CONF_FLAG && d->item->offset != CONF_NOWHERE) {
		bool is_on = *(const bool *)conf_at(d->item, conf) == (d->item->min != 0);

		text_add(ret, is_on ? "on" : "off");
		return true;
	}
	if (line && is_one_line(d, line))
		write_words(line, 0, ret);
	else if (line && line->n_words > 1)
		write_words(line, 1, ret);
	else if (line && d->item->type == CONF_CUSTOM)
		text_add(ret, "on");
	else
		return value_write(d->item, conf, ret) == 0;
	return true;
}

const struct place *schema_diff_place(const struct conf_diff *d)
{
	return d->to && d->to->n_words ? &d->to->words[0].at : NULL;
}

bool schema_seen(const struct conf_block *block, const void *conf, const char *keyword)
{
	const struct conf_head *head = conf;
	const struct conf_item *row = row_of(block, keyword);
	size_t i = row ? (size_t)(row - block->items) : SIZE_MAX;

	return head->written && i < CONF_ROWS_MAX && (head->written->bits[i / 64] >> i % 64 & 1);
}

static void forget_blocks(const struct conf_block *block, const struct conf_item *row, const struct conf_vec *v)
{
	for (unsigned i = 0; i < v->n; i++) {
		const struct conf_head *head = v->item[i];

		if (head->node && row_of(block, head->node->words[0].text) == row)
			schema_forget(row->block, v->item[i]);
	}
}

void schema_forget(const struct conf_block *block, void *conf)
{
	struct conf_head *head = conf;

	for (const struct conf_item *row = block->items; row && row->name; row++) {
		if (row->type != CONF_BLOCK || row->offset == CONF_NOWHERE)
			continue;
		if (!row->is_merged)
			forget_blocks(block, row, conf_at(row, conf));
		else if (row->part || row->offset != 0)
			schema_forget(row->block, (void *)(uintptr_t)conf_at(row, conf));
	}
	head->node = NULL;
}
