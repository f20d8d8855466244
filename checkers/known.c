/* known.c - see known.h. */
#include "checkers/known.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "checkers/merge.h"
#include "checkers/plan.h"

static bool is_shared(const struct known *k)
{
	return k->owned.services && k->owned.services == k->written.services;
}

static void forget_owned(struct known *k)
{
	if (!is_shared(k))
		free(k->owned.services);
	k->owned = (struct ipvs_table){ 0 };
}

/* What is ours gets services of its own, to become other ones than those that were written. */
static void own_apart(struct known *k)
{
	struct ipvs_table *o = &k->owned;
	const struct ipvs_service *shared = o->services;

	if (!is_shared(k))
		return;
	o->services = x_calloc(o->n_services, sizeof(*o->services));
	for (unsigned i = 0; i < o->n_services; i++) {
		o->services[i] = shared[i];
		o->services[i].dests = NULL;
		o->services[i].n_dests = 0;
	}
}

/* The place of a key among the first `n`, or NULL. */
static struct ipvs_service *find_own(struct ipvs_table *o, unsigned n, const struct ipvs_service *key)
{
	const struct ipvs_table before = { .services = o->services, .n_services = n };
	const struct ipvs_service *hit = plan_find(&before, key);

	return hit ? &o->services[hit - o->services] : NULL;
}

void known_own(struct known *k, const struct ipvs_service *keys, unsigned n)
{
	struct ipvs_table *o = &k->owned;
	unsigned known = o->n_services;

	if (!n)
		return;
	own_apart(k);
	o->services = x_realloc(o->services, known + n, sizeof(*o->services));
	for (unsigned i = 0; i < n; i++) {
		struct ipvs_service *old = find_own(o, known, &keys[i]);
		struct ipvs_service *to = old ? old : &o->services[o->n_services++];

		*to = keys[i];
		to->dests = NULL;
		to->n_dests = 0;
	}
	if (o->n_services > known)
		o->n_services = plan_sort_services(o->services, o->n_services);
}

/* Services that were read and went are ours no more. */
static void disown(struct known *k, const struct ipvs_table *scope, const struct ipvs_table *target)
{
	struct ipvs_table *o = &k->owned;
	unsigned kept = 0;

	for (unsigned i = 0; i < o->n_services; i++)
		if (!plan_find(scope, &o->services[i]) || plan_find(target, &o->services[i]))
			o->services[kept++] = o->services[i];
	o->n_services = kept;
}

static void remember_some(struct known *k, const struct ipvs_table *scope, bool is_refused,
	const struct ipvs_table *target)
{
	struct ipvs_table merged;
	bool is_same = scope->n_services == target->n_services && merge_into(&k->written, target);

	if (is_same && is_shared(k))
		return;
	own_apart(k);
	if (!is_refused)
		disown(k, scope, target);
	known_own(k, target->services, target->n_services);
	if (is_same)
		return;
	merge_tables(&k->written, scope, target, &merged);
	ipvs_table_done(&k->written);
	k->written = merged;
}

/* Nothing else is ours then, but for what the kernel would not let go. */
static void remember_all(struct known *k, bool is_refused, struct ipvs_table *target)
{
	if (is_refused) {
		own_apart(k);
		known_own(k, target->services, target->n_services);
	} else {
		forget_owned(k);
	}
	ipvs_table_done(&k->written);
	k->written = *target;
	*target = (struct ipvs_table){ 0 };
	if (!is_refused)
		k->owned = (struct ipvs_table){ .services = k->written.services, .n_services = k->written.n_services };
}

void known_remember(struct known *k, const struct ipvs_table *scope, bool is_refused, struct ipvs_table *target)
{
	if (scope)
		remember_some(k, scope, is_refused, target);
	else
		remember_all(k, is_refused, target);
}

static const struct ipvs_dest *find_dest(const struct ipvs_service *s, const struct ipvs_dest *key)
{
	for (unsigned i = 0; s && i < s->n_dests; i++)
		if (!plan_dest_cmp(&s->dests[i], key))
			return &s->dests[i];
	return NULL;
}

/* Both are sorted: whoever is behind comes on. */
static void count_dests(struct ipvs_service *to, const struct ipvs_service *from)
{
	unsigned i = 0;

	for (unsigned k = 0; k < from->n_dests && i < to->n_dests; k++) {
		while (i < to->n_dests && plan_dest_cmp(&to->dests[i], &from->dests[k]) < 0)
			i++;
		if (i == to->n_dests || plan_dest_cmp(&to->dests[i], &from->dests[k]))
			continue;
		to->dests[i].active = from->dests[k].active;
		to->dests[i].inactive = from->dests[k].inactive;
	}
}

void known_count(struct known *k, const struct ipvs_table *kernel)
{
	struct ipvs_table *w = &k->written;
	unsigned i = 0;

	for (unsigned at = 0; at < kernel->n_services && i < w->n_services; at++) {
		while (i < w->n_services && plan_service_cmp(&w->services[i], &kernel->services[at]) < 0)
			i++;
		if (i < w->n_services && !plan_service_cmp(&w->services[i], &kernel->services[at]))
			count_dests(&w->services[i], &kernel->services[at]);
	}
}

uint64_t known_connections(const struct ipvs_table *t, const struct ipvs_change *changes, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct ipvs_dest *d = changes[i].op == IPVS_NEW_DEST
			? find_dest(plan_find(t, changes[i].service), changes[i].dest)
			: NULL;

		sum += d ? (uint64_t)d->active + d->inactive : 0;
	}
	return sum;
}

void known_done(struct known *k)
{
	forget_owned(k);
	ipvs_table_done(&k->written);
}
