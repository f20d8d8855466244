/*
 * expand.h - private to lib/conf: include files, conditional lines (@id), variables ($NAME) and repetition (~SEQ, ~LST).
 * keepalived.conf(5) "Conditional configuration", "Parameter substitution", "Sequence blocks", "List blocks". A byte that comes
 * out of a variable keeps the place where the variable was set, so that a mistake in a template is one finding; its place.used is
 * where the variable was used. Everything here is bounded (struct expand_limits): a file that asks for more is an error.
 */
#ifndef CONF_EXPAND_H
#define CONF_EXPAND_H
#include "conf/build.h"

#include <stdint.h>

struct including;
struct sources;

enum {
	VARIABLE_SLOTS = 4096,
	EXPAND_DEPTH = 64, /* variables and repetitions inside each other */
};

/* What a configuration may take. tree_read_*() has the defaults of expand_new(), fuzzing less. */
struct expand_limits {
	size_t produced; /* bytes that variables and repetitions make */
	size_t memory;   /* of the tree, in bytes */
	size_t read;     /* bytes of all files */
	unsigned files;
	long rounds; /* of one line, through all repetitions around it */
};

struct variable {
	struct variable *next; /* of its slot */
	const char *name;
	struct line value; /* lives in the arena; '\n' between lines */
	bool is_open;      /* being replaced right now */
};

/* A block whose first line a condition left out: see condition.c. */
struct hidden {
	enum { HIDDEN_NONE, HIDDEN_WORDS, HIDDEN_OPENER, HIDDEN_BLOCK } state;
	unsigned depth;                                       /* braces that are open in it */
	enum { TAKEN_NONE, TAKEN_WORDS, TAKEN_OPENER } taken; /* the line before, where its condition holds */
	struct place at;
};

struct expander {
	struct conf_tree *tree;
	struct report *report;
	struct builder build;
	struct variable *variables[VARIABLE_SLOTS]; /* by the hash of the name */
	struct including *including;                /* the files being read, innermost first */
	struct sources *sources;                    /* borrowed; may be NULL */
	const char *config_id;
	const struct place **used; /* owned; a hash table of the places of use that were made */
	unsigned n_used, n_used_slots;
	struct hidden hidden;
	struct expand_limits limits;
	const struct conf_node *global; /* the line of global_defs that was looked at last, see global.c */
	uint64_t random;                /* the state of ${_RANDOM}, with is_seeded */
	size_t produced, read;          /* so far, see limits */
	long rounds;                    /* of the repetitions around the line at work */
	unsigned files, undefined;      /* undefined: variables that were named in findings */
	unsigned checks;                /* include_check, enum include_check */
	unsigned substitutions;         /* in the line at work */
	bool plain, is_full, is_seeded;
};

/* The caller frees with expand_free(), which also closes the tree. `config_id` NULL: the first label of the node name. */
struct expander *expand_new(struct conf_tree *t, struct report *r, const char *config_id, bool plain);
void expand_free(struct expander *ex);
void expand_file(struct expander *ex, const char *path);
void expand_bytes(struct expander *ex, const char *name, const char *data, size_t len);
/* One logical line: condition, definition, repetition, variables; what is left goes to the tree. */
void expand_line(struct expander *ex, const struct line *l, unsigned depth);
/* The next `len` bytes may be produced; otherwise one error was reported and the rest of the configuration is passed over. */
bool expand_room(struct expander *ex, size_t len, const struct place *at);
/* Reports an error after which nothing more is read. */
void expand_stop(struct expander *ex, const struct place *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same place, to live as long as the tree: for place.used. */
const struct place *expand_used(struct expander *ex, const struct place *at);

/* Reads the lines of a source whose bytes stay where they are. include.c */
void expand_source(struct expander *ex, struct source *src);
/* An include line, read when it is one. include.c */
bool expand_include(struct expander *ex, const struct line *l);
/* Whether the line is one, or its keyword at least. include.c */
bool expand_is_include(const struct line *l);
/* The directory of the file that is being read. include.c */
const char *expand_directory(const struct expander *ex);

/* Cuts the condition off a line that begins with '@'; empty when it does not hold. condition.c */
struct line expand_condition(struct expander *ex, const struct line *l);
/* Whether the line belongs to a block that a condition hides; *l is what stands behind the end of that block. condition.c */
bool expand_is_hidden(struct expander *ex, struct line *l);
/* At the end of the configuration: a hidden block that never ended is reported. condition.c */
void expand_hidden_done(struct expander *ex);

/* After each line of the tree: what global_defs says about the language itself, include_check and random_seed. global.c */
void expand_global(struct expander *ex);

void expand_set(struct expander *ex, const char *name, size_t len, const struct line *value);
/*
 * Appends `l` with its variables replaced: 0. A value of several lines ends the work: 1, it and what follows stand there as they
 * were written, and *ret_multi is that variable, marked as open. -EINVAL once something was reported. variable.c
 */
int expand_variables(struct expander *ex, const struct line *l, struct spotted *out, struct variable **ret_multi);
/*
 * A line that begins with a variable whose value is a condition or a repetition: 1, that value and what follows stand in `out` as
 * they were written, *ret as above. 0: it is none. -EINVAL once something was reported. variable.c
 */
int expand_head(struct expander *ex, const struct line *l, struct spotted *out, struct variable **ret);
/* "$NAME" or "${NAME ARGS}" at a place of a line. */
struct reference {
	const char *name;
	size_t name_len, len; /* len: of the whole reference */
	const char *args;
	size_t args_len;
	bool is_braced;
};
/* A reference that stands for nothing: says so where it looks meant. `is_quoted`: inside double quotes. undefined.c */
void expand_undefined(struct expander *ex, const struct line *l, size_t pos, const struct reference *ref,
	bool is_quoted);
/* What a predefined name stands for: in `buf`, or a string that lives long enough; NULL: it is none. predefined.c */
const char *expand_predefined(struct expander *ex, const struct reference *ref, const struct place *at, char *buf,
	size_t size);
/* A line that starts with ~SEQ or ~LST: true when it was one. repeat.c */
bool expand_repeat(struct expander *ex, const struct line *l, unsigned depth);
#endif
