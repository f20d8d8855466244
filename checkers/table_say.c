/* table_say.c - see table_say.h. */
#include "checkers/table_say.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "ctl/writer.h"

enum { LINES_MAX = 20 /* of one step, about single servers */ };

void table_say_service(const struct ipvs_service *s, char *buf)
{
	char addr[ADDR_STRLEN];

	if (s->fwmark)
		snprintf(buf, TABLE_LINE_LEN, "fwmark %" PRIu32 "%s", s->fwmark, s->family == AF_INET6 ? "/inet6" : "");
	else
		snprintf(buf, TABLE_LINE_LEN, s->family == AF_INET6 ? "[%s]:%u/%s" : "%s:%u/%s",
			addr_str(&s->addr, addr), s->port,
			s->protocol == IPPROTO_UDP            ? "udp"
				: s->protocol == IPPROTO_SCTP ? "sctp"
							      : "tcp");
}

void table_say_refused(const struct ipvs_change *c, char *buf, size_t size)
{
	char vs[TABLE_LINE_LEN], rs[ADDR_STRLEN];
	const struct ipvs_service *s = c->service;
	const char *hint = "";

	table_say_service(s, vs);
	if (c->error == -ENOENT && (c->op == IPVS_NEW_SERVICE || c->op == IPVS_SET_SERVICE))
		hint = *s->engine ? ": the kernel has no such scheduler or engine"
				  : ": the kernel has no such scheduler";
	if (c->dest)
		snprintf(buf, size, "%s: %s %s:%u: %s", vs, ipvs_op_str(c->op), addr_str(&c->dest->addr, rs),
			c->dest->port, strerror(-c->error));
	else
		snprintf(buf, size, "%s: %s (%s%s%s): %s%s", vs, ipvs_op_str(c->op), s->scheduler,
			*s->engine ? ", engine " : "", s->engine, strerror(-c->error), hint);
}

static void add_count(struct text *t, unsigned n, const char *what, const char *done)
{
	if (n)
		text_printf(t, "%s%u %s%s %s", t->len ? ", " : "", n, what, n == 1 ? "" : "s", done);
}

void table_say_sum(const struct ipvs_change *c, unsigned n, struct text *t)
{
	static const struct {
		const char *what, *done;
	} words[IPVS_OP_MAX] = {
		[IPVS_NEW_SERVICE] = { "service", "added" },	 [IPVS_SET_SERVICE] = { "service", "edited" },
		[IPVS_NEW_DEST] = { "destination", "added" },	 [IPVS_SET_DEST] = { "destination", "edited" },
		[IPVS_DEL_DEST] = { "destination", "removed" }, [IPVS_DEL_SERVICE] = { "service", "removed" },
	};
	unsigned count[IPVS_OP_MAX] = { 0 };

	for (unsigned i = 0; i < n; i++)
		count[c[i].op] += !c[i].error;
	for (enum ipvs_op op = 0; op < IPVS_OP_MAX; op++)
		add_count(t, count[op], words[op].what, words[op].done);
}

/* How long it still may, or that it may for ever. */
static const char *patience(const struct drain_item *i, mono_t now, char *buf, size_t size)
{
	int64_t left = mono_diff(i->deadline, now) / MONO_SEC;

	if (i->deadline.usec == MONO_NEVER.usec)
		return "until it is up again (on_server_down keep)";
	snprintf(buf, size, "at most %" PRId64 " s", left);
	return buf;
}

static void say_event(const struct drain_event *e, mono_t now)
{
	char vs[TABLE_LINE_LEN], rs[ADDR_STRLEN], time[48];
	const struct drain_item *i = &e->item;
	uint32_t n = drain_connections(i, now);
	double age = (double)mono_diff(now, i->since) / MONO_SEC;

	table_say_service(&i->service, vs);
	addr_str(&i->dest.addr, rs);
	switch (e->what) {
	case DRAIN_BEGUN:
		log_info(LOG_LVS, "%s: server %s:%u drains: weight 0, %" PRIu32 " connections, %s", vs, rs,
			i->dest.port, n, patience(i, now, time, sizeof(time)));
		break;
	case DRAIN_GONE:
		log_info(LOG_LVS, "%s: server %s:%u has drained after %.1f s: its connections are gone", vs, rs,
			i->dest.port, age);
		break;
	case DRAIN_DEADLINE:
		log_notice(LOG_LVS,
			"%s: server %s:%u leaves after %.1f s with %" PRIu32 " connections: drain_timeout is over", vs,
			rs, i->dest.port, age, n);
		break;
	case DRAIN_BACK:
		log_info(LOG_LVS, "%s: server %s:%u drains no more: it is back", vs, rs, i->dest.port);
		break;
	}
}

bool table_say_is_drained(const struct ipvs_change *c, unsigned n, unsigned n_left)
{
	for (unsigned i = 0; i < n; i++)
		if (c[i].op != IPVS_DEL_DEST && c[i].op != IPVS_DEL_SERVICE)
			return false;
	return n <= n_left;
}

/* A server without connections that leaves in one go needs no word. */
static bool is_silent(const struct drain_event *e)
{
	return e->what == DRAIN_GONE && !e->item.is_seen;
}

void table_say_drain(const struct drain_event *e, unsigned n, mono_t now)
{
	unsigned said = 0, more = 0;

	for (unsigned i = 0; i < n; i++) {
		if (is_silent(&e[i]))
			continue;
		if (said < LINES_MAX)
			say_event(&e[i], now);
		more += said++ >= LINES_MAX;
	}
	if (more)
		log_info(LOG_LVS, "%u servers more began to drain or ended it", more);
}

void table_say_status(struct writer *w, const struct drain *d, mono_t now)
{
	char vs[TABLE_LINE_LEN], rs[ADDR_STRLEN];

	writer_array(w, "draining");
	for (unsigned i = 0; i < d->n; i++) {
		const struct drain_item *it = &d->items[i];
		bool is_kept = it->deadline.usec == MONO_NEVER.usec, is_v6 = it->dest.addr.family == AF_INET6;

		table_say_service(&it->service, vs);
		writer_object(w, NULL);
		writer_str(w, "service", vs);
		writer_fmt(w, "server", is_v6 ? "[%s]:%u" : "%s:%u", addr_str(&it->dest.addr, rs), it->dest.port);
		writer_int(w, "connections", drain_connections(it, now));
		writer_int(w, "active", it->dest.active);
		writer_int(w, "inactive", it->dest.inactive);
		writer_int(w, "since_usec", mono_diff(now, it->since));
		writer_int(w, "left_usec", is_kept ? -1 : mono_diff(it->deadline, now));
		writer_end(w);
	}
	writer_end(w);
}
