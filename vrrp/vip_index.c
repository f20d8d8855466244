/* vip_index.c - see vip_index.h. */
#include "vrrp/vip_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/alloc.h"
#include "vrrp/address.h"
#include "vrrp/instance.h"

void vip_index_clear(struct vip_index *ix)
{
	ix->n = 0;
	ix->is_sorted = false;
}

void vip_index_done(struct vip_index *ix)
{
	free(ix->entry);
	memset(ix, 0, sizeof(*ix));
}

static void add(struct vip_index *ix, const struct addr *a, struct instance *vi)
{
	if (ix->n == ix->cap) {
		ix->cap = ix->cap ? ix->cap * 2 : 64;
		ix->entry = x_realloc(ix->entry, ix->cap, sizeof(*ix->entry));
	}
	ix->entry[ix->n++] = (struct vip_entry){ addr_hash(a), vi };
	ix->is_sorted = false;
}

void vip_index_add(struct vip_index *ix, struct instance *vi)
{
	const struct address_set *s = instance_addresses(vi);

	for (unsigned i = 0; i < s->n; i++)
		add(ix, &s->vip[i]->conf.addr, vi);
}

static int order(const void *a, const void *b)
{
	const uint32_t x = ((const struct vip_entry *)a)->hash, y = ((const struct vip_entry *)b)->hash;

	return (x > y) - (x < y);
}

/* Position of the first entry that is not before the hash. */
static unsigned lower(const struct vip_index *ix, uint32_t hash)
{
	unsigned lo = 0, hi = ix->n;

	while (lo < hi) {
		unsigned mid = lo + (hi - lo) / 2;

		if (ix->entry[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct instance *vip_index_find(struct vip_index *ix, const struct addr *a, unsigned nth)
{
	const uint32_t hash = addr_hash(a);
	unsigned at;

	if (!ix->is_sorted && ix->n > 0)
		qsort(ix->entry, ix->n, sizeof(*ix->entry), order);
	ix->is_sorted = true;
	at = lower(ix, hash) + nth;
	return at < ix->n && ix->entry[at].hash == hash ? ix->entry[at].vi : NULL;
}
