/* written.c - see written.h. */
#include "conf/written.h"

#include <string.h>

#include "base/alloc.h"
#include "conf/schema.h"

enum { SHARE_TRIES = 32 };

void written_by(struct arena *a, struct conf_head *head, const struct conf_node *node)
{
	struct conf_source *s, *last = (struct conf_source *)(uintptr_t)head->sources;

	if (!head->node) {
		head->node = node;
		return;
	}
	s = arena_alloc(a, sizeof(*s));
	s->node = node;
	while (last && last->next)
		last = last->next;
	if (last)
		last->next = s;
	else
		head->sources = s;
}

const uint64_t *written_share(struct arena *a, struct conf_seen **sets, const struct conf_seen *seen)
{
	struct conf_seen *s = *sets;

	for (unsigned i = 0; s && i < SHARE_TRIES; i++, s = s->next)
		if (!memcmp(s->bits, seen->bits, sizeof(s->bits)))
			return s->bits;
	s = arena_alloc(a, sizeof(*s));
	*s = *seen;
	s->next = *sets;
	*sets = s;
	return s->bits;
}
