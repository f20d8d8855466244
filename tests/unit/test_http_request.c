/* The request of each http_protocol, what Host says, and that no word of the configuration can break out of its place. */
#include "checkers/http.h"

#include <check.h>
#include <string.h>

#include "base/text.h"
#include "checkers/conf.h"
#include "run.h"

#define REST "User-Agent: vipd/" VIPD_VERSION "\r\nAccept-Encoding: identity\r\n"
#define CLOSE "Connection: close\r\n"

struct row {
	enum http_protocol protocol;
	const char *ip;
	uint32_t port;
	const char *path, *url_host, *check_host, *want;
};

static const struct row rows[] = {
	{ HTTP_1_0, "10.0.0.1", 80, "/", NULL, NULL, "GET / HTTP/1.0\r\nHost: 10.0.0.1\r\n" REST "\r\n" },
	{ HTTP_1_0C, "10.0.0.1", 80, "/", NULL, NULL, "GET / HTTP/1.0\r\nHost: 10.0.0.1\r\n" REST CLOSE "\r\n" },
	{ HTTP_1_1, "10.0.0.1", 8080, "/a?b=c", NULL, NULL, "GET /a?b=c HTTP/1.1\r\nHost: 10.0.0.1:8080\r\n" REST CLOSE "\r\n" },
	{ HTTP_1_1, "2001:db8::1", 81, "/", NULL, NULL, "GET / HTTP/1.1\r\nHost: [2001:db8::1]:81\r\n" REST CLOSE "\r\n" },
	{ HTTP_1_1, "10.0.0.1", 81, "/", NULL, "c.test", "GET / HTTP/1.1\r\nHost: c.test\r\n" REST CLOSE "\r\n" },
	{ HTTP_1_1, "10.0.0.1", 81, "/", "u.test:8", "c.test", "GET / HTTP/1.1\r\nHost: u.test:8\r\n" REST CLOSE "\r\n" },
	{ HTTP_1_1, "10.0.0.1", 80, "x y\r\nEvil: 1\x80", NULL, "h\r\nEvil: 2",
		"GET /x%20y%0D%0AEvil:%201%80 HTTP/1.1\r\nHost: hEvil: 2\r\n" REST CLOSE "\r\n" },
};

START_TEST(request) {
	const struct row *r = &rows[_i];
	const struct check_how how = { .http_protocol = r->protocol, .virtualhost = r->check_host };
	struct check_conf conf = { .connect_port = r->port, .how = &how };
	struct url_conf url = { .path = r->path, .virtualhost = r->url_host };
	struct text out = { 0 };

	ck_assert_int_eq(addr_parse(r->ip, &conf.connect_ip), 0);
	http_request(&conf, &url, &out);
	ck_assert_str_eq(text_str(&out), r->want);
	text_done(&out);
}
END_TEST

START_TEST(status) {
	struct url_conf none = { 0 };
	struct url_conf some = { .status = { { 200, 200 }, { 301, 303 } }, .n_status = 2 };
	struct url_conf many = { .n_status = CHECK_STATUS_MAX };
	char buf[24];

	ck_assert(http_status_wanted(&none, 200) && http_status_wanted(&none, 299));
	ck_assert(!http_status_wanted(&none, 199) && !http_status_wanted(&none, 300));
	ck_assert(http_status_wanted(&some, 200) && http_status_wanted(&some, 301) && http_status_wanted(&some, 303));
	ck_assert(!http_status_wanted(&some, 201) && !http_status_wanted(&some, 304));
	ck_assert_str_eq(http_status_str(&none, buf, sizeof(buf)), "200-299");
	ck_assert_str_eq(http_status_str(&some, buf, sizeof(buf)), "200 301-303");
	for (uint16_t i = 0; i < CHECK_STATUS_MAX; i++)
		many.status[i] = (struct check_range){ 100, 599 };
	ck_assert_uint_eq(strlen(http_status_str(&many, buf, sizeof(buf))), sizeof(buf) - 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http_request");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, request, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tc, status);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
