/*
 * vmac_parent.h - settings of the interfaces below devices with a virtual MAC address: while one has such a device, it answers ARP
 * only for its own addresses and asks only with them (otherwise a neighbour learns a virtual address with the real MAC address).
 * The first user sets that, the last one puts back what was before.
 */
#ifndef VRRP_VMAC_PARENT_H
#define VRRP_VMAC_PARENT_H
#include "vrrp/vmac_words.h"

struct link_dev;

struct vmac_parent {
	int index;
	unsigned users;
	struct vmac_before before;
};

/* Zero is an empty one. */
struct vmac_parents {
	struct vmac_parent *item; /* owned */
	unsigned n;
};

/*
 * One more device on interface `index`; `found` (may be NULL): what the mark of a device of an earlier run says of it. *ret:
 * how the parent was before, to be written on the device. 0 or -errno: then it is as it was.
 */
int vmac_parent_use(struct vmac_parents *p, struct link_dev *d, int index, const struct vmac_before *found,
	struct vmac_before *ret);
/* One device less. */
void vmac_parent_drop(struct vmac_parents *p, struct link_dev *d, int index);
/* A device of an earlier run said this of a parent, and is gone now: kept for the last user, or put back when there is none. */
void vmac_parent_learn(struct vmac_parents *p, struct link_dev *d, int index, const struct vmac_before *before);
void vmac_parents_done(struct vmac_parents *p);
#endif
