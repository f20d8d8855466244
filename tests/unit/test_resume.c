/* test_resume.c - what a vrrp process is told of the one before it: who was MASTER until when, and who is held by a drill. */
#include "vrrp/resume.h"

#include <check.h>

#include "base/text.h"
#include "net/link_mark.h"
#include "run.h"
#include "vrrp/instance_types.h"
#include "vrrp/paths.h"

static struct resume told;

static void tell(const char *const *lines)
{
	told = (struct resume){ 0 };
	for (; *lines; lines++)
		resume_read(&told, *lines);
}

START_TEST(master_within_the_down_interval) {
	tell((const char *const[]){ "alive 5000000", "MASTER web in", "BACKUP web out", "", "MASTER", NULL });
	ck_assert(resume_is_master(&told, "web in", 3000000, (mono_t){ 7999999 }));
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 8000000 }));
	ck_assert(!resume_is_master(&told, "web", 3000000, (mono_t){ 5000001 }));
	ck_assert(!resume_is_master(&told, "web out", 3000000, (mono_t){ 5000001 }));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	resume_done(&told);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

START_TEST(hold_of_a_drill) {
	tell((const char *const[]){
		"alive 5000000", "BACKUP web in", "hold 65000000 web in", "hold", "hold 7", "hold x y", NULL });
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 65000000);
	ck_assert_int_eq(resume_hold(&told, "web").usec, 0);
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	resume_done(&told);
}
END_TEST

START_TEST(handed_over) {
	static const char *const lines[] = { "alive 5000000", "handover now", "MASTER web in",
		"last 4000000 1 2 6 web in no advert for 3.609 s", "last 1 1 2 60 web short", "last 1 99 2 3 web x", "last", NULL };
	const struct instance_last *last;

	tell(lines);
	last = resume_last(&told, "web in");
	ck_assert_ptr_nonnull(last);
	ck_assert_int_eq(last->at.usec, 4000000);
	ck_assert_uint_eq(last->action.from, VRRP_BACKUP);
	ck_assert_uint_eq(last->action.to, VRRP_MASTER);
	ck_assert_str_eq(last->reason, "no advert for 3.609 s");
	ck_assert_ptr_null(resume_last(&told, "web"));
	ck_assert(resume_goes_on(&told, "web in", VRRP_MASTER));
	ck_assert(!resume_goes_on(&told, "web in", VRRP_BACKUP));
	ck_assert(!resume_goes_on(&told, "web", VRRP_MASTER));
	ck_assert(resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	resume_done(&told);
	tell(lines + 2); /* after a crash: the scripts run again, the last word may be missing */
	ck_assert(!resume_goes_on(&told, "web in", VRRP_MASTER));
	resume_done(&told);
}
END_TEST

/* Of the old process: words that are not known, short lines and the wrong order do no harm. */
START_TEST(counts_go_on) {
	const struct instance_counts *c;

	tell((const char *const[]){ "alive 5000000", "verdict ttl 7 web in",
		"counts 1 2 3 4 5 6 7 18446744073709551615 web in", "verdict ok 40 web in",
		"verdict of_tomorrow 9 web in", "verdict t 9 web in", "verdict ttl", "verdict ttl 8", "verdict ttl 8 ",
		"verdict ttl x web in", "counts 1 2 3 4 5 6 7 8", "counts 1 2 3 4 5 6 7 x web", "counts", NULL });
	c = resume_counts(&told, "web in");
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->counters.rx, 1);
	ck_assert_uint_eq(c->counters.tx, 2);
	ck_assert_uint_eq(c->counters.tx_zero, 3);
	ck_assert_uint_eq(c->counters.tx_errors, 4);
	ck_assert_uint_eq(c->counters.transitions, 5);
	ck_assert_uint_eq(c->counters.became_master, 6);
	ck_assert_uint_eq(c->zero_received, 7);
	ck_assert_uint_eq(c->repaired, UINT64_MAX);
	for (int i = 0; i < ADVERT_VERDICT_MAX; i++)
		ck_assert_uint_eq(c->verdicts[i], i == ADVERT_OK ? 40 : i == ADVERT_BAD_TTL ? 7 : 0);
	ck_assert_ptr_null(resume_counts(&told, "web"));
	ck_assert_ptr_null(resume_last(&told, "web in"));
	ck_assert_int_eq(resume_hold(&told, "web in").usec, 0);
	ck_assert(!resume_is_master(&told, "web in", 3000000, (mono_t){ 5000001 }));
	ck_assert_uint_eq(told.n, 1);
	resume_done(&told);
}
END_TEST

