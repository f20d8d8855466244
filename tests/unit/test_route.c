/*
 * test_route.c - the routes of one instance against the kernel's table. The door to rtnetlink is this file: a table that applies
 * changes as the kernel does.
 */
#include "vrrp/route.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "net/link.h"
#include "run.h"
#include "vrrp/conf.h"

enum { KERNEL_MAX = 8, ETH0 = 2 };

struct link {
	struct link_if eth0;
	struct link_route routes[KERNEL_MAX];
	unsigned n, adds, dels, n_claims, dumps;
	int refuse; /* -errno for every addition */
};

static struct link kernel;
static struct vrrp_route lines[2];
static void *items[2] = { &lines[0], &lines[1] };
static struct conf_vec routes;
static struct route_set set;

const struct link_if *link_find(const struct link *l, const char *name)
{
	return strcmp(l->eth0.name, name) ? NULL : &l->eth0;
}

/* Those of another protocol are in the table once they are claimed and the table was read. */
bool link_route_claim(struct link *l, const struct link_route *r)
{
	bool is_new = link_route_proto(r) != LINK_ROUTE_PROTO && l->n_claims == 0;

	l->n_claims += is_new;
	return is_new;
}

int link_route_dump(struct link *l)
{
	l->dumps++;
	return 0;
}

const struct link_route *link_route_find(const struct link *l, const struct link_route *r)
{
	for (unsigned i = 0; i < l->n; i++)
		if (addr_equal(&l->routes[i].dst, &r->dst) && l->routes[i].metric == r->metric)
			return &l->routes[i];
	return NULL;
}

static int change(struct link *l, const struct link_change *c)
{
	const struct link_route *there = link_route_find(l, c->route);

	if (c->op == LINK_ADD) {
		l->adds++;
		if (l->refuse || there)
			return l->refuse ? l->refuse : -EEXIST;
		l->routes[l->n++] = *c->route;
		return 0;
	}
	l->dels++;
	if (!there)
		return -ESRCH;
	l->routes[there - l->routes] = l->routes[--l->n];
	return 0;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		changes[i].err = change(l, &changes[i]);
	return 0;
}

static struct vrrp_route line(uint8_t net, bool has_via)
{
	struct vrrp_route r = { .route = { .dst = { .family = AF_INET, .bytes = { 10, net } },
					.prefix_len = 16,
					.type = LINK_ROUTE_UNICAST,
					.table = LINK_TABLE_MAIN,
					.n_hops = 1 } };

	if (has_via)
		r.route.hop[0].via = (struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, 254 } };
	return r;
}

static void set_up(void)
{
	kernel = (struct link){ .eth0 = { .index = ETH0, .name = "eth0" } };
	lines[0] = line(1, true);
	lines[1] = line(2, false);
	routes = (struct conf_vec){ items, 2, 2 };
	set = (struct route_set){ 0 };
	route_conf(&set, &routes, "eth0");
}

static void tear_down(void)
{
	route_done(&set);
}

static struct route_result sync_at(int64_t usec)
{
	return route_sync(&set, &kernel, (mono_t){ 1000000 + usec });
}

START_TEST(come_and_go) {
	sync_at(0);
	ck_assert_uint_eq(kernel.adds + kernel.dels, 0);
	route_hold(&set, true);
	ck_assert_int_eq(sync_at(0).again_at.usec, MONO_NEVER.usec);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_int_eq(kernel.routes[0].hop[0].index, 0); /* the kernel finds the way to the gateway */
	ck_assert_int_eq(kernel.routes[0].scope, LINK_SCOPE_GLOBAL);
	ck_assert_int_eq(kernel.routes[1].hop[0].index, ETH0);
	ck_assert_int_eq(kernel.routes[1].scope, LINK_SCOPE_LINK);
	sync_at(1);
	ck_assert_uint_eq(kernel.adds, 2);
	route_hold(&set, false);
	sync_at(2);
	ck_assert_uint_eq(kernel.n, 0);
	sync_at(3);
	ck_assert_uint_eq(kernel.dels, 2);
}
END_TEST

START_TEST(lost_one_comes_back) {
	struct route_result r;

	lines[1].no_track = true;
	route_conf(&set, &routes, "eth0");
	route_hold(&set, true);
	sync_at(0);
	kernel.n = 0;
	r = sync_at(10);
	ck_assert_uint_eq(r.lost, 1); /* the other one is not tracked */
	ck_assert_ptr_eq(r.lost_one, &set.item[0]);
	ck_assert_uint_eq(kernel.n, 1);
	kernel.n = 0;
	r = sync_at(20); /* not at once: somebody may fight for it */
	ck_assert_uint_eq(kernel.n, 0);
	sync_at(r.again_at.usec - 1000000);
	ck_assert_uint_eq(kernel.n, 1);
}
END_TEST

