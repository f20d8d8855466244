/* events.c - see events.h. */
#include "daemon/events.h"

#include <ctype.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/writer.h"
#include "daemon/conf.h"
#include "daemon/fifo.h"
#include "daemon/served.h"

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
	struct said **said;            /* owned, as each of them: in order */
	unsigned n, cap;
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
	for (unsigned i = 0; i < e->n; i++)
		free(e->said[i]);
	free(e->said);
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

static void repeat(struct events *e)
{
	char line[LINE_MAX_LEN];

	for (unsigned i = 0; i < e->n; i++) {
		const struct said *one = e->said[i];

		write_line(line, one->is_group, one->name, states[one->state], one->priority);
		tell(e, FIFO_VRRP, line);
	}
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

static int compare(const struct said *s, bool is_group, const char *name)
{
	return s->is_group != is_group ? s->is_group - is_group : strcmp(s->name, name);
}

/* Where that one is, or belongs. */
static unsigned place_of(const struct events *e, bool is_group, const char *name)
{
	unsigned from = 0, to = e->n;

	while (from < to) {
		const unsigned mid = from + (to - from) / 2;

		if (compare(e->said[mid], is_group, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static struct said *said_of(struct events *e, bool is_group, const char *name)
{
	const unsigned at = place_of(e, is_group, name);
	struct said *s;

	if (at < e->n && compare(e->said[at], is_group, name) == 0)
		return e->said[at];
	s = x_calloc(1, sizeof(*s) + strlen(name) + 1);
	s->is_group = is_group;
	memcpy(s->name, name, strlen(name) + 1);
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 16;
		e->said = x_realloc(e->said, e->cap, sizeof(struct said *));
	}
	memmove(&e->said[at + 1], &e->said[at], (e->n++ - at) * sizeof(struct said *));
	e->said[at] = s;
	return s;
}

static void remember(struct events *e, bool is_group, const char *name, const char *state, unsigned priority)
{
	struct said *s;
	unsigned i = 0;

	while (i < STATES && strcmp(states[i], state) != 0)
		i++;
	if (i == STATES)
		return;
	s = said_of(e, is_group, name);
	s->state = (uint8_t)i;
	s->priority = (uint8_t)priority;
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

const char *events_endpoint(const struct served_service *vs, const struct served_server *rs, char *buf)
{
	char addr[ADDR_STRLEN];

	if (!rs && !addr_is_set(&vs->addr))
		return served_service_name(vs, buf);
	snprintf(buf, EVENTS_ENDPOINT_LEN, "[%s]:%s:%" PRIu32, addr_str(rs ? &rs->addr : &vs->addr, addr),
		protocol_word(vs->protocol), rs ? rs->port : vs->port);
	return buf;
}

void events_lvs(struct events *e, const struct served_service *vs, const struct served_server *rs, bool is_up)
{
	char service[EVENTS_ENDPOINT_LEN], server[EVENTS_ENDPOINT_LEN], line[LINE_MAX_LEN];

	if (rs)
		snprintf(line, sizeof(line), "RS %s %s %s", events_endpoint(vs, rs, server),
			events_endpoint(vs, NULL, service), is_up ? "UP" : "DOWN");
	else
		snprintf(line, sizeof(line), "VS %s %s", events_endpoint(vs, NULL, service), is_up ? "UP" : "DOWN");
	tell(e, FIFO_LVS, line);
}

void events_alarm(struct events *e, const struct served_service *vs, const char *word, bool is_on)
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
