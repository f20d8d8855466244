/*
 * test_address.c - the VIPs of one instance against the kernel's table. The door to rtnetlink is this file: a table of at most
 * KERNEL_MAX addresses that applies changes as the kernel does.
 */
#include "vrrp/address.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/link.h"
#include "run.h"
#include "vrrp/address_lack.h"

enum { KERNEL_MAX = 512, ETH0 = 2, ETH1 = 3 };

struct link {
	struct link_if ifs[2];
	unsigned n_ifs;
	struct link_addr addrs[KERNEL_MAX];
	unsigned n_addrs;
	unsigned calls, changes;  /* of link_apply() */
	int refuse, refuse_lease; /* -errno for every addition; for every lease that is set anew */
	bool is_gone;             /* the table is late: nothing is there any more */
};

const struct link_if *link_find(const struct link *l, const char *name)
{
	for (unsigned i = 0; i < l->n_ifs; i++)
		if (!strcmp(l->ifs[i].name, name))
			return &l->ifs[i];
	return NULL;
}

const struct link_addr *link_addr_find(const struct link *l, int index, const struct addr *a)
{
	for (unsigned i = 0; i < l->n_addrs; i++)
		if ((index == 0 || l->addrs[i].index == index) && addr_equal(&l->addrs[i].addr, a))
			return &l->addrs[i];
	return NULL;
}

static int change(struct link *l, const struct link_change *c)
{
	const struct link_addr *there = link_addr_find(l, c->index, &c->addr);

	if (c->op == LINK_ADD && l->refuse)
		return l->refuse;
	if (c->op == LINK_LEASE && there)
		return l->refuse_lease;
	if (c->op == LINK_ADD && there)
		return -EEXIST;
	if (c->op == LINK_ADD) {
		l->addrs[l->n_addrs++] = (struct link_addr){
			.index = c->index, .addr = c->addr, .prefix_len = c->prefix_len
		};
		return 0;
	}
	if (l->is_gone || !there || there->prefix_len != c->prefix_len)
		return -EADDRNOTAVAIL;
	l->addrs[there - l->addrs] = l->addrs[--l->n_addrs];
	return 0;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	l->calls += n > 0;
	l->changes += n;
	for (unsigned i = 0; i < n; i++)
		changes[i].err = change(l, &changes[i]);
	return 0;
}

/* A configuration of n addresses, and the world around it. */
static struct link *kernel;
static struct vrrp_conf conf;
static struct vrrp_vip *vips;
static struct address_set set;

static void configure(unsigned n)
{
	conf.vips.n = conf.vips.cap = n;
	conf.n_advertised = n;
	for (unsigned i = 0; i < n; i++) {
		vips[i] = (struct vrrp_vip){ .addr = { .family = AF_INET,
						     .bytes = { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } },
		.prefix_len = 32
	};
	conf.vips.item[i] = &vips[i];
}
}

static void set_up(void)
{
	kernel = calloc(1, sizeof(*kernel));
	vips = calloc(KERNEL_MAX, sizeof(*vips));
	memset(&conf, 0, sizeof(conf));
	conf.interface = "eth0";
	conf.vips.item = calloc(KERNEL_MAX, sizeof(void *));
	kernel->ifs[0] = (struct link_if){ .index = ETH0, .name = "eth0", .is_up = true };
	kernel->ifs[1] = (struct link_if){ .index = ETH1, .name = "eth1", .is_up = true };
	kernel->n_ifs = 2;
	configure(2);
}

static void tear_down(void)
{
	address_done(&set);
	free(conf.vips.item);
	free(vips);
	free(kernel);
}

static mono_t at(int64_t usec)
{
	return (mono_t){ 1000000 + usec };
}

static struct address_result sync_at(int64_t usec)
{
	return address_sync(&set, kernel, &conf, at(usec));
}

static struct address_lack lack_at(int64_t usec)
{
	struct address_lack lack;

	(void)sync_at(usec);
	address_lack(&set, at(usec), &lack);
	return lack;
}

static void remove_from_kernel_with(unsigned vip, uint8_t prefix_len)
{
	struct link_change c = { .op = LINK_DEL, .index = ETH0, .addr = vips[vip].addr, .prefix_len = prefix_len };

	ck_assert_int_eq(change(kernel, &c), 0);
}