START_TEST(leftovers) {
	kernel.routes[kernel.n++] = lines[0].route;
	set.is_clean_start = true;
	sync_at(0);
	ck_assert_uint_eq(kernel.n, 0);
	kernel.routes[kernel.n++] = lines[0].route;
	route_hold(&set, true);
	sync_at(1);
	ck_assert_uint_eq(kernel.adds, 1); /* that one was adopted */
	ck_assert_uint_eq(kernel.n, 2);
	route_hold(&set, false);
	sync_at(2);
	ck_assert_uint_eq(kernel.n, 0);
}
END_TEST

START_TEST(refused_is_said_once_and_tried_again) {
	struct route_result r;

	route_hold(&set, true);
	kernel.refuse = -ENETUNREACH;
	r = sync_at(0);
	ck_assert_uint_eq(r.refused, 2);
	ck_assert_ptr_eq(r.refused_one, &set.item[0]);
	ck_assert_int_eq(r.refused_one->err, -ENETUNREACH);
	r = sync_at(1000000);
	ck_assert_ptr_null(r.refused_one);
	ck_assert_int_ne(r.again_at.usec, MONO_NEVER.usec);
	kernel.refuse = 0;
	r = sync_at(2000000);
	ck_assert_uint_eq(r.refused, 0);
	ck_assert_uint_eq(kernel.n, 2);
}
END_TEST

START_TEST(another_configuration) {
	route_hold(&set, true);
	sync_at(0);
	lines[0] = line(3, true);
	route_conf(&set, &routes, "eth0");
	sync_at(1);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_uint_eq(kernel.adds, 3); /* that which stayed was not touched */
	ck_assert_uint_eq(kernel.dels, 1);
	for (unsigned i = 0; i < kernel.n; i++)
		ck_assert_uint_ne(kernel.routes[i].dst.bytes[1], 1);
	sync_at(2);
	ck_assert_uint_eq(set.n, 2);
}
END_TEST

START_TEST(waits_for_its_interface) {
	lines[1].dev[0] = "eth7";
	route_conf(&set, &routes, "eth0");
	route_hold(&set, true);
	sync_at(0);
	ck_assert_uint_eq(kernel.n, 1);
	strcpy(kernel.eth0.name, "eth7");
	sync_at(1);
	ck_assert_uint_eq(kernel.n, 2);
}
END_TEST

/* What the kernel removes of itself when its time is over is not put back, and is no loss. */
START_TEST(expired_one_stays_away) {
	lines[0].route.expires = 9;
	route_conf(&set, &routes, "eth0");
	route_hold(&set, true);
	sync_at(0);
	ck_assert_uint_eq(kernel.routes[0].expires, 9);
	kernel.n = 0;
	ck_assert_uint_eq(sync_at(10).lost, 1); /* the other one */
	ck_assert_uint_eq(kernel.n, 1);
	route_hold(&set, false);
	sync_at(20);
	route_hold(&set, true);
	sync_at(30);
	ck_assert_uint_eq(kernel.n, 2);
}
END_TEST

START_TEST(another_protocol_is_claimed_once) {
	lines[0].route.proto = 12;
	route_conf(&set, &routes, "eth0");
	sync_at(0);
	ck_assert_uint_eq(kernel.n_claims, 1);
	ck_assert_uint_eq(kernel.dumps, 1);
	route_hold(&set, true);
	sync_at(1);
	ck_assert_uint_eq(kernel.dumps, 1);
	ck_assert_uint_eq(kernel.routes[0].proto, 12);
	ck_assert(!link_route_is(&lines[0].route, &lines[1].route));
}
END_TEST

/* It is in the table of its VRF, goes to another one with it, and goes when the VRF does. */
START_TEST(table_of_a_vrf) {
	lines[0].vrf = "eth0";
	lines[0].dev[0] = NULL;
	routes.n = 1;
	route_conf(&set, &routes, "eth0");
	route_hold(&set, true);
	sync_at(0);
	ck_assert_uint_eq(kernel.n, 0); /* no VRF */
	kernel.eth0.vrf_table = 55;
	sync_at(1);
	ck_assert_uint_eq(kernel.n, 1);
	ck_assert_uint_eq(kernel.routes[0].table, 55);
	kernel.eth0.vrf_table = 56;
	ck_assert_int_eq(sync_at(2).again_at.usec, 1000002);
	ck_assert_uint_eq(kernel.n, 0);
	sync_at(2);
	ck_assert_uint_eq(kernel.n, 1);
	ck_assert_uint_eq(kernel.routes[0].table, 56);
	strcpy(kernel.eth0.name, "eth7");
	sync_at(3);
	ck_assert_uint_eq(kernel.n, 0);
	sync_at(3);
	ck_assert_uint_eq(kernel.n, 0);
	ck_assert(!route_is_holding(&set));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("route");
	TCase *t = tcase_create("routes");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, come_and_go);
	tcase_add_test(t, lost_one_comes_back);
	tcase_add_test(t, leftovers);
	tcase_add_test(t, refused_is_said_once_and_tried_again);
	tcase_add_test(t, another_configuration);
	tcase_add_test(t, waits_for_its_interface);
	tcase_add_test(t, expired_one_stays_away);
	tcase_add_test(t, another_protocol_is_claimed_once);
	tcase_add_test(t, table_of_a_vrf);
	suite_add_tcase(s, t);
	return run_suite(s);
}
