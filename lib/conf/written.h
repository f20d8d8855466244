/* written.h - private to lib/conf: the nodes that filled a struct, kept in its conf_head. */
#ifndef CONF_WRITTEN_H
#define CONF_WRITTEN_H
#include <stdint.h>

struct arena;
struct conf_head;
struct conf_node;

enum { CONF_ROWS_MAX = 256, CONF_SEEN_WORDS = CONF_ROWS_MAX / 64 };

/* Which rows of a block were written: bit i of them all is its i-th row. */
struct conf_seen {
	uint64_t bits[CONF_SEEN_WORDS];
	struct conf_seen *next;
};

struct conf_source {
	const struct conf_node *node;
	struct conf_source *next;
};

/* Notes that `node` filled the struct, too. */
void written_by(struct arena *a, struct conf_head *head, const struct conf_node *node);
/*
 * The bits of `seen`, from `sets` where the same ones are there: thousands of servers are written with the same words and share one
 * set. Where hardly any are alike, the search is not worth more than a few tries.
 */
const uint64_t *written_share(struct arena *a, struct conf_seen **sets, const struct conf_seen *seen);
#endif
