/*
 * sections.h - the tables of all floors as the sections of a manual page: one per block, in the tables' order, each block once, with
 * the blocks it may stand in.
 */
#ifndef PAGE_SECTIONS_H
#define PAGE_SECTIONS_H
#include "conf/schema.h"

enum { SECTION_TABLES = 3, SECTION_ROWS = 8, SECTIONS_MAX = 64 };

struct section {
	const struct conf_block *table[SECTION_TABLES]; /* global_defs has one of each floor */
	unsigned n_tables;
	const struct conf_item *row[SECTION_ROWS]; /* where it may stand: HTTP_GET and SSL_GET are one table */
	const struct section *parent[SECTION_ROWS];
	unsigned n_rows; /* 0: the outermost level */
};

struct sections {
	struct section section[SECTIONS_MAX]; /* the first one is the outermost level */
	unsigned n;
};

/* All sections of all tables. */
void sections_read(struct sections *ret);
/* Calls `each` for the rows of a section in order: of two tables' rows with one name, the one that does more. */
void section_rows(const struct section *s, void (*each)(void *ctx, const struct section *s, const struct conf_item *row), void *ctx);
/* The name of its block; "" for the outermost level. */
const char *section_name(const struct section *s);
/* Whether the block is supported nowhere yet. */
bool section_is_later(const struct section *s);
/* The row of that name, or NULL. */
const struct conf_item *section_find(const struct section *s, const char *name);
#endif
