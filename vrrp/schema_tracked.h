/* schema_tracked.h - the tables of what instances track: vrrp_script, track_file, vrrp_track_process. */
#ifndef VRRP_SCHEMA_TRACKED_H
#define VRRP_SCHEMA_TRACKED_H
#include "conf/schema.h"

/* They fill a struct vrrp_script_conf, vrrp_file_conf, vrrp_process_conf. */
extern const struct conf_block vrrp_script_block;
extern const struct conf_block vrrp_file_block;
extern const struct conf_block vrrp_process_block;
#endif
