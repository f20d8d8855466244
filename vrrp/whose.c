/* whose.c - see whose.h. */
#include "vrrp/whose.h"

#include "io/child.h"
#include "vrrp/claimant.h"

static int ask(void *ctx, const struct msg_whose *q)
{
	return child_send(ctx, ROLE_LVS, MSG_WHOSE, q, sizeof(*q));
}

void whose_start(struct claimants *c, struct child *child)
{
	c->ask = ask;
	c->ctx = child;
}
