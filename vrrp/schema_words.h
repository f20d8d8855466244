/* schema_words.h - the words of one line of the configuration, read one after another by the parse functions of this floor. */
#ifndef VRRP_SCHEMA_WORDS_H
#define VRRP_SCHEMA_WORDS_H
#include "conf/schema.h"

struct words {
	struct conf_read *rd;
	const struct conf_node *node;
	unsigned at; /* the next word */
};

/* NULL at the end of the line. */
const struct conf_word *words_next(struct words *l);
/* The value behind the word read last; NULL once "it needs `what`" was reported. */
const struct conf_word *words_value(struct words *l, const char *what);
/* As words_value(), a number up to `max`. 0 or -EINVAL. */
int words_uint(struct words *l, int64_t max, uint32_t *ret);
/* The word's text, kept as long as the configuration. */
const char *words_keep(struct words *l, const struct conf_word *w);
/* Warns that the word has no effect in a line of `where`. */
void words_unknown(struct words *l, const struct conf_word *w, const char *where);
#endif
