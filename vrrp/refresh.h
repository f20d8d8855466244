/*
 * refresh.h - keeps the leases of all VIPs of this process running (lease.h): a few addresses per turn of the loop, spread over
 * the period. Its timer runs before all others, so that after a gap whoever lost his lease has given up before anything is sent.
 */
#ifndef VRRP_REFRESH_H
#define VRRP_REFRESH_H
#include "base/mono.h"

struct instance;
struct link;
struct loop;
struct refresh;

struct refresh_ops {
	/* The i-th instance, NULL past the end. */
	struct instance *(*get)(void *ctx, unsigned i);
	/* The kernel refused: the instances have to look at their addresses. */
	void (*check)(void *ctx, mono_t now);
};

/* `link` and `ops` outlive it. */
struct refresh *refresh_new(struct loop *l, struct link *link, const struct refresh_ops *ops, void *ctx);
/* Accepts NULL. */
void refresh_free(struct refresh *r);
/* An instance may have begun to hold addresses, or its lease changed. */
void refresh_touch(struct refresh *r, mono_t now);
#endif
