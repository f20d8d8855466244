/* test_realserver_plan.c - from a host and a wish to steps and back; the ARP matrix; findings; the file of what was. */
#include "ctl/realserver_plan.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/reader.h"
#include "ctl/realserver_arp.h"
#include "ctl/realserver_find.h"
#include "ctl/realserver_judge.h"
#include "ctl/realserver_rules.h"
#include "ctl/realserver_state.h"
#include "ctl/realserver_words.h"
#include "run.h"

enum { LO = 1, ETH0 = 2, DUMMY0 = 3, ETH1 = 4, MAX_ADDRS = 8 };

static struct link_addr addrs[MAX_ADDRS];

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(text, &a), 0);
	return a;
}

static void add_addr(struct realserver_facts *f, int index, const char *text, uint8_t len)
{
	addrs[f->n_addrs++] = (struct link_addr){ .index = index, .addr = ip(text), .prefix_len = len };
}

/* lo, eth0 with the RIP, a dummy; nothing is set. */
static struct realserver_facts host(void)
{
	struct realserver_facts f = { .n_links = 3, .addrs = addrs };

	f.links[0] = (struct realserver_link){ .name = "lo", .index = LO, .is_up = true, .is_quiet = true };
	f.links[1] = (struct realserver_link){ .name = "eth0", .index = ETH0, .is_up = true, .does_arp = true };
	f.links[1].rip = ip("192.0.2.11");
	f.links[2] = (struct realserver_link){ .name = "dummy0", .index = DUMMY0, .is_up = true, .is_quiet = true };
	add_addr(&f, ETH0, "192.0.2.11", 24);
	return f;
}

static struct realserver_want want(const char *vip)
{
	struct realserver_want w = { .n_vips = 1 };

	w.vips[0] = ip(vip);
	return w;
}

/* The steps as the operator reads them. */
static void expect_steps(const struct realserver_plan *p, const char *expected)
{
	struct text t = { 0 };

	for (unsigned i = 0; i < p->n_steps; i++)
		realserver_step_say(&p->steps[i], &t);
	ck_assert_str_eq(text_str(&t), expected);
	text_done(&t);
}

/* What the host is after the steps. */
static void carry_out(struct realserver_facts *f, const struct realserver_plan *p)
{
	for (unsigned i = 0; i < p->n_steps; i++) {
		const struct realserver_step *s = &p->steps[i];

		if (s->act == REALSERVER_WRITE && strstr(s->name, "all/arp_ignore"))
			f->arp_ignore = s->value;
		else if (s->act == REALSERVER_WRITE && strstr(s->name, "all/arp_announce"))
			f->arp_announce = s->value;
		else if (s->act == REALSERVER_WRITE && strstr(s->name, "eth0/arp_ignore"))
			f->links[1].arp_ignore = s->value;
		else if (s->act == REALSERVER_ADD)
			addrs[f->n_addrs++] = (struct link_addr){
				.index = s->index, .addr = s->addr, .prefix_len = (uint8_t)(addr_len(&s->addr) * 8)
			};
		else if (s->act == REALSERVER_DEL)
			f->n_addrs--;
	}
}

