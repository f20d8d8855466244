/*
 * part.h - private to lib/conf: the parts of blocks (schema.h) while a configuration is read: who has one of its own, and which
 * ones are there to be shared.
 */
#ifndef CONF_PART_H
#define CONF_PART_H
#include "conf/schema.h"

/* `arena` gets what is shared. */
struct conf_parts *parts_new(struct arena *arena);
void parts_free(struct conf_parts *p);
/* A block's struct gets the parts of its rows: those with the defaults, or, before they are known, zeroed ones of its own. */
void parts_begin(struct conf_read *rd, const struct conf_block *block, void *out);
/* Whether the part of this row still waits for its defaults, between parts_begin() and parts_ready(). */
bool parts_wants_default(const struct conf_read *rd, const struct conf_block *block, const struct conf_item *item);
/* Its defaults are written: they are those of all blocks of this kind from now on. */
void parts_ready(struct conf_read *rd, const struct conf_block *block, void *out);
/* Blocks whose parts have the same bytes point to one; pointers that conf_field() returned are gone. */
void parts_share(struct conf_parts *p);
#endif
