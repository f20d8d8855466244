/* lint.c - see lint.h. */
#include "daemon/lint.h"

#include <stdlib.h>
#include <string.h>

#include "checkers/conf.h"
#include "checkers/lint.h"
#include "conf/allow.h"
#include "conf/tree.h"
#include "daemon/across.h"
#include "daemon/lint_table.h"
#include "vrrp/conf.h"
#include "vrrp/lint.h"
#include "vrrp/lint_table.h"

enum { LINTS_MAX = 128, WIDTH = 78, INDENT = 6 };

const struct lint *const lint_tables[] = { vrrp_lints, checkers_lints, daemon_lints, allow_lints, NULL };

const struct lint *lint_find(const char *id)
{
	for (const struct lint *const *table = lint_tables; *table; table++)
		for (const struct lint *l = *table; l->id; l++)
			if (!strcmp(l->id, id))
				return l;
	return NULL;
}

/* The hint about the line of the priority or about the instance's own: 1 to 255, or 0. */
static uint32_t hinted_priority(void *ctx, const struct vrrp_conf *c)
{
	const char *text = allow_hint(ctx, "peer-priority", lint_place(c->head.node, "priority"));

	text = text ? text : allow_hint(ctx, "peer-priority", &c->head.node->words[0].at);
	return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

struct allows *lint_config(const struct conf_tree *t, const struct vrrp_config *vrrp,
	const struct checkers_config *checkers, int32_t filter_priority, struct report *r)
{
	struct allows *allows = allow_read(t, lint_find, r);

	vrrp_lint(vrrp, hinted_priority, allows, r);
	checkers_lint(checkers, r);
	across_check(vrrp, checkers, filter_priority, r);
	allow_apply(allows, r);
	if (!report_count(r, CONF_ERROR))
		allow_report_unused(allows, r);
	return allows;
}

/* Words of `s`, broken into lines. */
static void print_wrapped(FILE *out, const char *s)
{
	unsigned column = 0;

	while (*s) {
		size_t len = strcspn(s, " ");

		if (column && column + 1 + len > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		column += (unsigned)(column ? fprintf(out, " ") : fprintf(out, "%*s", INDENT, ""));
		column += (unsigned)fprintf(out, "%.*s", (int)len, s);
		s += len + strspn(s + len, " ");
	}
	fputc('\n', out);
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct lint *const *)a)->id, (*(const struct lint *const *)b)->id);
}

void lint_print(FILE *out)
{
	const struct lint *all[LINTS_MAX];
	size_t n = 0;

	for (const struct lint *const *table = lint_tables; *table; table++)
		for (const struct lint *l = *table; l->id && n < LINTS_MAX; l++)
			all[n++] = l;
	qsort(all, n, sizeof(all[0]), by_id);
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s%s  %s (%s)\n", i ? "\n" : "", all[i]->id, all[i]->name,
			all[i]->is_security ? "security" : report_class_str(all[i]->class));
		print_wrapped(out, all[i]->doc);
		fprintf(out, "%*sCure: %s.\n", INDENT, "", all[i]->cure);
	}
}
