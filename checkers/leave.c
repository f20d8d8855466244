/* leave.c - see leave.h. */
#include "checkers/leave.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "checkers/plan.h"
#include "net/ipvs.h"

static unsigned drain_service(struct ipvs_service *s, struct ipvs_change *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_dests; i++) {
		if (!s->dests[i].weight)
			continue;
		s->dests[i].weight = 0;
		out[n++] = (struct ipvs_change){ .op = IPVS_SET_DEST, .service = s, .dest = &s->dests[i] };
	}
	return n;
}

unsigned leave_plan(enum lvs_exit how, struct ipvs_table *kernel, const struct ipvs_table *owned,
	struct ipvs_change *out)
{
	unsigned n = 0;

	for (unsigned i = kernel->n_services;
		i-- && how != LVS_EXIT_KEEP;) { /* backwards: guards are first, and go last */
		struct ipvs_service *s = &kernel->services[i];

		if (how != LVS_EXIT_FLUSH && !plan_find(owned, s))
			continue;
		if (how == LVS_EXIT_DRAIN)
			n += drain_service(s, out + n);
		else
			out[n++] = (struct ipvs_change){ .op = IPVS_DEL_SERVICE, .service = s };
	}
	return n;
}

static int apply(struct ipvs *v, enum lvs_exit how, const struct ipvs_table *owned, unsigned *ret_n)
{
	struct ipvs_change *changes;
	struct ipvs_table kernel;
	int r = ipvs_read(v, IPVS_READ_ALL, &kernel);

	if (r < 0)
		return r;
	plan_sort(&kernel);
	changes = x_calloc(kernel.n_services + kernel.n_dests + 1, sizeof(*changes));
	*ret_n = leave_plan(how, &kernel, owned, changes);
	r = ipvs_apply(v, changes, *ret_n);
	for (unsigned i = 0; r == 0 && i < *ret_n; i++)
		r = changes[i].error;
	free(changes);
	ipvs_table_done(&kernel);
	return r;
}

void leave_table(enum lvs_exit how, const struct ipvs_table *owned)
{
	struct ipvs *v;
	unsigned n = 0;
	int r;

	if (how == LVS_EXIT_KEEP)
		return;
	v = ipvs_new();
	r = apply(v, how, owned, &n);
	ipvs_free(v);
	if (r < 0)
		log_error(LOG_LVS, "the IPVS table could not be left as on_exit says: %s", strerror(-r));
	else
		log_notice(LOG_LVS,
			how == LVS_EXIT_DRAIN ? "on_exit: weight 0 for %u servers" : "on_exit: %u services removed", n);
}
