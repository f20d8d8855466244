/*
 * test_advert.c - the advert on the wire: every vector of tests/vectors/vrrp.json with its verdict, what was sent is what is
 * read, the order of the checks, unicast peers, damage of every kind, both forms of the checksum (T46).
 *
 * Where the policy differs from the `expect` of a vector:
 *   v2-ah-hmac-md5-96-rfc2402     "accept": the authentication header of RFC 2338 (IP protocol 51) is not supported, RFC 3768
 *                                 removed it. A socket of protocol 112 never sees it; the message inside is dropped for its type.
 *   bad-v2-address-list-mismatch  "drop": only with drop_addr_mismatch; without it accepted and noted (both are asserted).
 *   bad-v6-first-address-global, bad-v6-global-source
 *                                 "drop": only with needs_link_local; without it accepted, the first noted (both are asserted):
 *                                 keepalived sends the addresses as they were written, and a pair must not have two MASTERs for it.
 */
#include "vrrp/advert.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static const uint8_t vip_lists[] = { 192, 0, 2, 100, 192, 0, 2, 101, 192, 0, 2, 102 };
static const uint8_t vip6_list[] = { 0xfe, 0x80, [14] = 1, [15] = 0, [16] = 0x20, 0x01, 0x0d,
	0xb8, [30] = 1, [31] = 0 };

static struct addr addr(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(text, &a), 0);
	return a;
}

static struct advert_profile profile_of(const char *rx)
{
	struct advert_profile p = {
		.family = AF_INET,
		.version = rx[1] == '2' ? 2 : 3,
		.vrid = 51,
		.interval_cs = 100,
		.own = addr("192.0.2.1"),
		.addrs = vip_lists,
		.n_addrs = 1,
		.drop_addr_mismatch = true,
	};

	if (!strncmp(rx, "v3-6", 4)) {
		p.family = AF_INET6;
		p.own = addr("fe80::1");
		p.addrs = vip6_list;
		p.n_addrs = strstr(rx, "+vips=fe80::100") ? 1 : 2;
		p.needs_link_local = true;
	}
	if (strstr(rx, "+vips2"))
		p.n_addrs = 2;
	if (strstr(rx, "+vips3"))
		p.n_addrs = 3;
	if (strstr(rx, "+auth=PASS:")) {
		p.auth_type = 1;
		memcpy(p.auth, strstr(rx, "PASS:") + 5, 8);
	}
	p.is_unicast = strstr(rx, "+unicast") != NULL;
	if (strstr(rx, "+primary="))
		p.own = addr(strstr(rx, "+primary=") + 9);
	return p;
}

