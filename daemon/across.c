/* across.c - see across.h. */
#include "daemon/across.h"

#include <string.h>

#include "checkers/conf.h"
#include "conf/tree.h"
#include "vrrp/conf.h"

static const struct place *place_in(const struct conf_node *block, const char *keyword)
{
	for (const struct conf_node *n = block->children; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			return &n->words[0].at;
	return &block->words[0].at;
}

static bool has_vip(const struct vrrp_config *c, const struct addr *a)
{
	for (unsigned i = 0; i < c->instances.n; i++) {
		const struct vrrp_conf *vi = c->instances.item[i];

		for (unsigned k = 0; k < vi->vips.n; k++)
			if (addr_equal(&((const struct vrrp_vip *)vi->vips.item[k])->addr, a))
				return true;
	}
	return false;
}

void across_check(const struct vrrp_config *vrrp, const struct checkers_config *checkers, struct report *r)
{
	char addr[ADDR_STRLEN];

	for (unsigned i = 0; i < checkers->services.n; i++) {
		const struct vs_conf *vs = checkers->services.item[i];

		if (!vs->ha_suspend || !vs->is_supported || has_vip(vrrp, &vs->addr))
			continue;
		report_add(r, CONF_WARNING, place_in(vs->head.node, "ha_suspend"),
			"ha_suspend has no effect: no vrrp_instance has %s", addr_str(&vs->addr, addr));
	}
}
