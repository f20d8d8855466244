/*
 * The probe process itself, forked into a network namespace of its own: the test plays main and lvs. Results, reload without
 * disturbance, states after a restart, privileges, the cap by descriptors, leaving.
 */
#include "checkers/probe.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkers/verdict.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/message.h"
#include "run.h"

enum { CHECKS_MAX = 16, WAIT_MS = 3000 };

static struct {
	struct loop *loop;
	struct channel *main, *lvs;
	struct loop_timer *timer;
	pid_t pid;
	uint32_t ready;
	bool is_gone, is_over;
	unsigned n_checks;
	struct msg_check checks[CHECKS_MAX]; /* last per (vs, rs, check) */
	json_t *reply;
	char log[8192];
} w;

static void on_main(void *ctx, const struct message *m)
{
	size_t len = strlen(w.log);
	char *text;

	(void)ctx;
	if (m->type == MSG_READY)
		w.ready = ((const struct msg_config *)m->data)->generation;
	else if (m->type == MSG_GONE)
		w.is_gone = true;
	else if (m->type == MSG_LOG)
		snprintf(w.log + len, sizeof(w.log) - len, "%.*s\n", (int)(m->len - sizeof(struct msg_log)),
			(const char *)m->data + sizeof(struct msg_log));
	else if (m->type == MSG_REPLY && !memfd_read(m->fd, &text, &len)) {
		json_decref(w.reply);
		w.reply = json_loadb(text, len, 0, NULL);
		free(text);
	}
	if (m->fd >= 0)
		close(m->fd);
}

static void take_check(const struct msg_check *c)
{
	unsigned i = 0;

	while (i < w.n_checks && (w.checks[i].vs != c->vs || w.checks[i].rs != c->rs || w.checks[i].check != c->check))
		i++;
	ck_assert_uint_lt(i, CHECKS_MAX);
	w.checks[i] = *c;
	if (i == w.n_checks)
		w.n_checks++;
}

static void on_lvs(void *ctx, const struct message *m)
{
	const struct msg_check *c = m->data;

	(void)ctx;
	ck_assert_int_eq(m->type, MSG_CHECK);
	ck_assert_uint_eq(m->len % sizeof(*c), 0);
	for (size_t i = 0; i < m->len / sizeof(*c); i++)
		take_check(&c[i]);
}

static void on_gone(void *ctx)
{
	(void)ctx;
	w.is_over = true;
}

static void on_timer(void *ctx, mono_t now)
{
	(void)ctx, (void)now;
	loop_stop(w.loop);
}

static void run_for(int64_t ms)
{
	loop_timer_at(w.timer, mono_add(mono_now(), ms * MONO_MSEC));
	loop_run(w.loop);
}

/* Turns the loop until `cond` holds; fails the test when it does not within WAIT_MS. */
#define WAIT_FOR(cond)                                                   \
	do {                                                             \
		for (int i_ = 0; i_ < WAIT_MS / 10 && !(cond); i_++)     \
			run_for(10);                                     \
		ck_assert_msg(cond, "waited for %s; log:\n%s", #cond, w.log); \
	} while (0)

static void send_config(uint32_t generation, const char *text)
{
	struct msg_config m = { .generation = generation };
	int fd = memfd_of("config", text, strlen(text));

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(channel_send(w.main, MSG_CONFIG, &m, sizeof(m), fd), 0);
	close(fd);
}

static const struct channel_ops lvs_ops = { on_lvs, NULL }, main_ops = { on_main, on_gone };

/* A fresh channel between the probe and us as lvs. */
static void connect_lvs(void)
{
	struct msg_peer m = { ROLE_LVS };
	int fds[2];

	ck_assert_int_eq(channel_pair(fds), 0);
	channel_free(w.lvs);
	w.lvs = channel_new(w.loop, fds[0], "probe", &lvs_ops, NULL);
	channel_send(w.main, MSG_PEER, &m, sizeof(m), fds[1]);
	close(fds[1]);
}

static void start_probe(void)
{
	int fds[2];

	w.loop = loop_new(LOOP_DEFAULT);
	w.timer = loop_timer_new(w.loop, on_timer, NULL);
	ck_assert_int_eq(channel_pair(fds), 0);
	w.pid = fork();
	if (w.pid == 0) {
		close(fds[0]);
		/* not exit(): the leak checker cannot look at a process that gave its user away */
		_exit(probe_main(fds[1]));
	}
	close(fds[1]);
	w.main = channel_new(w.loop, fds[0], "probe", &main_ops, NULL);
	connect_lvs();
}

static int wait_status(void)
{
	int status;

	ck_assert_int_eq(waitpid(w.pid, &status, 0), w.pid);
	w.pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "unshare: %s (root is needed)", strerror(errno));
	ck_assert_int_eq(system("ip link set lo up && ip link add v0 type veth peer name v1 && "
				"ip addr add 10.9.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up && "
				"ip neigh add 10.9.0.3 lladdr 02:00:00:00:00:99 dev v0 nud permanent"),
		0);
	start_probe();
}

