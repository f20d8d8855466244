/*
 * Attempts of TCP_CHECK and HTTP_GET on real sockets, in a network namespace of their own: each kind of server and each kind of
 * trouble ends with its reason no later than deadline + 100 ms, and no TIME_WAIT of ours stays behind.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
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

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/http.h"
#include "io/loop.h"
#include "run.h"

enum { PORT = 8080, TIMEOUT_MS = 300, GRACE_MS = 100 };

/* What the server does after `reply`. */
enum manner { CLOSE, HOLD, RESET, DRIP, FLOOD, DEAF };

struct server {
	const char *reply; /* NULL: nothing */
	enum manner manner;
	const char *more; /* what DRIP sends one byte of every 50 ms, FLOOD as fast as it goes */
};

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

/* lo, and v0 with neighbours that do not answer ARP; 10.9.0.3 is known and swallows what is sent. */
static void setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "unshare: %s (root is needed)", strerror(errno));
	sh("ip link set lo up && ip link add v0 type veth peer name v1");
	sh("ip addr add 10.9.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up");
	sh("ip neigh add 10.9.0.3 lladdr 02:00:00:00:00:99 dev v0 nud permanent");
	sh("echo 20 > /proc/sys/net/ipv4/neigh/v0/retrans_time_ms");
	sh("ip route add unreachable 10.7.0.0/24 && ip route add prohibit 10.6.0.0/24");
}

static void pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

static void serve_one(int fd, const struct server *s)
{
	const struct linger rst = { 1, 0 };
	size_t at = 0;
	char buf[2048];

	if (s->manner == DEAF)
		pause();
	if (s->reply) {
		if (recv(fd, buf, sizeof(buf), 0) <= 0)
			return;
		send(fd, s->reply, strlen(s->reply), MSG_NOSIGNAL);
	}
	while (s->manner == DRIP && send(fd, s->more + at++ % strlen(s->more), 1, MSG_NOSIGNAL) > 0)
		pause_ms(50);
	while (s->manner == FLOOD && send(fd, s->more, strlen(s->more), MSG_NOSIGNAL) > 0)
		continue;
	if (s->manner == HOLD)
		recv(fd, buf, sizeof(buf), 0);
	if (s->manner == RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &rst, sizeof(rst));
}

static void serve(int listener, const struct server *s)
{
	for (int i = 0;; i++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(0);
		serve_one(fd, s + (s[i].reply ? i : 0));
		close(fd);
	}
}

/* A listening socket on the loopback; `backlog` -1: not even listening. */
static int listen_on(int backlog)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	if (backlog >= 0)
		ck_assert_int_eq(listen(fd, backlog), 0);
	return fd;
}

/* The first of `s` serves the first connection and so on; the first one again once a row without reply is reached. */
static pid_t start_server(const struct server *s)
{
	int listener = listen_on(16);
	pid_t pid = fork();

	if (pid == 0)
		serve(listener, s);
	close(listener);
	return pid;
}

