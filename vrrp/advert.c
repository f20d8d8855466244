/* advert.c - see advert.h. */
#include "vrrp/advert.h"

#include <string.h>

#include "base/cursor.h"

enum {
	VERSION_2 = 2,
	VERSION_3 = 3,
	TYPE_ADVERTISEMENT = 1,
	PRIORITY_OWNER = 255,
	HEADER_LEN = 8,
	SUM_AT = 6,
	AUTH_LEN = 8,
	AUTH_PASS = 1,
	INTERVAL_MASK = 0x0fff, /* RFC 9568 5.2.6: the nibble above is reserved and ignored */
	CARP_LEN = 36,          /* header, 64 bit counter, SHA-1 */
	CARP_AUTH_WORDS = 7,
};

int advert_vrid(const uint8_t *packet, size_t len)
{
	return len < 2 ? -1 : packet[1];
}

bool advert_is_carp(const uint8_t *packet, size_t len)
{
	return len == CARP_LEN && packet[0] == (VERSION_2 << 4 | TYPE_ADVERTISEMENT) && packet[3] == CARP_AUTH_WORDS;
}

/* One's complement sum (RFC 1071), not folded. */
static uint32_t sum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += (uint32_t)(p[0] << 8 | p[1]);
	return len ? sum + (uint32_t)(p[0] << 8) : sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* RFC 8200 8.1 of IPv6; of IPv4 RFC 5798 5.2.8 read literally: source, destination, zero, protocol, length. */
static uint32_t sum_pseudo(const struct advert_meta *m, size_t len)
{
	size_t n = addr_len(&m->src);

	return sum_add(sum_add((uint32_t)len + ADVERT_PROTO, m->src.bytes, n), m->dst.bytes, n);
}

/* 0xffff is what a message sums up to with its own checksum in it. */
static bool sum_matches(const struct advert_meta *m, const uint8_t *packet, size_t len, struct advert *a)
{
	const size_t covered = m->src.family == AF_INET6 ? len + m->trailer : len;
	const uint32_t sum = sum_add(0, packet, covered);

	a->checksum = ADVERT_SUM_MESSAGE;
	if (m->src.family == AF_INET && sum_fold(sum) == 0xffff)
		return true;
	a->checksum = ADVERT_SUM_PSEUDO;
	return a->version == VERSION_3 && sum_fold(sum + sum_pseudo(m, covered)) == 0xffff;
}

static size_t message_len(uint16_t family, uint8_t version, uint8_t count)
{
	return HEADER_LEN + count * addr_len(&(struct addr){ .family = family }) +
		(version == VERSION_2 ? AUTH_LEN : 0);
}

/* The bytes as fields; `version` 2 counts in seconds. Needs a packet of the right length. */
static void read_fields(const uint8_t *packet, size_t len, struct advert *a)
{
	struct cursor c = cursor_read(packet, len);
	uint16_t timing;

	cursor_skip(&c, 1);
	a->vrid = cursor_get_u8(&c);
	a->priority = cursor_get_u8(&c);
	a->count = cursor_get_u8(&c);
	timing = cursor_get_u16(&c);
	a->interval_cs = timing & INTERVAL_MASK;
	a->addrs = packet + HEADER_LEN;
	if (a->version != VERSION_2)
		return;
	a->auth_type = (uint8_t)(timing >> 8);
	a->interval_cs = (uint16_t)((timing & 0xff) * 100);
	memcpy(a->auth, packet + len - AUTH_LEN, AUTH_LEN);
}

/* Version and type come before the whole length: what follows the first byte depends on them. */
static enum advert_verdict check_shape(const struct advert_profile *p, const uint8_t *packet, size_t len,
	struct advert *a)
{
	if (len < HEADER_LEN)
		return ADVERT_BAD_LENGTH;
	a->version = packet[0] >> 4;
	a->type = packet[0] & 0x0f;
	if (a->version != p->version)
		return ADVERT_BAD_VERSION;
	if (a->type != TYPE_ADVERTISEMENT)
		return ADVERT_BAD_TYPE;
	if (len != message_len(p->family, a->version, packet[3]))
		return ADVERT_BAD_LENGTH;
	read_fields(packet, len, a);
	return a->vrid == p->vrid && a->vrid ? ADVERT_OK : ADVERT_BAD_VRID;
}

static const struct advert_peer *find_peer(const struct advert_profile *p, const struct addr *src)
{
	unsigned i;

	for (i = 0; i < p->n_peers; i++)
		if (addr_equal(&p->peers[i].addr, src))
			return &p->peers[i];
	return NULL;
}