static void teardown(void)
{
	if (w.pid) {
		kill(w.pid, SIGKILL);
		waitpid(w.pid, NULL, 0);
	}
	json_decref(w.reply);
	channel_free(w.main);
	channel_free(w.lvs);
	loop_timer_free(w.timer);
	loop_free(w.loop);
}

static int listen_on(uint16_t port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	return fd;
}

static const struct msg_check *check_of(uint32_t rs)
{
	static const struct msg_check none = { .state = CHECK_UNKNOWN };

	for (unsigned i = 0; i < w.n_checks; i++)
		if (w.checks[i].rs == rs)
			return &w.checks[i];
	return &none;
}

static json_t *query_for(enum query_scope scope)
{
	struct msg_query q = { 7, scope };

	json_decref(w.reply);
	w.reply = NULL;
	channel_send(w.main, MSG_QUERY, &q, sizeof(q), -1);
	WAIT_FOR(w.reply != NULL);
	return w.reply;
}

static json_t *query(void)
{
	return query_for(QUERY_ALL);
}

static json_t *query_check(size_t i)
{
	return json_array_get(json_object_get(query(), "checks"), i);
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

#define SERVICE \
	"virtual_server 192.0.2.1 80 {\n protocol TCP\n delay_loop 0.1\n warmup 0\n retry 1\n delay_before_retry 0.05\n"
#define TCP(port) " real_server 127.0.0.1 " #port " {\n  TCP_CHECK {\n   connect_timeout 0.3\n  }\n }\n"

static const char two[] = SERVICE TCP(8081) TCP(8082) "}\n";

START_TEST(results) {
	int fd = listen_on(8081);
	const json_t *c;

	send_config(1, two);
	WAIT_FOR(w.ready == 1 && check_of(0)->state != CHECK_UNKNOWN && check_of(1)->state != CHECK_UNKNOWN);
	ck_assert_int_eq(check_of(0)->state, CHECK_UP);
	ck_assert_int_eq(check_of(0)->generation, 1);
	ck_assert_int_eq(check_of(1)->state, CHECK_DOWN);
	ck_assert_int_eq(check_of(1)->reason, CHECK_REFUSED);
	ck_assert_uint_eq(check_of(1)->attempts, 2);
	ck_assert_str_eq(check_of(1)->detail, "connect to 127.0.0.1:8082: Connection refused");
	close(fd);
	WAIT_FOR(check_of(0)->state == CHECK_DOWN);
	fd = listen_on(8082);
	WAIT_FOR(check_of(1)->state == CHECK_UP);
	c = query_check(1);
	ck_assert_str_eq(text_of(c, "service"), "192.0.2.1:80/tcp");
	ck_assert_str_eq(text_of(c, "server"), "127.0.0.1:8082");
	ck_assert_str_eq(text_of(c, "kind"), "TCP_CHECK");
	ck_assert_str_eq(text_of(c, "state"), "UP");
	ck_assert_str_eq(text_of(c, "reason"), "ok");
	ck_assert_int_gt(number(c, "runs"), 2); /* two until it was down, one for up */
	ck_assert_int_lt(number(c, "next_usec"), 150000);
	close(fd);
}
END_TEST

static void serve_http(int listener)
{
	static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	char buf[1024];

	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (recv(fd, buf, sizeof(buf), 0) > 0)
			send(fd, reply, sizeof(reply) - 1, MSG_NOSIGNAL);
		close(fd);
	}
}

