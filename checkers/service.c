/* service.c - see service.h. */
#include "checkers/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/plan.h"
#include "checkers/pool_index.h"
#include "checkers/via.h"
#include "checkers/weights.h"

/* What another session said does not count. */
static bool is_other_session(const struct check_conf *a, const struct check_conf *b)
{
	return !checker_is_run(a->checker) && schema_diff(match_check_block(a), a, b) == CONF_RESTART;
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

static void inherit_path(struct service_server *to, const struct service_server *from)
{
	if (!from->path)
		return;
	to->path = x_calloc(1, sizeof(*to->path));
	copy_check(to->path, from->path);
	to->path->is_heard = true;
	if (from->why == from->path)
		to->why = to->path;
}

static void inherit_checks(struct service_server *to, const struct service_server *from)
{
	unsigned n = to->conf->checks.n < from->conf->checks.n ? to->conf->checks.n : from->conf->checks.n;

	for (unsigned i = 0; i < n; i++) {
		const struct check_conf *a = to->conf->checks.item[i], *b = from->conf->checks.item[i];

		if (a->checker != b->checker || is_other_session(a, b))
			continue;
		copy_check(&to->checks[i], &from->checks[i]);
		to->known[i] = from->known[i];
		to->delta[i] = from->delta[i];
		if (from->why == &from->checks[i])
			to->why = &to->checks[i];
	}
	inherit_path(to, from);
	to->since = from->since;
}

static bool is_run(const struct rs_conf *conf, unsigned check)
{
	return checker_is_run(((const struct check_conf *)conf->checks.item[check])->checker);
}

/* Its checks are those of the service from number `first` on. */
static void server_init(struct service_server *s, struct service *vs, const struct rs_conf *conf, unsigned first)
{
	s->conf = conf;
	s->checks = vs->checks + first;
	s->known = vs->known + first;
	s->delta = vs->delta + first;
	for (unsigned i = 0; i < conf->checks.n; i++)
		s->checks[i].is_heard = !is_run(conf, i);
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

static void init_arrays(struct service *vs)
{
	unsigned n = vs->conf->servers.n, n_checks = count_checks(vs->conf);

	vs->servers = x_calloc(n, sizeof(*vs->servers));
	vs->checks = x_calloc(n_checks, sizeof(*vs->checks));
	vs->known = x_calloc(n_checks, sizeof(*vs->known));
	vs->delta = x_calloc(n_checks, sizeof(*vs->delta));
	vs->up = x_calloc(n, sizeof(*vs->up));
	vs->fresh = x_calloc(n, sizeof(*vs->fresh));
	vs->weight = x_calloc(n, sizeof(*vs->weight));
	vs->out.dests = x_calloc(pool_max(vs->conf), sizeof(*vs->out.dests));
	vs->pool.servers = x_calloc(n, sizeof(*vs->pool.servers));
}

/* Which tier a bit of `met` and `tier` is about may have moved: they are known anew, the quorum is not. */
static void inherit_pool(struct pool *to, const struct pool *from, bool same_tiers)
{
	struct pool_server *servers = to->servers;

	*to = *from;
	to->servers = servers;
	if (!same_tiers && from->met)
		to->met = UINT32_MAX;
}

static void service_init(struct service *vs, const struct vs_conf *conf, const struct service *old, mono_t now)
{
	uint32_t *before = NULL;
	unsigned n_checks = 0;

	vs->conf = conf;
	vs->n_wanted = match_entries(conf);
	vs->wanted = x_calloc(vs->n_wanted, sizeof(*vs->wanted));
	match_table(conf, vs->wanted);
	init_arrays(vs);
	vs->is_suspended = conf->ha_suspend && (!old || old->is_suspended);
	vs->told = old ? old->told : 0;
	if (old) {
		inherit_pool(&vs->pool, &old->pool, conf->pools.n == old->conf->pools.n);
		before = match_servers(&old->conf->servers, &conf->servers);
	}
	for (unsigned i = 0; i < conf->servers.n; i++) {
		server_init(&vs->servers[i], vs, conf->servers.item[i], n_checks);
		vs->servers[i].since = now;
		n_checks += vs->servers[i].conf->checks.n;
		if (!before || before[i] == MATCH_NONE)
			continue;
		inherit_checks(&vs->servers[i], &old->servers[before[i]]);
		vs->pool.servers[i] = old->pool.servers[before[i]];
	}
	pool_index(&vs->pool, conf);
	free(before);
}

struct services *services_new(const struct checkers_config *conf, uint32_t generation, const struct services *old,
	mono_t now)
{
	struct services *s = x_calloc(1, sizeof(*s));
	uint32_t *before = old ? match_services(&old->conf->services, &conf->services) : NULL;

	s->conf = conf;
	s->generation = generation;
	s->start = now;
	s->n = conf->services.n;
	s->list = x_calloc(s->n + 1, sizeof(*s->list));
	for (unsigned i = 0; i < s->n; i++) {
		const struct vs_conf *vs = conf->services.item[i];
		bool is_known = before && before[i] != MATCH_NONE;

		service_init(&s->list[i], vs, is_known ? &old->list[before[i]] : NULL, now);
		for (unsigned k = 0; vs->lines.n && k < vs->servers.n; k++)
			s->n_unheard += count_run(vs->servers.item[k]);
	}
	free(before);
	return s;
}

static void service_done(struct service *vs)
{
	for (unsigned i = 0, n = count_checks(vs->conf); i < n; i++)
		free(vs->checks[i].detail);
	for (unsigned i = 0; i < vs->conf->servers.n; i++) {
		if (vs->servers[i].path)
			free(vs->servers[i].path->detail);
		free(vs->servers[i].path);
	}
	free(vs->wanted);
	free(vs->servers);
	free(vs->checks);
	free(vs->known);
	free(vs->delta);
	free(vs->up);
	free(vs->fresh);
	free(vs->weight);
	free(vs->pool.servers);
	free(vs->out.dests);
}

void services_free(struct services *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->n; i++)
		service_done(&s->list[i]);
	free(s->list);
	free(s);
}

static void unhear(struct service_server *rs)
{
	for (unsigned i = 0; i < rs->conf->checks.n; i++)
		rs->checks[i].is_heard = !is_run(rs->conf, i);
}

void services_again(struct services *s, uint32_t generation)
{
	s->generation = generation;
	s->n_unheard = 0;
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		for (unsigned k = 0; k < vs->conf->servers.n; k++) {
			unhear(&vs->servers[k]);
			s->n_unheard += vs->conf->lines.n ? count_run(vs->servers[k].conf) : 0;
		}
	}
}

