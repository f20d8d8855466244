/* effective.c - see effective.h. */
#include "conf/effective.h"

#include "base/alloc.h"

#include "conf/suggest.h"
#include "conf/value.h"

#include <string.h>

bool effective_is_inert(const struct conf_item *it)
{
	return it->status != CONF_WORKS;
}

const struct conf_item *effective_row(const struct conf_block *block, const char *name)
{
	const struct conf_item *it = suggest_find(block, name, strlen(name));

	return it && it->type == CONF_ALIAS ? suggest_find(block, it->alias, strlen(it->alias)) : it;
}

/* The row that a line means: of several tables the first one in which it has an effect. */
static const struct conf_item *find_row(const struct effective_scope *s, const char *name, unsigned *ret_side)
{
	const struct conf_item *found = NULL;

	for (unsigned i = 0; i < s->n; i++) {
		const struct conf_item *it = effective_row(s->side[i].block, name);

		if (!it || (found && effective_is_inert(it)))
			continue;
		found = it;
		*ret_side = i;
		if (!effective_is_inert(it))
			break;
	}
	return found;
}

/* Of several such lines the last one counts. */
static bool is_single(const struct conf_item *it)
{
	return value_is_single(it) && (it->type == CONF_CUSTOM || !effective_is_inert(it));
}

static void add_line(struct effective_lines *ls, struct effective_line l)
{
	if (ls->n == ls->cap) {
		ls->cap = ls->cap ? ls->cap * 2 : 16;
		ls->line = x_realloc(ls->line, ls->cap, sizeof(*ls->line));
	}
	ls->line[ls->n++] = l;
}

void effective_add(struct effective_lines *ls, const struct effective_scope *s, const struct conf_node *block)
{
	for (const struct conf_node *n = block->children; n; n = n->next) {
		struct effective_line l = { .node = n };

		l.row = find_row(s, n->words[0].text, &l.side);
		if (l.row)
			add_line(ls, l);
	}
}

/* Notes which rows were written, and leaves out what was written again further down. */
void effective_settle(struct effective_lines *ls, const struct effective_scope *s)
{
	for (unsigned i = ls->n; i-- > 0;) {
		struct effective_line *l = &ls->line[i];
		size_t row = (size_t)(l->row - s->side[l->side].block->items);

		if (row >= EFFECTIVE_ROWS)
			continue;
		l->is_left_out |= ls->is_written[l->side][row] && is_single(l->row);
		ls->is_written[l->side][row] = true;
	}
}

/* Whether the row says what is so in this block: another table may have the one with an effect. */
bool effective_is_spoken_for(const struct effective_scope *s, const struct conf_item *it, unsigned side)
{
	unsigned at = 0;

	return effective_is_inert(it) || find_row(s, it->name, &at) != it || at != side;
}

/* The struct that `node` filled, or NULL when its name was taken, it was refused or is kept nowhere. */
static const void *find_struct(const struct effective_side *outer, const struct conf_item *row,
	const struct conf_node *node, unsigned *near)
{
	const struct conf_vec *v;

	if (!outer->out || row->offset == CONF_NOWHERE)
		return NULL;
	if (row->is_merged)
		return conf_at(row, outer->out);
	v = conf_at(row, outer->out);
	for (unsigned i = 0; i < v->n; i++) {
		unsigned k = (*near + i) % v->n;

		if (((const struct conf_head *)v->item[k])->node != node)
			continue;
		*near = k + 1;
		return v->item[k];
	}
	return NULL;
}

void effective_open(struct effective_scope *outer, const struct effective_line *l, struct effective_scope *ret)
{
	*ret = (struct effective_scope){ .name = l->row->name, .outer = outer };
	for (unsigned i = 0; i < outer->n; i++) {
		const struct conf_item *row = effective_row(outer->side[i].block, l->row->name);

		if (!row || row->type != CONF_BLOCK || (row != l->row && effective_is_inert(row)))
			continue;
		ret->side[ret->n++] = (struct effective_side){ row->block,
			find_struct(&outer->side[i], row, l->node, &outer->near) };
	}
}

/* A block of a name that an earlier one has. */
bool effective_is_replaced(const struct effective_lines *ls, const struct effective_line *l)
{
	const struct conf_block *b = l->row->block;

	if (!b->args || strcmp(b->args, "NAME") != 0 || l->node->n_words < 2)
		return false;
	for (const struct effective_line *m = ls->line; m < l; m++)
		if (m->row == l->row && m->node->n_words > 1 && !strcmp(m->node->words[1].text, l->node->words[1].text))
			return true;
	return false;
}

/* Blocks that are filled together are one block, where the first one stands. */
void effective_gather(const struct effective_scope *inner, struct effective_lines *ls, unsigned i,
	struct effective_lines *ret)
{
	const struct conf_item *row = ls->line[i].row;

	for (; i < ls->n; i++) {
		if (ls->line[i].row != row)
			continue;
		effective_add(ret, inner, ls->line[i].node);
		ls->line[i].is_left_out = true;
		if (!row->is_merged)
			return;
	}
}

bool effective_is_written(const struct effective_lines *ls, const char *name)
{
	for (unsigned i = 0; i < ls->n; i++)
		if (!strcmp(ls->line[i].row->name, name))
			return true;
	return false;
}
