/* reports.c - see reports.h. */
#include "vrrp/reports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

struct report_item {
	enum track_kind kind;
	char *name; /* owned */
	struct track_report last;
};

/* Where it is, or belongs: items are in order of kind and name. */
static unsigned place_of(const struct reports *r, enum track_kind kind, const char *name, bool *ret_is_there)
{
	unsigned low = 0, high = r->n;

	*ret_is_there = false;
	while (low < high && !*ret_is_there) {
		unsigned middle = low + (high - low) / 2;
		const struct report_item *it = r->item[middle];
		int side = it->kind == kind ? strcmp(it->name, name) : it->kind < kind ? -1 : 1;

		*ret_is_there = side == 0;
		if (side < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

static struct report_item *find(const struct reports *r, enum track_kind kind, const char *name)
{
	bool is_there;
	unsigned i = place_of(r, kind, name, &is_there);

	return is_there ? r->item[i] : NULL;
}

static struct report_item *add(struct reports *r, enum track_kind kind, const char *name)
{
	struct report_item *it = x_calloc(1, sizeof(*it));
	bool is_there;
	unsigned i = place_of(r, kind, name, &is_there);

	it->kind = kind;
	it->name = x_strdup(name);
	r->item = x_realloc(r->item, r->n + 1, sizeof(*r->item));
	memmove(&r->item[i + 1], &r->item[i], (r->n - i) * sizeof(*r->item));
	r->item[i] = it;
	r->n++;
	return it;
}

bool reports_put(struct reports *r, enum track_kind kind, const char *name, int32_t value, const char *detail)
{
	struct report_item *it = find(r, kind, name);
	bool is_new = !it;

	if (is_new)
		it = add(r, kind, name);
	else
		is_new = it->last.value != value;
	it->last.value = value;
	snprintf(it->last.detail, sizeof(it->last.detail), "%s", detail ? detail : "");
	return is_new;
}

const struct track_report *reports_find(const struct reports *r, enum track_kind kind, const char *name)
{
	const struct report_item *it = find(r, kind, name);

	return it ? &it->last : NULL;
}

void reports_write(const struct reports *r, struct text *t)
{
	for (unsigned i = 0; i < r->n; i++)
		text_printf(t, "report %u %d %s\n", (unsigned)r->item[i]->kind, (int)r->item[i]->last.value,
			r->item[i]->name);
}

void reports_read(struct reports *r, const char *line)
{
	unsigned kind;
	int value, at = 0;

	if (sscanf(line, "report %u %d %n", &kind, &value, &at) == 2 && at > 0)
		(void)reports_put(r, (enum track_kind)kind, line + at, value, NULL);
}

void reports_done(struct reports *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		free(r->item[i]->name);
		free(r->item[i]);
	}
	free(r->item);
	*r = (struct reports){ 0 };
}
