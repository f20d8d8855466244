/* table.c - see table.h. */
#include "checkers/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "checkers/drain.h"
#include "checkers/known.h"
#include "checkers/plan.h"
#include "checkers/rolling.h"
#include "checkers/table_say.h"

enum {
	SMALL_TABLE = 500,        /* entries; up to here full looks are frequent */
	SMALL_USEC = 500000,      /* between full looks at a small table */
	FULL_USEC = 5 * 1000000,  /* between full looks at a large one that could not be written whole */
	RETRY_USEC = 5 * 1000000, /* after an error */
	LOOK_USEC = 200000,       /* between looks at the services, or at one of them, of a large table */
	LOOK_SHARE = 25,          /* a look at a large table comes again after so many times what it took */
};

struct table {
	struct ipvs *ipvs; /* owned */
	struct known known;
	struct drain drain;
	unsigned drain_changes; /* how often its set changed */
	struct ipvs_timeouts timeouts;
	bool owns_all, is_available, has_tried, has_timeouts;
	bool is_suspect;    /* somebody else has changed it: a full write is due */
	bool is_incomplete; /* the last full write was refused in part: what is missing is no one else's doing */
	unsigned n_kernel;  /* entries at the last full look */
	mono_t next_full, next_services, next_some, next_drain, next_try;
	struct rolling rolling; /* over a large table */
	struct log_limit limit;
	struct table_info info;
	char last_error[TABLE_LINE_LEN];
};

struct table *table_new(void)
{
	struct table *t = x_calloc(1, sizeof(*t));

	t->ipvs = ipvs_new();
	t->limit = (struct log_limit){ .burst = 10, .per_usec = 60 * MONO_SEC };
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	ipvs_free(t->ipvs);
	known_done(&t->known);
	drain_done(&t->drain);
	free(t);
}

void table_own(struct table *t, const struct ipvs_service *keys, unsigned n)
{
	known_own(&t->known, keys, n);
}

const struct ipvs_table *table_owned(const struct table *t)
{
	return &t->known.owned;
}

void table_own_all(struct table *t)
{
	t->owns_all = true;
}

void table_set_timeouts(struct table *t, const struct ipvs_timeouts *timeouts)
{
	t->timeouts = *timeouts;
	t->has_timeouts = timeouts->tcp || timeouts->tcpfin || timeouts->udp;
}

static void set_error(struct table *t, const char *what)
{
	t->info.errors++;
	snprintf(t->last_error, sizeof(t->last_error), "%s", what);
}

/* IPVS cannot be reached: one line when that is new, and a pause. */
static int fail(struct table *t, int error, mono_t now)
{
	const char *what = error == -EPROTONOSUPPORT ? "IPVS is not in this kernel: modprobe ip_vs" : strerror(-error);

	if (t->is_available || !t->has_tried || strcmp(t->last_error, what))
		log_error(LOG_LVS, "the IPVS table cannot be reached (tried again every %d s): %s",
			(int)(RETRY_USEC / MONO_SEC), what);
	t->has_tried = true;
	t->is_available = false;
	t->next_try = mono_add(now, RETRY_USEC);
	set_error(t, what);
	return error;
}

static void write_timeouts(struct table *t)
{
	int r = t->has_timeouts ? ipvs_set_timeouts(t->ipvs, &t->timeouts) : 0;

	if (r < 0) {
		log_error(LOG_LVS, "lvs_timeouts: %s", strerror(-r));
		set_error(t, "lvs_timeouts refused");
	}
	t->has_timeouts = t->has_timeouts && r < 0;
}

static void reached(struct table *t)
{
	if (t->is_available)
		return;
	ipvs_version(t->ipvs, &t->info.version);
	if (t->has_tried)
		log_notice(LOG_LVS, "the IPVS table can be reached again");
	t->has_tried = t->is_available = true;
}

int table_read(struct table *t, mono_t now, struct ipvs_table *ret)
{
	int r = ipvs_read(t->ipvs, IPVS_READ_ALL, ret);

	if (r < 0)
		return fail(t, r, now);
	reached(t);
	plan_sort(ret);
	return 0;
}

