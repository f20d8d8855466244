/* events.c - see events.h. */
#include "daemon/events.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/fifo.h"

enum { LINE_MAX_LEN = 512 };

/* The last line of an instance or group. */
struct said {
	LIST_ENTRY(said) link;
	char *about; /* owned: the line up to the state */
	char *line;  /* owned */
};

struct events {
	struct loop *loop;
	struct fifo *fifo[FIFO_KINDS]; /* owned; NULL: not configured */
	LIST_HEAD(, said) said;
};

struct events *events_new(struct loop *l)
{
	struct events *e = x_calloc(1, sizeof(*e));

	e->loop = l;
	LIST_INIT(&e->said);
	return e;
}

void events_free(struct events *e)
{
	struct said *s;

	if (!e)
		return;
	for (unsigned i = 0; i < FIFO_KINDS; i++)
		fifo_free(e->fifo[i]);
	while ((s = LIST_FIRST(&e->said))) {
		LIST_REMOVE(s, link);
		free(s->about);
		free(s->line);
		free(s);
	}
	free(e);
}

static void tell(struct events *e, enum fifo_kind kind, const char *line)
{
	if (e->fifo[FIFO_ALL])
		fifo_write(e->fifo[FIFO_ALL], line);
	if (e->fifo[kind])
		fifo_write(e->fifo[kind], line);
}

static void repeat(struct events *e)
{
	const struct said *s;

	LIST_FOREACH(s, &e->said, link)
		tell(e, FIFO_VRRP, s->line);
}

void events_config(struct events *e, const struct main_globals *g)
{
	bool is_reload = false;

	for (unsigned i = 0; i < FIFO_KINDS; i++) {
		const struct fifo_conf *c = &g->fifo[i];

		is_reload = is_reload || e->fifo[i];
		if (e->fifo[i] && c->path && fifo_is_same(e->fifo[i], c))
			continue;
		fifo_free(e->fifo[i]);
		e->fifo[i] = c->path ? fifo_new(e->loop, c, g) : NULL;
	}
	if (is_reload && g->fifo_states_on_reload)
		repeat(e);
}

static void remember(struct events *e, const char *about, const char *line)
{
	struct said *s;

	LIST_FOREACH(s, &e->said, link)
		if (!strcmp(s->about, about))
			break;
	if (!s) {
		s = x_calloc(1, sizeof(*s));
		s->about = x_strdup(about);
		LIST_INSERT_HEAD(&e->said, s, link);
	}
	free(s->line);
	s->line = x_strdup(line);
}

void events_vrrp(struct events *e, const char *kind, const char *name, const char *state, unsigned priority)
{
	char about[LINE_MAX_LEN], line[LINE_MAX_LEN + 32];

	snprintf(about, sizeof(about), "%s \"%s\"", kind, name);
	snprintf(line, sizeof(line), "%s %s %u", about, state, priority);
	remember(e, about, line);
	tell(e, FIFO_VRRP, line);
}

void events_word(struct events *e, const char *kind, const char *name, const char *word, unsigned priority)
{
	char line[LINE_MAX_LEN];

	snprintf(line, sizeof(line), "%s \"%s\" %s %u", kind, name, word, priority);
	tell(e, FIFO_VRRP, line);
}

void events_suspicion(struct events *e, const char *instance, const char *name, bool is_on, unsigned priority)
{
	char line[LINE_MAX_LEN], word[64];
	size_t n = 0;

	for (; name[n] && n < sizeof(word) - 1; n++)
		word[n] = (char)toupper((unsigned char)name[n]);
	word[n] = '\0';
	snprintf(line, sizeof(line), "INSTANCE \"%s\" %s%s %u", instance, word, is_on ? "" : "_OVER", priority);
	tell(e, FIFO_VRRP, line);
}

static const char *protocol_word(unsigned protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
}

const char *events_endpoint(const struct vs_conf *vs, const struct rs_conf *rs, char *buf)
{
	char addr[ADDR_STRLEN];

	if (!rs && !addr_is_set(&vs->addr))
		return vs_name(vs, buf);
	snprintf(buf, EVENTS_ENDPOINT_LEN, "[%s]:%s:%" PRIu32, addr_str(rs ? &rs->addr : &vs->addr, addr),
		protocol_word(vs->protocol), rs ? rs->port : vs->port);
	return buf;
}

void events_lvs(struct events *e, const struct vs_conf *vs, const struct rs_conf *rs, bool is_up)
{
	char service[EVENTS_ENDPOINT_LEN], server[EVENTS_ENDPOINT_LEN], line[LINE_MAX_LEN];

	if (rs)
		snprintf(line, sizeof(line), "RS %s %s %s", events_endpoint(vs, rs, server),
			events_endpoint(vs, NULL, service), is_up ? "UP" : "DOWN");
	else
		snprintf(line, sizeof(line), "VS %s %s", events_endpoint(vs, NULL, service), is_up ? "UP" : "DOWN");
	tell(e, FIFO_LVS, line);
}

void events_alarm(struct events *e, const struct vs_conf *vs, const char *word, bool is_on)
{
	char service[EVENTS_ENDPOINT_LEN], line[LINE_MAX_LEN];

	snprintf(line, sizeof(line), "VS %s %s%s", events_endpoint(vs, NULL, service), word, is_on ? "" : "_OVER");
	tell(e, FIFO_LVS, line);
}

bool events_reaped(struct events *e, pid_t pid, int status)
{
	for (unsigned i = 0; i < FIFO_KINDS; i++)
		if (e->fifo[i] && fifo_reaped(e->fifo[i], pid, status))
			return true;
	return false;
}

void events_hand_over(const struct events *e, struct text *t)
{
	for (unsigned i = 0; i < FIFO_KINDS; i++)
		if (e->fifo[i])
			fifo_hand_over(e->fifo[i], t);
}

void events_show(const struct events *e, struct writer *w)
{
	writer_array(w, "fifos");
	for (unsigned i = 0; i < FIFO_KINDS; i++) {
		if (!e->fifo[i])
			continue;
		writer_object(w, NULL);
		fifo_show(e->fifo[i], w);
		writer_end(w);
	}
	writer_end(w);
}