static const struct arp_row {
	const char *what;
	struct realserver_arp c;
	bool answers;
} arp_rows[] = {
	{ "VIP on lo, all 0", { REALSERVER_ELSEWHERE, 0, 0, false, false }, true },
	{ "arp_ignore 1", { REALSERVER_ELSEWHERE, 0, 1, false, false }, false },
	{ "arp_ignore 2", { REALSERVER_ELSEWHERE, 0, 2, false, false }, false },
	{ "arp_ignore 3", { REALSERVER_ELSEWHERE, 0, 3, false, false }, true },
	{ "arp_ignore 3, scope link", { REALSERVER_ELSEWHERE, 253, 3, false, false }, true },
	{ "arp_ignore 3, scope host", { REALSERVER_ELSEWHERE, 254, 3, false, false }, false },
	{ "arp_ignore 4 to 7 are as 0", { REALSERVER_ELSEWHERE, 0, 4, false, false }, true },
	{ "arp_ignore 8", { REALSERVER_ELSEWHERE, 0, 8, false, false }, false },
	{ "VIP on eth0, 0", { REALSERVER_HERE, 0, 0, false, false }, true },
	{ "VIP on eth0, 1", { REALSERVER_HERE, 0, 1, false, false }, true },
	{ "VIP on eth0, 2", { REALSERVER_HERE, 0, 2, false, false }, true },
	{ "VIP on eth0, 3", { REALSERVER_HERE, 0, 3, false, false }, true },
	{ "VIP on eth0, 3, scope host", { REALSERVER_HERE, 254, 3, false, false }, false },
	{ "VIP on eth0, 1, scope host", { REALSERVER_HERE, 254, 1, false, false }, true },
	{ "VIP on eth0, 8", { REALSERVER_HERE, 0, 8, false, false }, false },
	{ "local route, 0", { REALSERVER_ROUTE, 0, 0, false, false }, true },
	{ "local route, 1", { REALSERVER_ROUTE, 0, 1, false, false }, false },
	{ "local route, 3", { REALSERVER_ROUTE, 0, 3, false, false }, false },
	{ "the macvlan's own, 1", { REALSERVER_HERE, 0, 1, false, false }, true },
	{ "the macvlan's own, arp off", { REALSERVER_HERE, 0, 1, true, false }, false },
	{ "VIP on eth0, dropped", { REALSERVER_HERE, 0, 0, false, true }, false },
	{ "nowhere", { REALSERVER_NOWHERE, 0, 0, false, false }, false },
};

START_TEST(arp_matrix) {
	const struct arp_row *r = &arp_rows[_i];

	ck_assert_msg(realserver_answers(&r->c) == r->answers, "%s", r->what);
}
END_TEST

START_TEST(arp_words) {
	ck_assert(realserver_tells(0, false) && realserver_tells(1, false) && !realserver_tells(2, false));
	ck_assert(!realserver_tells(0, true));
	ck_assert_int_eq(realserver_in_force(1, 0), 1);
	ck_assert_int_eq(realserver_in_force(0, 3), 3);
	ck_assert_int_eq(realserver_in_force(-1, -1), 0);
}
END_TEST

static const struct plan_row {
	const char *vip, *dev;
	enum realserver_method method;
	int ignore, announce;
	const char *steps;
} plan_rows[] = {
	{ "192.0.2.100", NULL, REALSERVER_AUTO, 0, 0,
		"net/ipv4/conf/all/arp_ignore: 0 -> 1\nnet/ipv4/conf/all/arp_announce: 0 -> 2\n192.0.2.100/32 on lo: added\n" },
	{ "192.0.2.100", "dummy0", REALSERVER_SYSCTL, 1, 1,
		"net/ipv4/conf/all/arp_announce: 1 -> 2\n192.0.2.100/32 on dummy0: added\n" },
	{ "192.0.2.100", NULL, REALSERVER_SYSCTL, 2, 2, "192.0.2.100/32 on lo: added\n" },
	{ "2001:db8::100", NULL, REALSERVER_AUTO, 0, 0, "2001:db8::100/128 on lo: added\n" },
	{ "2001:db8::100", NULL, REALSERVER_NFT, 0, 0, "2001:db8::100/128 on lo: added\n" },
	{ "192.0.2.100", NULL, REALSERVER_NFT, 0, 0,
		"nftables: tables vipd_realserver written\n192.0.2.100/32 on lo: added\n" },
	{ "192.0.2.100", NULL, REALSERVER_REDIRECT, 0, 0, "nftables: tables vipd_realserver written\n" },
	{ "192.0.2.100", NULL, REALSERVER_AUTO, 3, 0,
		"nftables: tables vipd_realserver written\n192.0.2.100/32 on lo: added\n" },
	{ "192.0.2.100", NULL, REALSERVER_AUTO, 8, 2,
		"nftables: tables vipd_realserver written\n192.0.2.100/32 on lo: added\n" },
};