static void remove_from_kernel(unsigned vip)
{
	remove_from_kernel_with(vip, 32);
}

static void start(void)
{
	address_init(&set, &conf, NULL, NULL);
}

static void hold(void)
{
	address_hold(&set, true);
	sync_at(0);
	ck_assert(address_is_complete(&set, kernel));
}

static void hold_all(unsigned n)
{
	address_hold(&set, true);
	for (unsigned i = 0; i <= n / ADDRESS_BATCH; i++)
		(void)sync_at(i);
	ck_assert(address_is_complete(&set, kernel));
}

START_TEST(adds_and_removes) {
	struct address_result r;

	start();
	ck_assert_uint_eq(sync_at(0).added, 0);
	address_hold(&set, true);
	r = sync_at(1);
	ck_assert_uint_eq(r.added, 2);
	ck_assert_uint_eq(kernel->calls, 1);
	ck_assert(set.vip[0]->is_fresh && set.vip[0]->is_held);
	ck_assert_int_eq(r.again_at.usec, MONO_NEVER.usec);
	ck_assert_uint_eq(sync_at(2).added, 0);
	address_hold(&set, false);
	ck_assert_uint_eq(sync_at(3).removed, 2);
	ck_assert_uint_eq(kernel->n_addrs, 0);
}
END_TEST

START_TEST(thousands_in_turns) {
	struct address_result r;

	configure(2 * ADDRESS_BATCH + 10);
	start();
	address_hold(&set, true);
	r = sync_at(0);
	ck_assert_uint_eq(r.added, ADDRESS_BATCH);
	ck_assert_int_eq(r.again_at.usec, at(0).usec);
	sync_at(1);
	r = sync_at(2);
	ck_assert_uint_eq(r.added, 10);
	ck_assert_int_eq(r.again_at.usec, at(2).usec); /* once from the first one: was anything lost meanwhile? */
	r = sync_at(3);
	ck_assert_uint_eq(r.added, 0);
	ck_assert_int_eq(r.again_at.usec, MONO_NEVER.usec);
	ck_assert_uint_eq(kernel->calls, 3);
}
END_TEST

START_TEST(leftovers_of_a_crash_are_removed) {
	struct link_change left = { .op = LINK_ADD, .index = ETH0, .addr = vips[1].addr, .prefix_len = 24 };

	change(kernel, &left);
	start();
	ck_assert_uint_eq(sync_at(0).removed, 1);
	ck_assert_uint_eq(kernel->n_addrs, 0);
}
END_TEST

/* `ip addr add` by hand on a BACKUP. */
static void put_there(unsigned vip, uint8_t prefix_len)
{
	const struct link_change c = {
		.op = LINK_ADD, .index = ETH0, .addr = vips[vip].addr, .prefix_len = prefix_len
	};

	ck_assert_int_eq(change(kernel, &c), 0);
}

START_TEST(an_intruder_is_removed) {
	struct address_result r;

	start();
	(void)sync_at(0);
	put_there(1, 24);
	r = sync_at(1);
	ck_assert_uint_eq(r.intruding, 1);
	ck_assert_uint_eq(r.removed, 1);
	ck_assert_ptr_eq(r.intruding_one, set.vip[1]);
	ck_assert_uint_eq(kernel->n_addrs, 0);
	ck_assert_uint_eq(set.lost, 1);
	put_there(1, 24); /* again: no busy loop */
	r = sync_at(2);
	ck_assert_uint_eq(r.removed, 0);
	ck_assert_int_eq(r.again_at.usec, at(1 + ADDRESS_REPAIR_USEC).usec);
	ck_assert_uint_eq(sync_at(1 + ADDRESS_REPAIR_USEC).intruding, 1);
	ck_assert_uint_eq(kernel->n_addrs, 0);
}
END_TEST

START_TEST(an_intruder_after_the_release_too) {
	start();
	hold();
	address_hold(&set, false);
	ck_assert_uint_eq(sync_at(1).intruding, 0); /* those were ours */
	put_there(0, 32);
	ck_assert_uint_eq(sync_at(2).intruding, 1);
	ck_assert_uint_eq(kernel->n_addrs, 0);
}
END_TEST