static void pool_run(struct service *vs, mono_t now)
{
	const struct pool_in in = { vs->up, vs->fresh, vs->weight };

	pool_step(&vs->pool, vs->conf, &in, now, &vs->out);
}

static uint32_t weight_of(const struct service_server *rs)
{
	return pool_weight(rs->conf, rs->delta, rs->conf->checks.n);
}

/* By its checks; with dr_path require also by the path watch, where that knows anything. */
static bool is_up(const struct service *vs, const struct service_server *rs)
{
	if (vs->conf->dr_path == DR_PATH_REQUIRE && rs->path && rs->path->state == CHECK_DOWN)
		return false;
	return pool_server_up(rs->conf, rs->known);
}

void services_start(struct services *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		for (unsigned k = 0; k < vs->conf->servers.n; k++) {
			vs->up[k] = is_up(vs, &vs->servers[k]);
			vs->weight[k] = weight_of(&vs->servers[k]);
		}
		pool_run(vs, s->start);
		vs->is_dirty = true;
	}
}

void services_end(struct services *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		vs->is_ended = vs->n_wanted && vs->conf->omega;
		for (unsigned k = 0; vs->is_ended && k < vs->conf->servers.n; k++)
			vs->servers[k].is_ended = vs->up[k];
	}
}

/* The path watch has spoken: there is a place for its words from now on. */
static struct service_check *path_of(struct service_server *rs)
{
	if (!rs->path)
		rs->path = x_calloc(1, sizeof(*rs->path));
	rs->path->is_heard = true; /* nobody waits for it */
	return rs->path;
}

/* The check that a message speaks about, or NULL. */
static struct service_check *check_of(struct services *s, const struct msg_check *m)
{
	const struct vs_conf *vs;

	if (m->vs >= s->n)
		return NULL;
	vs = s->list[m->vs].conf;
	if (m->rs < vs->servers.n && m->check == MSG_CHECK_PATH)
		return path_of(&s->list[m->vs].servers[m->rs]);
	if (m->rs >= vs->servers.n || m->check >= ((const struct rs_conf *)vs->servers.item[m->rs])->checks.n)
		return NULL;
	return &s->list[m->vs].servers[m->rs].checks[m->check];
}

const char *service_detail(const struct service_check *c)
{
	return c->detail ? c->detail : "";
}

/* Most say the same for months. */
static void set_result(struct service_check *c, const struct msg_check *m)
{
	c->state = (uint8_t)m->state;
	c->reason = (uint8_t)(m->reason < CHECK_REASON_MAX ? m->reason : CHECK_LOCAL);
	c->attempts = m->attempts;
	c->latency_usec = m->latency_usec;
	if (!strncmp(service_detail(c), m->detail, sizeof(m->detail)))
		return;
	free(c->detail);
	c->detail = *m->detail ? x_asprintf("%.*s", (int)sizeof(m->detail) - 1, m->detail) : NULL;
}

static bool same_dests(const struct ipvs_dest *a, unsigned n_a, const struct pool_out *b)
{
	return n_a == b->n_dests && !memcmp(a, b->dests, n_a * sizeof(*a));
}

/* A new pool step; the service becomes dirty when its destinations are not what they were. */
static void service_step(struct service *vs, mono_t now)
{
	unsigned n = vs->out.n_dests;
	struct ipvs_dest *before = x_calloc(n + 1, sizeof(*before));

	memcpy(before, vs->out.dests, n * sizeof(*before));
	pool_run(vs, now);
	vs->is_dirty |= !same_dests(before, n, &vs->out);
	free(before);
}

