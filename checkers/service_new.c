/*
 * service_new.c - see service.h: services of a configuration come into being, with what the one before it knew, and go. What
 * happens to them between is in service.c.
 */
#include "checkers/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/path.h"
#include "checkers/pool_index.h"

/* What another session said does not count. */
static bool is_other_session(const struct check_conf *a, const struct check_conf *b)
{
	return !checker_is_run(a->how->checker) && schema_diff(match_check_block(a), a, b) == CONF_RESTART;
}

/*
 * A check in the same place and of the same kind is the same check; the probe corrects the state if it thinks
 * otherwise.
 */
static void copy_check(struct service_check *to, const struct service_check *from)
{
	const bool is_heard = to->is_heard;

	*to = *from;
	to->detail = from->detail ? x_strdup(from->detail) : NULL;
	to->is_heard = is_heard;
}

static void inherit_check(struct service *vs, unsigned to, const struct service *old, unsigned from)
{
	copy_check(&vs->checks[to], &old->checks[from]);
	vs->known[to] = old->known[from];
	vs->delta[to] = old->delta[from];
}

static void inherit_checks(struct service *vs, struct service_server *to, const struct service *old,
	const struct service_server *from)
{
	unsigned n = to->conf->checks.n < from->conf->checks.n ? to->conf->checks.n : from->conf->checks.n;

	for (unsigned i = 0; i < n; i++) {
		const struct check_conf *a = to->conf->checks.item[i], *b = from->conf->checks.item[i];

		if (a->how->checker != b->how->checker || is_other_session(a, b))
			continue;
		inherit_check(vs, to->first + i, old, from->first + i);
		if (from->why == i + 1)
			to->why = from->why;
	}
	to->path = from->path;
	to->path_state = from->path_state;
	if (from->why == WHY_PATH)
		to->why = from->why;
	to->since = from->since;
}

static bool is_run(const struct rs_conf *conf, unsigned check)
{
	return checker_is_run(((const struct check_conf *)conf->checks.item[check])->how->checker);
}

/* Its checks are those of the service from number `first` on. */
static void server_init(struct service *vs, unsigned i, unsigned first, mono_t now)
{
	struct service_server *s = &vs->servers[i];

	s->conf = vs->conf->servers.item[i];
	s->first = first;
	s->since = now;
	s->path = PATH_FOUND_MAX;
	for (unsigned k = 0; k < s->conf->checks.n; k++)
		vs->checks[first + k].is_heard = !is_run(s->conf, k);
}

/* Checks that the probe has to tell about. */
static unsigned count_run(const struct rs_conf *conf)
{
	unsigned n = 0;

	for (unsigned i = 0; i < conf->checks.n; i++)
		n += is_run(conf, i);
	return n;
}

static unsigned count_checks(const struct vs_conf *conf)
{
	unsigned n = 0;

	for (unsigned i = 0; i < conf->servers.n; i++)
		n += ((const struct rs_conf *)conf->servers.item[i])->checks.n;
	return n;
}

/* Room for all services, zeroed: one piece of each kind, not some for each service. */
static void arrays_init(struct service_arrays *a, const struct conf_vec *services)
{
	for (unsigned i = 0; i < services->n; i++) {
		const struct vs_conf *vs = services->item[i];

		a->n_servers += vs->servers.n;
		a->n_times += pool_needs_times(vs) ? vs->servers.n : 0;
		a->n_checks += count_checks(vs);
	}
	a->servers = x_calloc(a->n_servers, sizeof(*a->servers));
	a->pool = x_calloc(a->n_servers, sizeof(*a->pool));
	a->times = x_calloc(a->n_times, sizeof(*a->times));
	a->weight = x_calloc(a->n_servers, sizeof(*a->weight));
	a->up = x_calloc(a->n_servers, sizeof(*a->up));
	a->checks = x_calloc(a->n_checks, sizeof(*a->checks));
	a->known = x_calloc(a->n_checks, sizeof(*a->known));
	a->delta = x_calloc(a->n_checks, sizeof(*a->delta));
}

static void arrays_done(struct service_arrays *a)
{
	for (size_t i = 0; i < a->n_checks; i++)
		free(a->checks[i].detail);
	free(a->servers);
	free(a->pool);
	free(a->times);
	free(a->weight);
	free(a->up);
	free(a->checks);
	free(a->known);
	free(a->delta);
}

