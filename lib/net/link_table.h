/*
 * link_table.h - interfaces and addresses as one table: put, drop, find. Each change says whether anything is different now.
 * Knows no socket and no message.
 */
#ifndef NET_LINK_TABLE_H
#define NET_LINK_TABLE_H
#include "net/link_types.h"

/* Zero is an empty one. */
struct link_table {
	struct link_if *ifs; /* owned; unsorted, few */
	unsigned n_ifs, cap_ifs;
	struct link_addr *addrs; /* owned; sorted by address, then interface */
	unsigned n_addrs, cap_addrs;
	uint64_t order;
};

bool link_table_put_if(struct link_table *t, const struct link_if *in);
/* As link_judge(); what was judged outlives link_table_put_if(). */
void link_table_judge(struct link_table *t, int index, bool is_judged, bool counts);
/* Unknown interfaces are passed over. */
bool link_table_set_router6(struct link_table *t, int index, bool on);
/* Its addresses go with it. */
bool link_table_drop_if(struct link_table *t, int index);
/* The address's own `order` is not read: a new one comes last. */
bool link_table_put_addr(struct link_table *t, const struct link_addr *a);
/* The entry with the same address, interface and prefix length. */
bool link_table_drop_addr(struct link_table *t, const struct link_addr *a);
/* Empty, but the memory stays. */
void link_table_clear(struct link_table *t);
void link_table_done(struct link_table *t);
/* NULL when it is not there; valid until the next change. */
const struct link_if *link_table_find(const struct link_table *t, const char *name);
const struct link_if *link_table_find_index(const struct link_table *t, int index);
/* `index` 0: on any interface. */
const struct link_addr *link_table_find_addr(const struct link_table *t, int index, const struct addr *a);
#endif