static void stop_server(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct attempt {
	struct loop *loop;
	struct check_result result;
	int64_t msec;
	mono_t started;
	int calls;
};

static void on_done(void *ctx, const struct check_result *r)
{
	struct attempt *a = ctx;

	a->calls++;
	a->result = *r;
	a->msec = mono_diff(mono_now(), a->started) / MONO_MSEC;
	loop_stop(a->loop);
}

static struct attempt attempt(const struct checker *checker, const struct check_conf *conf)
{
	struct attempt a = { .loop = loop_new(LOOP_DEFAULT), .started = mono_now() };
	struct check_run run = { a.loop, conf, mono_add(a.started, conf->how->connect_timeout), on_done, &a };

	checker->start(&run);
	ck_assert_int_eq(a.calls, 0);
	loop_run(a.loop);
	ck_assert_int_eq(a.calls, 1);
	ck_assert_msg(a.msec <= TIMEOUT_MS + GRACE_MS, "%s took %lld ms", a.result.detail, (long long)a.msec);
	ck_assert(mono_diff(a.result.ended, a.started) >= 0);
	loop_free(a.loop);
	return a;
}

static struct check_how how; /* of the check that runs */

static struct check_conf conf_to(const char *ip)
{
	struct check_conf c = { .connect_port = PORT, .how = &how };

	how = (struct check_how){ .connect_timeout = TIMEOUT_MS * MONO_MSEC };
	ck_assert_int_eq(addr_parse(ip, &c.connect_ip), 0);
	return c;
}

/* Sockets in TIME_WAIT (state 06 in proc_net_tcp) that are the client's: their remote port is the server's. */
static int time_waits(void)
{
	FILE *f = fopen("/proc/self/net/tcp", "r");
	char line[256];
	unsigned remote, state;
	int n = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*u: %*8x:%*4x %*8x:%4x %2x", &remote, &state) == 2 && remote == PORT && state == 6)
			n++;
	fclose(f);
	return n;
}

static void expect(const struct attempt *a, enum check_reason reason, const char *detail)
{
	ck_assert_msg(a->result.reason == reason, "%s, want %s: %s", check_reason_str(a->result.reason),
		check_reason_str(reason), a->result.detail);
	ck_assert_msg(strstr(a->result.detail, detail) != NULL, "\"%s\" has no \"%s\"", a->result.detail, detail);
}

struct net_row {
	const char *ip;
	enum check_reason reason;
	const char *detail;
};

static const struct net_row net_rows[] = {
	{ "127.0.0.1", CHECK_REFUSED, "connect to 127.0.0.1:8080: Connection refused" },
	{ "10.9.0.3", CHECK_TIMEOUT_CONNECT, "10.9.0.3:8080: no answer within 0.3 s" },
	{ "10.9.0.2", CHECK_UNREACHABLE, "10.9.0.2:8080: No route to host" },
	{ "192.0.2.1", CHECK_LOCAL_NO_ROUTE, "connect: Network is unreachable" },
	{ "2001:db8::1", CHECK_LOCAL_NO_ROUTE, "connect: Network is unreachable" },
	{ "10.7.0.1", CHECK_LOCAL_NO_ROUTE, "connect: No route to host" },
	{ "10.6.0.1", CHECK_LOCAL, "connect: Permission denied" },
};

START_TEST(network) {
	const struct net_row *r = &net_rows[_i % (int)(sizeof(net_rows) / sizeof(net_rows[0]))];
	const struct checker *checker = _i % 2 ? &tcp_checker : &http_checker;
	struct check_conf conf = conf_to(r->ip);
	struct url_conf url = { .path = "/" };
	void *urls[] = { &url };
	struct attempt a;

	conf.urls = (struct conf_vec){ urls, 1, 1 };
	a = attempt(checker, &conf);
	expect(&a, r->reason, r->detail);
}
END_TEST

START_TEST(tcp_accepts) {
	const struct server s[] = { { NULL, DEAF, NULL } };
	pid_t pid = start_server(s);
	struct check_conf conf = conf_to("127.0.0.1");

	for (int i = 0; i < 8; i++) {
		struct attempt a = attempt(&tcp_checker, &conf);

		expect(&a, CHECK_OK, "connected");
	}
	ck_assert_int_eq(time_waits(), 0);
	stop_server(pid);
}
END_TEST

/* A full accept queue drops the SYN. */
START_TEST(tcp_full_backlog) {
	int listener = listen_on(0);
	struct check_conf conf = conf_to("127.0.0.1");
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	struct attempt a;

	getsockname(listener, (struct sockaddr *)&sin, &len);
	for (int i = 0; i < 3; i++)
		connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&sin, len);
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_TIMEOUT_CONNECT, "127.0.0.1:8080");
	ck_assert_int_ge(a.msec, TIMEOUT_MS - 1);
}
END_TEST

