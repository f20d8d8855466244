/*
 * expand.h - private to lib/conf: include files, conditional lines (@id), variables ($NAME) and repetition (~SEQ, ~LST).
 * keepalived.conf(5) "Conditional configuration", "Parameter substitution", "Sequence blocks", "List blocks". A byte that comes
 * out of a variable keeps the place where the variable was set, so that a mistake in a template is one finding.
 */
#ifndef CONF_EXPAND_H
#define CONF_EXPAND_H
#include "conf/build.h"

struct variable {
	struct variable *next;
	const char *name;
	struct line value; /* lives in the arena; '\n' between lines */
};

struct including;

struct expander {
	struct conf_tree *tree;
	struct report *report;
	struct builder build;
	struct variable *variables;
	struct including *including; /* the files being read, innermost first */
	const char *config_id;
	size_t produced;        /* bytes that expansion made so far */
	unsigned substitutions; /* in the line at work */
	bool plain, is_full;
};

/* The caller frees with expand_free(), which also closes the tree. `config_id` NULL: the first label of the node name. */
struct expander *expand_new(struct conf_tree *t, struct report *r, const char *config_id, bool plain);
void expand_free(struct expander *ex);
void expand_file(struct expander *ex, const char *path);
void expand_bytes(struct expander *ex, const char *name, const char *data, size_t len);
/* One logical line: condition, definition, repetition, variables; what is left goes to the tree. */
void expand_line(struct expander *ex, const struct line *l, unsigned depth);
/* Reads the lines of a source whose bytes stay where they are. include.c */
void expand_source(struct expander *ex, struct source *src);
/* An include line, read when it is one. include.c */
bool expand_include(struct expander *ex, const struct line *l);
/* The directory of the file that is being read. include.c */
const char *expand_directory(const struct expander *ex);
void expand_set(struct expander *ex, const char *name, size_t len, const struct line *value);
/*
 * Appends `l` with its variables replaced: 0. A value of several lines ends the work: 1, *ret_rest is where to go on. -EINVAL once
 * something was reported. variable.c
 */
int expand_variables(struct expander *ex, const struct line *l, struct spotted *out, size_t *ret_rest);
/* A line that starts with ~SEQ or ~LST: true when it was one. repeat.c */
bool expand_repeat(struct expander *ex, const struct line *l, unsigned depth);
/* The next `len` bytes may be produced; otherwise one error was reported. */
bool expand_room(struct expander *ex, size_t len, const struct place *at);
#endif
