/* status.c - see status.h. */
#include "checkers/status.h"

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/overlay.h"
#include "checkers/path.h"
#include "checkers/service.h"
#include "checkers/table.h"
#include "checkers/table_say.h"
#include "ctl/writer.h"

static const char *forward_str(unsigned forward)
{
	return forward == LVS_DR ? "DR" : forward == LVS_TUN ? "TUN" : "NAT";
}

static const char *state_str(enum check_state state)
{
	switch (state) {
	case CHECK_UNKNOWN:
		return "UNKNOWN";
	case CHECK_UP:
		return "UP";
	case CHECK_DOWN:
		return "DOWN";
	}
	return "?";
}

static void write_check(struct writer *w, const struct service *vs, const struct service_server *rs, unsigned i)
{
	const struct check_conf *conf = rs->conf->checks.item[i];
	const struct service_check *last = &service_checks(vs, rs)[i];

	writer_object(w, NULL);
	writer_str(w, "kind", conf->how->checker->name);
	writer_str(w, "state", state_str(service_known(vs, rs)[i]));
	writer_str(w, "last", state_str((enum check_state)last->state));
	writer_str(w, "reason", check_reason_str((enum check_reason)last->reason));
	writer_str(w, "detail", service_detail(last));
	writer_int(w, "failures", last->attempts);
	writer_int(w, "latency_usec", last->latency_usec);
	writer_end(w);
}

/* The check that speaks for its server: the first that is down, else the first that cannot tell, else the first. */
static const struct service_check *speaker(const struct service *vs, const struct service_server *rs)
{
	const struct service_check *best = NULL, *checks = service_checks(vs, rs);

	for (unsigned i = 0; i < rs->conf->checks.n; i++) {
		if (service_known(vs, rs)[i] == CHECK_DOWN)
			return &checks[i];
		if (!best || (best->state != CHECK_UNKNOWN && checks[i].state == CHECK_UNKNOWN))
			best = &checks[i];
	}
	return best;
}

static void write_path(struct writer *w, const struct service *vs, const struct service_server *rs)
{
	static const char *const states[] = {
		[CHECK_UNKNOWN] = "unknown", [CHECK_UP] = "ok", [CHECK_DOWN] = "missing"
	};

	if (vs->conf->how->dr_path == DR_PATH_OFF || rs->conf->how->forward != LVS_DR)
		return;
	writer_object(w, "path");
	writer_str(w, "state", states[rs->path_state]);
	writer_str(w, "reason", rs->path < PATH_FOUND_MAX ? path_found_str(rs->path) : "not asked yet");
	writer_end(w);
}

/* What people changed while the daemon runs; nothing where the file's word counts. */
static void write_overlay(struct writer *w, const struct rs_conf *rs)
{
	writer_bool(w, "added", rs->how->is_added);
	if (rs->how->weight_override.kind != WEIGHT_AS_IS)
		writer_fmt(w, "weight_override", "%u%s", rs->how->weight_override.value,
			rs->how->weight_override.kind == WEIGHT_PERCENT ? "%" : "");
}

static void write_server(struct writer *w, const struct service *vs, unsigned i, mono_t now)
{
	const struct service_server *rs = &vs->servers[i];
	const struct service_check *says = speaker(vs, rs);
	char name[CONF_NAME_LEN], addr[ADDR_STRLEN];
	uint32_t weight;
	bool is_present = service_weight(vs, i, &weight);

	writer_object(w, NULL);
	writer_str(w, "name", rs_name(rs->conf, name));
	writer_str(w, "address", addr_str(&rs->conf->addr, addr));
	writer_int(w, "port", rs->conf->port);
	writer_str(w, "forward", forward_str(rs->conf->how->forward));
	writer_int(w, "weight", rs->conf->weight);
	writer_int(w, "effective_weight", weight);
	writer_bool(w, "in_table", is_present);
	writer_str(w, "admin", overlay_admin_str(rs->conf->how->admin));
	write_overlay(w, rs->conf);
	writer_bool(w, "up", vs->up[i]);
	writer_str(w, "pool", rs->conf->how->pool ? rs->conf->how->pool : "");
	writer_bool(w, "held", vs->pool.servers[i].is_held);
	writer_bool(w, "ramping", vs->pool.servers[i].is_ramping);
	writer_str(w, "reason", says ? check_reason_str((enum check_reason)says->reason) : "no check");
	writer_str(w, "detail", says ? service_detail(says) : "");
	writer_int(w, "latency_usec", says ? says->latency_usec : 0);
	writer_int(w, "since_usec", mono_diff(now, rs->since));
	write_path(w, vs, rs);
	writer_array(w, "checks");
	for (unsigned k = 0; k < rs->conf->checks.n; k++)
		write_check(w, vs, rs, k);
	writer_end(w);
	writer_end(w);
}

