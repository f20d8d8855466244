/* sweep.h - what a crashed run with another configuration left in the kernel: everything with our mark that nobody has goes. */
#ifndef VRRP_SWEEP_H
#define VRRP_SWEEP_H
#include <stdbool.h>

struct link;
struct link_addr;
struct link_route;
struct link_rule;
struct path_memory;

/* Whether something of this run has it. */
struct sweep_ops {
	bool (*has_addr)(void *ctx, const struct link_addr *a);
	bool (*has_route)(void *ctx, const struct link_route *r);
	bool (*has_rule)(void *ctx, const struct link_rule *r);
};

/*
 * Once, at the start, in bounded batches; says what it removed. `left`: routes and rules without our mark that the run before put
 * there.
 */
void sweep(struct link *link, const struct path_memory *left, const struct sweep_ops *ops, void *ctx);
#endif
