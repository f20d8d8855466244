/* test_rule.c - routing rules against the kernel's table. The door to rtnetlink is this file. */
#include "vrrp/rule.h"

#include <check.h>
#include <errno.h>

#include "net/link.h"
#include "run.h"
#include "vrrp/conf.h"

struct link {
	struct link_rule_table rules;
	unsigned n_claims, dumps;
	unsigned adds, dels;
	int refuse; /* -errno for every addition */
};

static struct link kernel;
static struct vrrp_rule lines[2];
static void *items[2] = { &lines[0], &lines[1] };
static struct conf_vec conf = { items, 2, 2 };
static struct rule_set set;

/* Those of another protocol are in the table once they are claimed and the table was read. */
bool link_rule_claim(struct link *l, const struct link_rule *r)
{
	bool is_new = link_rule_proto(r) != LINK_RULE_PROTO && l->n_claims == 0;

	l->n_claims += is_new;
	return is_new;
}

int link_rule_dump(struct link *l)
{
	l->dumps++;
	return 0;
}

const struct link_rule *link_rule_find(const struct link *l, const struct link_rule *r)
{
	return link_rule_in(&l->rules, r);
}

static int change(struct link *l, const struct link_change *c)
{
	if (c->op == LINK_ADD) {
		l->adds++;
		if (l->refuse)
			return l->refuse;
		return link_rule_put(&l->rules, c->rule) ? 0 : -EEXIST;
	}
	l->dels++;
	return link_rule_drop(&l->rules, c->rule) ? 0 : -ENOENT;
}

int link_apply(struct link *l, struct link_change *changes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		changes[i].err = change(l, &changes[i]);
	return 0;
}

static struct vrrp_rule line(uint32_t priority)
{
	return (struct vrrp_rule){ .rule = { .family = AF_INET,
					   .action = LINK_RULE_TABLE,
					   .table = 100,
					   .has = priority ? LINK_RULE_PRIORITY : 0,
					   .priority = priority,
					   .from = { .family = AF_INET, .bytes = { 192, 0, 2 } },
					   .from_len = 24 } };
}

static void set_up(void)
{
	kernel = (struct link){ .adds = 0 };
	lines[0] = line(1000);
	lines[1] = line(1001);
	set = (struct rule_set){ 0 };
	rule_conf(&set, &conf);
}

static void tear_down(void)
{
	rule_done(&set);
	link_rule_table_done(&kernel.rules);
}

static struct rule_result sync_at(int64_t usec)
{
	return rule_sync(&set, &kernel, (mono_t){ 1000000 + usec });
}

START_TEST(come_and_go) {
	sync_at(0);
	ck_assert_uint_eq(kernel.adds + kernel.dels, 0);
	rule_hold(&set, true);
	ck_assert_int_eq(sync_at(0).again_at.usec, MONO_NEVER.usec);
	ck_assert_uint_eq(kernel.rules.n, 2);
	ck_assert(rule_is_holding(&set));
	rule_hold(&set, false);
	sync_at(2);
	ck_assert_uint_eq(kernel.rules.n, 0);
	ck_assert(!rule_is_holding(&set));
	sync_at(3);
	ck_assert_uint_eq(kernel.dels, 2);
}
END_TEST

START_TEST(lost_one_comes_back) {
	struct rule_result r;

	lines[1].no_track = true;
	rule_conf(&set, &conf);
	rule_hold(&set, true);
	sync_at(0);
	kernel.rules.n = 0;
	r = sync_at(10);
	ck_assert_uint_eq(r.lost, 1);
	ck_assert_ptr_eq(r.lost_one, &set.item[0]);
	ck_assert_uint_eq(kernel.rules.n, 1);
	kernel.rules.n = 0;
	r = sync_at(20); /* not at once: somebody may fight for it */
	ck_assert_uint_eq(kernel.rules.n, 0);
	sync_at(r.again_at.usec - 1000000);
	ck_assert_uint_eq(kernel.rules.n, 1);
	ck_assert_uint_eq(set.lost, 2);
}
END_TEST

START_TEST(leftovers) {
	link_rule_put(&kernel.rules, &lines[0].rule);
	sync_at(0); /* not ours to remove */
	ck_assert_uint_eq(kernel.rules.n, 1);
	set.is_clean_start = true;
	sync_at(0);
	ck_assert_uint_eq(kernel.rules.n, 0);
}
END_TEST

START_TEST(priority_of_the_kernel) {
	struct link_rule there = line(32765).rule;

	lines[0] = line(0);
	lines[1] = line(7);
	link_rule_put(&kernel.rules, &there);
	rule_conf(&set, &conf);
	rule_hold(&set, true);
	sync_at(0);
	ck_assert_uint_eq(kernel.adds, 1); /* only the one with a priority of its own */
	ck_assert_uint_eq(kernel.rules.n, 2);
}
END_TEST

START_TEST(refused_is_said_once) {
	struct rule_result r;

	rule_hold(&set, true);
	kernel.refuse = -EOPNOTSUPP;
	r = sync_at(0);
	ck_assert_uint_eq(r.refused, 2);
	ck_assert_ptr_eq(r.refused_one, &set.item[0]);
	r = sync_at(1000000);
	ck_assert_ptr_null(r.refused_one);
	ck_assert_int_ne(r.again_at.usec, MONO_NEVER.usec);
}
END_TEST

START_TEST(another_configuration) {
	rule_hold(&set, true);
	sync_at(0);
	lines[0] = line(2000);
	rule_conf(&set, &conf);
	sync_at(1);
	ck_assert_uint_eq(kernel.rules.n, 2);
	ck_assert_uint_eq(kernel.adds, 3); /* that which stayed was not touched */
	ck_assert_uint_eq(kernel.dels, 1);
	sync_at(2);
	ck_assert_uint_eq(set.n, 2);
}
END_TEST

START_TEST(text) {
	char buf[RULE_STRLEN];

	lines[0].rule.is_not = true;
	lines[0].rule.mark = 24;
	ck_assert_str_eq(rule_str(&lines[0].rule, buf), "1000: not from 192.0.2.0/24 fwmark 0x18 table 100");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rule");
	TCase *t = tcase_create("rules");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, come_and_go);
	tcase_add_test(t, lost_one_comes_back);
	tcase_add_test(t, leftovers);
	tcase_add_test(t, priority_of_the_kernel);
	tcase_add_test(t, refused_is_said_once);
	tcase_add_test(t, another_configuration);
	tcase_add_test(t, text);
	suite_add_tcase(s, t);
	return run_suite(s);
}
