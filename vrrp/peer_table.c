/* peer_table.c - see peer_table.h. */
#include "vrrp/peer_table.h"

#include <string.h>

enum {
	ASK_USEC = 1000000,     /* between two questions of one that does not answer */
	SILENCE_USEC = 60000000 /* one that is heard after so long may have another network card */
};

/* Where a new one goes: a free place, or that of one who fell silent; NULL: nowhere. */
static struct peer *place_of(struct peer_table *t, mono_t now)
{
	for (unsigned i = 0; i < PEERS_MAX; i++)
		if (t->peer[i].index == 0 || mono_diff(now, t->peer[i].heard_at) >= SILENCE_USEC)
			return &t->peer[i];
	t->is_short = true;
	return NULL;
}

static struct peer *find(struct peer_table *t, int index, const struct addr *a)
{
	for (unsigned i = 0; i < PEERS_MAX && t->peer[i].index; i++)
		if (t->peer[i].index == index && addr_equal(&t->peer[i].addr, a))
			return &t->peer[i];
	return NULL;
}

struct peer *peer_table_heard(struct peer_table *t, int index, const struct addr *a, mono_t now)
{
	struct peer *p = find(t, index, a);

	if (!p) {
		p = place_of(t, now);
		if (!p)
			return NULL;
		*p = (struct peer){ .index = index, .addr = *a, .ask_at = now };
	} else if (mono_diff(now, p->heard_at) >= SILENCE_USEC) {
		p->ask_at = now;
		p->asks = 0;
	}
	p->heard_at = now;
	return p;
}

void peer_answered(struct peer *p, const uint8_t *mac)
{
	memcpy(p->mac, mac, sizeof(p->mac));
	p->has_mac = true;
	p->ask_at = MONO_NEVER;
}

struct peer *peer_table_ask(struct peer_table *t, mono_t now)
{
	for (unsigned i = 0; i < PEERS_MAX && t->peer[i].index; i++) {
		struct peer *p = &t->peer[i];

		if (mono_before(now, p->ask_at))
			continue;
		p->ask_at = ++p->asks < PEER_ASKS ? mono_add(now, ASK_USEC) : MONO_NEVER;
		return p;
	}
	return NULL;
}

mono_t peer_table_next(const struct peer_table *t)
{
	mono_t next = MONO_NEVER;

	for (unsigned i = 0; i < PEERS_MAX && t->peer[i].index; i++)
		next = mono_min(next, t->peer[i].ask_at);
	return next;
}

/* Of a virtual router (RFC 9568 7.3): only directors have such. */
static bool is_virtual(const uint8_t *mac)
{
	static const uint8_t prefix[] = { 0x00, 0x00, 0x5e, 0x00 };

	return !memcmp(mac, prefix, sizeof(prefix)) && (mac[4] == 1 || mac[4] == 2);
}

enum suspect_host peer_table_who(const struct peer_table *t, int index, const uint8_t *mac)
{
	bool are_known = false, is_one_unknown = false;

	if (is_virtual(mac))
		return SUSPECT_HOST_PEER;
	for (unsigned i = 0; i < PEERS_MAX && t->peer[i].index; i++) {
		const struct peer *p = &t->peer[i];

		if (p->index != index)
			continue;
		if (p->has_mac && !memcmp(p->mac, mac, sizeof(p->mac)))
			return SUSPECT_HOST_PEER;
		are_known |= p->has_mac;
		is_one_unknown |= !p->has_mac;
	}
	return are_known && !is_one_unknown && !t->is_short ? SUSPECT_HOST_STRANGER : SUSPECT_HOST_UNKNOWN;
}
