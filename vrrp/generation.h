/* generation.h - one accepted configuration of this process, kept as long as somebody was made from it. */
#ifndef VRRP_GENERATION_H
#define VRRP_GENERATION_H
#include "vrrp/conf.h"

struct generation {
	uint32_t number;
	unsigned users;         /* instances made from it, plus one while it is the newest */
	struct conf_tree *tree; /* owned */
	struct vrrp_config config;
};

/* The bytes that main accepted, with one user. NULL when they are no valid configuration. */
struct generation *generation_read(uint32_t number, const char *bytes, size_t len);
/* One user less; the last one frees it. Accepts NULL. */
void generation_drop(struct generation *g);
#endif
