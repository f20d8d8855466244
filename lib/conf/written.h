/* written.h - private to lib/conf: the nodes that filled a struct, kept in its conf_head. */
#ifndef CONF_WRITTEN_H
#define CONF_WRITTEN_H
#include <stdint.h>

struct arena;
struct conf_head;
struct conf_node;

enum { CONF_ROWS_MAX = 256, CONF_SEEN_WORDS = CONF_ROWS_MAX / 64 };

/* A further node of a struct. */
struct conf_source {
	const struct conf_node *node;
	struct conf_source *next;
};

/* What was written of a block. */
struct conf_written {
	uint64_t bits[CONF_SEEN_WORDS];    /* which rows: bit i of them all is its i-th one */
	const struct conf_source *sources; /* further nodes; they are there while conf_head.node is */
	struct conf_written *next;
};

/* Notes that `node` filled the struct, too. */
void written_by(struct arena *a, struct conf_head *head, const struct conf_node *node);
/*
 * Gives the head the bits of `seen`, from `sets` where the same ones are there: thousands of servers are written with the same
 * words and share one set. Where hardly any are alike, the search is not worth more than a few tries.
 */
void written_share(struct arena *a, struct conf_head *head, struct conf_written **sets,
	const struct conf_written *seen);
#endif