START_TEST(source) {
	const struct server s[] = { { NULL, DEAF, NULL } };
	pid_t pid = start_server(s);
	struct check_conf conf = conf_to("127.0.0.1");
	struct attempt a;

	ck_assert_int_eq(addr_parse("127.0.0.9", &how.bindto), 0);
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_OK, "connected");
	how.bind_port = 4001;
	for (int i = 0; i < 3; i++) {
		a = attempt(&tcp_checker, &conf);
		expect(&a, CHECK_OK, "connected");
	}
	how.bind_if = "lo";
	how.fwmark = 7;
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_OK, "connected");
	how.bind_if = "nothere0";
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_LOCAL, "bind_if: No such device");
	how.bind_if = NULL;
	addr_parse("192.0.2.77", &how.bindto);
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_LOCAL, "bindto: Cannot assign requested address");
	stop_server(pid);
}
END_TEST

/* A mark without the capability for it is our fault, not the server's. */
START_TEST(mark_without_capability) {
	struct check_conf conf = conf_to("127.0.0.1");
	struct attempt a;

	how.fwmark = 7;
	ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
	a = attempt(&tcp_checker, &conf);
	expect(&a, CHECK_LOCAL, "fwmark: Operation not permitted");
}
END_TEST

static void run_out_of_descriptors(struct attempt *a)
{
	struct loop *loop = loop_new(LOOP_DEFAULT);
	struct check_conf conf = conf_to("127.0.0.1");
	struct rlimit before, rl;
	struct check_run run = { loop, &conf, mono_add(mono_now(), how.connect_timeout), on_done, a };

	*a = (struct attempt){ .loop = loop, .started = mono_now() };
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	rl = (struct rlimit){ 3, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &rl), 0);
	tcp_checker.start(&run);
	ck_assert_int_eq(a->calls, 0);
	loop_run(loop);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	loop_free(loop);
}

START_TEST(no_descriptor) {
	struct attempt a;

	run_out_of_descriptors(&a);
	expect(&a, CHECK_LOCAL_NO_FD, "socket: Too many open files");
}
END_TEST

struct http_row {
	const char *what;
	struct server server;
	const char *digest;
	struct check_range status;
	enum check_reason reason;
	const char *detail;
	bool is_timeout;
};

#define OK200 "HTTP/1.1 200 OK\r\n"
#define LEN5 "Content-Length: 5\r\n\r\nhello"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define MD5_HELLO "5d41402abc4b2a76b9719d911017c592"

