/*
 * query.h - a status question: asked of every child, or of some, answered when all replied or after a deadline; a child that does
 * not answer is named, so that old state never looks like new.
 */
#ifndef DAEMON_QUERY_H
#define DAEMON_QUERY_H
#include "io/message.h"

#include <stddef.h>

struct daemon;
struct query;

/* Gets the whole JSON document, newline at the end. */
typedef void query_fn(void *ctx, const char *text, size_t len);

struct query *query_new(struct daemon *d);
void query_free(struct query *q);
/* Whom to ask: bits 1 << enum role. */
#define QUERY_EVERYBODY (~0u)

/* Asks those of them that run; `fn` is called once, later. */
void query_ask(struct query *q, unsigned roles, enum query_scope scope, query_fn *fn, void *ctx);
/* MSG_REPLY of a child; takes m->fd. */
void query_reply(struct query *q, enum role from, const struct message *m);
#endif
