/*
 * generation.h - one accepted configuration of this process, kept as long as somebody was made from it. What only tells two
 * configurations from each other (the tree) is forgotten while nobody compares: thousands of instances have thousands of lines.
 */
#ifndef VRRP_GENERATION_H
#define VRRP_GENERATION_H
#include "vrrp/conf.h"

struct generation {
	uint32_t number;
	unsigned users;         /* instances made from it, plus one while it is the newest */
	struct arena *arena;    /* owned: what config points to */
	struct conf_tree *tree; /* owned; NULL: forgotten */
	int fd;                 /* owned: the bytes that it was read from */
	struct vrrp_config config;
};

/*
 * What main accepted: a sealed memfd (memfd.h), which stays the caller's. With one user. NULL when it is no valid configuration.
 */
struct generation *generation_read(uint32_t number, int fd);
/* Frees the tree: conf_head.node and all places and words in the structs are gone. */
void generation_forget(struct generation *g);
/*
 * The same with its tree, to compare it with another one: itself, or a copy that is read again; one more user. NULL when it cannot
 * be read any more.
 */
struct generation *generation_recall(struct generation *g);
/* One user less; the last one frees it. Accepts NULL. */
void generation_drop(struct generation *g);
#endif
