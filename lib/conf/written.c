/* written.c - see written.h. */
#include "conf/written.h"

#include <string.h>

#include "base/alloc.h"
#include "conf/schema.h"

enum { SHARE_TRIES = 32 };

void written_by(struct arena *a, struct conf_head *head, const struct conf_node *node)
{
	struct conf_written *own = (struct conf_written *)(uintptr_t)head->written;
	struct conf_source *s, *last;

	if (!head->node) {
		head->node = node;
		return;
	}
	if (!own)
		head->written = own = arena_alloc(a, sizeof(*own));
	s = arena_alloc(a, sizeof(*s));
	s->node = node;
	last = (struct conf_source *)(uintptr_t)own->sources;
	while (last && last->next)
		last = last->next;
	if (last)
		last->next = s;
	else
		own->sources = s;
}

/* A set with these bits. */
static struct conf_written *find_set(struct conf_written *sets, const struct conf_written *seen)
{
	for (unsigned i = 0; sets && i < SHARE_TRIES; i++, sets = sets->next)
		if (!memcmp(sets->bits, seen->bits, sizeof(sets->bits)))
			return sets;
	return NULL;
}

void written_share(struct arena *a, struct conf_head *head, struct conf_written **sets, const struct conf_written *seen)
{
	struct conf_written *s = (struct conf_written *)(uintptr_t)head->written;

	if (s && s->sources) { /* its own */
		memcpy(s->bits, seen->bits, sizeof(s->bits));
		return;
	}
	s = find_set(*sets, seen);
	if (!s) {
		s = arena_alloc(a, sizeof(*s));
		memcpy(s->bits, seen->bits, sizeof(s->bits));
		s->next = *sets;
		*sets = s;
	}
	head->written = s;
}
