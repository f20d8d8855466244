/* rolling.c - see rolling.h. */
#include "checkers/rolling.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/known.h"
#include "checkers/plan.h"
#include "net/ipvs.h"

enum { LOOK_USEC = 10000 /* of one look */, FIRST = 16, LEAST = 4, MOST = 4096 /* services */ };

unsigned rolling_fit(unsigned n, int64_t usec)
{
	const int64_t fit = usec > 0 ? n * (int64_t)LOOK_USEC / usec : MOST, twice = 2 * (int64_t)n;
	const int64_t next = fit < twice ? fit : twice;

	return (unsigned)(next < LEAST ? LEAST : next > MOST ? MOST : next);
}

/* `n` services from the `at`th on; what is in them stays the table's. */
static struct ipvs_table slice_of(const struct ipvs_table *t, unsigned at, unsigned n)
{
	struct ipvs_table slice = { .services = t->services + at, .n_services = n };

	for (unsigned i = 0; i < n; i++)
		slice.n_dests += slice.services[i].n_dests;
	return slice;
}

static bool differs(const struct ipvs_table *written, const struct ipvs_table *kernel, const struct ipvs_table *owned)
{
	struct ipvs_change *changes = x_calloc(plan_max(written, kernel) + 1, sizeof(*changes));
	const unsigned n = plan_make(written, kernel, owned, changes);

	free(changes);
	return n > 0;
}

int rolling_look(struct rolling *r, struct ipvs *ipvs, struct known *k)
{
	const struct ipvs_table *all = &k->written;
	const unsigned at = r->at < all->n_services ? r->at : 0, room = r->n ? r->n : FIRST;
	const unsigned n = all->n_services - at < room ? all->n_services - at : room;
	const struct ipvs_table slice = slice_of(all, at, n);
	const mono_t begun = mono_now();
	struct ipvs_table kernel;
	int err = ipvs_read_some(ipvs, slice.services, n, &kernel);

	if (err < 0)
		return err;
	plan_sort(&kernel);
	err = differs(&slice, &kernel, &k->owned);
	known_count(k, &kernel);
	ipvs_table_done(&kernel);
	r->at = at + n;
	if (n == room)
		r->n = rolling_fit(n, mono_diff(mono_now(), begun));
	return err;
}
