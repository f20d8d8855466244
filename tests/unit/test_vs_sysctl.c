/*
 * test_vs_sysctl.c - the kernel's settings of IPVS, on a directory of ordinary files: which are ours, that only differences are
 * written, what others change, what is put back, and that a restart remembers what was found.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "checkers/conf.h"
#include "checkers/saved.h"
#include "checkers/vs_sysctl.h"
#include "checkers/vs_want.h"
#include "run.h"

static char dir[] = "/tmp/vs_sysctl.XXXXXX";

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", dir, name);
}

static void put(const char *name, const char *value)
{
	char path[200];
	FILE *f;

	path_of(name, path, sizeof(path));
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s\n", value);
	fclose(f);
}

static void expect(const char *name, const char *value)
{
	char path[200], got[64] = "";
	FILE *f;

	path_of(name, path, sizeof(path));
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(got, sizeof(got), f));
	fclose(f);
	got[strcspn(got, "\n")] = '\0';
	ck_assert_msg(!strcmp(got, value), "%s is %s, not %s", name, got, value);
}

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/vs_sysctl.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	put("expire_nodest_conn", "0");
	put("sync_threshold", "3\t50");
	put("sync_refresh_period", "0");
	put("conn_reuse_mode", "1");
}

static void teardown(void)
{
	char path[200];

	for (unsigned i = 0; i < VS_SYSCTL_MAX; i++) {
		path_of(vs_table_name((enum vs_sysctl_name)i), path, sizeof(path));
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

static mono_t at(int64_t sec)
{
	return mono_add((mono_t){ MONO_SEC }, sec * MONO_SEC);
}

static struct vs_values cut_and_sync(void)
{
	struct vs_values v = { 0 };

	v.of[VS_EXPIRE_NODEST_CONN] = (struct vs_value){ true, 1, 0 };
	v.of[VS_CONN_REUSE_MODE] = (struct vs_value){ true, 1, 0 };
	v.of[VS_SYNC_THRESHOLD] = (struct vs_value){ true, 3, 0 };
	return v;
}

START_TEST(set_kept_and_put_back) {
	struct vs_sysctl *s = vs_sysctl_new(dir);
	const struct vs_values want = cut_and_sync();

	vs_sysctl_set(s, &want, at(0));
	ck_assert(vs_sysctl_watch(s, at(0)));
	expect("expire_nodest_conn", "1");
	expect("sync_threshold", "3 0");
	expect("sync_refresh_period", "0");
	put("expire_nodest_conn", "0"); /* somebody else */
	ck_assert(!vs_sysctl_watch(s, mono_add(at(0), MONO_SEC / 2)));
	expect("expire_nodest_conn", "0");
	ck_assert(vs_sysctl_watch(s, at(1)));
	expect("expire_nodest_conn", "1");
	vs_sysctl_put_back(s);
	expect("expire_nodest_conn", "0");
	expect("sync_threshold", "3 50");
	expect("conn_reuse_mode", "1");
	vs_sysctl_free(s);
}
END_TEST

/* It was as wanted when we came: a change by others is undone, and at the end it stays. */
START_TEST(what_was_right_stays) {
	struct vs_sysctl *s = vs_sysctl_new(dir);
	const struct vs_values want = cut_and_sync();

	vs_sysctl_set(s, &want, at(0));
	put("conn_reuse_mode", "0");
	vs_sysctl_watch(s, at(1));
	expect("conn_reuse_mode", "1");
	vs_sysctl_put_back(s);
	expect("conn_reuse_mode", "1");
	vs_sysctl_free(s);
}
END_TEST

START_TEST(no_longer_wanted) {
	struct vs_sysctl *s = vs_sysctl_new(dir);
	struct vs_values want = cut_and_sync();

	vs_sysctl_set(s, &want, at(0));
	want.of[VS_EXPIRE_NODEST_CONN].is_set = false;
	vs_sysctl_set(s, &want, at(1));
	expect("expire_nodest_conn", "0");
	expect("sync_threshold", "3 0");
	put("sync_threshold", "2 9"); /* right before the end: theirs is the last word */
	vs_sysctl_put_back(s);
	expect("sync_threshold", "2 9");
	vs_sysctl_free(s);
}
END_TEST

/* A process that died: its successor finds its own values, and puts back what was there before it. */
START_TEST(remembered_over_a_crash) {
	struct vs_sysctl *s = vs_sysctl_new(dir);
	const struct vs_values want = cut_and_sync();
	struct text t = { 0 };
	struct saved *saved;

	vs_sysctl_set(s, &want, at(0));
	vs_sysctl_save(s, &t);
	vs_sysctl_free(s);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "sysctl sync_threshold = 3 50\n"));
	ck_assert_ptr_null(strstr(text_str(&t), "conn_reuse_mode"));
	saved = saved_read(text_str(&t), t.len);
	s = vs_sysctl_new(dir);
	vs_sysctl_restore(s, saved);
	vs_sysctl_set(s, &want, at(5));
	expect("sync_threshold", "3 0");
	vs_sysctl_put_back(s);
	expect("sync_threshold", "3 50");
	expect("expire_nodest_conn", "0");
	saved_free(saved);
	text_done(&t);
	vs_sysctl_free(s);
}
END_TEST

