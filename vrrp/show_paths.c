/* show_paths.c - see show_paths.h. */
#include "vrrp/show_paths.h"

#include <string.h>

#include "ctl/writer.h"
#include "vrrp/paths.h"

static void show_one(struct writer *w, const char *text, bool is_held, int err)
{
	writer_object(w, NULL);
	writer_str(w, "text", text);
	writer_bool(w, "held", is_held);
	writer_str(w, "error", err ? strerror(-err) : NULL);
	writer_end(w);
}

void show_paths(struct writer *w, const struct paths *p)
{
	char text[ROUTE_STRLEN];

	if (p->routes.n > 0)
		writer_array(w, "routes");
	for (unsigned i = 0; i < p->routes.n; i++)
		show_one(w, route_str(&p->routes.item[i], text), p->routes.item[i].is_held, p->routes.item[i].err);
	if (p->routes.n > 0)
		writer_end(w);
	if (p->rules.n > 0)
		writer_array(w, "rules");
	for (unsigned i = 0; i < p->rules.n; i++)
		show_one(w, rule_str(&p->rules.item[i].rule, text), p->rules.item[i].is_held, p->rules.item[i].err);
	if (p->rules.n > 0)
		writer_end(w);
}
