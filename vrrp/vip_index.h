/*
 * vip_index.h - which instances have an address among their VIPs, found without asking all of them. It may name some that have the
 * address no longer, or another one of the same hash, so the caller asks those that it names; it never misses one.
 */
#ifndef VRRP_VIP_INDEX_H
#define VRRP_VIP_INDEX_H
#include <stdbool.h>
#include <stdint.h>

struct addr;
struct instance;

struct vip_entry {
	uint32_t hash;       /* of the address */
	struct instance *vi; /* borrowed */
};

/* Zero is an empty one. */
struct vip_index {
	struct vip_entry *entry; /* owned; by hash once sorted */
	unsigned n, cap;
	bool is_sorted;
};

void vip_index_clear(struct vip_index *ix);
void vip_index_done(struct vip_index *ix);
/* All addresses of the instance, dropped ones too. */
void vip_index_add(struct vip_index *ix, struct instance *vi);
/* The `nth` of those that may have the address; NULL: no more. */
struct instance *vip_index_find(struct vip_index *ix, const struct addr *a, unsigned nth);
#endif