/* RFC 9568 5.1.1.3; a unicast peer may be given limits of its own (the router between is then the operator's decision). */
static bool ttl_is_good(const struct advert_profile *p, const struct advert_meta *m)
{
	const struct advert_peer *peer = p->is_unicast ? find_peer(p, &m->src) : NULL;

	if (!peer || (peer->min_ttl == 0 && peer->max_ttl == ADVERT_TTL))
		return m->ttl == ADVERT_TTL;
	return m->ttl >= peer->min_ttl && m->ttl <= peer->max_ttl;
}

/* Looks at every byte, so that the time does not tell how many were right (V2-07). */
static bool is_same_secret(const uint8_t *a, const uint8_t *b)
{
	unsigned differing = 0, i;

	for (i = 0; i < AUTH_LEN; i++)
		differing |= a[i] ^ b[i];
	return differing == 0;
}

static enum advert_verdict check_auth(const struct advert_profile *p, const struct advert *a)
{
	if (a->version != VERSION_2)
		return ADVERT_OK;
	if (a->auth_type != p->auth_type)
		return ADVERT_BAD_AUTH_TYPE;
	if (a->auth_type == AUTH_PASS && !is_same_secret(a->auth, p->auth))
		return ADVERT_BAD_AUTH;
	return ADVERT_OK;
}

static struct addr first_addr(const struct advert_profile *p, const struct advert *a)
{
	struct addr first = { .family = p->family };

	if (a->count > 0)
		memcpy(first.bytes, a->addrs, addr_len(&first));
	return first;
}

static enum advert_verdict check_content(const struct advert_profile *p, struct advert *a)
{
	const struct addr first = first_addr(p, a);

	if (a->count == 0)
		return ADVERT_BAD_COUNT;
	a->notes.first_not_link_local = p->family == AF_INET6 && !addr_is_link_local(&first);
	if (a->notes.first_not_link_local && p->needs_link_local)
		return ADVERT_BAD_FIRST;
	if (a->interval_cs == 0 || (a->version == VERSION_2 && a->interval_cs != p->interval_cs))
		return ADVERT_BAD_INTERVAL;
	return check_auth(p, a);
}

/* Addresses of one length, one after another. */
struct list {
	const uint8_t *addrs;
	unsigned n;
	size_t len; /* of one */
};

/* Whether all of `a` are in `b`. */
static bool is_within(const struct list *a, const struct list *b)
{
	for (unsigned i = 0; i < a->n; i++) {
		unsigned j = 0;

		while (j < b->n && memcmp(a->addrs + i * a->len, b->addrs + j * b->len, a->len) != 0)
			j++;
		if (j == b->n)
			return false;
	}
	return true;
}

/* The order does not matter, but is the same on a well-kept pair: then it costs one memcmp. */
static bool list_differs(const struct advert_profile *p, const struct advert *a)
{
	const size_t len = addr_len(&(struct addr){ .family = p->family });
	const struct list theirs = { a->addrs, a->count, len }, ours = { p->addrs, p->n_addrs, len };

	if (a->count != p->n_addrs)
		return true;
	if (!memcmp(a->addrs, p->addrs, a->count * len))
		return false;
	return !is_within(&theirs, &ours) || !is_within(&ours, &theirs);
}

/* Not one address of theirs is ours: another virtual router with our VRID. */
static bool list_is_disjoint(const struct advert_profile *p, const struct advert *a)
{
	const size_t len = addr_len(&(struct addr){ .family = p->family });
	const struct list ours = { p->addrs, p->n_addrs, len };

	for (unsigned i = 0; i < a->count; i++) {
		const struct list one = { a->addrs + i * len, 1, len };

		if (is_within(&one, &ours))
			return false;
	}
	return true;
}

/* RFC 3768 7.1: the list of an owner is not questioned. */
static enum advert_verdict check_list(const struct advert_profile *p, struct advert *a)
{
	a->notes.interval_differs = a->interval_cs != p->interval_cs;
	a->notes.addr_list_differs = list_differs(p, a);
	a->notes.addr_list_disjoint = a->notes.addr_list_differs && list_is_disjoint(p, a);
	if (!a->notes.addr_list_differs)
		return ADVERT_OK;
	if (p->ignore_mismatch || (a->version == VERSION_2 && p->drop_addr_mismatch && a->priority != PRIORITY_OWNER))
		return ADVERT_BAD_ADDR_LIST;
	return ADVERT_OK;
}

static enum advert_verdict check_way(const struct advert_profile *p, const struct advert_meta *m)
{
	const struct addr *src = &m->src;

	if (addr_is_any(src) || addr_is_multicast(src) || addr_is_loopback(src))
		return ADVERT_BAD_SOURCE;
	if (p->needs_link_local && !p->is_unicast && !addr_is_link_local(src))
		return ADVERT_BAD_SOURCE;
	if (addr_equal(src, &p->own))
		return ADVERT_OWN_SOURCE;
	if (p->is_unicast && p->check_src && !find_peer(p, src))
		return ADVERT_BAD_SOURCE;
	if (p->is_unicast == addr_is_multicast(&m->dst))
		return ADVERT_BAD_DEST;
	return ADVERT_OK;
}

