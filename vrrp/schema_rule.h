/* schema_rule.h - the line grammar of virtual_rules and static_rules (keepalived.conf(5), ip-rule(8)). */
#ifndef VRRP_SCHEMA_RULE_H
#define VRRP_SCHEMA_RULE_H
#include "conf/schema.h"

#define SCHEMA_RULE_ARGS \
	"{ [not] [from PREFIX] [to PREFIX] [fwmark N[/MASK]] [iif INTERFACE] ... table N preference N }"
#define SCHEMA_RULE_EXAMPLE                                                                                         \
	"from 192.0.2.0/24 table 100 preference 1000\n"                                                                \
	"not to 198.51.100.0/24 fwmark 24/12 iif eth1 lookup main priority 1001 no_track\n"                            \
	"sport 1000-2000 dport 53 ipproto udp blackhole preference 1002\n"                                             \
	"from 198.51.100.0/24 table 100 preference 1003 protocol static"
#define SCHEMA_RULE_WRONG                                                                                           \
	"from 192.0.2.0/33 table 100 preference 1000\n"                                                                \
	"from 192.0.2.0/24 table\n"                                                                                    \
	"from 192.0.2.0/24 to 2001:db8::/32 table 1 preference 1\n"                                                    \
	"sport 2000-1000 table 1 preference 1\n"                                                                       \
	"form 192.0.2.0/24 table 1 preference 1\n"                                                                    \
	"from 192.0.2.0/24 table 1 preference 1 protocol 1"

/* Adds a struct vrrp_rule to the vec at the row's offset; the row's min is not 0: static ones, of a struct vrrp_config. */
conf_parse_fn schema_rule;
#endif
