/* tell.c - see tell.h. */
#include "checkers/tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/path.h"
#include "checkers/service.h"
#include "io/child.h"

enum { DETAIL_LEN = 200, WEIGHT_LEN = 32 };

/* Transitions on their way to main. */
struct news {
	const struct services *services; /* borrowed */
	struct child_batch batch;
};

static void news_begin(struct news *n, struct child *c, const struct services *s)
{
	n->services = s;
	child_batch_begin(&n->batch, c, ROLE_MAIN, MSG_NOTIFY, sizeof(struct msg_notify));
}

static void notify(struct news *n, const struct msg_notify *m)
{
	struct msg_notify out = *m;

	out.generation = n->services->generation;
	child_batch_add(&n->batch, &out);
}

static void log_quorum(const struct service *vs)
{
	char name[CONF_NAME_LEN], has[QUORUM_TEXT_LEN], serving[SERVING_LEN];

	vs_name(vs->conf, name);
	service_quorum_str(vs, has);
	if (vs->pool.quorum_met)
		log_notice(LOG_LVS, "%s: quorum gained: %s", name, has);
	else
		log_warn(LOG_LVS, "%s: quorum lost: %s%s%s%s", name, has, vs->out.is_sorry ? ", " : "",
			vs->out.is_sorry ? service_serving_str(vs, serving) : "", vs->out.is_sorry ? " serves" : "");
}

/* A quorum that is met at the start is no news, but its script runs. */
static void tell_quorum(struct news *n, const struct service *vs)
{
	bool is_met = vs->pool.quorum_met;
	const struct msg_notify m = {
		.kind = NOTIFY_QUORUM, .index = (uint32_t)(vs - n->services->list), .state = is_met
	};

	if (!vs->out.is_first)
		log_quorum(vs);
	notify(n, &m);
}

/* Between tiers; that the sorry server serves is said with the quorum. */
static void log_tier(const struct service *vs)
{
	char name[CONF_NAME_LEN], serving[SERVING_LEN], has[QUORUM_TEXT_LEN];

	if (vs->conf->pools.n)
		log_warn(LOG_LVS, "%s: %s now: own servers have %s", vs_name(vs->conf, name),
			service_serving_str(vs, serving), service_quorum_str(vs, has));
}

static void tell_alarm(struct news *n, const struct service *vs, enum notify_alarm alarm)
{
	bool is_open = alarm == ALARM_FAIL_OPEN, is_on = is_open ? vs->pool.is_failing_open : vs->pool.is_below_minimum;
	const struct msg_notify m = {
		.kind = NOTIFY_ALARM, .index = (uint32_t)(vs - n->services->list), .sub = alarm, .state = is_on
	};
	const char *word = is_open ? "fail_open" : "minimum_available";
	char name[CONF_NAME_LEN];

	vs_name(vs->conf, name);
	if (!is_on)
		log_notice(LOG_LVS, "%s: %s ends: %u of %u servers up", name, word, vs->out.n_up, vs->conf->servers.n);
	else if (is_open)
		log_error(LOG_LVS, "%s: %s: %u servers failed at once, they go on: %u of %u servers up", name, word,
			vs->out.n_held, vs->out.n_up, vs->conf->servers.n);
	else
		log_error(LOG_LVS, "%s: %s %" PRIu32 ": %u of %u servers up, those that failed last go on", name, word,
			vs->conf->how->minimum_available, vs->out.n_up, vs->conf->servers.n);
	notify(n, &m);
}

/* What a step changed beside servers. */
static void tell_pool(struct news *n, const struct service *vs)
{
	if (vs->out.fail_open_changed)
		tell_alarm(n, vs, ALARM_FAIL_OPEN);
	if (vs->out.minimum_changed)
		tell_alarm(n, vs, ALARM_MINIMUM);
	if (vs->out.tier_changed)
		log_tier(vs);
	if (vs->out.quorum_changed)
		tell_quorum(n, vs);
}

static void notify_server(struct news *n, const struct service *vs, unsigned i, bool is_up)
{
	const struct msg_notify m = {
		.kind = NOTIFY_SERVER, .index = (uint32_t)(vs - n->services->list), .sub = i, .state = is_up
	};

	notify(n, &m);
}

