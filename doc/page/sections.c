/* sections.c - see sections.h. */
#include "sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/conf.h"

static struct section *find_section(struct sections *all, const struct conf_item *row, const struct section *parent)
{
	for (unsigned i = 1; i < all->n; i++) {
		struct section *s = &all->section[i];

		for (unsigned k = 0; k < s->n_tables; k++)
			if (s->table[k] == row->block)
				return s;
		if (row->is_merged && s->parent[0] == parent && !strcmp(s->row[0]->name, row->name))
			return s;
	}
	return NULL;
}

static struct section *add_section(struct sections *all)
{
	if (all->n == SECTIONS_MAX) {
		fputs("more blocks than sections\n", stderr);
		exit(EXIT_FAILURE);
	}
	all->section[all->n] = (struct section){ .n_tables = 0 };
	return &all->section[all->n++];
}

static bool has_row(const struct section *s, const struct conf_item *row)
{
	for (unsigned i = 0; i < s->n_rows; i++)
		if (!strcmp(s->row[i]->name, row->name))
			return true;
	return false;
}

static void add_table(struct section *s, const struct conf_block *b)
{
	for (unsigned i = 0; i < s->n_tables; i++)
		if (s->table[i] == b)
			return;
	if (s->n_tables < SECTION_TABLES)
		s->table[s->n_tables++] = b;
}

static void read_block(struct sections *all, const struct conf_item *row, struct section *parent)
{
	struct section *s = find_section(all, row, parent);
	bool is_new = !s || (s->n_tables && s->table[0] != row->block && row->is_merged);

	s = s ? s : add_section(all);
	add_table(s, row->block);
	if (!has_row(s, row) && s->n_rows < SECTION_ROWS) {
		s->row[s->n_rows] = row;
		s->parent[s->n_rows++] = parent;
	}
	if (!is_new)
		return;
	for (const struct conf_item *it = row->block->items; it && it->name; it++)
		if (it->type == CONF_BLOCK)
			read_block(all, it, s);
}

void sections_read(struct sections *ret)
{
	static const struct conf_block *const roots[] = { &main_root, &vrrp_root, &checkers_root };
	struct section *root;

	ret->n = 0;
	root = add_section(ret);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		add_table(root, roots[i]);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		for (const struct conf_item *it = roots[i]->items; it->name; it++)
			if (it->type == CONF_BLOCK)
				read_block(ret, it, root);
}

bool section_is_later(const struct section *s)
{
	for (unsigned i = 0; i < s->n_rows; i++)
		if (s->row[i]->status != CONF_LATER && !section_is_later(s->parent[i]))
			return false;
	return s->n_rows > 0;
}

const char *section_name(const struct section *s)
{
	return s->n_rows ? s->row[0]->name : "";
}

static bool is_inert(const struct conf_item *it)
{
	return it->status != CONF_WORKS;
}

const struct conf_item *section_find(const struct section *s, const char *name)
{
	const struct conf_item *found = NULL;

	for (unsigned i = 0; i < s->n_tables; i++)
		for (const struct conf_item *it = s->table[i]->items; it && it->name; it++)
			if (!strcmp(it->name, name) && (!found || (is_inert(found) && !is_inert(it))))
				found = it;
	return found;
}

void section_rows(const struct section *s, void (*each)(void *ctx, const struct section *s, const struct conf_item *row), void *ctx)
{
	for (unsigned i = 0; i < s->n_tables; i++)
		for (const struct conf_item *it = s->table[i]->items; it && it->name; it++)
			if (section_find(s, it->name) == it)
				each(ctx, s, it);
}
