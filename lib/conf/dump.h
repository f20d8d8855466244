/*
 * dump.h - the effective configuration, in the language it was read in: what was written, in canonical form, and behind it in every
 * block the values that nobody wrote. Variables, includes, conditions and repetitions are resolved; words that no table knows and
 * definitions that a later one replaced are left out. Reading it again gives the same structs and the same text.
 */
#ifndef CONF_DUMP_H
#define CONF_DUMP_H
#include <stdbool.h>

struct conf_tree;
struct conf_view;
struct text;

/* Where each value comes from, as a comment behind it. */
enum dump_origin {
	DUMP_PLAIN,  /* no comments: the text of two equal configurations is equal */
	DUMP_ORIGIN, /* "# FILE:LINE", "# default", "# inherited from virtual_server" */
};

struct dump_style {
	enum dump_origin origin;
	/* What stands for the value of a secret (conf_item.is_secret). NULL: the value, without which nothing can read the text. */
	const char *secret;
};

/* Appends the configuration that schema_read() made of `t` and `views`. */
void dump_write(const struct conf_tree *t, const struct conf_view *views, unsigned n_views,
	const struct dump_style *style, struct text *out);
#endif
