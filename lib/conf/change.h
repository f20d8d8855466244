/*
 * change.h - what the step from one configuration to the next changes, as values: objects, the keywords that differ in them, and
 * what that costs. Knows no domain word: kinds, names and effects come from the floors above.
 */
#ifndef CONF_CHANGE_H
#define CONF_CHANGE_H
#include "conf/schema.h"

enum change_what { CHANGE_CHANGED, CHANGE_ADDED, CHANGE_REMOVED };

/* A keyword that differs; what was written nowhere (a default, an inherited value) has no place. */
struct change_row {
	const char *keyword;   /* "priority"; of a block inside "authentication auth_pass" */
	const char *from, *to; /* as they would be written; NULL: none */
	const char *file;      /* where the new value is written; NULL: nowhere */
	unsigned line, column;
	enum conf_cost cost;
};

struct change_effect {
	const char *id;   /* of a fixed set, see the floors' preview.h */
	const char *text; /* a sentence's half: "2 addresses are announced" */
};

struct change {
	enum change_what what;
	const char *kind; /* the keyword of the block: "vrrp_instance" */
	const char *name; /* NULL: there is only one */
	const char *file; /* of the block in the new configuration, or in the old one; NULL: of neither */
	unsigned line;
	struct conf_vec rows;    /* struct change_row */
	struct conf_vec effects; /* struct change_effect */
};

struct changes {
	struct arena *arena;  /* owned; holds all of it, nothing points into the configurations */
	struct conf_vec list; /* struct change, in the order in which they were found */
};

struct changes *changes_new(void);
void changes_free(struct changes *c);
/* A new entry; `node` (may be NULL) is the block. */
struct change *changes_add(struct changes *c, enum change_what what, const char *kind, const char *name,
	const struct conf_node *node);
/* The entry of kind and name that was added last, or NULL. */
struct change *changes_find(const struct changes *c, const char *kind, const char *name);
/* One keyword that differs; a conf_diff_fn for struct change_of. */
struct change_of {
	struct changes *all;
	struct change *change;
};
void changes_row(void *change_of, const struct conf_diff *d);
/* What it costs. The same id again is another effect. */
void changes_effect(struct changes *c, struct change *ch, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/*
 * What differs at the outermost level and in blocks of which there is one: an entry of the kind "global_defs" or, for rows outside
 * of blocks, "configuration". Several roots that know the same block join one entry.
 */
void changes_root(struct changes *c, const struct conf_block *root, const void *from, const void *to);

/* What becomes of a block with a name: adds what it costs. `from` or `to` is NULL: it is new, or gone. */
typedef void changes_named_fn(void *ctx, struct changes *c, struct change *ch, const void *from, const void *to);
/* A row of blocks with a name as their first argument, and the structs around, from which their vecs are. */
struct changes_named {
	const struct conf_item *item;
	const void *from, *to;
	changes_named_fn *each;
	void *ctx;
};
/* Blocks of one kind, matched by name: an entry for each that is new, gone or not the same. */
void changes_named(struct changes *c, const struct changes_named *n);
#endif
