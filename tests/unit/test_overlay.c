/*
 * test_overlay.c - the overlay without a daemon: lines as text and back, what they change in a configuration, what operators' words
 * make of them, ends, and every error.
 */
#include "daemon/overlay_change.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/overlay.h"
#include "conf/report.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "daemon/overlay_list.h"
#include "daemon/served.h"
#include "run.h"

#define WEB "192.0.2.1:80/tcp"
#define BY "by \"root (uid 0)\" since 1000"

static const char file_text[] =
	"virtual_server 192.0.2.1 80 {\n\tweight 3\n"
	"\treal_server 10.0.0.1 80 {\n\t\tweight 10\n\t\tTCP_CHECK {\n\t\t}\n\t}\n"
	"\treal_server 10.0.0.2 8080 {\n\t\tHTTP_GET {\n\t\t\turl {\n\t\t\t\tpath /\n\t\t\t}\n\t\t\tconnect_port 99\n\t\t}\n\t}\n"
	"}\n"
	"virtual_server fwmark 7 {\n\treal_server 2001:db8::1 80 {\n\t}\n}\n"
	"virtual_server 192.0.2.2 53 {\n\tprotocol UDP\n}\n";

/* A configuration with a block behind it. */
struct read {
	struct conf_tree *tree;
	struct report *report;
	struct checkers_config conf;
};

static void read_with(struct read *r, const char *file, const char *overlay)
{
	const struct conf_view view = { &checkers_root, &r->conf };
	struct conf_read rd;

	r->report = report_new();
	r->tree = tree_read_bytes("file", file, strlen(file), true, r->report);
	tree_add_bytes(r->tree, "overlay", overlay, strlen(overlay), r->report);
	rd = (struct conf_read){ .report = r->report, .arena = r->tree->arena };
	(void)schema_read(&rd, &view, 1, r->tree, true);
}

static void read_done(struct read *r)
{
	tree_free(r->tree);
	report_free(r->report);
}

static const char *const admins[] = { "enabled", "drain", "disabled" };

/* "10.0.0.1:80 weight 10 50% drain added; ..." of service i. */
static void say_servers(const struct checkers_config *c, unsigned i, struct text *out)
{
	const struct vs_conf *vs = c->services.item[i];
	char name[CONF_NAME_LEN];

	if (!vs->lines.n)
		text_add(out, "off; ");
	for (unsigned k = 0; k < vs->servers.n; k++) {
		const struct rs_conf *rs = vs->servers.item[k];

		text_printf(out, "%s %u", rs_name(rs, name), rs->weight);
		if (rs->how->weight_override.kind)
			text_printf(out, " %s%u", rs->how->weight_override.kind == WEIGHT_PERCENT ? "%" : "=",
				rs->how->weight_override.value);
		if (rs->how->admin)
			text_printf(out, " %s", admins[rs->how->admin]);
		text_printf(out, "%s; ", rs->how->is_added ? " added" : "");
	}
}

