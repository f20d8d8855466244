/* schema_groups.h - the tables of blocks that name instances or interfaces: sync groups, track groups, pacing. None is served. */
#ifndef VRRP_SCHEMA_GROUPS_H
#define VRRP_SCHEMA_GROUPS_H
#include "conf/schema.h"

/* They fill a struct vrrp_group_conf, vrrp_static_group, vrrp_garp_group. */
extern const struct conf_block vrrp_group_block;
extern const struct conf_block vrrp_static_group_block;
extern const struct conf_block vrrp_garp_group_block;
#endif
