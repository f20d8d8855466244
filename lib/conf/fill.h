/*
 * fill.h - private to lib/conf: one reading of a tree into the structs of its views. fill.c goes through the lines, finish.c
 * through what they filled.
 */
#ifndef CONF_FILL_H
#define CONF_FILL_H
#include "conf/names.h"
#include "conf/schema.h"
#include "conf/written.h"

enum { VIEWS_MAX = 8 };

/* One struct that is filled. */
struct record {
	const struct conf_block *block;
	const struct conf_item *item; /* the row in the block around; NULL: a root */
	void *out;
	const void *parent;
	const struct conf_node *node; /* the first one; NULL: not written (yet) */
	struct conf_written seen;
	struct record *next;                 /* in order of creation */
	struct record *merged, *next_merged; /* blocks inside that are filled together */
	bool owns_head;
	bool is_dropped; /* without a name, or with that of an earlier one: in no vec */
	bool has_errors; /* its rules are not checked: what they would say follows from the errors */
};

struct reading {
	struct conf_read *rd;
	struct arena *arena; /* owned: records */
	struct record *first, *last;
	struct names names;
	struct conf_written *sets; /* in rd->arena: what heads have so far */
	const struct conf_view *views;
	unsigned n_views;
	bool is_strict;
};

/* The struct inside of the block's one that a merged block fills. */
void *record_inside(const struct record *rec, const struct conf_item *it);

/* The structs that one block of the file fills: one per view that knows it. */
struct level {
	struct record *rec[VIEWS_MAX];
	unsigned n;
};

/* The roots of all views, with their defaults, which the lines of `root` are going to fill; NULL: it is not known yet. */
void fill_begin(struct reading *rg, struct level *ret_root, const struct conf_node *root);
/* All lines and blocks inside of `block`, for the structs of `lv`. */
void fill_children(struct reading *rg, const struct level *lv, const struct conf_node *block);

/* All records, in order of creation: a block before the blocks inside it. */
void finish_all(struct reading *rg);
/* As finish_all() for what was accepted before: nothing is reported missing, no rule is asked. */
void finish_settled(struct reading *rg);
/* As above, and others are still to come: nothing is settled. */
void finish_some(struct reading *rg);
/* The nodes that filled the structs of the records are about to be freed. */
void finish_forget(struct reading *rg);
#endif
