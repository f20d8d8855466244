/*
 * schema_lines.h - parse functions for lines that are no keyword with one value: peers, names, interfaces with their delays, and
 * the state of an instance (keepalived.conf(5)). Each reports its own mistakes.
 */
#ifndef VRRP_SCHEMA_LINES_H
#define VRRP_SCHEMA_LINES_H
#include "conf/schema.h"

/* The name behind the keyword of a block. 0, or -EINVAL once reported. */
int schema_block_name(struct conf_read *rd, const struct conf_node *node, const char **ret);
/* Lines of unicast_peer: ADDR [min_ttl N] [max_ttl N]. Fill peers of a struct vrrp_conf. */
conf_parse_fn schema_peer;
/* state. */
conf_parse_fn schema_state;
/* Lines of one or several names: struct vrrp_name, into the row's vec. Whether one is there twice is asked in references.c. */
conf_parse_fn schema_names;
/* Lines of linkbeat_interfaces: INTERFACE [MII|ETHTOOL|IOCTL]. Checked and forgotten. */
conf_parse_fn schema_linkbeat;
/*
 * Lines of interface_up_down_delays: INTERFACE DOWN [UP]: struct vrrp_delay, into the row's vec; of an interface the last
 * counts.
 */
conf_parse_fn schema_delays;
#endif
