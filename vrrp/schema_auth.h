/* schema_auth.h - the tables of authentication (VRRP version 2) and auth_hmac (keepalived.conf(5)). */
#ifndef VRRP_SCHEMA_AUTH_H
#define VRRP_SCHEMA_AUTH_H
#include "conf/schema.h"

/* Fills the struct vrrp_conf around it. */
extern const struct conf_block vrrp_auth_block;
/* Fills a struct vrrp_hmac_conf. */
extern const struct conf_block vrrp_hmac_block;
#endif
