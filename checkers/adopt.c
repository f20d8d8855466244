/*
 * adopt.c - see adopt.h. With alpha, a server without a result is down: without this, a restarted daemon would take
 * every server that serves out of the table, and put it in again a second later.
 */
#include "checkers/adopt.h"

#include <stdlib.h>

#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/plan.h"
#include "checkers/service.h"

static int by_service(const void *a, const void *b)
{
	return plan_service_cmp(a, b);
}

static int by_dest(const void *a, const void *b)
{
	return plan_dest_cmp(a, b);
}

/* `state` for the checks without one. */
static void set_unknown(struct service *vs, const struct service_server *rs, enum check_state state)
{
	enum check_state *known = service_known(vs, rs);

	for (unsigned i = 0; i < rs->conf->checks.n; i++)
		if (known[i] == CHECK_UNKNOWN)
			known[i] = state;
}

static void adopt_server(struct service *vs, const struct service_server *rs, const struct ipvs_service *kernel)
{
	const struct ipvs_dest key = { .addr = rs->conf->addr,
		.port = rs->conf->port ? (uint16_t)rs->conf->port : kernel->port };
	const struct ipvs_dest *d = kernel->n_dests
		? bsearch(&key, kernel->dests, kernel->n_dests, sizeof(key), by_dest)
		: NULL;

	if (d && d->weight)
		set_unknown(vs, rs, CHECK_UP);
	else if (vs->conf->how->initial_state == INITIAL_LAST && !rs->conf->tier && rs->conf->weight)
		set_unknown(vs, rs, CHECK_DOWN);
}

void adopt_states(struct services *s, const struct ipvs_table *kernel)
{
	for (unsigned i = 0; kernel->n_services && i < s->n; i++) {
		struct service *vs = &s->list[i];
		const struct ipvs_service *k;
		struct ipvs_service first;

		if (!vs->n_wanted)
			continue;
		first = match_first(vs->conf); /* all its entries have the same servers */
		k = bsearch(&first, kernel->services, kernel->n_services, sizeof(*k), by_service);
		if (!k)
			continue;
		for (unsigned n = 0; n < vs->conf->servers.n; n++)
			adopt_server(vs, &vs->servers[n], k);
	}
}
