/* test_link.c - the door to rtnetlink against the real kernel, in a network namespace of its own (needs root). */
#include "net/link.h"

#include <check.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "net/link_state.h"
#include "run.h"

enum { LOOPBACK = 1, MANY = 300, ALWAYS = 1000 };

static struct link *l;

/* What the kernel says is changed on its way, as often as said. */
static struct {
	unsigned interrupted, truncated, overrun; /* datagrams of dumps */
	int err;                                  /* in place of every answer to a change; 0: as it is */
	unsigned dumps;                           /* how many datagrams of dumps came */
} meddle;

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

/* A dump of nothing, and interrupted. */
static void interrupt(void *data, size_t len)
{
	for (char *at = data; len >= sizeof(struct nlmsghdr);) {
		struct nlmsghdr *h = (struct nlmsghdr *)(void *)at;
		size_t step = NLMSG_ALIGN(h->nlmsg_len);

		h->nlmsg_flags |= NLM_F_DUMP_INTR;
		if (h->nlmsg_type != NLMSG_DONE)
			h->nlmsg_type = NLMSG_NOOP;
		if (step > len)
			return;
		at += step;
		len -= step;
	}
}

static ssize_t dump_datagram(struct msghdr *msg, ssize_t n)
{
	meddle.dumps++;
	if (meddle.interrupted && meddle.interrupted--)
		interrupt(msg->msg_iov->iov_base, (size_t)n);
	if (meddle.truncated && meddle.truncated--)
		msg->msg_flags |= MSG_TRUNC;
	if (meddle.overrun && meddle.overrun--) {
		errno = ENOBUFS;
		return -1;
	}
	return n;
}

static ssize_t meddling(int fd, struct msghdr *msg, int flags)
{
	ssize_t n = recvmsg(fd, msg, flags);
	struct nlmsghdr *h = msg->msg_iov->iov_base;

	if (n > 0 && h->nlmsg_flags & NLM_F_MULTI)
		return dump_datagram(msg, n);
	if (n > 0 && h->nlmsg_type == NLMSG_ERROR && meddle.err)
		((struct nlmsgerr *)NLMSG_DATA(h))->error = meddle.err;
	return n;
}

static void meddled(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "no network namespace: %s", strerror(errno));
	memset(&meddle, 0, sizeof(meddle));
}

/* F61: a dump that the kernel marks as interrupted, that does not fit, or of which a part is lost is repeated. */
START_TEST(dumps_are_repeated) {
	const struct {
		unsigned interrupted, truncated, overrun;
	} row[] = { { 1, 0, 0 }, { 3, 0, 0 }, { 0, 1, 0 }, { 0, 3, 0 }, { 0, 0, 2 } };

	meddle.interrupted = row[_i].interrupted;
	meddle.truncated = row[_i].truncated;
	meddle.overrun = row[_i].overrun;
	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	ck_assert_ptr_nonnull(link_find(l, "lo"));
	ck_assert_uint_eq(meddle.interrupted + meddle.truncated + meddle.overrun, 0);
	ck_assert_int_eq(link_read(l), 0);
}
END_TEST

/* F61: one that changes all the time is given up; what was known stays, and is read again when it can be. */
START_TEST(what_was_known_stays) {
	struct link_change c = make(LINK_ADD, 1);

	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	ck_assert_int_eq(apply(LINK_ADD, 1), 0);
	meddle.interrupted = ALWAYS;
	ck_assert_int_eq(link_dump(l), -EAGAIN);
	ck_assert_ptr_nonnull(link_find(l, "lo"));
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &c.addr));
	l->is_torn = true; /* as after a message that was lost */
	ck_assert_int_eq(link_read(l), -EAGAIN);
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &c.addr));
	meddle.interrupted = 0;
	ck_assert_int_gt(link_read(l), 0);
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &c.addr));
	ck_assert_int_eq(link_read(l), 0);
}
END_TEST

