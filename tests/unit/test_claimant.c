/* test_claimant.c - hosts that answer for a virtual address: asked once, answered later, forgotten after a while. */
#include "vrrp/claimant.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "run.h"

struct asked {
	unsigned n;
	int result;
};

static int ask(void *ctx, const struct msg_whose *q)
{
	struct asked *a = ctx;

	(void)q;
	a->n++;
	return a->result;
}

static struct msg_whose question(const char *host)
{
	struct msg_whose q;

	ck_assert(addr_parse(host, &q.host) == 0 && addr_parse("192.0.2.100", &q.vip) == 0);
	return q;
}

static mono_t at(double seconds)
{
	return (mono_t){ 1 + (int64_t)(seconds * MONO_SEC) };
}

static void answer(struct claimants *c, const struct msg_whose *q, const char *name)
{
	struct msg_server m = { .host = q->host, .vip = q->vip };

	memcpy(m.name, name, strlen(name));
	claimants_take(c, &m);
}

START_TEST(test_asked_once) {
	struct asked asked = { 0 };
	struct claimants c = { .ask = ask, .ctx = &asked };
	const struct msg_whose q = question("192.0.2.11");
	const char *name = NULL;

	ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_AWAITED);
	ck_assert_int_eq(claimants_find(&c, &q, at(0.1), &name), CLAIMANT_AWAITED);
	ck_assert_uint_eq(asked.n, 1);
	answer(&c, &q, "web/r1");
	ck_assert_int_eq(claimants_find(&c, &q, at(0.2), &name), CLAIMANT_SERVER);
	ck_assert_str_eq(name, "web/r1");
	ck_assert_int_eq(claimants_find(&c, &q, at(9.9), &name), CLAIMANT_SERVER);
	ck_assert_uint_eq(asked.n, 1);
	/* After a reload it may be none: asked again, and the old answer holds until the new one is here. */
	ck_assert_int_eq(claimants_find(&c, &q, at(10), &name), CLAIMANT_SERVER);
	ck_assert_uint_eq(asked.n, 2);
	answer(&c, &q, "");
	ck_assert_int_eq(claimants_find(&c, &q, at(10.1), &name), CLAIMANT_NOBODY);
}
END_TEST

START_TEST(test_nobody_answers) {
	struct asked asked = { .result = -ENOTCONN };
	struct claimants c = { .ask = ask, .ctx = &asked }, mute = { .ask = NULL };
	struct msg_whose q = question("192.0.2.11");
	const char *name = NULL;

	ck_assert_int_eq(claimants_find(&mute, &q, at(0), &name), CLAIMANT_NOBODY);
	ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_NOBODY);
	/* Nor is it waited for when it is heard of again, else what is suspected would end, and begin, every now and then. */
	ck_assert_int_eq(claimants_find(&c, &q, at(0.2), &name), CLAIMANT_NOBODY);
	asked.result = 0;
	ck_assert_int_eq(claimants_find(&c, &q, at(10), &name), CLAIMANT_NOBODY);
	q.host.family = AF_UNSPEC;
	ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_NOBODY);
	ck_assert_uint_eq(asked.n, 2);
	ck_assert_ptr_null(name);
}
END_TEST

/* Who does not answer is waited for once. */
START_TEST(test_patience) {
	struct asked asked = { 0 };
	struct claimants c = { .ask = ask, .ctx = &asked };
	const struct msg_whose q = question("192.0.2.11");
	const char *name = NULL;

	ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_AWAITED);
	ck_assert_int_eq(claimants_find(&c, &q, at(0.6), &name), CLAIMANT_NOBODY);
	ck_assert_int_eq(claimants_find(&c, &q, at(10), &name), CLAIMANT_NOBODY);
	ck_assert_uint_eq(asked.n, 2);
	answer(&c, &q, "web/r1");
	ck_assert_int_eq(claimants_find(&c, &q, at(10.1), &name), CLAIMANT_SERVER);
}
END_TEST

/* More hosts than there are places: the oldest is asked for again; an answer that nobody waits for changes nothing. */
START_TEST(test_many) {
	struct asked asked = { 0 };
	struct claimants c = { .ask = ask, .ctx = &asked };
	struct msg_whose q = question("192.0.2.10"), first = q;
	const char *name = NULL;

	for (unsigned i = 0; i <= CLAIMANTS; i++, q.host.bytes[3]++) {
		ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_AWAITED);
		answer(&c, &q, "web/r");
		ck_assert_int_eq(claimants_find(&c, &q, at(0), &name), CLAIMANT_SERVER);
	}
	answer(&c, &first, "web/late");
	ck_assert_int_eq(claimants_find(&c, &first, at(1), &name), CLAIMANT_AWAITED);
	ck_assert_uint_eq(asked.n, CLAIMANTS + 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("claimant");
	TCase *t = tcase_create("all");

	tcase_add_test(t, test_asked_once);
	tcase_add_test(t, test_nobody_answers);
	tcase_add_test(t, test_patience);
	tcase_add_test(t, test_many);
	suite_add_tcase(suite, t);
	return run_suite(suite);
}
