/* test_raw_syn.c - the path watch's packets: bytes that are sent, answers that are taken, and those that are not. */
#include "net/raw_syn.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <string.h>

#include "run.h"

enum { PORT = 45000 };

static struct raw_syn question(const char *src, const char *dst)
{
	struct raw_syn s = { .src_port = PORT, .dst_port = 80, .number = 0x01020304 };

	ck_assert_int_eq(addr_parse(src, &s.src), 0);
	ck_assert_int_eq(addr_parse(dst, &s.dst), 0);
	return s;
}

/* The bytes by hand, checksums too (RFC 791, RFC 9293). */
START_TEST(syn4) {
	static const uint8_t want[] = { 0x45, 0, 0, 40, 0, 0, 0x40, 0, 1, 6, 0xf5, 0x6a, 192, 0, 2, 1, 192, 0, 2, 100, /* IP */
		0xaf, 0xc8, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, 2, 4, 0, 0x73, 0x5e, 0, 0 };
	struct raw_syn s = question("192.0.2.1", "192.0.2.100");
	uint8_t buf[RAW_SYN_MAX];

	ck_assert_uint_eq(raw_syn_encode(&s, false, buf), sizeof(want));
	ck_assert_mem_eq(buf, want, sizeof(want));
}
END_TEST

/* The ones' complement sum over the pseudo-header and TCP, checksum included, is all ones. */
static uint16_t tcp_sum(const struct raw_syn *s, const uint8_t *tcp)
{
	uint8_t all[32 + 4 + 20];
	size_t len = addr_len(&s->src), n = 0;
	uint32_t sum = 0;

	memcpy(all, s->src.bytes, len);
	memcpy(all + len, s->dst.bytes, len);
	memcpy(all + 2 * len, (uint8_t[]){ 0, 6, 0, 20 }, 4);
	memcpy(all + 2 * len + 4, tcp, 20);
	for (n = 0; n < 2 * len + 24; n += 2)
		sum += (uint32_t)(all[n] << 8 | all[n + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

START_TEST(sums) {
	struct raw_syn s4 = question("192.0.2.1", "192.0.2.100"), s6 = question("2001:db8::1", "2001:db8::100");
	uint8_t buf[RAW_SYN_MAX];

	for (int is_reset = 0; is_reset < 2; is_reset++) {
		raw_syn_encode(&s4, is_reset, buf);
		ck_assert_uint_eq(tcp_sum(&s4, buf + 20), 0xffff);
		ck_assert_uint_eq(raw_syn_encode(&s6, is_reset, buf), 60);
		ck_assert_uint_eq(tcp_sum(&s6, buf + 40), 0xffff);
		ck_assert_uint_eq(buf[7], 1); /* hops */
		ck_assert_uint_eq(buf[40 + 13], is_reset ? 4 : 2);
		ck_assert_uint_eq(buf[40 + 7], is_reset ? 5 : 4); /* the reset follows the SYN */
	}
}
END_TEST

/* An answer to the question: from and to exchanged, `flags`, the number acknowledged. */
static size_t answer(const struct raw_syn *s, uint8_t flags, uint8_t *buf)
{
	struct raw_syn back = { .src = s->dst, .dst = s->src, .src_port = s->dst_port, .dst_port = s->src_port };
	size_t len = raw_syn_encode(&back, false, buf), tcp = len - 20;
	uint32_t ack = htonl(s->number + 1);

	memcpy(buf + tcp + 8, &ack, sizeof(ack));
	buf[tcp + 13] = flags;
	return len;
}

struct flags_row {
	uint8_t flags;
	int r;
	enum raw_syn_says says;
};

static const struct flags_row flag_rows[] = {
	{ 0x12, 0, RAW_SYN_OPEN },
	{ 0x52, 0, RAW_SYN_OPEN }, /* with ECE */
	{ 0x14, 0, RAW_SYN_CLOSED },
	{ 0x10, -EBADMSG, 0 }, /* of a connection */
	{ 0x11, -EBADMSG, 0 },
	{ 0x02, -EBADMSG, 0 }, /* somebody's own SYN */
	{ 0x04, -EBADMSG, 0 }, /* a reset that acknowledges nothing */
	{ 0x00, -EBADMSG, 0 },
};

START_TEST(flags) {
	const struct flags_row *row = &flag_rows[_i];
	struct raw_syn s[] = { question("192.0.2.1", "192.0.2.100"), question("2001:db8::1", "2001:db8::100") };
	struct raw_syn_answer a;
	uint8_t buf[RAW_SYN_MAX];

	for (unsigned i = 0; i < 2; i++) {
		size_t len = answer(&s[i], row->flags, buf);

		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT, buf, len, &a), row->r);
		if (row->r)
			continue;
		ck_assert_int_eq(a.says, row->says);
		ck_assert(addr_equal(&a.from, &s[i].dst) && addr_equal(&a.to, &s[i].src));
		ck_assert_uint_eq(a.number, s[i].number);
		ck_assert_uint_eq(a.from_port, 80);
		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT + 1, buf, len, &a), -EBADMSG);
		for (size_t cut = 0; cut < len - 6; cut++)
			ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT, buf, cut, &a), -EBADMSG);
	}
}
END_TEST

