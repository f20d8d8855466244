/* suggest.h - private to lib/conf: what to say about a word that no table knows. */
#ifndef CONF_SUGGEST_H
#define CONF_SUGGEST_H
#include "conf/schema.h"

/* A set of tables: those of the block that is read, or the roots. */
struct tables {
	const struct conf_block *const *block;
	unsigned n;
};

/* Reports the unknown keyword of `node`, with the nearest one of `here`, or the blocks below `roots` where it is valid. */
void suggest_unknown(struct report *r, const struct conf_node *node, struct tables here, struct tables roots);
/* Whether a word that is not known looks like the beginning of a comment: of another language, or not ASCII. */
bool suggest_is_comment(const char *word);
/* The line of a block that is no keyword of `table` and was probably meant to be `name`, or NULL. */
const struct conf_node *suggest_meant(const struct conf_node *node, const struct conf_block *table, const char *name);
/* The row of that name, aliases included, or NULL. */
const struct conf_item *suggest_find(const struct conf_block *block, const char *name, size_t len);
#endif
