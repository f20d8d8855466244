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

/* The service as the kernel's table shall have it, without destinations; its key tells which one it is. */
struct ipvs_service match_service(const struct vs_conf *vs);
/*
 * For each of `to` (struct vs_conf), the index in `from` of the one with its key, or MATCH_NONE; services that are not supported
 * match none. Malloc'ed, to->n entries.
 */
uint32_t *match_services(const struct conf_vec *from, const struct conf_vec *to);
/* The same for servers (struct rs_conf) of a service, by address and port. */
uint32_t *match_servers(const struct conf_vec *from, const struct conf_vec *to);
/* Both checks would do the same at the same pace, by what was written and what was inherited: no restart. */
bool match_check(const struct check_conf *from, const struct check_conf *to);
/* The table of a check's kind. */
const struct conf_block *match_check_block(const struct check_conf *c);
#endif
