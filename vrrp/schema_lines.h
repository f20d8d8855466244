/*
 * schema_lines.h - parse functions for lines that are no keyword with one value: addresses, peers, states
 * (keepalived.conf(5)). Each reports its own mistakes.
 */
#ifndef VRRP_SCHEMA_LINES_H
#define VRRP_SCHEMA_LINES_H
#include "conf/schema.h"

/* Lines of virtual_ipaddress; the row's min != 0: of virtual_ipaddress_excluded. Fill vips. */
conf_parse_fn schema_vip;
/* Lines of unicast_peer: ADDR [min_ttl N] [max_ttl N]. Fill peers. */
conf_parse_fn schema_peer;
/* state, auth_type, auth_pass. */
conf_parse_fn schema_state, schema_auth_type, schema_auth_pass;
#endif
