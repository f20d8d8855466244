/* test_cursor.c - wire bytes with one sticky error: order, ends, and that a failure stays. */
#include "base/cursor.h"

#include <check.h>
#include <string.h>

#include "run.h"

START_TEST(reads_network_order) {
	static const uint8_t wire[] = { 0x01, 0x02, 0x03, 0x80, 0x00, 0x00, 0xff, 'a', 'b' };
	struct cursor c = cursor_read(wire, sizeof(wire));
	char two[2];

	ck_assert_uint_eq(cursor_get_u8(&c), 0x01);
	ck_assert_uint_eq(cursor_get_u16(&c), 0x0203);
	ck_assert_uint_eq(cursor_get_u32(&c), 0x800000ffu);
	ck_assert_uint_eq(cursor_left(&c), 2);
	cursor_get_bytes(&c, two, sizeof(two));
	ck_assert_mem_eq(two, "ab", 2);
	ck_assert_uint_eq(cursor_left(&c), 0);
	ck_assert(!c.bad);
}
END_TEST

START_TEST(writes_network_order) {
	static const uint8_t wire[] = { 0x01, 0x02, 0x03, 0x80, 0x00, 0x00, 0xff, 'a', 'b' };
	uint8_t buf[sizeof(wire)];
	struct cursor c = cursor_write(buf, sizeof(buf));

	cursor_put_u8(&c, 0x01);
	cursor_put_u16(&c, 0x0203);
	cursor_put_u32(&c, 0x800000ffu);
	cursor_put_bytes(&c, "ab", 2);
	ck_assert(!c.bad);
	ck_assert_uint_eq(c.pos, sizeof(wire));
	ck_assert_mem_eq(buf, wire, sizeof(wire));
}
END_TEST

/* Every length that is too short for a 32-bit field: zeros, and bad for ever, though smaller fields would still fit. */
START_TEST(read_past_end_is_zero_and_sticks) {
	static const uint8_t wire[] = { 0xff, 0xff, 0xff };
	struct cursor c = cursor_read(wire, (size_t)_i);
	uint8_t bytes[2] = { 7, 7 };

	ck_assert_uint_eq(cursor_get_u32(&c), 0);
	ck_assert(c.bad);
	ck_assert_uint_eq(c.pos, 0);
	ck_assert_uint_eq(cursor_get_u8(&c), 0);
	cursor_get_bytes(&c, bytes, sizeof(bytes));
	ck_assert_uint_eq(bytes[0] | bytes[1], 0);
	cursor_skip(&c, 0);
	ck_assert(c.bad);
}
END_TEST

START_TEST(write_past_end_is_dropped) {
	uint8_t buf[4] = { 9, 9, 9, 9 };
	struct cursor c = cursor_write(buf, 3);

	cursor_put_u16(&c, 0x0102);
	cursor_put_u16(&c, 0x0304);
	ck_assert(c.bad);
	cursor_put_u8(&c, 5);
	ck_assert_mem_eq(buf, ((uint8_t[]){ 1, 2, 9, 9 }), 4);
	ck_assert_uint_eq(c.pos, 2);
}
END_TEST

START_TEST(skips) {
	struct cursor c = cursor_read("abcd", 4);

	cursor_skip(&c, 3);
	ck_assert_uint_eq(cursor_get_u8(&c), 'd');
	ck_assert(!c.bad);
	cursor_skip(&c, 1);
	ck_assert(c.bad);
}
END_TEST

START_TEST(huge_length_does_not_wrap) {
	struct cursor c = cursor_read("abcd", 4);

	cursor_skip(&c, 2);
	cursor_skip(&c, SIZE_MAX);
	ck_assert(c.bad);
	ck_assert_uint_eq(c.pos, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cursor");
	TCase *tc = tcase_create("cursor");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, reads_network_order);
	tcase_add_test(tc, writes_network_order);
	tcase_add_loop_test(tc, read_past_end_is_zero_and_sticks, 0, 4);
	tcase_add_test(tc, write_past_end_is_dropped);
	tcase_add_test(tc, skips);
	tcase_add_test(tc, huge_length_does_not_wrap);
	return run_suite(s);
}