START_TEST(an_intruder_is_adopted_by_the_master) {
	struct address_result r;

	start();
	(void)sync_at(0);
	put_there(0, 32);
	address_hold(&set, true);
	r = sync_at(1);
	ck_assert_uint_eq(r.adopted, 1);
	ck_assert_uint_eq(r.intruding, 0);
	address_hold(&set, false);
	r = sync_at(2);
	ck_assert_uint_eq(r.removed, 2);
	ck_assert_uint_eq(r.intruding, 0);
}
END_TEST

/* The kernel's late word of one that was removed already is no intruder. */
START_TEST(what_is_gone_already_is_no_intruder) {
	struct address_result r;

	start();
	(void)sync_at(0);
	put_there(0, 32);
	kernel->is_gone = true;
	r = sync_at(1);
	ck_assert_uint_eq(r.removed, 1);
	ck_assert_uint_eq(r.intruding, 0);
	ck_assert_uint_eq(set.lost, 0);
}
END_TEST

START_TEST(the_owners_address_is_nobodys_business) {
	start();
	conf.priority = VRRP_PRIORITY_OWNER;
	address_keep(&set, true);
	(void)sync_at(0);
	put_there(0, 24);
	ck_assert_uint_eq(sync_at(1).removed, 0);
	ck_assert_uint_eq(kernel->n_addrs, 1);
}
END_TEST

/* From the hand-over until it is known whether the instance goes on as MASTER, and later. */
START_TEST(what_is_kept_is_no_intruder) {
	start();
	put_there(0, 32);
	address_keep(&set, true);
	ck_assert_uint_eq(sync_at(0).removed, 0);
	ck_assert_uint_eq(sync_at(1).removed, 0);
	ck_assert_uint_eq(kernel->n_addrs, 1);
}
END_TEST

START_TEST(another_managers_mark_is_respected) {
	struct address_result r;

	start();
	(void)sync_at(0);
	put_there(1, 24);
	kernel->addrs[0].proto = 77;
	r = sync_at(1);
	ck_assert_uint_eq(r.removed, 0);
	ck_assert_uint_eq(r.left, 1);
	ck_assert_ptr_eq(r.left_one, set.vip[1]);
	ck_assert_uint_eq(sync_at(2).left, 0); /* said once */
	remove_from_kernel_with(1, 24);
	(void)sync_at(3);
	put_there(1, 24);
	ck_assert_uint_eq(sync_at(4).intruding, 1);
}
END_TEST

START_TEST(leftovers_are_adopted) {
	struct link_change left = { .op = LINK_ADD, .index = ETH0, .addr = vips[1].addr, .prefix_len = 32 };
	struct address_result r;

	change(kernel, &left);
	start();
	address_keep(&set, true);
	address_hold(&set, true);
	r = sync_at(0);
	ck_assert_uint_eq(r.adopted, 1);
	ck_assert_uint_eq(r.added, 1);
	address_hold(&set, false);
	ck_assert_uint_eq(sync_at(1).removed, 2);
}
END_TEST

START_TEST(repairs_and_does_not_fight) {
	struct address_result r;

	start();
	hold();
	set.vip[1]->is_fresh = false;
	remove_from_kernel(1);
	r = sync_at(100);
	ck_assert_uint_eq(r.lost, 1);
	ck_assert_uint_eq(r.added, 1);
	ck_assert_ptr_eq(r.lost_one, set.vip[1]);
	ck_assert(set.vip[1]->is_fresh);
	ck_assert_uint_eq(set.lost, 1);
	remove_from_kernel(1);
	r = sync_at(200);
	ck_assert_uint_eq(r.added, 0);
	ck_assert_int_eq(r.again_at.usec, at(100 + ADDRESS_REPAIR_USEC).usec);
	ck_assert_uint_eq(sync_at(100 + ADDRESS_REPAIR_USEC).added, 1);
	ck_assert_uint_eq(set.lost, 2);
}
END_TEST