/* Each row there, again, and back: the second application does nothing but its rules, undoing leaves what was. */
START_TEST(there_and_back) {
	const struct plan_row *r = &plan_rows[_i];
	struct realserver_facts f = host(), was;
	struct realserver_want w = want(r->vip);
	struct realserver_state none = { 0 };
	struct realserver_plan there, again, back;

	w.method = r->method;
	w.dev = r->dev;
	f.has_arp_nft = true;
	f.arp_ignore = r->ignore;
	f.arp_announce = r->announce;
	if (r->method == REALSERVER_REDIRECT) {
		ck_assert_int_eq(realserver_port_parse("80/tcp", &w.ports[0]), 0);
		w.n_ports = 1;
	}
	was = f;
	ck_assert_int_eq(realserver_plan_apply(&f, &w, &none, &there), 0);
	expect_steps(&there, r->steps);
	carry_out(&f, &there);
	w.n_ports = 0;
	w.method = REALSERVER_AUTO;
	ck_assert_int_eq(realserver_plan_apply(&f, &w, &there.after, &again), 0);
	ck_assert_int_eq((int)again.n_steps, there.rules.len ? 1 : 0);
	ck_assert_mem_eq(&again.after, &there.after, sizeof(again.after));
	w.n_vips = 0;
	ck_assert_int_eq(realserver_plan_undo(&f, &w, &there.after, &back), 0);
	carry_out(&f, &back);
	ck_assert_mem_eq(&f, &was, sizeof(f));
	ck_assert_int_eq((int)back.after.n_vips + (int)back.after.n_settings, 0);
	ck_assert_str_eq(text_str(&back.rules), text_str(&there.rules_back));
	realserver_plan_done(&there);
	realserver_plan_done(&again);
	realserver_plan_done(&back);
}
END_TEST

static void expect_refused(struct realserver_facts f, const struct realserver_want *w, const char *why)
{
	struct realserver_state none = { 0 };
	struct realserver_plan p;

	ck_assert_int_eq(realserver_plan_apply(&f, w, &none, &p), -EINVAL);
	ck_assert_msg(strstr(p.why, why), "'%s' does not say '%s'", p.why, why);
	realserver_plan_done(&p);
}

START_TEST(refusals) {
	struct realserver_facts f = host();
	struct realserver_want w = want("192.0.2.11");

	expect_refused(f, &w, "is already on eth0");
	w = want("192.0.2.100");
	w.dev = "eth0";
	expect_refused(f, &w, "neither lo nor a dummy");
	w.dev = "dummy0";
	f.links[2].is_up = false;
	expect_refused(f, &w, "is down");
	w.dev = "dummy7";
	expect_refused(f, &w, "there is no interface dummy7");
	w.dev = NULL;
	w.method = REALSERVER_REDIRECT;
	expect_refused(f, &w, "needs the ports");
	w.method = REALSERVER_NFT;
	expect_refused(f, &w, "nft has no arp rules");
	w.method = REALSERVER_SYSCTL;
	f.links[1].arp_ignore = 8;
	expect_refused(f, &w, "arp_ignore is 8 on eth0");
	w.method = REALSERVER_AUTO;
	expect_refused(f, &w, "redirect needs --port");
	f.links[1].arp_ignore = 0;
	f.are_locked = true;
	expect_refused(f, &w, "cannot be written");
	f = host();
	add_addr(&f, LO, "192.0.2.100", 24);
	expect_refused(f, &w, "on lo as /24");
}
END_TEST

/* What is done where nothing can be written, because all is there already. */
START_TEST(kept) {
	struct realserver_facts f = host();
	struct realserver_want w = want("192.0.2.100");
	struct realserver_state none = { 0 };
	struct realserver_plan p, back;

	f.are_locked = true;
	f.arp_ignore = 1;
	f.arp_announce = 2;
	add_addr(&f, LO, "192.0.2.100", 32);
	ck_assert_int_eq(realserver_plan_apply(&f, &w, &none, &p), 0);
	expect_steps(&p, "");
	ck_assert(!p.after.vips[0].is_added);
	ck_assert_int_eq(realserver_plan_undo(&f, &w, &p.after, &back), 0);
	expect_steps(&back, "");
	realserver_plan_done(&p);
	realserver_plan_done(&back);
}
END_TEST

