/* sync_senders.c - see sync_senders.h. */
#include "checkers/sync_senders.h"

#include "net/udp.h"

/*
 * struct ip_vs_sync_mesg: reserved (0; the number of connections in messages of version 0), id, size (network order), number of
 * connections, version 1, two spare bytes.
 */
enum { HEADER_LEN = 8, AT_ID = 1, AT_SIZE = 2, AT_VERSION = 5, VERSION = 1 };

int sync_senders_id(const uint8_t *data, size_t len)
{
	size_t size;

	if (len < HEADER_LEN || data[0] != 0 || data[AT_VERSION] != VERSION)
		return -1;
	size = (size_t)(data[AT_SIZE] << 8 | data[AT_SIZE + 1]);
	return size == len || (len == UDP_PAYLOAD_MAX && size > len) ? data[AT_ID] : -1;
}

bool sync_senders_note(struct sync_senders *all, const struct addr *from, uint8_t id, mono_t now)
{
	bool has_room = all->n < SYNC_SENDERS_MAX;
	struct sync_sender *s = NULL, *oldest = all->sender;

	for (unsigned i = 0; !s && i < all->n; i++) {
		struct sync_sender *other = &all->sender[i];

		if (other->id == id && addr_equal(&other->from, from))
			s = other;
		else if (mono_before(other->heard, oldest->heard))
			oldest = other;
	}
	if (s) {
		s->heard = now;
		return false;
	}
	*(has_room ? &all->sender[all->n++] : oldest) = (struct sync_sender){ *from, id, now };
	return has_room;
}

void sync_senders_expire(struct sync_senders *all, mono_t since)
{
	unsigned n = 0;

	for (unsigned i = 0; i < all->n; i++)
		if (!mono_before(all->sender[i].heard, since))
			all->sender[n++] = all->sender[i];
	all->n = n;
}
