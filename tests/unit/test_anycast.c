/*
 * test_anycast.c - vip_mode anycast: which addresses stand, from quorums of services; its words; what is said against a
 * scheduler.
 */
#include "checkers/anycast.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "checkers/anycast_conf.h"
#include "run.h"
#include "services_world.h"

#define RS(addr) "real_server " addr " 80 {\n TCP_CHECK {\n}\n}\n"
#define VS(head, lines) "virtual_server " head " {\n vip_mode anycast\n" lines RS("10.0.0.1") RS("10.0.0.2") "}\n"
#define PLAIN "virtual_server 192.0.2.9 80 {\n" RS("10.0.0.1") "}\n"
#define GROUP "virtual_server_group g {\n 192.0.2.1-3 80\n 2001:db8::1 80\n}\n"

static void say_down(struct services *s, unsigned vs, unsigned rs)
{
	struct msg_check m = { .generation = 1, .vs = vs, .rs = rs, .state = CHECK_DOWN, .attempts = 2 };
	struct service_change change;

	ck_assert_int_eq(services_result(s, &m, START, &change), 0);
}

/* "192.0.2.1@vipd0+ ...": + stands, - does not. */
static const char *set_str(const struct anycast_set *set)
{
	static char buf[512];
	char name[ADDR_STRLEN];
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < set->n; i++)
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%s@%s%c", i ? " " : "",
			addr_str(&set->vip[i].addr, name), set->vip[i].dev, set->vip[i].is_on ? '+' : '-');
	return buf;
}