static size_t unhex(const char *hex, uint8_t *buf, size_t size)
{
	size_t n = strlen(hex) / 2, i;

	ck_assert_uint_le(n, size);
	for (i = 0; i < n; i++) {
		const char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		buf[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static const struct {
	const char *expect;
	enum advert_verdict verdict;
} expects[] = {
	{ "accept", ADVERT_OK },
	{ "accept+log", ADVERT_OK },
	{ "drop+count:length", ADVERT_BAD_LENGTH },
	{ "drop+count:version", ADVERT_BAD_VERSION },
	{ "drop+count:type", ADVERT_BAD_TYPE },
	{ "drop+count:vrid", ADVERT_BAD_VRID },
	{ "drop+count:ttl", ADVERT_BAD_TTL },
	{ "drop+count:checksum", ADVERT_BAD_CHECKSUM },
	{ "drop+count:addrcount", ADVERT_BAD_COUNT },
	{ "drop+count:linklocal", ADVERT_BAD_FIRST },
	{ "drop+count:interval", ADVERT_BAD_INTERVAL },
	{ "drop+count:authtype", ADVERT_BAD_AUTH_TYPE },
	{ "drop+count:authfail", ADVERT_BAD_AUTH },
	{ "drop+count:addrlist", ADVERT_BAD_ADDR_LIST },
	{ "drop+count:source", ADVERT_BAD_SOURCE },
	{ "drop+count:ownsrc", ADVERT_OWN_SOURCE },
};

static enum advert_verdict wanted(const char *name, const char *expect)
{
	int i;

	if (!strcmp(name, "v2-ah-hmac-md5-96-rfc2402"))
		return ADVERT_BAD_AUTH_TYPE;
	for (i = 0; i < COUNT(expects); i++)
		if (!strcmp(expect, expects[i].expect))
			return expects[i].verdict;
	ck_abort_msg("%s: unknown expectation %s", name, expect);
	return ADVERT_VERDICT_MAX;
}

static const char *text(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	ck_assert_msg(s != NULL, "a vector without %s", key);
	return s;
}

/* What an accepted vector must tell: the form of its checksum, and what deserves a line in the log. */
static void check_accepted(const json_t *v, const struct advert *a)
{
	const char *name = text(v, "name");
	bool is_pseudo = strstr(text(v, "checksum_form"), "-pseudo") != NULL;
	bool other_list = strstr(name, "address-count-mismatch") || strstr(name, "20-addresses");
	bool other_interval = strstr(name, "adver-int-1cs") != NULL;

	ck_assert_msg(a->checksum == (is_pseudo ? ADVERT_SUM_PSEUDO : ADVERT_SUM_MESSAGE), "%s: form", name);
	ck_assert_msg(a->notes.addr_list_differs == other_list, "%s: address list note", name);
	ck_assert_msg(a->notes.interval_differs == other_interval, "%s: interval note", name);
}

/* Encoding what was read gives the same bytes, but for what a sender must not send. */
static void check_sent(const json_t *v, const struct advert *a, const struct advert_meta *m, const uint8_t *packet,
	size_t len)
{
	const char *name = text(v, "name");
	uint8_t buf[ADVERT_MAX];

	if (strstr(name, "reserved-bits-set") || strstr(name, "auth-data-nonzero-type0"))
		return;
	ck_assert_msg(advert_encode(a, m, buf, sizeof(buf)) == len, "%s: length sent", name);
	ck_assert_msg(!memcmp(buf, packet, len), "%s: bytes sent", name);
	ck_assert_uint_eq(advert_encode(a, m, buf, len - 1), 0);
}

static void check_vector(const json_t *v)
{
	const char *name = text(v, "name");
	struct advert_profile p = profile_of(text(v, "rx"));
	const struct advert_meta m = {
		.src = addr(text(v, "src")),
		.dst = addr(text(v, "dst")),
		.ttl = (uint8_t)json_integer_value(json_object_get(v, "ttl")),
	};
	uint8_t packet[ADVERT_MAX];
	size_t len = unhex(text(v, "payload_hex"), packet, sizeof(packet));
	uint8_t *exact = malloc(len ? len : 1); /* so that a read past the end is seen */
	enum advert_verdict want = wanted(name, text(v, "expect")), got;
	struct advert a;

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, packet, len);
	got = advert_decode(&p, &m, exact, len, &a);
	ck_assert_msg(got == want, "%s: %s, not %s", name, advert_verdict_str(got), advert_verdict_str(want));
	if (got == ADVERT_OK) {
		check_accepted(v, &a);
		check_sent(v, &a, &m, packet, len);
	}
	if (got == ADVERT_BAD_ADDR_LIST) {
		p.drop_addr_mismatch = false;
		ck_assert_int_eq(advert_decode(&p, &m, exact, len, &a), ADVERT_OK);
		ck_assert(a.notes.addr_list_differs);
	}
	if (got != ADVERT_OK && p.needs_link_local && strstr(name, "-global")) {
		p.needs_link_local = false;
		ck_assert_int_eq(advert_decode(&p, &m, exact, len, &a), ADVERT_OK);
		ck_assert(a.notes.first_not_link_local == (got == ADVERT_BAD_FIRST));
	}
	free(exact);
}

/* Of both families: RX-02 RX-10 RX-16 RX-17; whatever form is sent, a wrong sum is refused: RX-09. */
START_TEST(test_vectors) {
	json_error_t err;
	json_t *root = json_load_file(TESTS_DIR "/vectors/vrrp.json", 0, &err), *v;
	size_t i;

	ck_assert_msg(root != NULL, "vrrp.json:%d: %s", err.line, err.text);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "vectors")), 65);
	json_array_foreach(json_object_get(root, "vectors"), i, v) check_vector(v);
	json_decref(root);
}
END_TEST

