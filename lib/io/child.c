/* child.c - see child.h. */
#include "io/child.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "io/descriptors.h"
#include "io/loop.h"
#include "io/memfd.h"

struct peer {
	struct child *child;
	enum role role;
	struct channel *channel; /* owned; NULL: not there */
};

struct child {
	struct loop *loop;
	enum role role;
	struct peer peers[ROLE_MAX]; /* ROLE_MAIN is main */
	struct loop_timer *beat;     /* owned */
	const struct child_ops *ops;
	void *ctx;
	bool is_stopping;
};

static void to_main(void *ctx, enum log_level level, enum log_topic topic, const char *line)
{
	struct child *c = ctx;
	struct msg_log head = { level, topic };
	char buf[sizeof(head) + 1024];
	size_t len = strnlen(line, sizeof(buf) - sizeof(head));

	memcpy(buf, &head, sizeof(head));
	memcpy(buf + sizeof(head), line, len);
	channel_send(c->peers[ROLE_MAIN].channel, MSG_LOG, buf, sizeof(head) + len, -1);
}

static void stop(struct child *c, int is_orphan)
{
	if (c->is_stopping)
		return;
	c->is_stopping = true;
	c->ops->stop(c->ctx, is_orphan);
}

static void on_peer_message(void *ctx, const struct message *m)
{
	struct peer *p = ctx;

	p->child->ops->message(p->child->ctx, p->role, m);
}

static void on_peer_gone(void *ctx)
{
	struct peer *p = ctx;

	log_debug(LOG_MAIN, "%s: channel to %s closed", role_str(p->child->role), role_str(p->role));
}

static const struct channel_ops peer_ops = { on_peer_message, on_peer_gone };

static void connect_peer(struct child *c, const struct message *m)
{
	const struct msg_peer *who = m->data;
	struct peer *p;

	if (who->role >= ROLE_MAX || who->role == ROLE_MAIN) {
		close(m->fd);
		return;
	}
	p = &c->peers[who->role];
	channel_free(p->channel);
	p->channel = channel_new(c->loop, m->fd, role_str(p->role), &peer_ops, p);
	if (c->ops->peer)
		c->ops->peer(c->ctx, p->role);
}

static void on_main_message(void *ctx, const struct message *m)
{
	struct peer *p = ctx;

	if (m->type == MSG_STOP)
		stop(p->child, 0);
	else if (m->type == MSG_PEER)
		connect_peer(p->child, m);
	else
		p->child->ops->message(p->child->ctx, ROLE_MAIN, m);
}

static void on_main_gone(void *ctx)
{
	struct peer *p = ctx;

	stop(p->child, 1);
}

static const struct channel_ops main_ops = { on_main_message, on_main_gone };

static void on_beat(void *ctx, mono_t now)
{
	struct child *c = ctx;

	channel_send(c->peers[ROLE_MAIN].channel, MSG_ALIVE, NULL, 0, -1);
	loop_timer_at(c->beat, mono_add(now, MONO_SEC));
}

struct child *child_new(struct loop *l, enum role role, int fd, const struct child_ops *ops, void *ctx)
{
	struct child *c = x_calloc(1, sizeof(*c));
	static const int ignored[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGINT, SIGTERM };

	*c = (struct child){ .loop = l, .role = role, .ops = ops, .ctx = ctx };
	for (enum role r = ROLE_MAIN; r < ROLE_MAX; r++)
		c->peers[r] = (struct peer){ c, r, NULL };
	(void)descriptors_raise(UINT_MAX);
	/* Signals to the group (a terminal's ^C, systemctl kill) are main's: it tells the children in order. */
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	c->peers[ROLE_MAIN].channel = channel_new(l, fd, role_str(ROLE_MAIN), &main_ops, &c->peers[ROLE_MAIN]);
	log_set_sink(to_main, c);
	c->beat = loop_timer_new(l, on_beat, c);
	loop_timer_at(c->beat, mono_now());
	return c;
}

void child_free(struct child *c)
{
	if (!c)
		return;
	log_set_sink(NULL, NULL);
	loop_timer_free(c->beat);
	for (enum role r = ROLE_MAX; r-- > ROLE_MAIN;)
		channel_free(c->peers[r].channel);
	free(c);
}

int child_send(struct child *c, enum role to, enum message_type type, const void *data, size_t len)
{
	return channel_send(c->peers[to].channel, type, data, len, -1);
}

void child_batch_begin(struct child_batch *b, struct child *c, enum role to, enum message_type type, size_t size)
{
	b->child = c;
	b->to = to;
	b->type = type;
	b->size = size;
	b->len = 0;
}

void child_batch_add(struct child_batch *b, const void *value)
{
	memcpy(b->data + b->len, value, b->size);
	b->len += b->size;
	if (b->len + b->size > sizeof(b->data))
		child_batch_end(b);
}

void child_batch_end(struct child_batch *b)
{
	if (b->len)
		(void)child_send(b->child, b->to, b->type, b->data, b->len);
	b->len = 0;
}

/* Bytes of any length travel as a memfd; `q` is the payload of a reply. */
static int send_bytes(struct child *c, const struct msg_query *q, const char *data, size_t len)
{
	enum message_type type = q ? MSG_REPLY : MSG_STATE;
	int fd = memfd_of(message_type_str(type), data, len);
	int r;

	if (fd < 0)
		return fd;
	r = channel_send(c->peers[ROLE_MAIN].channel, type, q, q ? sizeof(*q) : 0, fd);
	close(fd);
	return r;
}

int child_send_state(struct child *c, const char *data, size_t len)
{
	return send_bytes(c, NULL, data, len);
}

int child_reply(struct child *c, const struct msg_query *q, const char *text, size_t len)
{
	return send_bytes(c, q, text, len);
}

void child_exit(struct child *c)
{
	channel_send(c->peers[ROLE_MAIN].channel, MSG_GONE, NULL, 0, -1);
	loop_stop(c->loop);
}
