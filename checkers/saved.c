/* saved.c - see saved.h. */
#include "checkers/saved.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/drain.h"
#include "checkers/service.h"

enum { KEY_LEN = 2 * CONF_NAME_LEN + 80 };

/*
 * "ended 192.0.2.1:80/tcp 10.0.0.1:80" -> 1
 * "check 192.0.2.1:80/tcp 10.0.0.1:80 0 TCP_CHECK" -> state
 * "quorum 192.0.2.1:80/tcp" -> 0 or 1
 * "guard 192.0.2.1:80/tcp" -> whether fail_open and minimum_available hold servers, "held", "failed" and "ramp" of its servers:
 * the last two with the upper and the lower half of the time.
 * Keys of the kernel's table are words of their own: "service 4 6 192.0.2.1 80 0" and how long its servers may drain,
 * "drain 4 6 192.0.2.1 80 0 10.0.0.1 80" with since and deadline.
 */
struct fact {
	char key[KEY_LEN];
	unsigned value, attempts;
};

struct saved {
	struct fact *facts;         /* owned, sorted by key */
	struct ipvs_service *owned; /* owned */
	struct drain drain;         /* owned */
	unsigned n_facts, n_owned;
};

static void check_key(const struct service *vs, const struct service_server *rs, unsigned i, char *key)
{
	const struct check_conf *check = rs->conf->checks.item[i];
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "check %s %s%s%.32s %u %s", vs_name(vs->conf, vs_buf), rs_name(rs->conf, rs_buf),
		rs->conf->how->pool ? " in " : "", rs->conf->how->pool ? rs->conf->how->pool : "", i,
		check->how->checker->name);
}

static void server_key(const char *word, const struct service *vs, const struct service_server *rs, char *key)
{
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "%s %s %s%s%.32s", word, vs_name(vs->conf, vs_buf), rs_name(rs->conf, rs_buf),
		rs->conf->how->pool ? " in " : "", rs->conf->how->pool ? rs->conf->how->pool : "");
}

static void service_key(const char *word, const struct service *vs, char *key)
{
	char buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "%s %s", word, vs_name(vs->conf, buf));
}

static void write_time(const char *key, mono_t t, struct text *out)
{
	text_printf(out, "%s = %" PRIu32 " %" PRIu32 "\n", key, (uint32_t)(t.usec >> 32), (uint32_t)t.usec);
}

/* What is remembered of one server between two steps of its pool. */
static void write_pool_server(const struct service *vs, unsigned i, struct text *out)
{
	const struct pool_server *ps = &vs->pool.servers[i];
	char key[KEY_LEN];

	if (ps->is_held) {
		server_key("held", vs, &vs->servers[i], key);
		text_printf(out, "%s = 1 0\n", key);
	}
	if (ps->is_failed) {
		server_key("failed", vs, &vs->servers[i], key);
		write_time(key, vs->pool.times[i].failed, out);
	}
	if (ps->is_ramping) {
		server_key("ramp", vs, &vs->servers[i], key);
		write_time(key, vs->pool.times[i].ramp, out);
	}
}

static void write_pool(const struct service *vs, struct text *out)
{
	char key[KEY_LEN];

	if (vs->pool.is_failing_open || vs->pool.is_below_minimum) {
		service_key("guard", vs, key);
		text_printf(out, "%s = %d %d\n", key, vs->pool.is_failing_open, vs->pool.is_below_minimum);
	}
	for (unsigned i = 0; i < vs->conf->servers.n; i++)
		write_pool_server(vs, i, out);
}

static void write_service(const struct service *vs, struct text *out)
{
	char key[KEY_LEN];

	/* With omega everybody was told that it is lost: it is gained anew, with its script. */
	if (vs->pool.is_known && !vs->is_ended) {
		service_key("quorum", vs, key);
		text_printf(out, "%s = %d 0\n", key, vs->pool.quorum_met);
	}
	for (unsigned i = 0; i < vs->conf->servers.n; i++) {
		const struct service_server *rs = &vs->servers[i];

		if (rs->is_ended) {
			server_key("ended", vs, rs, key);
			text_printf(out, "%s = 1 0\n", key);
		}
		for (unsigned k = 0; k < rs->conf->checks.n; k++) {
			if (service_known(vs, rs)[k] == CHECK_UNKNOWN)
				continue;
			check_key(vs, rs, k, key);
			text_printf(out, "%s = %d %" PRIu32 "\n", key, service_known(vs, rs)[k],
				service_checks(vs, rs)[k].attempts);
		}
	}
}

