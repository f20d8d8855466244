/* plan.c - see plan.h. A merge join of two sorted tables, walked once for each kind of change; linear after sorting. */
#include "checkers/plan.h"

#include <stdlib.h>
#include <string.h>

/* The kinds of change in the order in which they are written. */
enum phase {
	PHASE_GUARD,
	PHASE_NEW_SERVICE,
	PHASE_SET_SERVICE,
	PHASE_NEW_DEST,
	PHASE_SET_DEST,
	PHASE_DEL_DEST,
	PHASE_DEL_SERVICE,
	PHASE_MAX
};

struct plan {
	enum phase phase;
	struct ipvs_change *out;
	unsigned n;
	const struct ipvs_table *owned;
	unsigned at_owned; /* the join walks `owned` along */
};

struct ipvs_service plan_guard(uint16_t family)
{
	return (struct ipvs_service){ .family = family,
		.fwmark = PLAN_GUARD_MARK,
		.scheduler = "rr",
		.netmask = family == AF_INET ? UINT32_MAX : 128 };
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

int plan_service_cmp(const struct ipvs_service *a, const struct ipvs_service *b)
{
	int r = cmp_u32(a->family, b->family);

	if (!r)
		r = cmp_u32(b->fwmark, a->fwmark);
	if (r || a->fwmark)
		return r;
	r = addr_cmp(&a->addr, &b->addr);
	if (!r)
		r = cmp_u32(a->port, b->port);
	return r ? r : cmp_u32(a->protocol, b->protocol);
}

int plan_dest_cmp(const struct ipvs_dest *a, const struct ipvs_dest *b)
{
	int r = addr_cmp(&a->addr, &b->addr);

	return r ? r : cmp_u32(a->port, b->port);
}

static int by_service(const void *a, const void *b)
{
	return plan_service_cmp(a, b);
}

/* Of two with one key, the one that is to be in the table counts. */
static int by_dest(const void *a, const void *b)
{
	int r = plan_dest_cmp(a, b);

	return r ? r : (int)((const struct ipvs_dest *)a)->absent - (int)((const struct ipvs_dest *)b)->absent;
}

unsigned plan_sort_services(struct ipvs_service *s, unsigned n)
{
	unsigned kept = 0, sorted = 1;

	while (sorted < n && plan_service_cmp(&s[sorted - 1], &s[sorted]) < 0)
		sorted++;
	if (sorted >= n)
		return n;
	qsort(s, n, sizeof(*s), by_service);
	for (unsigned i = 1; i < n; i++)
		if (plan_service_cmp(&s[kept], &s[i]))
			s[++kept] = s[i];
	return kept + 1;
}

static unsigned sort_dests(struct ipvs_dest *d, unsigned n)
{
	unsigned kept = 0, sorted = 1;

	while (sorted < n && plan_dest_cmp(&d[sorted - 1], &d[sorted]) < 0)
		sorted++;
	if (sorted >= n)
		return n;
	qsort(d, n, sizeof(*d), by_dest);
	for (unsigned i = 1; i < n; i++)
		if (plan_dest_cmp(&d[kept], &d[i]))
			d[++kept] = d[i];
	return kept + 1;
}

void plan_sort(struct ipvs_table *t)
{
	t->n_services = plan_sort_services(t->services, t->n_services);
	for (unsigned i = 0; i < t->n_services; i++)
		t->services[i].n_dests = sort_dests(t->services[i].dests, t->services[i].n_dests);
}

const struct ipvs_service *plan_find(const struct ipvs_table *t, const struct ipvs_service *key)
{
	return t->n_services ? bsearch(key, t->services, t->n_services, sizeof(*key), by_service) : NULL;
}

unsigned plan_max(const struct ipvs_table *wanted, const struct ipvs_table *kernel)
{
	return wanted->n_services + wanted->n_dests + kernel->n_services + kernel->n_dests;
}

static void add(struct plan *p, enum phase phase, const struct ipvs_service *s, const struct ipvs_dest *d)
{
	static const enum ipvs_op op[PHASE_MAX] = {
		[PHASE_GUARD] = IPVS_NEW_SERVICE,
		[PHASE_NEW_SERVICE] = IPVS_NEW_SERVICE,
		[PHASE_SET_SERVICE] = IPVS_SET_SERVICE,
		[PHASE_NEW_DEST] = IPVS_NEW_DEST,
		[PHASE_SET_DEST] = IPVS_SET_DEST,
		[PHASE_DEL_DEST] = IPVS_DEL_DEST,
		[PHASE_DEL_SERVICE] = IPVS_DEL_SERVICE,
	};

	if (phase == p->phase)
		p->out[p->n++] = (struct ipvs_change){ .op = op[phase], .service = s, .dest = d };
}

/* Only flags that user space owns count: HASHED is the kernel's. Timeout and mask mean nothing without persistence. */
static bool service_differs(const struct ipvs_service *w, const struct ipvs_service *k)
{
	if (strcmp(w->scheduler, k->scheduler) || ((w->flags ^ k->flags) & IPVS_FLAGS))
		return true;
	if (strcmp(w->engine, k->engine) != 0)
		return true;
	return (w->flags & IPVS_PERSISTENT) && (w->timeout != k->timeout || w->netmask != k->netmask);
}

static bool dest_differs(const struct ipvs_dest *w, const struct ipvs_dest *k)
{
	if (w->tunnel != k->tunnel || w->tunnel_port != k->tunnel_port || w->tunnel_flags != k->tunnel_flags)
		return true;
	return w->forward != k->forward || w->weight != k->weight || w->upper != k->upper || w->lower != k->lower;
}

static const struct ipvs_dest *dest_at(const struct ipvs_service *s, unsigned i)
{
	return s && i < s->n_dests ? &s->dests[i] : NULL;
}

static const struct ipvs_service *service_at(const struct ipvs_table *t, unsigned i)
{
	return i < t->n_services ? &t->services[i] : NULL;
}

/* Which side of a join comes next: <0 wanted alone, 0 both, >0 kernel alone. */
static int dest_side(const struct ipvs_dest *w, const struct ipvs_dest *k)
{
	if (!w || !k)
		return w ? -1 : 1;
	return plan_dest_cmp(w, k);
}

static int service_side(const struct ipvs_service *w, const struct ipvs_service *k)
{
	if (!w || !k)
		return w ? -1 : 1;
	return plan_service_cmp(w, k);
}

/* `w` and `k` are one service in both tables; `k` is NULL when the kernel has no such service. */
static void plan_dests(struct plan *p, const struct ipvs_service *w, const struct ipvs_service *k)
{
	unsigned i = 0, j = 0;

	while (dest_at(w, i) || dest_at(k, j)) {
		const struct ipvs_dest *dw = dest_at(w, i), *dk = dest_at(k, j);
		int side = dest_side(dw, dk);

		if (side < 0)
			add(p, PHASE_NEW_DEST, w, dw);
		else if (side > 0)
			add(p, PHASE_DEL_DEST, w, dk);
		else if (dest_differs(dw, dk))
			add(p, PHASE_SET_DEST, w, dw);
		i += side <= 0;
		j += side >= 0;
	}
}

/* Keys come in ascending order, so one walk along `owned` answers for all of them. */
static bool is_owned(struct plan *p, const struct ipvs_service *k)
{
	const struct ipvs_table *o = p->owned;

	while (p->at_owned < o->n_services && plan_service_cmp(&o->services[p->at_owned], k) < 0)
		p->at_owned++;
	return p->at_owned < o->n_services && plan_service_cmp(&o->services[p->at_owned], k) == 0;
}

bool plan_services_differ(const struct ipvs_table *wanted, const struct ipvs_table *kernel,
	const struct ipvs_table *owned)
{
	struct plan p = { .owned = owned };
	unsigned i = 0;

	for (unsigned j = 0; j < kernel->n_services; j++) {
		const struct ipvs_service *k = &kernel->services[j];
		int side = i < wanted->n_services ? plan_service_cmp(&wanted->services[i], k) : 1;

		if (side < 0 || (side == 0 && service_differs(&wanted->services[i], k)))
			return true;
		if (side > 0 && is_owned(&p, k))
			return true;
		i += side == 0;
	}
	return i < wanted->n_services;
}

static void plan_service(struct plan *p, const struct ipvs_service *w, const struct ipvs_service *k)
{
	if (!w) {
		if (is_owned(p, k))
			add(p, PHASE_DEL_SERVICE, k, NULL);
		return;
	}
	if (!k)
		add(p, w->fwmark == PLAN_GUARD_MARK ? PHASE_GUARD : PHASE_NEW_SERVICE, w, NULL);
	else if (service_differs(w, k))
		add(p, PHASE_SET_SERVICE, w, NULL);
	plan_dests(p, w, k);
}

/* All changes of the present phase. */
static void plan_phase(struct plan *p, const struct ipvs_table *wanted, const struct ipvs_table *kernel)
{
	unsigned i = 0, j = 0;

	p->at_owned = 0;
	while (service_at(wanted, i) || service_at(kernel, j)) {
		const struct ipvs_service *w = service_at(wanted, i), *k = service_at(kernel, j);
		int side = service_side(w, k);

		plan_service(p, side <= 0 ? w : NULL, side >= 0 ? k : NULL);
		i += side <= 0;
		j += side >= 0;
	}
}

unsigned plan_make(const struct ipvs_table *wanted, const struct ipvs_table *kernel, const struct ipvs_table *owned,
	struct ipvs_change *out)
{
	struct plan p = { .out = out, .owned = owned };

	for (p.phase = PHASE_GUARD; p.phase < PHASE_MAX; p.phase++)
		plan_phase(&p, wanted, kernel);
	return p.n;
}
