/* overlay_list.c - see overlay_list.h. */
#include "daemon/overlay_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "daemon/overlay_service.h"

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
	free_str(e->block);
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
	to->block = copied(e->block);
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

unsigned overlay_list_forget(struct overlay_list *l, const char *vs)
{
	unsigned n = 0;

	for (unsigned i = l->n; i > 0; i--) {
		if (strcmp(l->entry[i - 1].vs, vs) != 0)
			continue;
		overlay_list_del(l, i - 1);
		n++;
	}
	return n;
}

static bool is_named(const struct conf_node *n, const char *keyword)
{
	return n->is_block && !strcmp(n->words[0].text, keyword);
}

/* The block of the service that a line adds: a copy in the arena, or NULL. */
static const char *block_of(struct conf_read *rd, const struct overlay_blocks *b, const char *vs)
{
	char name[CONF_NAME_LEN];
	struct text text = { 0 };

	for (unsigned i = 0; i < b->conf.services.n && !text.len; i++) {
		const struct vs_conf *c = b->conf.services.item[i];

		if (!strcmp(vs_name(c, name), vs))
			tree_write_node(c->head.node, 0, &text);
	}
	if (!text.len)
		return NULL;
	vs = arena_strdup(rd->arena, text.s);
	text_done(&text);
	return vs;
}

static void read_block(struct overlay_list *l, struct conf_read *rd, const struct conf_node *block,
	const struct overlay_blocks *blocks)
{
	struct overlay_entry e;

	for (const struct conf_node *n = block->children; n; n = n->next) {
		if (overlay_entry_read(rd, n, &e) < 0)
			continue;
		if (e.kind == OVERLAY_ADD && !e.rs)
			e.block = block_of(rd, blocks, e.vs);
		if (e.kind == OVERLAY_ADD && !e.rs && !e.block)
			report_add(rd->report, CONF_ERROR, &n->words[0].at, "there is no virtual_server for it");
		else
			overlay_list_add(l, &e);
	}
}

/* A block that cannot be read has no service; its line says so. */
static void read_services(const char *text, struct overlay_blocks *ret, const struct conf_node *root, struct report *r)
{
	struct report *inner = report_new();
	const struct finding *f;

	if (overlay_blocks_read(text, false, ret, inner) < 0 && (f = report_get(inner, 0)))
		report_add(r, CONF_ERROR, &root->children->words[0].at, "%s", f->text);
	report_free(inner);
}

void overlay_list_read(struct overlay_list *l, const char *name, const char *text, struct report *r)
{
	struct conf_tree *t = tree_read_bytes(name, text, strlen(text), true, r);
	struct conf_read rd = { .report = r, .arena = t->arena };
	struct overlay_blocks blocks = { 0 };
	struct text services = { 0 };

	for (const struct conf_node *n = t->root.children; n; n = n->next) {
		if (is_named(n, "virtual_server"))
			tree_write_node(n, 0, &services);
		else if (!is_named(n, "overlay"))
			report_add(r, CONF_ERROR, &n->words[0].at,
				"only blocks 'overlay' and 'virtual_server' are expected here");
	}
	if (services.len)
		read_services(text_str(&services), &blocks, &t->root, r);
	for (const struct conf_node *n = t->root.children; n; n = n->next)
		if (is_named(n, "overlay"))
			read_block(l, &rd, n, &blocks);
	overlay_blocks_done(&blocks);
	text_done(&services);
	tree_free(t);
}

void overlay_list_write(const struct overlay_list *l, struct text *out)
{
	if (!l->n)
		return;
	for (unsigned i = 0; i < l->n; i++)
		if (l->entry[i].block)
			text_add(out, l->entry[i].block);
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