/* A good version 3 advert to 224.0.0.18 from 192.0.2.2 with the first n VIPs. */
static size_t make(uint8_t *buf, struct advert_meta *m, uint8_t version, uint8_t n)
{
	const struct advert a = {
		.version = version, .vrid = 51, .priority = 150, .count = n, .interval_cs = 100, .addrs = vip_lists,
	};

	*m = (struct advert_meta){ .src = addr("192.0.2.2"), .dst = addr("224.0.0.18"), .ttl = 255 };
	return advert_encode(&a, m, buf, ADVERT_MAX);
}

static enum advert_verdict verdict(const struct advert_profile *p, const struct advert_meta *m, const uint8_t *buf,
	size_t len)
{
	struct advert a;

	return advert_decode(p, m, buf, len, &a);
}

START_TEST(test_fields) {
	const struct advert_profile p = profile_of("v3-4+vips3");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len = make(buf, &m, 3, 3);
	struct advert a;

	ck_assert_uint_eq(len, 20);
	ck_assert_int_eq(advert_vrid(buf, len), 51);
	ck_assert_int_eq(advert_vrid(buf, 1), -1);
	ck_assert_int_eq(advert_decode(&p, &m, buf, len, &a), ADVERT_OK);
	ck_assert_uint_eq(a.version, 3);
	ck_assert_uint_eq(a.type, 1);
	ck_assert_uint_eq(a.vrid, 51);
	ck_assert_uint_eq(a.priority, 150);
	ck_assert_uint_eq(a.count, 3);
	ck_assert_uint_eq(a.interval_cs, 100);
	ck_assert_ptr_eq(a.addrs, buf + 8);
}
END_TEST

/* on_address_mismatch ignore: of any version and priority; the same list in another order counts. */
START_TEST(test_ignored_list) {
	static const uint8_t versions[] = { 2, 3 };

	for (unsigned i = 0; i < 2; i++) {
		struct advert_profile p = profile_of(versions[i] == 2 ? "v2-4+vips3" : "v3-4+vips3");
		struct advert_meta m;
		uint8_t buf[ADVERT_MAX];
		size_t len = make(buf, &m, versions[i], 2);

		p.drop_addr_mismatch = false;
		p.interval_cs = 100;
		ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
		p.ignore_mismatch = true;
		ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_ADDR_LIST);
		len = make(buf, &m, versions[i], 3);
		ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
	}
}
END_TEST

/* TX-24, RX-31: the largest legal packet; TX-15: all 12 bits of the interval and no more. */
START_TEST(test_largest) {
	static uint8_t list[255 * 4];
	struct advert a = { .version = 3, .vrid = 51, .priority = 1, .count = 255, .interval_cs = 4095, .addrs = list };
	struct advert_profile p = profile_of("v3-4");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len;

	make(buf, &m, 3, 1);
	p.addrs = list;
	p.n_addrs = 255;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_uint_eq(len, 1028);
	ck_assert_uint_eq(buf[4], 0x0f);
	ck_assert_uint_eq(buf[5], 0xff);
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
	a.version = 2;
	a.interval_cs = 25500;
	p.version = 2;
	p.interval_cs = 25500;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_uint_eq(len, 1036);
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
}
END_TEST

/* Every bit matters to the checksum, every byte to the length, in both versions. */
START_TEST(test_damage) {
	const uint8_t version = (uint8_t)_i;
	const struct advert_profile p = profile_of(version == 2 ? "v2+vips2" : "v3-4+vips2");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX] = { 0 };
	size_t len = make(buf, &m, version, 2), cut;
	size_t bit;

	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
	for (bit = 0; bit < len * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_msg(verdict(&p, &m, buf, len) != ADVERT_OK, "bit %zu", bit);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (cut = 0; cut < len + 40; cut++)
		if (cut != len)
			ck_assert_msg(verdict(&p, &m, buf, cut) == ADVERT_BAD_LENGTH, "length %zu", cut);
}
END_TEST

