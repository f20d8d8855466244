/* paths.c - see paths.h. */
#include "vrrp/paths.h"

#include <stdio.h>
#include <string.h>

#include "net/link.h"
#include "vrrp/conf.h"
#include "vrrp/losses.h"

void paths_conf(struct paths *p, struct link *link, const struct vrrp_conf *conf)
{
	int r = conf->rare->routes.n > 0 ? link_route_watch(link) : 0;

	if (r == 0 && conf->rare->rules.n > 0)
		r = link_rule_watch(link);
	if (r < 0)
		log_error(LOG_VRRP, "%s: cannot read routes and rules: %s", conf->name, strerror(-r));
	p->limit = (struct log_limit){ .burst = 5, .per_usec = 10 * MONO_SEC };
	route_conf(&p->routes, &conf->rare->routes, conf->interface);
	rule_conf(&p->rules, &conf->rare->rules);
}

void paths_done(struct paths *p)
{
	route_done(&p->routes);
	rule_done(&p->rules);
}

void paths_hold(struct paths *p, bool on)
{
	route_hold(&p->routes, on);
	rule_hold(&p->rules, on);
}

void paths_keep(struct paths *p, bool keep)
{
	p->routes.is_clean_start = !keep;
	p->rules.is_clean_start = !keep;
}

static mono_t sync_routes(struct paths *p, struct link *link, const char *owner, struct contest **contest, mono_t now)
{
	struct route_result r = { .again_at = MONO_NEVER };
	char name[ROUTE_STRLEN], what[ROUTE_STRLEN + 8];

	if (p->routes.n > 0)
		r = route_sync(&p->routes, link, now);
	if (r.lost > 0) {
		log_warn_limited(&p->limit, LOG_VRRP, "%s: %u route%s removed by somebody else put back, first %s",
			owner, r.lost, r.lost > 1 ? "s" : "", route_str(r.lost_one, name));
		(void)snprintf(what, sizeof(what), "route %s", name);
		losses_add(contest, what, now);
	}
	if (r.refused_one)
		log_error(LOG_VRRP, "%s: the kernel refuses the route %s: %s", owner, route_str(r.refused_one, name),
			strerror(-r.refused_one->err));
	return r.again_at;
}

static mono_t sync_rules(struct paths *p, struct link *link, const char *owner, struct contest **contest, mono_t now)
{
	struct rule_result r = { .again_at = MONO_NEVER };
	char name[RULE_STRLEN], what[RULE_STRLEN + 8];

	if (p->rules.n > 0)
		r = rule_sync(&p->rules, link, now);
	if (r.lost > 0) {
		log_warn_limited(&p->limit, LOG_VRRP, "%s: %u rule%s removed by somebody else put back, first %s",
			owner, r.lost, r.lost > 1 ? "s" : "", rule_str(&r.lost_one->rule, name));
		(void)snprintf(what, sizeof(what), "rule %s", name);
		losses_add(contest, what, now);
	}
	if (r.refused_one)
		log_error(LOG_VRRP, "%s: the kernel refuses the rule %s: %s", owner,
			rule_str(&r.refused_one->rule, name), strerror(-r.refused_one->err));
	return r.again_at;
}

mono_t paths_sync(struct paths *p, struct link *link, const char *owner, struct contest **contest, mono_t now)
{
	mono_t first, second;

	if (p->routes.hold) {
		first = sync_routes(p, link, owner, contest, now);
		second = sync_rules(p, link, owner, contest, now);
	} else {
		first = sync_rules(p, link, owner, contest, now);
		second = sync_routes(p, link, owner, contest, now);
	}
	return mono_min(first, second);
}

bool paths_is_holding(const struct paths *p)
{
	return route_is_holding(&p->routes) || rule_is_holding(&p->rules);
}
