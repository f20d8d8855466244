/* What counts as the same check over a reload: every word that a check has, written or inherited, and nothing else. */
#include "checkers/match.h"
#include "checkers/probe_config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "checkers/conf.h"
#include "checkers/weights.h"
#include "io/message.h"
#include "run.h"

#define CONF(vs, rs, words)                                                                                       \
	"virtual_server 192.0.2.1 80 {\n protocol TCP\n" vs "\n real_server 10.0.0.1 80 {\n" rs "\n  HTTP_GET {\n" words \
	"\n   url {\n    path /a\n   }\n  }\n }\n}\n"

struct row {
	const char *what, *text;
	bool is_same;
};

static const char base[] = CONF("", "", "");

static const struct row rows[] = {
	{ "nothing", CONF("", "", ""), true },
	{ "a default written out", CONF("", "", "http_protocol 1.0"), true },
	{ "a word of the service", CONF("lb_algo wrr\n lb_kind DR\n quorum 1", "", ""), true },
	{ "a word of the server", CONF("", "weight 5", ""), true },
	{ "delay_loop", CONF("", "", "delay_loop 7"), false },
	{ "delay_loop inherited from the service", CONF("delay_loop 7", "", ""), false },
	{ "delay_loop inherited from the server", CONF("", "delay_loop 7", ""), false },
	{ "delay_before_retry", CONF("", "", "delay_before_retry 9"), false },
	{ "retry", CONF("", "", "retry 9"), false },
	{ "warmup", CONF("", "", "warmup 9"), false },
	{ "alpha", CONF("alpha", "", ""), false },
	{ "connect_timeout", CONF("connect_timeout 9", "", ""), false },
	{ "connect_ip", CONF("", "", "connect_ip 10.0.0.9"), false },
	{ "connect_port", CONF("", "", "connect_port 81"), false },
	{ "bindto", CONF("", "", "bindto 10.0.0.9"), false },
	{ "bind_port", CONF("", "", "bind_port 9"), false },
	{ "bind_if", CONF("", "", "bind_if lo"), false },
	{ "fwmark", CONF("", "", "fwmark 9"), false },
	{ "virtualhost", CONF("virtualhost a.test", "", ""), false },
	{ "http_protocol", CONF("", "", "http_protocol 1.1"), false },
	{ "log_all_failures", CONF("", "", "log_all_failures"), false },
	{ "one url more", CONF("", "", "url {\n path /b\n }"), false },
};

static struct probe_config *read_config(const char *text)
{
	struct probe_config *c = probe_config_new(text, strlen(text), 3, true);

	ck_assert_msg(c != NULL, "%s", text);
	ck_assert_uint_eq(probe_config_generation(c), 3);
	return c;
}

static const struct check_conf *first_check(const struct probe_config *c)
{
	return probe_config_check(c, probe_config_place(c, 0));
}

START_TEST(same) {
	const struct row *r = &rows[_i];
	struct probe_config *a = read_config(base), *b = read_config(r->text);
	char key[2][PROBE_KEY_LEN];

	ck_assert_uint_ge(probe_config_count(b), 1);
	ck_assert_msg(match_check(first_check(a), first_check(b)) == r->is_same, "%s", r->what);
	ck_assert_str_eq(probe_config_key(probe_config_place(a, 0), key[0]),
		probe_config_key(probe_config_place(b, 0), key[1]));
	probe_config_free(a);
	probe_config_free(b);
}
END_TEST

struct url_row {
	const char *words;
	bool is_same;
};

static const struct url_row url_rows[] = {
	{ "path /a", true },
	{ "path /b", false },
	{ "path /a\n status_code 200", false },
	{ "path /a\n digest 5d41402abc4b2a76b9719d911017c592", false },
	{ "path /a\n virtualhost a.test", false },
};

START_TEST(urls) {
	char text[512];
	struct probe_config *a = read_config(base), *b;

	snprintf(text, sizeof(text),
		"virtual_server 192.0.2.1 80 {\n protocol TCP\n real_server 10.0.0.1 80 {\n"
		" HTTP_GET {\n url {\n %s\n }\n }\n }\n}\n",
		url_rows[_i].words);
	b = read_config(text);
	ck_assert_msg(match_check(first_check(a), first_check(b)) == url_rows[_i].is_same, "%s", url_rows[_i].words);
	probe_config_free(a);
	probe_config_free(b);
}
END_TEST

