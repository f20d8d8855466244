/*
 * bfd_wire.h - the BFD control packet of RFC 5880 4.1 as bytes and as fields, with the checks of 6.8.6 that need no session. Pure;
 * knows no session, no address and no clock. Authentication is not spoken here: packets that carry it are refused.
 */
#ifndef VRRP_BFD_WIRE_H
#define VRRP_BFD_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BFD_VERSION = 1, BFD_LEN = 24 };

/* The wire's values, RFC 5880 4.1. */
enum bfd_state { BFD_ADMIN_DOWN, BFD_DOWN, BFD_INIT, BFD_UP, BFD_STATE_MAX };

/* The wire's values, RFC 5880 4.1; 9 to 31 are reserved and may be received. */
enum bfd_diag {
	BFD_DIAG_NONE,
	BFD_DIAG_EXPIRED,  /* control detection time expired */
	BFD_DIAG_ECHO,     /* echo function failed */
	BFD_DIAG_NEIGHBOR, /* neighbor signaled session down */
	BFD_DIAG_RESET,    /* forwarding plane reset */
	BFD_DIAG_PATH,     /* path down */
	BFD_DIAG_CONCATENATED,
	BFD_DIAG_ADMIN, /* administratively down */
	BFD_DIAG_REVERSE,
	BFD_DIAG_MAX
};

/* Why a packet is dropped, in the order of the checks in RFC 5880 6.8.6. The last ones are found by those who know sessions. */
enum bfd_verdict {
	BFD_OK,
	BFD_BAD_SHORT,              /* less bytes than the mandatory section */
	BFD_BAD_VERSION,            /* not 1 */
	BFD_BAD_LENGTH,             /* below 24 (26 with authentication), or more than the payload has */
	BFD_BAD_MULTIPLIER,         /* detect multiplier 0 */
	BFD_BAD_MULTIPOINT,         /* the multipoint bit */
	BFD_BAD_MY_DISCRIMINATOR,   /* 0 */
	BFD_BAD_YOUR_DISCRIMINATOR, /* 0 in state Init or Up */
	BFD_BAD_AUTH,               /* the authentication bit: none is in use */
	BFD_BAD_SESSION,            /* no session is meant by it */
	BFD_BAD_TTL,                /* RFC 5881 5, or more hops than configured */
	BFD_VERDICT_MAX
};

/* The fields; intervals in microseconds. */
struct bfd_packet {
	uint8_t version, diag; /* 0..7; enum bfd_diag or a reserved value: 0..31 */
	enum bfd_state state;
	bool poll, final, control_independent, has_auth, demand, multipoint;
	uint8_t multiplier;
	uint32_t my_discriminator, your_discriminator;
	uint32_t desired_tx, required_rx, required_echo_rx;
};

/* The UDP payload. BFD_OK: *ret is whole and may be used; otherwise the first check that failed. */
enum bfd_verdict bfd_wire_decode(const void *data, size_t len, struct bfd_packet *ret);
/* The BFD_LEN bytes of `p`; version is always 1, the length 24, no authentication. */
void bfd_wire_encode(const struct bfd_packet *p, uint8_t ret[BFD_LEN]);

/* "AdminDown", "Down", "Init", "Up". */
const char *bfd_state_str(enum bfd_state state);
/* "control detection time expired"; "reserved" for values without a name. */
const char *bfd_diag_str(unsigned diag);
const char *bfd_verdict_str(enum bfd_verdict verdict);
#endif
