/* test_hash.c - the same bytes have the same hash in one piece and in many, other bytes another one. */
#include "base/hash.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

enum { LEN = 5000 };

/* What xxh128sum(1) prints of them. */
static const struct row {
	const char *text;
	uint8_t hash[16];
} rows[] = {
	{ "", { 0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47, 0x98, 0xd8, 0x60, 0x01, 0xc3, 0x24, 0x46, 0x8d, 0x49, 0x7f } },
	{ "abc", { 0x06, 0xb0, 0x5a, 0xb6, 0x73, 0x3a, 0x61, 0x85, 0x78, 0xaf, 0x5f, 0x94, 0x89, 0x2f, 0x39, 0x50 } },
};

START_TEST(is_known) {
	const struct row *row = &rows[_i];
	const struct hash h = hash_of(row->text, strlen(row->text));

	ck_assert_mem_eq(h.bytes, row->hash, sizeof(row->hash));
}
END_TEST

/* By pieces of `step` bytes. */
static struct hash by_pieces(const char *data, size_t step)
{
	struct hash_stream *s = hash_begin();

	for (size_t at = 0; at < LEN; at += step)
		hash_feed(s, data + at, LEN - at < step ? LEN - at : step);
	return hash_end(s);
}

START_TEST(pieces_do_not_count) {
	static const size_t steps[] = { 1, 7, 64, 256, 1000, LEN };
	char data[LEN];
	struct hash all;

	for (size_t i = 0; i < LEN; i++)
		data[i] = (char)(i * 31 % 97);
	all = hash_of(data, LEN);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct hash h = by_pieces(data, steps[i]);

		ck_assert(hash_is_same(&h, &all));
	}
}
END_TEST

/* Each bit of a text counts. */
START_TEST(every_bit_counts) {
	char data[64] = "weight 3";
	const struct hash before = hash_of(data, sizeof(data));

	for (size_t bit = 0; bit < sizeof(data) * 8; bit++) {
		struct hash h;

		data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
		h = hash_of(data, sizeof(data));
		ck_assert(!hash_is_same(&h, &before));
		data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hash");
	TCase *tc = tcase_create("hash");

	tcase_add_loop_test(tc, is_known, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, pieces_do_not_count);
	tcase_add_test(tc, every_bit_counts);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