/* The library of digests works behind the sandbox, too. */
START_TEST(http) {
	static const char text[] = SERVICE
		" real_server 127.0.0.1 8081 {\n HTTP_GET {\n connect_timeout 1\n"
		" url {\n path /\n digest 5d41402abc4b2a76b9719d911017c592\n }\n url {\n path /b\n }\n }\n"
		" HTTP_GET {\n connect_timeout 1\n url {\n path /\n status_code 204\n }\n }\n }\n}\n";
	int listener = listen_on(8081);
	pid_t server = fork();

	if (server == 0)
		serve_http(listener);
	close(listener);
	send_config(1, text);
	WAIT_FOR(w.n_checks == 2 && w.checks[0].state != CHECK_UNKNOWN && w.checks[1].state != CHECK_UNKNOWN);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	ck_assert_msg(w.checks[0].state == CHECK_UP, "%s", w.checks[0].detail);
	ck_assert_int_eq(w.checks[1].reason, CHECK_HTTP_STATUS);
	ck_assert_str_eq(w.checks[1].detail, "/: HTTP status 200 (want 204)");
}
END_TEST

static void suspend(uint32_t generation, uint32_t vs, bool on)
{
	const struct msg_check_suspend m = { generation, vs, on };

	channel_send(w.lvs, MSG_CHECK_SUSPEND, &m, sizeof(m), -1);
}

#define SUSPENDED(n, servers) \
	"virtual_server 192.0.2." #n " 80 {\n ha_suspend\n delay_loop 0.1\n warmup 0\n" servers "}\n"

/* ha_suspend: the checks of exactly that service wait for lvs's word. */
START_TEST(suspended_until_lvs_says) {
	static const char text[] = SERVICE TCP(8081) "}\n" SUSPENDED(2, TCP(8081) TCP(8082)) SUSPENDED(3, TCP(8081));
	int fd = listen_on(8081);
	json_int_t runs;

	send_config(1, text);
	WAIT_FOR(w.n_checks == 4 && number(query_check(0), "runs") >= 3);
	for (size_t i = 1; i < 4; i++) {
		ck_assert(json_is_true(json_object_get(query_check(i), "suspended")));
		ck_assert_int_eq(number(query_check(i), "runs"), 0);
	}
	suspend(2, 1, false); /* of another configuration */
	suspend(1, 9, false);
	suspend(1, 0, true); /* a service without the word */
	run_for(400);
	ck_assert_int_eq(number(query_check(1), "runs"), 0);
	suspend(1, 1, false);
	WAIT_FOR(number(query_check(1), "runs") >= 2 && number(query_check(2), "runs") >= 2);
	ck_assert_str_eq(text_of(query_check(2), "state"), "DOWN");
	ck_assert(json_is_true(json_object_get(query_check(3), "suspended")));
	ck_assert(json_is_false(json_object_get(query_check(0), "suspended")));
	suspend(1, 1, true);
	run_for(50);
	runs = number(query_check(2), "runs");
	run_for(300);
	ck_assert_int_eq(number(query_check(2), "runs"), runs);
	ck_assert_str_eq(text_of(query_check(2), "state"), "DOWN");
	ck_assert(json_is_null(json_object_get(query_check(2), "next_usec")));
	close(fd);
}
END_TEST

/* The process that reads bytes of real servers may do nothing else. */
START_TEST(privileges) {
	char path[64], line[256], caps[32] = "", bounding[32] = "";
	unsigned uid = 0;
	FILE *f;

	send_config(1, two);
	WAIT_FOR(w.ready == 1);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)w.pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "Uid: %u", &uid);
		sscanf(line, "CapPrm: %31s", caps);
		sscanf(line, "CapBnd: %31s", bounding);
	}
	fclose(f);
	ck_assert_uint_ne(uid, 0);
	ck_assert_str_eq(caps, "0000000000000000");
	ck_assert_str_eq(bounding, "0000000000000000");
}
END_TEST

