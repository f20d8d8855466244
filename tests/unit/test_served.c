/*
 * test_served.c - what main keeps of services: the same names, owners, scripts and wishes for mail as the structs they were read
 * into, by the indices of these, after all that was read is gone; and the words that FIFOs and mails say of them.
 */
#include "daemon/served.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/conf.h"
#include "conf/said.h"
#include "conf/script.h"
#include "conf/tree.h"
#include "daemon/alerts.h"
#include "daemon/conf.h"
#include "daemon/events.h"
#include "daemon/routers.h"
#include "run.h"

enum { MANY = 2000 };

struct read {
	struct conf_tree *tree;
	struct report *report;
	struct checkers_config conf;
};

static void read_text(struct read *r, const char *text)
{
	const struct conf_view view = { &checkers_root, &r->conf };
	struct conf_read rd;

	r->report = report_new();
	r->tree = tree_read_bytes("a.conf", text, strlen(text), true, r->report);
	rd = (struct conf_read){ .report = r->report, .arena = r->tree->arena };
	(void)schema_read(&rd, &view, 1, r->tree, true);
	ck_assert_uint_eq(report_count(r->report, CONF_ERROR), 0);
}

static void read_done(struct read *r)
{
	tree_free(r->tree);
	report_free(r->report);
}

/* One line for each service and server, by the structs. */

static void say_script(const char *what, const struct script_conf *s, struct text *out)
{
	char *at = script_conf_at(s);

	text_printf(out, " %s", what);
	for (unsigned i = 0; s && s->argv[i]; i++)
		text_printf(out, ",%s", s->argv[i]);
	if (s)
		text_printf(out, "|%s|%s%s", s->user ? s->user : "-", s->group ? s->group : "-", at);
	free(at);
}

static void say_structs(const struct checkers_config *c, struct text *out)
{
	char name[CONF_NAME_LEN];

	for (unsigned i = 0; i < c->services.n; i++) {
		const struct vs_conf *vs = c->services.item[i];

		text_printf(out, "%s %d %u", vs_name(vs, name), vs->is_added, vs->how->smtp_alert);
		say_script("up", vs->how->quorum_up, out);
		say_script("down", vs->how->quorum_down, out);
		text_add(out, "\n");
		for (unsigned k = 0; k < vs->servers.n; k++) {
			const struct rs_conf *rs = vs->servers.item[k];

			text_printf(out, "  %s %d %u", rs_name(rs, name), rs->how->is_added, rs->how->smtp_alert);
			say_script("up", rs->how->notify_up, out);
			say_script("down", rs->how->notify_down, out);
			text_add(out, "\n");
		}
	}
}

/* The same by the table. */
static void say_served(const struct served *s, struct text *out)
{
	struct served_service vs;
	struct served_server rs;
	char name[CONF_NAME_LEN];

	for (uint32_t i = 0; served_service(s, i, &vs); i++) {
		text_printf(out, "%s %d %u", served_service_name(&vs, name), vs.is_added, vs.hooks->smtp_alert);
		say_script("up", vs.hooks->up, out);
		say_script("down", vs.hooks->down, out);
		text_add(out, "\n");
		for (uint32_t k = 0; served_server(&vs, k, &rs); k++) {
			text_printf(out, "  %s %d %u", served_server_name(&rs, name), rs.is_added,
				rs.hooks->smtp_alert);
			say_script("up", rs.hooks->up, out);
			say_script("down", rs.hooks->down, out);
			text_add(out, "\n");
		}
	}
}

static struct served *expect_same(const char *text)
{
	struct text by_structs = { 0 }, by_table = { 0 };
	struct served *s;
	struct read r;

	read_text(&r, text);
	s = served_new(&r.conf);
	ck_assert_uint_eq(served_count(s), r.conf.services.n);
	say_structs(&r.conf, &by_structs);
	read_done(&r);
	say_served(s, &by_table);
	ck_assert_str_eq(text_str(&by_table), text_str(&by_structs));
	text_done(&by_structs);
	text_done(&by_table);
	return s;
}

