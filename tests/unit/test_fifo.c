/*
 * test_fifo.c - lines through a real FIFO: in order, never blocking, the newest kept when nobody reads; a planted file is
 * refused.
 */
#include "daemon/fifo.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/writer.h"
#include "daemon/conf.h"
#include "io/loop.h"

static char dir[] = "/tmp/vipd-test-fifo-XXXXXX";
static char path[64];

struct world {
	struct loop *loop;
	struct fifo *fifo;
	struct main_globals globals;
};

static void open_world(struct world *w)
{
	const struct fifo_conf c = { .path = path };

	*w = (struct world){ .loop = loop_new(LOOP_DEFAULT) };
	w->fifo = fifo_new(w->loop, &c, &w->globals);
}

static void close_world(struct world *w)
{
	fifo_free(w->fifo);
	loop_free(w->loop);
}

static char *shown(const struct fifo *f)
{
	struct writer *w = writer_new();
	char *text;
	size_t len;

	fifo_show(f, w);
	text = writer_text(w, &len);
	writer_free(w);
	return text;
}

static bool is_shown(const struct fifo *f, const char *part)
{
	char *text = shown(f);
	const bool found = strstr(text, part) != NULL;

	free(text);
	return found;
}

static void expect_shown(const struct fifo *f, const char *part)
{
	char *text = shown(f);

	ck_assert_msg(strstr(text, part) != NULL, "no '%s' in %s", part, text);
	free(text);
}

START_TEST(test_order) {
	struct world w;
	char buf[64];
	int fd;
	ssize_t n;

	open_world(&w);
	fifo_write(w.fifo, "INSTANCE \"VI_1\" BACKUP 100");
	fifo_write(w.fifo, "INSTANCE \"VI_1\" MASTER 100");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	n = read(fd, buf, sizeof(buf) - 1);
	ck_assert_int_gt(n, 0);
	buf[n] = '\0';
	ck_assert_str_eq(buf, "INSTANCE \"VI_1\" BACKUP 100\nINSTANCE \"VI_1\" MASTER 100\n");
	close(fd);
	expect_shown(w.fifo, "\"written\":2");
	close_world(&w);
	ck_assert_int_eq(access(path, F_OK), -1); /* made here, removed here */
}
END_TEST

static void stop_soon(void *ctx, mono_t now)
{
	(void)now;
	loop_stop(ctx);
}

static void turn(struct world *w)
{
	struct loop_timer *t = loop_timer_new(w->loop, stop_soon, w->loop);

	loop_timer_at(t, mono_add(mono_now(), 20 * MONO_MSEC));
	ck_assert_int_eq(loop_run(w->loop), 0);
	loop_timer_free(t);
}

/* Without a reader: the pipe's 64 KiB and the queue fill up, the oldest waiting lines go, and a reader gets the newest. */
START_TEST(test_nobody_reads) {
	enum { LINES = 10000 };
	struct world w;
	char line[32], *all = calloc(LINES, 32);
	size_t len = 0;
	ssize_t n;
	int fd;

	open_world(&w);
	for (unsigned i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "line %020u", i);
		fifo_write(w.fifo, line);
	}
	expect_shown(w.fifo, "\"waiting\":1024");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	do {
		while ((n = read(fd, all + len, 4096)) > 0)
			len += (size_t)n;
		turn(&w);
	} while (!is_shown(w.fifo, "\"waiting\":0"));
	while ((n = read(fd, all + len, 4096)) > 0)
		len += (size_t)n;
	close(fd);
	ck_assert_uint_eq(len % 26, 0); /* no line was torn */
	ck_assert(memcmp(all, "line 00000000000000000000\n", 26) == 0);
	ck_assert(memcmp(all + len - 26, "line 00000000000000009999\n", 26) == 0);
	snprintf(line, sizeof(line), "\"lost\":%zu", LINES - len / 26);
	expect_shown(w.fifo, line);
	free(all);
	close_world(&w);
}
END_TEST

START_TEST(test_planted) {
	struct world w;
	int fd = open(path, O_CREAT | O_WRONLY, 0644);

	close(fd);
	open_world(&w);
	fifo_write(w.fifo, "INSTANCE \"VI_1\" MASTER 100");
	expect_shown(w.fifo, "is no FIFO");
	expect_shown(w.fifo, "\"lost\":1");
	close_world(&w);
	ck_assert_int_eq(access(path, F_OK), 0); /* not ours */
	unlink(path);
}
END_TEST

START_TEST(test_link) {
	struct world w;

	ck_assert_int_eq(symlink("/tmp/nowhere", path), 0);
	open_world(&w);
	expect_shown(w.fifo, "cannot be opened");
	close_world(&w);
	unlink(path);
}
END_TEST

START_TEST(test_owner) {
	const struct fifo_conf c = { .path = path, .user = "nobody", .group = "nogroup" },
			       none = { .path = path, .user = "nobody-at-all" };
	struct main_globals g = { 0 };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct fifo *f;
	struct stat st;

	if (geteuid() != 0)
		return;
	f = fifo_new(l, &c, &g);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq((int)st.st_uid, 65534);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert(fifo_keep(f, &c));
	ck_assert(!fifo_keep(f, &none));
	fifo_free(f);
	f = fifo_new(l, &none, &g);
	expect_shown(f, "does not exist");
	fifo_free(f);
	loop_free(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fifo");
	TCase *t = tcase_create("fifo");
	SRunner *r = srunner_create(s);
	int failed;

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/events", dir);
	srunner_set_fork_status(r, CK_NOFORK);
	tcase_add_test(t, test_order);
	tcase_add_test(t, test_nobody_reads);
	tcase_add_test(t, test_planted);
	tcase_add_test(t, test_link);
	tcase_add_test(t, test_owner);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	rmdir(dir);
	return failed ? 1 : 0;
}
