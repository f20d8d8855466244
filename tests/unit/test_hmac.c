/*
 * test_hmac.c - the trailer of auth_hmac: known answers computed apart from this code, every mutated byte refused, the judgement by
 * sequence and time (replay, freshness, wrap of 2106, a clock that was wrong), and the modes.
 */
#include "vrrp/hmac.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "run.h"
#include "vrrp/advert.h"
#include "vrrp/auth.h"
#include "vrrp/conf.h"

#define N(a) (int)(sizeof(a) / sizeof((a)[0]))

enum { PACKET_MAX = 64 };

/* Keys: 1 is the bytes 00 to 1f, 200 a text. The tags were computed by another program from the written format. */
static struct vrrp_hmac_key key_1 = { .id = 1, .len = 32 }, key_200 = { .id = 200, .len = 40 };

static const struct known {
	const char *name, *src, *advert, *trailer;
	int64_t utc; /* of its time stamp */
} known[] = {
	{ "version 2", "192.0.2.1", "2133960100011234c00002640000000000000000",
		"010100006721f0c080000000a3d755a3dfef054980f691e6bbb75728", INT64_C(1730277568) * 1000000 + 500000 },
	{ "version 3, end of the era", "192.0.2.2", "313396020014abcdc0000264c0000265",
		"01c80000ffffffffffffffff61dacd9a55f0d61e468f2122c4e3e307", INT64_C(4294967295) * 1000000 + 999984 },
	{ "IPv6, begin of the era", "fe80::2", "3107ff0100640000fe800000000000000000000000000001",
		"01010000000000010002000390bcf560a429075dd3cced0f42d9ac59", 1000030 },
};

static size_t unhex(const char *digits, uint8_t *ret)
{
	size_t len = strlen(digits) / 2;

	for (size_t i = 0; i < len; i++) {
		const char pair[] = { digits[2 * i], digits[2 * i + 1], '\0' };

		ret[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return len;
}

static struct auth ring(enum vrrp_hmac_mode mode, unsigned anti_replay)
{
	static void *keys[2] = { &key_1, &key_200 };
	const struct vrrp_hmac_conf hmac = { .keys = { keys, 2, 2 }, .mode = mode, .anti_replay = anti_replay };
	struct vrrp_conf conf = { VRRP_BARE, .interval_cs = 100 };
	struct auth a = { 0 };

	conf.hmac = &hmac;
	for (unsigned i = 0; i < key_1.len; i++)
		key_1.bytes[i] = (uint8_t)i;
	memcpy(key_200.bytes, "a text of at least thirty-two characters", key_200.len);
	auth_conf(&a, &conf);
	return a;
}

struct packet {
	uint8_t bytes[PACKET_MAX];
	struct hmac_message m;
	const uint8_t *trailer;
};

static void packet_of(const struct known *k, struct packet *p)
{
	p->m.len = unhex(k->advert, p->bytes);
	p->m.advert = p->bytes;
	p->trailer = p->bytes + p->m.len;
	ck_assert_uint_eq(unhex(k->trailer, p->bytes + p->m.len), HMAC_TRAILER_LEN);
	ck_assert_int_eq(addr_parse(k->src, &p->m.src), 0);
}

static enum hmac_result check_one(const struct packet *p, const struct hmac_message *m, int64_t utc)
{
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME);
	enum hmac_result r = auth_check(&a, m, p->trailer, HMAC_TRAILER_LEN, utc);

	ck_assert_uint_eq(a.results[r], 1);
	ck_assert_uint_eq(a.n_senders, r == HMAC_OK);
	auth_done(&a);
	return r;
}

START_TEST(known_answers) {
	const struct known *k = &known[_i];
	struct packet p;
	struct hmac_trailer t;
	uint8_t again[HMAC_TRAILER_LEN];

	packet_of(k, &p);
	ck_assert_uint_eq(hmac_message_len(p.bytes, p.m.len, p.m.src.family), p.m.len);
	ck_assert_msg(check_one(&p, &p.m, k->utc) == HMAC_OK, "%s", k->name);
	ck_assert_int_eq(hmac_decode(p.trailer, &t), HMAC_OK);
	hmac_encode(&t, again);
	ck_assert_mem_eq(again, p.trailer, HMAC_TRAILER_LEN);
}
END_TEST

/* The other direction: what we sign is, byte by byte, what the other program made. */
START_TEST(signs_known) {
	const struct known *k = &known[_i];
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME);
	uint8_t trailer[HMAC_TRAILER_LEN];
	struct hmac_trailer t;
	struct packet p;

	packet_of(k, &p);
	ck_assert_int_eq(hmac_decode(p.trailer, &t), HMAC_OK);
	a.active = &a.key[t.key_id != 1];
	a.sent = t.sequence - 1; /* a clock that stands still: plus one */
	ck_assert_int_eq(auth_sign(&a, &p.m, k->utc - 1000, trailer), HMAC_TRAILER_LEN);
	ck_assert_mem_eq(trailer, p.trailer, HMAC_TRAILER_LEN);
	auth_done(&a);
}
END_TEST

