/* elder.c - see elder.h. */
#include "daemon/elder.h"

#include <stdlib.h>

#include "base/alloc.h"

void elder_adopt(struct elder *e, pid_t pid, struct channel *ch)
{
	*e = (struct elder){ .pid = pid, .channel = ch };
	elder_hold(e);
}

void elder_hold(const struct elder *e)
{
	const struct msg_succession m = { SUCCESSION_USEC };

	if (e->pid)
		(void)channel_send(e->channel, MSG_SUCCESSION, &m, sizeof(m), -1);
}

void elder_yield(struct elder *e)
{
	if (!e->is_told)
		(void)channel_send(e->channel, MSG_YIELD, NULL, 0, -1);
	e->is_told = true;
}

void elder_hear(struct elder *e, enum message_type type, const void *data, size_t len)
{
	if (!e->pid || type != MSG_HOOK_END)
		return;
	(void)channel_send(e->channel, type, data, len, -1);
	if (!e->is_told)
		return;
	e->ended = x_realloc(e->ended, e->n_ended + 1, sizeof(*e->ended));
	e->ended[e->n_ended++] = ((const struct msg_hook_end *)data)->id;
}

void elder_bequeath(const struct elder *e, struct channel *successor)
{
	for (unsigned i = 0; i < e->n_ended; i++) {
		const struct msg_hook_end m = { e->ended[i] };

		(void)channel_send(successor, MSG_HOOK_END, &m, sizeof(m), -1);
	}
}

void elder_done(struct elder *e)
{
	channel_free(e->channel);
	free(e->ended);
	*e = (struct elder){ 0 };
}
