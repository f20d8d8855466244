/* The script of no_accept: who is closed, in which set, and what is removed before. */
#include "daemon/accept_rules.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "daemon/conf.h"
#include "run.h"

#define HEAD "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n no_accept\n"

/* A file's text; the configuration that it is. */
static struct config *read_text(const char *text)
{
	char path[] = "/tmp/vipd-accept-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	struct config *c;

	fputs(text, f);
	fclose(f);
	c = config_read(path, NULL);
	remove(path);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	return c;
}

/* The script with all white space as single blanks. */
static void check(const char *conf, const char *old, unsigned count, const char *wanted)
{
	struct config *c = conf ? read_text(conf) : NULL;
	struct accept_rules *r = c ? accept_rules_new(&c->main.globals.filter, &c->vrrp) : NULL;
	struct text script = { 0 }, plain = { 0 };

	config_free(c);
	accept_rules_write(r, old, &script);
	for (const char *s = text_str(&script); *s;) {
		size_t n = strcspn(s, " \t\n");

		text_add_bytes(&plain, s, n);
		s += n;
		if (*s)
			text_add(&plain, " ");
		s += strspn(s, " \t\n");
	}
	ck_assert_str_eq(text_str(&plain), wanted);
	if (r)
		ck_assert_uint_eq(r->n, count);
	text_done(&script);
	text_done(&plain);
	accept_rules_free(r);
}

#define CHAIN(table, four, six, link, priority, counter)                                                               \
	"create table inet " table " table inet " table " { set closed4 { type ipv4_addr " four "} "                   \
	"set closed6 { type ipv6_addr " six "} set closed6_link { type ifname . ipv6_addr " link "} "                  \
	"chain input { type filter hook input priority " priority "; policy accept; iifname \"lo\" accept "            \
	"icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept ip daddr @closed4 " counter "drop "            \
	"ip6 daddr @closed6 " counter "drop iifname . ip6 daddr @closed6_link " counter "drop } } "

START_TEST(nobody) {
	check("vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 192.0.2.9\n }\n}\n",
		NULL, 0, "");
	check(HEAD " accept\n virtual_ipaddress {\n 192.0.2.9\n }\n}\n", NULL, 0, "");
	check(HEAD " priority 255\n virtual_ipaddress {\n 192.0.2.9\n }\n}\n", "vipd", 0,
		"add table inet vipd delete table inet vipd ");
	check(NULL, "old", 0, "add table inet old delete table inet old ");
	check(NULL, NULL, 0, "");
}
END_TEST

/* AC-02: and excluded addresses of the other family too; those of an instance that accepts stay open. */
START_TEST(closed) {
	check(HEAD
		" virtual_ipaddress {\n 192.0.2.9\n 192.0.2.10/24 dev eth1\n }\n"
		" virtual_ipaddress_excluded {\n 2001:db8::9\n }\n}\n"
		"vrrp_instance VI_2 {\n interface eth0\n virtual_router_id 52\n virtual_ipaddress {\n 192.0.2.11\n }\n}\n",
		NULL, 3,
		CHAIN("vipd", "elements = { 192.0.2.9, 192.0.2.10 } ", "elements = { 2001:db8::9 } ", "", "150", ""));
	check("global_defs {\n nftables lb-filter_1\n nftables_priority -1\n nftables_counters\n}\n" HEAD
	      " virtual_ipaddress {\n 192.0.2.9\n }\n}\n",
		"vipd", 1,
		"add table inet vipd delete table inet vipd " CHAIN("lb-filter_1", "elements = { 192.0.2.9 } ", "", "",
			"-1", "counter "));
}
END_TEST

START_TEST(link_local) {
	check(HEAD " virtual_ipaddress {\n fe80::9\n 2001:db8::9\n }\n}\n", NULL, 2,
		CHAIN("vipd", "", "elements = { 2001:db8::9 } ", "elements = { \"eth0\" . fe80::9 } ", "150", ""));
}
END_TEST

/* The device may have any of its names. */
START_TEST(on_devices) {
	struct config *c = read_text(HEAD " use_vmac lan\n virtual_ipaddress {\n fe80::9\n }\n}\n");
	struct accept_rules *r = accept_rules_new(&c->main.globals.filter, &c->vrrp);
	struct text script = { 0 };

	accept_rules_write(r, NULL, &script);
	ck_assert_ptr_nonnull(strstr(text_str(&script), "\"eth0\" . fe80::9"));
	ck_assert_ptr_nonnull(strstr(text_str(&script), "\"lan\" . fe80::9"));
	ck_assert_ptr_nonnull(strstr(text_str(&script), "\"vrrp6.51\" . fe80::9"));
	ck_assert_ptr_nonnull(strstr(text_str(&script), "\"vrrp6.51.15\" . fe80::9"));
	text_done(&script);
	accept_rules_free(r);
	config_free(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("accept_rules");
	TCase *tc = tcase_create("accept_rules");

	tcase_add_test(tc, nobody);
	tcase_add_test(tc, closed);
	tcase_add_test(tc, link_local);
	tcase_add_test(tc, on_devices);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
