/*
 * child.h - what every child process of main does alike: the channel on descriptor 3, log lines to main, a heartbeat, and leaving
 * in order when main says so or is gone.
 */
#ifndef IO_CHILD_H
#define IO_CHILD_H
#include "base/mono.h"
#include "io/message.h"

struct child;
struct loop;

struct child_ops {
	/* A message of main or of a peer; m->fd belongs to the handler. MSG_STOP comes as stop(). */
	void (*message)(void *ctx, enum role from, const struct message *m);
	/* Leave in order, then call child_exit(). Called once: on MSG_STOP, or when main is gone (is_orphan). */
	void (*stop)(void *ctx, int is_orphan);
	/* The channel to a peer is there (again): MSG_PEER arrived. May be NULL. */
	void (*peer)(void *ctx, enum role peer);
};

/* Values of one kind on their way to `to`, as many in a message as it holds: a start has tens of thousands to say. */
struct child_batch {
	struct child *child; /* borrowed */
	enum role to;
	enum message_type type;
	size_t size; /* of a value */
	size_t len;
	_Alignas(8) char data[MESSAGE_MAX];
};

/*
 * Starts the role's life on `fd`: log sink, heartbeat, signals that only main handles are ignored. MSG_PEER is handled here: the
 * channel to that peer is kept for child_send(). Never NULL.
 */
struct child *child_new(struct loop *l, enum role role, int fd, const struct child_ops *ops, void *ctx);
/* Accepts NULL. */
void child_free(struct child *c);
/* Sends to main or to a peer, see channel_send(). */
int child_send(struct child *c, enum role to, enum message_type type, const void *data, size_t len);
/* Begins an empty batch of values of `size` bytes; child_batch_end() must follow. */
void child_batch_begin(struct child_batch *b, struct child *c, enum role to, enum message_type type, size_t size);
/* Copies one value; sends when no other one fits. */
void child_batch_add(struct child_batch *b, const void *value);
/* Sends what is left, if anything. */
void child_batch_end(struct child_batch *b);
/* MSG_STATE: what main gives back as MSG_RESTORE after a crash of this process. */
int child_send_state(struct child *c, const char *data, size_t len);
/* MSG_REPLY to the question `q`: a JSON document. */
int child_reply(struct child *c, const struct msg_query *q, const char *text, size_t len);
/* Says MSG_GONE and stops the loop. */
void child_exit(struct child *c);
#endif
