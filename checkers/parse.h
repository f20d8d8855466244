/*
 * parse.h - readers for the words of virtual_server and its blocks that are more than one value; each reports its own
 * mistakes.
 */
#ifndef CHECKERS_PARSE_H
#define CHECKERS_PARSE_H
#include "conf/schema.h"

/* "IP [PORT]", "fwmark N" or "group NAME" after virtual_server; "IP [PORT]" after real_server. conf_block.read_args. */
int parse_virtual_server(struct conf_read *rd, const struct conf_node *node, void *out);
int parse_real_server(struct conf_read *rd, const struct conf_node *node, void *out);
/* NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum] -> unsigned at offset (int32_t alike). */
conf_parse_fn parse_method;
/* [0..2678400]; the bare word is 360 s. */
conf_parse_fn parse_persistence;
/* A mask or a prefix length -> struct vs_conf. */
conf_parse_fn parse_granularity;
/* sh-port and its like: adds item->min to vs_conf.sched_flags. */
conf_parse_fn parse_flag;
/* "IP [PORT]" -> vs_conf.sorry. */
conf_parse_fn parse_sorry;
/* [tcp N] [tcpfin N] [udp N] -> struct lvs_globals. */
conf_parse_fn parse_timeouts;
/* "200 301-302" and 32 hex digits -> struct url_conf. */
conf_parse_fn parse_status, parse_digest;
#endif