/* Faults are added from the last check to the first; each is what is reported (facts 6.1, STYLE: a counter names one cause). */
START_TEST(test_order) {
	struct advert_profile p = profile_of("v2+auth=PASS:s3cr3tpw");
	struct advert a = { .version = 2, .vrid = 51, .priority = 150, .count = 1, .interval_cs = 100, .addrs = vip_lists,
		.auth_type = 1 };
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len;

	make(buf, &m, 2, 1);
	memcpy(a.auth, "s3cr3tpw", 8);
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
	m.dst = addr("192.0.2.1");
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_DEST);
	m.src = p.own;
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OWN_SOURCE);
	m.src = addr("127.0.0.1");
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_SOURCE);
	a.addrs = vip_lists + 4;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_ADDR_LIST);
	a.auth[7] ^= 1;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_AUTH);
	a.auth_type = 0;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_AUTH_TYPE);
	a.interval_cs = 200;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_INTERVAL);
	a.count = 0;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_COUNT);
	buf[6] ^= 1;
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_CHECKSUM);
	m.ttl = 254;
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_TTL);
	buf[1] = 52;
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_VRID);
	ck_assert_int_eq(verdict(&p, &m, buf, len - 1), ADVERT_BAD_LENGTH);
	buf[0] = 0x22;
	ck_assert_int_eq(verdict(&p, &m, buf, len - 1), ADVERT_BAD_TYPE);
	buf[0] = 0x32;
	ck_assert_int_eq(verdict(&p, &m, buf, len - 1), ADVERT_BAD_VERSION);
	ck_assert_int_eq(verdict(&p, &m, buf, 7), ADVERT_BAD_LENGTH);
}
END_TEST

static const struct {
	const char *src;
	enum advert_verdict verdict;
} sources[] = {
	{ "0.0.0.0", ADVERT_BAD_SOURCE }, { "224.0.0.18", ADVERT_BAD_SOURCE }, { "127.0.0.1", ADVERT_BAD_SOURCE },
	{ "192.0.2.1", ADVERT_OWN_SOURCE }, { "192.0.2.3", ADVERT_OK }, { "fe80::2", ADVERT_BAD_SOURCE },
};

START_TEST(test_sources) {
	const struct advert_profile p = profile_of("v3-4");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len = make(buf, &m, 3, 1);

	m.src = addr(sources[_i].src);
	ck_assert_int_eq(verdict(&p, &m, buf, len), sources[_i].verdict);
}
END_TEST

static const struct {
	const char *name, *src, *dst;
	uint8_t ttl;
	bool check_src;
	enum advert_verdict verdict;
} unicasts[] = {
	{ "peer, TTL 255", "192.0.2.2", "192.0.2.1", 255, true, ADVERT_OK },
	{ "peer without limits, TTL 254", "192.0.2.2", "192.0.2.1", 254, true, ADVERT_BAD_TTL },
	{ "peer with limits, lowest", "192.0.2.3", "192.0.2.1", 250, true, ADVERT_OK },
	{ "peer with limits, highest", "192.0.2.3", "192.0.2.1", 253, true, ADVERT_OK },
	{ "peer with limits, below", "192.0.2.3", "192.0.2.1", 249, true, ADVERT_BAD_TTL },
	{ "peer with limits, above", "192.0.2.3", "192.0.2.1", 254, true, ADVERT_BAD_TTL },
	{ "stranger, checked", "192.0.2.9", "192.0.2.1", 255, true, ADVERT_BAD_SOURCE },
	{ "stranger, not checked", "192.0.2.9", "192.0.2.1", 255, false, ADVERT_OK },
	{ "stranger has no limits", "192.0.2.9", "192.0.2.1", 251, false, ADVERT_BAD_TTL },
	{ "RX-25: multicast to a unicast instance", "192.0.2.2", "224.0.0.18", 255, true, ADVERT_BAD_DEST },
};

START_TEST(test_unicast) {
	const struct advert_peer peers[] = { { addr("192.0.2.2"), 0, 255 }, { addr("192.0.2.3"), 250, 253 } };
	struct advert_profile p = profile_of("v3-4+unicast");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len = make(buf, &m, 3, 1);

	p.peers = peers;
	p.n_peers = 2;
	p.check_src = unicasts[_i].check_src;
	m.src = addr(unicasts[_i].src);
	m.dst = addr(unicasts[_i].dst);
	m.ttl = unicasts[_i].ttl;
	ck_assert_msg(verdict(&p, &m, buf, len) == unicasts[_i].verdict, "%s", unicasts[_i].name);
}
END_TEST