static void write_pool(struct writer *w, const struct service *vs)
{
	char buf[SERVING_LEN];

	writer_str(w, "quorum_state", service_quorum_str(vs, buf));
	writer_str(w, "serving", service_serving_str(vs, buf));
	writer_int(w, "tier", vs->out.is_sorry ? -1 : (int64_t)vs->pool.tier);
	writer_int(w, "slow_starts", vs->out.n_ramping);
	writer_bool(w, "fail_open", vs->pool.is_failing_open);
	writer_bool(w, "below_minimum", vs->pool.is_below_minimum);
}

/* Of a virtual_server_group: the addresses and marks that it is for. */
static void write_lines(struct writer *w, const struct vs_conf *c)
{
	char addr[ADDR_STRLEN];

	writer_array(w, "lines");
	for (unsigned i = 0; i < c->lines.n; i++) {
		const struct group_line *l = c->lines.item[i];

		writer_object(w, NULL);
		writer_str(w, "first", l->fwmark ? "" : addr_str(&l->first, addr));
		writer_str(w, "last", l->fwmark ? "" : addr_str(&l->last, addr));
		writer_int(w, "port", l->port);
		writer_int(w, "fwmark", l->fwmark);
		writer_end(w);
	}
	writer_end(w);
}

static void write_sorry(struct writer *w, const struct vs_conf *c)
{
	char name[CONF_NAME_LEN], addr[ADDR_STRLEN];

	writer_object(w, "sorry_server");
	writer_str(w, "name", rs_name(c->sorry, name));
	writer_str(w, "address", addr_str(&c->sorry->addr, addr));
	writer_int(w, "port", c->sorry->port);
	writer_str(w, "forward", forward_str(c->sorry->how->forward));
	writer_end(w);
}

static void write_service(struct writer *w, const struct service *vs, mono_t now)
{
	const struct vs_conf *c = vs->conf;
	char name[CONF_NAME_LEN], addr[ADDR_STRLEN];

	writer_object(w, NULL);
	writer_str(w, "name", vs_name(c, name));
	writer_str(w, "address", addr_str(&c->addr, addr));
	writer_int(w, "port", c->port);
	writer_int(w, "fwmark", c->fwmark);
	writer_str(w, "group", c->group ? c->group : "");
	writer_int(w, "entries", vs->n_wanted);
	if (c->group)
		write_lines(w, c);
	writer_str(w, "admin", overlay_admin_str(c->admin));
	writer_bool(w, "added", c->is_added);
	writer_str(w, "protocol", c->protocol == IPPROTO_UDP ? "udp" : c->protocol == IPPROTO_TCP ? "tcp" : "sctp");
	writer_str(w, "scheduler", c->how->scheduler);
	writer_int(w, "flags", c->how->sched_flags);
	writer_str(w, "forward", forward_str(c->how->forward));
	writer_int(w, "persistence", c->how->persistence_timeout);
	writer_bool(w, "suspended", vs->is_suspended);
	writer_str(w, "vip_mode", c->how->is_anycast ? "anycast" : "vrrp");
	writer_int(w, "quorum", c->how->quorum);
	writer_bool(w, "quorum_met", vs->pool.quorum_met);
	writer_bool(w, "sorry", vs->out.is_sorry);
	if (c->sorry)
		write_sorry(w, c);
	write_pool(w, vs);
	writer_int(w, "servers_up", vs->out.n_up);
	writer_array(w, "servers");
	for (unsigned i = 0; i < c->servers.n; i++)
		write_server(w, vs, i, now);
	writer_end(w);
	writer_end(w);
}

static void write_table(struct writer *w, const struct table *t)
{
	struct table_info info;

	table_info(t, &info);
	writer_object(w, "ipvs");
	writer_bool(w, "available", info.is_available);
	writer_bool(w, "incomplete", info.is_incomplete);
	writer_fmt(w, "version", "%u.%u.%u", info.version >> 16 & 0xff, info.version >> 8 & 0xff, info.version & 0xff);
	writer_int(w, "services", info.n_services);
	writer_int(w, "destinations", info.n_dests);
	writer_int(w, "repairs", (int64_t)info.repairs);
	writer_int(w, "errors", (int64_t)info.errors);
	writer_str(w, "last_error", info.last_error);
	writer_end(w);
}

/* Nothing that ctl/check.c would name. */
static bool is_well(const struct service *vs)
{
	if (!vs->pool.quorum_met || vs->pool.is_failing_open || vs->pool.is_below_minimum)
		return false;
	for (unsigned i = 0; i < vs->conf->servers.n; i++)
		if (!vs->up[i] || vs->servers[i].path_state == CHECK_DOWN)
			return false;
	return true;
}

void status_write(struct writer *w, enum query_scope scope, const struct services *s, const struct table *t, mono_t now)
{
	writer_array(w, "services");
	for (unsigned i = 0; s && i < s->n; i++)
		if (scope == QUERY_ALL || !is_well(&s->list[i]))
			write_service(w, &s->list[i], now);
	writer_end(w);
	writer_int(w, "services_total", s ? s->n : 0);
	table_say_status(w, table_drain(t), now);
	write_table(w, t);
}
