/* schema_route.h - lines of virtual_routes (keepalived.conf(5); the words are those of ip-route(8)). */
#ifndef VRRP_SCHEMA_ROUTE_H
#define VRRP_SCHEMA_ROUTE_H
#include "conf/schema.h"

/* Fills routes. */
conf_parse_fn schema_route;
#endif
