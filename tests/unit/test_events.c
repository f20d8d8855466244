/* test_events.c - what a FIFO hears: a line for each change, and of thousands the last one again at a reload that asks for it. */
#include "daemon/events.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "daemon/conf.h"
#include "io/loop.h"
#include "run.h"

enum { MANY = 4000, BUFFER = 1 << 20 };

static char dir[] = "/tmp/test_events.XXXXXX";

static char *said(int fd)
{
	char *buf = x_calloc(1, BUFFER);
	size_t len = 0;
	ssize_t n;

	while (len < BUFFER - 1 && (n = read(fd, buf + len, BUFFER - 1 - len)) > 0)
		len += (size_t)n;
	return buf;
}

START_TEST(lines_and_again) {
	struct main_globals g = { .fifo_states_on_reload = true };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct events *e = events_new(l);
	char *path = x_asprintf("%s/fifo", dir), *text;
	int fd;

	g.fifo[FIFO_VRRP].path = path;
	events_config(e, &g);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	events_vrrp(e, false, "A", "BACKUP", 100);
	events_vrrp(e, true, "A", "BACKUP", 100);
	events_vrrp(e, false, "A", "MASTER", 150);
	events_vrrp(e, false, "B", "DELETED", 255);
	events_word(e, "INSTANCE", "A", "MASTER_PRIORITY", 7);
	text = said(fd);
	ck_assert_str_eq(text,
		"INSTANCE \"A\" BACKUP 100\nGROUP \"A\" BACKUP 100\nINSTANCE \"A\" MASTER 150\n"
		"INSTANCE \"B\" DELETED 255\nINSTANCE \"A\" MASTER_PRIORITY 7\n");
	free(text);
	events_config(e, &g); /* a reload */
	text = said(fd);
	ck_assert_str_eq(text, "INSTANCE \"A\" MASTER 150\nINSTANCE \"B\" DELETED 255\nGROUP \"A\" BACKUP 100\n");
	free(text);
	g.fifo_states_on_reload = false;
	events_config(e, &g);
	text = said(fd);
	ck_assert_str_eq(text, "");
	free(text);
	close(fd);
	events_free(e);
	loop_free(l);
	free(path);
}
END_TEST

/* Each of them is found again: one line for each, its last. */
START_TEST(many) {
	struct main_globals g = { .fifo_states_on_reload = true };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct events *e = events_new(l);
	char *path = x_asprintf("%s/many", dir), name[32], *text;
	unsigned lines = 0;
	int fd;

	for (unsigned turn = 0; turn < 3; turn++)
		for (unsigned i = 0; i < MANY; i++) {
			snprintf(name, sizeof(name), "VI_%u", i);
			events_vrrp(e, false, name, turn == 2 ? "FAULT" : "BACKUP", i % 256);
		}
	g.fifo[FIFO_ALL].path = path;
	events_config(e, &g);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ge(fcntl(fd, F_SETPIPE_SZ, BUFFER), 0);
	events_config(e, &g);
	text = said(fd);
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	ck_assert_uint_eq(lines, MANY);
	ck_assert_ptr_nonnull(strstr(text, "INSTANCE \"VI_3999\" FAULT 159\n"));
	ck_assert_ptr_null(strstr(text, "BACKUP"));
	free(text);
	close(fd);
	events_free(e);
	loop_free(l);
	free(path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("events");
	TCase *t = tcase_create("events");
	char *command;
	int r;

	if (!mkdtemp(dir))
		return 1;
	tcase_add_test(t, lines_and_again);
	tcase_add_test(t, many);
	suite_add_tcase(s, t);
	r = run_suite(s);
	command = x_asprintf("rm -rf %s", dir);
	r = system(command) == 0 ? r : 1;
	free(command);
	return r;
}