START_TEST(no_track_is_not_repaired) {
	vips[1].no_track = true;
	start();
	hold();
	remove_from_kernel(1);
	ck_assert_uint_eq(sync_at(100).lost, 0);
	ck_assert_uint_eq(kernel->n_addrs, 1);
}
END_TEST

START_TEST(refused_is_tried_again) {
	struct address_result r;

	start();
	kernel->refuse = -ENOBUFS;
	address_hold(&set, true);
	r = sync_at(0);
	ck_assert_uint_eq(r.refused, 2);
	ck_assert_ptr_eq(r.refused_one, set.vip[0]);
	ck_assert_int_eq(r.again_at.usec, at(ADDRESS_AGAIN_USEC).usec);
	r = sync_at(ADDRESS_AGAIN_USEC);
	ck_assert_ptr_null(r.refused_one); /* said once */
	ck_assert_int_eq(r.again_at.usec, at(2 * ADDRESS_AGAIN_USEC).usec);
	ck_assert_int_eq(sync_at(6 * ADDRESS_AGAIN_USEC).again_at.usec,
		at(12 * ADDRESS_AGAIN_USEC).usec); /* ever later */
	kernel->refuse = 0;
	ck_assert_uint_eq(sync_at(12 * ADDRESS_AGAIN_USEC).added, 2);
	ck_assert_int_eq(set.vip[0]->err, 0);
}
END_TEST

/* F60: who holds nothing, because the kernel refuses it, does so in vain after a while; one that is there is something. */
START_TEST(held_in_vain) {
	static const int row[] = { -EBUSY, -ENOBUFS, -EPERM, -EINVAL, -EACCES, -ENODEV };
	struct address_lack lack;

	start();
	kernel->refuse = row[_i];
	address_hold(&set, true);
	ck_assert_uint_eq(lack_at(0).n, 0);
	ck_assert_uint_eq(lack_at(ADDRESS_VAIN_USEC - 1).n, 0);
	address_hold(&set, true); /* nothing new */
	lack = lack_at(ADDRESS_VAIN_USEC);
	if (row[_i] == -ENODEV) { /* another fault */
		ck_assert_ptr_null(lack.first);
		return;
	}
	ck_assert_ptr_eq(lack.first, set.vip[0]);
	ck_assert_int_eq(lack.first->err, row[_i]);
	ck_assert_uint_eq(lack.n, 2);
	ck_assert_uint_eq(lack.held, 0);
	ck_assert_int_le(mono_diff(sync_at(100 * MONO_SEC).again_at, at(100 * MONO_SEC)), ADDRESS_RETRY_USEC);
	address_hold(&set, false);
	ck_assert_uint_eq(lack_at(101 * MONO_SEC).n, 0);
	address_hold(&set, true);
	ck_assert_uint_eq(lack_at(102 * MONO_SEC).n, 0); /* it has its time anew */
	kernel->refuse = 0;
	ck_assert_uint_eq(sync_at(103 * MONO_SEC).added, 2);
	ck_assert_uint_eq(lack_at(110 * MONO_SEC).n, 0);
}
END_TEST

START_TEST(one_of_two_is_lacking) {
	struct address_lack lack;

	start();
	hold();
	remove_from_kernel(1);
	kernel->refuse = -EPERM;
	ck_assert_uint_eq(sync_at(MONO_SEC).refused, 1);
	ck_assert_uint_eq(lack_at(MONO_SEC + ADDRESS_VAIN_USEC - 1).n, 0);
	lack = lack_at(MONO_SEC + ADDRESS_VAIN_USEC);
	ck_assert_uint_eq(lack.n, 1);
	ck_assert_uint_eq(lack.held, 1);
	ck_assert_uint_eq(lack.all, 2);
	ck_assert_ptr_eq(lack.first, set.vip[1]);
	address_hold(&set, false);
	ck_assert_uint_eq(lack_at(10 * MONO_SEC).n, 0);
	ck_assert_int_eq(set.vip[1]->err, 0); /* nothing is refused to a BACKUP */
}
END_TEST