static bool has_script(const struct service *vs, unsigned i, bool is_up)
{
	const struct rs_conf *rs = vs->servers[i].conf;

	return (is_up ? rs->how->notify_up : rs->how->notify_down) != NULL;
}

/*
 * Servers whose script for down ran at the last stop (omega), and which are up from the start; with rs_init_notifies, all that are
 * up when nothing was known of their service.
 */
static void tell_up_again(struct news *n, const struct service *vs)
{
	bool is_all = n->services->conf->globals.rs_init_notifies && vs->out.is_first;

	for (unsigned i = 0; i < vs->conf->servers.n; i++)
		if (vs->up[i] && (is_all || (vs->servers[i].was_ended && has_script(vs, i, true))))
			notify_server(n, vs, i, true);
}

/* The scripts of one service; how many. */
static unsigned tell_servers_end(struct news *n, const struct service *vs)
{
	unsigned count = 0;

	for (unsigned k = 0; k < vs->conf->servers.n; k++) {
		if (!vs->servers[k].is_ended || !has_script(vs, k, false))
			continue;
		notify_server(n, vs, k, false);
		count++;
	}
	return count;
}

void tell_end(struct child *c, const struct services *s)
{
	struct news n;
	unsigned count = 0;

	news_begin(&n, c, s);
	for (unsigned i = 0; i < s->n; i++) {
		const struct service *vs = &s->list[i];
		const struct msg_notify m = { .kind = NOTIFY_QUORUM, .index = i };

		count += vs->is_ended ? tell_servers_end(&n, vs) : 0;
		if (!vs->is_ended || !vs->pool.quorum_met || !vs->conf->how->quorum_down)
			continue;
		notify(&n, &m);
		count++;
	}
	child_batch_end(&n.batch);
	if (count)
		log_notice(LOG_LVS, "omega: %u scripts for down run before the end", count);
}

void tell_start(struct child *c, const struct services *s)
{
	unsigned n_services = 0, n_servers = 0, n_up = 0;
	struct news n;

	news_begin(&n, c, s);
	for (unsigned i = 0; i < s->n; i++) {
		const struct service *vs = &s->list[i];

		if (!vs->n_wanted)
			continue;
		n_services++;
		n_servers += vs->conf->servers.n;
		n_up += vs->out.n_up;
		tell_up_again(&n, vs);
		tell_pool(&n, vs);
	}
	child_batch_end(&n.batch);
	if (n_services)
		log_info(LOG_LVS, "services: %u with %u servers, %u of them up", n_services, n_servers, n_up);
}

static void weight_str(bool is_present, uint32_t weight, char *buf)
{
	if (is_present)
		snprintf(buf, WEIGHT_LEN, "weight %" PRIu32, weight);
	else
		snprintf(buf, WEIGHT_LEN, "removed");
}

/* "weight 1 -> removed", "weight 1 as before"; of one that got no connections and gets none, who does. */
static void moved(const struct service_change *ch, char *buf)
{
	char from[WEIGHT_LEN], to[WEIGHT_LEN], serving[SERVING_LEN];
	uint32_t weight = 0, old = ch->was_present ? ch->old_weight : 0;
	bool is_present = service_weight(ch->service, ch->server_index, &weight);

	weight_str(is_present, weight, to);
	weight_str(ch->was_present, old, from);
	if (is_present != ch->was_present || weight != old)
		snprintf(buf, DETAIL_LEN, "%s -> %s", from, to);
	else if (weight)
		snprintf(buf, DETAIL_LEN, "%s as before", to);
	else
		snprintf(buf, DETAIL_LEN, "%s as before: %s serves", is_present ? to : "not in the table",
			service_serving_str(ch->service, serving));
}

