/*
 * tree.h - a configuration as blocks and words with their places; no domain words here. Lexing, comments, quotes, includes,
 * conditions, variables and repetition (facts: keepalived.conf(5)) are resolved below this line.
 */
#ifndef CONF_TREE_H
#define CONF_TREE_H
#include "conf/report.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct conf_mark;
struct text;

struct conf_word {
	const char *text; /* NUL-terminated, quotes and escapes resolved */
	struct place at;
	bool is_quoted;
};

/* One line or one block: words[0] is the keyword. */
struct conf_node {
	const struct conf_word *words;
	unsigned n_words;
	bool is_block;
	struct place open, close; /* of the '{' and the '}'; line 0: none was written */
	struct conf_node *parent, *children, *last_child, *next;
};

struct conf_tree {
	struct arena *arena; /* owned; holds every node, word and place */
	struct conf_node root;
	struct conf_mark *marks, *last_mark; /* "# vipd: ..." comments, see mark.h */
};

struct tree_options {
	const char *config_id;   /* -i; NULL: the first label of the node name */
	struct fits *fits;       /* fits.h: helps where braces do not match; NULL: the indentation alone */
	struct sources *sources; /* sources.h: gets what was read; NULL: nobody asks */
};

/*
 * Reads a file with everything it includes. Always returns a tree (possibly empty): what is wrong is in the report, a file that
 * cannot be read is an error there. The caller frees with tree_free().
 */
struct conf_tree *tree_read_file(const char *path, const struct tree_options *opt, struct report *r);
/* Reads bytes (a memfd's, a test's); `name` stands for the file in places. No includes from here on when `plain`. */
struct conf_tree *tree_read_bytes(const char *name, const char *data, size_t len, bool plain, struct report *r);
/* Reads bytes, plain, behind what the tree has; a brace that is left open is an error. */
void tree_add_bytes(struct conf_tree *t, const char *name, const char *data, size_t len, struct report *r);
/* An empty tree in the memory of `t`, which is gone with all that was in it. */
struct conf_tree *tree_again(struct conf_tree *t);
void tree_free(struct conf_tree *t);
/* Puts another text, which is copied, in the place of the line's words[i]. */
void tree_put_word(struct conf_tree *t, struct conf_node *n, unsigned i, const char *text);
/* The tree in canonical form: one word form, one indentation, everything expanded. Reading it again gives the same tree. */
void tree_write(const struct conf_tree *t, struct text *out);
/* One node's canonical text (with its children). */
void tree_write_node(const struct conf_node *n, unsigned depth, struct text *out);
/* One word, in quotes and with escapes where it needs them (or had quotes: a script's words are split inside them only). */
void tree_write_text(const char *word, bool is_quoted, struct text *out);
#endif