/* Refused changes, of which those of a service that could not be added are only echoes. Their number. */
static unsigned report_refused(struct table *t, const struct ipvs_change *c, unsigned n)
{
	unsigned refused = 0;
	char line[TABLE_LINE_LEN];

	for (unsigned i = 0; i < n; i++) {
		if (!c[i].error)
			continue;
		refused++;
		if (c[i].dest && c[i].error == -ESRCH)
			continue;
		table_say_refused(&c[i], line, sizeof(line));
		set_error(t, line);
		log_warn_limited(&t->limit, LOG_LVS, "IPVS refused: %s", line);
	}
	return refused;
}

/*
 * Somebody took destinations away that had connections at the last look. The kernel gives those back to a destination that comes
 * again, if it still has them.
 */
static void say_lost(struct table *t, const struct ipvs_change *c, unsigned n, struct text *what)
{
	const uint64_t had = known_connections(&t->known.written, c, n);
	struct ipvs_table kernel;
	uint64_t left;

	if (!had || ipvs_read(t->ipvs, IPVS_READ_ALL, &kernel) < 0)
		return;
	plan_sort(&kernel);
	left = known_connections(&kernel, c, n);
	ipvs_table_done(&kernel);
	text_printf(what, "; of %" PRIu64 " connections to them %" PRIu64 " are lost", had,
		left < had ? had - left : 0);
}

static void log_written(struct table *t, const struct ipvs_change *c, unsigned n, enum table_cause cause)
{
	struct text what = { 0 };

	table_say_sum(c, n, &what);
	if (cause == TABLE_REPAIR)
		say_lost(t, c, n, &what);
	switch (cause) {
	case TABLE_CONFIG:
		log_info(LOG_LVS, "IPVS table: %s", what.len ? what.s : "as wanted, nothing to do");
		break;
	case TABLE_CHECK:
		if (what.len)
			log_debug(LOG_LVS, "IPVS table: %s", what.s);
		break;
	case TABLE_REPAIR:
		if (!what.len)
			break;
		t->info.repairs++;
		log_warn(LOG_LVS, "IPVS table repaired, somebody else had changed it: %s", what.s);
		break;
	}
	text_done(&what);
}

/* One writing: what is wanted of which services, and what the kernel has of them. */
struct pass {
	const struct ipvs_table *wanted, *kernel;
	const struct ipvs_table *scope; /* NULL: all services */
	bool is_believed;               /* `kernel` was not read */
	enum table_cause cause;
	mono_t now;
	unsigned n_left;            /* servers whose drain ended in it */
	unsigned refused, n_unseen; /* what came of it */
};

/* Plans and applies. 0 or -errno. */
static int apply(struct table *t, const struct ipvs_table *target, struct pass *p)
{
	struct ipvs_change *changes = x_calloc(plan_max(target, p->kernel) + 1, sizeof(*changes));
	unsigned n = plan_make(target, p->kernel, &t->known.owned, changes);
	int r = ipvs_apply(t->ipvs, changes, n);

	if (r == 0) {
		bool is_drained = p->cause == TABLE_REPAIR && table_say_is_drained(changes, n, p->n_left);

		p->refused = report_refused(t, changes, n);
		log_written(t, changes, n, is_drained ? TABLE_CHECK : p->cause);
	}
	free(changes);
	return r;
}

static bool is_small(const struct table *t)
{
	return t->n_kernel + t->info.n_services + t->info.n_dests <= SMALL_TABLE;
}

static int run_pass(struct table *t, struct pass *p)
{
	const struct drain_look look = { p->wanted, p->kernel, &t->known.owned, p->scope, !p->is_believed, p->now };
	struct drain_out out;
	unsigned before = t->drain.n;
	int r;

	drain_step(&t->drain, &look, &out);
	for (unsigned i = 0; i < out.n_events; i++)
		p->n_left += out.events[i].what == DRAIN_GONE || out.events[i].what == DRAIN_DEADLINE;
	r = apply(t, &out.target, p);
	if (r == 0) {
		table_say_drain(out.events, out.n_events, p->now);
		known_remember(&t->known, p->scope, p->refused > 0, &out.target);
		t->info.n_services = t->known.written.n_services;
		t->info.n_dests = t->known.written.n_dests;
		t->is_incomplete = p->scope ? t->is_incomplete || p->refused : p->refused > 0;
		t->drain_changes += out.n_events || before != t->drain.n;
		t->next_drain = drain_next(&t->drain, p->now);
	}
	p->n_unseen = out.n_unseen;
	drain_out_done(&out);
	return r;
}