static const struct http_row http_rows[] = {
	{ "plain", { OK200 LEN5, CLOSE, NULL }, NULL, { 0 }, CHECK_OK, "HTTP status 200", false },
	{ "server keeps it open", { OK200 LEN5, HOLD, NULL }, NULL, { 0 }, CHECK_OK, "HTTP status 200", false },
	{ "until the close", { "HTTP/1.0 200 OK\r\n\r\nhello", CLOSE, NULL }, MD5_HELLO, { 0 }, CHECK_OK, "200", false },
	{ "chunked digest", { OK200 CHUNKED "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", CLOSE, NULL }, MD5_HELLO, { 0 }, CHECK_OK, "200", false },
	{ "digest in capitals", { OK200 LEN5, CLOSE, NULL }, "5D41402ABC4B2A76B9719D911017C592", { 0 }, CHECK_OK, "200", false },
	{ "wrong digest", { OK200 LEN5, CLOSE, NULL }, "00000000000000000000000000000000", { 0 }, CHECK_HTTP_DIGEST,
		"/x: digest " MD5_HELLO, false },
	{ "500", { "HTTP/1.1 500 No\r\n" LEN5, CLOSE, NULL }, NULL, { 0 }, CHECK_HTTP_STATUS, "/x: HTTP status 500 (want 200-299)", false },
	{ "500 wanted", { "HTTP/1.1 500 No\r\n" LEN5, CLOSE, NULL }, NULL, { 500, 500 }, CHECK_OK, "HTTP status 500", false },
	{ "200 not wanted", { OK200 LEN5, CLOSE, NULL }, NULL, { 500, 503 }, CHECK_HTTP_STATUS, "status 200 (want 500-503)", false },
	{ "silent", { NULL, DEAF, NULL }, NULL, { 0 }, CHECK_TIMEOUT_REPLY, "/x: no answer within 0.3 s", true },
	{ "one byte at a time", { OK200 "\r\n", DRIP, "x" }, NULL, { 0 }, CHECK_TIMEOUT_REPLY, "/x: no answer", true },
	{ "head one byte at a time", { "", DRIP, OK200 }, NULL, { 0 }, CHECK_TIMEOUT_REPLY, "/x: no answer", true },
	{ "endless body", { OK200 "\r\n", FLOOD, "xxxxxxxxxxxxxxxx" }, NULL, { 0 }, CHECK_HTTP_TOO_LARGE, "body too large", false },
	{ "endless head", { OK200, FLOOD, "X: y\r\n" }, NULL, { 0 }, CHECK_HTTP_TOO_LARGE, "head too large", false },
	{ "a second status line", { OK200, FLOOD, "HTTP/1.1 100 Go on\r\n\r\n" }, NULL, { 0 }, CHECK_HTTP_MALFORMED, "bad header", false },
	{ "only interim", { "HTTP/1.1 100 Go on\r\n\r\n", FLOOD, "HTTP/1.1 100 Go on\r\n\r\n" }, NULL, { 0 }, CHECK_HTTP_TOO_LARGE,
		"interim", false },
	{ "announced large body", { OK200 "Content-Length: 9999999\r\n\r\n", FLOOD, "x" }, NULL, { 0 }, CHECK_OK, "200", false },
	{ "announced large body, digest", { OK200 "Content-Length: 9999999\r\n\r\n", FLOOD, "x" }, MD5_HELLO, { 0 },
		CHECK_HTTP_TOO_LARGE, "body too large", false },
	{ "reset in the body", { OK200 "Content-Length: 50\r\n\r\nhello", RESET, NULL }, NULL, { 0 }, CHECK_RESET, "reset by peer", false },
	{ "closed in the body", { OK200 "Content-Length: 50\r\n\r\nhello", CLOSE, NULL }, NULL, { 0 }, CHECK_RESET, "middle", false },
	{ "closed at once", { "", CLOSE, NULL }, NULL, { 0 }, CHECK_RESET, "without a reply", false },
	{ "not HTTP", { "SSH-2.0-\x1b[31mx\r\n", CLOSE, NULL }, NULL, { 0 }, CHECK_HTTP_MALFORMED,
		"no HTTP/1.x status line: SSH-2.0-\\x1b[31mx", false },
};

START_TEST(http) {
	const struct http_row *r = &http_rows[_i];
	const struct server s[] = { r->server, { NULL, DEAF, NULL } };
	pid_t pid = start_server(s);
	struct check_conf conf = conf_to("127.0.0.1");
	struct url_conf url = {
		.path = "/x", .digest = r->digest, .status = { r->status }, .n_status = r->status.low != 0
	};
	void *urls[] = { &url };
	struct attempt a;

	conf.urls = (struct conf_vec){ urls, 1, 1 };
	a = attempt(&http_checker, &conf);
	expect(&a, r->reason, r->detail);
	ck_assert_msg(r->is_timeout == (a.msec >= TIMEOUT_MS - 1), "%s: %lld ms", r->what, (long long)a.msec);
	ck_assert_int_eq(time_waits(), 0);
	stop_server(pid);
}
END_TEST