/* F112: each bit of advert and trailer, but for the checksum's, which a kernel may write later. */
START_TEST(mutated) {
	const struct known *k = &known[_i];
	struct packet p;

	packet_of(k, &p);
	for (size_t bit = 0; bit < (p.m.len + HMAC_TRAILER_LEN) * 8; bit++) {
		const bool is_sum = bit / 8 == 6 || bit / 8 == 7;
		enum hmac_result r;

		p.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		r = check_one(&p, &p.m, k->utc);
		ck_assert_msg((r == HMAC_OK) == is_sum, "%s: bit %zu: %s", k->name, bit, hmac_result_str(r));
		p.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}
END_TEST

/* Another sender, another family of the same bytes, another length. */
START_TEST(spliced) {
	const struct known *k = &known[_i];
	struct hmac_message m;
	struct packet p;

	packet_of(k, &p);
	m = p.m;
	m.src.bytes[3] ^= 1;
	ck_assert_int_eq(check_one(&p, &m, k->utc), HMAC_INVALID);
	m = p.m;
	m.src.family = m.src.family == AF_INET ? AF_INET6 : AF_INET;
	ck_assert_int_eq(check_one(&p, &m, k->utc), HMAC_INVALID);
	m = p.m;
	m.len--;
	ck_assert_int_eq(check_one(&p, &m, k->utc), HMAC_INVALID);
}
END_TEST

/* The checksum of IPv4 ends with the message, that of IPv6 with the packet: there a kernel may write it. */
START_TEST(checksums) {
	const struct known *k = &known[_i];
	struct advert_profile profile = { .version = 3, .interval_cs = 100 };
	struct advert_meta meta = { .ttl = 255 };
	struct advert a;
	struct packet p;

	packet_of(k, &p);
	if (p.bytes[0] >> 4 != 3)
		return;
	meta.src = p.m.src;
	ck_assert_int_eq(addr_parse(meta.src.family == AF_INET ? "224.0.0.18" : "ff02::12", &meta.dst), 0);
	profile.family = meta.src.family;
	profile.vrid = p.bytes[1];
	meta.trailer = HMAC_TRAILER_LEN;
	advert_seal(&meta, p.bytes, meta.src.family == AF_INET ? p.m.len : p.m.len + HMAC_TRAILER_LEN);
	ck_assert_int_eq(advert_decode(&profile, &meta, p.bytes, p.m.len, &a), ADVERT_OK);
	p.bytes[p.m.len + 20] ^= 1;
	ck_assert_int_eq(advert_decode(&profile, &meta, p.bytes, p.m.len, &a),
		meta.src.family == AF_INET ? ADVERT_OK : ADVERT_BAD_CHECKSUM);
	ck_assert_int_eq(advert_decode(&profile, &meta, p.bytes, p.m.len + HMAC_TRAILER_LEN, &a), ADVERT_BAD_LENGTH);
}
END_TEST

/* By sequence and time. */

#define NOW (INT64_C(1730277568) * MONO_SEC)
#define W (5 * MONO_SEC)
#define AT(usec) hmac_next(0, NOW + (usec))

static const struct judged {
	bool has_mark;
	int64_t mark, sent, window; /* usec from now */
	enum hmac_result result;
} judged[] = {
	{ false, 0, 0, W, HMAC_OK },
	{ false, 0, -5 * MONO_SEC, W, HMAC_OK },
	{ false, 0, 5 * MONO_SEC, W, HMAC_OK },
	{ false, 0, -6 * MONO_SEC, W, HMAC_STALE },
	{ false, 0, 6 * MONO_SEC, W, HMAC_STALE },
	{ false, 0, -3600 * MONO_SEC, 0, HMAC_OK }, /* monotonic */
	{ true, -MONO_SEC, 0, W, HMAC_OK },
	{ true, 0, 0, W, HMAC_REPLAYED },
	{ true, 0, -1000, W, HMAC_REPLAYED },
	{ true, 0, -1000, 0, HMAC_REPLAYED },
	{ true, -3601 * MONO_SEC, -3600 * MONO_SEC, W, HMAC_WRONG_CLOCK },
	{ true, 3599 * MONO_SEC, 3600 * MONO_SEC, W, HMAC_WRONG_CLOCK },
	{ true, -3600 * MONO_SEC, -3600 * MONO_SEC, W, HMAC_REPLAYED },
	{ true, -3600 * MONO_SEC, -3600 * MONO_SEC, 0, HMAC_REPLAYED },
	{ true, 3600 * MONO_SEC, 0, W, HMAC_OK }, /* its clock is right again: the mark of the wrong time does not bind */
	{ true, 3600 * MONO_SEC, 10 * MONO_SEC, W, HMAC_REPLAYED },
	{ true, 3600 * MONO_SEC, 0, 0, HMAC_REPLAYED },
	{ true, 4 * MONO_SEC, 0, W, HMAC_REPLAYED }, /* within the window a mark always binds */
};

START_TEST(judgement) {
	const struct judged *j = &judged[_i];
	const struct hmac_past past = { j->has_mark, AT(j->mark), j->window };
	enum hmac_result r = hmac_judge(&past, AT(j->sent), NOW);

	ck_assert_msg(r == j->result, "row %d: %s", _i, hmac_result_str(r));
}
END_TEST

START_TEST(sequences) {
	const uint64_t a = AT(0);

	ck_assert_uint_eq(a, UINT64_C(1730277568) << 32);
	ck_assert_uint_eq(hmac_next(0, NOW + 500000), a + (UINT64_C(0x8000) << 16));
	ck_assert_uint_eq(hmac_next(a, NOW), a + 1);
	ck_assert_uint_eq(hmac_next(a, NOW - 3600 * MONO_SEC), a + 1); /* the clock went back: it still grows */
	ck_assert(hmac_is_after(a + 1, a));
	ck_assert(!hmac_is_after(a, a));
	ck_assert(!hmac_is_after(a, a + 1));
	ck_assert(hmac_is_after(5, UINT64_MAX - 5)); /* RFC 1982 */
	ck_assert_int_eq(hmac_skew(AT(-2500000), NOW), 2500000);
	ck_assert_int_eq(hmac_skew(AT(3600 * MONO_SEC), NOW), -3600 * MONO_SEC);
	/* 2106-02-07: the sender's seconds have wrapped, ours have not yet. */
	ck_assert_int_eq(hmac_skew(UINT64_C(1) << 32, (INT64_C(1) << 32) * MONO_SEC - MONO_SEC), -2 * MONO_SEC);
}
END_TEST

/* Modes, and what is remembered. */

static enum hmac_result hear(struct auth *from, struct auth *to, int64_t sent, int64_t heard)
{
	struct packet p;
	uint8_t trailer[HMAC_TRAILER_LEN];
	int len;

	packet_of(&known[0], &p);
	len = auth_sign(from, &p.m, sent, trailer);
	ck_assert_int_ge(len, 0);
	return auth_check(to, &p.m, trailer, (size_t)len, heard);
}

/* A router that was away and comes back with a clock that is an hour off is not dead, and its repetitions do not make it alive. */
START_TEST(wrong_clock) {
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME), b = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME);
	const int64_t off = _i ? 3600 * MONO_SEC : -3600 * MONO_SEC;
	uint8_t trailer[HMAC_TRAILER_LEN];
	struct packet p;

	packet_of(&known[0], &p);
	ck_assert_int_eq(hear(&a, &b, NOW + off, NOW), HMAC_STALE); /* may be a repetition */
	ck_assert_int_eq(auth_sign(&a, &p.m, NOW + off + MONO_SEC, trailer), HMAC_TRAILER_LEN);
	ck_assert_int_eq(auth_check(&b, &p.m, trailer, HMAC_TRAILER_LEN, NOW + MONO_SEC), HMAC_WRONG_CLOCK);
	ck_assert(auth_accepts(&b, HMAC_WRONG_CLOCK));
	ck_assert_int_eq(auth_check(&b, &p.m, trailer, HMAC_TRAILER_LEN, NOW + MONO_SEC), HMAC_REPLAYED);
	ck_assert(!auth_accepts(&b, HMAC_REPLAYED));
	ck_assert_int_eq(auth_find(&b, &p.m.src)->skew, -off);
	ck_assert(!auth_is_proven(&b, &p.m.src)); /* it may all be one recording */
	ck_assert_int_eq(auth_find(&b, &p.m.src)->result, HMAC_REPLAYED);
	auth_done(&a);
	auth_done(&b);
}
END_TEST

