/* hmac.c - see hmac.h. */
#include "vrrp/hmac.h"

#include <string.h>

#include "base/cursor.h"

enum {
	TYPE_HMAC = 1,
	HEADER_LEN = 8,
	SUM_AT = 6,
	SUM_LEN = 2,
	AUTH_LEN = 8, /* RFC 2338: behind the addresses of version 2 */
	VERSION_2 = 2,
	COUNTER_BITS = 16,
	PSEUDO_ADDR_LEN = 16,
};

#define USEC_PER_SEC INT64_C(1000000)

size_t hmac_message_len(const uint8_t *packet, size_t len, uint16_t family)
{
	const size_t addr = family == AF_INET6 ? 16 : 4;

	if (len < HEADER_LEN)
		return 0;
	return HEADER_LEN + packet[3] * addr + (packet[0] >> 4 == VERSION_2 ? AUTH_LEN : 0);
}

enum hmac_result hmac_decode(const uint8_t *bytes, struct hmac_trailer *ret)
{
	struct cursor c = cursor_read(bytes, HMAC_TRAILER_LEN);
	uint8_t type = cursor_get_u8(&c);
	uint16_t reserved;

	*ret = (struct hmac_trailer){ .key_id = cursor_get_u8(&c) };
	reserved = cursor_get_u16(&c);
	ret->sequence = (uint64_t)cursor_get_u32(&c) << 32;
	ret->sequence |= cursor_get_u32(&c);
	cursor_get_bytes(&c, ret->tag, HMAC_TAG_LEN);
	return type == TYPE_HMAC && reserved == 0 ? HMAC_OK : HMAC_MALFORMED;
}

void hmac_encode(const struct hmac_trailer *t, uint8_t bytes[HMAC_TRAILER_LEN])
{
	struct cursor c = cursor_write(bytes, HMAC_TRAILER_LEN);

	cursor_put_u8(&c, TYPE_HMAC);
	cursor_put_u8(&c, t->key_id);
	cursor_put_u16(&c, 0);
	cursor_put_u32(&c, (uint32_t)(t->sequence >> 32));
	cursor_put_u32(&c, (uint32_t)t->sequence);
	cursor_put_bytes(&c, t->tag, HMAC_TAG_LEN);
}

size_t hmac_input(const struct hmac_message *m, const struct hmac_trailer *t, uint8_t buf[HMAC_INPUT_MAX])
{
	struct hmac_trailer untagged = { .key_id = t->key_id, .sequence = t->sequence };
	struct cursor c = cursor_write(buf, HMAC_INPUT_MAX);
	uint8_t trailer[HMAC_TRAILER_LEN];

	if (m->len < HEADER_LEN)
		return 0;
	hmac_encode(&untagged, trailer);
	cursor_put_u8(&c, m->src.family == AF_INET6 ? 6 : 4);
	cursor_put_u8(&c, m->advert[0] >> 4);
	cursor_put_u8(&c, m->advert[1]);
	cursor_put_u8(&c, 0);
	cursor_put_bytes(&c, m->src.bytes, PSEUDO_ADDR_LEN);
	cursor_put_bytes(&c, m->advert, SUM_AT);
	cursor_put_u16(&c, 0);
	cursor_put_bytes(&c, m->advert + SUM_AT + SUM_LEN, m->len - SUM_AT - SUM_LEN);
	cursor_put_bytes(&c, trailer, HMAC_TRAILER_LEN);
	return c.bad ? 0 : c.pos;
}

bool hmac_same_tag(const uint8_t *a, const uint8_t *b)
{
	volatile unsigned differing = 0;

	for (unsigned i = 0; i < HMAC_TAG_LEN; i++)
		differing |= (unsigned)(a[i] ^ b[i]);
	return differing == 0;
}

/* RFC 1982 3.2. */
bool hmac_is_after(uint64_t a, uint64_t b)
{
	return a != b && a - b < UINT64_C(1) << 63;
}

static uint64_t sequence_at(int64_t utc)
{
	const uint64_t sec = (uint64_t)(utc / USEC_PER_SEC), usec = (uint64_t)(utc % USEC_PER_SEC);

	return sec << 32 | (usec << 16) / USEC_PER_SEC << COUNTER_BITS;
}

uint64_t hmac_next(uint64_t last, int64_t utc)
{
	const uint64_t now = sequence_at(utc);

	return last == 0 || hmac_is_after(now, last) ? now : last + 1;
}

/* The difference modulo 2^32 seconds, as a signed number. */
int64_t hmac_skew(uint64_t sequence, int64_t utc)
{
	const uint64_t ahead = sequence - sequence_at(utc), behind = -ahead;
	const bool is_ahead = ahead < UINT64_C(1) << 63;
	const uint64_t d = is_ahead ? ahead : behind;
	const int64_t usec = (int64_t)(d >> 32) * USEC_PER_SEC +
		(int64_t)((d & UINT32_MAX) * (uint64_t)USEC_PER_SEC >> 32);

	return is_ahead ? -usec : usec;
}

static bool is_fresh(int64_t skew, int64_t window)
{
	return window == 0 || (skew <= window && skew >= -window);
}

enum hmac_result hmac_judge(const struct hmac_past *past, uint64_t sequence, int64_t utc)
{
	const bool fresh = is_fresh(hmac_skew(sequence, utc), past->window);
	const bool is_stranded = past->has_mark && past->window > 0 && hmac_skew(past->mark, utc) < -past->window;

	if (past->has_mark && !hmac_is_after(sequence, past->mark) && !(fresh && is_stranded))
		return HMAC_REPLAYED;
	if (fresh)
		return HMAC_OK;
	return past->has_mark ? HMAC_WRONG_CLOCK : HMAC_STALE;
}

const char *hmac_result_str(enum hmac_result r)
{
	static const char *const names[HMAC_RESULT_MAX] = {
		[HMAC_OK] = "valid",
		[HMAC_MISSING] = "missing",
		[HMAC_MALFORMED] = "malformed",
		[HMAC_UNKNOWN_KEY] = "unknown_key",
		[HMAC_REPLAYED] = "replayed",
		[HMAC_STALE] = "stale",
		[HMAC_INVALID] = "invalid",
		[HMAC_WRONG_CLOCK] = "wrong_clock",
	};

	return (unsigned)r < HMAC_RESULT_MAX ? names[r] : "?";
}
