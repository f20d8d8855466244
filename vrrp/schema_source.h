/* schema_source.h - lines of allow_from: whose adverts an instance listens to. */
#ifndef VRRP_SCHEMA_SOURCE_H
#define VRRP_SCHEMA_SOURCE_H
#include "conf/schema.h"

#define SCHEMA_SOURCE_ARGS "{ ADDRESS[/LENGTH] [owner] }"
#define SCHEMA_SOURCE_EXAMPLE "192.0.2.2\n192.0.2.0/28\n192.0.2.3 owner\n2001:db8::/64"
#define SCHEMA_SOURCE_WRONG "peer\n192.0.2.2/33\n2001:db8::/129"

/* ADDRESS[/LENGTH] [owner]. Fills allow_from of a struct vrrp_conf. */
conf_parse_fn schema_source;
#endif