START_TEST(monotonic) {
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME), b = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_MONOTONIC);

	ck_assert_int_eq(hear(&a, &b, NOW - 3600 * MONO_SEC, NOW), HMAC_OK);
	ck_assert_int_eq(hear(&a, &b, NOW + 3600 * MONO_SEC, NOW), HMAC_OK);
	ck_assert_int_eq(hear(&a, &b, NOW, NOW), HMAC_OK); /* its clock went back, its sequence did not */
	auth_done(&a);
	auth_done(&b);
}
END_TEST

/* A mark from before a restart closes the window that a restart would open. */
START_TEST(restored) {
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME), b = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME);
	struct packet p;

	packet_of(&known[0], &p);
	auth_restore(&b, &p.m.src, AT(0));
	ck_assert_int_eq(hear(&a, &b, NOW, NOW + MONO_SEC), HMAC_REPLAYED);
	ck_assert_int_eq(hear(&a, &b, NOW + MONO_SEC, NOW + MONO_SEC), HMAC_OK);
	ck_assert_int_eq(hear(&a, &b, NOW + 3600 * MONO_SEC, NOW + 2 * MONO_SEC), HMAC_WRONG_CLOCK);
	ck_assert(auth_is_proven(&b, &p.m.src));
	auth_done(&a);
	auth_done(&b);
}
END_TEST