static const char *const files[] = {
	"",
	"virtual_server 192.0.2.1 80 {\n}\n",
	"virtual_server fwmark 7 {\n}\n",
	"virtual_server 2001:db8::1 53 {\n\tprotocol UDP\n\treal_server 2001:db8::2 53 {\n\t}\n\treal_server 2001:db8::3 54 {\n\t}\n}\n",
	"virtual_server 192.0.2.1 80 {\n\tprotocol SCTP\n\treal_server 10.0.0.1 0 {\n\t}\n}\n",
	/* both families, in one service and in turn */
	"virtual_server fwmark 7 {\n\treal_server 2001:db8::1 80 {\n\t}\n}\nvirtual_server fwmark 4294967295 {\n}\n"
	"virtual_server fwmark 8 {\n\tip_family inet6\n}\nvirtual_server 192.0.2.1 80 {\n\tlvs_method TUN\n"
	"\treal_server 10.0.0.1 80 {\n\t}\n\treal_server 2001:db8::1 80 {\n\t}\n\treal_server 10.0.0.2 80 {\n\t}\n}\n",
	"virtual_server_group web {\n\t192.0.2.1-3 80\n}\nvirtual_server group web {\n\treal_server 10.0.0.1 80 {\n\t}\n}\n"
	"virtual_server group web {\n\tprotocol UDP\n}\n",
	/* pools' servers follow those of the service */
	"virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t}\n\tbackup_pool far {\n\t\treal_server 10.1.0.1 80 {\n"
	"\t\t\tnotify_up /bin/true\n\t\t}\n\t}\n\treal_server 10.0.0.2 80 {\n\t}\n}\n",
	/* mail and scripts of some and not of others */
	"virtual_server 192.0.2.1 80 {\n\tsmtp_alert\n\tquorum_up \"/bin/up a 'b c'\" nobody\n\treal_server 10.0.0.1 80 {\n"
	"\t\tsmtp_alert off\n\t\tnotify_up \"/bin/up 1\" nobody:nogroup\n\t\tnotify_down \"/bin/down\"\n\t}\n"
	"\treal_server 10.0.0.2 80 {\n\t\tnotify_up \"/bin/up 1\" nobody:nogroup\n\t}\n\treal_server 10.0.0.3 80 {\n"
	"\t\tnotify_up \"/bin/up\"\n\t}\n\treal_server 10.0.0.4 80 {\n\t\tsmtp_alert\n\t}\n}\n"
	"virtual_server 192.0.2.2 80 {\n\tquorum_down /bin/gone\n}\n",
	/* what the overlay adds, changes and takes away */
	"virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tnotify_up /bin/up\n\t}\n\treal_server 10.0.0.2 80 {\n\t}\n}\n"
	"virtual_server 192.0.2.2 80 {\n}\nvirtual_server 192.0.2.3 80 {\n\treal_server 10.0.0.1 80 {\n\t}\n}\n"
	"overlay {\n\tservice add 192.0.2.3:80/tcp\n\tservice remove 192.0.2.2:80/tcp\n\tserver remove 192.0.2.1:80/tcp 10.0.0.2:80\n"
	"\tserver add 192.0.2.1:80/tcp 10.0.0.3:80 like 10.0.0.1:80\n}\n",
};

START_TEST(as_it_was_read) {
	served_free(expect_same(files[_i]));
}
END_TEST

