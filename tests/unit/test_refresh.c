/*
 * test_refresh.c - the leases of all VIPs are kept running: which addresses a turn renews, after a pause too. The loop's timer, the
 * door to rtnetlink and the instances are this file.
 */
#include "vrrp/refresh.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/loop.h"
#include "net/link.h"
#include "run.h"
#include "vrrp/address.h"
#include "vrrp/instance.h"
#include "vrrp/lease.h"

enum { VIPS = 100, UNITS = 2, ETH0 = 2, START = 100000 }; /* START: between touch and first turn */

struct loop_timer {
	loop_timer_fn *fn;
	void *ctx;
	mono_t when;
	bool is_urgent;
};

struct instance {
	struct address_set set;
	struct address_vip vip[VIPS], *by[VIPS];
	mono_t expires; /* as far as instance_is_expired() is concerned */
	unsigned n_expired;
};

struct link {
	struct link_addr addr[UNITS * VIPS];
	unsigned n, renewed, calls;
	int refuse; /* -errno for every renewal */
};

static struct loop_timer timer;
static struct instance *unit;
static unsigned n_units, n_checks;
static struct link *kernel;
static struct refresh *refresh;

struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn, void *ctx)
{
	(void)l;
	timer = (struct loop_timer){ .fn = fn, .ctx = ctx, .when = MONO_NEVER };
	return &timer;
}

void loop_timer_free(struct loop_timer *t)
{
	t->when = MONO_NEVER;
}

void loop_timer_at(struct loop_timer *t, mono_t when)
{
	t->when = when;
}

mono_t loop_timer_when(const struct loop_timer *t)
{
	return t->when;
}

void loop_timer_urgent(struct loop_timer *t)
{
	t->is_urgent = true;
}

const struct link_if *link_find(const struct link *l, const char *name)
{
	(void)l, (void)name;
	return NULL;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	(void)l, (void)changes, (void)n;
	return -ENOSYS;
}

const struct link_addr *link_addr_find(const struct link *l, int index, const struct addr *a)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->addr[i].index == index && addr_equal(&l->addr[i].addr, a))
			return &l->addr[i];
	return NULL;
}

int link_renew(struct link *l, struct link_change *changes, unsigned n)
{
	l->calls += n > 0;
	l->renewed += n;
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(changes[i].op, LINK_LEASE);
		ck_assert_uint_eq(changes[i].prefix_len, 24); /* as it is there */
		ck_assert_uint_eq(changes[i].valid_lft, 3);
		changes[i].err = l->refuse;
	}
	return l->refuse;
}

struct address_set *instance_addresses(struct instance *vi)
{
	return &vi->set;
}

bool instance_is_expired(struct instance *vi, mono_t now)
{
	if (mono_before(now, vi->expires))
		return false;
	vi->n_expired++;
	vi->set.hold = false;
	return true;
}

static struct instance *get(void *ctx, unsigned i)
{
	(void)ctx;
	return i < n_units ? &unit[i] : NULL;
}

static void check(void *ctx, mono_t now)
{
	(void)ctx, (void)now;
	n_checks++;
}

static const struct refresh_ops ops = { get, check };

static mono_t at(int64_t usec)
{
	return (mono_t){ 1000 * MONO_SEC + usec };
}

/* MASTER since at(0), with all its addresses. */
static void hold(struct instance *vi, uint8_t number)
{
	*vi = (struct instance){ .expires = MONO_NEVER };
	for (unsigned i = 0; i < VIPS; i++) {
		const struct addr a = { .family = AF_INET, .bytes = { 10, number, 0, (uint8_t)i } };

		vi->vip[i] = (struct address_vip){ .conf = { .addr = a, .prefix_len = 32 },
			.index = ETH0,
			.is_held = true,
			.can_lease = true,
			.lease = 3 * MONO_SEC,
			.leased_at = at(0) };
		vi->by[i] = &vi->vip[i];
		kernel->addr[kernel->n++] = (struct link_addr){ .index = ETH0, .addr = a, .prefix_len = 24 };
	}
	vi->set = (struct address_set){ .vip = vi->by, .n = VIPS, .hold = true, .lease = 3 * MONO_SEC };
	address_look_at_leases(&vi->set);
}

