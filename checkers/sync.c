/* sync.c - see sync.h. */
#include "checkers/sync.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/saved.h"
#include "checkers/sync_plan.h"
#include "checkers/sync_senders.h"
#include "ctl/writer.h"
#include "io/message.h"
#include "net/ipvs.h"
#include "net/udp.h"

enum {
	LOOK_USEC = 1000000,      /* between two looks at what runs */
	RETRY_USEC = 5 * 1000000, /* after an error */
	SETTLE_USEC =
		300000, /* a daemon that was started is not stopped before: the kernel would not answer (ipvs_daemon.h) */
	TROUBLE_LEN = 160,
	SILENT_USEC = 120 * 1000000, /* a sender of whom nothing is heard for so long is forgotten */
	HEARD_AT_ONCE = 64,          /* datagrams of one look */
};

struct sync {
	struct ipvs *ipvs; /* owned */
	struct sync_want want;
	char follows[96];
	struct sync_own own[IPVS_DAEMON_ROLES];
	struct ipvs_daemons kernel;      /* at the last look */
	mono_t since[IPVS_DAEMON_ROLES]; /* started or first seen; 0: not running */
	bool is_told, has_changed;
	bool was_running[IPVS_DAEMON_ROLES]; /* ours, at the last look: who misses it now was not us */
	mono_t next;
	char trouble[TROUBLE_LEN]; /* "" */
	int ear;                   /* hears who sends while the kernel listens; -1: closed */
	struct ipvs_daemon eared;  /* what it was opened for */
	struct sync_senders senders;
};

struct sync *sync_new(void)
{
	struct sync *s = x_calloc(1, sizeof(*s));

	s->ipvs = ipvs_new();
	s->ear = -1;
	return s;
}

/* What it heard is forgotten with it. */
static void close_ear(struct sync *s)
{
	if (s->ear >= 0)
		close(s->ear);
	s->ear = -1;
	s->senders = (struct sync_senders){ .n = 0 };
}

void sync_free(struct sync *s)
{
	if (!s)
		return;
	close_ear(s);
	ipvs_free(s->ipvs);
	free(s);
}

static const char *cause(int error)
{
	switch (-error) {
	case EPROTONOSUPPORT:
		return "IPVS is not in this kernel: modprobe ip_vs";
	case ENODEV:
		return "there is no such interface";
	case EADDRNOTAVAIL:
		return "the interface has no IPv4 address";
	case EADDRINUSE:
		return "the port is taken by another program";
	}
	return strerror(-error);
}

/* One line for each new trouble; the pause keeps tries apart. */
static void trouble(struct sync *s, const char *text, mono_t now)
{
	if (strcmp(s->trouble, text) != 0)
		log_error(LOG_LVS, "%s (tried again every %d s)", text, (int)(RETRY_USEC / MONO_SEC));
	snprintf(s->trouble, sizeof(s->trouble), "%s", text);
	s->next = mono_add(now, RETRY_USEC);
}

static void fail(struct sync *s, const char *what, enum ipvs_daemon_role role, int error, mono_t now)
{
	char text[TROUBLE_LEN];

	snprintf(text, sizeof(text), "the %s synchronisation daemon on %s cannot be %s: %s", ipvs_daemon_role_str(role),
		s->want.conf.interface, what, cause(error));
	trouble(s, text, now);
}

static int start(struct sync *s, enum ipvs_daemon_role role, mono_t now)
{
	const struct ipvs_daemon *d = &s->want.conf;
	int r = ipvs_daemon_start(s->ipvs, role, d);

	if (r < 0) {
		fail(s, "started", role, r, now);
		return r;
	}
	if (s->was_running[role])
		log_warn(LOG_LVS,
			"the %s synchronisation daemon was stopped by somebody else: started again on %s, id %" PRIu32,
			ipvs_daemon_role_str(role), d->interface, d->id);
	else
		log_notice(LOG_LVS, "%s synchronisation daemon started on %s, id %" PRIu32, ipvs_daemon_role_str(role),
			d->interface, d->id);
	s->own[role] = (struct sync_own){ true, *d };
	s->since[role] = now;
	s->was_running[role] = s->has_changed = true;
	return 0;
}

