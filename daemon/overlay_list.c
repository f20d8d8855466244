/* overlay_list.c - see overlay_list.h. */
#include "daemon/overlay_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/tree.h"

static char *copied(const char *s)
{
	return s ? x_strdup(s) : NULL;
}

static void free_str(const char *s)
{
	free((void *)(uintptr_t)s);
}

static void entry_done(struct overlay_entry *e)
{
	free_str(e->vs);
	free_str(e->rs);
	free_str(e->like);
	free_str(e->by);
	free_str(e->reason);
}

void overlay_list_done(struct overlay_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		entry_done(&l->entry[i]);
	free(l->entry);
	*l = (struct overlay_list){ 0 };
}

void overlay_list_add(struct overlay_list *l, const struct overlay_entry *e)
{
	struct overlay_entry *to;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->entry = x_realloc(l->entry, l->cap, sizeof(*l->entry));
	}
	to = &l->entry[l->n++];
	*to = *e;
	to->vs = copied(e->vs);
	to->rs = copied(e->rs);
	to->like = copied(e->like);
	to->by = copied(e->by);
	to->reason = copied(e->reason);
	to->conflict = NULL;
	to->node = NULL;
}

void overlay_list_copy(const struct overlay_list *from, struct overlay_list *to)
{
	for (unsigned i = 0; i < from->n; i++)
		overlay_list_add(to, &from->entry[i]);
}

void overlay_list_del(struct overlay_list *l, unsigned i)
{
	entry_done(&l->entry[i]);
	l->n--;
	memmove(l->entry + i, l->entry + i + 1, (l->n - i) * sizeof(*l->entry));
}

static void read_block(struct overlay_list *l, struct conf_read *rd, const struct conf_node *block)
{
	struct overlay_entry e;

	if (strcmp(block->words[0].text, "overlay") != 0 || !block->is_block) {
		report_add(rd->report, CONF_ERROR, &block->words[0].at, "only a block 'overlay' is expected here");
		return;
	}
	for (const struct conf_node *n = block->children; n; n = n->next)
		if (overlay_entry_read(rd, n, &e) == 0)
			overlay_list_add(l, &e);
}

void overlay_list_read(struct overlay_list *l, const char *name, const char *text, struct report *r)
{
	struct conf_tree *t = tree_read_bytes(name, text, strlen(text), true, r);
	struct conf_read rd = { .report = r, .arena = t->arena };

	for (const struct conf_node *n = t->root.children; n; n = n->next)
		read_block(l, &rd, n);
	tree_free(t);
}

void overlay_list_write(const struct overlay_list *l, struct text *out)
{
	if (!l->n)
		return;
	text_add(out, "overlay {\n");
	for (unsigned i = 0; i < l->n; i++) {
		text_add(out, "\t");
		overlay_entry_write(&l->entry[i], out);
		text_add(out, "\n");
	}
	text_add(out, "}\n");
}

static bool is_about(const struct overlay_entry *e, const char *vs, const char *rs)
{
	return !strcmp(e->vs, vs) && !e->rs == !rs && (!rs || !strcmp(e->rs, rs));
}

unsigned overlay_list_find(const struct overlay_list *l, enum overlay_kind kind, const char *vs, const char *rs)
{
	for (unsigned i = l->n; i > 0; i--)
		if (l->entry[i - 1].kind == kind && is_about(&l->entry[i - 1], vs, rs))
			return i - 1;
	return l->n;
}

unsigned overlay_list_over(const struct overlay_list *l, unsigned i, uint32_t now)
{
	while (i < l->n && (!l->entry[i].until || l->entry[i].until > now))
		i++;
	return i;
}

uint32_t overlay_list_next(const struct overlay_list *l)
{
	uint32_t next = 0;

	for (unsigned i = 0; i < l->n; i++)
		if (l->entry[i].until && (!next || l->entry[i].until < next))
			next = l->entry[i].until;
	return next;
}