static void write_key(const char *word, const struct ipvs_service *o, struct text *out)
{
	char addr[ADDR_STRLEN];

	text_printf(out, "%s %d %d %s %d %" PRIu32, word, o->family == AF_INET6 ? 6 : 4, o->protocol,
		addr_is_set(&o->addr) ? addr_str(&o->addr, addr) : "-", o->port, o->fwmark);
}

static void write_drain(const struct drain_item *i, struct text *out)
{
	char addr[ADDR_STRLEN];

	write_key("drain", &i->service, out);
	text_printf(out, " %s %d %" PRId64 " %" PRId64 " %d\n", addr_str(&i->dest.addr, addr), i->dest.port,
		i->since.usec, i->deadline.usec, i->is_seen);
}

void saved_write(const struct services *s, const struct ipvs_table *owned, const struct drain *drain, struct text *out)
{
	for (unsigned i = 0; i < owned->n_services; i++) {
		write_key("service", &owned->services[i], out);
		text_printf(out, " %" PRId64 "\n", owned->services[i].drain_usec);
	}
	for (unsigned i = 0; i < drain->n; i++)
		write_drain(&drain->items[i], out);
	for (unsigned i = 0; s && i < s->n; i++)
		if (s->list[i].n_wanted) {
			write_service(&s->list[i], out);
			write_pool(&s->list[i], out);
		}
}

/* The words of a key behind the first one. 0 or -EINVAL; *ret_at is where they end. */
static int read_key(const char *line, struct ipvs_service *ret, int *ret_at)
{
	struct ipvs_service o = { 0 };
	char addr[ADDR_STRLEN];
	unsigned family, protocol, port;

	if (sscanf(line, "%u %u %45s %u %" SCNu32 "%n", &family, &protocol, addr, &port, &o.fwmark, ret_at) != 5)
		return -EINVAL;
	if (!o.fwmark && addr_parse(addr, &o.addr) < 0)
		return -EINVAL;
	o.family = family == 6 ? AF_INET6 : AF_INET;
	o.protocol = (uint16_t)protocol;
	o.port = (uint16_t)port;
	*ret = o;
	return 0;
}

static void read_service(struct saved *s, const char *line)
{
	struct ipvs_service o;
	int at = 0;

	if (read_key(line, &o, &at) < 0)
		return;
	if (sscanf(line + at, "%" SCNd64, &o.drain_usec) != 1)
		o.drain_usec = 0;
	if ((s->n_owned & (s->n_owned - 1)) == 0)
		s->owned = x_realloc(s->owned, s->n_owned ? (size_t)s->n_owned * 2 : 1, sizeof(o));
	s->owned[s->n_owned++] = o;
}

static void read_drain(struct saved *s, const char *line)
{
	struct drain_item i = { 0 };
	char addr[ADDR_STRLEN];
	unsigned port, is_seen;
	int at = 0;

	if (read_key(line, &i.service, &at) < 0 ||
		sscanf(line + at, "%45s %u %" SCNd64 " %" SCNd64 " %u", addr, &port, &i.since.usec, &i.deadline.usec,
			&is_seen) != 5 ||
		addr_parse(addr, &i.dest.addr) < 0)
		return;
	i.dest.port = (uint16_t)port;
	i.is_seen = is_seen > 0;
	drain_restore(&s->drain, &i);
}

static void read_fact(struct saved *s, const char *line)
{
	const char *equal = strstr(line, " = ");
	struct fact f = { 0 };

	if (!equal || (size_t)(equal - line) >= sizeof(f.key) || sscanf(equal, " = %u %u", &f.value, &f.attempts) != 2)
		return;
	memcpy(f.key, line, (size_t)(equal - line));
	if ((s->n_facts & (s->n_facts - 1)) == 0)
		s->facts = x_realloc(s->facts, s->n_facts ? (size_t)s->n_facts * 2 : 1, sizeof(f));
	s->facts[s->n_facts++] = f;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct fact *)a)->key, ((const struct fact *)b)->key);
}

struct saved *saved_read(const char *data, size_t len)
{
	struct saved *s = x_calloc(1, sizeof(*s));

	while (len) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		char line[KEY_LEN + 40];