/* RX-20: the order of the list is nobody's business; one wrong address or a double one is. */
START_TEST(test_list) {
	static const uint8_t turned[] = { 192, 0, 2, 101, 192, 0, 2, 100 },
			     twice[] = { 192, 0, 2, 100, 192, 0, 2, 100 };
	struct advert a = {
		.version = 3, .vrid = 51, .priority = 150, .count = 2, .interval_cs = 100, .addrs = turned
	};
	struct advert_profile p = profile_of("v3-4+vips2");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	struct advert got;
	size_t len;

	make(buf, &m, 3, 1);
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(advert_decode(&p, &m, buf, len, &got), ADVERT_OK);
	ck_assert(!got.notes.addr_list_differs);
	a.addrs = twice;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(advert_decode(&p, &m, buf, len, &got), ADVERT_OK);
	ck_assert(got.notes.addr_list_differs);
	ck_assert(!got.notes.interval_differs);
	p.addrs = twice;
	a.addrs = vip_lists;
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(advert_decode(&p, &m, buf, len, &got), ADVERT_OK);
	ck_assert(got.notes.addr_list_differs);
}
END_TEST

/* V2-11: an owner's list is not questioned. V2-04: the pseudo-header form is no form of version 2. */
START_TEST(test_version_2) {
	struct advert a = {
		.version = 2, .vrid = 51, .priority = 255, .count = 1, .interval_cs = 100, .addrs = vip_lists + 4
	};
	const struct advert_profile p = profile_of("v2");
	struct advert_meta m;
	uint8_t buf[ADVERT_MAX];
	size_t len;
	uint32_t sum;

	make(buf, &m, 2, 1);
	len = advert_encode(&a, &m, buf, sizeof(buf));
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_OK);
	sum = (uint32_t)(buf[6] << 8 | buf[7]) + 0xffff * 3 - (0xc000 + 0x0202 + 0xe000 + 0x0012 + 112 + (uint32_t)len);
	sum = (sum & 0xffff) + (sum >> 16);
	buf[6] = (uint8_t)(sum >> 8);
	buf[7] = (uint8_t)sum;
	ck_assert_int_eq(verdict(&p, &m, buf, len), ADVERT_BAD_CHECKSUM);
}
END_TEST

/* RX-34: CARP is told apart by its length alone. */
START_TEST(test_carp) {
	uint8_t carp[36] = { 0x21, 51, 0, 7, 0, 1 }, buf[ADVERT_MAX];
	const struct advert_profile v2 = profile_of("v2"), v3 = profile_of("v3-4");
	struct advert_meta m;
	size_t len = make(buf, &m, 2, 3);

	ck_assert(advert_is_carp(carp, sizeof(carp)));
	ck_assert(!advert_is_carp(carp, sizeof(carp) - 1));
	ck_assert(!advert_is_carp(buf, len));
	ck_assert_int_eq(verdict(&v2, &m, carp, sizeof(carp)), ADVERT_BAD_LENGTH);
	ck_assert_int_eq(verdict(&v3, &m, carp, sizeof(carp)), ADVERT_BAD_VERSION);
	carp[3] = 6;
	ck_assert(!advert_is_carp(carp, sizeof(carp)));
}
END_TEST

START_TEST(test_names) {
	int i, j;

	for (i = 0; i < ADVERT_VERDICT_MAX; i++)
		for (j = 0; j < i; j++)
			ck_assert_str_ne(advert_verdict_str((enum advert_verdict)i),
				advert_verdict_str((enum advert_verdict)j));
	ck_assert_str_eq(advert_verdict_str(ADVERT_VERDICT_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("advert");
	TCase *tc = tcase_create("advert");

	tcase_add_test(tc, test_vectors);
	tcase_add_test(tc, test_fields);
	tcase_add_test(tc, test_largest);
	tcase_add_test(tc, test_ignored_list);
	tcase_add_loop_test(tc, test_damage, 2, 4);
	tcase_add_test(tc, test_order);
	tcase_add_loop_test(tc, test_sources, 0, COUNT(sources));
	tcase_add_loop_test(tc, test_unicast, 0, COUNT(unicasts));
	tcase_add_test(tc, test_list);
	tcase_add_test(tc, test_version_2);
	tcase_add_test(tc, test_carp);
	tcase_add_test(tc, test_names);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
