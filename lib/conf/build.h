/* build.h - private to lib/conf: lines become nodes, braces blocks. Where braces do not match, braces.c finds out which. */
#ifndef CONF_BUILD_H
#define CONF_BUILD_H
#include "conf/line.h"
#include "conf/tree.h"

struct fits;

struct builder {
	struct conf_tree *tree;
	struct report *report; /* NULL: findings of the lexer are not wanted */
	struct report *errors;
	struct conf_node *current;   /* the innermost open block */
	struct conf_node *candidate; /* a line that a '{' on its own line would open */
	struct conf_word *pending;   /* owned */
	unsigned n_pending, cap_pending;
	unsigned depth;    /* open blocks */
	struct fits *fits; /* NULL: nothing is known about words */
	bool is_uneven;    /* braces cannot be right as they are */
};

void build_init(struct builder *b, struct conf_tree *t, struct report *r, bool quiet);
void build_line(struct builder *b, const struct line *l);
/* The end of the whole configuration; frees what build_init() took. */
void build_done(struct builder *b);
#endif
