/* conf.c - see conf.h: parts with nothing in them. */
#include "vrrp/conf.h"

const struct vrrp_bare vrrp_bare = { 0 };
