/* losses.c - see losses.h. */
#include "vrrp/losses.h"

#include "base/alloc.h"

static struct contest *get(struct contest **c)
{
	if (!*c)
		*c = x_calloc(1, sizeof(**c));
	return *c;
}

void losses_add(struct contest **c, const char *what, mono_t now)
{
	(void)contest_lost(get(c), what, now);
}

void losses_refused(struct contest **c, const char *what, mono_t now)
{
	contest_refused(get(c), what, now);
}
