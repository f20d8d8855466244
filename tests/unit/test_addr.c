/* test_addr.c - addresses as values: what is one, how it prints, how two compare. */
#include "base/addr.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "run.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	ck_assert_msg(addr_parse(text, &a) == 0, "'%s' is an address", text);
	return a;
}

/* text, the same in canonical form (NULL: refused) */
static const struct {
	const char *text, *canonical;
} parse_rows[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "2001:DB8:0:0::1", "2001:db8::1" },
	{ "::", "::" },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "", NULL },
	{ "192.0.2", NULL },
	{ "192.0.2.256", NULL },
	{ "192.0.2.1 ", NULL },
	{ " 192.0.2.1", NULL },
	{ "192.0.2.1/24", NULL },
	{ "0x7f.0.0.1", NULL },
	{ "localhost", NULL },
	{ "2001:db8::1::2", NULL },
	{ "fe80::1%eth0", NULL },
};

START_TEST(parses) {
	char buf[ADDR_STRLEN];
	struct addr a = { .family = 77 };
	int r = addr_parse(parse_rows[_i].text, &a);

	if (!parse_rows[_i].canonical) {
		ck_assert_int_eq(r, -EINVAL);
		ck_assert_uint_eq(a.family, 77); /* untouched on failure */
		return;
	}
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(addr_str(&a, buf), parse_rows[_i].canonical);
}
END_TEST

static const struct {
	const char *text, *address;
	unsigned len;
} prefix_rows[] = {
	{ "192.0.2.1/24", "192.0.2.1", 24 },
	{ "192.0.2.1/0", "192.0.2.1", 0 },
	{ "192.0.2.1/32", "192.0.2.1", 32 },
	{ "192.0.2.1", "192.0.2.1", UINT8_MAX },
	{ "2001:db8::1/128", "2001:db8::1", 128 },
	{ "192.0.2.1/33", NULL, 0 },
	{ "2001:db8::1/129", NULL, 0 },
	{ "192.0.2.1/", NULL, 0 },
	{ "192.0.2.1/-1", NULL, 0 },
	{ "192.0.2.1/+8", NULL, 0 },
	{ "192.0.2.1/ 8", NULL, 0 },
	{ "192.0.2.1/8x", NULL, 0 },
	{ "192.0.2.1/24/24", NULL, 0 },
	{ "/24", NULL, 0 },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8", NULL, 0 },
};

START_TEST(parses_prefixes) {
	char buf[ADDR_STRLEN];
	struct addr a;
	uint8_t len;
	int r = addr_parse_prefix(prefix_rows[_i].text, &a, &len);

	if (!prefix_rows[_i].address) {
		ck_assert_msg(r == -EINVAL, "'%s' is no prefix", prefix_rows[_i].text);
		return;
	}
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(addr_str(&a, buf), prefix_rows[_i].address);
	ck_assert_uint_eq(len, prefix_rows[_i].len);
}
END_TEST

/* In rising order: IPv4 before IPv6, then as unsigned numbers (RFC 9568 6.4.3). */
static const char *const order[] = {
	"0.0.0.0", "10.0.0.2", "10.0.0.10", "127.255.255.255", "128.0.0.0", "255.255.255.255", "::", "::1", "7f::", "80::",
};

START_TEST(compares) {
	int n = sizeof(order) / sizeof(order[0]);
	struct addr a = addr_of(order[_i]);

	for (int j = 0; j < n; j++) {
		struct addr b = addr_of(order[j]);
		int c = addr_cmp(&a, &b);

		ck_assert_msg((c > 0) - (c < 0) == (_i > j) - (_i < j), "%s against %s gives %d", order[_i], order[j],
			c);
		ck_assert_int_eq(addr_equal(&a, &b), _i == j);
		if (_i == j)
			ck_assert_uint_eq(addr_hash(&a), addr_hash(&b));
	}
}
END_TEST

static const struct {
	const char *text;
	bool multicast, loopback, any;
	size_t len;
} kind_rows[] = {
	{ "224.0.0.18", true, false, false, 4 },
	{ "239.255.255.255", true, false, false, 4 },
	{ "240.0.0.1", false, false, false, 4 },
	{ "223.255.255.255", false, false, false, 4 },
	{ "127.0.0.1", false, true, false, 4 },
	{ "127.8.9.10", false, true, false, 4 },
	{ "128.0.0.1", false, false, false, 4 },
	{ "0.0.0.0", false, false, true, 4 },
	{ "0.0.0.1", false, false, false, 4 },
	{ "ff02::12", true, false, false, 16 },
	{ "::1", false, true, false, 16 },
	{ "::", false, false, true, 16 },
	{ "7f00::1", false, false, false, 16 },
};

