/* drain.c - see drain.h. One walk along the two sorted tables; items of before are searched in theirs. */
#include "checkers/drain.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/plan.h"

/* One step under way. */
struct walk {
	const struct drain_look *look;
	struct drain *d; /* of before */
	struct drain_out *out;
	struct drain_item *items; /* of after; room for all */
	unsigned n_items;
};

/* One service of the walk: what it becomes in the target. */
struct place {
	struct ipvs_service *to;
	int64_t drain_usec;
	bool is_wanted;
};

static int by_service(const void *a, const void *b)
{
	return plan_service_cmp(a, b);
}

static int by_item(const void *a, const void *b)
{
	const struct drain_item *x = a, *y = b;
	int r = plan_service_cmp(&x->service, &y->service);

	return r ? r : plan_dest_cmp(&x->dest, &y->dest);
}

static const struct ipvs_service *find_service(const struct ipvs_table *t, const struct ipvs_service *key)
{
	return t->n_services ? bsearch(key, t->services, t->n_services, sizeof(*key), by_service) : NULL;
}

const struct drain_item *drain_find(const struct drain *d, const struct ipvs_service *s, const struct ipvs_dest *dest)
{
	struct drain_item key;

	if (!d->n)
		return NULL;
	key = (struct drain_item){ .service = *s, .dest = *dest };
	return bsearch(&key, d->items, d->n, sizeof(key), by_item);
}

uint32_t drain_connections(const struct drain_item *i, mono_t now)
{
	bool has_end = i->service.protocol == IPPROTO_TCP || i->service.protocol == IPPROTO_SCTP;

	if (i->service.fwmark || !has_end || mono_diff(now, i->since) < DRAIN_GRACE_USEC)
		return i->dest.active + i->dest.inactive;
	return i->dest.active;
}

static void tell(struct walk *w, enum drain_what what, const struct drain_item *i)
{
	w->out->events[w->out->n_events++] = (struct drain_event){ what, *i };
}

static void put_dest(struct walk *w, struct place *p, const struct ipvs_dest *d, uint32_t weight)
{
	struct ipvs_dest *to = &w->out->target.dests[w->out->target.n_dests++];

	*to = *d;
	to->weight = weight;
	to->active = to->inactive = 0;
	p->to->n_dests++;
}

/* Began, or goes on: since when and until when. A service that is wanted no more keeps what it was given. */
static void set_times(const struct walk *w, const struct place *p, const struct drain_item *old, bool is_kept,
	struct drain_item *ret)
{
	mono_t now = w->look->now;

	if (old && !is_kept && old->deadline.usec == MONO_NEVER.usec)
		old = NULL;
	ret->since = old ? old->since : now;
	ret->is_seen = old && old->is_seen;
	if (is_kept)
		ret->deadline = MONO_NEVER;
	else if (old && !p->is_wanted)
		ret->deadline = old->deadline;
	else
		ret->deadline = mono_add(ret->since, p->drain_usec);
}

/* Whether it stays; tells what ended or began. */
static bool goes_on(struct walk *w, struct drain_item *i)
{
	bool is_kept = i->deadline.usec == MONO_NEVER.usec, was_seen = i->is_seen;

	if (!mono_before(w->look->now, i->deadline)) {
		tell(w, DRAIN_DEADLINE, i);
		return false;
	}
	if (!w->look->has_counters || i->dest.weight)
		return true;
	if (!is_kept && !drain_connections(i, w->look->now)) {
		tell(w, DRAIN_GONE, i);
		return false;
	}
	i->is_seen = true;
	if (!was_seen)
		tell(w, DRAIN_BEGUN, i);
	return true;
}

/* A destination of the kernel that is not wanted. */
static void leave(struct walk *w, struct place *p, const struct ipvs_dest *k, enum ipvs_absent how)
{
	const struct drain_item *old = drain_find(w->d, p->to, k);
	struct drain_item i = { .service = *p->to, .dest = *k };

	if (how == IPVS_RESET || (how == IPVS_PRESENT && !p->drain_usec && !old))
		return;
	i.service.dests = NULL;
	i.service.n_dests = 0;
	if (!w->look->has_counters && old) {
		i.dest.active = old->dest.active;
		i.dest.inactive = old->dest.inactive;
	}
	set_times(w, p, old, how == IPVS_KEEP, &i);
	if (!goes_on(w, &i))
		return;
	w->out->n_unseen += !i.is_seen;
	w->items[w->n_items++] = i;
	put_dest(w, p, k, 0);
}

static void join_dest(struct walk *w, struct place *p, const struct ipvs_dest *d, const struct ipvs_dest *k)
{
	const struct drain_item *old;

	if (!d || d->absent) {
		if (k)
			leave(w, p, k, d ? d->absent : IPVS_PRESENT);
		return;
	}
	old = k ? drain_find(w->d, p->to, d) : NULL;
	if (old && old->is_seen)
		tell(w, DRAIN_BACK, old);
	put_dest(w, p, d, d->weight);
}

static int dest_side(const struct ipvs_dest *d, const struct ipvs_dest *k)
{
	if (!d || !k)
		return d ? -1 : 1;
	return plan_dest_cmp(d, k);
}

static void join_dests(struct walk *w, struct place *p, const struct ipvs_service *s, const struct ipvs_service *k)
{
	unsigned n = s ? s->n_dests : 0, m = k ? k->n_dests : 0, i = 0, j = 0;

	while (i < n || j < m) {
		const struct ipvs_dest *ds = i < n ? &s->dests[i] : NULL, *dk = j < m ? &k->dests[j] : NULL;
		int side = dest_side(ds, dk);

		join_dest(w, p, side <= 0 ? ds : NULL, side >= 0 ? dk : NULL);
		i += side <= 0;
		j += side >= 0;
	}
}

