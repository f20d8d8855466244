/* test_control.c - the control socket from the outside: one line, one answer; garbage, silence and crowds do no harm. */
#include "daemon/control.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/client.h"
#include "io/loop.h"
#include "run.h"

struct world {
	struct loop *loop;
	struct control *control;
	struct loop_timer *poll;
	char path[64];
	const char *request; /* what the client thread asks */
	int result;
	char *reply;
	size_t len;
	int is_done;
	char seen[64];        /* what the daemon side got */
	int n_seen, n_wanted; /* how many requests */
	int was_admin;
};

static void on_request(void *ctx, struct control_client *c, const char *request, bool is_admin)
{
	struct world *w = ctx;
	static const char answer[] = "{\"result\":\"fine\"}\n";

	snprintf(w->seen, sizeof(w->seen), "%s", request);
	__atomic_add_fetch(&w->n_seen, 1, __ATOMIC_RELEASE);
	if (!strcmp(request, "wait"))
		return;
	w->was_admin = is_admin;
	ck_assert(control_is_open(w->control, c));
	control_reply(c, answer, sizeof(answer) - 1);
}

static void *client(void *arg)
{
	struct world *w = arg;

	w->result = client_ask(w->path, w->request, 2000, &w->reply, &w->len);
	__atomic_store_n(&w->is_done, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void on_poll(void *ctx, mono_t now)
{
	struct world *w = ctx;

	if (__atomic_load_n(&w->is_done, __ATOMIC_ACQUIRE))
		loop_stop(w->loop);
	loop_timer_at(w->poll, mono_add(now, 5 * MONO_MSEC));
}

static void open_world(struct world *w)
{
	int err;

	*w = (struct world){ .loop = loop_new(LOOP_DEFAULT) };
	snprintf(w->path, sizeof(w->path), "/tmp/vipd-test-control-%d.sock", (int)getpid());
	w->control = control_new(w->loop, w->path, on_request, w, &err);
	ck_assert_ptr_nonnull(w->control);
	w->poll = loop_timer_new(w->loop, on_poll, w);
	loop_timer_at(w->poll, mono_now());
}

static void close_world(struct world *w)
{
	control_free(w->control);
	ck_assert_int_eq(access(w->path, F_OK), -1);
	loop_timer_free(w->poll);
	loop_free(w->loop);
	free(w->reply);
}

static void ask(struct world *w, const char *request)
{
	pthread_t thread;

	w->request = request;
	w->is_done = 0;
	ck_assert_int_eq(pthread_create(&thread, NULL, client, w), 0);
	loop_run(w->loop);
	pthread_join(thread, NULL);
}

START_TEST(a_line_is_answered) {
	struct world w;
	struct stat st;

	open_world(&w);
	ck_assert_int_eq(stat(w.path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0660);
	ask(&w, "status");
	ck_assert_int_eq(w.result, 0);
	ck_assert_str_eq(w.seen, "status");
	ck_assert_int_eq(w.was_admin, 1);
	ck_assert_str_eq(w.reply, "{\"result\":\"fine\"}\n");
	close_world(&w);
}
END_TEST

static int raw_connect(const struct world *w)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(un.sun_path, w->path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

/* 8 KiB without a newline: the client is dropped, the next one is served. */
START_TEST(endless_line_is_dropped) {
	char garbage[8192];
	struct world w;
	int fd;

	open_world(&w);
	memset(garbage, 'x', sizeof(garbage));
	fd = raw_connect(&w);
	ck_assert_int_gt(send(fd, garbage, sizeof(garbage), MSG_NOSIGNAL), 0);
	ask(&w, "status");
	ck_assert_str_eq(w.seen, "status");
	ck_assert_int_le(recv(fd, garbage, 1, MSG_DONTWAIT), 0);
	close(fd);
	close_world(&w);
}
END_TEST

/* The loop runs until the daemon side has seen `n` requests. */
static void *until_seen(void *arg)
{
	struct world *w = arg;

	while (__atomic_load_n(&w->n_seen, __ATOMIC_ACQUIRE) < w->n_wanted)
		usleep(1000);
	__atomic_store_n(&w->is_done, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* 32 clients that wait for an answer fill the house; the 33rd is turned away instead of being served slowly. */
START_TEST(crowd_is_turned_away) {
	struct world w;
	pthread_t thread;
	int fd[32];

	open_world(&w);
	for (int i = 0; i < 32; i++) {
		fd[i] = raw_connect(&w);
		ck_assert_int_eq(send(fd[i], "wait\n", 5, MSG_NOSIGNAL), 5);
	}
	w.n_wanted = 32;
	ck_assert_int_eq(pthread_create(&thread, NULL, until_seen, &w), 0);
	loop_run(w.loop);
	pthread_join(thread, NULL);
	ask(&w, "status");
	ck_assert_int_lt(w.result, 0);
	for (int i = 0; i < 32; i++)
		close(fd[i]);
	close_world(&w);
}
END_TEST

/* Clients that say nothing, or half a request, never keep one out that asks: the first of them goes. */
START_TEST(silence_gives_way) {
	struct world w;
	int fd[60];
	char byte;

	open_world(&w);
	for (int i = 0; i < 60; i++) {
		fd[i] = raw_connect(&w);
		if (i % 2)
			ck_assert_int_eq(send(fd[i], "sta", 3, MSG_NOSIGNAL), 3);
	}
	ask(&w, "status");
	ck_assert_int_eq(w.result, 0);
	ck_assert_str_eq(w.seen, "status");
	ck_assert_int_eq(recv(fd[0], &byte, 1, MSG_DONTWAIT), 0);
	ck_assert_int_lt(recv(fd[59], &byte, 1, MSG_DONTWAIT), 0);
	ck_assert_int_eq(errno, EAGAIN);
	for (int i = 0; i < 60; i++)
		close(fd[i]);
	close_world(&w);
}
END_TEST

START_TEST(nobody_listens) {
	size_t len;
	char *reply;

	ck_assert_int_eq(client_ask("/tmp/vipd-test-no-such.sock", "status", 100, &reply, &len), -ENOENT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("control");
	TCase *t = tcase_create("control");

	tcase_add_test(t, a_line_is_answered);
	tcase_add_test(t, endless_line_is_dropped);
	tcase_add_test(t, crowd_is_turned_away);
	tcase_add_test(t, silence_gives_way);
	tcase_add_test(t, nobody_listens);
	suite_add_tcase(s, t);
	return run_suite(s);
}
