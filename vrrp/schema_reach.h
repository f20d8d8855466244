/*
 * schema_reach.h - lines about what an instance's clients need beyond this router: track_service, track_gateway. Private to
 * vrrp/.
 */
#ifndef VRRP_SCHEMA_REACH_H
#define VRRP_SCHEMA_REACH_H
#include "conf/schema.h"

#define TRACK_SERVICE_ARGS "VIRTUAL_SERVER [tcp|udp|sctp] [weight -253..253 [reverse]]"
#define TRACK_SERVICE_EXAMPLE                                                                                              \
	"192.0.2.100 80 weight -60\n192.0.2.100 80\n192.0.2.100 80 tcp weight 253 reverse"
#define TRACK_SERVICE_WRONG                                                                                                \
	"\n192.0.2.100\n192.0.2.100 80000\nweb 80\n192.0.2.100 80 weight\n192.0.2.100 80 weight 254\nfwmark 0\ngroup"
#define TRACK_GATEWAY_ARGS                                                                                                 \
	"ADDRESS [dev INTERFACE] [interval SECONDS] [timeout SECONDS] [fall COUNT] [rise COUNT] [hold SECONDS] "           \
	"[weight -253..253 [reverse]]"
#define TRACK_GATEWAY_EXAMPLE                                                                                              \
	"192.0.2.254 weight -60\n192.0.2.254\nfe80::1 dev eth0 fall 2 rise 5\n192.0.2.254 interval 0.5 timeout 0.2 hold 60"
#define TRACK_GATEWAY_WRONG                                                                                                \
	"\ngateway\n224.0.0.18\nfe80::1\n192.0.2.254 interval 0\n192.0.2.254 interval 3601\n192.0.2.254 timeout\n"         \
	"192.0.2.254 fall 0\n192.0.2.254 weight 254\n192.0.2.254 hold 3601"

/* track_service: a struct vrrp_track_service, into the row's vec. */
conf_parse_fn schema_reach_service;
/* track_gateway: a struct vrrp_gateway_conf. */
conf_parse_fn schema_reach_gateway;
#endif
