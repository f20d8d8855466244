/* schema_route.h - the line grammar of virtual_routes and static_routes (keepalived.conf(5), ip-route(8)). */
#ifndef VRRP_SCHEMA_ROUTE_H
#define VRRP_SCHEMA_ROUTE_H
#include "conf/schema.h"

#define SCHEMA_ROUTE_ARGS                                                                                           \
	"{ [TYPE] [src ADDRESS] [to] PREFIX|default [via ADDRESS] [dev INTERFACE] [table N|vrf INTERFACE] [protocol P] ... }"
#define SCHEMA_ROUTE_EXAMPLE                                                                                        \
	"src 192.0.2.100 to 198.51.100.0/24 via 192.0.2.254 dev eth1 metric 7 table 100\n"                            \
	"default via 192.0.2.1\n"                                                                                      \
	"203.0.113.0/24 dev eth2 scope link no_track\n"                                                                \
	"blackhole 203.0.113.128/25\n"                                                                                \
	"198.51.100.0/24 table 6909 nexthop via 192.0.2.1 dev eth1 onlink weight 1 nexthop via 192.0.2.2 weight 2\n"    \
	"203.0.113.0/24 dev eth1 tos 0x04 mtu lock 1400 rtt 100ms realms 1/0x14 features ecn append\n"                 \
	"2001:db8:1::/48 via 2001:db8::1 dev eth1 pref high hoplimit 64\n"                                             \
	"throw 203.0.113.64/26 table 7\n"                                                                              \
	"203.0.113.128/26 via inet6 fe80::1 dev eth1\n"                                                                \
	"203.0.113.192/26 via 192.0.2.1 or 192.0.2.2 protocol static\n"                                               \
	"198.51.100.0/25 via 192.0.2.1 proto 50\n"                                                                    \
	"198.51.100.128/25 via 192.0.2.1 vrf blue\n"                                                                  \
	"2001:db8:2::/48 via 2001:db8::1 dev eth1 expires 600\n"                                                      \
	"198.51.100.192/26 encap ip id 7 dst 192.0.2.9 src 192.0.2.1 tos 0x10 ttl 64 flags key dev eth1\n"            \
	"198.51.100.192/27 encap ip6 dst 2001:db8::9 tc 4 hoplimit 9 dev eth1\n"                                      \
	"198.51.100.224/27 nexthop via 192.0.2.1 encap mpls 100/200 ttl 3 nexthop via 192.0.2.2"
#define SCHEMA_ROUTE_WRONG                                                                                          \
	"203.0.113.1/24 dev eth2\n"                                                                                    \
	"203.0.113.0/24 wia 192.0.2.1\n"                                                                               \
	"via 192.0.2.1\n"                                                                                              \
	"203.0.113.0/24 via 2001:db8::1\n"                                                                             \
	"203.0.113.0/24 metric\n"                                                                                      \
	"blackhole 203.0.113.0/24 dev eth2\n"                                                                          \
	"203.0.113.0/24 tos 256 dev eth2\n"                                                                            \
	"203.0.113.0/24 via 192.0.2.1 nexthop via 192.0.2.2\n"                                                        \
	"203.0.113.0/24 nexthop via 192.0.2.2 weight 0\n"                                                             \
	"203.0.113.0/24 from 192.0.2.0/24 dev eth2\n"                                                                 \
	"203.0.113.0/24 via 192.0.2.1 protocol kernel\n"                                                              \
	"203.0.113.0/24 via 192.0.2.1 protocol 256\n"                                                                 \
	"203.0.113.0/24 or 192.0.2.1\n"                                                                               \
	"203.0.113.0/24 via 192.0.2.1 vrf\n"                                                                          \
	"2001:db8:2::/48 dev eth1 expires soon\n"                                                                     \
	"203.0.113.0/24 encap gre dev eth1\n"                                                                         \
	"203.0.113.0/24 encap ip dst 2001:db8::1 dev eth1\n"                                                          \
	"203.0.113.0/24 encap mpls 1048576 via 192.0.2.1"

/* Adds a struct vrrp_route to the vec at the row's offset; the row's min is not 0: static ones, of a struct vrrp_config. */
conf_parse_fn schema_route;
#endif
