/* path_memory.c - see path_memory.h. */
#include "vrrp/path_memory.h"

#include <string.h>

#include "base/text.h"
#include "net/link_mark.h"
#include "vrrp/paths.h"

bool path_memory_write(struct text *t, const struct paths *p)
{
	bool any = false;

	for (unsigned i = 0; i < p->routes.n; i++) {
		const struct route_item *it = &p->routes.item[i];

		if (link_route_proto(&it->route) == LINK_ROUTE_PROTO ||
			!(it->is_held || (p->routes.hold && it->is_known)))
			continue;
		text_printf(t, "route ");
		link_mark_route(t, &it->route);
		text_printf(t, "\n");
		any = true;
	}
	for (unsigned i = 0; i < p->rules.n; i++) {
		const struct rule_item *it = &p->rules.item[i];

		if (link_rule_proto(&it->rule) == LINK_RULE_PROTO || !(it->is_held || p->rules.hold))
			continue;
		text_printf(t, "rule ");
		link_mark_rule(t, &it->rule);
		text_printf(t, "\n");
		any = true;
	}
	return any;
}

void path_memory_read(struct path_memory *m, const char *line)
{
	struct link_route route;
	struct link_rule rule;

	if (!strncmp(line, "route ", 6) && link_mark_read_route(line + 6, &route))
		link_route_put(&m->routes, &route);
	else if (!strncmp(line, "rule ", 5) && link_mark_read_rule(line + 5, &rule))
		link_rule_put(&m->rules, &rule);
}

void path_memory_done(struct path_memory *m)
{
	link_route_table_done(&m->routes);
	link_rule_table_done(&m->rules);
}
