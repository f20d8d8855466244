/*
 * test_checkers_words.c - the words of the LVS half one by one: what is valid at its edges, and the exact sentence about
 * what is not. Rows are a line inside a frame; the frame is a whole configuration with a %s.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/schema_check.h"
#include "conf/tree.h"
#include "net/ipvs_table.h"
#include "run.h"

#define VS "virtual_server 192.0.2.1 80 {\n%s\n}\n"
#define RS "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\n%s\n}\n}\n"
#define URL "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nHTTP_GET {\nurl {\npath /\n%s\n}\n}\n}\n}\n"
#define DNS "virtual_server 192.0.2.1 53 {\nreal_server 10.0.0.1 53 {\nDNS_CHECK {\n%s\n}\n}\n}\n"
#define UDP "virtual_server 192.0.2.1 53 {\nreal_server 10.0.0.1 53 {\nUDP_CHECK {\n%s\n}\n}\n}\n"
#define MISC \
	"virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nMISC_CHECK {\nmisc_path /bin/true\n%s\n}\n}\n}\n"
#define FILE_ "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nFILE_CHECK {\ntrack_file f\n%s\n}\n}\n}\n"
#define GROUP "virtual_server_group web {\n%s\n}\n"
#define GLOBAL "global_defs {\n%s\n}\n"
#define ROOT "%s\n"

static struct checkers_config conf;
static struct conf_tree *tree;
static struct report *report;
static struct arena *arena;

static void teardown(void)
{
	tree_free(tree);
	report_free(report);
	arena_free(arena);
	tree = NULL;
	report = NULL;
	arena = NULL;
}

static int load(const char *frame, const char *lines)
{
	char *at = strstr(frame, "%s");
	char *text = x_asprintf("%.*s%s%s", (int)(at - frame), frame, lines, at + 2);
	struct conf_view view = { &checkers_root, &conf };
	struct conf_read rd;
	int r;

	teardown();
	report = report_new();
	arena = arena_new();
	rd = (struct conf_read){ .report = report, .arena = arena };
	tree = tree_read_bytes("test", text, strlen(text), true, report);
	r = schema_read(&rd, &view, 1, tree, true);
	free(text);
	return r;
}

static const struct finding *first(enum conf_class class)
{
	const struct finding *f;

	for (unsigned i = 0; (f = report_get(report, i)); i++)
		if (f->class == class && !f->is_inert)
			return f;
	return NULL;
}

static void expect(const char *lines, enum conf_class class, const char *text, const char *hint)
{
	const struct finding *f = first(class);

	ck_assert_msg(f, "%s: no finding", lines);
	ck_assert_str_eq(f->text, text);
	if (!hint)
		return;
	ck_assert_msg(f->hint, "%s: no hint", lines);
	ck_assert_str_eq(f->hint, hint);
}

struct row {
	const char *frame, *lines;
};

static const struct row valid[] = {
	{ VS, "delay_loop 0.001" }, { VS, "delay_loop 86400" }, { VS, "quorum 4294967295" }, { VS, "weight 65535" },
	{ VS, "connect_timeout 3600" }, { VS, "retry 0" }, { VS, "retry 1000000" }, { VS, "warmup 0" },
	{ VS, "inhibit_on_failure off" }, { VS, "persistence_engine sip\npersistence_timeout 60" }, { VS, "smtp_alert" }, { VS, "snmp_name web" },
	{ VS, "hashed" }, { VS, "nat_mask 255.255.255.0" }, { VS, "net_mask 255.255.255.0" },
	{ VS, "persistence_timeout 0" }, { VS, "persistence_timeout 2678400" },
	{ VS, "lvs_method TUN type ipip nocsum" }, { VS, "sorry_server_lvs_method DR" },
	{ RS, "weight 0" }, { RS, "uthreshold 2147483647" }, { RS, "inhibit_on_failure off" }, { RS, "smtp_alert off" },
	{ RS, "retry 0" }, { RS, "snmp_name web1" },
	{ URL, "status_code 100-999" }, { URL, "regex x\nregex_options ucp utf\nregex_stack 1 1\nregex_no_match" },
	{ URL, "regex x\nregex_min_offset 7\nregex_max_offset 7" },
	{ DNS, "type DNSKEY\nname example.com." }, { DNS, "name ." },
	{ DNS, "name 123456789012345678901234567890123456789012345678901234567890123.example" },
	{ UDP, "payload Ab12f 3 456 546443123" }, { UDP, "payload \"01 02\"" }, { UDP, "require_reply" },
	{ UDP, "require_reply Xx12" }, { UDP, "min_reply_length 255" }, { UDP, "min_reply_length 5\nmax_reply_length 65535" },
	{ MISC, "misc_timeout 0.5\nmisc_dynamic\nuser nobody:nogroup" }, { MISC, "retry 2" },
	{ FILE_, "weight -2147483647 reverse" }, { FILE_, "weight +65536" }, { FILE_, "dynamic" },
	{ GROUP, "192.0.2.1 80" }, { GROUP, "192.0.2.1-255" }, { GROUP, "192.0.2.250-192.0.3.10 80" },
	{ GROUP, "192.0.2.1-3 80,443,8000-8010" }, { GROUP, "2001:db8::1 1-65535" }, { GROUP, "192.0.2.1 80-80\n192.0.2.1 81,82" },
	{ GROUP, "192.0.2.8/29 80" }, { GROUP, "0.0.0.0/0" }, { GROUP, "2001:db8::1-ffff 65535" },
	{ RS, "lvs_method TUN\nTCP_CHECK {\n via service\n via_hops 3\n}" }, { RS, "TCP_CHECK {\n via_hops 255\n}" },
	{ GROUP, "2001:db8::/64" }, { GROUP, "fwmark 1" }, { GROUP, "fwmark 4294967295 inet6" },
	{ GROUP, "fwmark 1 inet\nfwmark 1 inet6" }, { GROUP, "192.0.2.1-5 80\n192.0.2.6-9 80\n192.0.2.1-9 81" },
	{ GLOBAL, "lvs_timeouts tcp 0 tcpfin 2678400 udp 1" }, { GLOBAL, "lvs_flush_on_stop" },
	{ GLOBAL, "lvs_flush_on_stop VS" }, { GLOBAL, "lvs_flush" },
	{ ROOT, "SSL {\n password p\n ca /a\n certificate /c\n key /k\n}" },
	{ ROOT, "local_address_group l { 10.0.0.1 }" }, { ROOT, "virtual_server_group web { 192.0.2.1 80 }" },
	{ ROOT, "virtual_server fwmark 4294967295 {\n ip_family inet6\n persistence_granularity 64\n}" },
	{ ROOT, "virtual_server fwmark 1 {\n ip_family inet\n}\nvirtual_server fwmark 1 {\n ip_family inet6\n}" },
	{ ROOT, "virtual_server_group g { 192.0.2.1-9 53 }\nvirtual_server group g {\n}\nvirtual_server group g {\n protocol UDP\n}" },
};

START_TEST(valid_words_are_read_without_a_mistake) {
	const struct row *row = &valid[_i];

	ck_assert_msg(load(row->frame, row->lines) == 0 && !first(CONF_WARNING), "%s: %s", row->lines,
		first(CONF_ERROR)             ? first(CONF_ERROR)->text
			: first(CONF_WARNING) ? first(CONF_WARNING)->text
					      : "");
}
END_TEST

static const struct {
	const char *frame, *lines, *text, *hint;
} wrong[] = {
	{ VS, "delay_loop 0", "'0' is out of range: 0.001 to 86400", NULL },
	{ VS, "weight 0", "'0' is out of range: 1 to 65535", NULL },
	{ VS, "weight 65536", "'65536' is out of range: 1 to 65535", NULL },
	{ VS, "hysteresis 4294967295", "'4294967295' is out of range: 0 to 4294967294", NULL },
	{ VS, "retry -1", "'-1' is out of range: 0 to 1000000", NULL },
	{ VS, "persistence_timeout 2678401", "'2678401' is out of range: 0 to 2678400", NULL },
	{ VS, "persistence_granularity 255.0.255.0", "'255.0.255.0' is no netmask", NULL },
	{ VS, "lb_algo loadbalance", "'loadbalance' is no scheduler",
		"Linux has rr wrr lc wlc lblc lblcr sh mh dh fo ovf sed nq twos" },
	{ VS, "lb_algo wlcc", "'wlcc' is no scheduler", "did you mean 'wlc'?" },
	{ VS, "lvs_sched areallylongscheduler", "'areallylongscheduler' is too long for a scheduler's name", NULL },
	{ VS, "lb_kind FNAT", "'FNAT' is no way to forward packets",
		"FNAT belongs to other kernels (LVS-FNAT, DPVS); NAT, DR or TUN" },
	{ VS, "lb_kind ROUTE", "'ROUTE' is no way to forward packets", "NAT, DR or TUN" },
	{ VS, "lvs_method NAT type gue", "only TUN takes more words",
		"NAT, DR, or TUN [type ipip|gue port PORT|gre] [nocsum|csum|remcsum]" },
	{ VS, "lvs_method TUN type gue", "a tunnel of type gue needs 'port PORT'", NULL },
	{ VS, "lvs_method TUN type gre port 5", "only a tunnel of type gue has a port", NULL },
	{ VS, "lvs_method TUN csum", "a tunnel of type ipip has no checksum", NULL },
	{ VS, "lvs_method TUN type gre remcsum", "a tunnel of type gre has no remote checksum", NULL },
	{ VS, "lvs_method TUN type", "'type' needs ipip, gue or gre", NULL },
	{ VS, "lvs_method TUN type gue port 0", "'0' is out of range: 1 to 65535", NULL },
	{ VS, "lvs_method TUN type vxlan", "'vxlan' is not one of: ipip, gue, gre", NULL },
	{ VS, "sorry_server www.example.com 80", "'www.example.com' is not an IP address",
		"names are not looked up: write the address" },
	{ VS, "ip_family ipv4", "'ipv4' is not one of: inet, inet6", NULL },
	{ RS, "uthreshold 2147483648", "'2147483648' is out of range: 0 to 2147483647", NULL },
	{ RS, "inhibit_on_failure maybe", "'maybe' is neither on nor off", NULL },
	{ RS, "SSL_GET {\n}", "SSL_GET has no url", NULL },
	{ RS, "MISC_CHECK {\n}", "'misc_path' is missing in this MISC_CHECK", NULL },
	{ RS, "BFD_CHECK {\n}", "'name' is missing in this BFD_CHECK", NULL },
	{ RS, "FILE_CHECK {\n}", "'track_file' is missing in this FILE_CHECK", NULL },
	{ URL, "digest abc", "a digest is 32 hex digits (MD5), this has 3 characters", NULL },
	{ URL, "status_code 200-", "'200-' is no HTTP status (100..999) and no range of them", NULL },
	{ URL, "status_code 1000", "'1000' is no HTTP status (100..999) and no range of them", NULL },
	{ URL, "status_code +20", "'+20' is no HTTP status (100..999) and no range of them", NULL },
	{ URL, "regex x\nregex_stack 2 1", "the stack starts with 2 bytes, above its maximum of 1", NULL },
	{ URL, "regex x\nregex_min_offset 8\nregex_max_offset 7",
		"nothing can match: regex_min_offset 8 is above regex_max_offset 7", NULL },
	{ DNS, "type ANY", "'ANY' is not one of: A, NS, CNAME, SOA, MX, TXT, AAAA, RRSIG, DNSKEY", NULL },
	{ DNS, "name a..b", "'a..b' is no domain name",
		"labels of 1 to 63 characters between dots, 253 in all; '.' is the root" },
	{ DNS, "name 1234567890123456789012345678901234567890123456789012345678901234",
		"'1234567890123456789012345678901234567890123456789012345678901234' is no domain name", NULL },
	{ UDP, "payload", "'payload' needs bytes in hex", NULL },
	{ UDP, "payload 0x10", "'0x10' are no bytes in hex", "0-9, a-f" },
	{ UDP, "require_reply zz", "'zz' are no bytes in hex", "0-9, a-f, X for a digit that may be any" },
	{ UDP, "min_reply_length 5\nmax_reply_length 4",
		"no reply can be long enough: min_reply_length 5 is above max_reply_length 4", NULL },
	{ MISC, "misc_timeout 0", "'0' is out of range: 0.001 to 86400", NULL },
	{ MISC, "user nobody:", "'nobody:' is no user", "USER, USER GROUP or USER:GROUP" },
	{ FILE_, "weight 2147483648", "'2147483648' is out of range: -2147483647 to 2147483647", NULL },
	{ FILE_, "weight 99999999999999999999", "'99999999999999999999' is out of range: -2147483647 to 2147483647", NULL },
	{ FILE_, "weight 1.5", "'1.5' is not a whole number", NULL },
	{ FILE_, "weight 1 backwards", "'backwards' is not 'reverse'", NULL },
	{ GROUP, "192.0.2.10-5 80", "'192.0.2.10-5' is no range of addresses: its end is below its start", NULL },
	{ GROUP, "192.0.2.1-256 80",
		"'192.0.2.1-256' is no range of addresses: an address or a last octet stands after '-'", NULL },
	{ GROUP, "2001:db8::1-10000 80",
		"'2001:db8::1-10000' is no range of addresses: an address or its last 16 bits stand after '-'", NULL },
	{ GROUP, "192.0.2.1-fd00::1 80", "'192.0.2.1-fd00::1' is no range of addresses: its ends are of two families", NULL },
	{ GROUP, "web-1 80", "'web-1' is no range of addresses: an address stands before '-'", NULL },
	{ GROUP, "192.0.2.1/24 80", "'192.0.2.1/24' is no range of addresses: bits are set behind the prefix", NULL },
	{ GROUP, "192.0.2.0/33 80", "'192.0.2.0/33' is no range of addresses: ADDRESS/LENGTH", NULL },
	{ GROUP, "192.0.2.1 65536", "'65536' is out of range: 0 to 65535", NULL },
	{ GROUP, "192.0.2.1 80,", "'80,' is no list of ports", "80,443,8000-8010" },
	{ GROUP, "192.0.2.1 80,0", "'80,0' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 ,80", "',80' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 90-80", "'90-80' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 80-", "'80-' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 80-65536", "'80-65536' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 80-443-8000", "'80-443-8000' is no list of ports", NULL },
	{ GROUP, "192.0.2.1 80,http", "'80,http' is no list of ports", NULL },
	{ RS, "TCP_CHECK {\n via_hops 1\n}", "'1' is out of range: 2 to 255", NULL },
	{ GROUP, "fwmark 0", "'0' is out of range: 1 to 4294967295", NULL },
	{ GROUP, "fwmark", "'fwmark' needs a mark", NULL },
	{ GROUP, "fwmark 1 ipv4", "'ipv4' is not one of: inet, inet6", NULL },
	{ GROUP, "web {\n}", "no block is expected inside 'virtual_server_group'", "is a '}' missing before it?" },
	{ GLOBAL, "lvs_timeouts", "'lvs_timeouts' needs at least one of 'tcp SECONDS', 'tcpfin SECONDS', 'udp SECONDS'", NULL },
	{ GLOBAL, "lvs_timeouts icmp 3", "'icmp' is none of tcp, tcpfin, udp", NULL },
	{ GLOBAL, "lvs_flush_onstop RS", "'RS' is not VS", NULL },
	{ ROOT, "virtual_server_group web", "'virtual_server_group' needs a block", NULL },
	{ ROOT, "virtual_server_group { 192.0.2.1 80 }", "'virtual_server_group' needs a name", NULL },
	{ ROOT, "virtual_server group web {\n}", "there is no virtual_server_group 'web'", NULL },
	{ ROOT, "virtual_server_group webs { 192.0.2.1 80 }\nvirtual_server group web {\n}",
		"there is no virtual_server_group 'web'", "did you mean 'webs'?" },
	{ ROOT, "virtual_server 192.0.2.1 80 {\n}\nvirtual_server 192.0.2.1 80 {\n}",
		"192.0.2.1:80/tcp is defined twice, first in line 1", NULL },
	{ ROOT, "virtual_server fwmark 1 {\n}\nvirtual_server fwmark 1 {\n}", "fwmark 1 is defined twice, first in line 1", NULL },
	{ ROOT, "virtual_server_group web { 192.0.2.1-9 80 }\nvirtual_server group web {\n}\nvirtual_server 192.0.2.5 80 {\n}",
		"192.0.2.5:80/tcp and group web are for the same packets", "the first one is in test line 2" },
	{ ROOT, "virtual_server_group web { 192.0.2.1 80 }\nvirtual_server group web {\n}\nvirtual_server group web {\n}",
		"group web and group web are for the same packets", "the first one is in test line 2" },
	{ ROOT, "virtual_server_group web { fwmark 5 }\nvirtual_server fwmark 5 {\n}\nvirtual_server group web {\n}",
		"group web and fwmark 5 are for the same packets", "the first one is in test line 2" },
	{ ROOT, "virtual_server_group web { 192.0.2.1 80-90 }\nvirtual_server group web {\n}\nvirtual_server 192.0.2.1 85 {\n}",
		"192.0.2.1:85/tcp and group web are for the same packets", "the first one is in test line 2" },
};

START_TEST(wrong_words_are_refused_in_their_own_words) {
	ck_assert_msg(load(wrong[_i].frame, wrong[_i].lines) < 0, "%s", wrong[_i].lines);
	expect(wrong[_i].lines, CONF_ERROR, wrong[_i].text, wrong[_i].hint);
	ck_assert_msg(report_count(report, CONF_ERROR) == 1, "%s: %u errors", wrong[_i].lines,
		report_count(report, CONF_ERROR));
}
END_TEST

static const struct {
	const char *frame, *lines, *text, *hint;
} odd[] = {
	{ VS, "lvs_sched WLC", "'WLC' is read as 'wlc'", NULL },
	{ VS, "lvs_sched mine", "'mine' is no scheduler of Linux: it needs a module ip_vs_mine", NULL },
	{ VS, "sh-port", "'sh-port' has no effect: the scheduler is wlc", "it belongs to 'lvs_sched sh'" },
	{ VS, "mh-fallback\nlvs_sched sh", "'mh-fallback' has no effect: the scheduler is sh", "it belongs to 'lvs_sched mh'" },
	{ VS, "lb_kind tun", "'tun' is read as TUN", NULL },
	{ VS, "quorum 0", "quorum 0 is read as 1", NULL },
	{ VS, "quorum 3\nhysteresis 3", "hysteresis 3 is read as 2: a quorum of 3 could never be lost", NULL },
	{ VS, "ip_family inet", "ip_family is for services by mark alone", NULL },
	{ VS, "protocol TCP\nops", "ops works for UDP alone", NULL },
	{ VS, "nb_get_retry 3", "'nb_get_retry' is an old spelling of 'retry'", NULL },
	{ URL, "regex_no_match", "'regex_no_match' has no effect without regex", NULL },
	{ URL, "digest 0123456789abcdef0123456789abcdef x", "'x' after digest has no effect", NULL },
	{ GROUP, "192.0.2.1 80 TCP", "'TCP' after 192.0.2.1 has no effect", NULL },
	{ GROUP, "192.0.2.1-9 80\n192.0.2.9 80", "'192.0.2.9' overlaps '192.0.2.1-9' of this group", "the first one is in test line 2" },
	{ GROUP, "192.0.2.9 80\n192.0.2.0/28 80", "'192.0.2.0/28' overlaps '192.0.2.9' of this group", NULL },
	{ GROUP, "fwmark 1\nfwmark 1", "'fwmark' overlaps 'fwmark' of this group", NULL },
	{ GROUP, "", "the group web is empty", NULL },
	{ ROOT, "virtual_server_group w { fwmark 1 }\nvirtual_server_group w { fwmark 2 }",
		"'virtual_server_group w' is written again: the first one counts", "the first one is in test line 1" },
	{ GLOBAL, "lvs_flush_onstop", "'lvs_flush_onstop' is an old spelling of 'lvs_flush_on_stop'", NULL },
	{ ROOT, "virtual_server fwmark 1 {\n protocol UDP\n}", "a service by mark takes packets of every protocol", NULL },
	{ ROOT, "virtual_server fwmark 1 80 {\n}", "'80' after virtual_server has no effect", NULL },
};

START_TEST(odd_words_are_read_and_warned_about) {
	int r = load(odd[_i].frame, odd[_i].lines);

	ck_assert_msg(r == 0, "%s: %s", odd[_i].lines, r < 0 ? first(CONF_ERROR)->text : "");
	expect(odd[_i].lines, CONF_WARNING, odd[_i].text, odd[_i].hint);
}
END_TEST

/* Words of every kind that do nothing here: each is said once, and is no mistake of the file. */
START_TEST(what_is_not_supported_yet_is_said_once) {
	static const struct row rows[] = {
		{ VS, "snmp_name web" }, { VS, "hashed" }, { VS, "laddr_group_name l" }, { RS, "snmp_name web1" }, { URL, "regex x" },
		{ ROOT, "SSL {\n key /k\n}" }, { ROOT, "dpdk_interface eth0" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned said = 0;

		ck_assert_int_eq(load(rows[i].frame, rows[i].lines), 0);
		for (unsigned k = 0; report_get(report, k); k++)
			said += report_get(report, k)->is_inert;
		ck_assert_msg(said == 1, "%s: %u", rows[i].lines, said);
	}
}
END_TEST

static const struct vs_conf *vs(unsigned i)
{
	ck_assert_uint_gt(conf.services.n, i);
	return conf.services.item[i];
}

static const struct rs_conf *rs(unsigned i)
{
	ck_assert_uint_gt(vs(0)->servers.n, i);
	return vs(0)->servers.item[i];
}

/* Each kind has its own defaults (keepalived.conf(5)); who is not run stays apart from who is. */
START_TEST(defaults_of_each_kind_of_check) {
	static const struct {
		const char *lines, *name;
		uint32_t retry;
		int64_t delay_before_retry;
		bool is_run;
	} rows[] = {
		{ "TCP_CHECK {\n}", "TCP_CHECK", 1, MONO_SEC, true },
		{ "HTTP_GET {\n url {\n path /\n}\n}", "HTTP_GET", 1, 3 * MONO_SEC, true },
		{ "SSL_GET {\n url {\n path /\n tls_compliant\n}\n}", "SSL_GET", 1, 3 * MONO_SEC, false },
		{ "SMTP_CHECK {\n host {\n connect_port 25\n}\n helo_name x\n}", "SMTP_CHECK", 1, MONO_SEC, false },
		{ "DNS_CHECK {\n}", "DNS_CHECK", 3, 7 * MONO_SEC, false },
		{ "UDP_CHECK {\n}", "UDP_CHECK", 1, MONO_SEC, false },
		{ "PING_CHECK {\n}", "PING_CHECK", 1, MONO_SEC, false },
		{ "MISC_CHECK {\n misc_path x\n}", "MISC_CHECK", 0, MONO_SEC, false },
		{ "FILE_CHECK {\n track_file x\n}", "FILE_CHECK", 0, MONO_SEC, false },
		{ "BFD_CHECK {\n name x\n}", "BFD_CHECK", 0, MONO_SEC, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *lines = x_asprintf("delay_loop 7\n%s", rows[i].lines);
		const struct check_conf *c;

		ck_assert_int_eq(load(RS, lines), 0);
		ck_assert_uint_eq(rs(0)->checks.n, rows[i].is_run);
		ck_assert_uint_eq(rs(0)->how->later.n, !rows[i].is_run);
		c = rows[i].is_run ? rs(0)->checks.item[0] : rs(0)->how->later.item[0];
		ck_assert_str_eq(c->how->kind->block->name, rows[i].name);
		ck_assert_msg(!c->how->checker == !rows[i].is_run, "%s", rows[i].name);
		ck_assert_uint_eq(c->how->retry, rows[i].retry);
		ck_assert_int_eq(c->how->delay_before_retry, rows[i].delay_before_retry);
		ck_assert_int_eq(c->how->warmup, 7 * MONO_SEC);
		free(lines);
	}
	ck_assert_int_eq(load(RS, "retry 9\n delay_before_retry 2\n MISC_CHECK {\n misc_path x\n}"), 0);
	ck_assert_uint_eq(((const struct check_conf *)rs(0)->how->later.item[0])->how->retry, 9);
	ck_assert_int_eq(((const struct check_conf *)rs(0)->how->later.item[0])->how->delay_before_retry, 2 * MONO_SEC);
}
END_TEST

/* What the checkers of tomorrow will need is read today. */
START_TEST(values_of_checks_that_do_not_run) {
	const struct misc_conf *misc;
	const struct file_conf *file;
	const struct udp_conf *udp;

	ck_assert_int_eq(load(RS,
				 "delay_loop 4\nMISC_CHECK {\n misc_path \"/bin/c a 'b c'\"\n user u :g\n}\n"
				 "FILE_CHECK {\n track_file load\n}\nUDP_CHECK {\n}\n"
				 "BFD_CHECK {\n name b\n alpha\n}\nFILE_CHECK {\n track_file f\n weight -3 reverse\n}"),
		0);
	ck_assert_uint_eq(rs(0)->how->later.n, 4);
	misc = rs(0)->how->later.item[0];
	ck_assert_str_eq(misc->path.argv[2], "b c");
	ck_assert_str_eq(misc->user, "u");
	ck_assert_str_eq(misc->group, "g");
	ck_assert_int_eq(misc->timeout, 4 * MONO_SEC);
	file = rs(0)->how->later.item[1];
	ck_assert_str_eq(file->track_file, "load");
	ck_assert(file->weight == 1 && !file->is_reversed);
	udp = rs(0)->how->later.item[2];
	ck_assert(udp->min_reply == 0 && udp->max_reply == 255);
	ck_assert_str_eq(((const struct bfd_conf *)rs(0)->checks.item[0])->instance, "b");
	ck_assert(((const struct check_conf *)rs(0)->checks.item[0])->how->alpha);
	file = rs(0)->how->later.item[3];
	ck_assert(file->weight == -3 && file->is_reversed);
}
END_TEST

START_TEST(tunnels_are_inherited) {
	ck_assert_int_eq(
		load(VS,
			"lvs_method TUN type gue port 6080 remcsum\nsorry_server 10.0.0.9\n"
			"real_server 10.0.0.1 80 {\n}\nreal_server 10.0.0.2 80 {\n lvs_method TUN type gre csum\n}\n"
			"real_server 10.0.0.3 80 {\n lb_kind DR\n}"),
		0);
	ck_assert(rs(0)->how->forward == LVS_TUN && rs(0)->how->tunnel.wrap == LVS_GUE &&
		rs(0)->how->tunnel.port == 6080);
	ck_assert(rs(0)->how->tunnel.checksum == LVS_REMCSUM && vs(0)->sorry->how->tunnel.wrap == LVS_GUE);
	ck_assert(rs(1)->how->tunnel.wrap == LVS_GRE && rs(1)->how->tunnel.checksum == LVS_CSUM &&
		!rs(1)->how->tunnel.port);
	ck_assert(rs(2)->how->forward == LVS_DR && rs(2)->how->tunnel.wrap == LVS_IPIP);
	ck_assert_int_eq(load(VS, "sorry_server_lvs_method TUN type gre\nsorry_server 10.0.0.9"), 0);
	ck_assert(vs(0)->sorry->how->forward == LVS_TUN && vs(0)->sorry->how->tunnel.wrap == LVS_GRE);
}
END_TEST

START_TEST(what_becomes_of_a_server_is_inherited) {
	static const char file[] = "global_defs {\non_server_down reset\ndrain_timeout 7\n}\n"
				   "virtual_server 192.0.2.1 80 {\n}\n"
				   "virtual_server 192.0.2.2 80 {\non_server_down keep\ndrain_timeout 0\n}\n";
	const struct vs_conf *vs;

	ck_assert_int_eq(load(ROOT, file), 0);
	vs = conf.services.item[0];
	ck_assert_uint_eq(vs->how->on_server_down, LVS_DOWN_RESET);
	ck_assert_int_eq(vs->how->drain_timeout, 7 * MONO_SEC);
	vs = conf.services.item[1];
	ck_assert_uint_eq(vs->how->on_server_down, LVS_DOWN_KEEP);
	ck_assert_int_eq(vs->how->drain_timeout, 0);
	ck_assert_int_eq(load(VS, "weight 1"), 0);
	vs = conf.services.item[0];
	ck_assert_uint_eq(vs->how->on_server_down, LVS_DOWN_DRAIN);
	ck_assert_int_eq(vs->how->drain_timeout, 300 * MONO_SEC);
}
END_TEST

START_TEST(flags_of_another_scheduler_do_not_reach_the_kernel) {
	ck_assert_int_eq(load(VS, "sh-port\nmh-fallback\nlvs_sched mh\nflag-3"), 0);
	ck_assert_uint_eq(vs(0)->how->sched_flags, IPVS_SCHED1 | IPVS_SCHED3);
	ck_assert_int_eq(load(VS, "sh-port\nsh-fallback"), 0);
	ck_assert_uint_eq(vs(0)->how->sched_flags, 0);
}
END_TEST

START_TEST(groups) {
	const struct group_conf *g;
	const struct group_line *line;
	char buf[ADDR_STRLEN];

	ck_assert_int_eq(load(ROOT,
				 "virtual_server_group web {\n 192.0.2.250-192.0.3.10 80\n 2001:db8::1-ff\n"
				 "192.0.2.8/29 81\n fwmark 3 inet6\n}"),
		0);
	ck_assert_uint_eq(conf.groups.n, 1);
	g = conf.groups.item[0];
	ck_assert_str_eq(g->name, "web");
	ck_assert_uint_eq(g->lines.n, 4);
	line = g->lines.item[0];
	ck_assert_str_eq(addr_str(&line->last, buf), "192.0.3.10");
	ck_assert_uint_eq(line->port, 80);
	line = g->lines.item[1];
	ck_assert_str_eq(addr_str(&line->last, buf), "2001:db8::ff");
	line = g->lines.item[2];
	ck_assert_str_eq(addr_str(&line->first, buf), "192.0.2.8");
	ck_assert_str_eq(addr_str(&line->last, buf), "192.0.2.15");
	line = g->lines.item[3];
	ck_assert(line->fwmark == 3 && line->family == AF_INET6);
}
END_TEST

/* A block's example is a configuration that this floor reads without a mistake. */
static unsigned check_examples(const struct conf_block *b)
{
	unsigned n = 0;

	for (const struct conf_item *it = b->items; it->name; it++) {
		if (!it->block || it->block->same_as)
			continue;
		ck_assert_msg(it->block->example, "%s has no example", it->name);
		teardown();
		report = report_new();
		arena = arena_new();
		tree = tree_read_bytes("test", it->block->example, strlen(it->block->example), true, report);
		schema_read(&(struct conf_read){ .report = report, .arena = arena },
			&(struct conf_view){ &checkers_root, &conf }, 1, tree, false);
		ck_assert_msg(!first(CONF_ERROR) && !first(CONF_WARNING), "%s: the example has a mistake", it->name);
		n += 1 + check_examples(it->block);
	}
	return n;
}

START_TEST(examples_of_blocks) {
	ck_assert_uint_eq(check_examples(&checkers_root), 19);
}
END_TEST

/* A row of CONF_LINES has its examples inside its braces. */
static char *line_of(const struct conf_item *it, const char *s)
{
	return x_asprintf(it->type == CONF_LINES ? "%s {\n%s\n}" : "%s %s", it->name, s);
}

/* An example per line, a wrong one per line: for rows whose type does not say what is valid. */
static void check_row(const char *frame, const struct conf_item *it)
{
	char *good = x_strdup(it->example ? it->example : ""), *bad = x_strdup(it->wrong ? it->wrong : ""), *save;

	for (char *s = strtok_r(good, "\n", &save); s; s = strtok_r(NULL, "\n", &save)) {
		char *line = line_of(it, s);

		load(frame, line);
		ck_assert_msg(!first(CONF_ERROR), "%s: %s", line, first(CONF_ERROR) ? first(CONF_ERROR)->text : "");
		free(line);
	}
	for (char *s = strtok_r(bad, "\n", &save); s; s = strtok_r(NULL, "\n", &save)) {
		char *line = line_of(it, s);

		load(frame, line);
		ck_assert_msg(first(CONF_ERROR), "%s: is accepted", line);
		free(line);
	}
	ck_assert_msg(it->type != CONF_CUSTOM || (it->example && it->wrong), "%s has no examples", it->name);
	free(good);
	free(bad);
}

START_TEST(examples_of_rows) {
	static const struct {
		const char *frame;
		const struct conf_block *block;
	} frames[] = { { VS, &virtual_server_block }, { RS, &real_server_block }, { DNS, &dns_check_block },
		{ UDP, &udp_check_block }, { MISC, &misc_check_block }, { FILE_, &file_check_block }, { ROOT, &checkers_root } };

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		for (const struct conf_item *it = frames[i].block->items; it->name; it++)
			if (it->type != CONF_BLOCK)
				check_row(frames[i].frame, it);
	for (const struct conf_item *it = checkers_root.items[0].block->items; it->name; it++)
		check_row(GLOBAL, it);
}
END_TEST

static unsigned count(const struct conf_block *b)
{
	unsigned n = 0;

	for (const struct conf_item *it = b->items; it->name; it++)
		n++;
	return n;
}

/* keepalived 2.4's words per block, and ours beside them. */
START_TEST(every_word_is_a_row) {
	static const struct {
		const struct conf_block *block;
		unsigned words, ours;
	} rows[] = {
		/* nb_get_retry, nat_mask, net_mask, three of DPVS, on_server_down, drain_timeout, dr_path, vip_mode, of pools */
		{ &virtual_server_block, 39, 16 },
		{ &real_server_block, 26, 2 },    /* nb_get_retry, lb_kind */
		{ &tcp_check_block, 13, 3 }, /* nb_get_retry, via, via_hops: as all that follow */
		{ &ping_check_block, 13, 3 },
		{ &smtp_check_block, 15, 3 },
		{ &dns_check_block, 15, 3 },
		{ &udp_check_block, 17, 3 },
		{ &http_get_block, 20, 2 },
		{ &ssl_get_block, 21, 2 },
		{ &misc_check_block, 10, 1 },
		{ &file_check_block, 2, 1 }, /* dynamic: documented, not implemented */
		{ &bfd_check_block, 2, 0 },
		{ &ssl_block, 4, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(count(rows[i].block) == rows[i].words + rows[i].ours, "%s: %u", rows[i].block->name,
			count(rows[i].block));
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof(table[0])))

int main(void)
{
	Suite *s = suite_create("checkers_words");
	TCase *tc = tcase_create("words");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_loop_test(tc, valid_words_are_read_without_a_mistake, 0, ROWS(valid));
	tcase_add_loop_test(tc, wrong_words_are_refused_in_their_own_words, 0, ROWS(wrong));
	tcase_add_loop_test(tc, odd_words_are_read_and_warned_about, 0, ROWS(odd));
	tcase_add_test(tc, what_is_not_supported_yet_is_said_once);
	tcase_add_test(tc, defaults_of_each_kind_of_check);
	tcase_add_test(tc, values_of_checks_that_do_not_run);
	tcase_add_test(tc, tunnels_are_inherited);
	tcase_add_test(tc, what_becomes_of_a_server_is_inherited);
	tcase_add_test(tc, flags_of_another_scheduler_do_not_reach_the_kernel);
	tcase_add_test(tc, groups);
	tcase_add_test(tc, examples_of_blocks);
	tcase_add_test(tc, examples_of_rows);
	tcase_add_test(tc, every_word_is_a_row);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
