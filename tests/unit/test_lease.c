/* test_lease.c - the length of leases, and the pace at which all addresses are refreshed. */
#include "vrrp/lease.h"

#include <check.h>
#include <string.h>

#include "run.h"
#include "vrrp/conf.h"

#define SEC(n) ((n)*MONO_SEC)

static const struct {
	int64_t written; /* vip_lease */
	uint32_t interval_cs;
	unsigned n_addrs;
	int64_t lease, period;
} lengths[] = {
	{ LEASE_OFF, 100, 1, 0, SEC(1) },
	{ LEASE_AUTO, 1, 1, SEC(3), SEC(1) },
	{ LEASE_AUTO, 100, 1, SEC(3), SEC(1) },
	{ LEASE_AUTO, 101, 1, SEC(4), SEC(1) },
	{ LEASE_AUTO, 200, 1, SEC(6), SEC(3) },
	{ LEASE_AUTO, 4095, 1, SEC(123), SEC(61) },
	{ LEASE_AUTO, 100, 1000, SEC(3), SEC(1) },
	{ LEASE_AUTO, 100, 1001, SEC(6), SEC(3) },
	{ LEASE_AUTO, 100, 8000, SEC(24), SEC(12) },
	{ LEASE_AUTO, 1000, 8000, SEC(30), SEC(15) },
	{ SEC(3), 4095, 8000, SEC(3), SEC(1) },
	{ SEC(5), 100, 1, SEC(5), SEC(2) },
	{ SEC(86400), 100, 1, SEC(86400), SEC(43200) },
};

START_TEST(length) {
	const struct vrrp_rare_conf rare = { .vip_lease = lengths[_i].written };
	const struct vrrp_conf conf = { .interval_cs = lengths[_i].interval_cs, .rare = &rare };
	int64_t lease = lease_usec(&conf, lengths[_i].n_addrs);

	ck_assert_int_eq(lease, lengths[_i].lease);
	ck_assert_int_eq(lease_period(lease), lengths[_i].period);
}
END_TEST

static const struct {
	unsigned n_addrs;
	int64_t round, every;
	unsigned n;
} paces[] = {
	{ 0, SEC(1), SEC(1), 0 },
	{ 1, SEC(1), SEC(1), 1 },
	{ 32, SEC(1), SEC(1), 32 },
	{ 33, SEC(1), SEC(1) / 2, 17 },
	{ 1000, SEC(1), SEC(1) / 32, 32 },
	{ 2048, SEC(2), SEC(2) / 64, 32 },
	{ 8000, SEC(8), SEC(8) / 64, 125 },
};

START_TEST(pace) {
	struct lease_pace p = lease_pace(paces[_i].n_addrs, paces[_i].round);

	ck_assert_int_eq(p.every, paces[_i].every);
	ck_assert_uint_eq(p.n, paces[_i].n);
}
END_TEST

/* How old an address gets at most, whatever its place in the round is when its lease was set: never near the lease's end. */
static int64_t oldest(int64_t lease, int64_t round, int64_t phase)
{
	mono_t leased_at = { SEC(100) };
	int64_t most = 0;

	for (int64_t t = phase; t < 20 * lease; t += round) {
		mono_t now = { SEC(100) + t };

		if (!lease_is_due(lease, leased_at, round, now))
			continue;
		if (mono_diff(now, leased_at) > most)
			most = mono_diff(now, leased_at);
		leased_at = now;
	}
	return most;
}

START_TEST(never_late) {
	static const int64_t leases[] = { SEC(3), SEC(4), SEC(5), SEC(6), SEC(10), SEC(60) };

	for (size_t i = 0; i < sizeof(leases) / sizeof(leases[0]); i++)
		for (int64_t round = SEC(1); round <= lease_period(leases[i]); round += SEC(1))
			for (int64_t phase = 0; phase < round; phase += 10 * MONO_MSEC) {
				int64_t age = oldest(leases[i], round, phase);

				ck_assert_int_gt(age, 0);
				ck_assert_int_le(age, lease_period(leases[i]) + round / 4);
				ck_assert_int_le(age, leases[i] - LEASE_SLACK_USEC);
			}
}
END_TEST

/* And none is refreshed much more often than it has to be. */
START_TEST(not_flooded) {
	mono_t leased_at = { SEC(100) };
	unsigned n = 0;

	for (int64_t t = 1; t < SEC(600); t += SEC(1)) {
		mono_t now = { SEC(100) + t };

		if (!lease_is_due(SEC(60), leased_at, SEC(1), now))
			continue;
		leased_at = now;
		n++;
	}
	ck_assert_uint_ge(n, 19);
	ck_assert_uint_le(n, 22);
}
END_TEST

static const struct {
	int64_t late;
	unsigned left, n;
} turns[] = {
	{ -1000, 64, 1 },
	{ 0, 64, 1 },
	{ 99999, 64, 1 },
	{ 100000, 64, 2 },
	{ 1050000, 64, 11 },
	{ 1050000, 5, 5 },
	{ SEC(1000), 64, 64 },
};

START_TEST(turn) {
	ck_assert_uint_eq(lease_turns(turns[_i].late, 100000, turns[_i].left), turns[_i].n);
}
END_TEST

/* A loop that comes to each turn later than the next one was due still gets through the round in its time. */
START_TEST(slow_loop) {
	const struct lease_pace p = lease_pace(4000, SEC(6));
	unsigned left = LEASE_SLOTS;
	int64_t due = 0, now = 0;

	while (left > 0) {
		int64_t late = now - due;

		left -= lease_turns(late, p.every, left);
		due = now + p.every - late % p.every;
		now = due + 250000;
	}
	ck_assert_int_le(now, SEC(6) + 2 * 250000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lease");
	TCase *t = tcase_create("rows");

	tcase_add_loop_test(t, length, 0, sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_loop_test(t, pace, 0, sizeof(paces) / sizeof(paces[0]));
	tcase_add_test(t, never_late);
	tcase_add_test(t, not_flooded);
	tcase_add_loop_test(t, turn, 0, sizeof(turns) / sizeof(turns[0]));
	tcase_add_test(t, slow_loop);
	suite_add_tcase(s, t);
	return run_suite(s);
}
