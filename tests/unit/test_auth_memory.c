/* test_auth_memory.c - what auth_hmac must not forget, as lines: there and back, and lines that say something else. */
#include "vrrp/auth_memory.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "run.h"
#include "vrrp/auth.h"

static struct addr addr_of(const char *s)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(s, &a), 0);
	return a;
}

START_TEST(there_and_back) {
	const struct addr v4 = addr_of("192.0.2.2"), v6 = addr_of("fe80::1");
	struct auth a = { .sent = UINT64_MAX }, b = { 0 }, other = { 0 };
	struct auth_memory m = { 0 };
	struct text t = { 0 };
	char *lines, *line;

	auth_restore(&a, &v4, 1);
	auth_restore(&a, &v6, UINT64_C(1) << 63);
	auth_memory_write(&t, "VI 1", &a);
	ck_assert_str_eq(text_str(&t),
		"sequence 18446744073709551615 VI 1\nmark 1 192.0.2.2 VI 1\nmark 9223372036854775808 fe80::1 VI 1\n");
	lines = strdup(text_str(&t));
	for (char *rest = lines; (line = strsep(&rest, "\n"));)
		auth_memory_read(&m, line);
	auth_memory_apply(&m, "VI 1", &b);
	auth_memory_apply(&m, "VI", &other);
	ck_assert_uint_eq(b.sent, UINT64_MAX);
	ck_assert_uint_eq(b.n_senders, 2);
	ck_assert_uint_eq(auth_find(&b, &v4)->mark, 1);
	ck_assert_uint_eq(auth_find(&b, &v6)->mark, UINT64_C(1) << 63);
	ck_assert(auth_is_proven(&b, &v6));
	ck_assert_uint_eq(other.sent, 0);
	ck_assert_uint_eq(other.n_senders, 0);
	auth_done(&a);
	auth_done(&b);
	auth_done(&other);
	auth_memory_done(&m);
	text_done(&t);
	free(lines);
}
END_TEST

static const char *const others[] = { "", "mark", "mark ", "mark 5", "mark 5 ", "mark 5 192.0.2.2", "mark 5 192.0.2.2 ",
	"mark 5 192.0.2 VI", "mark x 192.0.2.2 VI", "sequence", "sequence 5", "sequence 5 ", "sequence VI", "MASTER VI",
	"alive 5", "hold 5 VI" };

START_TEST(passed_over) {
	struct auth_memory m = { 0 };

	auth_memory_read(&m, others[_i]);
	ck_assert_msg(m.n == 0, "'%s'", others[_i]);
	auth_memory_done(&m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("auth_memory");
	TCase *t = tcase_create("rows");

	tcase_add_test(t, there_and_back);
	tcase_add_loop_test(t, passed_over, 0, (int)(sizeof(others) / sizeof(others[0])));
	suite_add_tcase(s, t);
	return run_suite(s);
}