START_TEST(reload_leaves_the_rest_alone) {
	static const char three[] = SERVICE TCP(8083) TCP(8081) TCP(8082) "}\n";
	static const char slower[] = SERVICE
		TCP(8083) " real_server 127.0.0.1 8081 {\n  TCP_CHECK {\n   delay_loop 30\n  }\n }\n" TCP(8082) "}\n";
	int fd = listen_on(8081);
	json_int_t runs;

	send_config(1, two);
	WAIT_FOR(w.n_checks == 2);
	run_for(300);
	runs = number(query_check(0), "runs");
	ck_assert_int_ge(runs, 2);
	w.n_checks = 0;
	send_config(2, three);
	WAIT_FOR(w.ready == 2 && w.n_checks == 3);
	/* known states come with their new indices at once */
	ck_assert_int_eq(check_of(1)->state, CHECK_UP);
	ck_assert_int_eq(check_of(1)->generation, 2);
	ck_assert_int_eq(check_of(2)->state, CHECK_DOWN);
	ck_assert_int_ge(number(query_check(1), "runs"), runs);
	WAIT_FOR(check_of(0)->state == CHECK_DOWN);
	send_config(3, slower);
	WAIT_FOR(w.ready == 3);
	ck_assert_str_eq(text_of(query_check(1), "state"), "UP");
	ck_assert_str_eq(text_of(query_check(2), "state"), "DOWN");
	WAIT_FOR(number(query_check(1), "next_usec") > 20000000);
	w.n_checks = 0;
	send_config(4, slower); /* the same again: told under its number, nothing is read */
	WAIT_FOR(w.ready == 4 && w.n_checks == 3);
	ck_assert_int_eq(check_of(1)->generation, 4);
	ck_assert_int_eq(check_of(1)->state, CHECK_UP);
	ck_assert_ptr_null(strstr(w.log, "configuration 4:"));
	ck_assert_ptr_nonnull(strstr(w.log, "configuration 3:"));
	send_config(5, "! nothing\n");
	WAIT_FOR(w.ready == 5);
	ck_assert_uint_eq(json_array_size(json_object_get(query(), "checks")), 0);
	close(fd);
}
END_TEST

/* A probe that was started anew says UNKNOWN until it knows; lvs gives it back what was. */
START_TEST(restart) {
	static const char
		idle[] = "virtual_server 192.0.2.1 80 {\n protocol TCP\n delay_loop 3600\n warmup 3600\n" TCP(8081)
			TCP(8082) "}\n";
	struct msg_check was = { .generation = 1, .rs = 1, .state = CHECK_DOWN, .attempts = 2 };
	struct msg_config sync = { .generation = 1 };

	send_config(1, idle);
	WAIT_FOR(w.ready == 1);
	channel_send(w.lvs, MSG_CHECK_SYNC, &sync, sizeof(sync), -1);
	WAIT_FOR(w.n_checks == 2);
	ck_assert_int_eq(check_of(0)->state, CHECK_UNKNOWN);
	ck_assert_int_eq(check_of(1)->state, CHECK_UNKNOWN);
	ck_assert_str_eq(text_of(query_check(1), "state"), "UNKNOWN");
	w.n_checks = 0;
	channel_send(w.lvs, MSG_CHECK_RESTORE, &was, sizeof(was), -1);
	was.generation = 9;
	was.rs = 0;
	channel_send(w.lvs, MSG_CHECK_RESTORE, &was, sizeof(was), -1);
	channel_send(w.lvs, MSG_CHECK_SYNC, &sync, sizeof(sync), -1);
	WAIT_FOR(w.n_checks == 2);
	ck_assert_int_eq(check_of(0)->state, CHECK_UNKNOWN);
	ck_assert_int_eq(check_of(1)->state, CHECK_DOWN);
	ck_assert_uint_eq(check_of(1)->attempts, 2);
	/* lvs was started anew: over its new channel it asks for all */
	w.n_checks = 0;
	connect_lvs();
	channel_send(w.lvs, MSG_CHECK_SYNC, &sync, sizeof(sync), -1);
	WAIT_FOR(w.n_checks == 2);
}
END_TEST

#define MARKED SERVICE " real_server 127.0.0.1 8081 {\n  TCP_CHECK {\n   fwmark 5\n  }\n }\n}\n"

