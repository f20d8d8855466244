/* merge.h - one sorted table of two. */
#ifndef CHECKERS_MERGE_H
#define CHECKERS_MERGE_H
#include "net/ipvs_table.h"

#include <stdbool.h>

/*
 * A table of its own: `to` and, of `from`, what is not in `scope` (services alone); all sorted. Freed by ipvs_table_done(). With an
 * empty `from` a copy of `to`.
 */
void merge_tables(const struct ipvs_table *from, const struct ipvs_table *scope, const struct ipvs_table *to,
	struct ipvs_table *ret);
/*
 * The same in place, for what becomes no larger and no smaller: each service of `to` is in `into`, with as many destinations.
 * False: it is not so, and nothing has changed.
 */
bool merge_into(struct ipvs_table *into, const struct ipvs_table *to);
#endif