/* Thousands with scripts of their own, and thousands with the same. */
START_TEST(many) {
	struct text t = { 0 };
	struct served_service vs;
	struct served_server first, rs;
	struct served *s;

	for (unsigned i = 0; i < MANY; i++)
		text_printf(&t,
			"virtual_server 192.0.%u.%u 80 {\n\tquorum_up \"/bin/q %u\"\n\treal_server 10.0.0.1 80 {\n%s\t}\n"
			"\treal_server 10.0.0.2 %u {\n\t}\n}\n",
			i / 256, i % 256, i, i % 3 ? "\t\tnotify_up \"/bin/up a\"\n" : "", i + 1);
	s = expect_same(text_str(&t));
	text_done(&t);
	ck_assert(served_service(s, 1, &vs) && served_server(&vs, 0, &first));
	ck_assert(served_service(s, MANY - 1, &vs) && served_server(&vs, 0, &rs));
	ck_assert_uint_ne(first.hooks->up->line, rs.hooks->up->line);
	ck_assert_str_eq(first.hooks->up->argv[1], rs.hooks->up->argv[1]);
	ck_assert_ptr_eq(first.hooks->up->file, rs.hooks->up->file); /* one for all */
	ck_assert_ptr_eq(first.hooks->up->argv,
		rs.hooks->up->argv == first.hooks->up->argv ? first.hooks->up->argv : NULL);
	served_free(s);
}
END_TEST

START_TEST(no_such_index) {
	struct served *s = expect_same("virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t}\n}\n"
				       "virtual_server 192.0.2.2 80 {\n}\n");
	struct served_service vs;
	struct served_server rs;

	ck_assert(!served_service(s, 2, &vs));
	ck_assert(!served_service(s, UINT32_MAX, &vs));
	ck_assert(served_service(s, 0, &vs));
	ck_assert(served_server(&vs, 0, &rs) && !served_server(&vs, 1, &rs) && !served_server(&vs, UINT32_MAX, &rs));
	ck_assert(served_service(s, 1, &vs) && !served_server(&vs, 0, &rs));
	served_free(s);
	served_free(NULL);
}
END_TEST

/* Endpoints in a FIFO, and whether a mail is sent: the server's own word, the service's, that of the half, that of all. */
static const struct {
	const char *lines, *rs_lines;
	unsigned half, all;
	const char *service, *server;
	bool of_quorum, of_server;
} told[] = {
	{ "192.0.2.1 80 {", "", SAID_NOTHING, SAID_NOTHING, "[192.0.2.1]:tcp:80", "[10.0.0.1]:tcp:81", false, true },
	{ "2001:db8::1 80 {\n\tprotocol UDP", "", SAID_ON, SAID_NOTHING, "[2001:db8::1]:udp:80", "[10.0.0.1]:udp:81", true, true },
	{ "192.0.2.1 80 {\n\tprotocol SCTP", "", SAID_OFF, SAID_ON, "[192.0.2.1]:sctp:80", "[10.0.0.1]:sctp:81", false, false },
	{ "fwmark 7 {", "", SAID_NOTHING, SAID_ON, "fwmark 7", "[10.0.0.1]:tcp:81", true, true },
	{ "group web {", "smtp_alert off", SAID_NOTHING, SAID_NOTHING, "group web", "[10.0.0.1]:tcp:81", false, false },
	{ "192.0.2.1 80 {\n\tsmtp_alert", "smtp_alert off", SAID_OFF, SAID_OFF, "[192.0.2.1]:tcp:80", "[10.0.0.1]:tcp:81", true, false },
	{ "192.0.2.1 80 {\n\tsmtp_alert off", "", SAID_ON, SAID_ON, "[192.0.2.1]:tcp:80", "[10.0.0.1]:tcp:81", false, false },
	{ "192.0.2.1 80 {\n\tsmtp_alert off", "smtp_alert", SAID_OFF, SAID_OFF, "[192.0.2.1]:tcp:80", "[10.0.0.1]:tcp:81", false, true },
};

START_TEST(words_and_wishes) {
	const struct main_globals g = { .mail = { .alert_checker = told[_i].half, .alert = told[_i].all } };
	char *text = x_asprintf("virtual_server_group web {\n\t192.0.2.9 80\n}\nvirtual_server %s\n\tlvs_method TUN\n"
				"\treal_server 10.0.0.1 81 {\n\t\t%s\n\t}\n}\n",
		told[_i].lines, told[_i].rs_lines);
	struct served *s = expect_same(text);
	char buf[EVENTS_ENDPOINT_LEN];
	struct served_service vs;
	struct served_server rs;

	ck_assert(served_service(s, 0, &vs) && served_server(&vs, 0, &rs));
	ck_assert_str_eq(events_endpoint(&vs, NULL, buf), told[_i].service);
	ck_assert_str_eq(events_endpoint(&vs, &rs, buf), told[_i].server);
	ck_assert_int_eq(alerts_wants_service(&g, &vs, NULL), told[_i].of_quorum);
	ck_assert_int_eq(alerts_wants_service(&g, &vs, &rs), told[_i].of_server);
	served_free(s);
	free(text);
}
END_TEST