/* Urls go one after the other, inside one deadline; the first that fails names itself. */
START_TEST(urls) {
	const struct server fine[] = { { OK200 LEN5, CLOSE, NULL }, { OK200 LEN5, CLOSE, NULL }, { OK200 LEN5, CLOSE, NULL },
		{ NULL, DEAF, NULL } };
	const struct server third_fails[] = { { OK200 LEN5, CLOSE, NULL }, { OK200 LEN5, HOLD, NULL },
		{ "HTTP/1.1 404 No\r\n" LEN5, CLOSE, NULL }, { NULL, DEAF, NULL } };
	const struct server slow[] = { { OK200 LEN5, CLOSE, NULL }, { OK200 LEN5, HOLD, NULL }, { OK200 "\r\n", DRIP, "h" },
		{ NULL, DEAF, NULL } };
	const struct server *const servers[] = { fine, third_fails, slow };
	static const enum check_reason want[] = { CHECK_OK, CHECK_HTTP_STATUS, CHECK_TIMEOUT_REPLY };
	static const char *const detail[] = { "200", "/c: HTTP status 404", "/c: no answer" };
	struct url_conf url[] = { { .path = "/a" }, { .path = "/b" }, { .path = "/c" } };
	void *urls_of[] = { &url[0], &url[1], &url[2] };

	for (int i = 0; i < 3; i++) {
		pid_t pid = start_server(servers[i]);
		struct check_conf conf = conf_to("127.0.0.1");
		struct attempt a;

		conf.urls = (struct conf_vec){ urls_of, 3, 3 };
		a = attempt(&http_checker, &conf);
		expect(&a, want[i], detail[i]);
		ck_assert_int_eq(time_waits(), 0);
		stop_server(pid);
	}
}
END_TEST

static void on_tick(void *ctx, mono_t now)
{
	(void)now;
	loop_stop(ctx);
}

/* After cancel() nobody is called, and nothing is left open. */
START_TEST(cancel) {
	const struct checker *const kinds[] = { &tcp_checker, &http_checker };
	struct attempt a = { .loop = loop_new(LOOP_DEFAULT) };
	struct loop_timer *tick = loop_timer_new(a.loop, on_tick, a.loop);
	struct check_conf conf = conf_to("10.9.0.3");
	struct url_conf url = { .path = "/" };
	void *urls_of[] = { &url };
	int first = open("/dev/null", O_RDONLY), last;

	conf.urls = (struct conf_vec){ urls_of, 1, 1 };
	for (int i = 0; i < 2; i++) {
		struct check_run run = { a.loop, &conf, mono_add(mono_now(), 20 * MONO_MSEC), on_done, &a };

		kinds[i]->cancel(kinds[i]->start(&run));
	}
	loop_timer_at(tick, mono_add(mono_now(), 60 * MONO_MSEC));
	loop_run(a.loop);
	ck_assert_int_eq(a.calls, 0);
	close(first);
	last = open("/dev/null", O_RDONLY);
	ck_assert_int_eq(first, last);
	loop_timer_free(tick);
	loop_free(a.loop);
}
END_TEST

/* A process that was stopped past the deadline blames itself. */
START_TEST(stall) {
	const struct server s[] = { { NULL, DEAF, NULL } };
	pid_t pid = start_server(s);
	struct check_conf conf = conf_to("127.0.0.1");
	struct url_conf url = { .path = "/" };
	void *urls_of[] = { &url };
	struct attempt a = { .loop = loop_new(LOOP_DEFAULT), .started = mono_now() };
	struct check_run run = { a.loop, &conf, mono_add(mono_now(), -2 * MONO_SEC), on_done, &a };

	conf.urls = (struct conf_vec){ urls_of, 1, 1 };
	http_checker.start(&run);
	loop_run(a.loop);
	expect(&a, CHECK_LOCAL, "this process was held up for 2.0 s");
	/* What came in time although we looked late is not lost. */
	tcp_checker.start(&run);
	loop_run(a.loop);
	expect(&a, CHECK_OK, "connected");
	loop_free(a.loop);
	stop_server(pid);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("attempt");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, network, 0, 2 * (int)(sizeof(net_rows) / sizeof(net_rows[0])));
	tcase_add_test(tc, tcp_accepts);
	tcase_add_test(tc, tcp_full_backlog);
	tcase_add_test(tc, source);
	tcase_add_test(tc, mark_without_capability);
	tcase_add_test(tc, no_descriptor);
	tcase_add_loop_test(tc, http, 0, (int)(sizeof(http_rows) / sizeof(http_rows[0])));
	tcase_add_test(tc, urls);
	tcase_add_test(tc, cancel);
	tcase_add_test(tc, stall);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
