/* service.c - see service.h. */
#include "checkers/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/path.h"
#include "checkers/verdict.h"
#include "checkers/weights.h"

struct service_check *service_checks(const struct service *vs, const struct service_server *rs)
{
	return vs->checks + rs->first;
}

enum check_state *service_known(const struct service *vs, const struct service_server *rs)
{
	return vs->known + rs->first;
}

static void pool_run(struct service *vs, const bool *fresh, mono_t now)
{
	const struct pool_in in = { vs->up, fresh, vs->weight };

	pool_step(&vs->pool, vs->conf, &in, now, &vs->out);
}

static uint32_t weight_of(const struct service *vs, const struct service_server *rs)
{
	return pool_weight(rs->conf, vs->delta + rs->first, rs->conf->checks.n);
}

/* By its checks; with dr_path require also by the path watch, where that knows anything. */
static bool is_up(const struct service *vs, const struct service_server *rs)
{
	if (vs->conf->how->dr_path == DR_PATH_REQUIRE && rs->path_state == CHECK_DOWN)
		return false;
	return pool_server_up(rs->conf, service_known(vs, rs));
}

void services_start(struct services *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		for (unsigned k = 0; k < vs->conf->servers.n; k++) {
			vs->up[k] = is_up(vs, &vs->servers[k]);
			vs->weight[k] = weight_of(vs, &vs->servers[k]);
		}
		pool_run(vs, NULL, s->start);
		vs->is_dirty = true;
	}
}

void services_end(struct services *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct service *vs = &s->list[i];

		vs->is_ended = vs->n_wanted && vs->conf->how->omega;
		for (unsigned k = 0; vs->is_ended && k < vs->conf->servers.n; k++)
			vs->servers[k].is_ended = vs->up[k];
	}
}

/* The server that a message speaks about, or NULL. */
static struct service_server *server_of(struct services *s, const struct msg_check *m)
{
	struct service_server *rs;

	if (m->vs >= s->n || m->rs >= s->list[m->vs].conf->servers.n)
		return NULL;
	rs = &s->list[m->vs].servers[m->rs];
	return m->check == MSG_CHECK_PATH || m->check < rs->conf->checks.n ? rs : NULL;
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
	c->latency_usec = m->latency_usec > UINT32_MAX ? UINT32_MAX : (uint32_t)m->latency_usec;
	if (!strncmp(service_detail(c), m->detail, sizeof(m->detail)))
		return;
	free(c->detail);
	c->detail = *m->detail ? x_asprintf("%.*s", (int)sizeof(m->detail) - 1, m->detail) : NULL;
}

static bool same_dest(const struct pool_server *a, const struct pool_server *b)
{
	return a->is_present == b->is_present && a->is_serving == b->is_serving && a->weight == b->weight;
}

/* A new pool step; the service becomes dirty when its destinations may not be what they were. */
static void service_step(struct service *vs, const bool *fresh, mono_t now)
{
	unsigned n = vs->conf->servers.n;
	struct pool_server *before = x_calloc(n, sizeof(*before));
	bool was_sorry = vs->out.is_sorry;

	memcpy(before, vs->pool.servers, n * sizeof(*before));
	pool_run(vs, fresh, now);
	vs->is_dirty |= was_sorry != vs->out.is_sorry;
	for (unsigned i = 0; i < n; i++)
		vs->is_dirty |= !same_dest(&before[i], &vs->pool.servers[i]);
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
			service_step(vs, NULL, now);
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

		vs->weight[e->list[i].rs] = weight_of(vs, &vs->servers[e->list[i].rs]);
		if (i + 1 < e->n && e->list[i + 1].vs == e->list[i].vs)
			continue;
		service_step(vs, NULL, now);
		if (service_is_changed(vs))
			each(ctx, &change);
	}
}

/* No server without any result is back from somewhere: its first one is no reason for a slow start. */
static bool is_unknown(const struct service *vs, const struct service_server *rs)
{
	for (unsigned i = 0; i < rs->conf->checks.n; i++)
		if (service_known(vs, rs)[i] == CHECK_UNKNOWN)
			return true;
	return false;
}

static void take_path(struct service_server *rs, const struct msg_check *m, struct service_change *ret)
{
	ret->path_changed = rs->path_state != m->state;
	rs->path_state = (uint8_t)(m->state & 3);
	rs->path = (uint8_t)(m->attempts < PATH_FOUND_MAX ? m->attempts : PATH_NO_WAY);
}

static void take_check(struct services *s, struct service_server *rs, const struct msg_check *m,
	struct service_change *ret)
{
	struct service *vs = ret->service;
	struct service_check *check = &service_checks(vs, rs)[m->check];

	ret->is_first = !check->is_heard;
	s->n_unheard -= !check->is_heard && s->n_unheard;
	check->is_heard = true;
	set_result(check, m);
	if (m->state != CHECK_UNKNOWN)
		service_known(vs, rs)[m->check] = (enum check_state)m->state;
}

/* It went up or down. */
static void turn(const struct msg_check *m, bool was_unknown, mono_t now, struct service_change *ret)
{
	struct service *vs = ret->service;
	struct service_server *rs = ret->server;
	bool *fresh = was_unknown ? x_calloc(vs->conf->servers.n, sizeof(*fresh)) : NULL;

	vs->up[m->rs] = !vs->up[m->rs];
	rs->since = now;
	rs->why = m->check < WHY_PATH - 1 ? (uint16_t)(m->check + 1) : WHY_PATH;
	ret->server_changed = true;
	ret->was_present = service_weight(vs, m->rs, &ret->old_weight);
	if (fresh)
		fresh[m->rs] = true;
	service_step(vs, fresh, now);
	free(fresh);
}

int services_result(struct services *s, const struct msg_check *m, mono_t now, struct service_change *ret)
{
	struct service_server *rs = server_of(s, m);
	struct service *vs;
	bool was_unknown;

	if (m->generation != s->generation)
		return -ESTALE;
	if (!rs || m->state > CHECK_DOWN)
		return -EINVAL;
	vs = &s->list[m->vs];
	*ret = (struct service_change){ .service = vs, .server = rs, .server_index = m->rs };
	was_unknown = is_unknown(vs, rs);
	if (m->check == MSG_CHECK_PATH)
		take_path(rs, m, ret);
	else
		take_check(s, rs, m, ret);
	vs->out.quorum_changed = false;
	if (is_up(vs, rs) != vs->up[m->rs])
		turn(m, was_unknown, now, ret);
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
	uint32_t quorum = vs->conf->how->quorum;

	switch ((enum quorum_of)vs->conf->how->quorum_of) {
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
