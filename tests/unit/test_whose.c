/* test_whose.c - which real server an address is: of a service on the virtual address first. */
#include "checkers/whose.h"

#include <check.h>

#include "io/message.h"
#include "run.h"
#include "services_world.h"

#define RS(addr) " real_server " addr " 80 {\n }\n"
#define VS(addr, lines) "virtual_server " addr " 80 {\n" lines "}\n"

static const char text[] = VS("192.0.2.1", RS("10.0.0.1") RS("10.0.0.2")) VS("192.0.2.2", RS("10.0.0.2"))
	VS("192.0.2.3", RS("10.0.0.2") RS("10.0.0.3")) VS("2001:db8::100", RS("2001:db8::11"));

struct row {
	const char *host, *vip, *want;
};

static const struct row rows[] = {
	{ "10.0.0.1", "192.0.2.1", "192.0.2.1:80/tcp/10.0.0.1:80" },
	{ "10.0.0.2", "192.0.2.2", "192.0.2.2:80/tcp/10.0.0.2:80" },
	{ "10.0.0.2", "192.0.2.3", "192.0.2.3:80/tcp/10.0.0.2:80" },
	{ "10.0.0.1", "192.0.2.3", "192.0.2.1:80/tcp/10.0.0.1:80" },
	{ "10.0.0.3", "192.0.2.9", "192.0.2.3:80/tcp/10.0.0.3:80" },
	{ "2001:db8::11", "2001:db8::100", "[2001:db8::100]:80/tcp/[2001:db8::11]:80" },
	{ "10.0.0.4", "192.0.2.1", "" },
	{ "192.0.2.1", "192.0.2.1", "" },
};

START_TEST(test_row) {
	const struct row *r = &rows[_i];
	struct msg_whose q;
	struct msg_server got;

	load(&one, text, 1, NULL);
	ck_assert(addr_parse(r->host, &q.host) == 0 && addr_parse(r->vip, &q.vip) == 0);
	whose_find(&one.conf, &q, &got);
	ck_assert_str_eq(got.name, r->want);
	ck_assert(addr_equal(&got.host, &q.host) && addr_equal(&got.vip, &q.vip));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("whose");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, test_row, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
