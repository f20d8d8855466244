/* load.c - the functions of tree.h: reading whole files, and the canonical form. Lines are in expand.c, nodes in build.c. */
#include "conf/tree.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/expand.h"

#include <string.h>

static struct conf_tree *tree_new(void)
{
	struct arena *a = arena_new();
	struct conf_tree *t = arena_alloc(a, sizeof(*t));

	t->arena = a;
	t->root.is_block = true;
	return t;
}

struct conf_tree *tree_read_file(const char *path, const struct tree_options *opt, struct report *r)
{
	struct conf_tree *t = tree_new();
	struct expander *ex = expand_new(t, r, opt ? opt->config_id : NULL, false);

	expand_file(ex, path);
	expand_free(ex);
	return t;
}

struct conf_tree *tree_read_bytes(const char *name, const char *data, size_t len, bool plain, struct report *r)
{
	struct conf_tree *t = tree_new();
	struct expander *ex = expand_new(t, r, NULL, plain);

	expand_bytes(ex, name, data, len);
	expand_free(ex);
	return t;
}

void tree_free(struct conf_tree *t)
{
	if (t)
		arena_free(t->arena);
}

static bool needs_quotes(const char *s)
{
	if (!*s || strchr("@$~", *s))
		return true;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || strchr("#!{}\\\"", *s))
			return true;
	return false;
}

static void write_quoted(const char *s, struct text *out)
{
	text_add(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_printf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			text_printf(out, "\\%03o", (unsigned)*s);
		else
			text_add_bytes(out, s, 1);
	}
	text_add(out, "\"");
}

static void write_word(const struct conf_word *w, struct text *out)
{
	if (w->is_quoted || needs_quotes(w->text))
		write_quoted(w->text, out);
	else
		text_add(out, w->text);
}

static void indent(unsigned depth, struct text *out)
{
	while (depth--)
		text_add(out, "\t");
}

void tree_write_node(const struct conf_node *n, unsigned depth, struct text *out)
{
	indent(depth, out);
	for (unsigned i = 0; i < n->n_words; i++) {
		if (i)
			text_add(out, " ");
		write_word(&n->words[i], out);
	}
	text_add(out, n->is_block ? " {\n" : "\n");
	if (!n->is_block)
		return;
	for (const struct conf_node *c = n->children; c; c = c->next)
		tree_write_node(c, depth + 1, out);
	indent(depth, out);
	text_add(out, "}\n");
}

void tree_write(const struct conf_tree *t, struct text *out)
{
	for (const struct conf_node *n = t->root.children; n; n = n->next)
		tree_write_node(n, 0, out);
}