/* An older kernel: the others are set all the same, and it is tried again. */
START_TEST(one_is_missing) {
	struct vs_sysctl *s = vs_sysctl_new(dir);
	const struct vs_values want = cut_and_sync();
	char path[200];

	path_of("conn_reuse_mode", path, sizeof(path));
	ck_assert_int_eq(unlink(path), 0);
	vs_sysctl_set(s, &want, at(0));
	expect("sync_threshold", "3 0");
	put("conn_reuse_mode", "0");
	vs_sysctl_watch(s, at(4));
	expect("conn_reuse_mode", "0");
	vs_sysctl_watch(s, at(5));
	expect("conn_reuse_mode", "1");
	vs_sysctl_free(s);
}
END_TEST

static const struct {
	enum vs_sysctl_name name;
	const char *text;
	int a, b; /* a -1: refused */
} values[] = {
	{ VS_EXPIRE_NODEST_CONN, "1\n", 1, 0 },
	{ VS_EXPIRE_NODEST_CONN, "2", -1, 0 },
	{ VS_EXPIRE_NODEST_CONN, "", -1, 0 },
	{ VS_EXPIRE_NODEST_CONN, "on", -1, 0 },
	{ VS_EXPIRE_NODEST_CONN, "-1", -1, 0 },
	{ VS_CONN_REUSE_MODE, "3", 3, 0 },
	{ VS_CONN_REUSE_MODE, "4", -1, 0 },
	{ VS_SYNC_THRESHOLD, "3\t50\n", 3, 50 },
	{ VS_SYNC_THRESHOLD, "3 0", 3, 0 },
	{ VS_SYNC_THRESHOLD, "49 50", 49, 50 },
	{ VS_SYNC_THRESHOLD, "50 50", -1, 0 },
	{ VS_SYNC_THRESHOLD, "3", -1, 0 },
	{ VS_SYNC_THRESHOLD, "3 0 1", -1, 0 },
	{ VS_SYNC_PORTS, "16", 16, 0 },
	{ VS_SYNC_PORTS, "3", -1, 0 },
	{ VS_SYNC_PORTS, "0", -1, 0 },
	{ VS_AM_DROPRATE, "0", -1, 0 },
	{ VS_SYNC_QLEN_MAX, "99999999999", -1, 0 },
	{ VS_SYNC_SOCK_SIZE, "4M", -1, 0 },
	{ VS_SYNC_SOCK_SIZE, "4 5", -1, 0 },
};

START_TEST(values_and_their_edges) {
	struct vs_value v = { false, 7, 7 };

	ck_assert_int_eq(vs_table_parse(values[_i].name, values[_i].text, &v), values[_i].a >= 0);
	ck_assert_uint_eq(v.a, values[_i].a >= 0 ? (unsigned)values[_i].a : 7);
	ck_assert_uint_eq(v.b, values[_i].a >= 0 ? (unsigned)values[_i].b : 7);
}
END_TEST

static void expect_want(const struct checkers_config *c, bool has_sync, enum vs_sysctl_name name, int a)
{
	struct vs_values v;

	vs_want(c, has_sync, &v);
	ck_assert_msg(v.of[name].is_set == (a >= 0), "%s", vs_table_name(name));
	if (a >= 0)
		ck_assert_uint_eq(v.of[name].a, (unsigned)a);
}

START_TEST(which_are_ours) {
	const struct vs_how how_keep = { .on_server_down = LVS_DOWN_KEEP, .persistence_timeout = 5 },
			    how_drain = { .on_server_down = LVS_DOWN_DRAIN },
			    how_reset = { .on_server_down = LVS_DOWN_RESET, .persistence_timeout = 5 };
	struct vs_conf keep = { .how = &how_keep }, drain = { .how = &how_drain }, reset = { .how = &how_reset };
	void *list[] = { &keep, &drain, &reset };
	struct checkers_config c = { .services = { list, 1, 3 } };

	expect_want(&c, false, VS_EXPIRE_NODEST_CONN, -1);
	expect_want(&c, false, VS_SYNC_THRESHOLD, -1);
	expect_want(&c, true, VS_SYNC_THRESHOLD, 3);
	expect_want(&c, true, VS_SYNC_REFRESH_PERIOD, 10);
	c.services.n = 2;
	expect_want(&c, false, VS_EXPIRE_NODEST_CONN, 1);
	expect_want(&c, false, VS_CONN_REUSE_MODE, 1);
	expect_want(&c, false, VS_EXPIRE_QUIESCENT_TEMPLATE, -1);
	c.services.n = 3;
	expect_want(&c, false, VS_EXPIRE_QUIESCENT_TEMPLATE, 1);
	c.sysctl.written.of[VS_EXPIRE_NODEST_CONN] = (struct vs_value){ true, 0, 0 };
	c.sysctl.written.of[VS_SYNC_REFRESH_PERIOD] = (struct vs_value){ true, 2, 0 };
	expect_want(&c, true, VS_EXPIRE_NODEST_CONN, 0);
	expect_want(&c, true, VS_SYNC_REFRESH_PERIOD, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("vs_sysctl");
	TCase *tc = tcase_create("sysctl");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, set_kept_and_put_back);
	tcase_add_test(tc, what_was_right_stays);
	tcase_add_test(tc, no_longer_wanted);
	tcase_add_test(tc, remembered_over_a_crash);
	tcase_add_test(tc, one_is_missing);
	tcase_add_loop_test(tc, values_and_their_edges, 0, (int)(sizeof(values) / sizeof(values[0])));
	tcase_add_test(tc, which_are_ours);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
