/* address_list.c - see address_list.h. */
#include "vrrp/address_list.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

void address_list_drop(struct address_vip **list, struct address_vip **only)
{
	if (list != only)
		free(list);
}

struct address_vip **address_list_add(struct address_vip **list, unsigned n, struct address_vip **only,
	struct address_vip *v)
{
	const bool is_inside = list == only;

	if (n == 0) {
		address_list_drop(list, only);
		list = only;
	} else {
		list = x_realloc(is_inside ? NULL : list, n + 1, sizeof(*list));
		if (is_inside)
			list[0] = *only;
	}
	list[n] = v;
	return list;
}