static const struct {
	const char *text;
	const char *down; /* pairs of service and server: "0001" */
	bool can_serve;
	const char *set;
} rows[] = {
	{ PLAIN, "", true, "" },
	{ VS("192.0.2.1 80", ""), "", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", ""), "", false, "192.0.2.1@vipd0-" },
	{ VS("192.0.2.1 80", "") PLAIN, "10", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", ""), "00", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", ""), "0001", true, "192.0.2.1@vipd0-" },
	{ VS("192.0.2.1 80", "quorum 2\n"), "01", true, "192.0.2.1@vipd0-" },
	{ VS("192.0.2.1 80", "quorum 2\n fail_open 50\n"), "0001", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", "alpha\n"), "", true, "192.0.2.1@vipd0-" },
	{ VS("192.0.2.1 80", "sorry_server 127.0.0.1 80\n"), "0001", true, "192.0.2.1@vipd0-" },
	{ VS("2001:db8::1 80", "lvs_method TUN\n"), "", true, "2001:db8::1@vipd0+" },
	/* of two services, one has its quorum; none has */
	{ VS("192.0.2.1 80", "") VS("192.0.2.1 443", ""), "0001", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", "") VS("192.0.2.1 443", ""), "1011", true, "192.0.2.1@vipd0+" },
	{ VS("192.0.2.1 80", "") VS("192.0.2.1 443", ""), "00011011", true, "192.0.2.1@vipd0-" },
	/* a service at the same address that is not anycast has no say */
	{ VS("192.0.2.9 443", "") PLAIN, "0001", true, "192.0.2.9@vipd0-" },
	{ VS("192.0.2.2 80", "") VS("192.0.2.1 80", "vip_mode anycast dev lvs0\n"), "0001", true,
		"192.0.2.1@lvs0+ 192.0.2.2@vipd0-" },
	{ GROUP VS("group g", "lvs_method TUN\n"), "", true,
		"192.0.2.1@vipd0+ 192.0.2.2@vipd0+ 192.0.2.3@vipd0+ 2001:db8::1@vipd0+" },
	{ GROUP VS("group g", "lvs_method TUN\n") VS("192.0.2.2 81", ""), "0001", true,
		"192.0.2.1@vipd0- 192.0.2.2@vipd0+ 192.0.2.3@vipd0- 2001:db8::1@vipd0-" },
};

START_TEST(an_address_stands_while_a_service_has_its_quorum) {
	struct services *s = load(&one, rows[_i].text, 1, NULL);
	struct anycast_set set;

	services_start(s);
	for (const char *d = rows[_i].down; *d; d += 2)
		say_down(s, (unsigned)(d[0] - '0'), (unsigned)(d[1] - '0'));
	anycast_wanted(s, rows[_i].can_serve, &set);
	ck_assert_str_eq(set_str(&set), rows[_i].set);
	anycast_done(&set);
}
END_TEST

START_TEST(sets_are_equal_or_not) {
	struct anycast_set a, b, none;

	services_start(load(&one, VS("192.0.2.1 80", ""), 1, NULL));
	services_start(load(&two, VS("192.0.2.1 80", "vip_mode anycast dev lvs0\n"), 1, NULL));
	anycast_wanted(one.services, true, &a);
	anycast_wanted(NULL, true, &none);
	anycast_wanted(one.services, true, &b);
	ck_assert(anycast_equal(&a, &b) && anycast_equal(&none, &none));
	ck_assert(!anycast_equal(&a, &none) && !anycast_equal(&none, &a));
	anycast_done(&b);
	anycast_wanted(one.services, false, &b);
	ck_assert(!anycast_equal(&a, &b));
	anycast_done(&b);
	anycast_wanted(two.services, true, &b);
	ck_assert(!anycast_equal(&a, &b));
	anycast_done(&a);
	anycast_done(&b);
}
END_TEST

#define MH "lvs_sched mh\n mh-port\n mh-fallback\n"
static const struct {
	const char *text, *why;
} whys[] = {
	{ "ipvs_sysctl {\n sloppy_tcp 1\n schedule_icmp 1\n}\n" VS("192.0.2.1 80", MH), NULL },
	{ "ipvs_sysctl {\n sloppy_tcp 1\n schedule_icmp 1\n}\n" VS("192.0.2.1 80", "lvs_sched rr\n"), "lvs_sched rr is not mh" },
	{ "ipvs_sysctl {\n sloppy_tcp 1\n schedule_icmp 1\n}\n" VS("192.0.2.1 80", "lvs_sched mh\n mh-port\n"),
		"mh-fallback is not written" },
	{ "ipvs_sysctl {\n sloppy_tcp 1\n schedule_icmp 1\n}\n" VS("192.0.2.1 80", "lvs_sched mh\n mh-fallback\n"),
		"mh-port is not written" },
	{ VS("192.0.2.1 80", MH), "ipvs_sysctl does not say sloppy_tcp 1" },
	{ "ipvs_sysctl {\n sloppy_tcp 0\n schedule_icmp 1\n}\n" VS("192.0.2.1 80", MH), "ipvs_sysctl does not say sloppy_tcp 1" },
	{ "ipvs_sysctl {\n sloppy_tcp 1\n}\n" VS("192.0.2.1 80", MH), "ipvs_sysctl does not say schedule_icmp 1" },
};

START_TEST(what_cuts_connections) {
	char buf[ANYCAST_WHY];
	const char *why;

	load(&one, whys[_i].text, 1, NULL);
	why = anycast_why(&one.conf, one.conf.services.item[0], buf);
	ck_assert_int_eq(!why, !whys[_i].why);
	if (why)
		ck_assert_str_eq(why, whys[_i].why);
}
END_TEST

static const struct {
	const char *words, *written;
} modes[] = {
	{ "anycast", "anycast" },
	{ "anycast dev lvs0", "anycast dev lvs0" },
	{ "anycast dev lvs0\nvip_mode anycast", "anycast" },
	{ "anycast dev lvs0\nvip_mode vrrp", "vrrp" },
	{ "vrrp", "vrrp" },
};

START_TEST(words_are_read_and_written) {
	struct text t = { 0 };
	char text[256];

	snprintf(text, sizeof(text), "virtual_server 192.0.2.1 80 {\n vip_mode %s\n" RS("10.0.0.1") "}\n",
		modes[_i].words);
	load(&one, text, 1, NULL);
	write_vip_mode(NULL, one.conf.services.item[0], &t);
	ck_assert_str_eq(text_str(&t), modes[_i].written);
	text_done(&t);
}
END_TEST

/* What the rules refuse; the lines are valid by themselves. */
static const struct {
	const char *text, *says;
} refused[] = {
	{ "virtual_server fwmark 7 {\n vip_mode anycast\n" RS("10.0.0.1") "}\n", "a mark has none" },
	{ "virtual_server_group g {\n 10.1.0.0/16 80\n}\n" VS("group g", ""), "at most 1024 addresses" },
};

START_TEST(rules_refuse) {
	struct report *report = report_new();
	struct arena *arena = arena_new();
	struct checkers_config conf = { .services = { 0 } };
	struct conf_view view = { &checkers_root, &conf };
	struct conf_read rd = { .report = report, .arena = arena };
	const char *text = refused[_i].text;
	struct conf_tree *tree = tree_read_bytes("test", text, strlen(text), true, report);
	const struct finding *f;
	bool is_said = false;

	(void)schema_read(&rd, &view, 1, tree, true);
	for (unsigned i = 0; (f = report_get(report, i)); i++)
		is_said |= f->class == CONF_ERROR && strstr(f->text, refused[_i].says);
	ck_assert_msg(is_said, "nobody says '%s'", refused[_i].says);
	tree_free(tree);
	report_free(report);
	arena_free(arena);
}
END_TEST

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

int main(void)
{
	Suite *suite = suite_create("anycast");
	TCase *tc = tcase_create("anycast");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_loop_test(tc, an_address_stands_while_a_service_has_its_quorum, 0, COUNT(rows));
	tcase_add_test(tc, sets_are_equal_or_not);
	tcase_add_loop_test(tc, what_cuts_connections, 0, COUNT(whys));
	tcase_add_loop_test(tc, words_are_read_and_written, 0, COUNT(modes));
	tcase_add_loop_test(tc, rules_refuse, 0, COUNT(refused));
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