/* The next parts of `rest` are those of `vs`. */
static void take_arrays(struct service *vs, struct service_arrays *rest)
{
	unsigned n = vs->conf->servers.n, n_checks = count_checks(vs->conf),
		 n_times = pool_needs_times(vs->conf) ? n : 0;

	vs->servers = rest->servers;
	vs->pool.servers = rest->pool;
	vs->pool.times = n_times ? rest->times : NULL;
	vs->weight = rest->weight;
	vs->up = rest->up;
	vs->checks = rest->checks;
	vs->known = rest->known;
	vs->delta = rest->delta;
	rest->servers += n;
	rest->pool += n;
	rest->times += n_times;
	rest->weight += n;
	rest->up += n;
	rest->checks += n_checks;
	rest->known += n_checks;
	rest->delta += n_checks;
}

/* Which tier a bit of `met` and `tier` is about may have moved: they are known anew, the quorum is not. */
static void inherit_pool(struct pool *to, const struct pool *from, bool same_tiers)
{
	struct pool_server *servers = to->servers;
	struct pool_times *times = to->times;

	*to = *from;
	to->servers = servers;
	to->times = times;
	if (!same_tiers && from->met)
		to->met = UINT32_MAX;
}

/* Times go over where both configurations need them. */
static void inherit_pool_server(struct pool *to, unsigned i, const struct pool *from, unsigned k)
{
	to->servers[i] = from->servers[k];
	if (to->times && from->times)
		to->times[i] = from->times[k];
	else
		to->servers[i].is_failed = to->servers[i].is_ramping = false;
}

static void service_init(struct service *vs, const struct vs_conf *conf, const struct service *old, mono_t now)
{
	uint32_t *before = NULL;
	unsigned n_checks = 0;

	vs->n_wanted = match_entries(conf);
	vs->is_suspended = conf->how->ha_suspend && (!old || old->is_suspended);
	vs->told = old ? old->told : 0;
	if (old) {
		inherit_pool(&vs->pool, &old->pool, conf->pools.n == old->conf->pools.n);
		before = match_servers(&old->conf->servers, &conf->servers);
	}
	for (unsigned i = 0; i < conf->servers.n; i++) {
		server_init(vs, i, n_checks, now);
		n_checks += vs->servers[i].conf->checks.n;
		if (!before || before[i] == MATCH_NONE)
			continue;
		inherit_checks(vs, &vs->servers[i], old, &old->servers[before[i]]);
		inherit_pool_server(&vs->pool, i, &old->pool, before[i]);
	}
	pool_index(&vs->pool, conf);
	free(before);
}

struct services *services_new(const struct checkers_config *conf, uint32_t generation, const struct services *old,
	mono_t now)
{
	struct services *s = x_calloc(1, sizeof(*s));
	uint32_t *before = old ? match_services(&old->conf->services, &conf->services) : NULL;
	struct service_arrays rest;

	s->conf = conf;
	s->generation = generation;
	s->start = now;
	s->n = conf->services.n;
	s->list = x_calloc(s->n + 1, sizeof(*s->list));
	arrays_init(&s->arrays, &conf->services);
	rest = s->arrays;
	for (unsigned i = 0; i < s->n; i++) {
		const struct vs_conf *vs = conf->services.item[i];
		bool is_known = before && before[i] != MATCH_NONE;

		s->list[i].conf = vs;
		take_arrays(&s->list[i], &rest);
		service_init(&s->list[i], vs, is_known ? &old->list[before[i]] : NULL, now);
		for (unsigned k = 0; vs->lines.n && k < vs->servers.n; k++)
			s->n_unheard += count_run(vs->servers.item[k]);
	}
	free(before);
	return s;
}

void services_free(struct services *s)
{
	if (!s)
		return;
	arrays_done(&s->arrays);
	free(s->list);
	free(s);
}

static void unhear(const struct service *vs, const struct service_server *rs)
{
	for (unsigned i = 0; i < rs->conf->checks.n; i++)
		service_checks(vs, rs)[i].is_heard = !is_run(rs->conf, i);
}

void services_again(struct services *s, uint32_t generation)
{
	s->generation = generation;
	s->n_unheard = 0;
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		for (unsigned k = 0; k < vs->conf->servers.n; k++) {
			unhear(vs, &vs->servers[k]);
			s->n_unheard += vs->conf->lines.n ? count_run(vs->servers[k].conf) : 0;
		}
	}
}