static void set_up(void)
{
	kernel = calloc(1, sizeof(*kernel));
	unit = calloc(UNITS, sizeof(*unit));
	n_units = UNITS;
	n_checks = 0;
	hold(&unit[0], 0);
	hold(&unit[1], 1);
	refresh = refresh_new(NULL, kernel, &ops, NULL);
	ck_assert(timer.is_urgent);
	refresh_touch(refresh, at(0));
	ck_assert_int_eq(timer.when.usec, at(START).usec);
}

static void tear_down(void)
{
	refresh_free(refresh);
	free(unit);
	free(kernel);
}

static void fire(int64_t usec)
{
	timer.fn(timer.ctx, at(usec));
}

/* Addresses of all units whose lease was not set since. */
static unsigned older_than(int64_t usec)
{
	unsigned n = 0;

	for (unsigned i = 0; i < n_units * VIPS; i++)
		n += mono_before(unit[i / VIPS].vip[i % VIPS].leased_at, at(usec));
	return n;
}

START_TEST(all_in_a_round_and_none_gets_old) {
	while (mono_before(timer.when, at(20 * MONO_SEC))) {
		const int64_t now = mono_diff(timer.when, at(0));
		const unsigned before = kernel->renewed;

		fire(now);
		ck_assert_uint_le(kernel->renewed - before, LEASE_BATCH);
		ck_assert_uint_eq(older_than(now - 2 * MONO_SEC), 0);
	}
	ck_assert_uint_ge(kernel->renewed, 9 * UNITS * VIPS);
	ck_assert_uint_le(kernel->renewed, 21 * UNITS * VIPS);
	ck_assert_uint_eq(n_checks, 0);
}
END_TEST

/* In the tenth of a second before the first turn the process stood still: that turn sees all of them, not its part only. */
START_TEST(a_stall_before_the_first_turn) {
	fire(START + 2 * MONO_SEC);
	ck_assert_uint_eq(older_than(START + 2 * MONO_SEC), 0);
	ck_assert_uint_eq(kernel->renewed, UNITS * VIPS);
}
END_TEST

START_TEST(a_stall_later) {
	for (int64_t now = START; now < 4 * MONO_SEC; now = mono_diff(timer.when, at(0)))
		fire(now);
	kernel->renewed = 0;
	fire(6 * MONO_SEC);
	ck_assert_uint_eq(older_than(6 * MONO_SEC - MONO_SEC / 2), 0);
	ck_assert_uint_ge(kernel->renewed, UNITS * VIPS / 2);
}
END_TEST

START_TEST(whose_lease_is_over_gives_up_first) {
	unit[1].expires = at(3 * MONO_SEC);
	fire(3 * MONO_SEC + 1);
	ck_assert_uint_eq(unit[1].n_expired, 1);
	ck_assert_int_eq(unit[1].vip[0].leased_at.usec, at(0).usec);
}
END_TEST

START_TEST(what_is_not_there_is_left_to_the_repair) {
	kernel->n = 0;
	fire(START + 2 * MONO_SEC);
	ck_assert_uint_eq(kernel->renewed, 0);
}
END_TEST

START_TEST(what_is_refused_is_looked_at) {
	kernel->refuse = -ENOBUFS;
	fire(START + 2 * MONO_SEC);
	ck_assert_uint_eq(n_checks, 1);
	ck_assert_int_eq(unit[0].vip[0].lease, -1);
	ck_assert_int_eq(unit[0].set.lease_until.usec, MONO_NEVER.usec);
}
END_TEST

START_TEST(nobody_holds_anything) {
	for (unsigned i = 0; i < UNITS; i++)
		unit[i].set.hold = false;
	timer.when = MONO_NEVER;
	fire(START);
	ck_assert_uint_eq(kernel->calls, 0);
	ck_assert_int_eq(timer.when.usec, MONO_NEVER.usec);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("refresh");
	TCase *t = tcase_create("refresh");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, all_in_a_round_and_none_gets_old);
	tcase_add_test(t, a_stall_before_the_first_turn);
	tcase_add_test(t, a_stall_later);
	tcase_add_test(t, whose_lease_is_over_gives_up_first);
	tcase_add_test(t, what_is_not_there_is_left_to_the_repair);
	tcase_add_test(t, what_is_refused_is_looked_at);
	tcase_add_test(t, nobody_holds_anything);
	suite_add_tcase(s, t);
	return run_suite(s);
}
