/*
 * schema_trackers.h - parse functions of what is tracked: vrrp_script, track_file, vrrp_track_process, and the lines of an
 * instance that name them (keepalived.conf(5)). Each reports its own mistakes.
 */
#ifndef VRRP_SCHEMA_TRACKERS_H
#define VRRP_SCHEMA_TRACKERS_H
#include "conf/schema.h"

/* Lines that are valid and that are not, for the tables. */
#define TRACK_INTERFACE_EXAMPLE "eth1\neth2 weight -253\neth3 weight 253 reverse"
#define TRACK_EXAMPLE(name, most) \
	name "\n" name " weight " most "\n" name " weight -" most " reverse\n" name " weight 5 noreverse"
#define TRACK_WRONG(name, more) name " weight\n" name " weight x\n" name " weight " more "\n" name " weight -" more
#define SCRIPT_EXAMPLE "/bin/true\n\"/bin/echo to all\"\n\"/bin/echo\" nobody nogroup\n/bin/true nobody :nogroup"
#define SCRIPT_WRONG "\n\"\""

/* Lines of track_interface: INTERFACE [weight N [reverse|noreverse]], into the row's vec; its max is the greatest weight. */
conf_parse_fn schema_track_interface;
/* Lines of the other ones, the same. */
conf_parse_fn schema_track_ref;
/* weight N [reverse], into the struct vrrp_weight at the row's offset. */
conf_parse_fn schema_track_weight;
/* Of vrrp_script: script, user. */
conf_parse_fn schema_script, schema_script_user;
/* Of track_file: file, init_file. */
conf_parse_fn schema_file_path, schema_init_file;
/* Of vrrp_track_process: process, delay. */
conf_parse_fn schema_process, schema_process_delay;
#endif