/* Only the interfaces asked for; what somebody else wrote since stays, and is said. */
START_TEST(interfaces) {
	struct realserver_facts f = host();
	struct realserver_want w = want("192.0.2.100");
	struct realserver_state none = { 0 };
	struct realserver_plan p, back;

	w.interfaces[w.n_interfaces++] = "eth0";
	f.arp_announce = 2;
	ck_assert_int_eq(realserver_plan_apply(&f, &w, &none, &p), 0);
	expect_steps(&p, "net/ipv4/conf/eth0/arp_ignore: 0 -> 1\n192.0.2.100/32 on lo: added\n");
	f.links[1].arp_ignore = 2;
	ck_assert_int_eq(realserver_plan_undo(&f, &w, &p.after, &back), 0);
	expect_steps(&back, "");
	ck_assert(strstr(text_str(&back.notes), "eth0/arp_ignore is 2, which was not set here"));
	realserver_plan_done(&p);
	realserver_plan_done(&back);
}
END_TEST

START_TEST(steps_back) {
	struct realserver_step s = { .act = REALSERVER_WRITE, .value = 1, .before = 3 },
			       back = realserver_step_back(&s);

	ck_assert(back.act == REALSERVER_WRITE && back.value == 3 && back.before == 1);
	s.act = REALSERVER_ADD;
	ck_assert_int_eq((int)realserver_step_back(&s).act, (int)REALSERVER_DEL);
	s.act = REALSERVER_DEL;
	ck_assert_int_eq((int)realserver_step_back(&s).act, (int)REALSERVER_ADD);
	s.act = REALSERVER_RULES;
	ck_assert_int_eq((int)realserver_step_back(&s).act, (int)REALSERVER_RULES);
}
END_TEST

START_TEST(rules) {
	struct realserver_facts f = host();
	struct realserver_state none = { 0 }, arp = { .n_vips = 1 }, six = { .n_vips = 1 };
	struct text t = { 0 };

	realserver_rules(&f, &none, &none, &t);
	ck_assert_str_eq(text_str(&t), "");
	arp.vips[0] = (struct realserver_vip){ .addr = ip("192.0.2.100"), .method = REALSERVER_NFT };
	realserver_rules(&f, &none, &arp, &t);
	ck_assert(strstr(t.s, "elements = { 192.0.2.100 }"));
	ck_assert(strstr(t.s, "arp operation request arp daddr ip @vips drop"));
	ck_assert(strstr(t.s, "oifname \"eth0\" arp saddr ip @vips arp saddr ip set 192.0.2.11 accept"));
	ck_assert(!strstr(t.s, "dummy0") && !strstr(t.s, "table ip "));
	text_done(&t);
	six.vips[0] = (struct realserver_vip){
		.addr = ip("2001:db8::1"), .method = REALSERVER_REDIRECT, .n_ports = 1, .ports = { { 53, "udp" } }
	};
	realserver_rules(&f, &arp, &six, &t);
	ck_assert(strstr(t.s, "delete table arp vipd_realserver") && !strstr(t.s, "table arp vipd_realserver {"));
	ck_assert(strstr(t.s, "ip6 daddr 2001:db8::1 udp dport 53 redirect"));
	text_done(&t);
}
END_TEST

static const struct word_row {
	const char *text, *why; /* why NULL: fine */
} word_rows[] = {
	{ "192.0.2.100", NULL },
	{ "192.0.2.100/32", NULL },
	{ "2001:db8::1/128", NULL },
	{ "192.0.2.100/24", "as /32" },
	{ "2001:db8::1/64", "as /128" },
	{ "0.0.0.0", "no address of a host" },
	{ "224.0.0.18", "multicast" },
	{ "127.0.0.2", "loopback" },
	{ "fe80::1", "link-local" },
	{ "eth0", "not an IP address" },
	{ "", "not an IP address" },
};

START_TEST(words) {
	const struct word_row *r = &word_rows[_i];
	char why[REALSERVER_WHY_MAX] = "";
	struct addr a;

	ck_assert_int_eq(realserver_vip_parse(r->text, &a, why), r->why ? -EINVAL : 0);
	ck_assert_msg(!r->why || strstr(why, r->why), "'%s': '%s'", r->text, why);
}
END_TEST

