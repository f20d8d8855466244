/* lint.c - see lint.h. */
#include "conf/lint.h"

#include "conf/tree.h"

#include <stdarg.h>
#include <string.h>

void lint_add(struct report *r, const struct lint *l, const struct place *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_vadd(r, l->class, at, fmt, ap);
	va_end(ap);
	report_id(r, l->id);
	if (l->is_security)
		report_security(r);
}

const struct conf_node *lint_line(const struct conf_node *block, const char *keyword)
{
	const struct conf_node *found = NULL;

	for (const struct conf_node *n = block ? block->children : NULL; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			found = n;
	return found;
}

const struct place *lint_place(const struct conf_node *block, const char *keyword)
{
	const struct conf_node *n = lint_line(block, keyword);

	return n ? &n->words[n->n_words > 1 ? 1 : 0].at : &block->words[0].at;
}

bool lint_is_local(const struct lint *l)
{
	return l->class == CONF_ENVIRONMENT || l->is_security;
}
