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
#include "checkers/plan.h"

enum {
	SMALL_TABLE = 500,        /* entries; up to here full looks are frequent */
	SMALL_USEC = 500000,      /* between full looks at a small table */
	FULL_USEC = 5 * 1000000,  /* between full looks at a large one; services alone are looked at each time */
	RETRY_USEC = 5 * 1000000, /* after an error */
	ERROR_LEN = 200,
	ENTRY_LEN = ADDR_STRLEN + 16,
};

struct table {
	struct ipvs *ipvs;       /* owned */
	struct ipvs_table owned; /* services alone, sorted */
	struct ipvs_timeouts timeouts;
	bool owns_all, is_available, has_tried, has_timeouts;
	bool is_incomplete; /* the last full write was refused in part: what is missing is no one else's doing */
	unsigned n_kernel;  /* entries at the last full look */
	mono_t next_full, next_try;
	struct log_limit limit;
	struct table_info info;
	char last_error[ERROR_LEN];
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
	ipvs_table_done(&t->owned);
	free(t);
}

void table_own(struct table *t, const struct ipvs_service *keys, unsigned n)
{
	struct ipvs_table *o = &t->owned;

	if (!n)
		return;
	o->services = x_realloc(o->services, o->n_services + n, sizeof(*o->services));
	memcpy(o->services + o->n_services, keys, n * sizeof(*keys));
	for (unsigned i = 0; i < n; i++) {
		o->services[o->n_services + i].dests = NULL;
		o->services[o->n_services + i].n_dests = 0;
	}
	o->n_services = plan_sort_services(o->services, o->n_services + n);
}