START_TEST(ports) {
	static const char *const bad[] = { "80", "0/tcp", "65536/tcp", "80/icmp", "-1/tcp", "/tcp", "80/tcpx", "" };
	struct realserver_port p;
	enum realserver_method m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(realserver_port_parse(bad[i], &p) == -EINVAL, "%s", bad[i]);
	ck_assert_int_eq(realserver_port_parse("65535/sctp", &p), 0);
	ck_assert(p.number == 65535 && !strcmp(p.proto, "sctp"));
	ck_assert(realserver_method_parse("nft", &m) && m == REALSERVER_NFT &&
		!realserver_method_parse("arptables", &m));
}
END_TEST

START_TEST(remembered) {
	struct realserver_state s = { .n_vips = 2, .n_settings = 1 }, read;
	char *text;

	s.vips[0] = (struct realserver_vip){
		.addr = ip("192.0.2.100"), .method = REALSERVER_SYSCTL, .dev = "lo", .is_added = true
	};
	s.vips[1] = (struct realserver_vip){
		.addr = ip("2001:db8::1"), .method = REALSERVER_REDIRECT, .n_ports = 1, .ports = { { 80, "tcp" } }
	};
	s.settings[0] = (struct realserver_setting){ .name = "all/arp_ignore", .before = 0, .set = 1 };
	text = realserver_state_encode(&s, "boot1");
	ck_assert_int_eq(realserver_state_decode(text, strlen(text), "boot1", &read), 0);
	ck_assert_mem_eq(&read, &s, sizeof(s));
	ck_assert_int_eq(realserver_state_decode(text, strlen(text), "boot2", &read), -ESTALE);
	ck_assert_int_eq((int)read.n_vips, 0);
	ck_assert_int_eq(realserver_state_decode("{}", 2, "boot1", &read), -EBADMSG);
	ck_assert_int_eq(realserver_state_decode("x", 1, "boot1", &read), -EBADMSG);
	*strstr(text, "all/") = '.'; /* a name that leads elsewhere */
	ck_assert_int_eq(realserver_state_decode(text, strlen(text), "boot1", &read), -EBADMSG);
	free(text);
}
END_TEST

/* The ids of what is wrong, in order. */
static void expect_found(const struct realserver_view *v, const char *expected)
{
	struct realserver_report r;
	struct text t = { 0 };

	realserver_judge(v, &r);
	for (unsigned i = 0; i < r.n; i++)
		if (r.findings[i].severity != REALSERVER_NOTE)
			text_printf(&t, "%s%s", t.len ? " " : "", r.findings[i].id);
	ck_assert_str_eq(text_str(&t), expected);
	ck_assert((realserver_worst(&r) == REALSERVER_NOTE) == !*expected);
	text_done(&t);
	realserver_report_done(&r);
}

START_TEST(findings) {
	struct realserver_facts f = host();
	struct realserver_look k = { .addr = ip("192.0.2.100") };
	struct realserver_view v = { .f = &f, .looks = &k, .n_looks = 1, .has_outward = true, .outward = ETH0,
		.gateway = ip("192.0.2.254") };

	expect_found(&v, "not-local");
	k.ruled.is_redirected = true;
	expect_found(&v, "");
	k.ruled.is_redirected = false;
	add_addr(&f, LO, "192.0.2.100", 32);
	expect_found(&v, "arp-answered arp-told");
	k.ruled.is_dropped = k.ruled.is_mangled = true;
	expect_found(&v, "");
	k.ruled.is_dropped = k.ruled.is_mangled = false;
	f.arp_ignore = 1;
	f.links[1].arp_announce = 2;
	expect_found(&v, "");
	f.links[1].arp_ignore = 8;
	expect_found(&v, "rip-silent");
	f.links[1].arp_ignore = 0;
	f.rp_filter = 1;
	expect_found(&v, "");
	v.outward = ETH1;
	expect_found(&v, "rp-filter");
	f.links[1].rp_filter = 2;
	expect_found(&v, "");
	f.links[f.n_links++] = (struct realserver_link){
		.name = "tunl0", .index = ETH1, .is_up = true, .is_tunnel = true
	};
	expect_found(&v, "rp-filter");
	f.rp_filter = 0;
	v.gateway = k.addr;
	expect_found(&v, "gateway-is-director");
	v.has_outward = false;
	expect_found(&v, "no-gateway");
	v.has_outward = true;
	v.gateway = ip("192.0.2.254");
	addrs[1].prefix_len = 24;
	expect_found(&v, "prefix");
	addrs[1] = (struct link_addr){ .index = ETH0, .addr = ip("2001:db8::100"), .prefix_len = 128 };
	k.addr = ip("2001:db8::100");
	expect_found(&v, "nd-answered");
	addrs[1].is_tentative = true;
	expect_found(&v, "not-usable nd-answered");
	addrs[1] = (struct link_addr){ .index = LO, .addr = ip("2001:db8::100"), .prefix_len = 128 };
	expect_found(&v, "");
}
END_TEST