/* Those services of `wanted` that are in `keys`; destinations are shared. */
static struct ipvs_table subset(const struct ipvs_table *wanted, const struct ipvs_table *keys)
{
	struct ipvs_table t = { .services = x_calloc(keys->n_services + 1, sizeof(*t.services)) };

	for (unsigned i = 0; i < keys->n_services; i++) {
		const struct ipvs_service *s = plan_find(wanted, &keys->services[i]);

		if (!s)
			continue;
		t.services[t.n_services++] = *s;
		t.n_dests += s->n_dests;
	}
	return t;
}

/* Reads the services of the scope and writes them. */
static int write_scope(struct table *t, struct pass *p)
{
	struct ipvs_table kernel;
	int r = ipvs_read_some(t->ipvs, p->scope->services, p->scope->n_services, &kernel);

	if (r < 0)
		return fail(t, r, p->now);
	plan_sort(&kernel);
	p->kernel = &kernel;
	r = run_pass(t, p);
	known_count(&t->known, &kernel);
	ipvs_table_done(&kernel);
	return r < 0 ? fail(t, r, p->now) : 0;
}

/* Its cost decides when it is looked at again: a large table shall not keep the machine busy. */
static mono_t next_look(mono_t begun, int64_t least)
{
	mono_t now = mono_now();
	int64_t pause = LOOK_SHARE * mono_diff(now, begun);

	return mono_add(now, pause > least ? pause : least);
}

/* Reads the counters of what drains and lets those go that have none left. */
static int look_drain(struct table *t, const struct ipvs_table *wanted, mono_t now)
{
	struct ipvs_table keys, some;
	struct pass p = { .scope = &keys, .wanted = &some, .cause = TABLE_CHECK, .now = now };
	mono_t begun = mono_now();
	int r;

	drain_services(&t->drain, &keys);
	some = subset(wanted, &keys);
	r = write_scope(t, &p);
	t->next_drain = mono_max(t->next_drain, next_look(begun, 0));
	free(some.services);
	ipvs_table_done(&keys);
	return r;
}

static int write_all(struct table *t, struct pass *p)
{
	struct ipvs_table kernel;
	mono_t begun = mono_now();
	int r = table_read(t, p->now, &kernel);

	if (r < 0)
		return r;
	t->next_full = next_look(begun, FULL_USEC);
	if (t->owns_all)
		table_own(t, kernel.services, kernel.n_services);
	t->owns_all = false;
	t->n_kernel = kernel.n_services + kernel.n_dests;
	if (t->is_incomplete && p->cause == TABLE_REPAIR)
		p->cause = TABLE_CHECK;
	p->kernel = &kernel;
	r = run_pass(t, p);
	known_count(&t->known, &kernel);
	ipvs_table_done(&kernel);
	t->next_full = mono_max(t->next_full, mono_add(mono_now(), FULL_USEC)); /* writing may have taken longer */
	return r;
}

/* What was written is believed to be there still; if the kernel does not agree, it is read after all. */
static int write_believed(struct table *t, struct pass *p)
{
	int r;

	p->kernel = &t->known.written;
	p->is_believed = true;
	r = run_pass(t, p);
	p->is_believed = false;
	return r == 0 && p->refused ? write_all(t, p) : r;
}

static bool can_believe(const struct table *t)
{
	return t->is_available && !t->owns_all && !t->is_suspect && !t->is_incomplete && t->known.written.n_services &&
		!is_small(t);
}

