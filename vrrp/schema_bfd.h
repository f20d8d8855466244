/*
 * schema_bfd.h - the table of bfd_instance (keepalived.conf(5), RFC 5880) is vrrp_bfd_block (conf.h); this is what is between
 * them.
 */
#ifndef VRRP_SCHEMA_BFD_H
#define VRRP_SCHEMA_BFD_H

struct conf_read;
struct vrrp_config;

/* Errors where two blocks mean the same session. */
void schema_bfd_pairs(struct conf_read *rd, const struct vrrp_config *all);
#endif