/* One rule of libnftables-json(5) each: a field of a protocol, a value, a verdict. */
static struct realserver_ruled ruled(const char *payload, const char *right, const char *verdict)
{
	struct text t = { 0 };
	struct addr vip = ip("192.0.2.100");
	struct realserver_ruled ret;
	struct reader *r;

	text_printf(&t,
		"{\"nftables\": [{\"set\": {\"family\": \"arp\", \"name\": \"vips\", \"table\": \"t\", \"elem\": "
		"[\"192.0.2.100\"]}},"
		"{\"rule\": {\"family\": \"arp\", \"table\": \"t\", \"expr\": [{\"match\": {\"op\": \"==\", "
		"\"left\": {\"payload\": %s},"
		"\"right\": %s}}, {\"%s\": null}]}}]}",
		payload, right, verdict);
	r = reader_new(t.s, t.len);
	ck_assert_ptr_nonnull(r);
	realserver_ruled(reader_top(r), &vip, &ret);
	reader_free(r);
	text_done(&t);
	return ret;
}

START_TEST(filter) {
	static const char to[] = "{\"protocol\": \"arp\", \"field\": \"daddr ip\"}",
			  from[] = "{\"protocol\": \"arp\", \"field\": \"saddr ip\"}",
			  ip4[] = "{\"protocol\": \"ip\", \"field\": \"daddr\"}";

	ck_assert(ruled(to, "\"192.0.2.100\"", "drop").is_dropped);
	ck_assert(ruled(to, "\"@vips\"", "drop").is_dropped);
	ck_assert(ruled(to, "{\"set\": [\"192.0.2.1\", \"192.0.2.100\"]}", "drop").is_dropped);
	ck_assert(!ruled(to, "\"192.0.2.101\"", "drop").is_dropped);
	ck_assert(!ruled(to, "\"@others\"", "drop").is_dropped);
	ck_assert(!ruled(to, "\"192.0.2.100\"", "accept").is_dropped);
	ck_assert(ruled(from, "\"192.0.2.100\"", "mangle").is_mangled &&
		!ruled(from, "\"192.0.2.100\"", "accept").is_mangled);
	ck_assert(ruled(ip4, "\"192.0.2.100\"", "redirect").is_redirected &&
		!ruled(ip4, "\"192.0.2.100\"", "drop").is_redirected);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("realserver_plan");
	TCase *t = tcase_create("realserver_plan");

	tcase_add_loop_test(t, arp_matrix, 0, sizeof(arp_rows) / sizeof(arp_rows[0]));
	tcase_add_test(t, arp_words);
	tcase_add_loop_test(t, there_and_back, 0, sizeof(plan_rows) / sizeof(plan_rows[0]));
	tcase_add_test(t, refusals);
	tcase_add_test(t, kept);
	tcase_add_test(t, interfaces);
	tcase_add_test(t, steps_back);
	tcase_add_test(t, rules);
	tcase_add_loop_test(t, words, 0, sizeof(word_rows) / sizeof(word_rows[0]));
	tcase_add_test(t, ports);
	tcase_add_test(t, remembered);
	tcase_add_test(t, findings);
	tcase_add_test(t, filter);
	suite_add_tcase(s, t);
	return run_suite(s);
}