		if (n < sizeof(line)) {
			memcpy(line, data, n);
			line[n] = '\0';
			if (!strncmp(line, "service ", 8))
				read_service(s, line + 8);
			else if (!strncmp(line, "drain ", 6))
				read_drain(s, line + 6);
			else
				read_fact(s, line);
		}
		n += end != NULL;
		data += n;
		len -= n;
	}
	drain_sort(&s->drain);
	if (s->n_facts)
		qsort(s->facts, s->n_facts, sizeof(*s->facts), by_key);
	return s;
}

void saved_free(struct saved *s)
{
	if (!s)
		return;
	free(s->facts);
	free(s->owned);
	drain_done(&s->drain);
	free(s);
}

const struct ipvs_service *saved_owned(const struct saved *s, unsigned *ret_n)
{
	*ret_n = s->n_owned;
	return s->owned;
}

const struct drain *saved_drain(const struct saved *s)
{
	return &s->drain;
}

static const struct fact *find(const struct saved *s, const char *key)
{
	struct fact f = { 0 };

	if (!s->n_facts)
		return NULL;
	snprintf(f.key, sizeof(f.key), "%s", key);
	return bsearch(&f, s->facts, s->n_facts, sizeof(f), by_key);
}

bool saved_fact(const struct saved *s, const char *key, uint32_t *ret_a, uint32_t *ret_b)
{
	const struct fact *f = find(s, key);

	if (f && ret_a)
		*ret_a = f->value;
	if (f && ret_b)
		*ret_b = f->attempts;
	return f != NULL;
}

const char *saved_next(const struct saved *s, const char *word, unsigned *i)
{
	size_t len = strlen(word);

	while (*i < s->n_facts) {
		const char *key = s->facts[(*i)++].key;

		if (!strncmp(key, word, len) && key[len] == ' ')
			return key + len + 1;
	}
	return NULL;
}

/* A time that is not before `now` is none. */
static bool find_time(const struct saved *s, const char *key, mono_t now, mono_t *ret)
{
	const struct fact *f = find(s, key);
	mono_t t = { f ? (int64_t)((uint64_t)f->value << 32 | f->attempts) : 0 };

	if (!f || !mono_before(t, now))
		return false;
	*ret = t;
	return true;
}

static void apply_pool(const struct saved *s, struct service *vs, mono_t now)
{
	struct pool_times *times = vs->pool.times;
	const struct fact *f;
	char key[KEY_LEN];

	service_key("guard", vs, key);
	f = find(s, key);
	vs->pool.is_failing_open |= f && f->value;
	vs->pool.is_below_minimum |= f && f->attempts;
	for (unsigned i = 0; i < vs->conf->servers.n; i++) {
		struct pool_server *ps = &vs->pool.servers[i];

		server_key("held", vs, &vs->servers[i], key);
		ps->is_held = ps->was_held = find(s, key) != NULL;
		if (!times)
			continue;
		server_key("failed", vs, &vs->servers[i], key);
		ps->is_failed = find_time(s, key, now, &times[i].failed);
		server_key("ramp", vs, &vs->servers[i], key);
		ps->is_ramping = find_time(s, key, now, &times[i].ramp);
	}
}

static void apply_server(const struct saved *s, const struct service *vs, struct service_server *rs)
{
	struct service_check *checks = service_checks(vs, rs);
	enum check_state *known = service_known(vs, rs);
	char key[KEY_LEN];

	server_key("ended", vs, rs, key);
	rs->was_ended = find(s, key) != NULL;
	for (unsigned i = 0; i < rs->conf->checks.n; i++) {
		const struct fact *f;

		check_key(vs, rs, i, key);
		f = find(s, key);
		if (!f || f->value > CHECK_DOWN || known[i] != CHECK_UNKNOWN)
			continue;
		known[i] = (enum check_state)f->value;
		checks[i].state = (uint8_t)f->value;
		checks[i].attempts = f->attempts;
	}
}

void saved_apply(const struct saved *s, struct services *to)
{
	char key[KEY_LEN];

	for (unsigned i = 0; i < to->n; i++) {
		struct service *vs = &to->list[i];
		const struct fact *f;

		if (!vs->n_wanted)
			continue;
		service_key("quorum", vs, key);
		f = find(s, key);
		if (f && !vs->pool.is_known) {
			pool_restore(&vs->pool, f->value == 1);
			apply_pool(s, vs, to->start);
		}
		for (unsigned k = 0; k < vs->conf->servers.n; k++)
			apply_server(s, vs, &vs->servers[k]);
	}
}