/* More than a turn has room for: the others get theirs, and nothing spins meanwhile. */
START_TEST(many_are_refused_at_a_pace) {
	struct address_result r;
	int64_t when = 1;
	unsigned turns = 0;

	configure(3 * ADDRESS_BATCH);
	start();
	hold_all(3 * ADDRESS_BATCH);
	for (unsigned i = 0; i < 2 * ADDRESS_BATCH + 5; i++)
		remove_from_kernel(i);
	kernel->refuse = -EACCES;
	kernel->changes = 0;
	while (when < 10 * MONO_SEC && turns < 1000) {
		r = sync_at(when);
		when = r.again_at.usec - at(0).usec > when ? r.again_at.usec - at(0).usec : when + 1;
		turns++;
	}
	ck_assert_uint_le(turns, 100);
	ck_assert_uint_le(kernel->changes, 20 * (2 * ADDRESS_BATCH + 5));
	ck_assert_uint_eq(lack_at(when).n, 2 * ADDRESS_BATCH + 5);
	kernel->refuse = 0;
	for (turns = 0; turns < 10; turns++)
		(void)sync_at(when + MONO_SEC * (turns + 1));
	ck_assert(address_is_complete(&set, kernel));
	ck_assert_uint_eq(lack_at(when + 20 * MONO_SEC).n, 0);
}
END_TEST

/* A lease that was refused once and is set now is no error any more. */
START_TEST(a_lease_that_was_refused_is_forgiven) {
	start();
	hold();
	set.lease = 3 * MONO_SEC;
	kernel->refuse_lease = -ENOBUFS;
	ck_assert_uint_eq(sync_at(MONO_SEC).refused, 2);
	kernel->refuse_lease = 0;
	(void)sync_at(2 * MONO_SEC);
	ck_assert_int_eq(set.vip[0]->err, 0);
	ck_assert_int_eq(set.vip[0]->lease, 3 * MONO_SEC);
}
END_TEST

START_TEST(interface_comes_later) {
	kernel->n_ifs = 0;
	start();
	address_hold(&set, true);
	ck_assert_uint_eq(sync_at(0).added, 0);
	ck_assert_uint_eq(kernel->calls, 0);
	kernel->n_ifs = 2;
	ck_assert_uint_eq(sync_at(1).added, 2);
	ck_assert_int_eq(kernel->addrs[0].index, ETH0);
}
END_TEST

START_TEST(own_interface_of_an_address) {
	vips[1].dev = "eth1";
	start();
	hold();
	ck_assert_ptr_nonnull(link_addr_find(kernel, ETH0, &vips[0].addr));
	ck_assert_ptr_nonnull(link_addr_find(kernel, ETH1, &vips[1].addr));
	ck_assert(address_has(&set, ETH1, &vips[1].addr));
	ck_assert(!address_has(&set, ETH0, &vips[1].addr));
	ck_assert(address_has(&set, 0, &vips[1].addr));
}
END_TEST

/* A reload: the first address stays, the second goes, a third comes. */
START_TEST(reload_writes_the_difference) {
	struct vrrp_vip third = { .addr = { .family = AF_INET, .bytes = { 10, 9, 9, 9 } }, .prefix_len = 32 };
	const struct address_vip *kept;

	start();
	hold();
	kept = set.vip[0];
	kernel->changes = 0;
	conf.vips.item[1] = &third;
	address_reconf(&set, &conf);
	ck_assert_ptr_eq(set.vip[0], kept);
	ck_assert_uint_eq(set.n, 3);
	sync_at(10);
	ck_assert_uint_eq(kernel->changes, 2);
	ck_assert_ptr_nonnull(link_addr_find(kernel, ETH0, &third.addr));
	ck_assert_ptr_null(link_addr_find(kernel, ETH0, &vips[1].addr));
	ck_assert_uint_eq(set.n, 2);
}
END_TEST

static bool everything_is_wanted(const void *ctx, int index, const struct addr *a)
{
	(void)ctx, (void)a;
	return index == ETH0;
}

static int as_configured(const void *ctx, const struct vrrp_vip *vip, int index)
{
	(void)ctx, (void)vip;
	return index;
}

static const struct address_ops wanting = { .place = as_configured, .spare = everything_is_wanted };