const struct ipvs_table *table_owned(const struct table *t)
{
	return &t->owned;
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

static void describe_entry(const struct ipvs_service *s, char *buf)
{
	char addr[ADDR_STRLEN];

	if (s->fwmark)
		snprintf(buf, ENTRY_LEN, "fwmark %" PRIu32 "%s", s->fwmark, s->family == AF_INET6 ? "/inet6" : "");
	else
		snprintf(buf, ENTRY_LEN, s->family == AF_INET6 ? "[%s]:%u/%s" : "%s:%u/%s", addr_str(&s->addr, addr),
			s->port,
			s->protocol == IPPROTO_UDP            ? "udp"
				: s->protocol == IPPROTO_SCTP ? "sctp"
							      : "tcp");
}

static void describe(const struct ipvs_change *c, char *buf, size_t size)
{
	char vs[ENTRY_LEN], rs[ADDR_STRLEN];
	const struct ipvs_service *s = c->service;
	const char *hint = "";

	describe_entry(s, vs);

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

/* Refused changes, of which those of a service that could not be added are only echoes. Their number. */
static unsigned report_refused(struct table *t, const struct ipvs_change *c, unsigned n)
{
	unsigned refused = 0;
	char line[ERROR_LEN];

	for (unsigned i = 0; i < n; i++) {
		if (!c[i].error)
			continue;
		refused++;
		if (c[i].dest && c[i].error == -ESRCH)
			continue;
		describe(&c[i], line, sizeof(line));
		set_error(t, line);
		log_warn_limited(&t->limit, LOG_LVS, "IPVS refused: %s", line);
	}
	return refused;
}

static void add_count(struct text *t, unsigned n, const char *what, const char *done)
{
	if (n)
		text_printf(t, "%s%u %s%s %s", t->len ? ", " : "", n, what, n == 1 ? "" : "s", done);
}

/* "3 services added, 9 destinations added", for the log. */
static void summarize(const struct ipvs_change *c, unsigned n, struct text *t)
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

static void log_written(struct table *t, const struct ipvs_change *c, unsigned n, enum table_cause cause)
{
	struct text what = { 0 };

	summarize(c, n, &what);
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

/* Plans and applies. 0 or -errno; *ret_refused is the number of changes that the kernel did not take. */
static int apply(struct table *t, const struct ipvs_table *wanted, const struct ipvs_table *kernel,
	enum table_cause cause, unsigned *ret_refused)
{
	struct ipvs_change *changes = x_calloc(plan_max(wanted, kernel) + 1, sizeof(*changes));
	unsigned n = plan_make(wanted, kernel, &t->owned, changes);
	int r = ipvs_apply(t->ipvs, changes, n);

	*ret_refused = 0;
	if (r == 0) {
		*ret_refused = report_refused(t, changes, n);
		log_written(t, changes, n, cause);
	}
	free(changes);
	return r;
}

static bool is_small(const struct table *t, const struct ipvs_table *wanted)
{
	return t->n_kernel + wanted->n_services + wanted->n_dests <= SMALL_TABLE;
}

/* What was ours and is gone is ours no more; with a refusal, keep all of it for the next time. */
static void settle(struct table *t, const struct ipvs_table *wanted, unsigned refused, mono_t now)
{
	t->is_incomplete = refused > 0;
	t->next_try = mono_add(now, refused ? RETRY_USEC : 0);
	t->next_full = mono_add(now, is_small(t, wanted) ? SMALL_USEC : FULL_USEC);
	t->info.n_services = wanted->n_services;
	t->info.n_dests = wanted->n_dests;
	if (!refused)
		t->owned.n_services = 0;
	table_own(t, wanted->services, wanted->n_services);
}

int table_write(struct table *t, const struct ipvs_table *wanted, enum table_cause cause, mono_t now)
{
	struct ipvs_table kernel;
	unsigned refused;
	int r = table_read(t, now, &kernel);

	if (r < 0)
		return r;
	if (t->owns_all)
		table_own(t, kernel.services, kernel.n_services);
	t->owns_all = false;
	t->n_kernel = kernel.n_services + kernel.n_dests;
	r = apply(t, wanted, &kernel, t->is_incomplete && cause == TABLE_REPAIR ? TABLE_CHECK : cause, &refused);
	ipvs_table_done(&kernel);
	if (r < 0)
		return fail(t, r, now);
	settle(t, wanted, refused, now);
	write_timeouts(t);
	return 0;
}

int table_write_some(struct table *t, const struct ipvs_table *some, mono_t now)
{
	struct ipvs_table kernel;
	unsigned refused;
	int r;

	if (!t->is_available)
		return -EPROTONOSUPPORT;
	r = ipvs_read_some(t->ipvs, some->services, some->n_services, &kernel);
	if (r < 0)
		return fail(t, r, now);
	plan_sort(&kernel);
	r = apply(t, some, &kernel, TABLE_CHECK, &refused);
	ipvs_table_done(&kernel);
	if (r < 0)
		return fail(t, r, now);
	t->is_incomplete |= refused > 0;
	return 0;
}

/* Whether the services (without their destinations) are as wanted. */
static bool services_differ(struct table *t, const struct ipvs_table *wanted, mono_t now)
{
	struct ipvs_table bare = { .n_services = wanted->n_services }, kernel;
	struct ipvs_change *changes;
	unsigned n;
	int r = ipvs_read(t->ipvs, IPVS_READ_SERVICES, &kernel);

	if (r < 0) {
		fail(t, r, now);
		return false;
	}
	bare.services = x_calloc(wanted->n_services + 1, sizeof(*bare.services));
	for (unsigned i = 0; i < wanted->n_services; i++) {
		bare.services[i] = wanted->services[i];
		bare.services[i].n_dests = 0;
	}
	plan_sort(&kernel);
	changes = x_calloc(plan_max(&bare, &kernel) + 1, sizeof(*changes));
	n = plan_make(&bare, &kernel, &t->owned, changes);
	free(changes);
	free(bare.services);
	ipvs_table_done(&kernel);
	return n > 0;
}

void table_watch(struct table *t, const struct ipvs_table *wanted, mono_t now)
{
	if (mono_before(now, t->next_try))
		return;
	if (!t->is_available || !mono_before(now, t->next_full) || services_differ(t, wanted, now))
		table_write(t, wanted, t->is_available ? TABLE_REPAIR : TABLE_CONFIG, now);
}

void table_info(const struct table *t, struct table_info *ret)
{
	*ret = t->info;
	ret->is_available = t->is_available;
	ret->last_error = t->last_error;
}
