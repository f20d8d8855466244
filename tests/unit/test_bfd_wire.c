/* test_bfd_wire.c - RFC 5880 4.1: bytes and fields, and each check of 6.8.6 that needs no session, in its order. */
#include "vrrp/bfd_wire.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define HEAD(first, flags, mult, len) first, flags, mult, len
#define MINE 0x00, 0x00, 0x00, 0x11
#define YOURS 0x80, 0x00, 0x00, 0x22
#define NONE 0x00, 0x00, 0x00, 0x00
#define TIMES 0x00, 0x0f, 0x42, 0x40, 0x00, 0x00, 0xc3, 0x50, 0x00, 0x00, 0x00, 0x01
#define REST(my, your) my, your, TIMES

enum { DOWN = 0x40, ADMIN = 0x00, INIT = 0x80, UP = 0xc0 };

static const struct row {
	const char *name;
	uint8_t bytes[40];
	size_t len;
	enum bfd_verdict verdict;
} rows[] = {
	{ "Up", { HEAD(0x20, UP, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "Down, nothing known of us", { HEAD(0x20, DOWN, 3, 24), REST(MINE, NONE) }, 24, BFD_OK },
	{ "AdminDown, nothing known of us", { HEAD(0x27, ADMIN, 3, 24), REST(MINE, NONE) }, 24, BFD_OK },
	{ "more payload than the length says", { HEAD(0x20, UP, 3, 24), REST(MINE, YOURS), 1, 2, 3, 4 }, 28, BFD_OK },
	{ "a length that the payload has", { HEAD(0x20, UP, 3, 28), REST(MINE, YOURS), 1, 2, 3, 4 }, 28, BFD_OK },
	{ "poll", { HEAD(0x20, UP | 0x20, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "final", { HEAD(0x20, UP | 0x10, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "demand", { HEAD(0x20, UP | 0x02, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "control plane independent", { HEAD(0x20, UP | 0x08, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "a reserved diagnostic", { HEAD(0x3f, DOWN, 3, 24), REST(MINE, YOURS) }, 24, BFD_OK },
	{ "nothing", { 0 }, 0, BFD_BAD_SHORT },
	{ "a byte", { 0x20 }, 1, BFD_BAD_SHORT },
	{ "a byte too few", { HEAD(0x20, UP, 3, 24), REST(MINE, YOURS) }, 23, BFD_BAD_SHORT },
	{ "version 0", { HEAD(0x00, UP, 3, 24), REST(MINE, YOURS) }, 24, BFD_BAD_VERSION },
	{ "version 2", { HEAD(0x40, UP, 3, 24), REST(MINE, YOURS) }, 24, BFD_BAD_VERSION },
	{ "version before length", { HEAD(0x40, UP, 3, 23), REST(MINE, YOURS) }, 24, BFD_BAD_VERSION },
	{ "length 23", { HEAD(0x20, UP, 3, 23), REST(MINE, YOURS) }, 24, BFD_BAD_LENGTH },
	{ "length 0", { HEAD(0x20, UP, 3, 0), REST(MINE, YOURS) }, 24, BFD_BAD_LENGTH },
	{ "length 25 with authentication", { HEAD(0x20, UP | 0x04, 3, 25), REST(MINE, YOURS), 1, 3 }, 26, BFD_BAD_LENGTH },
	{ "length beyond the payload", { HEAD(0x20, UP, 3, 25), REST(MINE, YOURS) }, 24, BFD_BAD_LENGTH },
	{ "length before multiplier", { HEAD(0x20, UP, 0, 23), REST(MINE, YOURS) }, 24, BFD_BAD_LENGTH },
	{ "multiplier 0", { HEAD(0x20, UP, 0, 24), REST(MINE, YOURS) }, 24, BFD_BAD_MULTIPLIER },
	{ "multiplier before multipoint", { HEAD(0x20, UP | 0x01, 0, 24), REST(MINE, YOURS) }, 24, BFD_BAD_MULTIPLIER },
	{ "multipoint", { HEAD(0x20, UP | 0x01, 3, 24), REST(MINE, YOURS) }, 24, BFD_BAD_MULTIPOINT },
	{ "multipoint before discriminator", { HEAD(0x20, UP | 0x01, 3, 24), REST(NONE, YOURS) }, 24, BFD_BAD_MULTIPOINT },
	{ "my discriminator 0", { HEAD(0x20, DOWN, 3, 24), REST(NONE, YOURS) }, 24, BFD_BAD_MY_DISCRIMINATOR },
	{ "my before your", { HEAD(0x20, UP, 3, 24), REST(NONE, NONE) }, 24, BFD_BAD_MY_DISCRIMINATOR },
	{ "your discriminator 0 in Up", { HEAD(0x20, UP, 3, 24), REST(MINE, NONE) }, 24, BFD_BAD_YOUR_DISCRIMINATOR },
	{ "your discriminator 0 in Init", { HEAD(0x20, INIT, 3, 24), REST(MINE, NONE) }, 24, BFD_BAD_YOUR_DISCRIMINATOR },
	{ "your before authentication", { HEAD(0x20, UP | 0x04, 3, 28), REST(MINE, NONE), 1, 4, 1, 'x' }, 28,
		BFD_BAD_YOUR_DISCRIMINATOR },
	{ "authentication", { HEAD(0x20, UP | 0x04, 3, 28), REST(MINE, YOURS), 1, 4, 1, 'x' }, 28, BFD_BAD_AUTH },
	{ "authentication in Down", { HEAD(0x20, DOWN | 0x04, 3, 28), REST(MINE, NONE), 1, 4, 1, 'x' }, 28, BFD_BAD_AUTH },
};

START_TEST(verdict) {
	struct bfd_packet p;
	uint8_t *exact = malloc(rows[_i].len + 1); /* so that a read behind the end is seen by the sanitizer */

	memcpy(exact, rows[_i].bytes, rows[_i].len);
	ck_assert_msg(bfd_wire_decode(exact, rows[_i].len, &p) == rows[_i].verdict, "%s: %s", rows[_i].name,
		bfd_verdict_str(bfd_wire_decode(exact, rows[_i].len, &p)));
	free(exact);
}
END_TEST

START_TEST(fields) {
	const uint8_t bytes[] = { HEAD(0x27, INIT | 0x2a, 7, 24), REST(MINE, YOURS) };
	struct bfd_packet p;

	ck_assert_int_eq(bfd_wire_decode(bytes, sizeof(bytes), &p), BFD_OK);
	ck_assert_uint_eq(p.version, 1);
	ck_assert_uint_eq(p.diag, BFD_DIAG_ADMIN);
	ck_assert_int_eq(p.state, BFD_INIT);
	ck_assert(p.poll && p.control_independent && p.demand && !p.final && !p.has_auth && !p.multipoint);
	ck_assert_uint_eq(p.multiplier, 7);
	ck_assert_uint_eq(p.my_discriminator, 0x11);
	ck_assert_uint_eq(p.your_discriminator, 0x80000022);
	ck_assert_uint_eq(p.desired_tx, 1000000);
	ck_assert_uint_eq(p.required_rx, 50000);
	ck_assert_uint_eq(p.required_echo_rx, 1);
}
END_TEST

/* Every state, every flag alone, every diagnostic comes back as it went. */
START_TEST(there_and_back) {
	for (unsigned i = 0; i < 4u * 4 * 32; i++) {
		const struct bfd_packet p = { .version = 1, .diag = i % 32, .state = (enum bfd_state)(i / 32 % 4),
			.poll = i / 128 == 0, .final = i / 128 == 1, .control_independent = i / 128 == 2, .demand = i / 128 == 3,
			.multiplier = (uint8_t)(i % 255 + 1), .my_discriminator = i + 1, .your_discriminator = UINT32_MAX - i,
			.desired_tx = 1000 * i, .required_rx = i, .required_echo_rx = UINT32_MAX };
		struct bfd_packet back;
		uint8_t bytes[BFD_LEN];

		bfd_wire_encode(&p, bytes);
		ck_assert_int_eq(bfd_wire_decode(bytes, sizeof(bytes), &back), BFD_OK);
		ck_assert(back.diag == p.diag && back.state == p.state && back.poll == p.poll && back.final == p.final);
		ck_assert(back.control_independent == p.control_independent && back.demand == p.demand);
		ck_assert(back.multiplier == p.multiplier && back.my_discriminator == p.my_discriminator);
		ck_assert(back.your_discriminator == p.your_discriminator && back.desired_tx == p.desired_tx);
		ck_assert(back.required_rx == p.required_rx && back.required_echo_rx == p.required_echo_rx);
	}
}
END_TEST

START_TEST(bytes) {
	const struct bfd_packet p = { .diag = BFD_DIAG_EXPIRED, .state = BFD_DOWN, .poll = true, .multiplier = 5,
		.my_discriminator = 0x11, .your_discriminator = 0, .desired_tx = 1000000, .required_rx = 50000,
		.required_echo_rx = 1, .has_auth = true, .multipoint = true };
	const uint8_t expected[BFD_LEN] = { HEAD(0x21, DOWN | 0x20, 5, 24), REST(MINE, NONE) };
	uint8_t out[BFD_LEN];

	bfd_wire_encode(&p, out);
	ck_assert_mem_eq(out, expected, sizeof(out));
}
END_TEST

START_TEST(words) {
	ck_assert_str_eq(bfd_state_str(BFD_ADMIN_DOWN), "AdminDown");
	ck_assert_str_eq(bfd_state_str(BFD_UP), "Up");
	ck_assert_str_eq(bfd_state_str(BFD_STATE_MAX), "?");
	ck_assert_str_eq(bfd_diag_str(BFD_DIAG_EXPIRED), "control detection time expired");
	ck_assert_str_eq(bfd_diag_str(BFD_DIAG_REVERSE), "reverse concatenated path down");
	ck_assert_str_eq(bfd_diag_str(31), "reserved");
	ck_assert_str_eq(bfd_verdict_str(BFD_BAD_TTL), "ttl");
	ck_assert_str_eq(bfd_verdict_str(BFD_VERDICT_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bfd_wire");
	TCase *t = tcase_create("wire");

	suite_add_tcase(s, t);
	tcase_add_loop_test(t, verdict, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, fields);
	tcase_add_test(t, there_and_back);
	tcase_add_test(t, bytes);
	tcase_add_test(t, words);
	return run_suite(s);
}
