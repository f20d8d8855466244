/* rules.c - see rules.h. Much of this the kernel would accept without a word, and then not serve (ip_vs_ctl.c). */
#include "checkers/rules.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "checkers/anycast_conf.h"
#include "checkers/conf.h"
#include "checkers/match.h"
#include "checkers/pool_types.h"
#include "checkers/schema_check.h"

static const struct place *place_of(const struct conf_head *head)
{
	return &head->node->words[0].at;
}

/* The place of `keyword` in the block of `head`, or of the block itself. */
static const struct place *place_in(const struct conf_head *head, const char *keyword)
{
	for (const struct conf_node *n = head->node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			return &n->words[0].at;
	return place_of(head);
}

/* A word of regular expressions without one, or with an empty range. */
static void rule_regex(const struct url_conf *url, struct report *r)
{
	static const char words[] = "regex_";

	if (url->regex_max_offset && url->regex_min_offset > url->regex_max_offset)
		report_add(r, CONF_ERROR, place_in(&url->head, "regex_min_offset"),
			"nothing can match: regex_min_offset %" PRIu32 " is above regex_max_offset %" PRIu32,
			url->regex_min_offset, url->regex_max_offset);
	for (const struct conf_node *n = url->head.node->children; n && !url->regex; n = n->next)
		if (!strncmp(n->words[0].text, words, sizeof(words) - 1))
			report_add(r, CONF_WARNING, &n->words[0].at, "'%s' has no effect without regex",
				n->words[0].text);
}

static void rule_check(const struct check_conf *check, struct report *r)
{
	const char *name = check->head.node->words[0].text;

	if (check->how->kind->needs_url && !check->urls.n)
		report_add(r, CONF_ERROR, place_of(&check->head), "%s has no url", name);
	if (check->how->kind->needs_port && !check->connect_port)
		report_add(r, CONF_ERROR, place_of(&check->head), "%s has no port to connect to", name);
	for (unsigned i = 0; i < check->urls.n; i++)
		rule_regex(check->urls.item[i], r);
}

static void rule_checks(const struct rs_conf *rs, struct report *r)
{
	char name[CONF_NAME_LEN];

	for (unsigned i = 0; i < rs->checks.n; i++)
		rule_check(rs->checks.item[i], r);
	for (unsigned i = 0; i < rs->how->later.n; i++)
		rule_check(rs->how->later.item[i], r);
	if (!rs->how->later.n || rs->checks.n)
		return;
	report_add(r, CONF_WARNING, place_of(&rs->head),
		"%s has no check that is supported yet: it always counts as up", rs_name(rs, name));
	report_inert(r);
}

static void rule_server(const struct vs_conf *vs, const struct rs_conf *rs, struct report *r)
{
	for (unsigned i = 0; i < vs->lines.n && rs->how->forward != LVS_TUN; i++) {
		if (rs->addr.family == vs_family(vs, vs->lines.item[i]))
			continue;
		report_add(r, CONF_ERROR, place_of(&rs->head),
			"a server of the other address family can only be reached by TUN");
		break;
	}
	if (addr_is_multicast(&rs->addr) || addr_is_any(&rs->addr))
		report_add(r, CONF_ERROR, place_of(&rs->head), "this is not the address of a server");
	if (rs->how->lower > rs->how->upper)
		report_add(r, CONF_ERROR, place_in(&rs->head, "lthreshold"),
			"lthreshold %" PRIu32 " is above uthreshold %" PRIu32, rs->how->lower, rs->how->upper);
}

static void rule_flags(const struct vs_conf *vs, struct report *r)
{
	if (vs->how->ops && vs->protocol != IPPROTO_UDP && !vs->fwmark)
		report_add(r, CONF_WARNING, place_in(&vs->head, "ops"), "ops works for UDP alone");
	if (vs->how->ip_family && !vs->fwmark && !vs->group)
		report_add(r, CONF_WARNING, place_in(&vs->head, "ip_family"),
			"ip_family is for services by mark alone");
	if (vs->fwmark && vs->protocol != IPPROTO_TCP)
		report_add(r, CONF_WARNING, place_in(&vs->head, "protocol"),
			"a service by mark takes packets of every protocol");
}

/* What the kernel would take without a word for each entry, and then not serve; and what it cannot take. */
static void rule_lines(const struct vs_conf *vs, struct report *r)
{
	for (unsigned i = 0; i < vs->lines.n; i++) {
		const struct group_line *line = vs->lines.item[i];
		const struct place *at = vs->group ? &line->node->words[0].at : place_of(&vs->head);

		if (!line->fwmark && !line->port && !vs->how->persistence_timeout)
			report_add(r, CONF_ERROR, at, "a service without a port (all ports) needs persistence_timeout");
		if (vs_family(vs, line) == AF_INET && vs->how->persistence_prefix > 32)
			report_add(r, CONF_ERROR, place_in(&vs->head, "persistence_granularity"),
				"persistence_granularity %" PRIu32 " is no length for IPv4",
				vs->how->persistence_prefix);
	}
	if (match_entries(vs) <= VS_KEYS_MAX)
		return;
	report_add(r, CONF_ERROR, place_of(&vs->head), "the group %s has more than %d addresses", vs->group,
		VS_KEYS_MAX);
	report_hint(r,
		"each of them would be an entry of the kernel's table: let nftables mark their packets, and use fwmark");
}

static void rule_engine(const struct vs_conf *vs, struct report *r)
{
	if (!vs->how->persistence_engine)
		return;
	if (strlen(vs->how->persistence_engine) >= IPVS_PE_MAX)
		report_add(r, CONF_ERROR, place_in(&vs->head, "persistence_engine"),
			"'%s' is too long for an engine's name", vs->how->persistence_engine);
	if (!vs->how->persistence_timeout) {
		report_add(r, CONF_WARNING, place_in(&vs->head, "persistence_engine"),
			"persistence_engine has no effect without persistence_timeout");
		report_hint(r, "persistence_timeout SECONDS");
	}
}

static bool is_one_of(const char *s, const char *const *list)
{
	while (*list && strcmp(*list, s) != 0)
		list++;
	return *list != NULL;
}

/* Each step of a slow start would be a new table of hashes; other schedulers look at a weight for 0 alone. */
static void rule_slow_start(const struct vs_conf *vs, struct report *r)
{
	static const char *const hashes[] = { "sh", "mh", "dh", NULL };
	static const char *const blind[] = { "rr", "lc", "lblc", "lblcr", "fo", "ovf", NULL };

	if (!vs->how->slow_start)
		return;
	if (is_one_of(vs->how->scheduler, hashes)) {
		report_add(r, CONF_ERROR, place_in(&vs->head, "slow_start"),
			"slow_start would move connections of all servers at each step: lvs_sched %s",
			vs->how->scheduler);
		report_hint(r, "lvs_sched wlc, or no slow_start");
	} else if (is_one_of(vs->how->scheduler, blind)) {
		report_add(r, CONF_WARNING, place_in(&vs->head, "slow_start"),
			"slow_start has no effect: lvs_sched %s does not share connections by weight",
			vs->how->scheduler);
		report_hint(r, "lvs_sched w%s", *vs->how->scheduler == 'r' ? "rr" : "lc");
	}
}

static void rule_pools(const struct vs_conf *vs, struct report *r)
{
	if (vs->pools.n >= POOL_TIERS)
		report_add(r, CONF_ERROR, place_in(&vs->head, "backup_pool"), "a service has at most %d backup_pools",
			POOL_TIERS - 1);
	for (unsigned i = 0; i < vs->pools.n; i++) {
		const struct pool_conf *pool = vs->pools.item[i];

		if (!pool->servers.n)
			report_add(r, CONF_WARNING, place_of(&pool->head), "backup_pool %s has no server", pool->name);
		if (pool->quorum_of == QUORUM_PERCENT && pool->quorum > 100)
			report_add(r, CONF_ERROR, place_in(&pool->head, "quorum"),
				"quorum %" PRIu32 " is no percentage", pool->quorum);
	}
	if (vs->how->quorum_of == QUORUM_PERCENT && vs->how->quorum > 100)
		report_add(r, CONF_ERROR, place_in(&vs->head, "quorum"), "quorum %" PRIu32 " is no percentage",
			vs->how->quorum);
}

void rules_service(const void *conf, struct report *r)
{
	const struct vs_conf *vs = conf;

	rule_flags(vs, r);
	rule_lines(vs, r);
	rule_engine(vs, r);
	rule_slow_start(vs, r);
	rule_pools(vs, r);
	anycast_rule(vs, r);
	for (unsigned i = 0; i < vs->servers.n; i++) {
		rule_server(vs, vs->servers.item[i], r);
		rule_checks(vs->servers.item[i], r);
	}
	if (vs->sorry)
		rule_server(vs, vs->sorry, r);
}
