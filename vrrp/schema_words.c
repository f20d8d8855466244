/* schema_words.c - see schema_words.h. */
#include "vrrp/schema_words.h"

#include <errno.h>

#include "base/alloc.h"

const struct conf_word *words_next(struct words *l)
{
	return l->at < l->node->n_words ? &l->node->words[l->at++] : NULL;
}

const struct conf_word *words_value(struct words *l, const char *what)
{
	const struct conf_word *keyword = &l->node->words[l->at - 1];
	const struct conf_word *w = words_next(l);

	if (!w)
		report_add(l->rd->report, CONF_ERROR, &keyword->at, "'%s' needs %s", keyword->text, what);
	return w;
}

int words_uint(struct words *l, int64_t max, uint32_t *ret)
{
	const struct conf_word *w = words_value(l, "a number");

	return w ? conf_read_uint(l->rd, w, 0, max, ret) : -EINVAL;
}

const char *words_keep(struct words *l, const struct conf_word *w)
{
	return arena_strdup(l->rd->arena, w->text);
}

void words_unknown(struct words *l, const struct conf_word *w, const char *where)
{
	report_add(l->rd->report, CONF_WARNING, &w->at, "'%s' is not known in a line of %s; it has no effect", w->text,
		where);
}
