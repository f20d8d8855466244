/* schema.h - the tables of this floor that other files of it need; vrrp/conf.h declares those for everybody. */
#ifndef VRRP_SCHEMA_H
#define VRRP_SCHEMA_H
#include "conf/schema.h"

/* global_defs, as far as VRRP owns it: fills struct vrrp_globals. */
extern const struct conf_block vrrp_globals_block;
#endif
