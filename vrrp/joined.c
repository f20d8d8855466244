/* joined.c - see joined.h. */
#include "vrrp/joined.h"

#include <stdlib.h>

#include "base/alloc.h"

struct joined_group {
	struct addr group;
	bool was_down;
};

static struct joined_group *find(struct joined *j, const struct addr *group)
{
	for (unsigned i = 0; i < j->n; i++)
		if (addr_equal(&j->item[i].group, group))
			return &j->item[i];
	j->item = x_realloc(j->item, j->n + 1, sizeof(*j->item));
	j->item[j->n] = (struct joined_group){ *group, false };
	return &j->item[j->n++];
}

bool joined_take(struct joined *j, const struct addr *group, bool is_up)
{
	struct joined_group *g = find(j, group);
	bool is_anew = is_up && g->was_down;

	g->was_down = !is_up;
	return is_anew;
}

void joined_done(struct joined *j)
{
	free(j->item);
	*j = (struct joined){ 0 };
}
