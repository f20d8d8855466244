/* link_policy.c - see link_policy.h. */
#include "net/link_policy.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

static bool is_followed_route(const struct link_policy *p, const struct link_route *r)
{
	return r->proto == LINK_ROUTE_PROTO || link_route_like(&p->claimed_routes, r);
}

static bool is_followed_rule(const struct link_policy *p, const struct link_rule *r)
{
	return r->proto == LINK_RULE_PROTO || link_rule_in(&p->claimed_rules, r);
}

bool link_policy_claim_route(struct link_policy *p, const struct link_route *r)
{
	if (link_route_proto(r) == LINK_ROUTE_PROTO || link_route_like(&p->claimed_routes, r))
		return false;
	return link_route_put(&p->claimed_routes, r);
}

bool link_policy_claim_rule(struct link_policy *p, const struct link_rule *r)
{
	return link_rule_proto(r) != LINK_RULE_PROTO && link_rule_put(&p->claimed_rules, r);
}

uint8_t link_policy_next_proto(const struct link_policy *p, uint8_t proto)
{
	uint8_t next = proto < LINK_ROUTE_PROTO ? LINK_ROUTE_PROTO : 0;

	for (unsigned i = 0; i < p->claimed_routes.n; i++) {
		uint8_t other = p->claimed_routes.item[i].proto;

		if (other > proto && (next == 0 || other < next))
			next = other;
	}
	return next;
}

static bool take_rule(struct link_policy *p, struct nlmsghdr *h)
{
	struct link_rule r;

	if (!link_rule_decode(h, &r) || !is_followed_rule(p, &r))
		return false;
	return h->nlmsg_type == RTM_NEWRULE ? link_rule_put(&p->rules, &r) : link_rule_drop(&p->rules, &r);
}

/*
 * Of what happens to routes the messages tell parts (one way out of several; whose route was replaced is not said): what does not
 * agree with the table is read again as a whole.
 */
bool link_policy_take(struct link_policy *p, struct nlmsghdr *h)
{
	bool is_removal = h->nlmsg_type == RTM_DELROUTE || (h->nlmsg_flags & NLM_F_REPLACE);
	struct link_route r;

	if (h->nlmsg_type == RTM_NEWRULE || h->nlmsg_type == RTM_DELRULE)
		return take_rule(p, h);
	if (!link_route_decode(h, &r))
		return false;
	if (is_removal ? link_route_has_dst(&p->routes, &r)
		       : is_followed_route(p, &r) && !link_route_in(&p->routes, &r))
		p->is_stale = true;
	return false;
}

bool link_policy_fill(struct link_policy *p, struct nlmsghdr *h)
{
	struct link_route route;
	struct link_rule rule;

	if (h->nlmsg_type == RTM_NEWROUTE && link_route_decode(h, &route) && is_followed_route(p, &route))
		link_route_put(&p->routes, &route);
	else if (h->nlmsg_type == RTM_NEWRULE && link_rule_decode(h, &rule) && is_followed_rule(p, &rule))
		link_rule_put(&p->rules, &rule);
	return h->nlmsg_type == RTM_NEWROUTE || h->nlmsg_type == RTM_NEWRULE;
}

bool link_policy_follow(struct link_policy *p, const struct link_change *c)
{
	bool is_there = c->op == LINK_ADD && (c->err == 0 || c->err == -EEXIST);
	bool is_gone = c->op == LINK_DEL && (c->err == 0 || c->err == (c->rule ? -ENOENT : -ESRCH));

	if (c->rule && is_there)
		link_rule_put(&p->rules, c->rule);
	else if (c->rule && is_gone)
		link_rule_drop(&p->rules, c->rule);
	else if (c->route && is_there)
		link_route_put(&p->routes, c->route);
	else if (c->route && is_gone)
		link_route_drop(&p->routes, c->route);
	return c->rule || c->route;
}

void link_policy_done(struct link_policy *p)
{
	link_route_table_done(&p->routes);
	link_rule_table_done(&p->rules);
	link_route_table_done(&p->claimed_routes);
	link_rule_table_done(&p->claimed_rules);
}
