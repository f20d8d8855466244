/* elder.c - see elder.h. */
#include "daemon/elder.h"

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

void elder_hear(const struct elder *e, enum message_type type, const void *data, size_t len)
{
	if (e->pid && type == MSG_HOOK_END)
		(void)channel_send(e->channel, type, data, len, -1);
}

void elder_done(struct elder *e)
{
	channel_drain(e->channel);
	channel_free(e->channel);
	*e = (struct elder){ 0 };
}
