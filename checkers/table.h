/*
 * table.h - the kernel's table follows the wanted one: reads, plans, applies, repairs what others changed, and knows
 * which services are ours. IPVS may be missing, or come and go; the table says so once and tries again.
 */
#ifndef CHECKERS_TABLE_H
#define CHECKERS_TABLE_H
#include "base/mono.h"
#include "net/ipvs.h"

struct drain;
struct table;

/* Why the table is written, for the log. */
enum table_cause { TABLE_CONFIG, TABLE_CHECK, TABLE_REPAIR };

/* For status. */
struct table_info {
	bool is_available;
	uint32_t version;             /* of IPVS in the kernel */
	unsigned n_services, n_dests; /* of ours, as wanted when last written; guards count */
	bool is_incomplete;           /* the kernel refused a part of what is wanted */
	uint64_t repairs, errors;
	const char *last_error; /* "" */
};

struct table *table_new(void);
void table_free(struct table *t);
/* Services with these keys are ours and go when they are not wanted. */
void table_own(struct table *t, const struct ipvs_service *keys, unsigned n);
/* The keys of what is ours, sorted. */
const struct ipvs_table *table_owned(const struct table *t);
/* lvs_flush: at the next table_write(), every service in the kernel counts as ours. */
void table_own_all(struct table *t);
void table_set_timeouts(struct table *t, const struct ipvs_timeouts *timeouts);
/* What the kernel has now, for the states to begin with. 0 or -errno (logged). */
int table_read(struct table *t, mono_t now, struct ipvs_table *ret);
/*
 * Makes the kernel's table that of `wanted` (sorted), as a difference; what is not wanted drains first, see drain.h. A large
 * table is not read for it when it was written before: what was written is believed to be there, table_is_due() looks at it
 * anyhow. 0, or
 * -errno when it could not be reached (logged once). Refusals of single changes are logged, counted and tried again.
 */
int table_write(struct table *t, const struct ipvs_table *wanted, enum table_cause cause, mono_t now);
/* The same for some services of ours alone: nothing else is read. */
int table_write_some(struct table *t, const struct ipvs_table *some, enum table_cause cause, mono_t now);
/*
 * Called five times a second: looks cheaply for what others did, and whether something that drains is to be looked at. True:
 * table_watch() is to be called with what is wanted.
 */
bool table_is_due(struct table *t, mono_t now);
/* Repairs, tries again, looks at what drains. True when the set of what drains has changed: saved_write(). */
bool table_watch(struct table *t, const struct ipvs_table *wanted, mono_t now);
/* What drains, now and before a restart (copied). */
const struct drain *table_drain(const struct table *t);
void table_restore_drain(struct table *t, const struct drain *d);
void table_info(const struct table *t, struct table_info *ret);
#endif
