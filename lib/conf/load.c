/* load.c - the functions of tree.h: reading whole files, and the canonical form. Lines are in expand.c, nodes in build.c. */
#include "conf/tree.h"

#include "base/alloc.h"
#include "base/text.h"

#include "conf/expand.h"
#include "conf/sources.h"

#include <ctype.h>
#include <string.h>

static struct conf_tree *tree_in(struct arena *a)
{
	struct conf_tree *t = arena_alloc(a, sizeof(*t));

	t->arena = a;
	t->root.is_block = true;
	return t;
}

static struct conf_tree *tree_new(void)
{
	return tree_in(arena_new());
}

struct conf_tree *tree_again(struct conf_tree *t)
{
	struct arena *a = t->arena;

	arena_clear(a);
	return tree_in(a);
}

struct conf_tree *tree_read_file(const char *path, const struct tree_options *opt, struct report *r)
{
	struct conf_tree *t = tree_new();
	struct expander *ex = expand_new(t, r, opt ? opt->config_id : NULL, false);

	ex->build.fits = opt ? opt->fits : NULL;
	ex->sources = opt ? opt->sources : NULL;
	if (opt && !opt->config_id)
		sources_add_node(ex->sources, ex->config_id);
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

void tree_add_bytes(struct conf_tree *t, const char *name, const char *data, size_t len, struct report *r)
{
	struct expander *ex = expand_new(t, r, NULL, true);

	expand_bytes(ex, name, data, len);
	expand_free(ex);
}

void tree_free(struct conf_tree *t)
{
	if (t)
		arena_free(t->arena);
}

void tree_put_word(struct conf_tree *t, struct conf_node *n, unsigned i, const char *text)
{
	struct conf_word *words = arena_alloc(t->arena, n->n_words * sizeof(*words));

	memcpy(words, n->words, n->n_words * sizeof(*words));
	words[i].text = arena_strdup(t->arena, text);
	n->words = words;
}

/* A '$' that a reader would take for a variable's. */
static bool is_reference(const char *s)
{
	return *s == '$' && (s[1] == '{' || s[1] == '_' || isalpha((unsigned char)s[1]));
}

/* A line that begins with it would be replaced by files. */
static bool is_include(const char *s)
{
	return !strncmp(s, "include", 7) && (!s[7] || (strchr("rmwba", s[7]) && !s[8]));
}

static bool needs_quotes(const char *s)
{
	if (!*s || strchr("@$~", *s) || is_include(s))
		return true;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || strchr("#!{}\\\"", *s) || is_reference(s))
			return true;
	return false;
}

static void write_quoted(const char *s, struct text *out)
{
	text_add(out, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_printf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 0x7f || is_reference(s))
			text_printf(out, "\\%03o", (unsigned)*s);
		else
			text_add_bytes(out, s, 1);
	}
	text_add(out, "\"");
}

/* "${NAME}", without its '}'; 0: it is none. */
static size_t reference_len(const char *s)
{
	size_t n = 2;

	if (s[0] != '$' || s[1] != '{')
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return s[n] == '}' ? n : 0;
}

/* Whether a reader takes it for one word without double quotes: no blank, no brace but those of "${NAME}". */
static bool is_bare(const char *s)
{
	for (; *s; s++) {
		const size_t n = reference_len(s);

		s += n;
		if (!n && ((unsigned char)*s <= ' ' || *s == '{' || *s == '}'))
			return false;
	}
	return true;
}

static void write_bare(const char *s, struct text *out)
{
	for (; *s; s++) {
		if (strchr("#!\"", *s))
			text_add(out, "\\");
		text_add_bytes(out, s, 1);
	}
}

/* A single quote parts the words of a command (script.c) only where no double ones are around it. */
void tree_write_text(const char *word, bool is_quoted, struct text *out)
{
	if (is_quoted || (needs_quotes(word) && !(strchr(word, '\'') && is_bare(word))))
		write_quoted(word, out);
	else
		write_bare(word, out);
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
		tree_write_text(n->words[i].text, n->words[i].is_quoted, out);
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
