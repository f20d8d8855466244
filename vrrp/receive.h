/*
 * receive.h - what one instance hears: its packets through the receive checks, counters, the newest valid advert of each sender
 * until the instance acts on it, and what is known of the peer. No socket, no state machine, no log.
 */
#ifndef VRRP_RECEIVE_H
#define VRRP_RECEIVE_H
#include "base/mono.h"
#include "vrrp/advert.h"
#include "vrrp/auth.h"
#include "vrrp/conf.h"
#include "vrrp/source.h"

struct raw_packet;

enum { RECEIVE_SENDERS = 4 };

/* A valid advert that was not acted on yet; a newer one of the same sender replaces it. */
struct receive_advert {
	struct addr src;
	uint8_t priority;
	uint16_t interval_cs;
	bool is_late; /* auth_hmac: valid and new, but one of the clocks is wrong: only that the sender lives is believed */
};

/* Who else speaks for this virtual router: the sender heard last, valid or not. */
struct receive_peer {
	struct addr addr;
	uint8_t priority, version;
	uint16_t interval_cs;
	enum advert_checksum checksum;
	enum advert_verdict drop; /* why its last packet was dropped; ADVERT_OK: it was not */
	bool addr_list_differs, addr_list_disjoint, interval_differs, first_not_link_local;
	mono_t heard_at; /* last valid advert; usec 0: none */
};

/* What of the configuration is a list, as advert_decode() has it. */
struct receive_lists {
	struct advert_peer *peers; /* owned */
	uint8_t *addrs;            /* owned: the advertised addresses; NULL: it is the configuration's only one */
	struct source_list sources;
};

struct receiver {
	struct receive_lists *lists;    /* owned; NULL: one advertised address, no peers, everybody is listened to */
	struct receive_advert *pending; /* owned: RECEIVE_SENDERS places, NULL until the first one came */
	unsigned n_pending;
	struct receive_peer peer;
	struct auth *auth; /* owned; NULL: there never were keys */
	uint64_t valid;
	uint64_t *refused; /* owned: by enum advert_verdict, NULL while none was; receive_count() */
	uint64_t priority_zero;
};

void receive_init(struct receiver *r);
void receive_done(struct receiver *r);
/* What auth_hmac knows here, for who restores it; made when there is none. It outlives each receive_conf(). */
struct auth *receive_auth(struct receiver *r);
/* Another configuration. Counters and peer stay. */
void receive_conf(struct receiver *r, const struct vrrp_conf *conf);
/*
 * Checks one packet for our VRID, by the configuration that receive_conf() got last; `own` is the source address in use (AF_UNSPEC:
 * none yet). The verdict; a valid one is pending now.
 */
enum advert_verdict receive_packet(struct receiver *r, const struct vrrp_conf *conf, const struct addr *own,
	const struct raw_packet *p, mono_t now);
/* How many packets had that verdict; ADVERT_OK: the valid ones. */
uint64_t receive_count(const struct receiver *r, enum advert_verdict v);
/* Counts `n` more of them. */
void receive_count_on(struct receiver *r, enum advert_verdict v, uint64_t n);
/* Takes the oldest pending advert. False: none. */
bool receive_next(struct receiver *r, struct receive_advert *ret);
#endif