static int stop(struct sync *s, enum ipvs_daemon_role role, mono_t now)
{
	int r = ipvs_daemon_stop(s->ipvs, role);

	if (r < 0 && r != -ESRCH) {
		fail(s, "stopped", role, r, now);
		return r;
	}
	log_notice(LOG_LVS, "%s synchronisation daemon stopped", ipvs_daemon_role_str(role));
	s->own[role] = (struct sync_own){ .is_ours = false };
	s->since[role] = (mono_t){ 0 };
	s->was_running[role] = false;
	s->has_changed = true;
	return 0;
}

/* Whether it runs for long enough to be stopped; otherwise the next look comes when it does. */
static bool is_settled(struct sync *s, enum ipvs_daemon_role role, mono_t now)
{
	if (!s->since[role].usec || mono_diff(now, s->since[role]) >= SETTLE_USEC)
		return true;
	s->next = mono_add(s->since[role], SETTLE_USEC);
	return false;
}

/* 0: all is done; otherwise s->next says when to go on. */
static int apply(struct sync *s, const struct sync_plan *p, mono_t now)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < p->n; i++) {
		const enum ipvs_daemon_role role = p->change[i].role;

		if (p->change[i].is_start)
			r = start(s, role, now);
		else
			r = is_settled(s, role, now) ? stop(s, role, now) : -EAGAIN;
	}
	return r;
}

/* What runs as wanted is ours, also when the process before this one started it and could not say so any more. */
static void adopt(struct sync *s, mono_t now)
{
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++) {
		const struct ipvs_daemon *k = &s->kernel.role[i];
		bool is_right = *k->interface && s->want.runs[i] && sync_plan_matches(&s->want.conf, k);

		if (!s->own[i].is_ours && is_right) {
			s->own[i] = (struct sync_own){ true, s->want.conf };
			s->has_changed = true;
		}
		if (s->own[i].is_ours && *k->interface && !s->since[i].usec)
			s->since[i] = now;
		s->was_running[i] |= s->own[i].is_ours && *k->interface;
	}
}

static void report_foreign(struct sync *s, const struct sync_plan *p, mono_t now)
{
	char text[TROUBLE_LEN];

	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++) {
		const struct ipvs_daemon *k = &s->kernel.role[i];

		if (!p->is_foreign[i])
			continue;
		snprintf(text, sizeof(text),
			"a %s synchronisation daemon on %s, id %" PRIu32 " is not ours and is in the way",
			ipvs_daemon_role_str((enum ipvs_daemon_role)i), k->interface, k->id);
		trouble(s, text, now);
		return;
	}
	if (*s->trouble)
		log_notice(LOG_LVS, "the synchronisation daemons run as they should");
	*s->trouble = '\0';
}

/* Where the kernel's daemon listens, so do we; what that one works with is known, defaults and all. A failure is tried again. */
static void open_ear(struct sync *s)
{
	const struct ipvs_daemon *k = &s->kernel.role[IPVS_LISTENS];
	bool is_wanted = s->own[IPVS_LISTENS].is_ours && *k->interface && k->port;

	if (s->ear >= 0 && is_wanted && sync_plan_matches(&s->eared, k))
		return;
	close_ear(s);
	if (!is_wanted)
		return;
	s->ear = udp_overhear(&k->group, k->port, k->interface);
	s->eared = *k;
}

static void note(struct sync *s, const struct udp_packet *p, mono_t now)
{
	int id = sync_senders_id(p->data, p->len);
	char from[ADDR_STRLEN];

	if (id < 0 || !sync_senders_note(&s->senders, &p->src, (uint8_t)id, now) || (uint32_t)id == s->eared.id)
		return;
	log_warn(LOG_LVS,
		"%s sends connections with id %d, this director listens to id %" PRIu32
		": if the two are a pair, a fail-over cuts them; give both the same id",
		addr_str(&p->src, from), id, s->eared.id);
}

static void hear(struct sync *s, mono_t now)
{
	struct udp_packet p;

	open_ear(s);
	for (unsigned i = 0; i < HEARD_AT_ONCE && s->ear >= 0 && udp_receive(s->ear, &p) == 0; i++)
		note(s, &p, now);
	sync_senders_expire(&s->senders, (mono_t){ now.usec - SILENT_USEC });
}

static void look(struct sync *s, mono_t now)
{
	struct sync_plan p;
	int r = ipvs_daemons_read(s->ipvs, &s->kernel);

	s->next = mono_add(now, LOOK_USEC);
	if (r < 0) {
		char text[TROUBLE_LEN];

		snprintf(text, sizeof(text), "the synchronisation daemons cannot be read: %s", cause(r));
		trouble(s, text, now);
		return;
	}
	adopt(s, now);
	sync_plan(&s->want, s->own, &s->kernel, &p);
	if (apply(s, &p, now) == 0)
		report_foreign(s, &p, now);
	if (p.n)
		(void)ipvs_daemons_read(s->ipvs, &s->kernel);
	hear(s, now);
}

