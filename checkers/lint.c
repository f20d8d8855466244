/* lint.c - see lint.h. */
#include "checkers/lint.h"

#include <inttypes.h>
#include <string.h>

#include "base/mono.h"
#include "checkers/anycast_conf.h"
#include "checkers/conf.h"
#include "conf/tree.h"

const struct lint checkers_lints[] = {
	[CHECKERS_LINT_QUORUM] = { "W201", "quorum-above-weights", CONF_WARNING, false,
		"The quorum is above the sum of all weights: the service never has it, not even with all servers up. Its quorum_down "
		"runs at the start and only the sorry server is used.",
		"a quorum of at most the sum of the weights" },
	[CHECKERS_LINT_HYSTERESIS] = { "W202", "hysteresis-above-weights", CONF_WARNING, false,
		"Quorum and hysteresis together are above the sum of all weights: once lost, the quorum never comes back, not even "
		"with all servers up.",
		"a smaller quorum or hysteresis" },
	[CHECKERS_LINT_SORRY_REAL] = { "W203", "sorry-is-real", CONF_WARNING, false,
		"The sorry server is also a real server of its service. It is needed when the real servers are down, and then it is "
		"down as well; the kernel has one entry for both.",
		"another address or port for one of them" },
	[CHECKERS_LINT_PORT] = { "W204", "port-changed", CONF_WARNING, false,
		"DR and TUN hand packets on as they are, so they arrive at the port of the virtual service. A check of the real "
		"server's own port finds it up while the clients' port may be closed.",
		"the port of the service; or connect_port in the check; or NAT" },
	[CHECKERS_LINT_TWICE] = { "W205", "server-twice", CONF_WARNING, false,
		"A real server is listed twice in one service. The kernel has it once, so the second block, with its weight, has no "
		"effect.",
		"remove one of them; to give it more connections, raise its weight" },
	[CHECKERS_LINT_OFF_LINK] = { "W206", "server-off-link", CONF_ENVIRONMENT, false,
		"DR changes nothing but the MAC address of a packet, so its real servers must be on a link of this machine. This one "
		"is reached through a router, which sends the packets back: they are for the virtual address.",
		"lb_kind TUN, or an address of the servers' link on this machine" },
	[CHECKERS_LINT_CHECK_SLOW] = { "W301", "check-slow", CONF_WARNING, false,
		"The timeout of a check is not below its interval: a server that does not answer is asked less often than it is "
		"written, and its failure is noticed later. Each attempt waits for the timeout, and so does each retry.",
		"a timeout well below delay_loop" },
	[CHECKERS_LINT_ANYCAST] = { "W209", "anycast-connections", CONF_WARNING, false,
		"With vip_mode anycast a routing change takes connections to another director, which knows nothing of them. They live on "
		"where both choose the same server for the same packet: scheduler mh with mh-port and mh-fallback, and ipvs_sysctl with "
		"sloppy_tcp 1 (a packet in the middle of a connection is scheduled) and schedule_icmp 1 (so are ICMP errors).",
		"lvs_sched mh, mh-port, mh-fallback; ipvs_sysctl { sloppy_tcp 1 schedule_icmp 1 }" },
	[CHECKERS_LINTS] = { .id = NULL },
};

static const struct place *place_of(const struct conf_head *head)
{
	return &head->node->words[0].at;
}

/* The keyword's place in the block, the block's own without it. */
static const struct place *place_in(const struct conf_head *head, const char *keyword)
{
	const struct conf_node *n = lint_line(head->node, keyword);

	return n ? &n->words[0].at : place_of(head);
}

static void cure(struct report *r, enum checkers_lint l)
{
	report_hint(r, "%s", checkers_lints[l].cure);
}

/* What all servers of a tier together can have of a quorum. */
static uint64_t quorum_max(const struct conf_vec *servers, unsigned of)
{
	uint64_t weight = 0, n = 0;

	for (unsigned i = 0; i < servers->n; i++) {
		const struct rs_conf *rs = servers->item[i];

		weight += rs->weight;
		n += rs->weight != 0;
	}
	return of == QUORUM_WEIGHT ? weight : of == QUORUM_SERVERS ? n : 100;
}

static void lint_quorum(const struct pool_conf *pool, struct report *r)
{
	static const char *const whose[] = { "the weights of all servers", "all servers", "percent of them" };
	uint64_t most = quorum_max(&pool->servers, pool->quorum_of), needed = (uint64_t)pool->quorum + pool->hysteresis;

	if (!pool->servers.n || needed <= most)
		return;
	if (pool->quorum > most) {
		lint_add(r, &checkers_lints[CHECKERS_LINT_QUORUM], place_in(&pool->head, "quorum"),
			"quorum %" PRIu32 " cannot be met: %s are %" PRIu64, pool->quorum, whose[pool->quorum_of],
			most);
		cure(r, CHECKERS_LINT_QUORUM);
		return;
	}
	lint_add(r, &checkers_lints[CHECKERS_LINT_HYSTERESIS], place_in(&pool->head, "hysteresis"),
		"once lost, the quorum cannot be met again: %" PRIu32 " + %" PRIu32 " is above %" PRIu64 ", %s",
		pool->quorum, pool->hysteresis, most, whose[pool->quorum_of]);
	cure(r, CHECKERS_LINT_HYSTERESIS);
}

