/*
 * schema_words.h - one line of the configuration as a language of its own: addresses, routes, rules, trackers and their like are
 * read word by word, each line's grammar is a table. A word of keepalived's language that is not served yet is said once per line.
 */
#ifndef VRRP_SCHEMA_WORDS_H
#define VRRP_SCHEMA_WORDS_H
#include "conf/schema.h"

enum { WORDS_LATER_MAX = 8 };

enum line_status {
	LINE_WORKS,
	LINE_LATER, /* read, and without effect yet */
};

/* A line that is being read. */
struct words {
	struct conf_read *rd;
	const struct conf_node *node;
	unsigned at;                  /* the next word */
	const struct conf_item *item; /* the row; LATER: nothing inside is said to be not supported again */
	const struct conf_word *later[WORDS_LATER_MAX]; /* words without effect yet */
	unsigned n_later;
	const struct conf_word *track_group; /* the group that a line names */
};

/* A word of a line and how its value is read. */
struct line_word {
	const char *name; /* NULL ends the table */
	int (*read)(struct words *l, const struct line_word *word, void *out);
	size_t offset; /* of the field in `out`; CONF_NOWHERE: the value is checked and forgotten */
	enum line_status status;
	uint32_t max;
	const struct conf_choice *choices;
};

struct line_grammar {
	const char *what; /* "a route" */
	const struct line_word *words;
	/* Reads a word that is none of these; NULL: it is unknown, a warning. */
	int (*other)(struct words *l, const struct conf_word *w, void *out);
};

/* Starts at words[from] of the line. */
struct words words_of(struct conf_read *rd, const struct conf_item *item, const struct conf_node *node, unsigned from);
/* NULL at the end of the line. */
const struct conf_word *words_next(struct words *l);
/* The next word if it is `text`, which is taken then. */
bool words_skip(struct words *l, const char *text);
/* The value behind the word read last; NULL once "it needs `what`" was reported. */
const struct conf_word *words_value(struct words *l, const char *what);
/* The word's text, kept as long as the configuration. */
const char *words_keep(struct words *l, const struct conf_word *w);
/* Reads the rest of the line into `out`. 0; <0: reported. */
int words_line(struct words *l, const struct line_grammar *g, void *out);
/* As words_line(), as long as the words are in the table; what comes behind is left. 0 or <0. */
int words_part(struct words *l, const struct line_word *table, void *out);
/* Warns that the word is not known in such a line, with the nearest one. */
void words_unknown(struct words *l, const struct conf_word *w, const struct line_word *table);
/* The same as an error, where a word less would make another thing of the line. */
void words_refuse(struct words *l, const struct conf_word *w, const struct line_grammar *g);
/* Warns about words that the line does not take: words[from] and those behind it. */
void words_extra(struct conf_read *rd, const struct conf_node *node, unsigned from);
/* Whether a number was written (otherwise a name). */
bool words_is_number(const struct conf_word *w);

/* Readers of values. flag: bool; uint: uint32_t up to max; text: const char *; addr: struct addr. */
int line_flag(struct words *l, const struct line_word *word, void *out);
int line_uint(struct words *l, const struct line_word *word, void *out);
/* As uint, decimal or with 0x. */
int line_hex(struct words *l, const struct line_word *word, void *out);
int line_text(struct words *l, const struct line_word *word, void *out);
int line_addr(struct words *l, const struct line_word *word, void *out);
/* An address with or without a length, or default, all, any: a struct addr without the length. */
int line_prefix(struct words *l, const struct line_word *word, void *out);
/* One of the choices, into an unsigned. */
int line_choice(struct words *l, const struct line_word *word, void *out);
/* One of the choices or a number up to max, into a uint32_t. */
int line_number(struct words *l, const struct line_word *word, void *out);
/* "A", or "A-B" with A not above B, each up to max: a struct link_range. */
int line_range(struct words *l, const struct line_word *word, void *out);
/* The track_group of a static line, into words.track_group. */
int line_track_group(struct words *l, const struct line_word *word, void *out);
/*
 * A static line's track_group is kept in the struct vrrp_config `out`, and returned; elsewhere the word has no effect, a warning.
 * NULL: none.
 */
const char *words_settle_group(struct words *l, bool is_static, void *out);
#endif
