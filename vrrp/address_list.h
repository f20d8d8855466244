/* address_list.h - an array of VIPs that is in its owner's struct while it has one: most of thousands of instances have one. */
#ifndef VRRP_ADDRESS_LIST_H
#define VRRP_ADDRESS_LIST_H

struct address_vip;

/*
 * `v` behind the `n` that are in `list`: the list from now on, which address_list_drop() frees. `only` is the owner's place for a
 * single one. `list` may be NULL when n is 0.
 */
struct address_vip **address_list_add(struct address_vip **list, unsigned n, struct address_vip **only,
	struct address_vip *v);
/* Frees the array, not what it points to. */
void address_list_drop(struct address_vip **list, struct address_vip **only);
#endif
