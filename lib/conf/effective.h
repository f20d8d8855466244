/*
 * effective.h - private to lib/conf: a block of the file with the tables and structs that belong to it: which lines count, which
 * row reads each of them, what nobody wrote. The dump prints it.
 */
#ifndef CONF_EFFECTIVE_H
#define CONF_EFFECTIVE_H
#include "conf/schema.h"

enum { EFFECTIVE_SIDES = 8, EFFECTIVE_ROWS = 256 };

/* One table and what it filled. */
struct effective_side {
	const struct conf_block *block;
	const void *out; /* NULL: nothing keeps the values */
};

/* A block of the file, seen by every table that knows it. */
struct effective_scope {
	struct effective_side side[EFFECTIVE_SIDES];
	unsigned n;
	const char *name;
	struct effective_scope *outer;
	unsigned near; /* where the struct of the block before was found: the next one is close to it */
};

/* One line of a block and the row that reads it. */
struct effective_line {
	const struct conf_node *node;
	const struct conf_item *row;
	unsigned side;
	bool is_left_out;
};

/* All lines of a block, or of several that are filled together. */
struct effective_lines {
	struct effective_line *line; /* owned */
	unsigned n, cap;
	bool is_written[EFFECTIVE_SIDES][EFFECTIVE_ROWS];
};

/* Whether the row has an effect. */
bool effective_is_inert(const struct conf_item *it);
/* The row of that name, through aliases, or NULL. */
const struct conf_item *effective_row(const struct conf_block *block, const char *name);
/* Whether the row of table `side` has no say in this block: it has no effect, or another table's has one. */
bool effective_is_spoken_for(const struct effective_scope *s, const struct conf_item *it, unsigned side);
/* Appends the lines of `block`; those that no table knows are passed over. The caller frees ret->line. */
void effective_add(struct effective_lines *ret, const struct effective_scope *s, const struct conf_node *block);
/* After the last effective_add(): notes which rows were written, leaves out what was written again further down. */
void effective_settle(struct effective_lines *ls, const struct effective_scope *s);
/* The inside of a block. l->node NULL: of a merged block that was not written. */
void effective_open(struct effective_scope *outer, const struct effective_line *l, struct effective_scope *ret);
/* Whether a block of the same name further down takes the place of this one. */
bool effective_is_replaced(const struct effective_lines *ls, const struct effective_line *l);
/* Appends the lines inside of block i, and of all that are filled together with it, which are left out from here on. */
void effective_gather(const struct effective_scope *inner, struct effective_lines *ls, unsigned i,
	struct effective_lines *ret);
bool effective_is_written(const struct effective_lines *ls, const char *name);
#endif
