/* test_receive.c - what a receiver keeps while its configuration changes: nobody's recording becomes new by a reload. */
#include "vrrp/receive.h"

#include <check.h>
#include <string.h>

#include "run.h"
#include "vrrp/conf.h"

static struct vrrp_hmac_key key = { .id = 1, .len = VRRP_HMAC_KEY_MIN };

static const struct addr other = { .family = AF_INET, .bytes = { 192, 0, 2, 2 } };

/* With `n` keys. */
static void configure(struct receiver *r, unsigned n)
{
	static void *keys[1] = { &key };
	const struct vrrp_hmac_conf hmac = { .keys = { keys, n, n }, .anti_replay = VRRP_HMAC_MONOTONIC };
	struct vrrp_conf conf = { VRRP_BARE, .family = AF_INET, .version = 3, .interval_cs = 100 };

	conf.hmac = &hmac;
	receive_conf(r, &conf);
}

START_TEST(marks_outlive_a_reload) {
	struct receiver r;

	receive_init(&r);
	configure(&r, 1);
	ck_assert(auth_is_on(r.auth));
	auth_restore(receive_auth(&r), &other, 77);
	receive_auth(&r)->sent = 99;
	configure(&r, 1); /* another priority; or our own address came back */
	ck_assert_ptr_nonnull(auth_find(r.auth, &other));
	ck_assert_uint_eq(auth_find(r.auth, &other)->mark, 77);
	ck_assert_uint_eq(r.auth->sent, 99);
	ck_assert_uint_eq(r.auth->n_keys, 1);
	configure(&r, 0); /* off, and on again */
	ck_assert(!auth_is_on(r.auth));
	configure(&r, 1);
	ck_assert(auth_is_on(r.auth));
	ck_assert_uint_eq(auth_find(r.auth, &other)->mark, 77);
	ck_assert_uint_eq(r.auth->sent, 99);
	receive_done(&r);
}
END_TEST

/* Most have no keys: nothing is kept for them, and all that asks is answered. */
START_TEST(without_keys) {
	const struct hmac_message m = { .src = other };
	uint8_t trailer[HMAC_TRAILER_LEN];
	struct receiver r;

	receive_init(&r);
	configure(&r, 0);
	ck_assert_ptr_null(r.auth);
	ck_assert(!auth_is_on(r.auth));
	ck_assert(!auth_signs(r.auth));
	ck_assert(!auth_is_proven(r.auth, &other));
	ck_assert_ptr_null(auth_find(r.auth, &other));
	ck_assert_int_eq(auth_sign(r.auth, &m, 1, trailer), 0);
	receive_done(&r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("receive");
	TCase *t = tcase_create("receive");

	memset(key.bytes, 7, sizeof(key.bytes));
	tcase_add_test(t, marks_outlive_a_reload);
	tcase_add_test(t, without_keys);
	suite_add_tcase(s, t);
	return run_suite(s);
}
