/* roles.c - see roles.h. */
#include "daemon/roles.h"

#include "checkers/conf.h"
#include "daemon/conf.h"
#include "daemon/options.h"
#include "io/message.h"

/* Its addresses are put up by the vrrp process, too. */
static bool has_anycast(const struct checkers_config *c)
{
	for (unsigned i = 0; i < c->services.n; i++)
		if (((const struct vs_conf *)c->services.item[i])->how->is_anycast)
			return true;
	return false;
}

unsigned roles_of(const struct options *o, const struct config *c)
{
	unsigned roles = 0;

	if (!o->only_checkers && (c->vrrp.instances.n || c->vrrp.bfds.n || has_anycast(&c->checkers)))
		roles |= 1u << ROLE_VRRP;
	if (!o->only_vrrp && c->checkers.services.n)
		roles |= 1u << ROLE_LVS | 1u << ROLE_PROBE;
	return roles;
}
