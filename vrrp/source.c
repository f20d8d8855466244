/* source.c - see source.h. */
#include "vrrp/source.h"

#include <stdlib.h>

#include "base/alloc.h"

void source_conf(struct source_list *l, const struct vrrp_conf *conf)
{
	source_done(l);
	l->rule = x_array(conf->rare->allow_from.n + conf->peers.n, sizeof(*l->rule));
	for (unsigned i = 0; i < conf->rare->allow_from.n; i++) {
		const struct vrrp_source *s = conf->rare->allow_from.item[i];

		l->rule[l->n++] = (struct source_rule){ s->addr, s->prefix_len, true, s->is_owner };
	}
	l->is_closed = l->has_owners = l->n > 0;
	for (unsigned i = 0; i < conf->peers.n; i++) {
		const struct vrrp_peer *p = conf->peers.item[i];

		if (!p->is_owner)
			continue;
		l->rule[l->n++] = (struct source_rule){ p->addr, (uint8_t)(addr_len(&p->addr) * 8), false, true };
		l->has_owners = true;
	}
}

void source_done(struct source_list *l)
{
	free(l->rule);
	*l = (struct source_list){ 0 };
}

enum advert_verdict source_check(const struct source_list *l, const struct addr *src, uint8_t priority)
{
	bool is_allowed = !l->is_closed, is_owner = !l->has_owners;

	for (unsigned i = 0; i < l->n; i++) {
		const struct source_rule *r = &l->rule[i];

		if (src->family != r->net.family || !addr_in_prefix(src, &r->net, r->len))
			continue;
		is_allowed = is_allowed || r->is_allowed;
		is_owner = is_owner || r->is_owner;
	}
	if (!is_allowed)
		return ADVERT_UNKNOWN_SOURCE;
	return priority == VRRP_PRIORITY_OWNER && !is_owner ? ADVERT_OWNER_CLAIM : ADVERT_OK;
}
