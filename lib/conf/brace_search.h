/*
 * brace_search.h - private to lib/conf: lines and braces in the order of the file, and the cheapest way to read them: every brace
 * that is put in or left out costs, and so does, a little less, a line whose indentation or keyword does not fit the block it would
 * be in. Ways that have the same blocks open are one; the cheaper one stays.
 */
#ifndef CONF_BRACE_SEARCH_H
#define CONF_BRACE_SEARCH_H
#include "conf/tree.h"

#include <stdint.h>

struct fits;
struct fits_level;
struct brace_frame;

enum brace_edit_kind {
	BRACE_CLOSE /* a '}' is missing before the event */,
	BRACE_DROP /* this '}' is surplus */,
	BRACE_OPEN /* a '{' is missing behind this line */
};

/* A line or a '}'. */
struct brace_event {
	struct conf_node *n;
	struct place at;
	unsigned indent;       /* of the physical line it is on */
	unsigned child_indent; /* of the first line inside, when has_child */
	uint32_t hash;         /* of the word */
	bool is_close, is_first, has_child;
	struct brace_frame *frames; /* opened here, one per way */
};

/* An open block in some way of reading; `open` NULL: the outermost level. */
struct brace_frame {
	struct brace_frame *parent, *next;
	struct brace_event *open;
	const struct fits_level *inside;
};

struct brace_edit {
	enum brace_edit_kind kind;
	size_t event;
	struct brace_frame *frame; /* the block that is closed, or that a surplus '}' would have closed */
	const struct brace_edit *before;
};

struct brace_search {
	struct arena *arena;            /* owned */
	struct brace_event *event;      /* owned; in the order of the file */
	const struct brace_edit **edit; /* in that order too */
	size_t n, n_edits;
};

/* Searches the tree of braces_repair(); done with brace_search_done(). `f` may be NULL. */
void brace_search(struct conf_tree *t, struct fits *f, struct brace_search *ret);
void brace_search_done(struct brace_search *r);
/* Whether two places came from one file by one way, so that their columns can be compared. */
bool brace_is_same_text(const struct place *a, const struct place *b);
/* Whether the lines inside a block stand further right than its keyword. */
bool brace_is_indented(const struct brace_event *open);
#endif
