/*
 * misplaced.h - virtual addresses that somebody put on another interface of this host: nobody removes them there, and as BACKUP the
 * host answers for them. Looked for every few seconds; the instance is told, as evidence for suspect.h.
 */
#ifndef VRRP_MISPLACED_H
#define VRRP_MISPLACED_H
#include "base/addr.h"
#include "base/mono.h"

struct instance;
struct link;
struct link_addr;
struct loop;
struct misplaced;

struct misplaced_ops {
	/* The nth instance that may have the address among its own; NULL: no more. */
	struct instance *(*may_have)(void *ctx, const struct addr *a, unsigned nth);
	/* Whether something that is static has it there. */
	bool (*is_static)(void *ctx, const struct link_addr *a);
};

/* `link` and `ops` outlive it. */
struct misplaced *misplaced_new(struct loop *l, const struct link *link, const struct misplaced_ops *ops, void *ctx);
/* Accepts NULL. */
void misplaced_free(struct misplaced *m);
#endif
