/* table_model.h - a small table with room of its own, and what the kernel would do with a change to it. */
#ifndef TESTS_TABLE_MODEL_H
#define TESTS_TABLE_MODEL_H
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "checkers/plan.h"

enum { MAX_SERVICES = 16, MAX_DESTS = 8 };

/* A table with room of its own. */
struct fake {
	struct ipvs_table t;
	struct ipvs_service services[MAX_SERVICES];
	struct ipvs_dest dests[MAX_SERVICES][MAX_DESTS];
};

static inline void fake_init(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->t.services = f->services;
}

static inline struct ipvs_service service(const char *addr, uint16_t port)
{
	struct ipvs_service s = { .protocol = IPPROTO_TCP, .port = port, .scheduler = "rr", .netmask = UINT32_MAX };

	ck_assert_int_eq(addr_parse(addr, &s.addr), 0);
	s.family = s.addr.family;
	return s;
}

static inline struct ipvs_dest dest(const char *addr, uint32_t weight)
{
	struct ipvs_dest d = { .port = 80, .forward = 3, .weight = weight };

	ck_assert_int_eq(addr_parse(addr, &d.addr), 0);
	return d;
}

static inline struct ipvs_service *add_service(struct fake *f, struct ipvs_service s)
{
	unsigned i = f->t.n_services++;

	f->services[i] = s;
	f->services[i].dests = f->dests[i];
	f->services[i].n_dests = 0;
	return &f->services[i];
}

static inline void add_dest(struct fake *f, struct ipvs_service *s, struct ipvs_dest d)
{
	s->dests[s->n_dests++] = d;
	f->t.n_dests++;
}

static inline unsigned below(unsigned n)
{
	return (unsigned)rand() % n;
}

static inline struct ipvs_service *find_service(struct fake *f, const struct ipvs_service *key)
{
	for (unsigned i = 0; i < f->t.n_services; i++)
		if (!plan_service_cmp(&f->services[i], key))
			return &f->services[i];
	return NULL;
}

static inline struct ipvs_dest *find_dest(struct ipvs_service *s, const struct ipvs_dest *key)
{
	for (unsigned i = 0; i < s->n_dests; i++)
		if (!plan_dest_cmp(&s->dests[i], key))
			return &s->dests[i];
	return NULL;
}

/* What the kernel would do; a change that it would refuse fails the test. */
static inline void apply(struct fake *f, const struct ipvs_change *c)
{
	struct ipvs_service *s = find_service(f, c->service);
	struct ipvs_dest *d = s && c->dest ? find_dest(s, c->dest) : NULL;
	struct ipvs_dest *dests = s ? s->dests : NULL;
	unsigned n = s ? s->n_dests : 0;
	uint32_t active, inactive;

	switch (c->op) {
	case IPVS_NEW_SERVICE:
		ck_assert_ptr_null(s);
		add_service(f, *c->service);
		break;
	case IPVS_SET_SERVICE:
		ck_assert_ptr_nonnull(s);
		*s = *c->service;
		s->dests = dests;
		s->n_dests = n;
		break;
	case IPVS_NEW_DEST:
		ck_assert(s && !d);
		add_dest(f, s, *c->dest);
		break;
	case IPVS_SET_DEST:
		ck_assert(s && d);
		active = d->active;
		inactive = d->inactive;
		*d = *c->dest;
		d->active = active;
		d->inactive = inactive;
		break;
	case IPVS_DEL_DEST:
		ck_assert(s && d);
		*d = s->dests[--s->n_dests];
		f->t.n_dests--;
		break;
	case IPVS_DEL_SERVICE:
		ck_assert_ptr_nonnull(s);
		f->t.n_dests -= n;
		s->n_dests = 0;
		*s = f->services[--f->t.n_services];
		break;
	case IPVS_OP_MAX:
		ck_abort();
	}
}

/* Sorting and deleting move services but not their rows of destinations; a copy has them in order again. */
static inline void copy(struct fake *to, const struct fake *from)
{
	fake_init(to);
	for (unsigned i = 0; i < from->t.n_services; i++) {
		const struct ipvs_service *s = &from->services[i];
		struct ipvs_service *t = add_service(to, *s);

		for (unsigned k = 0; k < s->n_dests; k++)
			add_dest(to, t, s->dests[k]);
	}
}
#endif
