/*
 * The lvs process itself, forked into a network namespace of its own: the test plays main, vrrp and probe. What is suspended and
 * when it is told (ha_suspend), what is asked for at the stop and at the start after it (omega).
 */
#include "checkers/checker.h"
#include "checkers/lvs.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "io/message.h"
#include "run.h"

enum { WAIT_MS = 3000, QUIET_MS = 100 };

static struct {
	struct loop *loop;
	struct channel *main, *peers[ROLE_MAX];
	struct loop_timer *timer;
	pid_t pid;
	uint32_t generation, ready; /* the last that was sent, that was applied */
	bool is_gone;
	char told[512];     /* "S1=1 " per MSG_CHECK_SUSPEND: service, on */
	char notified[512]; /* "s0.1=0 ", "q0=1 " per MSG_NOTIFY: server or quorum, state */
	unsigned n_notifies, n_notify_messages, n_services, n_service_messages; /* MSG_NOTIFY, MSG_SERVICE */
	char *state;                                                            /* owned: the last MSG_STATE */
	char *reply;                                                            /* owned */
	char log[8192];
} w;

static void append(char *text, size_t size, const char *more)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s", more);
}

static void on_notify(const struct msg_notify *m)
{
	char text[64];

	if (m->kind == NOTIFY_QUORUM)
		snprintf(text, sizeof(text), "q%u=%u ", m->index, m->state);
	else
		snprintf(text, sizeof(text), "s%u.%u=%u ", m->index, m->sub, m->state);
	append(w.notified, sizeof(w.notified), text);
	ck_assert(!w.is_gone);
}

static void on_notifies(const struct message *m)
{
	const struct msg_notify *n = m->data;

	for (size_t i = 0; i < m->len / sizeof(*n); i++)
		on_notify(&n[i]);
	w.n_notifies += (unsigned)(m->len / sizeof(*n));
	w.n_notify_messages++;
}

static void keep(char **to, const struct message *m)
{
	size_t len;

	free(*to);
	ck_assert_int_eq(memfd_read(m->fd, to, &len), 0);
}

static void on_main(void *ctx, const struct message *m)
{
	char line[1024];

	(void)ctx;
	snprintf(line, sizeof(line), "%.*s\n", (int)(m->len - sizeof(struct msg_log)),
		m->type == MSG_LOG ? (const char *)m->data + sizeof(struct msg_log) : "");
	if (m->type == MSG_READY)
		w.ready = ((const struct msg_config *)m->data)->generation;
	else if (m->type == MSG_GONE)
		w.is_gone = true;
	else if (m->type == MSG_LOG)
		append(w.log, sizeof(w.log), line);
	else if (m->type == MSG_NOTIFY)
		on_notifies(m);
	else if (m->type == MSG_STATE)
		keep(&w.state, m);
	else if (m->type == MSG_REPLY)
		keep(&w.reply, m);
	if (m->fd >= 0)
		close(m->fd);
}

static void on_probe(void *ctx, const struct message *m)
{
	const struct msg_check_suspend *s = m->data;
	char text[64];

	(void)ctx;
	if (m->type != MSG_CHECK_SUSPEND)
		return;
	snprintf(text, sizeof(text), s->generation == w.generation ? "S%u=%u " : "STALE S%u=%u ", s->vs, s->on);
	append(w.told, sizeof(w.told), text);
}