static void lint_quorums(const struct vs_conf *vs, struct report *r)
{
	const struct pool_conf own = { .head = vs->head, .quorum = vs->how->quorum, .hysteresis = vs->how->hysteresis,
		.quorum_of = vs->how->quorum_of, .servers = vs->own };

	lint_quorum(&own, r);
	for (unsigned i = 0; i < vs->pools.n; i++)
		lint_quorum(vs->pools.item[i], r);
}

static bool has_quorum(uint64_t needed, const struct conf_vec *servers, unsigned of)
{
	return !servers->n || needed <= quorum_max(servers, of);
}

bool checkers_lint_has_quorum(const struct vs_conf *vs)
{
	bool has = has_quorum((uint64_t)vs->how->quorum + vs->how->hysteresis, &vs->own, vs->how->quorum_of);

	for (unsigned i = 0; has && i < vs->pools.n; i++) {
		const struct pool_conf *p = vs->pools.item[i];

		has = has_quorum((uint64_t)p->quorum + p->hysteresis, &p->servers, p->quorum_of);
	}
	return has;
}

/* NAT alone rewrites ports. */
static void lint_port(const struct vs_conf *vs, const struct rs_conf *rs, struct report *r)
{
	char name[CONF_NAME_LEN];

	if (rs->port == vs->port || rs->how->forward == LVS_NAT || !vs->port || vs->fwmark || vs->group)
		return;
	lint_add(r, &checkers_lints[CHECKERS_LINT_PORT], place_of(&rs->head),
		"%s: %s cannot change ports, packets arrive at port %" PRIu32, rs_name(rs, name),
		rs->how->forward == LVS_DR ? "DR" : "TUN", vs->port);
	report_hint(r, "write port %" PRIu32 ", or use connect_port in the check", vs->port);
}

static void lint_sorry(const struct vs_conf *vs, struct report *r)
{
	char name[CONF_NAME_LEN];

	for (unsigned i = 0; i < vs->servers.n; i++) {
		const struct rs_conf *rs = vs->servers.item[i];

		if (rs->port != vs->sorry->port || !addr_equal(&rs->addr, &vs->sorry->addr))
			continue;
		lint_add(r, &checkers_lints[CHECKERS_LINT_SORRY_REAL], place_of(&vs->sorry->head),
			"the sorry server %s is also a real server: it is down when it is needed", rs_name(rs, name));
		cure(r, CHECKERS_LINT_SORRY_REAL);
		return;
	}
}

/* A service's checks. Inherited values are said once, where they were written. */
struct checks {
	const struct vs_conf *vs;
	const struct place *said;
	struct report *report;
};

/* The innermost line of the keyword: in the check, its server or the service; NULL: the default. */
static const struct conf_node *line_of(const struct checks *c, const struct rs_conf *rs, const struct check_conf *check,
	const char *keyword)
{
	const struct conf_node *n = lint_line(check->head.node, keyword);

	n = n ? n : lint_line(rs->head.node, keyword);
	return n ? n : lint_line(c->vs->head.node, keyword);
}

static double seconds(int64_t usec)
{
	return (double)usec / MONO_SEC;
}

static void lint_check(struct checks *c, const struct rs_conf *rs, const struct check_conf *check)
{
	const struct conf_node *n;
	const struct place *at;
	double timeout = seconds(check->how->connect_timeout), pause = seconds(check->how->delay_before_retry);

	if (check->how->connect_timeout < check->how->delay_loop || check->how->delay_loop <= 0)
		return;
	n = line_of(c, rs, check, "connect_timeout");
	n = n ? n : line_of(c, rs, check, "delay_loop");
	at = n ? &n->words[0].at : place_of(&check->head);
	if (at == c->said)
		return;
	c->said = at;
	lint_add(c->report, &checkers_lints[CHECKERS_LINT_CHECK_SLOW], at,
		"connect_timeout %g is not below delay_loop %g: a server that does not answer is down after %" PRIu32
		" x %g + %" PRIu32 " x %g = %g seconds",
		timeout, seconds(check->how->delay_loop), check->how->retry + 1, timeout, check->how->retry, pause,
		(check->how->retry + 1) * timeout + check->how->retry * pause);
	cure(c->report, CHECKERS_LINT_CHECK_SLOW);
}

static void lint_server(struct checks *c, const struct rs_conf *rs)
{
	lint_port(c->vs, rs, c->report);
	for (unsigned i = 0; i < rs->checks.n; i++)
		lint_check(c, rs, rs->checks.item[i]);
}

static void lint_service(const struct vs_conf *vs, struct report *r)
{
	struct checks c = { .vs = vs, .report = r };

	for (unsigned i = 0; i < vs->servers.n; i++)
		lint_server(&c, vs->servers.item[i]);
	if (vs->sorry) {
		lint_port(vs, vs->sorry, r);
		lint_sorry(vs, r);
	}
	lint_quorums(vs, r);
}

static void lint_anycast(const struct checkers_config *c, const struct vs_conf *vs, struct report *r)
{
	char buf[ANYCAST_WHY];
	const char *why = vs->how->is_anycast ? anycast_why(c, vs, buf) : NULL;

	if (!why)
		return;
	lint_add(r, &checkers_lints[CHECKERS_LINT_ANYCAST], place_in(&vs->head, "vip_mode"),
		"connections do not survive the way to another director: %s", why);
	cure(r, CHECKERS_LINT_ANYCAST);
}

void checkers_lint(const struct checkers_config *c, struct report *r)
{
	for (unsigned i = 0; i < c->services.n; i++)
		lint_service(c->services.item[i], r);
	for (unsigned i = 0; i < c->services.n; i++)
		lint_anycast(c, c->services.item[i], r);
}
