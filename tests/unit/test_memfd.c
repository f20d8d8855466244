/* test_memfd.c - sealed bytes arrive whole, cannot be changed, and what is not sealed is refused. */
#include "io/memfd.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run.h"

START_TEST(brings_bytes) {
	static const char bytes[] = "virtual_router_id 51\0and a NUL";
	char *back = NULL;
	size_t len = 0;
	int fd = memfd_of("test", bytes, sizeof(bytes));

	ck_assert_int_ge(fd, 0);
	ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	for (int i = 0; i < 2; i++) { /* the place in the file does not move */
		ck_assert_int_eq(memfd_read(fd, &back, &len), 0);
		ck_assert_uint_eq(len, sizeof(bytes));
		ck_assert_mem_eq(back, bytes, sizeof(bytes));
		ck_assert_int_eq(back[len], '\0');
		free(back);
	}
	close(fd);
}
END_TEST

START_TEST(brings_nothing) {
	char *back = NULL;
	size_t len = 7;
	int fd = memfd_of("test", NULL, 0);

	ck_assert_int_eq(memfd_read(fd, &back, &len), 0);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(back, "");
	free(back);
	close(fd);
}
END_TEST

START_TEST(brings_megabytes) {
	size_t size = 8 << 20, len = 0;
	char *bytes = malloc(size), *back = NULL;
	FILE *copy = tmpfile();
	int fd, to;

	ck_assert_ptr_nonnull(copy);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 7 + i / 4096);
	fd = memfd_of("test", bytes, size);
	ck_assert_int_eq(memfd_read(fd, &back, &len), 0);
	ck_assert_uint_eq(len, size);
	ck_assert(memcmp(bytes, back, size) == 0);
	free(back);
	to = fileno(copy);
	ck_assert_int_eq(memfd_copy(fd, to), 0);
	back = mmap(NULL, size, PROT_READ, MAP_PRIVATE, to, 0);
	ck_assert(back != MAP_FAILED && lseek(to, 0, SEEK_END) == (off_t)size && memcmp(bytes, back, size) == 0);
	munmap(back, size);
	ck_assert_int_eq(memfd_copy(fd, -1), -EBADF);
	fclose(copy);
	free(bytes);
	close(fd);
}
END_TEST

START_TEST(cannot_be_changed) {
	int fd = memfd_of("test", "abc", 3);

	ck_assert_int_eq(write(fd, "x", 1), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(fd, 1), -1);
	ck_assert_int_eq(ftruncate(fd, 9), -1);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	close(fd);
}
END_TEST

/* seals that are missing one */
static const int poor[] = { 0, F_SEAL_WRITE, F_SEAL_SHRINK, F_SEAL_GROW };

START_TEST(refuses_what_is_not_sealed) {
	char *back = (char *)1;
	size_t len;
	int fd = memfd_create("poor", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, poor[_i]), 0);
	ck_assert_int_eq(memfd_read(fd, &back, &len), -EPERM);
	ck_assert_ptr_eq(back, (char *)1);
	ck_assert_int_eq(memfd_copy(fd, STDOUT_FILENO), -EPERM);
	close(fd);
}
END_TEST

START_TEST(refuses_what_is_no_memfd) {
	char *back;
	size_t len;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(memfd_read(fd, &back, &len), -EPERM);
	close(fd);
	ck_assert_int_eq(memfd_read(-1, &back, &len), -EPERM);
}
END_TEST

enum { LONG = 3 * 16 * 1024 + 5 };

/* One byte changed at a place of LONG; -1: none. Around the borders of the pieces that are compared. */
static const int other_at[] = { -1, 0, 16 * 1024 - 1, 16 * 1024, 2 * 16 * 1024, LONG - 1 };

START_TEST(compares_all) {
	char *x = calloc(1, LONG);
	int a = memfd_of("a", x, LONG), b, less = memfd_of("less", x, LONG - 1), at = other_at[_i];

	if (at >= 0)
		x[at] = 1;
	b = memfd_of("b", x, LONG);
	ck_assert(memfd_same(a, b) == (at < 0));
	ck_assert(!memfd_same(a, less));
	ck_assert(!memfd_same(less, a));
	ck_assert(memfd_same(a, a));
	ck_assert(!memfd_same(a, -1));
	close(a);
	close(b);
	close(less);
	free(x);
}
END_TEST

START_TEST(nothing_is_nothing) {
	int a = memfd_of("a", NULL, 0), b = memfd_of("b", NULL, 0), poor_fd = memfd_create("poor", MFD_CLOEXEC);

	ck_assert(memfd_same(a, b));
	ck_assert(!memfd_same(a, poor_fd));
	close(a);
	close(b);
	close(poor_fd);
}
END_TEST

/* Any whole lines of it, also of more than is in memory at once: those lines, and nothing behind them. */
START_TEST(lines_of_a_part) {
	enum { LINES = 5000, WIDTH = 20 };
	static char all[LINES * WIDTH + 1];
	static const struct {
		size_t first, n;
	} rows[] = { { 0, LINES }, { 0, 1 }, { 1, 1 }, { 3, 0 }, { LINES - 1, 1 }, { 7, LINES - 7 }, { 1000, 3000 },
		{ LINES, 0 } };
	struct memfd_lines *l;
	struct memfd_line line;
	size_t n = 0;
	int fd;

	for (unsigned i = 0; i < LINES; i++)
		snprintf(all + (size_t)i * WIDTH, sizeof(all) - (size_t)i * WIDTH, "%019u\n", i);
	fd = memfd_of("test", all, LINES * WIDTH);
	l = memfd_lines_part(fd, rows[_i].first * WIDTH, rows[_i].n * WIDTH);
	for (; memfd_lines_next(l, &line) > 0; n++) {
		ck_assert_uint_eq(line.at, (rows[_i].first + n) * WIDTH);
		ck_assert(!memcmp(line.text, all + line.at, line.len + 1));
	}
	ck_assert_uint_eq(n, rows[_i].n);
	ck_assert_int_eq(memfd_lines_next(l, &line), 0);
	memfd_lines_free(l);
	if (rows[_i].n) { /* one that ends amid a line is none of ours */
		int r;

		l = memfd_lines_part(fd, rows[_i].first * WIDTH, rows[_i].n * WIDTH - 1);
		while ((r = memfd_lines_next(l, &line)) > 0)
			;
		ck_assert_int_eq(r, -EINVAL);
		memfd_lines_free(l);
	}
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("memfd");
	TCase *tc = tcase_create("memfd");

	tcase_add_loop_test(tc, lines_of_a_part, 0, 8);
	suite_add_tcase(s, tc);
	tcase_add_test(tc, brings_bytes);
	tcase_add_test(tc, brings_nothing);
	tcase_add_test(tc, brings_megabytes);
	tcase_add_test(tc, cannot_be_changed);
	tcase_add_loop_test(tc, refuses_what_is_not_sealed, 0, 4);
	tcase_add_test(tc, refuses_what_is_no_memfd);
	tcase_add_loop_test(tc, compares_all, 0, sizeof(other_at) / sizeof(other_at[0]));
	tcase_add_test(tc, nothing_is_nothing);
	return run_suite(s);
}
