/*
 * peer_table.h - the other directors by the MAC addresses of their own addresses: so that one who answers for a virtual address is
 * known for a director, or for a stranger. Directors are whose adverts were accepted, and the unicast peers. Pure.
 */
#ifndef VRRP_PEER_TABLE_H
#define VRRP_PEER_TABLE_H
#include "base/addr.h"
#include "base/mono.h"
#include "vrrp/suspect.h"

enum { PEERS_MAX = 64, PEER_ASKS = 3 };

struct peer {
	int index; /* of the interface; 0: the place is free */
	struct addr addr;
	mono_t heard_at;
	mono_t ask_at; /* MONO_NEVER: enough for now */
	unsigned asks; /* since ask_at was set by an advert */
	bool has_mac;
	uint8_t mac[6];
};

struct peer_table {
	struct peer peer[PEERS_MAX]; /* a full one forgets whom it has not heard of for a minute */
	bool is_short;               /* there were more than that at a time: not all are known */
};

/*
 * An advert of `a` was accepted on the interface; one that is new, or comes back after a silence, is to be asked
 * for. NULL: no place. */
struct peer *peer_table_heard(struct peer_table *t, int index, const struct addr *a, mono_t now);
/* It answers at this MAC address. */
void peer_answered(struct peer *p, const uint8_t *mac);
/* Who is to be asked now, taken down as asked; NULL: nobody. */
struct peer *peer_table_ask(struct peer_table *t, mono_t now);
/* When peer_table_ask() has somebody; MONO_NEVER. */
mono_t peer_table_next(const struct peer_table *t);
/* Who has the MAC address on the interface. */
enum suspect_host peer_table_who(const struct peer_table *t, int index, const uint8_t *mac);
#endif