static const struct moded {
	enum vrrp_hmac_mode mode;
	bool signs, drops;
} moded[] = {
	{ VRRP_HMAC_ENFORCE, true, true },
	{ VRRP_HMAC_PERMISSIVE, true, false },
	{ VRRP_HMAC_RECEIVE_ONLY, false, false },
};

START_TEST(modes) {
	struct auth a = ring(moded[_i].mode, VRRP_HMAC_TIME), off = { 0 };
	uint8_t trailer[HMAC_TRAILER_LEN];
	struct packet p;

	packet_of(&known[0], &p);
	ck_assert_int_eq(auth_sign(&a, &p.m, NOW, trailer), moded[_i].signs ? HMAC_TRAILER_LEN : 0);
	for (unsigned r = HMAC_OK; r < HMAC_RESULT_MAX; r++)
		ck_assert_int_eq(auth_accepts(&a, (enum hmac_result)r),
			r == HMAC_OK || r == HMAC_WRONG_CLOCK || !moded[_i].drops);
	ck_assert_int_eq(auth_check(&a, &p.m, p.trailer, 0, NOW), HMAC_MISSING);
	ck_assert(!auth_is_on(&off));
	ck_assert_int_eq(auth_sign(&off, &p.m, NOW, trailer), 0);
	auth_done(&a);
}
END_TEST

/* Who has no key gets no place; of those who have one, the one not heard for longest gives way. */
START_TEST(senders) {
	struct auth a = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME), b = ring(VRRP_HMAC_ENFORCE, VRRP_HMAC_TIME);
	uint8_t trailer[HMAC_TRAILER_LEN];
	struct packet p;

	packet_of(&known[0], &p);
	for (unsigned i = 0; i < AUTH_SENDERS + 4; i++) {
		p.m.src.bytes[3] = (uint8_t)(10 + i);
		ck_assert_int_eq(auth_sign(&a, &p.m, NOW, trailer), HMAC_TRAILER_LEN);
		ck_assert_int_eq(auth_check(&b, &p.m, trailer, HMAC_TRAILER_LEN, NOW), HMAC_OK);
		trailer[HMAC_TRAILER_LEN - 1] ^= 1;
		p.m.src.bytes[3] = 9;
		ck_assert_int_eq(auth_check(&b, &p.m, trailer, HMAC_TRAILER_LEN, NOW), HMAC_INVALID);
	}
	ck_assert_uint_eq(b.n_senders, AUTH_SENDERS);
	ck_assert_ptr_null(auth_find(&b, &p.m.src));
	auth_done(&a);
	auth_done(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hmac");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, known_answers, 0, N(known));
	tcase_add_loop_test(t, signs_known, 0, N(known));
	tcase_add_loop_test(t, mutated, 0, N(known));
	tcase_add_loop_test(t, spliced, 0, N(known));
	tcase_add_loop_test(t, checksums, 0, N(known));
	tcase_add_loop_test(t, judgement, 0, N(judged));
	tcase_add_test(t, sequences);
	tcase_add_loop_test(t, wrong_clock, 0, 2);
	tcase_add_test(t, monotonic);
	tcase_add_test(t, restored);
	tcase_add_loop_test(t, modes, 0, N(moded));
	tcase_add_test(t, senders);
	suite_add_tcase(s, t);
	return run_suite(s);
}