static const struct settled {
	const char *lines;
	unsigned service;
	const char *expect; /* of that service */
	const char *conflict; /* NULL: none */
} settled[] = {
	{ "", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", NULL },
	{ "server weight " WEB " 10.0.0.1:80 50%", 0, "10.0.0.1:80 10 %50; 10.0.0.2:8080 3; ", NULL },
	{ "server weight " WEB " 10.0.0.1:80 0", 0, "10.0.0.1:80 10 =0; 10.0.0.2:8080 3; ", NULL },
	{ "server weight " WEB " 10.0.0.1:80 4\nserver weight " WEB " 10.0.0.1:80 5", 0, "10.0.0.1:80 10 =5; 10.0.0.2:8080 3; ", NULL },
	{ "server state " WEB " 10.0.0.2:8080 drain", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3 drain; ", NULL },
	{ "server state " WEB " 10.0.0.2:8080 disabled", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3 disabled; ", NULL },
	{ "server remove " WEB " 10.0.0.1:80", 0, "10.0.0.2:8080 3; ", NULL },
	{ "server add " WEB " 10.0.0.3:80", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; 10.0.0.3:80 10 added; ", NULL },
	{ "server add " WEB " 10.0.0.3:81 like 10.0.0.2:8080 weight 7", 0,
		"10.0.0.1:80 10; 10.0.0.2:8080 3; 10.0.0.3:81 7 added; ", NULL },
	/* what is said about an added one may stand before it */
	{ "server state " WEB " 10.0.0.3:80 drain\nserver add " WEB " 10.0.0.3:80 weight 2", 0,
		"10.0.0.1:80 10; 10.0.0.2:8080 3; 10.0.0.3:80 2 drain added; ", NULL },
	{ "service state " WEB " drain", 0, "10.0.0.1:80 10 drain; 10.0.0.2:8080 3 drain; ", NULL },
	{ "service state " WEB " disabled", 0, "off; 10.0.0.1:80 10; 10.0.0.2:8080 3; ", NULL },
	{ "server state \"fwmark 7/inet6\" [2001:db8::1]:80 drain", 1, "[2001:db8::1]:80 1 drain; ", NULL },
	{ "server add 192.0.2.2:53/udp 10.0.0.9:53", 2, "10.0.0.9:53 1 added; ", NULL },
	/* whole services: their block is read behind the file */
	{ "service remove " WEB, 0, "[2001:db8::1]:80 1; ", NULL },
	{ "service add 192.0.2.3:80/tcp\n}\nvirtual_server 192.0.2.3 80 {\nreal_server 10.0.0.7 80 {\nweight 4\n}\n", 3, "10.0.0.7:80 4; ", NULL },
	{ "server add 192.0.2.3:80/tcp 10.0.0.8:80\nservice add 192.0.2.3:80/tcp\nservice state 192.0.2.3:80/tcp drain\n"
	  "server weight 192.0.2.3:80/tcp 10.0.0.7:80 5\n}\nvirtual_server 192.0.2.3 80 {\nreal_server 10.0.0.7 80 {\nweight 4\n}\n",
		3, "10.0.0.7:80 4 =5 drain; 10.0.0.8:80 4 drain added; ", NULL },
	{ "service add " WEB "\n}\nvirtual_server 192.0.2.1 80 {\n", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "has this service by itself" },
	{ "service add 192.0.2.9:80/tcp", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such service" },
	{ "service add \"group web\"\n}\nvirtual_server group web {\n", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ",
		"no virtual_server_group of this name" },
	{ "service remove 192.0.2.9:80/tcp", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such service" },
	/* conflicts */
	{ "server weight 192.0.2.9:80/tcp 10.0.0.1:80 5", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such service" },
	{ "server weight " WEB " 10.0.0.9:80 5", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such server" },
	{ "server remove " WEB " 10.0.0.9:80", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such server" },
	{ "server add " WEB " 10.0.0.1:80 weight 5", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "has this server by itself" },
	{ "server add " WEB " [2001:db8::9]:80", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "other address family" },
	{ "service state 192.0.2.9:80/tcp disabled", 0, "10.0.0.1:80 10; 10.0.0.2:8080 3; ", "no such service" },
};

START_TEST(lines_change_services_and_servers) {
	const struct settled *row = &settled[_i];
	char *block = x_asprintf("overlay {\n%s\n}\n", row->lines);
	struct text said = { 0 };
	const struct finding *f;
	struct read r;

	read_with(&r, file_text, block);
	f = report_get(r.report, 0);
	say_servers(&r.conf, row->service, &said);
	ck_assert_str_eq(text_str(&said), row->expect);
	ck_assert_msg(!f == !row->conflict, "%s: %s", row->lines, f ? f->text : "no finding");
	if (f) {
		ck_assert_int_eq(f->class, CONF_WARNING);
		ck_assert_str_eq(f->at.file, "overlay");
		ck_assert_msg(strstr(f->text, row->conflict) != NULL, "%s", f->text);
		ck_assert_ptr_nonnull(((struct overlay_entry *)r.conf.overlay.item[0])->conflict);
	}
	read_done(&r);
	text_done(&said);
	free(block);
}
END_TEST

/* Its checks are copies that ask the new server; what was written in them stays. */
START_TEST(an_added_server_is_checked_itself) {
	const struct vs_conf *vs;
	const struct check_conf *tcp, *http;
	struct read r;

	read_with(&r, file_text,
		"overlay {\nserver add " WEB " 10.0.0.3:81\nserver add " WEB " 10.0.0.4:82 like 10.0.0.2:8080\n}\n");
	vs = r.conf.services.item[0];
	tcp = ((const struct rs_conf *)vs->servers.item[2])->checks.item[0];
	http = ((const struct rs_conf *)vs->servers.item[3])->checks.item[0];
	ck_assert_uint_eq(tcp->connect_port, 81);
	ck_assert_uint_eq(tcp->connect_ip.bytes[3], 3);
	ck_assert_uint_eq(http->connect_port, 99);
	ck_assert_uint_eq(http->connect_ip.bytes[3], 4);
	ck_assert_uint_eq(http->urls.n, 1);
	ck_assert_uint_eq(((const struct check_conf *)((const struct rs_conf *)vs->servers.item[0])->checks.item[0])
				  ->connect_port,
		80);
	read_done(&r);
}
END_TEST

static const char *const round_trip[] = {
	"server weight " WEB " 10.0.0.1:80 50% " BY " until 2000 reason \"a \\\"b\\\" } {\"",
	"server weight " WEB " 10.0.0.1:80 0",
	"server state " WEB " 10.0.0.1:80 drain " BY,
	"server state " WEB " 10.0.0.1:80 disabled " BY,
	"server add " WEB " 10.0.0.1:80 like 10.0.0.2:80 weight 5",
	"server add " WEB " 10.0.0.1:80 weight 50%",
	("server remove \"fwmark 7\" [2001:db8::1]:80 " BY),
	"service state \"group web\" disabled until 4294967295",
	"service remove " WEB " " BY " until 2000",
};

/* The services that are added stand before the block. */
START_TEST(added_services_read_back_as_they_are_written) {
	static const char
		file[] = "virtual_server 192.0.2.3 80 {\n\tprotocol UDP\n\treal_server 10.0.0.7 80 {\n\t}\n}\n"
			 "virtual_server fwmark 9 {\n\treal_server 2001:db8::1 80 {\n\t}\n}\n"
			 "overlay {\n\tservice add 192.0.2.3:80/udp " BY " until 2000 reason test\n"
			 "\tservice add \"fwmark 9/inet6\"\n\tservice add 192.0.2.4:80/tcp\n}\n";
	struct report *report = report_new();
	struct overlay_list l = { 0 };
	struct text out = { 0 };

	overlay_list_read(&l, "overlay", file, report);
	overlay_list_write(&l, &out);
	ck_assert_uint_eq(report_count(report, CONF_ERROR), 1);
	ck_assert_str_eq(report_get(report, 0)->text, "there is no virtual_server for it");
	ck_assert_uint_eq(l.n, 2);
	ck_assert_uint_eq(overlay_list_forget(&l, "192.0.2.3:80/udp"), 1);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_int_eq(strncmp(text_str(&out), file,
				 sizeof(file) - 1 - strlen(strstr(file, "\tservice add 192.0.2.4"))),
		0);
	overlay_list_done(&l);
	report_free(report);
	text_done(&out);
}
END_TEST

START_TEST(lines_read_back_as_they_are_written) {
	char *block = x_asprintf("overlay {\n\t%s\n}\n", round_trip[_i]);
	struct report *report = report_new();
	struct overlay_list l = { 0 };
	struct text out = { 0 };

	overlay_list_read(&l, "overlay", block, report);
	overlay_list_write(&l, &out);
	ck_assert_ptr_null(report_get(report, 0));
	ck_assert_str_eq(text_str(&out), block);
	overlay_list_done(&l);
	report_free(report);
	text_done(&out);
	free(block);
}
END_TEST

static const char *const wrong_lines[] = {
	"server", "server weight", "server weight " WEB, "server weight " WEB " web1 5", "server weight " WEB " 10.0.0.1 5",
	"server weight " WEB " 10.0.0.1:80 65536", "server weight " WEB " 10.0.0.1:80 -1", "server weight " WEB " 10.0.0.1:80 5%%",
	"server weight " WEB " 10.0.0.1:80 %", "server state " WEB " 10.0.0.1:80 up", "server drain " WEB " 10.0.0.1:80",
	"server add " WEB " 10.0.0.1:80 like", "server remove " WEB " 10.0.0.1:80 like 10.0.0.2:80", "service weight " WEB " 5",
	"service add " WEB " like 192.0.2.2:53/udp", "service add 192.0.2.9:80/tcp",
	"service state " WEB, "server remove " WEB " 10.0.0.1:80 until tomorrow", "virtual_server " WEB,
	"server remove " WEB " 10.0.0.1:70000", "server remove " WEB " [2001:db8::1:80",
};

START_TEST(wrong_lines_are_left_out) {
	char *block = x_asprintf("overlay {\n%s\nservice state %s drain\n}\n", wrong_lines[_i], WEB);
	struct report *report = report_new();
	struct overlay_list l = { 0 };

	overlay_list_read(&l, "overlay", block, report);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_uint_ge(report_count(report, CONF_ERROR), 1);
	ck_assert_uint_eq(report_get(report, 0)->at.line, 2);
	overlay_list_done(&l);
	report_free(report);
	free(block);
}
END_TEST

/* Words of operators, one transaction after the other; "" between them: the configuration is read anew with what there is. */
static const struct said {
	const char *before; /* lines of the overlay that runs; NULL: none */
	const char *words;
	int expect; /* 1, 0, -EINVAL */
	const char *after; /* lines, or of an error a part of it */
} said[] = {
	{ NULL, "server weight " WEB " 10.0.0.1:80 50%", 1, "server weight " WEB " 10.0.0.1:80 50%" },
	{ NULL, "server weight 192.0.2.1:80 10.0.0.1 50%", 1, "server weight " WEB " 10.0.0.1:80 50%" },
	{ NULL, "server drain " WEB " 10.0.0.2 for 1h reason \"too hot\"", 1, "server state " WEB " 10.0.0.2:8080 drain" },
	{ NULL, "server disable \"fwmark 7/inet6\" 2001:db8::1", 1, NULL },
	{ NULL, "server disable \"fwmark 7/inet6\" [2001:0db8::0001]:80", 1, "server state \"fwmark 7/inet6\" [2001:db8::1]:80 disabled" },
	{ NULL, "service disable 192.0.2.2:53", 1, "service state 192.0.2.2:53/udp disabled" },
	{ NULL, "server add " WEB " 10.0.0.3:80 like 10.0.0.2 weight 4", 1, "server add " WEB " 10.0.0.3:80 like 10.0.0.2:8080 weight 4" },
	{ NULL, "server add " WEB " 10.0.0.3", 1, "server add " WEB " 10.0.0.3:80" },
	{ NULL, "server remove " WEB " 10.0.0.1:80", 1, "server remove " WEB " 10.0.0.1:80" },
	/* the same again is nothing new, an end is */
	{ "server weight " WEB " 10.0.0.1:80 50%", "server weight " WEB " 10.0.0.1:80 50%", 0, "server weight " WEB " 10.0.0.1:80 50%" },
	{ "server weight " WEB " 10.0.0.1:80 50%", "server weight " WEB " 10.0.0.1:80 50% for 1h", 1, "server weight " WEB " 10.0.0.1:80 50%" },
	{ "server weight " WEB " 10.0.0.1:80 50%", "server weight " WEB " 10.0.0.1:80 6", 1, "server weight " WEB " 10.0.0.1:80 6" },
	{ "server weight " WEB " 10.0.0.1:80 50%", "server weight " WEB " 10.0.0.1:80 file", 1, "" },
	{ NULL, "server weight " WEB " 10.0.0.1:80 file", 0, "" },
	{ "server state " WEB " 10.0.0.1:80 drain", "server drain " WEB " 10.0.0.1:80", 0, "server state " WEB " 10.0.0.1:80 drain" },
	{ "server state " WEB " 10.0.0.1:80 drain", "server disable " WEB " 10.0.0.1:80", 1, "server state " WEB " 10.0.0.1:80 disabled" },
	{ "server state " WEB " 10.0.0.1:80 drain", "server undrain " WEB " 10.0.0.1:80", 1, "" },
	{ "server state " WEB " 10.0.0.1:80 drain", "server enable " WEB " 10.0.0.1:80", 1, "" },
	{ "service state " WEB " disabled", "service enable " WEB, 1, "" },
	{ NULL, "server undrain " WEB " 10.0.0.1:80", 0, "" },
	{ NULL, "server enable " WEB " 10.0.0.1:80", 0, "" },
	/* added, removed, back again */
	{ NULL, "server add " WEB " 10.0.0.1:80", 0, "" },
	{ NULL, "server add " WEB " 10.0.0.1:80 weight 9", 1, "server weight " WEB " 10.0.0.1:80 9" },
	{ "server remove " WEB " 10.0.0.1:80", "server remove " WEB " 10.0.0.1:80", 0, "server remove " WEB " 10.0.0.1:80" },
	{ "server remove " WEB " 10.0.0.1:80", "server add " WEB " 10.0.0.1:80", 1, "" },
	{ "server add " WEB " 10.0.0.3:80", "server add " WEB " 10.0.0.3:80", 0, "server add " WEB " 10.0.0.3:80" },
	{ "server add " WEB " 10.0.0.3:80", "server remove " WEB " 10.0.0.3:80", 1, "" },
	{ "server add " WEB " 10.0.0.3:80\nserver state " WEB " 10.0.0.3:80 drain", "server remove " WEB " 10.0.0.3:80", 1, "" },
	{ "server state " WEB " 10.0.0.1:80 drain", "server remove " WEB " 10.0.0.1:80", 1, "server remove " WEB " 10.0.0.1:80" },
	/* errors name the nearest */
	{ NULL, "server drain 192.0.2.1:81/tcp 10.0.0.1:80", -EINVAL, "there is no service '192.0.2.1:81/tcp': did you mean '" WEB "'?" },
	{ NULL, "server drain nowhere.example.com 10.0.0.1:80", -EINVAL, "`vipctl status` lists the services" },
	{ NULL, "server drain " WEB " 10.0.0.1:81", -EINVAL, WEB " has no server '10.0.0.1:81': did you mean '10.0.0.1:80'?" },
	{ NULL, "server drain 192.0.2.2:53/udp 10.0.0.1:53", -EINVAL, "it has no servers at all" },
	{ "server remove " WEB " 10.0.0.1:80", "server drain " WEB " 10.0.0.1:80", -EINVAL, "has no server '10.0.0.1:80'" },
	{ "server state " WEB " 10.0.0.1:80 disabled", "server undrain " WEB " 10.0.0.1:80", -EINVAL, "say enable" },
	{ NULL, "server drian " WEB " 10.0.0.1:80", -EINVAL, "drian" },
	/* services */
	{ NULL, "service remove 192.0.2.1:80", 1, "service remove " WEB },
	{ "service remove " WEB, "service remove " WEB, 0, "service remove " WEB },
	{ "service remove " WEB, "service add " WEB, 1, "" },
	{ "service remove " WEB, "service add \"192.0.2.1 80\"", 1, "" },
	{ "server weight " WEB " 10.0.0.1:80 5\nservice state " WEB " drain", "service remove " WEB, 1, "service remove " WEB },
	{ NULL, "service add " WEB, 0, "" },
	{ NULL, "service add 192.0.2.3:80/udp \"lvs_sched wrr; real_server 10.0.0.1 80 { weight 1; TCP_CHECK { } }\" for 1h", 1,
		"service add 192.0.2.3:80/udp" },
	{ NULL, "service add \"192.0.2.3 80 sctp\" \"\"", 1, "service add 192.0.2.3:80/sctp" },
	{ NULL, "service add \"2001:db8::3 80\" \"\"", 1, "service add [2001:db8::3]:80/tcp" },
	{ NULL, "service add [2001:db8::3]:80 \"\"", 1, "service add [2001:db8::3]:80/tcp" },
	{ NULL, "service add \"fwmark 8/inet6\" \"\"", 1, "service add \"fwmark 8/inet6\"" },
	{ NULL, "service add \"group web\" \"\"", 1, "service add \"group web\"" },
	{ NULL, "service add - \"virtual_server 192.0.2.3 80 { # one\\012}\\012virtual_server 192.0.2.4 80 {\\012quorum 2\\012}\"", 1,
		"service add 192.0.2.3:80/tcp\nservice add 192.0.2.4:80/tcp" },
	{ NULL, "service add - \"\"", -EINVAL, "no virtual_server in it" },
	{ NULL, "service add - \"vrrp_instance A {\\012}\"", -EINVAL, "not 'vrrp_instance'" },
	{ NULL, "service add 192.0.2.3:80 \"real_server 10.0.0.1 80 {\"", -EINVAL, "" },
	{ NULL, "service add 192.0.2.3:80 \"} virtual_server 192.0.2.4 80 { \"", 1,
		"service add 192.0.2.3:80/tcp\nservice add 192.0.2.4:80/tcp" },
	{ NULL, "service add 192.0.2.3:80 \"include /etc/hostname\"", -EINVAL, "unknown keyword 'include' in virtual_server" },
	{ NULL, "service add www:80 \"\"", -EINVAL, "is no name of a service" },
	{ NULL, "service add 192.0.2.3:80/icmp \"\"", -EINVAL, "is no name of a service" },
	{ NULL, "service add \"fwmark 0\" \"\"", -EINVAL, "0" },
	{ NULL, "service add 192.0.2.3:80", -EINVAL, "needs words" },
	{ NULL, "service add " WEB " \"quorum 2\"", -EINVAL, "is a service of the configuration" },
	{ "service remove " WEB, "server drain " WEB " 10.0.0.1:80", -EINVAL, WEB " is removed" },
	{ NULL, "service remove 192.0.2.3:80", -EINVAL, "there is no service" },
	{ NULL, "service weight " WEB, -EINVAL, "weight" },
	{ NULL, "service add " WEB " \"\" like 192.0.2.2:53", -EINVAL, "'like' is not known here" },
	{ NULL, "sevrer drain " WEB " 10.0.0.1:80", -EINVAL, "begins with" },
	{ NULL, "server weight " WEB " 10.0.0.1:80", -EINVAL, "weight" },
	{ NULL, "server weight " WEB " 10.0.0.1:80 heavy", -EINVAL, "heavy" },
	{ NULL, "server weight " WEB " 10.0.0.1:80 65536", -EINVAL, "65536" },
	{ NULL, "server drain " WEB " 10.0.0.1:80 for ever", -EINVAL, "'ever' is no duration" },
	{ NULL, "server drain " WEB " 10.0.0.1:80 for", -EINVAL, "needs" },
	{ NULL, "server drain " WEB " 10.0.0.1:80 by me", -EINVAL, "'by' is not known here" },
	{ NULL, "server enable " WEB " 10.0.0.1:80 for 1h", -EINVAL, "no end" },
	{ NULL, "server drain " WEB " web1", -EINVAL, "'web1' is no server" },
	{ NULL, "server drain", -EINVAL, "a service" },
	{ NULL, "server drain " WEB, -EINVAL, "a server" },
	{ NULL, "server", -EINVAL, "needs" },
	{ NULL, "", -EINVAL, "" },
	{ NULL, "server add " WEB " 10.0.0.3:80 like 10.0.0.9:80", -EINVAL, "has no server '10.0.0.9:80'" },
	{ NULL, "server drain " WEB " 10.0.0.1:80 }", -EINVAL, "" },
	{ NULL, "server drain " WEB " 10.0.0.1:80 {", -EINVAL, "" },
	{ NULL, "overlay {\nserver drain " WEB " 10.0.0.1:80\n}", -EINVAL, "one line" },
	{ NULL, "server drain " WEB " 10.0.0.1:80\nserver drain " WEB " 10.0.0.2", -EINVAL, "one line" },
};

/* The lines without who and when, each with a newline. */
static void say_list(const struct overlay_list *l, struct text *out)
{
	for (unsigned i = 0; i < l->n; i++) {
		text_add(out, i ? "\n" : "");
		overlay_entry_what(&l->entry[i], out);
	}
}

START_TEST(words_become_lines) {
	static const struct overlay_asker who = { "root (uid 0)", 1000 };
	const struct said *row = &said[_i];
	char *block = x_asprintf("overlay {\n%s\n}\n", row->before ? row->before : "");
	struct overlay_list accepted = { 0 }, next = { 0 };
	struct text why = { 0 }, list = { 0 };
	struct overlay_world world;
	struct served *services;
	struct read r;
	int got;

	read_with(&r, file_text, block);
	overlay_list_read(&accepted, "overlay", block, r.report);
	ck_assert_uint_eq(report_count(r.report, CONF_ERROR), 0);
	overlay_list_copy(&accepted, &next);
	services = served_new(&r.conf);
	world = (struct overlay_world){ services, &accepted };
	got = overlay_change(&next, &world, &who, row->words, &why);
	say_list(&next, &list);
	if (row->expect < 0) {
		ck_assert_int_lt(got, 0);
		ck_assert_msg(why.len && strstr(text_str(&why), row->after), "%s: %s", row->words, text_str(&why));
	} else {
		ck_assert_msg(got == row->expect, "%s: %d %s", row->words, got, text_str(&why));
	}
	if (row->expect >= 0 && row->after)
		ck_assert_str_eq(text_str(&list), row->after);
	for (unsigned i = 0; row->expect == 1 && i < next.n; i++)
		ck_assert_str_eq(next.entry[i].by, "root (uid 0)");
	served_free(services);
	overlay_list_done(&accepted);
	overlay_list_done(&next);
	read_done(&r);
	text_done(&why);
	text_done(&list);
	free(block);
}
END_TEST

START_TEST(ends_come_in_order) {
	static const char block[] = "overlay {\nserver weight " WEB " 10.0.0.1:80 5 until 300\nserver remove " WEB
				    " 10.0.0.2:80\n"
				    "service state " WEB " drain until 200\n}\n";
	struct report *report = report_new();
	struct overlay_list l = { 0 };

	overlay_list_read(&l, "overlay", block, report);
	ck_assert_uint_eq(overlay_list_next(&l), 200);
	ck_assert_uint_eq(overlay_list_over(&l, 0, 199), 3);
	ck_assert_uint_eq(overlay_list_over(&l, 0, 200), 2);
	overlay_list_del(&l, 2);
	ck_assert_uint_eq(overlay_list_next(&l), 300);
	ck_assert_uint_eq(overlay_list_over(&l, 0, 1000), 0);
	overlay_list_del(&l, 0);
	ck_assert_uint_eq(overlay_list_next(&l), 0);
	ck_assert_uint_eq(overlay_list_over(&l, 0, UINT32_MAX), 1);
	overlay_list_done(&l);
	report_free(report);
}
END_TEST

static const struct {
	const char *words;
	uint32_t seconds;
} durations[] = {
	{ "90", 90 }, { "90s", 90 }, { "15m", 900 }, { "1h", 3600 }, { "1h30m", 5400 }, { "2d", 172800 }, { "366d", 31622400 },
	{ "", 0 }, { "0", 0 }, { "h", 0 }, { "1w", 0 }, { "-1h", 0 }, { "1 h", 0 }, { "367d", 0 }, { "1.5h", 0 }, { "99999999999", 0 },
	{ "h1", 0 }, { "1hh", 0 },
};

START_TEST(durations_are_what_people_write) {
	ck_assert_uint_eq(overlay_duration(durations[_i].words), durations[_i].seconds);
}
END_TEST

static const struct {
	const char *words;
	int expect;
} drops[] = {
	{ "all", 4 }, { WEB, 3 }, { "192.0.2.1:80", 3 }, { WEB " 10.0.0.1:80", 2 }, { WEB " 10.0.0.1", 2 },
	{ "192.0.2.9:80/tcp", 1 }, /* a service that is gone */
	{ "192.0.2.9:80/tcp 10.0.0.9:80", 1 }, { "192.0.2.2:53/udp", -1 }, { WEB " 10.0.0.3:80", -1 }, { "", -1 }, { "a b c", -1 },
};

START_TEST(dropping_names_what_it_takes) {
	static const char block[] = "overlay {\nserver weight " WEB " 10.0.0.1:80 5\nserver state " WEB
				    " 10.0.0.1:80 drain\n"
				    "service state " WEB " drain\nserver remove 192.0.2.9:80/tcp 10.0.0.9:80\n}\n";
	struct overlay_list l = { 0 };
	struct text why = { 0 };
	struct served *services;
	struct read r;
	int got;

	read_with(&r, file_text, block);
	overlay_list_read(&l, "overlay", block, r.report);
	services = served_new(&r.conf);
	got = overlay_drop(&l, &(struct overlay_world){ services, &l }, drops[_i].words, &why);
	served_free(services);
	if (drops[_i].expect < 0)
		ck_assert_msg(got < 0 && why.len > 0, "%s: %d", drops[_i].words, got);
	else
		ck_assert_int_eq(got, drops[_i].expect);
	ck_assert_uint_eq(l.n, got < 0 ? 4U : 4U - (unsigned)got);
	overlay_list_done(&l);
	text_done(&why);
	read_done(&r);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("overlay");
	TCase *t = tcase_create("overlay");

	suite_add_tcase(s, t);
	tcase_add_loop_test(t, lines_change_services_and_servers, 0, COUNT(settled));
	tcase_add_test(t, an_added_server_is_checked_itself);
	tcase_add_loop_test(t, lines_read_back_as_they_are_written, 0, COUNT(round_trip));
	tcase_add_test(t, added_services_read_back_as_they_are_written);
	tcase_add_loop_test(t, wrong_lines_are_left_out, 0, COUNT(wrong_lines));
	tcase_add_loop_test(t, words_become_lines, 0, COUNT(said));
	tcase_add_test(t, ends_come_in_order);
	tcase_add_loop_test(t, durations_are_what_people_write, 0, COUNT(durations));
	tcase_add_loop_test(t, dropping_names_what_it_takes, 0, COUNT(drops));
	return run_suite(s);
}