bool service_is_changed(const struct service *vs)
{
	const struct pool_out *out = &vs->out;

	return out->quorum_changed || out->tier_changed || out->fail_open_changed || out->minimum_changed;
}

mono_t services_tick(struct services *s, mono_t now, service_changed_fn *each, void *ctx)
{
	mono_t next = MONO_NEVER;

	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];
		const struct service_change change = { .service = vs };

		if (!mono_before(now, vs->out.next)) {
			service_step(vs, now);
			if (service_is_changed(vs))
				each(ctx, &change);
		}
		next = mono_min(next, vs->out.next);
	}
	return next;
}

void services_edit(struct services *s, const struct weight_edits *e, mono_t now, service_changed_fn *each, void *ctx)
{
	for (unsigned i = 0; i < e->n; i++) {
		struct service *vs = &s->list[e->list[i].vs];
		const struct service_change change = { .service = vs };

		vs->weight[e->list[i].rs] = weight_of(&vs->servers[e->list[i].rs]);
		if (i + 1 < e->n && e->list[i + 1].vs == e->list[i].vs)
			continue;
		service_step(vs, now);
		if (service_is_changed(vs))
			each(ctx, &change);
	}
}

/* No server without any result is back from somewhere: its first one is no reason for a slow start. */
static bool is_unknown(const struct service_server *rs)
{
	for (unsigned i = 0; i < rs->conf->checks.n; i++)
		if (rs->known[i] == CHECK_UNKNOWN)
			return true;
	return false;
}

int services_result(struct services *s, const struct msg_check *m, mono_t now, struct service_change *ret)
{
	struct service_check *check = check_of(s, m);
	struct service *vs;
	struct service_server *rs;
	bool up, was_unknown;

	if (m->generation != s->generation)
		return -ESTALE;
	if (!check || m->state > CHECK_DOWN)
		return -EINVAL;
	vs = &s->list[m->vs];
	rs = &vs->servers[m->rs];
	*ret = (struct service_change){
		.service = vs, .server = rs, .server_index = m->rs, .is_first = !check->is_heard
	};
	s->n_unheard -= !check->is_heard && s->n_unheard;
	check->is_heard = true;
	ret->path_changed = check == rs->path && check->state != m->state;
	set_result(check, m);
	was_unknown = is_unknown(rs);
	if (m->state != CHECK_UNKNOWN && check != rs->path)
		rs->known[m->check] = (enum check_state)m->state;
	up = is_up(vs, rs);
	vs->out.quorum_changed = false;
	if (up == vs->up[m->rs])
		return 0;
	vs->up[m->rs] = up;
	rs->since = now;
	rs->why = check;
	ret->server_changed = true;
	ret->was_present = service_weight(vs, m->rs, &ret->old_weight);
	vs->fresh[m->rs] = was_unknown;
	service_step(vs, now);
	vs->fresh[m->rs] = false;
	return 0;
}

bool service_weight(const struct service *vs, unsigned server, uint32_t *ret)
{
	const struct pool_server *ps = &vs->pool.servers[server];

	*ret = ps->weight;
	return ps->is_present;
}

const char *service_quorum_str(const struct service *vs, char *buf)
{
	const struct pool_out *out = &vs->out;
	uint32_t quorum = vs->conf->quorum;

	switch ((enum quorum_of)vs->conf->quorum_of) {
	case QUORUM_WEIGHT:
		snprintf(buf, QUORUM_TEXT_LEN, "weight %" PRIu64 " of %" PRIu32, out->weight, quorum);
		break;
	case QUORUM_SERVERS:
		snprintf(buf, QUORUM_TEXT_LEN, "%u server%s of %" PRIu32, out->n_serving,
			out->n_serving == 1 ? "" : "s", quorum);
		break;
	case QUORUM_PERCENT:
		snprintf(buf, QUORUM_TEXT_LEN, "%u %% of %" PRIu32 " %%",
			out->n_base ? out->n_serving * 100 / out->n_base : 0, quorum);
		break;
	}
	return buf;
}

const char *service_serving_str(const struct service *vs, char *buf)
{
	const struct vs_conf *conf = vs->conf;
	uint32_t tier = vs->pool.tier;
	char name[CONF_NAME_LEN];

	if (vs->out.is_sorry)
		snprintf(buf, SERVING_LEN, "sorry server %s", rs_name(conf->sorry, name));
	else if (tier && tier <= conf->pools.n)
		snprintf(buf, SERVING_LEN, "backup_pool %.100s",
			((const struct pool_conf *)conf->pools.item[tier - 1])->name);
	else
		snprintf(buf, SERVING_LEN, vs->out.n_up + vs->out.n_held ? "servers" : "nobody");
	return buf;
}

unsigned services_dirty(const struct services *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n; i++)
		n += s->list[i].is_dirty && s->list[i].n_wanted;
	return n;
}

bool services_any(const struct services *s)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->list[i].n_wanted)
			return true;
	return false;
}

void services_clean(struct services *s)
{
	for (unsigned i = 0; i < s->n; i++)
		s->list[i].is_dirty = false;
}