START_TEST(what_another_instance_wants_is_left) {
	address_init(&set, &conf, &wanting, NULL);
	hold();
	address_hold(&set, false);
	ck_assert_uint_eq(sync_at(1).removed, 0);
	ck_assert_uint_eq(kernel->n_addrs, 2);
	ck_assert(!set.vip[0]->is_held);
}
END_TEST

START_TEST(what_another_instance_holds_is_no_intruder) {
	address_init(&set, &conf, &wanting, NULL);
	(void)sync_at(0);
	put_there(0, 32);
	ck_assert_uint_eq(sync_at(1).removed, 0);
	ck_assert_uint_eq(sync_at(2).intruding, 0);
	ck_assert_uint_eq(kernel->n_addrs, 1);
}
END_TEST

/* Put there by somebody else, who asked for duplicate address detection. */
START_TEST(tentative_is_healed) {
	struct address_result r;

	start();
	hold();
	set.vip[0]->is_fresh = set.vip[1]->is_fresh = false;
	kernel->addrs[1].is_tentative = kernel->addrs[1].dad_failed = true;
	r = sync_at(100000);
	ck_assert_uint_eq(r.healed, 1);
	ck_assert_ptr_eq(r.healed_one, set.vip[1]);
	ck_assert_uint_eq(r.lost, 0);
	ck_assert(set.vip[1]->is_held && set.vip[1]->is_fresh && !set.vip[0]->is_fresh);
	ck_assert_uint_eq(kernel->n_addrs, 2);
	ck_assert(!kernel->addrs[0].is_tentative && !kernel->addrs[1].is_tentative);
	kernel->addrs[0].is_tentative = true;
	r = sync_at(100001); /* a fight over it is no busy loop */
	ck_assert_uint_eq(r.healed, 0);
	ck_assert_int_eq(r.again_at.usec, at(100000 + ADDRESS_REPAIR_USEC).usec);
	ck_assert_uint_eq(sync_at(100000 + ADDRESS_REPAIR_USEC).healed, 1);
}
END_TEST

START_TEST(family_of_a_change) {
	struct link_change c;

	vips[0].addr.family = AF_INET6;
	vips[0].rare = &(const struct vrrp_vip_rare){ .broadcast_computed = true };
	vips[0].is_deprecated = true;
	vips[0].prefix_len = 128;
	start();
	c = address_change(&set, set.vip[0], LINK_ADD);
	ck_assert(c.is_deprecated && !addr_is_set(&c.broadcast) && c.prefix_len == 128);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("address");
	TCase *t = tcase_create("reconcile");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, adds_and_removes);
	tcase_add_test(t, thousands_in_turns);
	tcase_add_test(t, leftovers_of_a_crash_are_removed);
	tcase_add_test(t, an_intruder_is_removed);
	tcase_add_test(t, an_intruder_after_the_release_too);
	tcase_add_test(t, an_intruder_is_adopted_by_the_master);
	tcase_add_test(t, what_is_gone_already_is_no_intruder);
	tcase_add_test(t, the_owners_address_is_nobodys_business);
	tcase_add_test(t, what_is_kept_is_no_intruder);
	tcase_add_test(t, another_managers_mark_is_respected);
	tcase_add_test(t, leftovers_are_adopted);
	tcase_add_test(t, repairs_and_does_not_fight);
	tcase_add_test(t, no_track_is_not_repaired);
	tcase_add_test(t, refused_is_tried_again);
	tcase_add_loop_test(t, held_in_vain, 0, 6);
	tcase_add_test(t, one_of_two_is_lacking);
	tcase_add_test(t, many_are_refused_at_a_pace);
	tcase_add_test(t, a_lease_that_was_refused_is_forgiven);
	tcase_add_test(t, interface_comes_later);
	tcase_add_test(t, own_interface_of_an_address);
	tcase_add_test(t, reload_writes_the_difference);
	tcase_add_test(t, what_another_instance_wants_is_left);
	tcase_add_test(t, what_another_instance_holds_is_no_intruder);
	tcase_add_test(t, tentative_is_healed);
	tcase_add_test(t, family_of_a_change);
	suite_add_tcase(s, t);
	return run_suite(s);
}
