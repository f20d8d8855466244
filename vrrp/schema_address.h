/* schema_address.h - lines of virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress (keepalived.conf(5)). */
#ifndef VRRP_SCHEMA_ADDRESS_H
#define VRRP_SCHEMA_ADDRESS_H
#include "conf/schema.h"

/* Which addresses a row's lines are: its min. */
enum schema_address_kind { SCHEMA_ADDRESS_VIRTUAL, SCHEMA_ADDRESS_EXCLUDED, SCHEMA_ADDRESS_STATIC };

#define SCHEMA_ADDRESS_ARGS \
	"{ ADDRESS[/LENGTH] [dev INTERFACE] [scope SCOPE] [brd ADDRESS|+|-] [label LABEL] [no_track] ... }"
#define SCHEMA_ADDRESS_EXAMPLE                                                                                      \
	"192.0.2.100/24\n"                                                                                             \
	"192.0.2.101/24 dev eth1 label eth1:vip brd + scope link\n"                                                    \
	"192.0.2.102 brd 192.0.2.255 scope global no_track\n"                                                          \
	"192.0.2.103/24 broadcast - scope 253"
#define SCHEMA_ADDRESS_WRONG                                                                                        \
	"192.0.2\n"                                                                                                    \
	"192.0.2.1/33\n"                                                                                               \
	"224.0.0.1\n"                                                                                                  \
	"default\n"                                                                                                    \
	"192.0.2.1 dev\n"                                                                                              \
	"192.0.2.1 scope nowere\n"                                                                                     \
	"192.0.2.1 scope 256\n"                                                                                        \
	"192.0.2.1 label 0123456789abcdef\n"                                                                           \
	"192.0.2.1 brd x"

/* Adds a struct vrrp_vip to the vec at the row's offset; static ones are of a struct vrrp_config. */
conf_parse_fn schema_address;
#endif
