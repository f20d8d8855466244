/* test_message.c - messages arrive whole and in order, with their descriptor; what is malformed is dropped; nothing blocks. */
#include "io/message.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "io/loop.h"
#include "io/memfd.h"
#include "run.h"

enum { SEEN_MAX = 8, HEADER = 8 /* bytes before the payload: the type, and four that keep the payload aligned */ };

struct end {
	struct channel *channel;
	unsigned n, gone;
	struct {
		enum message_type type;
		size_t len;
		int fd;
		unsigned char first;
	} seen[SEEN_MAX]; /* the first ones */
	uint32_t next;    /* MSG_CHECK: its generation must be this */
};

static struct pair {
	struct loop *loop;
	int fd[2];
	struct end a, b;
	unsigned errors;
} * pair; /* of the running test: check starts each in a process of its own */

static void count_errors(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	struct pair *p = ctx;

	(void)topic, (void)line;
	p->errors += level == LOG_LEVEL_ERROR;
}

static void on_message(void *ctx, const struct message *m)
{
	struct end *e = ctx;
	uint32_t generation;

	if (m->type == MSG_CHECK) {
		memcpy(&generation, m->data, sizeof(generation));
		ck_assert_uint_eq(generation, e->next);
		e->next++;
	}
	if (e->n < SEEN_MAX) {
		e->seen[e->n].type = m->type;
		e->seen[e->n].len = m->len;
		e->seen[e->n].fd = m->fd;
		e->seen[e->n].first = m->len ? *(const unsigned char *)m->data : 0;
	}
	e->n++;
}

static void on_gone(void *ctx)
{
	struct end *e = ctx;

	e->gone++;
}

static void on_stop(void *ctx, mono_t now)
{
	(void)now;
	loop_stop(ctx);
}

static void turn(int msec)
{
	struct loop_timer *t = loop_timer_new(pair->loop, on_stop, pair->loop);

	loop_timer_at(t, mono_add(mono_now(), msec * MONO_MSEC));
	loop_run(pair->loop);
	loop_timer_free(t);
}

static const struct channel_ops ops = { on_message, on_gone };

static void set_up(void)
{
	pair = calloc(1, sizeof(*pair));
	log_set_sink(count_errors, pair);
	pair->loop = loop_new(LOOP_DEFAULT);
	ck_assert_int_eq(channel_pair(pair->fd), 0);
	pair->a.channel = channel_new(pair->loop, pair->fd[0], "b", &ops, &pair->a);
	pair->b.channel = channel_new(pair->loop, pair->fd[1], "a", &ops, &pair->b);
}

static void tear_down(void)
{
	channel_free(pair->a.channel);
	channel_free(pair->b.channel);
	loop_free(pair->loop);
	log_set_sink(NULL, NULL);
	free(pair);
}

START_TEST(arrives_whole) {
	static char payload[MESSAGE_MAX];
	struct msg_drill drill = { .hold_usec = 5 };

	memset(payload, 'x', sizeof(payload));
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_DRILL, &drill, sizeof(drill), -1), 0);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_STOP, NULL, 0, -1), 0);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_LOG, payload, sizeof(payload), -1), 0);
	ck_assert_int_eq(channel_send(pair->b.channel, MSG_ALIVE, NULL, 0, -1), 0);
	turn(10);
	ck_assert_uint_eq(pair->b.n, 3);
	ck_assert_int_eq(pair->b.seen[0].type, MSG_DRILL);
	ck_assert_uint_eq(pair->b.seen[0].len, sizeof(drill));
	ck_assert_uint_eq(pair->b.seen[0].first, 5);
	ck_assert_int_eq(pair->b.seen[1].type, MSG_STOP);
	ck_assert_uint_eq(pair->b.seen[1].len, 0);
	ck_assert_uint_eq(pair->b.seen[2].len, MESSAGE_MAX);
	ck_assert_int_eq(pair->b.seen[2].fd, -1);
	ck_assert_uint_eq(pair->a.n, 1);
	ck_assert_uint_eq(pair->errors, 0);
}
END_TEST

START_TEST(brings_a_descriptor) {
	struct msg_config head = { .generation = 1 };
	int fd = memfd_of("conf", "hello", 5);
	char *text;
	size_t len;

	ck_assert_int_eq(channel_send(pair->a.channel, MSG_CONFIG, &head, sizeof(head), fd), 0);
	ck_assert_int_ne(fcntl(fd, F_GETFD), -1); /* still the sender's */
	close(fd);
	turn(10);
	ck_assert_uint_eq(pair->b.n, 1);
	ck_assert_int_ge(pair->b.seen[0].fd, 0);
	ck_assert(fcntl(pair->b.seen[0].fd, F_GETFD) & FD_CLOEXEC);
	ck_assert_int_eq(memfd_read(pair->b.seen[0].fd, &text, &len), 0);
	ck_assert_str_eq(text, "hello");
	free(text);
	close(pair->b.seen[0].fd);
}
END_TEST

/* what arrives on the wire without our sender: all of it is dropped with a line, and the channel lives on */
static const struct {
	uint32_t type;
	size_t payload; /* bytes after the type; SIZE_MAX: not even the header is whole */
} malformed[] = {
	{ MSG_TYPE_MAX, 0 },
	{ UINT32_MAX, 100 },
	{ MSG_DRILL, sizeof(struct msg_drill) - 1 },
	{ MSG_CHECK, sizeof(struct msg_check) - 1 },
	{ MSG_CONFIG, sizeof(struct msg_config) }, /* without its descriptor */
	{ MSG_STATE, 0 },                          /* the same */
	{ MSG_STOP, SIZE_MAX },
	{ MSG_LOG, MESSAGE_MAX + 1 },
};

