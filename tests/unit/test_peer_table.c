/* test_peer_table.c - who is a director by its MAC address, and when it is asked for it. */
#include "vrrp/peer_table.h"

#include <check.h>
#include <stdio.h>

#include "run.h"

static const uint8_t mac_a[] = { 2, 0, 0, 0, 0, 1 }, mac_b[] = { 2, 0, 0, 0, 0, 2 }, mac_c[] = { 2, 0, 0, 0, 0, 3 };

static mono_t at(double seconds)
{
	return (mono_t){ (int64_t)(seconds * 1e6) + 1000000000 };
}

static struct addr number(unsigned n)
{
	struct addr a;
	char text[32];

	snprintf(text, sizeof(text), "10.0.%u.%u", n / 250, n % 250 + 1);
	ck_assert_int_eq(addr_parse(text, &a), 0);
	return a;
}

START_TEST(test_who) {
	static const uint8_t virtual4[] = { 0, 0, 0x5e, 0, 1, 51 }, virtual6[] = { 0, 0, 0x5e, 0, 2, 51 },
			     other[] = { 0, 0, 0x5e, 0, 3, 51 };
	const struct addr a = number(1), b = number(2);
	struct peer_table t = { 0 };
	struct peer *p;

	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_UNKNOWN);
	ck_assert_int_eq(peer_table_who(&t, 3, virtual4), SUSPECT_HOST_PEER);
	ck_assert_int_eq(peer_table_who(&t, 3, virtual6), SUSPECT_HOST_PEER);
	ck_assert_int_eq(peer_table_who(&t, 3, other), SUSPECT_HOST_UNKNOWN);
	p = peer_table_heard(&t, 3, &a, at(0));
	ck_assert_int_eq(peer_table_who(&t, 3, mac_a), SUSPECT_HOST_UNKNOWN);
	peer_answered(p, mac_a);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_a), SUSPECT_HOST_PEER);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_STRANGER);
	ck_assert_int_eq(peer_table_who(&t, 4, mac_c), SUSPECT_HOST_UNKNOWN);
	/* A second one whose MAC address is not known may be anybody. */
	p = peer_table_heard(&t, 3, &b, at(1));
	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_UNKNOWN);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_a), SUSPECT_HOST_PEER);
	peer_answered(p, mac_b);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_b), SUSPECT_HOST_PEER);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_STRANGER);
}
END_TEST

START_TEST(test_asking) {
	const struct addr a = number(1);
	struct peer_table t = { 0 };
	struct peer *p;

	ck_assert(peer_table_next(&t).usec == MONO_NEVER.usec);
	p = peer_table_heard(&t, 3, &a, at(0));
	for (unsigned i = 0; i < PEER_ASKS; i++) {
		ck_assert(peer_table_next(&t).usec == at(i).usec);
		ck_assert_ptr_eq(peer_table_ask(&t, at(i)), p);
		ck_assert_ptr_null(peer_table_ask(&t, at(i + 0.5)));
		ck_assert_ptr_eq(peer_table_heard(&t, 3, &a, at(i + 0.6)), p);
	}
	ck_assert(peer_table_next(&t).usec == MONO_NEVER.usec);
	/* Back after a minute of silence: it may have another network card. */
	ck_assert_ptr_eq(peer_table_heard(&t, 3, &a, at(63)), p);
	ck_assert_ptr_eq(peer_table_ask(&t, at(63)), p);
	peer_answered(p, mac_a);
	ck_assert_ptr_null(peer_table_ask(&t, at(70)));
	ck_assert_ptr_eq(peer_table_heard(&t, 3, &a, at(130)), p);
	ck_assert_ptr_eq(peer_table_ask(&t, at(130)), p);
	ck_assert_int_eq(peer_table_who(&t, 3, mac_a), SUSPECT_HOST_PEER);
}
END_TEST

START_TEST(test_full) {
	struct peer_table t = { 0 };
	struct addr a;

	for (unsigned i = 0; i < PEERS_MAX; i++) {
		a = number(i);
		peer_answered(peer_table_heard(&t, 3, &a, at(0)), mac_a);
	}
	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_STRANGER);
	a = number(PEERS_MAX);
	ck_assert_ptr_null(peer_table_heard(&t, 3, &a, at(1)));
	ck_assert_int_eq(peer_table_who(&t, 3, mac_c), SUSPECT_HOST_UNKNOWN);
	ck_assert_ptr_nonnull(peer_table_heard(&t, 3, &a, at(61)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("peer_table");
	TCase *t = tcase_create("all");

	tcase_add_test(t, test_who);
	tcase_add_test(t, test_asking);
	tcase_add_test(t, test_full);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
