/* schema_bfd.h - the table of bfd_instance (keepalived.conf(5), RFC 5880); no session is held yet. */
#ifndef VRRP_SCHEMA_BFD_H
#define VRRP_SCHEMA_BFD_H
#include "conf/schema.h"

/* Fills a struct vrrp_bfd_conf. */
extern const struct conf_block vrrp_bfd_block;
#endif