enum advert_verdict advert_decode(const struct advert_profile *p, const struct advert_meta *m, const uint8_t *packet,
	size_t len, struct advert *ret)
{
	enum advert_verdict v;

	*ret = (struct advert){ 0 };
	if (m->src.family != p->family || m->dst.family != p->family)
		return ADVERT_BAD_SOURCE;
	v = check_shape(p, packet, len, ret);
	if (v == ADVERT_OK && !ttl_is_good(p, m))
		v = ADVERT_BAD_TTL;
	if (v == ADVERT_OK && !sum_matches(m, packet, len, ret))
		v = ADVERT_BAD_CHECKSUM;
	if (v == ADVERT_OK)
		v = check_content(p, ret);
	if (v == ADVERT_OK)
		v = check_list(p, ret);
	return v == ADVERT_OK ? check_way(p, m) : v;
}

size_t advert_encode(const struct advert *a, const struct advert_meta *m, uint8_t *buf, size_t size)
{
	static const uint8_t zeros[AUTH_LEN];
	struct cursor c = cursor_write(buf, size);
	uint32_t sum;

	cursor_put_u8(&c, (uint8_t)(a->version << 4 | TYPE_ADVERTISEMENT));
	cursor_put_u8(&c, a->vrid);
	cursor_put_u8(&c, a->priority);
	cursor_put_u8(&c, a->count);
	if (a->version == VERSION_2)
		cursor_put_u16(&c, (uint16_t)(a->auth_type << 8 | a->interval_cs / 100));
	else
		cursor_put_u16(&c, a->interval_cs & INTERVAL_MASK);
	cursor_put_u16(&c, 0);
	if (a->count)
		cursor_put_bytes(&c, a->addrs, a->count * addr_len(&m->src));
	if (a->version == VERSION_2)
		cursor_put_bytes(&c, a->auth_type == AUTH_PASS ? a->auth : zeros, AUTH_LEN);
	if (c.bad)
		return 0;
	sum = sum_add(0, buf, c.pos);
	if (m->src.family == AF_INET6 || (a->version == VERSION_3 && a->checksum == ADVERT_SUM_PSEUDO))
		sum += sum_pseudo(m, c.pos);
	sum = (uint16_t)~sum_fold(sum);
	buf[SUM_AT] = (uint8_t)(sum >> 8);
	buf[SUM_AT + 1] = (uint8_t)sum;
	return c.pos;
}

void advert_seal(const struct advert_meta *m, uint8_t *packet, size_t len)
{
	uint16_t sum;

	memset(packet + SUM_AT, 0, 2);
	sum = (uint16_t)~sum_fold(sum_add(0, packet, len) + sum_pseudo(m, len));
	packet[SUM_AT] = (uint8_t)(sum >> 8);
	packet[SUM_AT + 1] = (uint8_t)sum;
}

const char *advert_verdict_str(enum advert_verdict v)
{
	static const char *const names[ADVERT_VERDICT_MAX] = {
		[ADVERT_OK] = "ok",
		[ADVERT_BAD_LENGTH] = "length",
		[ADVERT_BAD_VERSION] = "version",
		[ADVERT_BAD_TYPE] = "type",
		[ADVERT_BAD_VRID] = "vrid",
		[ADVERT_BAD_TTL] = "ttl",
		[ADVERT_BAD_CHECKSUM] = "checksum",
		[ADVERT_BAD_COUNT] = "address_count",
		[ADVERT_BAD_FIRST] = "first_address",
		[ADVERT_BAD_INTERVAL] = "interval",
		[ADVERT_BAD_AUTH_TYPE] = "auth_type",
		[ADVERT_BAD_AUTH] = "auth",
		[ADVERT_BAD_ADDR_LIST] = "address_list",
		[ADVERT_BAD_SOURCE] = "source",
		[ADVERT_OWN_SOURCE] = "own_source",
		[ADVERT_BAD_DEST] = "destination",
		[ADVERT_UNKNOWN_SOURCE] = "unknown_source",
		[ADVERT_OWNER_CLAIM] = "owner_claim",
		[ADVERT_HMAC_MISSING] = "hmac_missing",
		[ADVERT_HMAC_MALFORMED] = "hmac_malformed",
		[ADVERT_HMAC_UNKNOWN_KEY] = "hmac_unknown_key",
		[ADVERT_HMAC_REPLAYED] = "hmac_replayed",
		[ADVERT_HMAC_STALE] = "hmac_stale",
		[ADVERT_HMAC_INVALID] = "hmac_invalid",
	};

	return (unsigned)v < ADVERT_VERDICT_MAX ? names[v] : "?";
}
