/* roles.c - see roles.h. */
#include "daemon/roles.h"

#include "daemon/conf.h"
#include "daemon/options.h"
#include "io/message.h"

unsigned roles_of(const struct options *o, const struct config *c)
{
	unsigned roles = 0;

	if (!o->only_checkers && (c->vrrp.instances.n || c->vrrp.bfds.n))
		roles |= 1u << ROLE_VRRP;
	if (!o->only_vrrp && c->checkers.services.n)
		roles |= 1u << ROLE_LVS | 1u << ROLE_PROBE;
	return roles;
}
