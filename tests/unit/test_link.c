/* test_link.c - the door to rtnetlink against the real kernel, in a network namespace of its own (needs root). */
#include "net/link.h"

#include <check.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LOOPBACK = 1, MANY = 300 };

static struct link *l;

static void set_up(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "no network namespace: %s", strerror(errno));
	ck_assert_int_eq(link_new(&l), 0);
}

static void tear_down(void)
{
	link_free(l);
}

static void set_lo(bool up)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	r.ifr_flags = up ? IFF_UP : 0;
	ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &r), 0);
	close(fd);
}

static struct link_change make(enum link_op op, unsigned i)
{
	return (struct link_change){ .op = op,
		.index = LOOPBACK,
		.prefix_len = 32,
		.addr = { .family = AF_INET, .bytes = { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } } };
}

static int apply(enum link_op op, unsigned i)
{
	struct link_change c = make(op, i);

	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	return c.err;
}

START_TEST(interfaces) {
	ck_assert_ptr_null(link_find(l, "eth7"));
	ck_assert_int_eq(link_find(l, "lo")->index, LOOPBACK);
	ck_assert(!link_find(l, "lo")->is_up);
	ck_assert(!link_find_index(l, LOOPBACK)->has_mac);
	set_lo(true);
	ck_assert_int_eq(link_read(l), LINK_CHANGED_IF | LINK_CHANGED_ADDR); /* and 127.0.0.1 came */
	ck_assert(link_find(l, "lo")->is_up);
	ck_assert_int_eq(link_read(l), 0);
	set_lo(false);
	ck_assert(link_read(l) & LINK_CHANGED_IF);
	ck_assert(!link_find(l, "lo")->is_up);
}
END_TEST

START_TEST(results_of_their_own) {
	struct link_change c[3] = { make(LINK_ADD, 2), make(LINK_ADD, 1), make(LINK_DEL, 9) };

	ck_assert_int_eq(apply(LINK_ADD, 1), 0);
	ck_assert_int_eq(link_apply(l, c, 3), 0);
	ck_assert_int_eq(c[0].err, 0);
	ck_assert_int_eq(c[1].err, -EEXIST);
	ck_assert_int_eq(c[2].err, -EADDRNOTAVAIL);
	c[0].index = 77;
	ck_assert_int_eq(link_apply(l, c, 1), 0);
	ck_assert_int_eq(c[0].err, -ENODEV);
}
END_TEST

/* The table follows without the monitor, and what the monitor says later is no news. */
START_TEST(own_changes_are_no_news) {
	struct link_change c = make(LINK_ADD, 1);

	ck_assert_int_eq(apply(LINK_ADD, 1), 0);
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &c.addr));
	ck_assert_ptr_nonnull(link_addr_find(l, 0, &c.addr));
	ck_assert_ptr_null(link_addr_find(l, 2, &c.addr));
	ck_assert_int_eq(link_read(l), 0);
	ck_assert_int_eq(apply(LINK_DEL, 1), 0);
	ck_assert_ptr_null(link_addr_find(l, LOOPBACK, &c.addr));
	ck_assert_int_eq(link_read(l), 0);
}
END_TEST

START_TEST(changes_of_others) {
	struct link_change c = make(LINK_ADD, 1);
	struct link *other;

	ck_assert_int_eq(apply(LINK_ADD, 1), 0);
	ck_assert_int_eq(link_read(l), 0);
	ck_assert_int_eq(link_new(&other), 0);
	ck_assert_ptr_nonnull(link_addr_find(other, LOOPBACK, &c.addr)); /* by its dump */
	c.op = LINK_DEL;
	ck_assert_int_eq(link_apply(other, &c, 1), 0);
	ck_assert_int_eq(c.err, 0);
	ck_assert_int_eq(link_read(l), LINK_CHANGED_ADDR);
	ck_assert_ptr_null(link_addr_find(l, LOOPBACK, &c.addr));
	link_free(other);
}
END_TEST

