/* test_script_path.c - where a command is found, and whether others than root can change it. Files in a directory of its own. */
#include "daemon/script_path.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scratch {
	char dir[32], path[64];
};

static void scratch_init(struct scratch *s, const char *name, mode_t mode)
{
	FILE *f;

	strcpy(s->dir, "/tmp/test_path.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->dir));
	snprintf(s->path, sizeof(s->path), "%s/%s", s->dir, name);
	f = fopen(s->path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("#!/bin/sh\n", f);
	fclose(f);
	ck_assert_int_eq(chmod(s->path, mode), 0);
}

static void scratch_done(const struct scratch *s)
{
	unlink(s->path);
	rmdir(s->dir);
}

START_TEST(test_find) {
	struct scratch s;
	char path[4096];

	scratch_init(&s, "run", 0755);
	ck_assert_int_eq(script_path_find(s.path, path, sizeof(path)), 0);
	ck_assert_str_eq(path, s.path);
	ck_assert_int_eq(chmod(s.path, 0644), 0);
	ck_assert_int_eq(script_path_find(s.path, path, sizeof(path)), -EACCES);
	ck_assert_int_eq(script_path_find(s.dir, path, sizeof(path)), -EISDIR);
	ck_assert_int_eq(script_path_find("/nonexistent/x", path, sizeof(path)), -ENOENT);
	ck_assert_int_eq(script_path_find(s.path, path, 5), -ENAMETOOLONG);
	scratch_done(&s);
}
END_TEST

/* A bare command: the first directory of PATH with an executable file of that name. */
START_TEST(test_find_in_path) {
	struct scratch plain, run;
	char path[4096], dirs[128], *name;

	scratch_init(&plain, "command-x", 0644);
	scratch_init(&run, "command-x", 0755);
	name = strrchr(run.path, '/') + 1;
	snprintf(dirs, sizeof(dirs), "/nonexistent:%s:%s", plain.dir, run.dir);
	setenv("PATH", dirs, 1);
	ck_assert_int_eq(script_path_find(name, path, sizeof(path)), 0);
	ck_assert_str_eq(path, run.path);
	setenv("PATH", plain.dir, 1);
	ck_assert_int_eq(script_path_find(name, path, sizeof(path)), -EACCES);
	setenv("PATH", "/nonexistent", 1);
	ck_assert_int_eq(script_path_find(name, path, sizeof(path)), -ENOENT);
	unsetenv("PATH");
	ck_assert_int_eq(script_path_find("true", path, sizeof(path)), 0);
	scratch_done(&plain);
	scratch_done(&run);
}
END_TEST

START_TEST(test_unsafe) {
	struct script_path_part part;
	struct scratch s;

	ck_assert(!script_path_is_unsafe("/usr/bin/env", &part));
	ck_assert(!script_path_is_unsafe("/", &part));
	scratch_init(&s, "run", 0755);
	ck_assert(script_path_is_unsafe(s.path, &part));
	ck_assert_str_eq(part.path, "/tmp");
	ck_assert(part.is_writable);
	scratch_done(&s);
}
END_TEST

START_TEST(test_user) {
	ck_assert_str_eq(script_path_user("own", "global"), "own");
	ck_assert_str_eq(script_path_user(NULL, "global"), "global");
	ck_assert_str_eq(script_path_user(NULL, NULL), "root");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("script_path");
	TCase *tc = tcase_create("script_path");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_find);
	tcase_add_test(tc, test_find_in_path);
	tcase_add_test(tc, test_unsafe);
	tcase_add_test(tc, test_user);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
