/*
 * sync_senders.h - who sends connections in the segment that a director listens in, and with which id (linux ip_vs_sync.c): the
 * kernel passes by another id without a word, and a fail-over then cuts every connection. Pure.
 */
#ifndef CHECKERS_SYNC_SENDERS_H
#define CHECKERS_SYNC_SENDERS_H
#include "base/addr.h"
#include "base/mono.h"

enum { SYNC_SENDERS_MAX = 8 };

struct sync_sender {
	struct addr from;
	uint8_t id;
	mono_t heard; /* last */
};

/* All zero is empty. */
struct sync_senders {
	struct sync_sender sender[SYNC_SENDERS_MAX];
	unsigned n;
};

/* The id in a datagram, which may be cut at UDP_PAYLOAD_MAX; -1: that is no message of synchronisation. */
int sync_senders_id(const uint8_t *data, size_t len);
/*
 * Somebody was heard; one more than there is room for takes the place of who is silent for longest. True: he is new, and there
 * was room. So a segment full of inventions is no storm in the log.
 */
bool sync_senders_note(struct sync_senders *all, const struct addr *from, uint8_t id, mono_t now);
/* Forgets those that are silent since before `since`. */
void sync_senders_expire(struct sync_senders *all, mono_t since);
#endif
