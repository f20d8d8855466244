/* test_doctor_facts.c - what doctor takes from the daemon's status: services by address, of a group, by mark, and sorry servers. */
#include "ctl/doctor_facts.h"

#include <check.h>
#include <string.h>

#include "base/addr.h"
#include "ctl/reader.h"
#include "run.h"

#define RS "{\"name\":\"192.0.2.11:80\",\"address\":\"192.0.2.11\",\"port\":80,\"forward\":\"DR\",\"up\":true}"
#define HEAD "\"protocol\":\"tcp\",\"scheduler\":\"rr\",\"forward\":\"DR\",\"servers\":[" RS "]"

static void take(struct doctor_facts *f, const char *text)
{
	struct reader *r = reader_new(text, strlen(text));

	ck_assert_ptr_nonnull(r);
	doctor_facts_init(f);
	doctor_facts_status(f, reader_top(r));
	doctor_facts_vips(f);
	reader_free(r);
}

static void expect_addr(const struct addr *a, const char *text)
{
	char buf[ADDR_STRLEN];

	ck_assert_str_eq(addr_str(a, buf), text);
}

/* Each address of a group is an entry with all servers, a range by its ends, a mark without any. */
START_TEST(group) {
	struct doctor_facts f;

	take(&f,
		"{\"services\":[{\"name\":\"group web\",\"address\":\"\",\"port\":0,\"lines\":["
		"{\"first\":\"192.0.2.100\",\"last\":\"192.0.2.100\",\"port\":80,\"fwmark\":0},"
		"{\"first\":\"192.0.2.103\",\"last\":\"192.0.2.105\",\"port\":81,\"fwmark\":0},"
		"{\"first\":\"\",\"last\":\"\",\"port\":0,\"fwmark\":7}]," HEAD "},"
		"{\"name\":\"other\",\"address\":\"192.0.2.110\",\"port\":80," HEAD "}]}");
	ck_assert_uint_eq(f.n_services, 5);
	ck_assert_uint_eq(f.n_servers, 5);
	ck_assert_uint_eq(f.n_vips, 4);
	expect_addr(&f.services[1].addr, "192.0.2.103");
	expect_addr(&f.services[2].addr, "192.0.2.105");
	ck_assert_uint_eq(f.services[2].port, 81);
	ck_assert_uint_eq(f.services[3].fwmark, 7);
	ck_assert(!addr_is_set(&f.services[3].addr));
	for (unsigned i = 0; i < f.n_servers; i++)
		ck_assert_uint_eq(f.servers[i].service, i);
	ck_assert_uint_eq(f.n_unseen, 1);
	ck_assert_ptr_nonnull(strstr(f.unseen[0], "the mark 7"));

	ck_assert(doctor_facts_limit(&f, "group web"));
	ck_assert_uint_eq(f.n_services, 4);
	ck_assert_uint_eq(f.n_servers, 4);
	ck_assert(doctor_facts_limit(&f, "group web"));
	doctor_facts_done(&f);
}
END_TEST

START_TEST(limited) {
	struct doctor_facts f;

	take(&f,
		"{\"services\":[{\"name\":\"one\",\"address\":\"192.0.2.100\",\"port\":80," HEAD "},"
		"{\"name\":\"group web\",\"lines\":[{\"first\":\"192.0.2.101\",\"last\":\"192.0.2.102\",\"port\":80}]," HEAD
		"}]}");
	ck_assert(doctor_facts_limit(&f, "group web"));
	ck_assert_uint_eq(f.n_services, 2);
	ck_assert_uint_eq(f.n_vips, 2);
	ck_assert_uint_eq(f.servers[0].service, 0);
	ck_assert_uint_eq(f.servers[1].service, 1);
	expect_addr(&f.vips[0].addr, "192.0.2.101");
	doctor_facts_done(&f);
}
END_TEST

START_TEST(sorry) {
	struct doctor_facts f;

	take(&f,
		"{\"services\":[{\"name\":\"web\",\"address\":\"192.0.2.100\",\"port\":80,\"sorry\":false," HEAD ","
		"\"sorry_server\":{\"name\":\"192.0.2.19:80\",\"address\":\"192.0.2.19\",\"port\":80,\"forward\":\"TUN\"}}],"
		"\"via\":{\"services\":1}}");
	ck_assert_uint_eq(f.n_servers, 2);
	ck_assert_str_eq(f.servers[1].name, "192.0.2.19:80 (sorry)");
	ck_assert_int_eq(f.servers[1].forward, DOCTOR_TUN);
	ck_assert(!f.servers[1].is_up && f.servers[0].is_up && f.has_via);
	expect_addr(&f.servers[1].addr, "192.0.2.19");
	doctor_facts_done(&f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor_facts");
	TCase *t = tcase_create("facts");

	tcase_add_test(t, group);
	tcase_add_test(t, limited);
	tcase_add_test(t, sorry);
	suite_add_tcase(s, t);
	return run_suite(s);
}