START_TEST(drops_what_is_malformed) {
	static char wire[HEADER + MESSAGE_MAX + 1];
	size_t len = malformed[_i].payload == SIZE_MAX ? HEADER - 1 : HEADER + malformed[_i].payload;

	memcpy(wire, &malformed[_i].type, sizeof(uint32_t));
	ck_assert_int_eq(send(pair->fd[0], wire, len, 0), (ssize_t)len);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_STOP, NULL, 0, -1), 0);
	turn(10);
	ck_assert_uint_eq(pair->errors, 1);
	ck_assert_uint_eq(pair->b.n, 1);
	ck_assert_int_eq(pair->b.seen[0].type, MSG_STOP);
	ck_assert_uint_eq(pair->b.gone, 0);
}
END_TEST

START_TEST(never_blocks_and_keeps_order) {
	struct msg_check check = { 0 };
	uint32_t sent = 0;

	while (channel_queued(pair->a.channel) < 100000) {
		check.generation = sent++;
		ck_assert_int_eq(channel_send(pair->a.channel, MSG_CHECK, &check, sizeof(check), -1), 0);
	}
	for (int i = 0; i < 3; i++) /* rather lost than queued */
		ck_assert_int_eq(channel_send(pair->a.channel, MSG_ALIVE, NULL, 0, -1), -ENOBUFS);
	for (int i = 0; i < 100 && pair->b.n < sent; i++)
		turn(10);
	ck_assert_uint_eq(pair->b.n, sent);
	ck_assert_uint_eq(channel_queued(pair->a.channel), 0);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_ALIVE, NULL, 0, -1), 0);
	ck_assert_uint_eq(pair->errors, 0);
}
END_TEST

START_TEST(queue_is_bounded) {
	static char payload[MESSAGE_MAX];
	int r = 0;

	for (int i = 0; i < 10000 && r == 0; i++)
		r = channel_send(pair->a.channel, MSG_RESTORE, payload, sizeof(payload), -1);
	ck_assert_int_eq(r, -ENOBUFS);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_RESTORE, payload, sizeof(payload), -1), -ENOBUFS);
	ck_assert_uint_eq(pair->errors, 1); /* said once */
	ck_assert_uint_le(channel_queued(pair->a.channel), 16 << 20);
}
END_TEST

START_TEST(says_that_the_peer_is_gone) {
	channel_send(pair->b.channel, MSG_GONE, NULL, 0, -1);
	channel_free(pair->b.channel);
	pair->b.channel = NULL;
	turn(10);
	ck_assert_uint_eq(pair->a.n, 1); /* its last word came first */
	ck_assert_uint_eq(pair->a.gone, 1);
	turn(10);
	ck_assert_uint_eq(pair->a.gone, 1);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_STOP, NULL, 0, -1), -EPIPE);
}
END_TEST

/* The kernel says "reset" before the last words of a peer that left something unread. */
START_TEST(last_words_of_one_who_did_not_listen) {
	channel_send(pair->a.channel, MSG_STOP, NULL, 0, -1);
	channel_send(pair->b.channel, MSG_LOG, "12345678last words", 18, -1);
	channel_send(pair->b.channel, MSG_GONE, NULL, 0, -1);
	channel_free(pair->b.channel);
	pair->b.channel = NULL;
	turn(10);
	ck_assert_uint_eq(pair->a.n, 2);
	ck_assert_int_eq(pair->a.seen[1].type, MSG_GONE);
	ck_assert_uint_eq(pair->a.gone, 1);
}
END_TEST

START_TEST(drains_without_the_loop) {
	channel_send(pair->b.channel, MSG_STOP, NULL, 0, -1);
	channel_send(pair->b.channel, MSG_GONE, NULL, 0, -1);
	channel_free(pair->b.channel);
	pair->b.channel = NULL;
	channel_drain(pair->a.channel);
	ck_assert_uint_eq(pair->a.n, 2);
	channel_drain(NULL);
}
END_TEST

START_TEST(refuses) {
	static char payload[MESSAGE_MAX + 1];

	ck_assert_int_eq(channel_send(NULL, MSG_STOP, NULL, 0, -1), -ENOTCONN);
	ck_assert_int_eq(channel_send(pair->a.channel, MSG_LOG, payload, sizeof(payload), -1), -EMSGSIZE);
	turn(5);
	ck_assert_uint_eq(pair->b.n, 0);
}
END_TEST

START_TEST(every_type_and_role_has_a_name) {
	for (unsigned i = 0; i < MSG_TYPE_MAX; i++)
		ck_assert_msg(message_type_str((enum message_type)i) != NULL, "type %u", i);
	for (unsigned i = 0; i < ROLE_MAX; i++)
		ck_assert_str_ne(role_str((enum role)i), "?");
	ck_assert_str_eq(message_type_str(MSG_TYPE_MAX), "?");
	ck_assert_str_eq(role_str(ROLE_MAX), "?");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("message");
	TCase *tc = tcase_create("message");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, arrives_whole);
	tcase_add_test(tc, brings_a_descriptor);
	tcase_add_loop_test(tc, drops_what_is_malformed, 0, sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(tc, never_blocks_and_keeps_order);
	tcase_add_test(tc, queue_is_bounded);
	tcase_add_test(tc, says_that_the_peer_is_gone);
	tcase_add_test(tc, last_words_of_one_who_did_not_listen);
	tcase_add_test(tc, drains_without_the_loop);
	tcase_add_test(tc, refuses);
	tcase_add_test(tc, every_type_and_role_has_a_name);
	return run_suite(s);
}
