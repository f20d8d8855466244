/* test_track_file.c - the number in a real file: written, replaced, removed, its folder coming later, and what is no number. */
#include "daemon/track_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mono.h"
#include "io/loop.h"
#include "run.h"
#include "vrrp/conf.h"

#define PATIENCE (400 * MONO_MSEC) /* less than the look once a second: events alone must do it */

static struct loop *loop;
static struct loop_timer *late;
static struct track_file *tracked;
static struct vrrp_file_conf conf;
static char folder[64], path[160], other[192];
static unsigned changes;

static void on_late(void *ctx, mono_t now)
{
	(void)ctx, (void)now;
	loop_stop(loop);
}

static void on_change(void *ctx, const struct track_file *t)
{
	(void)ctx, (void)t;
	changes++;
	loop_stop(loop);
}

static void wait_for_change(void)
{
	loop_timer_at(late, mono_add(mono_now(), PATIENCE));
	loop_run(loop);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* The file is `below` a fresh folder. */
static void start(const char *below)
{
	strcpy(folder, "/tmp/vipd-test-track-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, below);
	snprintf(other, sizeof(other), "%s.new", path);
	conf = (struct vrrp_file_conf){ .name = "hold", .path = path };
	loop = loop_new(LOOP_DEFAULT);
	late = loop_timer_new(loop, on_late, NULL);
	changes = 0;
	tracked = NULL;
}

static void track(void)
{
	tracked = track_file_new(loop, &conf, on_change, NULL);
}

static void finish(void)
{
	char command[128];

	track_file_free(tracked);
	loop_timer_free(late);
	loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void expect_change(int32_t value)
{
	unsigned before = changes;

	wait_for_change();
	ck_assert_uint_eq(changes, before + 1);
	ck_assert_int_eq(track_file_value(tracked), value);
}

START_TEST(first_number_is_known_at_once) {
	start("n");
	put(path, " -17\n");
	track();
	ck_assert_int_eq(track_file_value(tracked), -17);
	finish();
}
END_TEST

START_TEST(writes_replacements_and_removal) {
	start("n");
	track();
	ck_assert_int_eq(track_file_value(tracked), 0);
	put(path, "5");
	expect_change(5);
	put(path, "6\n");
	expect_change(6);
	put(other, "7\n");
	ck_assert_int_eq(rename(other, path), 0);
	expect_change(7);
	put(path, "8\n"); /* the new file is watched as the old one was */
	expect_change(8);
	ck_assert_int_eq(unlink(path), 0);
	expect_change(0);
	put(path, "9");
	expect_change(9);
	finish();
}
END_TEST

START_TEST(folder_appears_later) {
	char a[96], b[128];

	start("a/b/n");
	snprintf(a, sizeof(a), "%s/a", folder);
	snprintf(b, sizeof(b), "%s/b", a);
	track();
	ck_assert_int_eq(mkdir(a, 0755), 0);
	wait_for_change();
	ck_assert_int_eq(mkdir(b, 0755), 0);
	wait_for_change();
	ck_assert_uint_eq(changes, 0);
	put(path, "3");
	expect_change(3);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(b), 0);
	expect_change(0);
	ck_assert_int_eq(mkdir(b, 0755), 0);
	put(path, "4");
	expect_change(4);
	finish();
}
END_TEST

START_TEST(link_to_a_file_elsewhere) {
	char target[128];

	start("n");
	snprintf(target, sizeof(target), "%s/target", folder);
	put(target, "1");
	ck_assert_int_eq(symlink(target, path), 0);
	track();
	ck_assert_int_eq(track_file_value(tracked), 1);
	put(target, "2");
	expect_change(2);
	finish();
}
END_TEST

START_TEST(same_number_is_no_change) {
	start("n");
	put(path, "5");
	track();
	put(path, "5\n");
	wait_for_change();
	ck_assert_uint_eq(changes, 0);
	finish();
}
END_TEST

static const struct row {
	const char *text;
	int32_t value;
} rows[] = {
	{ "", 0 }, { "abc", 0 }, { "12x", 0 }, { "12 \t\r\n", 12 }, { "+7", 7 }, { "9999999999", INT32_MAX },
	{ "-9999999999", -INT32_MAX }, { "1 2", 0 }, { "\n\n4\n", 4 },
};

START_TEST(what_is_a_number) {
	start("n");
	put(path, rows[_i].text);
	track();
	ck_assert_int_eq(track_file_value(tracked), rows[_i].value);
	finish();
}
END_TEST

START_TEST(pipe_is_not_waited_for) {
	start("n");
	ck_assert_int_eq(mkfifo(path, 0644), 0);
	track();
	ck_assert_int_eq(track_file_value(tracked), 0);
	finish();
}
END_TEST

static void expect_text(const char *want)
{
	char text[32] = "";
	FILE *f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), f));
	fclose(f);
	ck_assert_str_eq(text, want);
}

START_TEST(init_file_writes_what_is_missing) {
	start("n");
	conf.init = true;
	conf.init_value = -4;
	track();
	expect_text("-4\n");
	ck_assert_int_eq(track_file_value(tracked), -4);
	track_file_free(tracked);
	conf.init_value = 9;
	track();
	expect_text("-4\n");
	track_file_free(tracked);
	conf.init_overwrite = true;
	track();
	expect_text("9\n");
	finish();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("track_file");
	TCase *t = tcase_create("files");

	tcase_add_test(t, first_number_is_known_at_once);
	tcase_add_test(t, writes_replacements_and_removal);
	tcase_add_test(t, folder_appears_later);
	tcase_add_test(t, link_to_a_file_elsewhere);
	tcase_add_test(t, same_number_is_no_change);
	tcase_add_loop_test(t, what_is_a_number, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, pipe_is_not_waited_for);
	tcase_add_test(t, init_file_writes_what_is_missing);
	suite_add_tcase(s, t);
	return run_suite(s);
}
