/* early.c - see early.h. */
#include "daemon/early.h"

#include <stdlib.h>

#include "base/alloc.h"

struct early_entry {
	STAILQ_ENTRY(early_entry) link;
	enum role from;
	enum message_type type;
	union {
		struct msg_notify notify;
		struct msg_hook hook;
	};
};

void early_init(struct early *e)
{
	STAILQ_INIT(&e->all);
}

static struct early_entry *take(struct early *e)
{
	struct early_entry *first = STAILQ_FIRST(&e->all);

	if (first)
		STAILQ_REMOVE_HEAD(&e->all, link);
	return first;
}

void early_done(struct early *e)
{
	struct early_entry *one;

	while ((one = take(e)))
		free(one);
}

static void add(struct early *e, const struct early_entry *entry)
{
	struct early_entry *one = x_calloc(1, sizeof(*one));

	*one = *entry;
	STAILQ_INSERT_TAIL(&e->all, one, link);
}

void early_keep(struct early *e, enum role from, const struct message *m)
{
	const struct msg_notify *n = m->data;
	struct early_entry one = { .from = from, .type = m->type };

	if (m->type == MSG_HOOK) {
		one.hook = *(const struct msg_hook *)m->data;
		add(e, &one);
	}
	for (size_t i = 0; m->type == MSG_NOTIFY && i < m->len / sizeof(*n); i++) {
		one.notify = n[i];
		add(e, &one);
	}
}

void early_replay(struct early *e, void (*each)(void *ctx, enum role from, const struct message *m), void *ctx)
{
	struct early_entry *one;

	while ((one = take(e))) {
		const size_t len = one->type == MSG_HOOK ? sizeof(one->hook) : sizeof(one->notify);

		each(ctx, one->from, &(struct message){ one->type, &one->notify, len, -1 });
		free(one);
	}
}