/* mh and sh would refuse the clients of a destination with weight 0: these go to the others. */
static void lend_fallback(struct ipvs_service *s)
{
	bool has_zero = false, has_other = false;

	if (strcmp(s->scheduler, "mh") != 0 && strcmp(s->scheduler, "sh") != 0)
		return;
	for (unsigned i = 0; i < s->n_dests; i++) {
		has_zero |= !s->dests[i].weight;
		has_other |= s->dests[i].weight > 0;
	}
	if (has_zero && has_other)
		s->flags |= IPVS_SCHED1;
}

/* `s` wanted, `k` the kernel's; one may be NULL. */
static void join_service(struct walk *w, const struct ipvs_service *s, const struct ipvs_service *k)
{
	struct ipvs_table *t = &w->out->target;
	const struct ipvs_service *mine = s ? s : find_service(w->look->owned, k);
	struct place p = { .to = &t->services[t->n_services], .is_wanted = s != NULL };

	if (!mine)
		return;
	p.drain_usec = mine->drain_usec;
	*p.to = s ? *s : *k;
	p.to->drain_usec = p.drain_usec;
	p.to->dests = t->dests + t->n_dests;
	p.to->n_dests = 0;
	join_dests(w, &p, s, k);
	lend_fallback(p.to);
	t->n_services += s || p.to->n_dests;
}

static int service_side(const struct ipvs_service *s, const struct ipvs_service *k)
{
	if (!s || !k)
		return s ? -1 : 1;
	return plan_service_cmp(s, k);
}

static void join(struct walk *w)
{
	const struct ipvs_table *a = w->look->wanted, *b = w->look->kernel;
	unsigned i = 0, j = 0;

	while (i < a->n_services || j < b->n_services) {
		const struct ipvs_service *s = i < a->n_services ? &a->services[i] : NULL;
		const struct ipvs_service *k = j < b->n_services ? &b->services[j] : NULL;
		int side = service_side(s, k);

		join_service(w, side <= 0 ? s : NULL, side >= 0 ? k : NULL);
		i += side <= 0;
		j += side >= 0;
	}
}

/* A service that drains needs its guard too. */
static void add_guard(struct ipvs_table *t, uint16_t family)
{
	struct ipvs_service guard = plan_guard(family);

	for (unsigned i = 0; i < t->n_services; i++) {
		if (t->services[i].family != family || t->services[i].fwmark == PLAN_GUARD_MARK)
			continue;
		if (find_service(t, &guard))
			return;
		t->services[t->n_services++] = guard;
		qsort(t->services, t->n_services, sizeof(guard), by_service);
		return;
	}
}

/* What the kernel was not asked for goes on as it did. */
static void carry_over(struct walk *w)
{
	for (unsigned i = 0; i < w->d->n; i++) {
		const struct drain_item *old = &w->d->items[i];

		if (find_service(w->look->scope, &old->service))
			continue;
		w->items[w->n_items++] = *old;
		w->out->n_unseen += !old->is_seen;
	}
}

void drain_step(struct drain *d, const struct drain_look *look, struct drain_out *ret)
{
	const struct ipvs_table *a = look->wanted, *b = look->kernel;
	size_t n_dests = (size_t)a->n_dests + b->n_dests, n_services = (size_t)a->n_services + b->n_services + 2;
	struct walk w = { .look = look, .d = d, .out = ret };

	*ret = (struct drain_out){ .target = { .services = x_calloc(n_services, sizeof(*a->services)),
					   .dests = x_calloc(n_dests + 1, sizeof(*a->dests)) },
	.events = x_calloc(n_dests + 1, sizeof(*ret->events))
};
w.items = x_calloc(b->n_dests + d->n + 1, sizeof(*w.items));
join(&w);
if (look->scope) {
	carry_over(&w);
} else {
	add_guard(&ret->target, AF_INET);
	add_guard(&ret->target, AF_INET6);
}
free(d->items);
d->items = x_realloc(w.items, w.n_items + 1, sizeof(*w.items));
d->n = w.n_items;
drain_sort(d);
}

void drain_out_done(struct drain_out *o)
{
	ipvs_table_done(&o->target);
	free(o->events);
	*o = (struct drain_out){ 0 };
}

void drain_done(struct drain *d)
{
	free(d->items);
	*d = (struct drain){ 0 };
}

mono_t drain_next(const struct drain *d, mono_t now)
{
	mono_t look = mono_add(now, DRAIN_LOOK_USEC), next = MONO_NEVER;

	for (unsigned i = 0; i < d->n; i++)
		if (d->items[i].deadline.usec != MONO_NEVER.usec || !d->items[i].is_seen)
			next = mono_min(next, mono_min(look, d->items[i].deadline));
	return next;
}

void drain_services(const struct drain *d, struct ipvs_table *ret)
{
	*ret = (struct ipvs_table){ .services = x_calloc(d->n + 1, sizeof(*ret->services)) };
	for (unsigned i = 0; i < d->n; i++)
		if (!i || plan_service_cmp(&d->items[i - 1].service, &d->items[i].service))
			ret->services[ret->n_services++] = d->items[i].service;
}

void drain_restore(struct drain *d, const struct drain_item *i)
{
	if ((d->n & (d->n - 1)) == 0)
		d->items = x_realloc(d->items, d->n ? (size_t)d->n * 2 : 1, sizeof(*i));
	d->items[d->n++] = *i;
}

void drain_sort(struct drain *d)
{
	if (d->n)
		qsort(d->items, d->n, sizeof(*d->items), by_item);
}