/* F61: so does a start, which reads it again at once. */
START_TEST(start_while_all_changes) {
	meddle.interrupted = ALWAYS;
	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	ck_assert_ptr_null(link_find(l, "lo"));
	ck_assert_int_eq(link_read(l), -EAGAIN);
	meddle.interrupted = 0;
	ck_assert_int_gt(link_read(l), 0);
	ck_assert_ptr_nonnull(link_find(l, "lo"));
}
END_TEST

/* F61: the same for routes, of which none is forgotten. */
START_TEST(routes_that_were_known_stay) {
	struct link_route route = { .dst = { .family = AF_INET, .bytes = { 198, 51, 100, 0 } },
		.prefix_len = 24,
		.table = RT_TABLE_MAIN,
		.type = RTN_BLACKHOLE,
		.proto = LINK_ROUTE_PROTO };
	struct link_change c = { .op = LINK_ADD, .route = &route };
	unsigned n;

	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	ck_assert_int_eq(link_route_watch(l), 0);
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, 0);
	meddle.interrupted = ALWAYS;
	ck_assert_int_eq(link_route_dump(l), -EAGAIN);
	(void)link_routes(l, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(link_read(l), -EAGAIN); /* it is known that they are to be read again */
	meddle.interrupted = 0;
	ck_assert_int_eq(link_read(l), LINK_CHANGED_ROUTE);
	(void)link_routes(l, &n);
	ck_assert_uint_eq(n, 1);
}
END_TEST

/* F60: each answer of the kernel is that change's result; the table follows what is so, and nothing else. */
START_TEST(answers) {
	static const int row[] = { -EEXIST, -ENODEV, -EBUSY, -ENOBUFS, -EPERM, -EINVAL };
	struct link_change c = make(LINK_ADD, 1);

	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	set_lo(true);
	ck_assert_int_gt(link_read(l), 0);
	meddle.err = row[_i];
	ck_assert_int_eq(link_apply(l, &c, 1), 0);
	ck_assert_int_eq(c.err, row[_i]);
	ck_assert_int_eq(link_addr_find(l, LOOPBACK, &c.addr) != NULL, row[_i] == -EEXIST);
	meddle.err = 0;
	ck_assert_int_eq(link_apply(l, &c, 1), 0); /* the kernel had it all the time */
	ck_assert_int_eq(c.err, -EEXIST);
	ck_assert_ptr_nonnull(link_addr_find(l, LOOPBACK, &c.addr));
}
END_TEST

/* F62: what others than the kernel send is not read, but counted. */
START_TEST(lies) {
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} gone = { { sizeof(gone), RTM_DELLINK, 0, 0, 0 }, { .ifi_index = LOOPBACK } };
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(to);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	ck_assert_int_eq(link_new_with(meddling, &l), 0);
	ck_assert_int_eq(getsockname(link_fd(l), (struct sockaddr *)&to, &len), 0);
	ck_assert_uint_eq(link_foreign(l), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(sendto(fd, &gone, sizeof(gone), 0, (struct sockaddr *)&to, len), sizeof(gone));
	ck_assert_int_eq(link_read(l), 0);
	ck_assert_ptr_nonnull(link_find(l, "lo"));
	ck_assert_uint_eq(link_foreign(l), 3);
	close(fd);
}
END_TEST

static TCase *make_meddled(void)
{
	TCase *t = tcase_create("a kernel whose words are changed");

	tcase_add_checked_fixture(t, meddled, tear_down);
	tcase_add_loop_test(t, dumps_are_repeated, 0, 5);
	tcase_add_test(t, what_was_known_stays);
	tcase_add_test(t, start_while_all_changes);
	tcase_add_test(t, routes_that_were_known_stay);
	tcase_add_loop_test(t, answers, 0, 6);
	tcase_add_test(t, lies);
	return t;
}

int main(void)
{
	Suite *s = suite_create("link");
	TCase *t = tcase_create("rtnetlink");

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
	suite_add_tcase(s, make_meddled());
	return run_suite(s);
}
