/* outlets.c - see outlets.h. */
#include "vrrp/outlets.h"

#include <stdlib.h>

#include "base/alloc.h"

struct outlet_array {
	unsigned n;
	struct outlet *item; /* owned */
};

static unsigned count(const struct outlets *o)
{
	if (o->more)
		return o->more->n;
	return o->only.port ? 1 : 0;
}

struct outlet *outlets_next(struct outlets *o, const struct outlet *before)
{
	struct outlet *all = o->more ? o->more->item : &o->only;
	const size_t at = before ? (size_t)(before - all) + 1 : 0;

	return at < count(o) ? &all[at] : NULL;
}

struct outlet *outlets_find(struct outlets *o, int index)
{
	struct outlet *at = outlets_next(o, NULL);

	while (at && at->index != index)
		at = outlets_next(o, at);
	return at;
}

/* Room for one more behind the n that are there. */
static struct outlet *make_room(struct outlets *o, unsigned n)
{
	if (n == 0)
		return &o->only;
	if (!o->more)
		o->more = x_calloc(1, sizeof(*o->more));
	o->more->item = x_realloc(o->more->item, n + 1, sizeof(*o->more->item));
	o->more->item[0] = n == 1 ? o->only : o->more->item[0];
	o->more->n = n + 1;
	return &o->more->item[n];
}

struct outlet *outlets_add(struct outlets *o, int index, struct port *port)
{
	struct outlet *ret = make_room(o, count(o));

	*ret = (struct outlet){ .port = port, .index = index };
	return ret;
}

void outlets_done(struct outlets *o)
{
	if (o->more)
		free(o->more->item);
	free(o->more);
	*o = (struct outlets){ 0 };
}
