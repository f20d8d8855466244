/* losses.c - see losses.h. */
#include "vrrp/losses.h"

#include <stdlib.h>

#include "base/alloc.h"

static void need(struct contest *c)
{
	if (!c->losses)
		c->losses = x_calloc(1, sizeof(*c->losses));
}

void losses_add(struct contest *c, const char *what, mono_t now)
{
	need(c);
	(void)contest_lost(c, what, now);
}

void losses_refused(struct contest *c, const char *what, mono_t now)
{
	need(c);
	contest_refused(c, what, now);
}

void losses_done(struct contest *c)
{
	free(c->losses);
	*c = (struct contest){ 0 };
}
