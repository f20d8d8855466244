/* test_served_tell.c - a service or server changed: the line that a FIFO gets, and what is run, row by row. */
#include "daemon/served_tell.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "conf/script.h"
#include "daemon/conf.h"
#include "daemon/events.h"
#include "daemon/mailer.h"
#include "io/loop.h"
#include "io/message.h"
#include "run.h"

static const char text[] = "virtual_server 192.0.2.1 80 {\n\tquorum_up /bin/qup\n\tquorum_down /bin/qdown\n"
			   "\treal_server 10.0.0.1 81 {\n\t\tnotify_up /bin/up\n\t\tnotify_down /bin/down\n\t}\n"
			   "\treal_server 10.0.0.2 81 {\n\t}\n}\nvirtual_server fwmark 7 {\n}\n";

static const struct {
	struct msg_notify m;
	const char *line, *name, *script; /* name NULL: nothing is to run */
} rows[] = {
	{ { .kind = NOTIFY_QUORUM, .state = 1 }, "VS [192.0.2.1]:tcp:80 UP\n", "service 192.0.2.1:80/tcp quorum", "/bin/qup" },
	{ { .kind = NOTIFY_QUORUM }, "VS [192.0.2.1]:tcp:80 DOWN\n", "service 192.0.2.1:80/tcp quorum", "/bin/qdown" },
	{ { .kind = NOTIFY_QUORUM, .index = 1 }, "VS fwmark 7 DOWN\n", "service fwmark 7 quorum", NULL },
	{ { .kind = NOTIFY_QUORUM, .index = 2 }, "", NULL, NULL },
	{ { .kind = NOTIFY_SERVER, .state = 1 }, "RS [10.0.0.1]:tcp:81 [192.0.2.1]:tcp:80 UP\n",
		"server 10.0.0.1:81 of 192.0.2.1:80/tcp notify", "/bin/up" },
	{ { .kind = NOTIFY_SERVER }, "RS [10.0.0.1]:tcp:81 [192.0.2.1]:tcp:80 DOWN\n",
		"server 10.0.0.1:81 of 192.0.2.1:80/tcp notify", "/bin/down" },
	{ { .kind = NOTIFY_SERVER, .sub = 1, .state = 1 }, "RS [10.0.0.2]:tcp:81 [192.0.2.1]:tcp:80 UP\n",
		"server 10.0.0.2:81 of 192.0.2.1:80/tcp notify", NULL },
	{ { .kind = NOTIFY_SERVER, .sub = 2 }, "", NULL, NULL },
	{ { .kind = NOTIFY_SERVER, .index = 1 }, "", NULL, NULL },
	{ { .kind = NOTIFY_SERVER, .index = UINT32_MAX }, "", NULL, NULL },
	{ { .kind = NOTIFY_ALARM, .sub = ALARM_FAIL_OPEN, .state = 1 }, "VS [192.0.2.1]:tcp:80 FAIL_OPEN\n", NULL, NULL },
	{ { .kind = NOTIFY_ALARM, .sub = ALARM_MINIMUM, .index = 1 }, "VS fwmark 7 BELOW_MINIMUM_OVER\n", NULL, NULL },
	{ { .kind = NOTIFY_ALARM, .sub = ALARM_MAX }, "", NULL, NULL },
};

static char dir[] = "/tmp/test_served_tell.XXXXXX";

static struct config *read_config(void)
{
	char *path = x_asprintf("%s/conf", dir);
	FILE *f = fopen(path, "w");
	struct config *c;

	ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
	c = config_read(path, NULL);
	ck_assert_uint_eq(report_count(c->report, CONF_ERROR), 0);
	ck_assert_int_eq(config_keep(c), 0);
	unlink(path);
	free(path);
	return c;
}

START_TEST(line_and_script) {
	struct main_globals g = { .mail.timeout = 0 };
	struct loop *l = loop_new(LOOP_DEFAULT);
	struct events *e = events_new(l);
	struct mailer *mail = mailer_new(l);
	char *path = x_asprintf("%s/fifo", dir), said[256] = "";
	struct served_script run = { .name = "" };
	struct config *c = read_config();
	int fd;

	mailer_config(mail, &g);
	g.fifo[FIFO_LVS].path = path;
	events_config(e, &g);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(served_tell(c, &rows[_i].m, e, mail, &run), rows[_i].name != NULL);
	ck_assert_int_ge(read(fd, said, sizeof(said) - 1), *rows[_i].line ? 1 : -1);
	ck_assert_str_eq(said, rows[_i].line);
	ck_assert_str_eq(run.name, rows[_i].name ? rows[_i].name : "");
	ck_assert_int_eq(run.script != NULL, rows[_i].script != NULL);
	if (run.script)
		ck_assert_str_eq(run.script->argv[0], rows[_i].script);
	close(fd);
	config_free(c);
	mailer_free(mail);
	events_free(e);
	loop_free(l);
	free(path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("served_tell");
	TCase *t = tcase_create("served_tell");
	char *fifo;
	int r;

	if (!mkdtemp(dir))
		return 1;
	tcase_add_loop_test(t, line_and_script, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	suite_add_tcase(s, t);
	r = run_suite(s);
	fifo = x_asprintf("%s/fifo", dir);
	unlink(fifo);
	rmdir(dir);
	free(fifo);
	return r;
}
