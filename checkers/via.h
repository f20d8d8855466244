/*
 * via.h - `via service` in a check: the probe goes to the address of the service and is handed to exactly one real server by the
 * kernel's IPVS, as clients' packets are: by a private service for a mark that only the probe's sockets set. Which marks there are
 * follows from the configuration alone, so that who sets a mark and who writes its service agree without a word. Pure.
 */
#ifndef CHECKERS_VIA_H
#define CHECKERS_VIA_H
#include "checkers/conf.h"

struct ipvs_table;

/*
 * The marks of private services: 0x76700000 to 0x767fffff. One for each real server, method and family of its services,
 * whatever the number of services and checks: found by a hash of these, so that most stay what they are when servers come and
 * go.
 */
enum { VIA_MARK_FIRST = 0x76700000, VIA_MARK_COUNT = 0x100000 };

/* One private service. */
struct via_entry {
	uint32_t mark;
	uint16_t family;          /* of the service's address */
	const struct rs_conf *rs; /* its one destination: address and method */
};

/*
 * After services know their lines: gives each check with `via service` its address, port and mark, and the configuration its
 * list of private services (of the arena). What cannot work is an error at the check.
 */
void via_resolve(struct conf_read *rd, struct checkers_config *c);
/* How many entries via_wanted() adds at most, each with one destination. */
unsigned via_count(const struct checkers_config *c);
/* Appends the private services; there must be room. */
void via_wanted(const struct checkers_config *c, struct ipvs_table *t);
/* Whether a service by this mark is a private one. */
static inline bool via_is_mark(uint32_t mark)
{
	return mark >= VIA_MARK_FIRST && mark - VIA_MARK_FIRST < VIA_MARK_COUNT;
}
#endif
