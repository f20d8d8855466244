/*
 * hmac.h - the authentication trailer of an advert (draft-cassen-vrrp-auth-hmac, as keepalived 2.4.2 and later speak it): its 28
 * bytes behind the VRRP message, what is signed, and what its sequence number tells. Pure: no key, no clock, no socket.
 *
 *     type 1 | key id | 2 bytes zero | seconds of UTC (4) | 2^-16 s (2) | counter (2) | HMAC-SHA256, cut to 16 bytes
 */
#ifndef VRRP_HMAC_H
#define VRRP_HMAC_H
#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HMAC_TRAILER_LEN = 28,
	HMAC_TAG_LEN = 16,
	HMAC_INPUT_MAX = 20 + 8 + 255 * 16 + 8 + HMAC_TRAILER_LEN, /* what is signed for the longest advert */
};

/* What a receiver finds. Each is a counter. */
enum hmac_result {
	HMAC_OK,
	HMAC_MISSING,     /* no trailer */
	HMAC_MALFORMED,   /* another type, or reserved bytes that are not zero */
	HMAC_UNKNOWN_KEY, /* we have no key of this number */
	HMAC_REPLAYED,    /* its sequence is not above what this sender had before */
	HMAC_STALE,       /* outside the window, and nothing tells whether it is a replay */
	HMAC_INVALID,     /* the tag is wrong */
	HMAC_WRONG_CLOCK, /* outside the window, but valid and new: the sender lives, one of the clocks is wrong */
	HMAC_RESULT_MAX
};

/* The trailer's fields. A sequence is seconds << 32 | 2^-16 s << 16 | counter, compared as RFC 1982 does: it may wrap in 2106. */
struct hmac_trailer {
	uint8_t key_id;
	uint64_t sequence;
	uint8_t tag[HMAC_TAG_LEN];
};

/* An advert and its sender, as the signature covers them. */
struct hmac_message {
	struct addr src;
	const uint8_t *advert; /* without the trailer */
	size_t len;            /* at least 8, at most 8 + 255 * 16 + 8 */
};

/* What a receiver knows of a sender, and how it judges by time. */
struct hmac_past {
	bool has_mark;
	uint64_t mark;  /* the highest sequence accepted of this sender */
	int64_t window; /* usec that a sequence may be off the clock; 0: the clock is not asked */
};

/* The length of the VRRP message that `packet` begins with, by its own header; 0: too short to tell. */
size_t hmac_message_len(const uint8_t *packet, size_t len, uint16_t family);
/* Reads the trailer's 28 bytes. HMAC_OK or HMAC_MALFORMED. */
enum hmac_result hmac_decode(const uint8_t *bytes, struct hmac_trailer *ret);
/* Writes them. */
void hmac_encode(const struct hmac_trailer *t, uint8_t bytes[HMAC_TRAILER_LEN]);
/*
 * What the tag is made of: 20 bytes of pseudo-header, the message with its checksum as zero, the trailer with its tag as zero. Its
 * length, or 0 when it does not fit.
 */
size_t hmac_input(const struct hmac_message *m, const struct hmac_trailer *t, uint8_t buf[HMAC_INPUT_MAX]);
/* Looks at every byte, so that the time does not tell how many were right. */
bool hmac_same_tag(const uint8_t *a, const uint8_t *b);

/* Whether sequence `a` comes after `b`. */
bool hmac_is_after(uint64_t a, uint64_t b);
/* The sequence of an advert that is sent at `utc` (usec), after `last`: the time, or `last` plus one where the clock went back. */
uint64_t hmac_next(uint64_t last, int64_t utc);
/* By how much the sender's clock is behind ours at `utc`, in usec; negative: ahead of it. */
int64_t hmac_skew(uint64_t sequence, int64_t utc);
/*
 * By the sequence alone, before anything is hashed: HMAC_OK, HMAC_WRONG_CLOCK (both only if the tag is right), HMAC_REPLAYED or
 * HMAC_STALE. A mark that is ahead of our own clock by more than the window (the sender's clock was wrong, and is right again)
 * does not bind an advert that is fresh.
 */
enum hmac_result hmac_judge(const struct hmac_past *past, uint64_t sequence, int64_t utc);
/* "invalid", ...: counter and log name. */
const char *hmac_result_str(enum hmac_result r);
#endif
