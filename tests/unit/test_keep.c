/* test_keep.c - what of a vrrp process's state becomes a file, and when it is written. */
#include "daemon/keep.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/memfd.h"
#include "run.h"

static char dir[] = "/tmp/test_keep.XXXXXX";
static uint64_t paths = KEEP_UNKNOWN;

/* The result of keep_write_marks(). */
static int write_marks(const char *state, bool is_due)
{
	int fd = memfd_of("test", state, strlen(state)), r;

	ck_assert_int_ge(fd, 0);
	r = keep_write_marks(dir, fd, is_due, &paths);
	close(fd);
	return r;
}

/* What the file holds, in a buffer of its own; NULL: there is none. */
static const char *held(void)
{
	static char buf[256];
	char *bytes;
	size_t len;
	int fd = keep_read(dir, ROLE_VRRP);

	if (fd < 0)
		return NULL;
	ck_assert_int_eq(memfd_read(fd, &bytes, &len), 0);
	ck_assert_uint_lt(len, sizeof(buf));
	memcpy(buf, bytes, len);
	buf[len] = '\0';
	free(bytes);
	close(fd);
	return buf;
}

START_TEST(marks_when_due_paths_at_once) {
	char *path;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(write_marks("alive 5\nMASTER web\n", true), 0);
	ck_assert_ptr_null(held()); /* nothing to keep: no file */
	ck_assert_int_eq(write_marks("alive 5\nsequence 7 web\n", false), 0);
	ck_assert_int_eq(write_marks("alive 5\nsequence 7 web\nmark 8 192.0.2.1 web\n", true), 1);
	ck_assert_str_eq(held(), "sequence 7 web\nmark 8 192.0.2.1 web\n");
	ck_assert_int_eq(write_marks("sequence 8 web\nroute 00\nrule 01\n", false), 1);
	ck_assert_str_eq(held(), "sequence 8 web\nroute 00\nrule 01\n");
	ck_assert_int_eq(write_marks("sequence 9 web\nroute 00\nrule 01\n", false), 0);
	ck_assert_int_eq(write_marks("route 00\n", false), 1);
	ck_assert_str_eq(held(), "route 00\n");
	ck_assert_int_eq(write_marks("alive 9\n", false), 1); /* they went: a later run must not look for them */
	ck_assert_str_eq(held(), "");
	ck_assert_int_eq(write_marks("alive 10\n", true), 0);
	path = x_asprintf("%s/vrrp.state", dir);
	ck_assert_int_eq(unlink(path), 0);
	free(path);
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert_int_lt(write_marks("route 00\n", false), 0);
	ck_assert_int_lt(write_marks("route 00\n", false), 0); /* tried again */
}
END_TEST

/* What a run before left is written over, even by nothing. */
START_TEST(left_by_a_run_before) {
	char made[] = "/tmp/test_keep.XXXXXX", *path;
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(made));
	memcpy(dir, made, sizeof(dir));
	path = x_asprintf("%s/vrrp.state", dir);
	f = fopen(path, "w");
	ck_assert(f && fputs("route 00\n", f) >= 0 && fclose(f) == 0);
	paths = KEEP_UNKNOWN;
	ck_assert_int_eq(write_marks("alive 5\n", false), 1);
	ck_assert_str_eq(held(), "");
	ck_assert_int_eq(unlink(path), 0);
	free(path);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* All of it, of any size; on an error the file stays what it was. */
START_TEST(whole_states) {
	enum { LARGE = 100000 };
	char made[] = "/tmp/test_keep.XXXXXX", *path, *bytes, *large = x_calloc(1, LARGE);
	int fd, pipe_fd[2];
	size_t len;

	ck_assert_ptr_nonnull(mkdtemp(made));
	path = x_asprintf("%s/lvs.state", made);
	memset(large, 'x', LARGE);
	for (unsigned turn = 0; turn < 2; turn++) {
		const size_t wanted = turn ? 0 : LARGE;

		fd = memfd_of("test", large, wanted);
		ck_assert_int_eq(keep_write(made, ROLE_LVS, fd), 0);
		close(fd);
		fd = keep_read(made, ROLE_LVS);
		ck_assert_int_eq(memfd_read(fd, &bytes, &len), 0);
		ck_assert(len == wanted && !memcmp(bytes, large, len));
		free(bytes);
		close(fd);
	}
	ck_assert_int_eq(pipe(pipe_fd), 0);
	ck_assert_int_lt(keep_write(made, ROLE_LVS, pipe_fd[0]), 0); /* it is not sealed */
	ck_assert_int_lt(keep_write_marks(made, pipe_fd[0], true, &paths), 0);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	fd = keep_read(made, ROLE_LVS);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(made), 0); /* nothing else is left there */
	ck_assert_int_lt(keep_write(made, ROLE_LVS, fd), 0);
	close(fd);
	free(path);
	free(large);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keep");
	TCase *t = tcase_create("marks");

	tcase_add_test(t, marks_when_due_paths_at_once);
	tcase_add_test(t, left_by_a_run_before);
	tcase_add_test(t, whole_states);
	suite_add_tcase(s, t);
	return run_suite(s);
}
