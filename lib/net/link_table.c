/* link_table.c - see link_table.h. */
#include "net/link_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static struct link_if *if_slot(struct link_table *t, int index)
{
	for (unsigned i = 0; i < t->n_ifs; i++)
		if (t->ifs[i].index == index)
			return &t->ifs[i];
	return NULL;
}

static int addr_order(const struct link_addr *a, const struct addr *addr, int index)
{
	int r = addr_cmp(&a->addr, addr);

	return r ? r : (a->index > index) - (a->index < index);
}

/* Position of the first entry that is not before (addr, index). */
static unsigned addr_lower(const struct link_table *t, const struct addr *addr, int index)
{
	unsigned lo = 0, hi = t->n_addrs;

	while (lo < hi) {
		unsigned mid = lo + (hi - lo) / 2;

		if (addr_order(&t->addrs[mid], addr, index) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The entry with this prefix length too (the kernel keeps one address twice when the lengths differ). */
static struct link_addr *addr_slot(struct link_table *t, const struct link_addr *a)
{
	for (unsigned i = addr_lower(t, &a->addr, a->index); i < t->n_addrs; i++) {
		struct link_addr *e = &t->addrs[i];

		if (addr_order(e, &a->addr, a->index) != 0)
			break;
		if (e->prefix_len == a->prefix_len)
			return e;
	}
	return NULL;
}

bool link_table_put_addr(struct link_table *t, const struct link_addr *a)
{
	struct link_addr *e = addr_slot(t, a);
	unsigned at = addr_lower(t, &a->addr, a->index);

	if (e) {
		bool is_ours = e->proto == LINK_ADDR_PROTO && a->proto == LINK_ADDR_PROTO; /* then no source address */
		bool changed = (e->is_secondary != a->is_secondary && !is_ours) || e->proto != a->proto ||
			e->is_tentative != a->is_tentative || e->dad_failed != a->dad_failed;

		e->is_tentative = a->is_tentative;
		e->dad_failed = a->dad_failed;
		e->is_secondary = a->is_secondary;
		e->is_leased = a->is_leased;
		e->proto = a->proto;
		return changed;
	}
	if (t->n_addrs == t->cap_addrs) {
		t->cap_addrs = t->cap_addrs ? t->cap_addrs * 2 : 64;
		t->addrs = x_realloc(t->addrs, t->cap_addrs, sizeof(*t->addrs));
	}
	memmove(&t->addrs[at + 1], &t->addrs[at], (t->n_addrs - at) * sizeof(*t->addrs));
	t->addrs[at] = *a;
	t->addrs[at].order = ++t->order;
	t->n_addrs++;
	return true;
}

bool link_table_drop_addr(struct link_table *t, const struct link_addr *a)
{
	struct link_addr *e = addr_slot(t, a);

	if (!e)
		return false;
	memmove(e, e + 1, (size_t)(&t->addrs[t->n_addrs] - (e + 1)) * sizeof(*e));
	t->n_addrs--;
	return true;
}

static bool if_equal(const struct link_if *a, const struct link_if *b)
{
	return a->index == b->index && !strcmp(a->name, b->name) && a->is_up == b->is_up && a->has_mac == b->has_mac &&
		a->is_router6 == b->is_router6 && !memcmp(a->mac, b->mac, sizeof(a->mac)) && a->mtu == b->mtu &&
		a->vrf_table == b->vrf_table && a->master == b->master;
}

bool link_table_put_if(struct link_table *t, const struct link_if *in)
{
	struct link_if *e = if_slot(t, in->index), put;

	if (e && if_equal(e, in))
		return false;
	if (!e && t->n_ifs == t->cap_ifs) {
		t->cap_ifs = t->cap_ifs ? t->cap_ifs * 2 : 8;
		t->ifs = x_realloc(t->ifs, t->cap_ifs, sizeof(*t->ifs));
	}
	if (!e)
		e = memset(&t->ifs[t->n_ifs++], 0, sizeof(*e));
	put = *in;
	put.is_judged = e->is_judged;
	put.counts = e->counts;
	*e = put;
	return true;
}

void link_table_judge(struct link_table *t, int index, bool is_judged, bool counts)
{
	struct link_if *e = if_slot(t, index);

	if (!e)
		return;
	e->is_judged = is_judged;
	e->counts = counts;
}

bool link_table_set_router6(struct link_table *t, int index, bool on)
{
	struct link_if *e = if_slot(t, index);

	if (!e || e->is_router6 == on)
		return false;
	e->is_router6 = on;
	return true;
}

/* Its addresses went with it; the kernel says so too, but not always first. */
bool link_table_drop_if(struct link_table *t, int index)
{
	struct link_if *e = if_slot(t, index);
	unsigned kept = 0;

	if (!e)
		return false;
	*e = t->ifs[--t->n_ifs];
	for (unsigned i = 0; i < t->n_addrs; i++)
		if (t->addrs[i].index != index)
			t->addrs[kept++] = t->addrs[i];
	t->n_addrs = kept;
	return true;
}

void link_table_clear(struct link_table *t)
{
	t->n_ifs = 0;
	t->n_addrs = 0;
}

void link_table_done(struct link_table *t)
{
	free(t->ifs);
	free(t->addrs);
	memset(t, 0, sizeof(*t));
}

const struct link_if *link_table_find(const struct link_table *t, const char *name)
{
	for (unsigned i = 0; i < t->n_ifs; i++)
		if (!strcmp(t->ifs[i].name, name))
			return &t->ifs[i];
	return NULL;
}

const struct link_if *link_table_find_index(const struct link_table *t, int index)
{
	for (unsigned i = 0; i < t->n_ifs; i++)
		if (t->ifs[i].index == index)
			return &t->ifs[i];
	return NULL;
}

const struct link_addr *link_table_find_addr(const struct link_table *t, int index, const struct addr *a)
{
	unsigned i = addr_lower(t, a, index);

	if (i == t->n_addrs || !addr_equal(&t->addrs[i].addr, a) || (index && t->addrs[i].index != index))
		return NULL;
	return &t->addrs[i];
}
