/*
 * link_policy.h - the routes and rules with our mark, and those claimed that have another, as the kernel's messages and our own
 * changes tell. Part of the door in link.c.
 */
#ifndef NET_LINK_POLICY_H
#define NET_LINK_POLICY_H
#include "net/link_route.h"
#include "net/link_rule.h"

/* Zero is an empty one. */
struct link_policy {
	struct link_route_table routes;
	struct link_rule_table rules;
	struct link_route_table claimed_routes; /* of other protocols; their ways are not looked at */
	struct link_rule_table claimed_rules;
	bool has_routes, has_rules; /* they are followed */
	bool is_stale;              /* something happened to routes: they are to be read again */
};

/* From now on the routes like this one, and the rules that are this one, are followed as well. True: it was not claimed before. */
bool link_policy_claim_route(struct link_policy *p, const struct link_route *r);
bool link_policy_claim_rule(struct link_policy *p, const struct link_rule *r);
/* The next protocol above `proto` that a followed route may have; 0: none. The first is that above 0. */
uint8_t link_policy_next_proto(const struct link_policy *p, uint8_t proto);
/* A message about a route or a rule that changed. True when a rule that is followed came or went. */
bool link_policy_take(struct link_policy *p, struct nlmsghdr *h);
/* One part of a dump. True when it was a route or a rule. */
bool link_policy_fill(struct link_policy *p, struct nlmsghdr *h);
/* What the kernel confirmed of a change. True when it was one of a route or a rule. */
bool link_policy_follow(struct link_policy *p, const struct link_change *c);
void link_policy_done(struct link_policy *p);
#endif
