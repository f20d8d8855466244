/* link_find.c - the routes and rules that are there, and those that are claimed. Declared in link.h. */
#include "net/link.h"
#include "net/link_state.h"

bool link_route_claim(struct link *l, const struct link_route *r)
{
	return link_policy_claim_route(&l->policy, r);
}

bool link_rule_claim(struct link *l, const struct link_rule *r)
{
	return link_policy_claim_rule(&l->policy, r);
}

const struct link_route *link_route_find(const struct link *l, const struct link_route *r)
{
	return link_route_in(&l->policy.routes, r);
}

const struct link_route *link_routes(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->policy.routes.n;
	return l->policy.routes.item;
}

const struct link_rule *link_rule_find(const struct link *l, const struct link_rule *r)
{
	return link_rule_in(&l->policy.rules, r);
}

const struct link_rule *link_rules(const struct link *l, unsigned *ret_n)
{
	*ret_n = l->policy.rules.n;
	return l->policy.rules.item;
}