/* Routes and rules of other protocols: what is there, or wanted now; those with our own mark need no line. */
START_TEST(paths_of_other_protocols) {
	struct route_item routes[] = { { .is_held = true }, { .is_known = true }, { .is_held = true } };
	struct rule_item rules[] = { { .is_held = true }, { .is_held = true } };
	struct paths p = { .routes = { .item = routes, .n = 3 }, .rules = { .item = rules, .n = 2 } };
	struct text t = { 0 };
	char *rest, *line;

	for (unsigned i = 0; i < 3; i++)
		routes[i].route = (struct link_route){ .dst = { .family = AF_INET, .bytes = { 10, (uint8_t)i } },
			.prefix_len = 16,
			.type = LINK_ROUTE_UNICAST,
			.table = 300,
			.metric = 7,
			.proto = i < 2 ? 12 : 0,
			.hop = { { .via = { .family = AF_INET, .bytes = { 192, 0, 2, 9 } }, .index = 4 } },
			.n_hops = 1 };
	rules[0].rule = (struct link_rule){ .family = AF_INET6,
		.action = LINK_RULE_TABLE,
		.table = 7,
		.proto = 50,
		.from = { .family = AF_INET6, .bytes = { 0x20, 1 } },
		.from_len = 16,
		.iif = "eth0" };
	rules[1].rule = (struct link_rule){ .family = AF_INET, .action = LINK_RULE_TABLE, .table = 7 };
	ck_assert(path_memory_write(&t, &p));
	told = (struct resume){ 0 };
	for (rest = t.s; (line = strsep(&rest, "\n"));)
		resume_read(&told, line);
	text_done(&t);
	ck_assert_uint_eq(told.paths.routes.n, 1); /* neither that which is not wanted, nor that with our mark */
	ck_assert(link_route_is(&routes[0].route, &told.paths.routes.item[0]));
	ck_assert_uint_eq(told.paths.rules.n, 1);
	ck_assert(link_rule_is(&rules[0].rule, &told.paths.rules.item[0]));
	resume_done(&told);
	p.routes.hold = true;
	routes[0].is_held = false; /* not known: it cannot be there */
	p.rules.n = 1;
	rules[0].rule.proto = 0;
	ck_assert(path_memory_write(&t, &p));
	for (rest = t.s; (line = strsep(&rest, "\n"));)
		resume_read(&told, line);
	ck_assert_uint_eq(told.paths.routes.n, 1);
	ck_assert(link_route_is(&routes[1].route, &told.paths.routes.item[0]));
	ck_assert_uint_eq(told.paths.rules.n, 0);
	text_done(&t);
	resume_done(&told);
}
END_TEST

/* The longest that a line can ask for: each way with an encapsulation, of each kind. */
START_TEST(longest_mark) {
	struct link_route is,
		want = { .dst = { .family = AF_INET, .bytes = { 10 } },
			.prefix_len = 8,
			.type = LINK_ROUTE_UNICAST,
			.table = 300,
			.metric = 7,
			.proto = 12,
			.n_hops = LINK_HOPS_MAX };
	struct text t = { 0 };

	for (unsigned i = 0; i < LINK_HOPS_MAX; i++) {
		struct link_hop *hop = &want.hop[i];

		hop->via = (struct addr){ .family = AF_INET6, .bytes = { 0xfe, 0x80, [15] = (uint8_t)(i + 1) } };
		hop->index = (int)i + 1;
		hop->weight = 256;
		hop->realms = 7;
		hop->encap = (struct link_encap){ .type = LINK_ENCAP_IP6,
			.ttl = 9,
			.tos = 4,
			.flags = 13,
			.ip.id = UINT32_MAX,
			.ip.dst = { .family = AF_INET6, .bytes = { 0x20, 1 } },
			.ip.src = { .family = AF_INET6, .bytes = { 0x20, 2 } } };
	}
	want.hop[3].encap = (struct link_encap){
		.type = LINK_ENCAP_MPLS, .ttl = 3, .n_labels = 8, .label = { 1, 2, 3, 4, 5, 6, 7, 1048575 }
	};
	want.hop[4].encap = (struct link_encap){ .type = LINK_ENCAP_IP,
		.ip.dst = { .family = AF_INET, .bytes = { 192, 0, 2, 9 } } };
	link_mark_route(&t, &want);
	ck_assert(link_mark_read_route(text_str(&t), &is));
	ck_assert(link_route_is(&want, &is));
	is.hop[3].encap.label[7]--;
	ck_assert(!link_route_is(&want, &is));
	is.hop[3].encap.label[7]++;
	ck_assert(link_route_is(&want, &is));
	is.hop[9].encap.ip.src.bytes[15] = 1;
	ck_assert(!link_route_is(&want, &is));
	text_done(&t);
}
END_TEST

/* Nothing that a file can hold is more than no route. */
START_TEST(marks_that_are_none) {
	static const char *const bad[] = { "", "zz", "0", "24000000", "ffffffff19000500000000000000000002100000fe0c0001000000000000000",
		"1c00000019000500000000000000000002100000fe0c00010000000", "1c000000180005000000000000000000021000000c0000010000000000",
		"1c00000019000500000000000000000011100000fe0c000100000000", "1c0000001900050000000000000000000210000Xfe0c000100000000" };
	struct link_route route;
	struct link_rule rule;

	ck_assert(link_mark_read_route("1c00000019000500000000000000000002100000fe0c000100000000", &route));
	ck_assert_uint_eq(route.proto, 12);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!link_mark_read_route(bad[i], &route), "%s", bad[i]);
		ck_assert_msg(!link_mark_read_rule(bad[i], &rule), "%s", bad[i]);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resume");
	TCase *t = tcase_create("lines");

	tcase_add_test(t, master_within_the_down_interval);
	tcase_add_test(t, hold_of_a_drill);
	tcase_add_test(t, handed_over);
	tcase_add_test(t, counts_go_on);
	tcase_add_test(t, paths_of_other_protocols);
	tcase_add_test(t, longest_mark);
	tcase_add_test(t, marks_that_are_none);
	suite_add_tcase(s, t);
	return run_suite(s);
}
