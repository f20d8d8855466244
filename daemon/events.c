/* events.c - see events.h. */
#include "daemon/events.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/fifo.h"

enum { LINE_MAX_LEN = 512 };

static const char *const states[] = { "MASTER", "BACKUP", "FAULT", "STOP", "DELETED" };

enum { STATES = sizeof(states) / sizeof(states[0]) };

/* What was said last of an instance or group: thousands, so that the line is made when it is asked for. */
struct said {
	bool is_group;
	uint8_t state; /* in states[] */
	uint8_t priority;
	char name[];
};

struct events {
	struct loop *loop;
	struct fifo *fifo[FIFO_KINDS]; /* owned; NULL: not configured */
	void *said;                    /* owned: tsearch(3)'s tree of struct said */
};

struct events *events_new(struct loop *l)
{
	struct events *e = x_calloc(1, sizeof(*e));

	e->loop = l;
	return e;
}

void events_free(struct events *e)
{
	if (!e)
		return;
	for (unsigned i = 0; i < FIFO_KINDS; i++)
		fifo_free(e->fifo[i]);
	tdestroy(e->said, free);
	free(e);
}

static void tell(struct events *e, enum fifo_kind kind, const char *line)
{
	if (e->fifo[FIFO_ALL])
		fifo_write(e->fifo[FIFO_ALL], line);
	if (e->fifo[kind])
		fifo_write(e->fifo[kind], line);
}

static void write_line(char line[LINE_MAX_LEN], bool is_group, const char *name, const char *state, unsigned priority)
{
	snprintf(line, LINE_MAX_LEN, "%s \"%s\" %s %u", is_group ? "GROUP" : "INSTANCE", name, state, priority);
}

static void repeat_one(const void *node, VISIT visit, void *events)
{
	const struct said *s = *(const struct said *const *)node;
	char line[LINE_MAX_LEN];

	if (visit != postorder && visit != leaf)
		return;
	write_line(line, s->is_group, s->name, states[s->state], s->priority);
	tell(events, FIFO_VRRP, line);
}

static void repeat(struct events *e)
{
	twalk_r(e->said, repeat_one, e);
}

void events_config(struct events *e, const struct main_globals *g)
{
	bool is_reload = false;

	for (unsigned i = 0; i < FIFO_KINDS; i++) {
		const struct fifo_conf *c = &g->fifo[i];

		is_reload = is_reload || e->fifo[i];
		if (e->fifo[i] && c->path && fifo_keep(e->fifo[i], c))
			continue;
		fifo_free(e->fifo[i]);
		e->fifo[i] = c->path ? fifo_new(e->loop, c, g) : NULL;
	}
	if (is_reload && g->fifo_states_on_reload)
		repeat(e);
}

static int compare(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	return x->is_group != y->is_group ? x->is_group - y->is_group : strcmp(x->name, y->name);
}

static void remember(struct events *e, bool is_group, const char *name, const char *state, unsigned priority)
{
	const size_t len = strlen(name) + 1;
	struct said *s = x_calloc(1, sizeof(*s) + len), *known;
	unsigned i = 0;

	while (i < STATES && strcmp(states[i], state) != 0)
		i++;
	s->is_group = is_group;
	memcpy(s->name, name, len);
	known = i < STATES ? *(struct said **)tsearch(s, &e->said, compare) : NULL;
	if (known) {
		known->state = (uint8_t)i;
		known->priority = (uint8_t)priority;
	}
	if (known != s)
		free(s);
}

void events_vrrp(struct events *e, bool is_group, const char *name, const char *state, unsigned priority)
{
	char line[LINE_MAX_LEN];

	write_line(line, is_group, name, state, priority);
	remember(e, is_group, name, state, priority);
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
