/*
 * schema_trackers.h - parse functions of what is tracked: vrrp_script, track_file, vrrp_track_process, and the lines of an
 * instance that name them (keepalived.conf(5)). Each reports its own mistakes.
 */
#ifndef VRRP_SCHEMA_TRACKERS_H
#define VRRP_SCHEMA_TRACKERS_H
#include "conf/schema.h"

struct vrrp_conf;
struct vrrp_config;

/* Lines of track_interface: INTERFACE [weight N [reverse|noreverse]]. */
conf_parse_fn schema_track_interface;
/* Lines of the other ones, into the row's vec; the row's max is the greatest weight. */
conf_parse_fn schema_track_ref;
/* weight N [reverse], into the struct vrrp_weight at the row's offset. */
conf_parse_fn schema_track_weight;
/* Of vrrp_script: script, user. */
conf_parse_fn schema_script, schema_script_user;
/* Of track_file: file, init_file. */
conf_parse_fn schema_file_path, schema_init_file;
/* Of vrrp_track_process: process, delay. */
conf_parse_fn schema_process, schema_process_delay;
/* What is tracked may be defined below the instance; a name that nobody defines tracks nothing, with a warning. */
void schema_resolve_trackers(struct conf_read *rd, const struct vrrp_config *all, struct vrrp_conf *c);
#endif