START_TEST(mark_from_the_start) {
	int fd = listen_on(8081);

	send_config(1, MARKED);
	WAIT_FOR(w.n_checks == 1 && check_of(0)->state != CHECK_UNKNOWN);
	ck_assert_msg(check_of(0)->state == CHECK_UP, "%s", check_of(0)->detail);
	close(fd);
}
END_TEST

#define DIGESTED \
	SERVICE " real_server 127.0.0.1 8081 {\n  HTTP_GET {\n   url {\n    path /\n    digest " \
		"5d41402abc4b2a76b9719d911017c592\n   }\n  }\n }\n}\n"

/* What the process gave up with its privileges comes back with a new process alone. */
static const struct anew_row {
	const char *text, *said;
} anew_rows[] = {
	{ MARKED, "has a check with fwmark: starting anew with CAP_NET_RAW" },
	{ DIGESTED, "has a check with digest: starting anew with OpenSSL" },
};

START_TEST(anew_by_reload) {
	send_config(1, two);
	WAIT_FOR(w.ready == 1);
	send_config(2, anew_rows[_i].text);
	WAIT_FOR(w.is_over);
	ck_assert(w.is_gone);
	ck_assert_uint_eq(w.ready, 1);
	ck_assert_int_eq(wait_status(), 0);
	ck_assert_ptr_nonnull(strstr(w.log, anew_rows[_i].said));
}
END_TEST

START_TEST(stop) {
	send_config(1, two);
	WAIT_FOR(w.ready == 1);
	channel_send(w.main, MSG_STOP, NULL, 0, -1);
	WAIT_FOR(w.is_over);
	ck_assert(w.is_gone);
	ck_assert_int_eq(wait_status(), 0);
}
END_TEST

START_TEST(main_is_gone) {
	send_config(1, two);
	WAIT_FOR(w.ready == 1);
	channel_free(w.main);
	w.main = NULL;
	ck_assert_int_eq(wait_status(), 0);
}
END_TEST

/* With room for two descriptors two attempts run, the rest waits; nothing is taken for a dead server because of it. */
START_TEST(few_descriptors) {
	static const char dead[] = SERVICE " real_server 10.9.0.3 1 {\n TCP_CHECK {\n connect_timeout 0.4\n }\n }\n"
					   " real_server 10.9.0.3 2 {\n TCP_CHECK {\n connect_timeout 0.4\n }\n }\n"
					   " real_server 10.9.0.3 3 {\n TCP_CHECK {\n connect_timeout 0.4\n }\n }\n"
					   " real_server 10.9.0.3 4 {\n TCP_CHECK {\n connect_timeout 0.4\n }\n }\n}\n";
	struct rlimit rl = { 66, 66 };
	const json_t *reply;

	teardown();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &rl), 0);
	memset(&w, 0, sizeof(w));
	start_probe();
	send_config(1, dead);
	WAIT_FOR(w.ready == 1);
	run_for(150);
	reply = query();
	ck_assert_int_eq(number(reply, "inflight"), 2);
	ck_assert_int_eq(number(reply, "queued"), 2);
	ck_assert_int_eq(number(reply, "local_errors"), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "checks")), 4);
	reply = query_for(QUERY_WRONG); /* what is wrong with servers lvs says */
	ck_assert_uint_eq(json_array_size(json_object_get(reply, "checks")), 0);
	WAIT_FOR(number(query(), "late") >= 2);
	WAIT_FOR(w.n_checks == 4 && check_of(3)->state == CHECK_DOWN);
	ck_assert_int_eq(check_of(3)->reason, CHECK_TIMEOUT_CONNECT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("probe");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, results);
	tcase_add_test(tc, http);
	tcase_add_test(tc, suspended_until_lvs_says);
	tcase_add_test(tc, privileges);
	tcase_add_test(tc, reload_leaves_the_rest_alone);
	tcase_add_test(tc, restart);
	tcase_add_test(tc, mark_from_the_start);
	tcase_add_loop_test(tc, anew_by_reload, 0, sizeof(anew_rows) / sizeof(anew_rows[0]));
	tcase_add_test(tc, stop);
	tcase_add_test(tc, main_is_gone);
	tcase_add_test(tc, few_descriptors);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