static void on_vrrp(void *ctx, const struct message *m)
{
	(void)ctx;
	if (m->type != MSG_SERVICE)
		return;
	w.n_services += (unsigned)(m->len / sizeof(struct msg_service));
	w.n_service_messages++;
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

#define WAIT_FOR(cond)                                                   \
	do {                                                             \
		for (int i_ = 0; i_ < WAIT_MS / 10 && !(cond); i_++)     \
			run_for(10);                                     \
		ck_assert_msg(cond, "waited for %s; log:\n%s", #cond, w.log); \
	} while (0)

static void send_bytes(enum message_type type, uint32_t generation, const char *text)
{
	struct msg_config m = { .generation = generation };
	int fd = memfd_of("test", text, strlen(text));

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(channel_send(w.main, type, &m, sizeof(m), fd), 0);
	close(fd);
}

static void configure(uint32_t generation, const char *text)
{
	w.generation = generation;
	send_bytes(MSG_CONFIG, generation, text);
	WAIT_FOR(w.ready == generation);
}

static void connect_peer(enum role role)
{
	static const struct channel_ops vrrp_ops = { on_vrrp, NULL }, probe_ops = { on_probe, NULL };
	struct msg_peer m = { role };
	int fds[2];

	ck_assert_int_eq(channel_pair(fds), 0);
	channel_free(w.peers[role]);
	w.peers[role] = channel_new(w.loop, fds[0], "lvs", role == ROLE_VRRP ? &vrrp_ops : &probe_ops, NULL);
	channel_send(w.main, MSG_PEER, &m, sizeof(m), fds[1]);
	close(fds[1]);
}

/* "+192.0.2.1 -192.0.2.2": held, not held. */
static void tell_vips(const char *text)
{
	struct {
		struct msg_vips head;
		struct msg_vip vip[8];
	} m = { .head = { 0, true, true } };
	char buf[256], *rest = buf, *word;

	strcpy(buf, text);
	while ((word = strsep(&rest, " ")) && *word) {
		m.vip[m.head.n].is_held = *word == '+';
		ck_assert_int_eq(addr_parse(word + 1, &m.vip[m.head.n++].addr), 0);
	}
	channel_send(w.peers[ROLE_VRRP], MSG_VIPS, &m, sizeof(m.head) + m.head.n * sizeof(m.vip[0]), -1);
}

static void result(uint32_t vs, uint32_t rs, enum check_state state)
{
	struct msg_check m = { .generation = w.generation, .vs = vs, .rs = rs, .state = state };

	channel_send(w.peers[ROLE_PROBE], MSG_CHECK, &m, sizeof(m), -1);
}

/* What was told until now, as long as nothing more comes; the next call begins anew. */
static const char *told(void)
{
	static char text[sizeof(w.told)];

	run_for(QUIET_MS);
	memcpy(text, w.told, sizeof(text));
	w.told[0] = '\0';
	return text;
}

static bool answer_has(enum query_scope scope, const char *text)
{
	struct msg_query q = { 1, scope };

	free(w.reply);
	w.reply = NULL;
	channel_send(w.main, MSG_QUERY, &q, sizeof(q), -1);
	WAIT_FOR(w.reply != NULL);
	return strstr(w.reply, text) != NULL;
}

static bool status_has(const char *text)
{
	return answer_has(QUERY_ALL, text);
}

static void start_lvs(void)
{
	static const struct channel_ops main_ops = { on_main, NULL };
	int fds[2];

	ck_assert_int_eq(channel_pair(fds), 0);
	w.pid = fork();
	if (w.pid == 0) {
		close(fds[0]);
		_exit(lvs_main(fds[1]));
	}
	close(fds[1]);
	w.main = channel_new(w.loop, fds[0], "lvs", &main_ops, NULL);
	w.ready = w.generation = 0;
	w.is_gone = false;
	w.notified[0] = '\0';
}

static void setup(void)
{
	ck_assert_msg(unshare(CLONE_NEWNET) == 0, "unshare: %s (root is needed)", strerror(errno));
	w.loop = loop_new(LOOP_DEFAULT);
	w.timer = loop_timer_new(w.loop, on_timer, NULL);
	start_lvs();
}

static void end_lvs(void)
{
	int status;

	channel_send(w.main, MSG_STOP, NULL, 0, -1);
	WAIT_FOR(w.is_gone);
	ck_assert_int_eq(waitpid(w.pid, &status, 0), w.pid);
	ck_assert_int_eq(status, 0);
	w.pid = 0;
	channel_free(w.main);
	w.main = NULL;
}

static void teardown(void)
{
	if (w.pid) {
		kill(w.pid, SIGKILL);
		waitpid(w.pid, NULL, 0);
	}
	channel_free(w.main);
	for (int i = 0; i < ROLE_MAX; i++)
		channel_free(w.peers[i]);
	loop_timer_free(w.timer);
	loop_free(w.loop);
	free(w.state);
	free(w.reply);
}

#define SERVER " real_server 10.0.0.1 80 {\n TCP_CHECK {\n }\n }\n"
#define SUSPENDED(n) "virtual_server 192.0.2." #n " 80 {\n ha_suspend\n" SERVER "}\n"
#define PLAIN(n) "virtual_server 192.0.2." #n " 80 {\n" SERVER "}\n"

/* Nothing is told before vrrp has told; then those at home go on, those elsewhere and those of no instance do what they must. */
START_TEST(suspended_where_the_address_is_not) {
	configure(1, SUSPENDED(1) SUSPENDED(2) PLAIN(3) SUSPENDED(4));
	connect_peer(ROLE_VRRP);
	connect_peer(ROLE_PROBE);
	ck_assert_str_eq(told(), "");
	ck_assert(status_has("\"suspended\": true") || status_has("\"suspended\":true"));
	tell_vips("+192.0.2.1 -192.0.2.2 -192.0.2.3");
	ck_assert_str_eq(told(), "S0=0 S1=1 S3=0 ");
	tell_vips("+192.0.2.1 +192.0.2.2 -192.0.2.3");
	ck_assert_str_eq(told(), "S1=0 ");
	ck_assert_ptr_nonnull(strstr(w.log, "192.0.2.2:80/tcp: checks resumed"));
	tell_vips("-192.0.2.1 -192.0.2.2");
	ck_assert_str_eq(told(), "S0=1 S1=1 ");
	ck_assert_ptr_nonnull(strstr(w.log, "192.0.2.1:80/tcp and 1 more: checks suspended, the address is not here"));
	tell_vips("-192.0.2.1 -192.0.2.2");
	ck_assert_str_eq(told(), "");
	tell_vips("-192.0.2.1"); /* 192.0.2.2 is no instance's any more */
	ck_assert_str_eq(told(), "S1=0 ");
}
END_TEST

/* What `vipctl check` asks for has the services that it would name, and how many there are. */
START_TEST(asked_what_is_wrong) {
	configure(1,
		PLAIN(1) "virtual_server 192.0.2.2 80 {\n quorum 2\n" SERVER "}\n"
			 "virtual_server 192.0.2.3 80 {\n alpha\n" SERVER "}\n");
	ck_assert(status_has("\"192.0.2.1\""));
	ck_assert(status_has("\"services_total\":3"));
	ck_assert(!answer_has(QUERY_WRONG, "\"192.0.2.1\""));
	ck_assert_ptr_nonnull(strstr(w.reply, "\"192.0.2.2\"")); /* without its quorum */
	ck_assert_ptr_nonnull(strstr(w.reply, "\"192.0.2.3\"")); /* its server was not checked yet */
	ck_assert_ptr_nonnull(strstr(w.reply, "\"services_total\":3"));
}
END_TEST

/* A new probe is told all; so is one that has the configuration later than lvs. */
START_TEST(a_probe_is_told_as_soon_as_it_can_listen) {
	configure(1, SUSPENDED(1) PLAIN(2) SUSPENDED(3));
	connect_peer(ROLE_VRRP);
	tell_vips("-192.0.2.1 +192.0.2.3");
	connect_peer(ROLE_PROBE);
	ck_assert_str_eq(told(), "S0=1 S2=0 ");
	connect_peer(ROLE_PROBE);
	ck_assert_str_eq(told(), "S0=1 S2=0 ");
	result(0, 0, CHECK_UNKNOWN);
	result(1, 0, CHECK_UP);
	ck_assert_str_eq(told(), "S0=1 ");
	result(0, 0, CHECK_UNKNOWN);
	ck_assert_str_eq(told(), "");
	configure(2, SUSPENDED(1) SUSPENDED(2) PLAIN(3));
	ck_assert_str_eq(told(), "S0=1 S1=0 ");
	result(1, 0, CHECK_UP);
	ck_assert_str_eq(told(), "S1=0 ");
}
END_TEST

START_TEST(without_vrrp_nothing_is_suspended) {
	configure(1, SUSPENDED(1));
	connect_peer(ROLE_PROBE);
	ck_assert_str_eq(told(), "S0=0 ");
	ck_assert_ptr_nonnull(strstr(w.log, "192.0.2.1:80/tcp: checked all the time, ha_suspend needs a vrrp process"));
	connect_peer(ROLE_VRRP); /* a reload has brought an instance */
	tell_vips("-192.0.2.1");
	ck_assert_str_eq(told(), "S0=1 ");
}
END_TEST

START_TEST(addresses_that_make_no_sense_change_nothing) {
	const struct msg_vips m = { 7, true, true };

	configure(1, SUSPENDED(1));
	connect_peer(ROLE_VRRP);
	connect_peer(ROLE_PROBE);
	tell_vips("+192.0.2.1");
	ck_assert_str_eq(told(), "S0=0 ");
	channel_send(w.peers[ROLE_VRRP], MSG_VIPS, &m, sizeof(m), -1);
	ck_assert_str_eq(told(), "");
	ck_assert_ptr_nonnull(strstr(w.log, "in a form that is not understood"));
}
END_TEST

#define SCRIPTS " quorum_up /bin/true\n quorum_down /bin/true\n"
#define TOLD(n) " real_server 10.0.0." #n " 80 {\n notify_up /bin/true\n notify_down /bin/true\n TCP_CHECK {\n }\n }\n"

#define SERVER_OF(n, lines) " real_server 10.0.0." #n " 80 {\n " lines "TCP_CHECK {\n }\n }\n"
#define OMEGA(n, lines) "virtual_server 192.0.2." #n " 80 {\n omega\n" lines "}\n"

/* Services 0 and 3 have the word; server 0.1 is down, the quorum of 3 is lost, 0.2 has no scripts. */
START_TEST(omega) {
	static const char one[] = OMEGA(1, SCRIPTS TOLD(1) TOLD(2) " real_server 10.0.0.3 80 {\n }\n");
	static const char two[] = "virtual_server 192.0.2.2 80 {\n" SCRIPTS TOLD(1) "}\n";
	static const char more[] = OMEGA(3, SERVER) OMEGA(4, SCRIPTS TOLD(1));
	char text[sizeof(one) + sizeof(two) + sizeof(more)], *state;

	snprintf(text, sizeof(text), "%s%s%s", one, two, more);
	configure(1, text);
	connect_peer(ROLE_PROBE);
	WAIT_FOR(!strcmp(w.notified, "q0=1 q1=1 q2=1 q3=1 "));
	result(0, 0, CHECK_UP);
	result(0, 1, CHECK_DOWN);
	result(3, 0, CHECK_DOWN);
	WAIT_FOR(strstr(w.notified, "s0.1=0 ") && strstr(w.notified, "q3=0 "));
	w.notified[0] = '\0';
	end_lvs();
	ck_assert_str_eq(w.notified, "s0.0=0 q0=0 ");
	ck_assert_ptr_nonnull(strstr(w.log, "omega: 2 scripts for down"));
	state = w.state;
	w.state = NULL;
	start_lvs();
	send_bytes(MSG_RESTORE, 0, state);
	free(state);
	configure(1, text);
	run_for(QUIET_MS);
	/* what was told down is up again; service 1 never was down, service 3 is not up */
	ck_assert_str_eq(w.notified, "s0.0=1 q0=1 q2=1 ");
}
END_TEST

/* What is up from the start is told only with the word, and once; what starts down is told when it comes up. */
START_TEST(rs_init_notifies) {
	static const char *const globals[] = { "", "global_defs {\n rs_init_notifies\n}\n" };
	static const char rest[] = "virtual_server 192.0.2.1 80 {\n" TOLD(1) SERVER_OF(2, "alpha\n")
		SERVER_OF(3, "") "}\n";
	char text[sizeof(rest) + 64], more[sizeof(text) + sizeof(PLAIN(2))];

	snprintf(text, sizeof(text), "%s%s", globals[_i], rest);
	snprintf(more, sizeof(more), "%s" PLAIN(2), text);
	configure(1, text);
	connect_peer(ROLE_PROBE);
	run_for(QUIET_MS);
	ck_assert_str_eq(w.notified, _i ? "s0.0=1 s0.2=1 q0=1 " : "q0=1 ");
	w.notified[0] = '\0';
	result(0, 0, CHECK_UP);
	result(0, 1, CHECK_UP);
	WAIT_FOR(!strcmp(w.notified, "s0.1=1 "));
	configure(2, more); /* of a new service, its servers */
	run_for(QUIET_MS);
	ck_assert_str_eq(w.notified, _i ? "s0.1=1 s1.0=1 q1=1 " : "s0.1=1 q1=1 ");
}
END_TEST

/* Main is gone: nobody is left to run a script, the process just ends. */
START_TEST(omega_without_main) {
	int status;

	configure(1, OMEGA(1, SCRIPTS TOLD(1)));
	channel_free(w.main);
	w.main = NULL;
	ck_assert_int_eq(waitpid(w.pid, &status, 0), w.pid);
	w.pid = 0;
	ck_assert_int_eq(status, 0);
}
END_TEST

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* The same bytes again are not read: only the number is another one, and results count under it alone. */
START_TEST(the_same_again) {
	static const char text[] = PLAIN(1) SUSPENDED(2);

	configure(1, text);
	connect_peer(ROLE_VRRP);
	connect_peer(ROLE_PROBE);
	tell_vips("-192.0.2.2");
	ck_assert_str_eq(told(), "S1=1 ");
	result(0, 0, CHECK_DOWN);
	WAIT_FOR(status_has("DOWN") && count(w.log, "services: 2 with") == 1);
	configure(2, text);
	ck_assert_str_eq(told(), "S1=1 ");
	ck_assert_uint_eq(count(w.log, "services: 2 with"), 1);
	ck_assert(status_has("DOWN"));
	w.generation = 1;
	result(0, 0, CHECK_UP);
	run_for(QUIET_MS);
	ck_assert(status_has("DOWN"));
	w.generation = 2;
	result(1, 0, CHECK_UNKNOWN); /* a probe that had not heard */
	ck_assert_str_eq(told(), "S1=1 ");
	result(0, 0, CHECK_UP);
	run_for(QUIET_MS);
	ck_assert(!status_has("DOWN"));
	configure(3, PLAIN(1));
	ck_assert_uint_eq(count(w.log, "services: 1 with"), 1);
	configure(4, text); /* what came between counts */
	ck_assert_uint_eq(count(w.log, "services: 2 with"), 2);
}
END_TEST

/* A start has much to say: no service has a message of its own. */
START_TEST(many_services_few_messages) {
	enum { SERVICES = 3000, RESULTS = 400 };
	struct text t = { 0 };

	for (unsigned i = 0; i < SERVICES; i++)
		text_printf(&t, "virtual_server 192.0.%u.%u 80 {\n" SERVER "}\n", i / 250, i % 250 + 1);
	connect_peer(ROLE_VRRP);
	connect_peer(ROLE_PROBE);
	configure(1, text_str(&t));
	text_done(&t);
	WAIT_FOR(w.n_notifies == SERVICES);
	run_for(QUIET_MS);
	ck_assert_uint_eq(w.n_services, 0); /* nobody asked for them */
	ck_assert_int_eq(channel_send(w.peers[ROLE_VRRP], MSG_SERVICES, NULL, 0, -1), 0);
	WAIT_FOR(w.n_services == SERVICES);
	ck_assert_uint_le(w.n_notify_messages, 1 + SERVICES * sizeof(struct msg_notify) / MESSAGE_MAX);
	ck_assert_uint_le(w.n_service_messages, 1 + SERVICES * sizeof(struct msg_service) / (MESSAGE_MAX / 2));
	for (unsigned i = 0; i < RESULTS; i++)
		result(i, 0, CHECK_UP);
	WAIT_FOR(w.state && strstr(w.state, "check 192.0.1.150:80/tcp 10.0.0.1:80 0 TCP_CHECK = 1 0"));
}
END_TEST

/* One line for what became of a server, which says where it stands in the table when it stays there or out of it. */
START_TEST(what_became_of_a_server) {
	static const struct {
		uint32_t rs;
		enum check_state state;
		const char *said;
	} rows[] = {
		{ 0, CHECK_DOWN, "server 10.0.0.1:80 DOWN: connection refused, 1 failure in a row, weight 1 -> removed, 1 of 2 servers left" },
		{ 1, CHECK_DOWN, "server 10.0.0.2:80 DOWN: connection refused, 1 failure in a row, weight 0 as before: sorry server 127.0.0.1:80 "
				 "serves, no server left" },
		{ 0, CHECK_UP, "server 10.0.0.1:80 UP: TCP_CHECK succeeded in 0.0 ms, not in the table as before: sorry server 127.0.0.1:80 serves, "
			       "1 of 2 servers up" },
		{ 1, CHECK_UP, "server 10.0.0.2:80 UP: TCP_CHECK succeeded in 0.0 ms, weight 0 -> weight 1, 2 of 2 servers up" },
	};

	configure(1,
		"virtual_server 192.0.2.1 80 {\n quorum 2\n sorry_server 127.0.0.1 80\n" SERVER_OF(1, "")
			SERVER_OF(2, "inhibit_on_failure\n") "}\n");
	connect_peer(ROLE_PROBE);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct msg_check m = { .generation = 1,
			.rs = rows[i].rs,
			.state = rows[i].state,
			.reason = CHECK_REFUSED,
			.attempts = 1 };

		w.log[0] = '\0';
		channel_send(w.peers[ROLE_PROBE], MSG_CHECK, &m, sizeof(m), -1);
		WAIT_FOR(strstr(w.log, "server 10.0.0."));
		ck_assert_msg(strstr(w.log, rows[i].said), "row %u: %s", i, w.log);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lvs");
	TCase *t = tcase_create("lvs");

	tcase_set_timeout(t, 20);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, suspended_where_the_address_is_not);
	tcase_add_test(t, asked_what_is_wrong);
	tcase_add_test(t, a_probe_is_told_as_soon_as_it_can_listen);
	tcase_add_test(t, without_vrrp_nothing_is_suspended);
	tcase_add_test(t, addresses_that_make_no_sense_change_nothing);
	tcase_add_test(t, omega);
	tcase_add_loop_test(t, rs_init_notifies, 0, 2);
	tcase_add_test(t, omega_without_main);
	tcase_add_test(t, the_same_again);
	tcase_add_test(t, many_services_few_messages);
	tcase_add_test(t, what_became_of_a_server);
	suite_add_tcase(s, t);
	return run_suite(s);
}
