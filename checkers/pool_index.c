/* pool_index.c - see pool_index.h. */
#include "checkers/pool_index.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/conf.h"

struct seat {
	const struct rs_conf *rs;
	uint32_t index;
};

static int by_seat(const void *a, const void *b)
{
	const struct seat *x = a, *y = b;
	int r = addr_cmp(&x->rs->addr, &y->rs->addr);

	if (!r)
		r = x->rs->port < y->rs->port ? -1 : x->rs->port > y->rs->port;
	return r ? r : x->index < y->index ? -1 : 1;
}

void pool_index(struct pool *p, const struct vs_conf *vs)
{
	struct seat *list = x_calloc(vs->servers.n + 1, sizeof(*list));
	uint32_t first = 0;

	for (uint32_t i = 0; i < vs->servers.n; i++)
		list[i] = (struct seat){ vs->servers.item[i], i };
	qsort(list, vs->servers.n, sizeof(*list), by_seat);
	for (uint32_t i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = list[i].rs, *before = i ? list[i - 1].rs : NULL;

		if (!before || before->port != rs->port || !addr_equal(&before->addr, &rs->addr))
			first = list[i].index;
		p->servers[list[i].index].first = first;
	}
	free(list);
}
