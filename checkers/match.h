/*
 * match.h - from one configuration to the next: which service, server and check goes on as which. The lvs and the probe process
 * take states over by it, the plan of a reload shows it. Knows no state.
 */
#ifndef CHECKERS_MATCH_H
#define CHECKERS_MATCH_H
#include "net/ipvs_table.h"

#include <stdbool.h>

struct check_conf;
struct conf_block;
struct conf_vec;
struct vs_conf;

#define MATCH_NONE UINT32_MAX

/*
 * How many entries a service has in the kernel's table: one for each address and mark of its lines; more than VS_KEYS_MAX: too
 * many.
 */
uint32_t match_entries(const struct vs_conf *vs);
/* The first of them; the service has a line. */
struct ipvs_service match_first(const struct vs_conf *vs);
/* Those entries without destinations, in order of the lines, into `ret` (match_entries() of them). */
void match_table(const struct vs_conf *vs, struct ipvs_service *ret);
/*
 * For each of `to` (struct vs_conf), the index in `from` of the same one (of a group by its name, else by address or mark), or
 * MATCH_NONE; services without a line match none. Malloc'ed, to->n entries.
 */
uint32_t *match_services(const struct conf_vec *from, const struct conf_vec *to);
/*
 * The same for servers (struct rs_conf) of a service, by address and port; of those that are in several tiers, by tier if it
 * has one.
 */
uint32_t *match_servers(const struct conf_vec *from, const struct conf_vec *to);
/* Both checks would do the same at the same pace, by what was written and what was inherited: no restart. */
bool match_check(const struct check_conf *from, const struct check_conf *to);
/* The table of a check's kind. */
const struct conf_block *match_check_block(const struct check_conf *c);
#endif
