/* sweep.c - see sweep.h. */
#include "vrrp/sweep.h"

#include "base/log.h"
#include "net/link.h"
#include "vrrp/path_memory.h"

enum { SWEEP_BATCH = 64 };

/* One batch of them; how many were removed. */
static unsigned sweep_addrs(struct link *link, const struct sweep_ops *ops, void *ctx)
{
	struct link_change change[SWEEP_BATCH];
	unsigned n = 0, removed = 0, n_addrs;
	const struct link_addr *all = link_addrs(link, &n_addrs);

	for (unsigned i = 0; i < n_addrs && n < SWEEP_BATCH; i++)
		if (all[i].proto == LINK_ADDR_PROTO && !ops->has_addr(ctx, &all[i]))
			change[n++] = (struct link_change){ .op = LINK_DEL,
				.index = all[i].index,
				.addr = all[i].addr,
				.prefix_len = all[i].prefix_len };
	(void)link_apply(link, change, n);
	for (unsigned i = 0; i < n; i++)
		removed += change[i].err == 0;
	return removed;
}

static unsigned sweep_routes(struct link *link, const struct sweep_ops *ops, void *ctx)
{
	struct link_route left[SWEEP_BATCH];
	struct link_change change[SWEEP_BATCH];
	const struct link_route *all;
	unsigned n = 0, n_routes, removed = 0;

	if (link_route_dump(link) < 0)
		return 0;
	all = link_routes(link, &n_routes);
	for (unsigned i = 0; i < n_routes && n < SWEEP_BATCH; i++) {
		if (link_route_proto(&all[i]) != LINK_ROUTE_PROTO || ops->has_route(ctx, &all[i]))
			continue;
		left[n] = all[i];
		change[n] = (struct link_change){ .op = LINK_DEL, .route = &left[n] };
		n++;
	}
	(void)link_apply(link, change, n);
	for (unsigned i = 0; i < n; i++)
		removed += change[i].err == 0;
	return removed;
}

static unsigned sweep_rules(struct link *link, const struct sweep_ops *ops, void *ctx)
{
	struct link_rule left[SWEEP_BATCH];
	struct link_change change[SWEEP_BATCH];
	const struct link_rule *all;
	unsigned n = 0, n_rules, removed = 0;

	if (link_rule_dump(link) < 0)
		return 0;
	all = link_rules(link, &n_rules);
	for (unsigned i = 0; i < n_rules && n < SWEEP_BATCH; i++) {
		if (link_rule_proto(&all[i]) != LINK_RULE_PROTO || ops->has_rule(ctx, &all[i]))
			continue;
		left[n] = all[i];
		change[n] = (struct link_change){ .op = LINK_DEL, .rule = &left[n] };
		n++;
	}
	(void)link_apply(link, change, n);
	for (unsigned i = 0; i < n; i++)
		removed += change[i].err == 0;
	return removed;
}

/* Those of other protocols: exactly these and no others, one by one, for they are few. */
static unsigned sweep_foreign(struct link *link, const struct path_memory *left, const struct sweep_ops *ops, void *ctx)
{
	unsigned removed = 0;

	for (unsigned i = 0; i < left->routes.n; i++) {
		struct link_change c = { .op = LINK_DEL, .route = &left->routes.item[i] };

		if (!ops->has_route(ctx, c.route))
			removed += link_apply(link, &c, 1) == 0 && c.err == 0;
	}
	for (unsigned i = 0; i < left->rules.n; i++) {
		struct link_change c = { .op = LINK_DEL, .rule = &left->rules.item[i] };

		if (!ops->has_rule(ctx, c.rule))
			removed += link_apply(link, &c, 1) == 0 && c.err == 0;
	}
	return removed;
}

void sweep(struct link *link, const struct path_memory *left, const struct sweep_ops *ops, void *ctx)
{
	unsigned n, sum = 0;

	while ((n = sweep_addrs(link, ops, ctx)) > 0)
		sum += n;
	if (sum > 0)
		log_notice(LOG_VRRP, "%u addresses of an earlier run removed", sum);
	for (sum = 0; (n = sweep_routes(link, ops, ctx)) > 0;)
		sum += n;
	if (sum > 0)
		log_notice(LOG_VRRP, "%u routes of an earlier run removed", sum);
	for (sum = 0; (n = sweep_rules(link, ops, ctx)) > 0;)
		sum += n;
	if (sum > 0)
		log_notice(LOG_VRRP, "%u rules of an earlier run removed", sum);
	sum = sweep_foreign(link, left, ops, ctx);
	if (sum > 0)
		log_notice(LOG_VRRP, "%u routes and rules of other protocols of an earlier run removed", sum);
}