START_TEST(knows_kinds) {
	struct addr a = addr_of(kind_rows[_i].text);

	ck_assert_int_eq(addr_is_multicast(&a), kind_rows[_i].multicast);
	ck_assert_int_eq(addr_is_loopback(&a), kind_rows[_i].loopback);
	ck_assert_int_eq(addr_is_any(&a), kind_rows[_i].any);
	ck_assert_uint_eq(addr_len(&a), kind_rows[_i].len);
	ck_assert(addr_is_set(&a));
}
END_TEST

START_TEST(no_address) {
	struct addr a = { 0 };
	char buf[ADDR_STRLEN];

	ck_assert(!addr_is_set(&a));
	ck_assert(!addr_is_any(&a));
	ck_assert(!addr_is_multicast(&a));
	ck_assert(!addr_is_loopback(&a));
	ck_assert_uint_eq(addr_len(&a), 0);
	ck_assert_str_eq(addr_str(&a, buf), "-");
}
END_TEST

static const struct {
	const char *address, *net;
	uint8_t len;
	bool inside;
} net_rows[] = {
	{ "192.0.2.77", "192.0.2.0", 24, true },
	{ "192.0.3.77", "192.0.2.0", 24, false },
	{ "192.0.3.77", "192.0.2.0", 23, true },
	{ "192.0.2.128", "192.0.2.0", 25, false },
	{ "192.0.2.127", "192.0.2.0", 25, true },
	{ "192.0.2.1", "192.0.2.1", 32, true },
	{ "192.0.2.2", "192.0.2.1", 32, false },
	{ "9.9.9.9", "1.1.1.1", 0, true },
	{ "9.9.9.9", "9.9.9.9", 33, false },
	{ "2001:db8::1", "2001:db8::", 64, true },
	{ "2001:db9::1", "2001:db8::", 32, false },
	{ "::1", "0.0.0.0", 0, false },
};

START_TEST(knows_nets) {
	struct addr a = addr_of(net_rows[_i].address), net = addr_of(net_rows[_i].net);

	ck_assert_int_eq(addr_in_prefix(&a, &net, net_rows[_i].len), net_rows[_i].inside);
}
END_TEST

START_TEST(goes_through_sockaddr) {
	static const char *const rows[] = { "192.0.2.1", "2001:db8::1" };
	static const socklen_t sizes[] = { sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6) };

	for (size_t i = 0; i < 2; i++) {
		struct addr a = addr_of(rows[i]), b;
		struct sockaddr_storage ss;
		uint16_t port = 0;

		ck_assert_uint_eq(addr_to_sockaddr(&a, 8080, &ss), sizes[i]);
		ck_assert_int_eq(addr_from_sockaddr(&ss, &b, &port), 0);
		ck_assert(addr_equal(&a, &b));
		ck_assert_uint_eq(port, 8080);
	}
}
END_TEST

START_TEST(refuses_other_families) {
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	struct addr a;
	uint16_t port;

	ck_assert_int_eq(addr_from_sockaddr(&ss, &a, &port), -EAFNOSUPPORT);
	ck_assert(!addr_is_set(&a));
}
END_TEST

START_TEST(goes_through_in_addr) {
	struct addr a = addr_of("192.0.2.1"), b = addr_from_in(addr_to_in(&a));

	ck_assert_uint_eq(ntohl(addr_to_in(&a).s_addr), 0xc0000201u);
	ck_assert(addr_equal(&a, &b));
}
END_TEST

START_TEST(counts) {
	static const struct {
		const char *first, *last, *next; /* of last */
		uint32_t span;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", "192.0.2.2", 1 },
		{ "192.0.2.254", "192.0.3.1", "192.0.3.2", 4 },
		{ "10.0.0.0", "10.255.255.255", "11.0.0.0", 1000 },
		{ "0.0.0.0", "255.255.255.255", "0.0.0.0", 1000 },
		{ "2001:db8::fffe", "2001:db8::1:1", "2001:db8::1:2", 4 },
		{ "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", 1000 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr first, last, next;

		addr_parse(rows[i].first, &first);
		addr_parse(rows[i].last, &last);
		next = addr_next(&last);
		ck_assert_uint_eq(addr_span(&first, &last, 1000), rows[i].span);
		addr_parse(rows[i].next, &first);
		ck_assert(addr_equal(&next, &first));
	}
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *s = suite_create("addr");
	TCase *tc = tcase_create("addr");

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, parses, 0, ROWS(parse_rows));
	tcase_add_loop_test(tc, parses_prefixes, 0, ROWS(prefix_rows));
	tcase_add_loop_test(tc, compares, 0, ROWS(order));
	tcase_add_loop_test(tc, knows_kinds, 0, ROWS(kind_rows));
	tcase_add_test(tc, counts);
	tcase_add_test(tc, no_address);
	tcase_add_loop_test(tc, knows_nets, 0, ROWS(net_rows));
	tcase_add_test(tc, goes_through_sockaddr);
	tcase_add_test(tc, refuses_other_families);
	tcase_add_test(tc, goes_through_in_addr);
	return run_suite(s);
}
