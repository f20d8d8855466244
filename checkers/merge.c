/* merge.c - see merge.h. */
#include "checkers/merge.h"

#include <string.h>

#include "base/alloc.h"
#include "checkers/plan.h"

/* Appends a service with a copy of its destinations; there is room. */
static void append(struct ipvs_table *t, const struct ipvs_service *s)
{
	struct ipvs_service *to = &t->services[t->n_services++];

	*to = *s;
	to->dests = t->dests + t->n_dests;
	if (s->n_dests)
		memcpy(to->dests, s->dests, s->n_dests * sizeof(*s->dests));
	t->n_dests += s->n_dests;
}

void merge_tables(const struct ipvs_table *from, const struct ipvs_table *scope, const struct ipvs_table *to,
	struct ipvs_table *ret)
{
	unsigned i = 0, j = 0;

	*ret = (struct ipvs_table){ .services = x_calloc(from->n_services + to->n_services + 1, sizeof(*ret->services)),
		.dests = x_calloc(from->n_dests + to->n_dests + 1, sizeof(*ret->dests)) };
	while (i < from->n_services || j < to->n_services) {
		bool is_from = j == to->n_services ||
			(i < from->n_services && plan_service_cmp(&from->services[i], &to->services[j]) < 0);
		const struct ipvs_service *s = is_from ? &from->services[i++] : &to->services[j++];

		if (!is_from || !plan_find(scope, s))
			append(ret, s);
	}
}

/* The place in `t` for a service of as many destinations, or NULL. */
static struct ipvs_service *place_of(struct ipvs_table *t, const struct ipvs_service *s)
{
	const struct ipvs_service *hit = plan_find(t, s);

	return hit && hit->n_dests == s->n_dests ? &t->services[hit - t->services] : NULL;
}

bool merge_into(struct ipvs_table *into, const struct ipvs_table *to)
{
	for (unsigned i = 0; i < to->n_services; i++)
		if (!place_of(into, &to->services[i]))
			return false;
	for (unsigned i = 0; i < to->n_services; i++) {
		const struct ipvs_service *s = &to->services[i];
		struct ipvs_service *at = place_of(into, s);
		struct ipvs_dest *dests = at->dests;

		*at = *s;
		at->dests = dests;
		if (s->n_dests)
			memcpy(dests, s->dests, s->n_dests * sizeof(*dests));
	}
	return true;
}