/* RFC 792, RFC 4443 3.3: the question's beginning comes back in what says that its time was exceeded. */
START_TEST(passed) {
	struct raw_syn s[] = { question("192.0.2.1", "192.0.2.100"), question("2001:db8::1", "2001:db8::100") };
	struct raw_syn_answer a;

	for (unsigned i = 0; i < 2; i++) {
		bool is_v6 = s[i].dst.family == AF_INET6;
		size_t head = is_v6 ? 40 : 20, len;
		uint8_t buf[2 * RAW_SYN_MAX] = { 0 }, sent[RAW_SYN_MAX];

		len = raw_syn_encode(&s[i], false, sent);
		memcpy(buf, sent, head);
		buf[is_v6 ? 6 : 9] = is_v6 ? 58 : 1;
		buf[head] = is_v6 ? 3 : 11;
		memcpy(buf + head + 8, sent, len);
		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT, buf, head + 8 + head + 8, &a), 0);
		ck_assert_int_eq(a.says, RAW_SYN_PASSED);
		ck_assert(addr_equal(&a.from, &s[i].dst) && addr_equal(&a.to, &s[i].src));
		ck_assert_uint_eq(a.number, s[i].number);
		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT, buf, head + 8 + head + 7, &a), -EBADMSG);
		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT + 1, buf, head + 8 + head + 8, &a), -EBADMSG);
		buf[head] = 1;
		ck_assert_int_eq(raw_syn_decode(s[i].dst.family, PORT, buf, head + 8 + head + 8, &a), -EBADMSG);
	}
}
END_TEST

/* An IP header with options is stepped over; one that lies about its length is refused. */
START_TEST(options) {
	struct raw_syn s = question("192.0.2.1", "192.0.2.100");
	struct raw_syn_answer a;
	uint8_t plain[RAW_SYN_MAX], buf[RAW_SYN_MAX] = { 0 };
	size_t len = answer(&s, 0x12, plain);

	memcpy(buf, plain, 20);
	memcpy(buf + 24, plain + 20, len - 20);
	buf[0] = 0x46;
	ck_assert_int_eq(raw_syn_decode(AF_INET, PORT, buf, len + 4, &a), 0);
	ck_assert_uint_eq(a.number, s.number);
	buf[0] = 0x44;
	ck_assert_int_eq(raw_syn_decode(AF_INET, PORT, buf, len + 4, &a), -EBADMSG);
	buf[0] = 0x65;
	ck_assert_int_eq(raw_syn_decode(AF_INET, PORT, buf, len + 4, &a), -EBADMSG);
	ck_assert_int_eq(raw_syn_decode(AF_INET6, PORT, plain, len, &a), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("raw_syn");
	TCase *tc = tcase_create("raw_syn");

	tcase_add_test(tc, syn4);
	tcase_add_test(tc, sums);
	tcase_add_loop_test(tc, flags, 0, sizeof(flag_rows) / sizeof(flag_rows[0]));
	tcase_add_test(tc, passed);
	tcase_add_test(tc, options);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