START_TEST(many_at_once) {
	struct link_change *c = calloc(MANY, sizeof(*c));
	const struct link_addr *all;
	unsigned n;

	for (unsigned i = 0; i < MANY; i++)
		c[i] = make(LINK_ADD, MANY - i);
	ck_assert_int_eq(link_apply(l, c, MANY), 0);
	all = link_addrs(l, &n);
	ck_assert_uint_eq(n, MANY);
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(c[i].err, 0);
	for (unsigned i = 1; i < n; i++)
		ck_assert_int_lt(addr_cmp(&all[i - 1].addr, &all[i].addr), 0);
	ck_assert_int_eq(link_dump(l), 0); /* the kernel agrees */
	all = link_addrs(l, &n);
	ck_assert_uint_eq(n, MANY);
	ck_assert_uint_eq(all[0].prefix_len, 32);
	free(c);
}
END_TEST

static bool is_readable(const struct link *of)
{
	struct pollfd p = { .fd = link_fd(of), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* Leases are renewed often: others hear of it, who does it is not woken. An address that had gone is there again, and known. */
START_TEST(renewals_are_not_heard) {
	struct link_change c[MANY], one = make(LINK_ADD, 1);
	struct link *other;

	for (unsigned i = 0; i < MANY; i++) {
		c[i] = make(LINK_ADD, i);
		c[i].valid_lft = 60;
	}
	ck_assert_int_eq(link_apply(l, c, MANY), 0);
	ck_assert_int_eq(link_read(l), 0);
	ck_assert_int_eq(link_new(&other), 0);
	for (unsigned i = 0; i < MANY; i++)
		c[i].op = LINK_LEASE;
	c[7].index = 77;
	ck_assert_int_eq(link_renew(l, c, MANY), 0);
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_int_eq(c[i].err, i == 7 ? -ENODEV : 0);
	ck_assert(!is_readable(l));
	ck_assert(is_readable(other));
	one.op = LINK_DEL;
	ck_assert_int_eq(link_apply(other, &one, 1), 0);
	ck_assert_int_eq(link_renew(l, &c[1], 1), 0);
	ck_assert_int_eq(link_read(l), LINK_CHANGED_ADDR);
	ck_assert_ptr_null(link_addr_find(l, LOOPBACK, &one.addr));
	ck_assert_int_eq(apply(LINK_ADD, 1), -EEXIST);
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &one.addr));
	link_free(other);
}
END_TEST

/* Both families in one table; IPv6 ones can be used at once. */
START_TEST(ipv6) {
	struct link_change c = { .op = LINK_ADD, .index = LOOPBACK, .prefix_len = 64, .is_deprecated = true };
	const struct link_addr *a;

	ck_assert_int_eq(addr_parse("2001:db8::1", &c.addr), 0);
	ck_assert_int_eq(apply(LINK_ADD, 1), 0);
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, 0);
	ck_assert_int_eq(link_read(l), 0); /* no news */
	ck_assert_int_eq(link_dump(l), 0); /* and the kernel agrees */
	a = link_addr_find(l, LOOPBACK, &c.addr);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(a->prefix_len, 64);
	ck_assert(!a->is_tentative && !a->dad_failed && !a->is_leased);
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, -EEXIST);
	c.op = LINK_DEL;
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, 0);
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, -EADDRNOTAVAIL);
	ck_assert_ptr_null(link_addr_find(l, LOOPBACK, &c.addr));
}
END_TEST

START_TEST(forwarding) {
	struct link *other;
	FILE *f = fopen("/proc/sys/net/ipv6/conf/lo/forwarding", "w");

	ck_assert(!link_find(l, "lo")->is_router6);
	ck_assert_ptr_nonnull(f);
	fputs("1", f);
	fclose(f);
	ck_assert_int_eq(link_read(l) & LINK_CHANGED_IF, LINK_CHANGED_IF);
	ck_assert(link_find(l, "lo")->is_router6);
	ck_assert_int_eq(link_new(&other), 0);
	ck_assert(link_find(other, "lo")->is_router6); /* by its dump */
	link_free(other);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("link");
	TCase *t = tcase_create("rtnetlink");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, interfaces);
	tcase_add_test(t, results_of_their_own);
	tcase_add_test(t, own_changes_are_no_news);
	tcase_add_test(t, changes_of_others);
	tcase_add_test(t, many_at_once);
	tcase_add_test(t, renewals_are_not_heard);
	tcase_add_test(t, ipv6);
	tcase_add_test(t, forwarding);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