START_TEST(places) {
	static const char text[] =
		"virtual_server 192.0.2.1 80 {\n protocol TCP\n real_server 10.0.0.1 80 {\n }\n"
		" real_server 10.0.0.2 80 {\n TCP_CHECK {\n }\n TCP_CHECK {\n connect_port 81\n fwmark 4\n }\n }\n}\n"
		"virtual_server 192.0.2.2 53 {\n protocol UDP\n real_server 10.0.0.2 53 {\n TCP_CHECK {\n }\n }\n}\n";
	struct probe_config *c = read_config(text);
	const struct check_place *p;
	char key[PROBE_KEY_LEN];

	ck_assert_uint_eq(probe_config_count(c), 3);
	p = probe_config_place(c, 1);
	ck_assert(p->vs_index == 0 && p->rs_index == 1 && p->check_index == 1);
	ck_assert_str_eq(probe_config_key(probe_config_place(c, 1), key), "192.0.2.1:80/tcp 10.0.0.2:80 1");
	ck_assert_uint_eq(p->conf->connect_port, 81);
	ck_assert_uint_eq(probe_config_needs(c), PROBE_NEEDS_MARK);
	p = probe_config_place(c, 2);
	ck_assert(p->vs_index == 1 && p->rs_index == 0 && p->check_index == 0);
	ck_assert_str_eq(probe_config_key(probe_config_place(c, 2), key), "192.0.2.2:53/udp 10.0.0.2:53 0");
	probe_config_free(c);
	ck_assert_ptr_null(probe_config_new("virtual_server 1.2.3 80 {\n", 26, 1, true));
	ck_assert_ptr_null(probe_config_new("virtual_server 1.2.3 80 {\n}\n", 28, 1, false));
	probe_config_free(NULL);
}
END_TEST

/* Everything that an attempt reads is there when all else is forgotten; who asks in the same way shares how. */
START_TEST(forgotten) {
	static const char text[] =
		"virtual_server fwmark 7 {\n ip_family inet\n real_server 10.0.0.9 80 {\n }\n}\n"
		"virtual_server 192.0.2.1 80 {\n protocol TCP\n ha_suspend\n virtualhost v.test\n"
		" real_server 10.0.0.1 80 {\n HTTP_GET {\n bind_if lo\n url {\n path /a\n status_code 200-204\n"
		" virtualhost u.test\n digest 5D41402abc4b2a76b9719d911017c592\n }\n url {\n path /b\n }\n }\n }\n"
		" real_server 10.0.0.2 80 {\n HTTP_GET {\n bind_if lo\n url {\n path /a\n status_code 200-204\n"
		" virtualhost u.test\n digest 5D41402abc4b2a76b9719d911017c592\n }\n url {\n path /b\n }\n }\n }\n}\n";
	struct probe_config *c = read_config(text);
	struct check_place a = *probe_config_place(c, 0), b = *probe_config_place(c, 1);
	const struct url_conf *url;
	char key[PROBE_KEY_LEN];

	ck_assert_uint_eq(probe_config_count(c), 2);
	probe_config_forget(c);
	ck_assert(a.vs_index == 1 && a.rs_index == 0 && b.rs_index == 1 && a.ha_suspend);
	ck_assert_str_eq(a.service, "192.0.2.1:80/tcp");
	ck_assert_str_eq(probe_config_key(&b, key), "192.0.2.1:80/tcp 10.0.0.2:80 0");
	ck_assert_str_eq(a.conf->how->bind_if, "lo");
	ck_assert_str_eq(a.conf->how->virtualhost, "v.test");
	ck_assert_uint_eq(b.conf->connect_ip.bytes[3], 2);
	ck_assert_uint_eq(a.conf->urls.n, 2);
	url = a.conf->urls.item[0];
	ck_assert_str_eq(url->path, "/a");
	ck_assert_str_eq(url->virtualhost, "u.test");
	ck_assert_str_eq(url->digest, "5d41402abc4b2a76b9719d911017c592");
	ck_assert(url->n_status == 1 && url->status[0].low == 200 && url->status[0].high == 204);
	url = a.conf->urls.item[1];
	ck_assert_str_eq(url->path, "/b");
	ck_assert_ptr_eq(a.conf->how, b.conf->how);
	ck_assert_ptr_eq(a.conf->urls.item, b.conf->urls.item);
	probe_config_free(c);
}
END_TEST

/* Weights of services that are not there. */
START_TEST(edits) {
	struct probe_config *c = read_config(base);
	struct msg_weight one = { .vs = 0, .rs = 0, .n = 1, .from = 1, .to = 2 };
	struct weight_edits e = { .list = &one, .n = 1 };

	ck_assert(probe_config_fits(c, &e));
	e.n_vs = 1;
	ck_assert(probe_config_fits(c, &e));
	e.n_vs = 2;
	ck_assert(!probe_config_fits(c, &e));
	e.n_vs = 0;
	one.vs = 1;
	ck_assert(!probe_config_fits(c, &e));
	one.vs = 0;
	probe_config_forget(c);
	ck_assert(probe_config_fits(c, &e));
	probe_config_free(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("probe_config");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, same, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tc, urls, 0, (int)(sizeof(url_rows) / sizeof(url_rows[0])));
	tcase_add_test(tc, places);
	tcase_add_test(tc, forgotten);
	tcase_add_test(tc, edits);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