int table_write(struct table *t, const struct ipvs_table *wanted, enum table_cause cause, mono_t now)
{
	struct pass p = { .wanted = wanted, .cause = cause, .now = now };
	int r = cause != TABLE_REPAIR && can_believe(t) ? write_believed(t, &p) : write_all(t, &p);

	if (r < 0)
		return t->is_available ? fail(t, r, now) : r;
	t->is_suspect = false;
	t->next_try = mono_add(now, p.refused ? RETRY_USEC : 0);
	if (is_small(t))
		t->next_full = mono_add(now, SMALL_USEC);
	write_timeouts(t);
	return p.n_unseen ? look_drain(t, wanted, now) : 0;
}

int table_write_some(struct table *t, const struct ipvs_table *some, enum table_cause cause, mono_t now)
{
	struct pass p = { .wanted = some, .scope = some, .cause = cause, .now = now };
	int r;

	if (!t->is_available)
		return -EPROTONOSUPPORT;
	r = write_scope(t, &p);
	return r == 0 && p.n_unseen ? write_scope(t, &p) : r;
}

/* Whether the services (without their destinations) are as written. */
static bool services_differ(struct table *t, mono_t now)
{
	struct ipvs_table kernel;
	mono_t begun = mono_now();
	int r = ipvs_read(t->ipvs, IPVS_READ_SERVICES, &kernel);
	bool differ;

	if (r < 0) {
		fail(t, r, now);
		return false;
	}
	plan_sort(&kernel);
	differ = plan_services_differ(&t->known.written, &kernel, &t->known.owned);
	ipvs_table_done(&kernel);
	t->next_services = next_look(begun, LOOK_USEC);
	return differ;
}

/* A table that somebody has emptied: the guards lead, and are gone with all else. */
static bool first_is_gone(struct table *t, mono_t now)
{
	struct ipvs_table kernel;
	int r = t->known.written.n_services ? ipvs_read_some(t->ipvs, t->known.written.services, 1, &kernel) : 1;
	bool is_gone;

	if (r < 0)
		fail(t, r, now);
	if (r)
		return false;
	is_gone = !kernel.n_services;
	ipvs_table_done(&kernel);
	return is_gone;
}

/* Whether some more services of a large table have other destinations than were written. */
static bool some_differ(struct table *t, mono_t now)
{
	const mono_t begun = mono_now();
	int r;

	if (is_small(t) || mono_before(now, t->next_some))
		return false;
	r = rolling_look(&t->rolling, t->ipvs, &t->known);
	t->next_some = next_look(begun, 0);
	if (r < 0)
		fail(t, r, now);
	return r > 0;
}

/* A small table is looked at as a whole; a large one only where the kernel has refused something of it: that is tried again. */
static bool is_whole_due(const struct table *t, mono_t now)
{
	return (is_small(t) || t->is_incomplete) && !mono_before(now, t->next_full);
}

bool table_is_due(struct table *t, mono_t now)
{
	if (mono_before(now, t->next_try))
		return false;
	if (!t->is_available || is_whole_due(t, now))
		return true;
	if (t->drain.n && !mono_before(now, t->next_drain))
		return true;
	t->is_suspect = (mono_before(now, t->next_services) ? first_is_gone(t, now) : services_differ(t, now)) ||
		some_differ(t, now);
	return t->is_suspect;
}

bool table_watch(struct table *t, const struct ipvs_table *wanted, mono_t now)
{
	unsigned before = t->drain_changes;

	if (!t->is_available)
		table_write(t, wanted, TABLE_CONFIG, now);
	else if (t->is_suspect || is_whole_due(t, now))
		table_write(t, wanted, TABLE_REPAIR, now);
	else
		look_drain(t, wanted, now);
	return t->drain_changes != before;
}

const struct drain *table_drain(const struct table *t)
{
	return &t->drain;
}

void table_restore_drain(struct table *t, const struct drain *d)
{
	for (unsigned i = 0; i < d->n; i++)
		drain_restore(&t->drain, &d->items[i]);
	drain_sort(&t->drain);
}

void table_info(const struct table *t, struct table_info *ret)
{
	*ret = t->info;
	ret->is_available = t->is_available;
	ret->is_incomplete = t->is_incomplete;
	ret->last_error = t->last_error;
}
