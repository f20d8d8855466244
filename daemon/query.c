/* query.c - see query.h. */
#include "daemon/query.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/mono.h"
#include "ctl/writer.h"
#include "daemon/accept.h"
#include "daemon/broker.h"
#include "daemon/options.h"
#include "daemon/output.h"
#include "daemon/overlay_store.h"
#include "daemon/reload.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "daemon/watches.h"
#include "io/loop.h"
#include "io/memfd.h"

enum { DEADLINE_USEC = 1000000 };

struct question {
	LIST_ENTRY(question) link;
	struct query *query;
	uint32_t id;
	query_fn *fn;
	void *ctx;
	struct loop_timer *deadline; /* owned */
	char *reply[ROLE_MAX];       /* owned */
	size_t len[ROLE_MAX];
	unsigned roles, waiting; /* bit per role */
	bool is_whole;           /* everything of everybody */
};

struct query {
	struct daemon *daemon;
	uint32_t last_id;
	LIST_HEAD(, question) open; /* owned */
};

struct query *query_new(struct daemon *d)
{
	struct query *q = x_calloc(1, sizeof(*q));

	q->daemon = d;
	LIST_INIT(&q->open);
	return q;
}

static void question_free(struct question *o)
{
	LIST_REMOVE(o, link);
	loop_timer_free(o->deadline);
	for (enum role r = ROLE_MAIN; r < ROLE_MAX; r++)
		free(o->reply[r]);
	free(o);
}

static void write_head(const struct daemon *d, struct writer *w)
{
	mono_t now = mono_now();

	writer_int(w, "schema", 1);
	writer_str(w, "version", VIPD_VERSION);
	writer_int(w, "pid", getpid());
	writer_int(w, "uptime_usec", mono_diff(now, d->started));
	writer_int(w, "as_of_usec", now.usec);
	writer_str(w, "config_file", options_config_file(d->opt));
	writer_int(w, "generation", d->generation);
}

/* The lists that a script may count on are there, whoever did not answer. */
static void write_replies(const struct question *o, struct writer *w)
{
	static const struct {
		enum role of;
		const char *key;
	} lists[] = { { ROLE_VRRP, "instances" }, { ROLE_VRRP, "groups" }, { ROLE_LVS, "services" } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (o->roles & 1u << lists[i].of && !o->reply[lists[i].of]) {
			writer_array(w, lists[i].key);
			writer_end(w);
		}
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (o->reply[r])
			writer_merge(w, o->reply[r], o->len[r]);
}

static void answer(struct question *o)
{
	const struct daemon *d = o->query->daemon;
	struct writer *w = writer_new();
	size_t len;
	char *text;

	write_head(d, w);
	supervise_write(d->sup, w);
	write_replies(o, w);
	writer_array(w, "not_responding");
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (o->waiting & 1u << r)
			writer_str(w, NULL, role_str(r));
	writer_end(w);
	broker_write(d->broker, w);
	watches_write(d->watches, w);
	accept_write(d->accept, w);
	overlay_store_write(d->overlay, w);
	if (o->is_whole)
		reload_write(d, w);
	else
		reload_write_last(d, w);
	text = writer_text(w, &len);
	o->fn(o->ctx, text, len);
	free(text);
	writer_free(w);
	question_free(o);
}

void query_free(struct query *q)
{
	struct question *o;

	if (!q)
		return;
	while ((o = LIST_FIRST(&q->open)))
		answer(o);
	free(q);
}

static void on_deadline(void *ctx, mono_t now)
{
	(void)now;
	answer(ctx);
}

void query_ask(struct query *q, unsigned roles, enum query_scope scope, query_fn *fn, void *ctx)
{
	struct question *o = x_calloc(1, sizeof(*o));
	struct msg_query m = { ++q->last_id, scope };

	*o = (struct question){ .query = q, .id = m.id, .roles = roles, .fn = fn, .ctx = ctx };
	o->is_whole = roles == QUERY_EVERYBODY && scope == QUERY_ALL;
	o->deadline = loop_timer_new(q->daemon->loop, on_deadline, o);
	LIST_INSERT_HEAD(&q->open, o, link);
	for (enum role r = ROLE_VRRP; r < ROLE_MAX; r++)
		if (roles & 1u << r && supervise_send(q->daemon->sup, r, MSG_QUERY, &m, sizeof(m)) == 0)
			o->waiting |= 1u << r;
	loop_timer_at(o->deadline, mono_add(mono_now(), o->waiting ? DEADLINE_USEC : 0));
}

void query_reply(struct query *q, enum role from, const struct message *m)
{
	uint32_t id = ((const struct msg_query *)m->data)->id;
	struct question *o;

	LIST_FOREACH(o, &q->open, link) {
		if (o->id != id || !(o->waiting & 1u << from))
			continue;
		if (memfd_read(m->fd, &o->reply[from], &o->len[from]) == 0)
			o->waiting &= ~(1u << from);
		break;
	}
	close(m->fd);
	if (o && !o->waiting)
		answer(o);
}