/* "connection refused, 2 failures in a row" or "TCP_CHECK succeeded in 0.8 ms" */
static void evidence(const struct service_change *ch, bool is_up, char *buf)
{
	const struct service_server *rs = ch->server;
	const struct service_check *m;
	const struct check_conf *check;

	if (rs->why == WHY_PATH) {
		snprintf(buf, DETAIL_LEN, "dr_path: %s", path_found_str(rs->path));
		return;
	}
	m = &service_checks(ch->service, rs)[rs->why - 1];
	check = rs->conf->checks.item[rs->why - 1];
	if (!checker_is_run(check->how->checker))
		snprintf(buf, DETAIL_LEN, "%s: %s", check->how->checker->name, service_detail(m));
	else if (is_up)
		snprintf(buf, DETAIL_LEN, "%s succeeded in %" PRIu32 ".%" PRIu32 " ms", check->how->checker->name,
			m->latency_usec / 1000, m->latency_usec % 1000 / 100);
	else
		snprintf(buf, DETAIL_LEN, "%s, %" PRIu32 " failure%s in a row",
			m->detail ? m->detail : check_reason_str((enum check_reason)m->reason), m->attempts,
			m->attempts == 1 ? "" : "s");
}

static void log_server(const struct service_change *ch, bool is_up)
{
	const struct service *vs = ch->service;
	const struct rs_conf *rs = ch->server->conf;
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN], why[DETAIL_LEN], move[DETAIL_LEN];

	vs_name(vs->conf, vs_buf);
	rs_name(rs, rs_buf);
	evidence(ch, is_up, why);
	moved(ch, move);
	if (is_up)
		log_notice(LOG_LVS, "%s: server %s UP: %s, %s, %u of %u servers up", vs_buf, rs_buf, why, move,
			vs->out.n_up, vs->conf->servers.n);
	else if (vs->out.n_up)
		log_warn(LOG_LVS, "%s: server %s DOWN: %s, %s, %u of %u servers left", vs_buf, rs_buf, why, move,
			vs->out.n_up, vs->conf->servers.n);
	else
		log_error(LOG_LVS, "%s: server %s DOWN: %s, %s, no server left", vs_buf, rs_buf, why, move);
}

void tell_path(const struct service_change *ch)
{
	const struct service_server *rs = ch->server;
	const char *passes = ch->service->up[ch->server_index] ? "passes its checks, but " : "";
	char vs_buf[CONF_NAME_LEN], rs_buf[CONF_NAME_LEN];

	vs_name(ch->service->conf, vs_buf);
	rs_name(ch->server->conf, rs_buf);
	if (rs->path_state == CHECK_DOWN)
		log_warn(LOG_LVS, "%s: server %s %sdoes not own the virtual address: %s", vs_buf, rs_buf, passes,
			path_found_str(rs->path));
	else if (rs->path_state == CHECK_UP)
		log_info(LOG_LVS, "%s: server %s owns the virtual address", vs_buf, rs_buf);
	else
		log_info(LOG_LVS, "%s: server %s: whether it owns the virtual address is not known: %s", vs_buf, rs_buf,
			path_found_str(rs->path));
}

void tell_change(struct child *c, const struct services *s, const struct service_change *ch)
{
	bool is_up = ch->server && ch->service->up[ch->server_index];
	struct news n;

	news_begin(&n, c, s);
	if (ch->server) {
		log_server(ch, is_up);
		notify_server(&n, ch->service, ch->server_index, is_up);
	}
	tell_pool(&n, ch->service);
	child_batch_end(&n.batch);
}

/* `at` carries the generation and the indices of service and server. */
static void tell_server(struct child_batch *b, const struct service *vs, const struct service_server *rs,
	const struct msg_check *at)
{
	const enum check_state *known = service_known(vs, rs);

	for (unsigned i = 0; i < rs->conf->checks.n; i++) {
		struct msg_check m = *at;
		const struct check_conf *check = rs->conf->checks.item[i];

		if (known[i] == CHECK_UNKNOWN || !checker_is_run(check->how->checker))
			continue;
		m.check = i;
		m.attempts = service_checks(vs, rs)[i].attempts;
		m.state = known[i];
		child_batch_add(b, &m);
	}
}

void tell_probe(struct child *c, const struct services *s)
{
	struct msg_check at = { .generation = s->generation };
	struct child_batch b;

	child_batch_begin(&b, c, ROLE_PROBE, MSG_CHECK_RESTORE, sizeof(at));
	for (at.vs = 0; at.vs < s->n; at.vs++)
		for (at.rs = 0; at.rs < s->list[at.vs].conf->servers.n; at.rs++)
			tell_server(&b, &s->list[at.vs], &s->list[at.vs].servers[at.rs], &at);
	child_batch_end(&b);
}
