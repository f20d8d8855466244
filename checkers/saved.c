/* saved.c - see saved.h. */
#include "checkers/saved.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/service.h"

enum { KEY_LEN = 2 * CONF_NAME_LEN + 40 };

/*
 * "ended 192.0.2.1:80/tcp 10.0.0.1:80" -> 1
 * "check 192.0.2.1:80/tcp 10.0.0.1:80 0 TCP_CHECK" -> state
 * "quorum 192.0.2.1:80/tcp" -> 0 or 1
 */
struct fact {
	char key[KEY_LEN];
	unsigned value, attempts;
};

struct saved {
	struct fact *facts;         /* owned, sorted by key */
	struct ipvs_service *owned; /* owned */
	unsigned n_facts, n_owned;
};

static void check_key(const struct service *vs, const struct service_server *rs, unsigned i, char *key)
{
	const struct check_conf *check = rs->conf->checks.item[i];
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "check %s %s %u %s", vs_name(vs->conf, vs_buf), rs_name(rs->conf, rs_buf), i,
		check->checker->name);
}

static void ended_key(const struct service *vs, const struct service_server *rs, char *key)
{
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "ended %s %s", vs_name(vs->conf, vs_buf), rs_name(rs->conf, rs_buf));
}

static void quorum_key(const struct service *vs, char *key)
{
	char buf[CONF_NAME_LEN];

	snprintf(key, KEY_LEN, "quorum %s", vs_name(vs->conf, buf));
}

static void write_service(const struct service *vs, struct text *out)
{
	char key[KEY_LEN];

	/* With omega everybody was told that it is lost: it is gained anew, with its script. */
	if (vs->pool.is_known && !vs->is_ended) {
		quorum_key(vs, key);
		text_printf(out, "%s = %d 0\n", key, vs->pool.quorum_met);
	}
	for (unsigned i = 0; i < vs->conf->servers.n; i++) {
		const struct service_server *rs = &vs->servers[i];

		if (rs->is_ended) {
			ended_key(vs, rs, key);
			text_printf(out, "%s = 1 0\n", key);
		}
		for (unsigned k = 0; k < rs->conf->checks.n; k++) {
			if (rs->known[k] == CHECK_UNKNOWN)
				continue;
			check_key(vs, rs, k, key);
			text_printf(out, "%s = %d %" PRIu32 "\n", key, rs->known[k], rs->checks[k].last.attempts);
		}
	}
}

void saved_write(const struct services *s, const struct ipvs_table *owned, struct text *out)
{
	char addr[ADDR_STRLEN];

	for (unsigned i = 0; i < owned->n_services; i++) {
		const struct ipvs_service *o = &owned->services[i];

		text_printf(out, "service %d %d %s %d %" PRIu32 "\n", o->family == AF_INET6 ? 6 : 4, o->protocol,
			addr_is_set(&o->addr) ? addr_str(&o->addr, addr) : "-", o->port, o->fwmark);
	}
	for (unsigned i = 0; s && i < s->n; i++)
		if (s->list[i].n_wanted)
			write_service(&s->list[i], out);
}

static void read_service(struct saved *s, const char *line)
{
	struct ipvs_service o = { 0 };
	char addr[ADDR_STRLEN];
	unsigned family, protocol, port;

	if (sscanf(line, "service %u %u %45s %u %" SCNu32, &family, &protocol, addr, &port, &o.fwmark) != 5)
		return;
	if (!o.fwmark && addr_parse(addr, &o.addr) < 0)
		return;
	o.family = family == 6 ? AF_INET6 : AF_INET;
	o.protocol = (uint16_t)protocol;
	o.port = (uint16_t)port;
	s->owned = x_realloc(s->owned, s->n_owned + 1, sizeof(o));
	s->owned[s->n_owned++] = o;
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
				read_service(s, line);
			else
				read_fact(s, line);
		}
		n += end != NULL;
		data += n;
		len -= n;
	}
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
	free(s);
}

const struct ipvs_service *saved_owned(const struct saved *s, unsigned *ret_n)
{
	*ret_n = s->n_owned;
	return s->owned;
}

static const struct fact *find(const struct saved *s, const char *key)
{
	struct fact f = { 0 };

	if (!s->n_facts)
		return NULL;
	snprintf(f.key, sizeof(f.key), "%s", key);
	return bsearch(&f, s->facts, s->n_facts, sizeof(f), by_key);
}

static void apply_server(const struct saved *s, const struct service *vs, struct service_server *rs)
{
	char key[KEY_LEN];

	ended_key(vs, rs, key);
	rs->was_ended = find(s, key) != NULL;
	for (unsigned i = 0; i < rs->conf->checks.n; i++) {
		const struct fact *f;

		check_key(vs, rs, i, key);
		f = find(s, key);
		if (!f || f->value > CHECK_DOWN || rs->known[i] != CHECK_UNKNOWN)
			continue;
		rs->known[i] = (enum check_state)f->value;
		rs->checks[i].last.state = f->value;
		rs->checks[i].last.attempts = f->attempts;
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
		quorum_key(vs, key);
		f = find(s, key);
		if (f && !vs->pool.is_known)
			vs->pool = (struct pool){ .is_known = true, .quorum_met = f->value == 1 };
		for (unsigned k = 0; k < vs->conf->servers.n; k++)
			apply_server(s, vs, &vs->servers[k]);
	}
}
