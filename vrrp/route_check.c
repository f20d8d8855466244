/* route_check.c - see route_line.h. */
#include <errno.h>

#include "net/link_route.h"
#include "vrrp/conf.h"
#include "vrrp/route_line.h"
#include "vrrp/schema_words.h"

/* One family for all addresses of a route, but a gateway may be of the other one on purpose. */
static int check_family(struct words *l, const struct route_line *line)
{
	const struct link_route *rt = &line->route->route;
	uint16_t family = rt->dst.family;
	bool is_mixed = (line->is_ipv6 && family != AF_INET6) || (addr_is_set(&rt->src) && rt->src.family != family) ||
		(addr_is_set(&rt->from) && rt->from.family != family);

	for (unsigned i = 0; i < LINK_HOPS_MAX; i++) {
		const struct addr *via = &rt->hop[i].via;

		is_mixed = is_mixed ||
			(addr_is_set(via) && via->family != family && !(line->has_other_via && family == AF_INET));
	}
	if (!is_mixed)
		return 0;
	report_add(l->rd->report, CONF_ERROR, &line->route->word.at, "IPv4 and IPv6 in one route");
	report_hint(l->rd->report,
		"prefix, via, src and from of one family; a gateway of the other one: via inet6 ADDRESS");
	return -EINVAL;
}

bool route_leads_nowhere(uint8_t type)
{
	return type == LINK_ROUTE_BLACKHOLE || type == LINK_ROUTE_UNREACHABLE || type == LINK_ROUTE_PROHIBIT ||
		type == LINK_ROUTE_THROW;
}

/* A default route is of the family of the first address in its line. */
static void settle_family(struct route_line *line)
{
	struct link_route *rt = &line->route->route;

	if (line->is_default && !line->has_other_via &&
		(line->is_ipv6 || rt->hop[0].via.family == AF_INET6 || rt->src.family == AF_INET6 ||
			rt->from.family == AF_INET6))
		rt->dst.family = AF_INET6;
	if (line->is_default && line->is_ipv6)
		rt->dst.family = AF_INET6;
}

/* What is said of the one way is said of the other as well. */
static void settle_or(struct route_line *line)
{
	struct link_route *rt = &line->route->route;
	struct addr via = rt->hop[1].via;

	if (!line->has_or)
		return;
	rt->hop[0].weight = 1;
	rt->hop[1] = rt->hop[0];
	rt->hop[1].via = via;
	rt->n_hops = 2;
	line->route->dev[1] = line->route->dev[0];
}

/* net/ipv4 has no such thing. */
static void check_expiry(struct words *l, const struct route_line *line)
{
	struct link_route *rt = &line->route->route;

	if (!line->expires || rt->dst.family == AF_INET6)
		return;
	rt->expires = 0;
	report_add(l->rd->report, CONF_WARNING, &line->expires->at,
		"routes of IPv4 do not expire; 'expires' has no effect");
	report_hint(l->rd->report, "remove it");
}

int route_check(struct words *l, struct route_line *line)
{
	const struct link_route *rt = &line->route->route;
	const struct place *at = &line->route->word.at;
	struct report *r = l->rd->report;

	if (rt->dst.family == AF_UNSPEC) {
		report_add(r, CONF_ERROR, at, "the route has no prefix");
		report_hint(r, "ADDRESS[/LENGTH] or default, then via, dev ...");
		return -EINVAL;
	}
	if (route_leads_nowhere(rt->type) &&
		(line->is_multipath || addr_is_set(&rt->hop[0].via) || line->route->dev[0] || addr_is_set(&rt->src))) {
		report_add(r, CONF_ERROR, at, "this kind of route leads nowhere: no via, dev or src");
		report_hint(r, "remove them, or the word blackhole, unreachable, prohibit or throw");
		return -EINVAL;
	}
	settle_family(line);
	settle_or(line);
	if (check_family(l, line) < 0)
		return -EINVAL;
	if (addr_is_set(&rt->from) && rt->dst.family == AF_INET) {
		report_add(r, CONF_ERROR, at, "routes of IPv4 have no 'from'");
		report_hint(r, "a rule sends what comes from there to another table: virtual_rules");
		return -EINVAL;
	}
	check_expiry(l, line);
	return line->is_left_out;
}