/* What a configuration is once it is kept: services in the table alone, main's own words and instances as they were. */
START_TEST(what_is_kept) {
	static const char text
		[] = "global_defs {\n\trouter_id one\n\tstartup_script \"/bin/true a\" nobody\n\tvrrp_priority -5\n}\n"
		     "vrrp_instance VI {\n\tinterface lo\n\tvirtual_router_id 1\n\tnotify \"/bin/n\"\n"
		     "\tno_accept\n\tvirtual_ipaddress {\n\t\t192.0.2.9\n\t}\n\ttrack_script {\n\t\tchk\n\t}\n}\n"
		     "vrrp_script chk {\n\tscript /bin/true\n}\n"
		     "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t}\n}\n"
		     "overlay {\n\tserver weight 192.0.2.1:80/tcp 10.0.0.1:80 5\n"
		     "\tserver weight 192.0.2.1:80/tcp 10.0.0.9:80 5\n}\n";
	char path[] = "/tmp/test_served.XXXXXX", *at;
	const int fd = mkstemp(path);
	struct config *c, *again;
	struct router vi;

	ck_assert(fd >= 0 && write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1 && close(fd) == 0);
	c = config_read(path, NULL);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	ck_assert_uint_eq(c->checkers.services.n, 1);
	ck_assert_ptr_null(c->served);
	ck_assert_int_eq(config_keep(c), 0);
	ck_assert_uint_eq(c->checkers.services.n, 0);
	ck_assert_uint_eq(served_count(c->served), 1);
	ck_assert_uint_eq(c->conflicts.n, 2);
	ck_assert_ptr_null(c->conflicts.item[0]);
	ck_assert_ptr_nonnull(strstr(c->conflicts.item[1], "server"));
	ck_assert_str_eq(c->main.globals.router_id, "one");
	ck_assert_str_eq(c->main.globals.startup.argv[1], "a");
	at = script_conf_at(&c->main.globals.startup);
	ck_assert_ptr_nonnull(strstr(at, ":3)"));
	free(at);
	ck_assert_uint_eq(c->vrrp.instances.n, 0);
	ck_assert_uint_eq(routers_count(c->routers), 1);
	ck_assert(routers_instance(c->routers, 0, &vi));
	ck_assert_str_eq(vi.name, "VI");
	ck_assert_str_eq(vi.hooks->notify->argv[0], "/bin/n");
	ck_assert_uint_eq(c->vrrp.scripts.n, 1);
	ck_assert_str_eq(((const struct vrrp_script_conf *)c->vrrp.scripts.item[0])->name, "chk");
	ck_assert_int_eq(c->vrrp.globals.nice, -5);
	ck_assert_uint_eq(c->closed->n, 1);
	ck_assert_ptr_nonnull(strstr(c->closed->text, "192.0.2.9"));
	again = config_recall(c);
	ck_assert_ptr_nonnull(again);
	ck_assert_uint_eq(again->checkers.services.n, 1);
	ck_assert_uint_eq(again->vrrp.instances.n, 1);
	config_free(again);
	config_free(c);
	unlink(path);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("served");
	TCase *t = tcase_create("served");

	tcase_add_loop_test(t, as_it_was_read, 0, COUNT(files));
	tcase_add_test(t, many);
	tcase_add_test(t, no_such_index);
	tcase_add_loop_test(t, words_and_wishes, 0, COUNT(told));
	tcase_add_test(t, what_is_kept);
	suite_add_tcase(s, t);
	return run_suite(s);
}
