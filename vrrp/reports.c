/* reports.c - see reports.h. */
#include "vrrp/reports.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct report_item {
	enum track_kind kind;
	char *name; /* owned */
	int32_t value;
};

static struct report_item *find(const struct reports *r, enum track_kind kind, const char *name)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->item[i].kind == kind && !strcmp(r->item[i].name, name))
			return &r->item[i];
	return NULL;
}

void reports_put(struct reports *r, enum track_kind kind, const char *name, int32_t value)
{
	struct report_item *it = find(r, kind, name);

	if (!it) {
		r->item = x_realloc(r->item, r->n + 1, sizeof(*r->item));
		it = &r->item[r->n++];
		*it = (struct report_item){ .kind = kind, .name = x_strdup(name) };
	}
	it->value = value;
}

bool reports_find(const struct reports *r, enum track_kind kind, const char *name, int32_t *ret_value)
{
	const struct report_item *it = find(r, kind, name);

	if (it)
		*ret_value = it->value;
	return it != NULL;
}

void reports_done(struct reports *r)
{
	for (unsigned i = 0; i < r->n; i++)
		free(r->item[i].name);
	free(r->item);
	*r = (struct reports){ 0 };
}