/* Nothing wanted and nothing of ours: a director without synchronisation is not looked at. */
static bool has_work(const struct sync *s)
{
	return s->is_told && (*s->want.conf.interface || s->own[IPVS_SENDS].is_ours || s->own[IPVS_LISTENS].is_ours);
}

bool sync_watch(struct sync *s, mono_t now)
{
	bool changed;

	if (has_work(s) && !mono_before(now, s->next))
		look(s, now);
	changed = s->has_changed;
	s->has_changed = false;
	return changed;
}

void sync_set(struct sync *s, const struct msg_sync_daemon *m, mono_t now)
{
	struct ipvs_daemon *d = &s->want.conf;

	s->want = (struct sync_want){ .runs = { [IPVS_SENDS] = m->sends, [IPVS_LISTENS] = m->listens } };
	snprintf(d->interface, sizeof(d->interface), "%.15s", m->interface);
	snprintf(s->follows, sizeof(s->follows), "%.95s", m->follows);
	d->id = m->id;
	d->maxlen = (uint16_t)m->maxlen;
	d->port = (uint16_t)m->port;
	d->ttl = (uint8_t)m->ttl;
	d->group = m->group;
	s->is_told = true;
	s->next = now;
	if (has_work(s))
		look(s, now);
}

bool sync_is_wanted(const struct sync *s)
{
	return s->is_told ? *s->want.conf.interface != '\0'
			  : s->own[IPVS_SENDS].is_ours || s->own[IPVS_LISTENS].is_ours;
}

void sync_stop(struct sync *s)
{
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		if (s->own[i].is_ours)
			(void)stop(s, (enum ipvs_daemon_role)i, mono_now());
	s->is_told = false;
}

void sync_save(const struct sync *s, struct text *out)
{
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		if (s->own[i].is_ours)
			text_printf(out, "sync %s = 1 0\n", ipvs_daemon_role_str((enum ipvs_daemon_role)i));
}

void sync_restore(struct sync *s, const struct saved *from)
{
	char key[32];

	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++) {
		snprintf(key, sizeof(key), "sync %s", ipvs_daemon_role_str((enum ipvs_daemon_role)i));
		s->own[i].is_ours |= saved_fact(from, key, NULL, NULL);
	}
}

static void write_daemon(const struct sync *s, enum ipvs_daemon_role role, struct writer *w, mono_t now)
{
	const struct ipvs_daemon *k = &s->kernel.role[role];

	writer_object(w, ipvs_daemon_role_str(role));
	writer_bool(w, "wanted", s->want.runs[role] && *s->want.conf.interface);
	writer_bool(w, "running", *k->interface);
	writer_bool(w, "ours", s->own[role].is_ours);
	writer_str(w, "interface", k->interface);
	writer_int(w, "id", k->id);
	writer_int(w, "since_usec", *k->interface && s->since[role].usec ? mono_diff(now, s->since[role]) : -1);
	writer_end(w);
}

static void write_senders(const struct sync *s, struct writer *w, mono_t now)
{
	writer_array(w, "heard");
	for (unsigned i = 0; i < s->senders.n; i++) {
		const struct sync_sender *sender = &s->senders.sender[i];
		char from[ADDR_STRLEN];

		writer_object(w, NULL);
		writer_str(w, "from", addr_str(&sender->from, from));
		writer_int(w, "id", sender->id);
		writer_int(w, "ago_usec", mono_diff(now, sender->heard));
		writer_end(w);
	}
	writer_end(w);
}

void sync_write(const struct sync *s, struct writer *w, mono_t now)
{
	writer_object(w, "sync");
	writer_bool(w, "configured", sync_is_wanted(s));
	writer_str(w, "interface", s->want.conf.interface);
	writer_str(w, "follows", s->follows);
	writer_int(w, "id", s->want.conf.id);
	for (unsigned i = 0; i < IPVS_DAEMON_ROLES; i++)
		write_daemon(s, (enum ipvs_daemon_role)i, w, now);
	write_senders(s, w, now);
	writer_str(w, "trouble", s->trouble);
	writer_end(w);
}
