/*
 * advert.h - the advertisement on the wire (RFC 9568 5, RFC 3768 5; PASS: RFC 2338 5.3.10): encode, decode, and the ordered
 * receive checks (RFC 9568 7.1). Knows bytes and what a receiver expects; knows no instance, no socket.
 */
#ifndef VRRP_ADVERT_H
#define VRRP_ADVERT_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADVERT_MAX = 8 + 255 * 16, ADVERT_PROTO = 112, ADVERT_TTL = 255 };

/*
 * Why a packet was dropped, in the order of the checks; each is a counter of the instance (or of the interface before the VRID). A
 * byte, as the next one.
 */
enum advert_verdict {
	ADVERT_OK,
	ADVERT_BAD_LENGTH,
	ADVERT_BAD_VERSION,
	ADVERT_BAD_TYPE,
	ADVERT_BAD_VRID, /* not configured on this interface */
	ADVERT_BAD_TTL,
	ADVERT_BAD_CHECKSUM,
	ADVERT_BAD_COUNT,    /* 0 addresses, erratum 8299 */
	ADVERT_BAD_FIRST,    /* IPv6, strict: the first address is not link-local, erratum 8300 */
	ADVERT_BAD_INTERVAL, /* 0 (erratum 8301), or v2: not ours */
	ADVERT_BAD_AUTH_TYPE,
	ADVERT_BAD_AUTH,
	ADVERT_BAD_ADDR_LIST,  /* only when the policy says so */
	ADVERT_BAD_SOURCE,     /* of the other family, 0.0.0.0 or ::, multicast, loopback; unicast: not a peer */
	ADVERT_OWN_SOURCE,     /* our own address: looped frame or duplicate address */
	ADVERT_BAD_DEST,       /* unicast to a multicast instance, or the reverse */
	ADVERT_UNKNOWN_SOURCE, /* not in allow_from */
	ADVERT_OWNER_CLAIM,    /* priority 255 of a router that is not declared as owner */
	ADVERT_HMAC_MISSING,   /* auth_hmac in mode enforce, from here on; see enum hmac_result */
	ADVERT_HMAC_MALFORMED,
	ADVERT_HMAC_UNKNOWN_KEY,
	ADVERT_HMAC_REPLAYED,
	ADVERT_HMAC_STALE,
	ADVERT_HMAC_INVALID,
	ADVERT_VERDICT_MAX
} __attribute__((packed));

enum advert_checksum {
	ADVERT_SUM_MESSAGE /* RFC 9568, and v2 */,
	ADVERT_SUM_PSEUDO /* RFC 5798: with IPv4 pseudo-header; IPv6 has no other */
} __attribute__((packed));

/* The IP header's part; the family of `src` is that of the addresses inside. */
struct advert_meta {
	struct addr src, dst;
	uint8_t ttl;
	uint8_t trailer; /* bytes behind the message (auth_hmac): IPv6's checksum covers them too, that of IPv4 does not */
};

/* Notes on an accepted advert, for log and status. */
struct advert_notes {
	bool addr_list_differs, interval_differs;
	bool addr_list_disjoint;   /* none of theirs is ours */
	bool first_not_link_local; /* IPv6: a MUST of RFC 9568 5.2.9 that keepalived does not keep */
};

struct advert {
	uint8_t version, type, vrid, priority, count;
	uint8_t auth_type;             /* v2 */
	uint8_t auth[8];               /* v2 */
	uint16_t interval_cs;          /* v2 seconds are converted */
	enum advert_checksum checksum; /* the form that matched (or the form to send) */
	const uint8_t *addrs;          /* count * 4 or 16 bytes inside the packet (or of the sender's list) */
	struct advert_notes notes;     /* reading */
};

/* What a receiver expects; built once from an instance's configuration. */
struct advert_profile {
	uint16_t family; /* AF_INET, AF_INET6 */
	uint8_t version, vrid, auth_type;
	uint8_t auth[8];
	uint16_t interval_cs;
	struct addr own;            /* our source address */
	bool is_unicast, check_src; /* check_src: the source must be one of peers */
	const struct advert_peer *peers;
	unsigned n_peers;
	const uint8_t *addrs; /* configured list, n_addrs * 4 or 16 bytes, in configured order */
	unsigned n_addrs;
	bool drop_addr_mismatch; /* v2 policy: RFC 3768's; v3 has none */
	bool ignore_mismatch;    /* on_address_mismatch ignore: of any version and priority */
	bool needs_link_local;   /* IPv6 policy: dropped when the first address or a multicast's source is none */
};

struct advert_peer {
	struct addr addr;
	uint8_t min_ttl, max_ttl;
};

/* The VRID of a packet that is long enough to have one; -1 otherwise. */
int advert_vrid(const uint8_t *packet, size_t len);
/* All checks in order; *ret is complete on ADVERT_OK (and partly set on later verdicts). Its addrs point into packet. */
enum advert_verdict advert_decode(const struct advert_profile *p, const struct advert_meta *m, const uint8_t *packet,
	size_t len, struct advert *ret);
/*
 * Writes an advert with its checksum; `m` gives source and destination for the pseudo-header. Returns the length, or 0 when it
 * does not fit `size`.
 */
size_t advert_encode(const struct advert *a, const struct advert_meta *m, uint8_t *buf, size_t size);
/* Writes the checksum anew, over all `len` bytes: a trailer was added to a message of IPv6. */
void advert_seal(const struct advert_meta *m, uint8_t *packet, size_t len);
/* "checksum", ...: counter and log name. */
const char *advert_verdict_str(enum advert_verdict v);
/* CARP on the same group looks like VRRPv2 (facts: same protocol number and version nibble): whether this is one. */
bool advert_is_carp(const uint8_t *packet, size_t len);
#endif
