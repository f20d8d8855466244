/* conf.c - see conf.h: parts with nothing in them, and what follows from several. */
#include "vrrp/conf.h"

const struct vrrp_bare vrrp_bare = { 0 };

const char *vrrp_socket_device(const struct vrrp_conf *c)
{
	return c->interface ? c->interface : c->rare->vrf;
}
