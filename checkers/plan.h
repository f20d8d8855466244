/*
 * plan.h - wanted table x kernel table -> the fewest changes, in an order that never leaves a service without its
 * destinations for longer than needed. Pure: sorts and compares, knows no socket, clock or log.
 * Nothing is ever deleted and added again: an entry that differs is edited, so its connections live on. Services that
 * are neither wanted nor ours are not touched.
 */
#ifndef CHECKERS_PLAN_H
#define CHECKERS_PLAN_H
#include "net/ipvs_table.h"

#include <stdbool.h>

/*
 * The mark of the guard services, one per family in use: no destinations, a mark that nobody sets ("vipd"). As long
 * as a family has any service, the kernel drops packets of a service that is missing instead of resetting their
 * connections (ip_vs_ctl.c: the hooks are unregistered with the last service of a family).
 */
#define PLAN_GUARD_MARK UINT32_C(0x76697064)

/* A guard service of `family`. */
struct ipvs_service plan_guard(uint16_t family);
/* <0, 0, >0 by key: marks first, so that guards lead. */
int plan_service_cmp(const struct ipvs_service *a, const struct ipvs_service *b);
int plan_dest_cmp(const struct ipvs_dest *a, const struct ipvs_dest *b);
/* Sorts services and their destinations by key, in place; entries with the same key become one (the first). */
void plan_sort(struct ipvs_table *t);
/* Sorts bare services (keys) and drops repeated ones. The number left. */
unsigned plan_sort_services(struct ipvs_service *s, unsigned n);
/* The service with this key in a sorted table, or NULL. */
const struct ipvs_service *plan_find(const struct ipvs_table *t, const struct ipvs_service *key);
/* Whether the services, without their destinations, are not as wanted, or one of `owned` is too much; all sorted. */
bool plan_services_differ(const struct ipvs_table *wanted, const struct ipvs_table *kernel,
	const struct ipvs_table *owned);
/* How many changes there can be at most. */
unsigned plan_max(const struct ipvs_table *wanted, const struct ipvs_table *kernel);
/*
 * The changes that turn `kernel` into `wanted`, into `out` (of plan_max() entries); both tables were sorted by
 * plan_sort(). `owned` holds the keys of services that we made earlier, sorted by plan_sort_services(): of those that
 * are not wanted any more, none stays. Changes point into the tables. Returns their number. Order: guards, new
 * services, edited services, new destinations, edited destinations, deleted destinations, deleted services.
 */
unsigned plan_make(const struct ipvs_table *wanted, const struct ipvs_table *kernel, const struct ipvs_table *owned,
	struct ipvs_change *out);
#endif
