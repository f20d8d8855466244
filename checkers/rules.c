/* rules.c - see rules.h. Much of this the kernel would accept without a word, and then not serve (ip_vs_ctl.c). */
#include "checkers/rules.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "net/ipvs_table.h"

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

static void rule_ports(const struct vs_conf *vs, const struct rs_conf *rs, struct report *r)
{
	char name[CONF_NAME_LEN];

	if (rs->port == vs->port || rs->forward == LVS_NAT)
		return;
	report_add(r, CONF_WARNING, place_of(&rs->head), "%s: %s cannot change ports, packets arrive at port %" PRIu32,
		rs_name(rs, name), rs->forward == LVS_DR ? "DR" : "TUN", vs->port);
	report_hint(r, "write port %" PRIu32 ", or use connect_port in the check", vs->port);
}

static void rule_checks(const struct rs_conf *rs, struct report *r)
{
	char name[CONF_NAME_LEN];
	size_t len;

	for (unsigned i = 0; i < rs->checks.n; i++) {
		const struct check_conf *check = rs->checks.item[i];

		if (check->checker == &http_checker && !check->urls.n)
			report_add(r, CONF_ERROR, place_of(&check->head), "HTTP_GET has no url");
		if (!check->connect_port)
			report_add(r, CONF_ERROR, place_of(&check->head), "%s has no port to connect to",
				check->head.node->words[0].text);
	}
	for (const struct conf_node *n = rs->head.node->children; n && !rs->checks.n; n = n->next) {
		len = strlen(n->words[0].text);
		if (!n->is_block || len < 6 ||
			(strcmp(n->words[0].text + len - 6, "_CHECK") && strcmp(n->words[0].text, "SSL_GET")))
			continue;
		report_add(r, CONF_WARNING, place_of(&rs->head),
			"%s has no check that is supported yet: it always counts as up", rs_name(rs, name));
		report_inert(r);
		return;
	}
}

static void rule_server(const struct vs_conf *vs, const struct rs_conf *rs, struct report *r)
{
	if (rs->addr.family != vs->addr.family && rs->forward != LVS_TUN)
		report_add(r, CONF_ERROR, place_of(&rs->head),
			"a server of the other address family can only be reached by TUN");
	if (addr_is_multicast(&rs->addr) || addr_is_any(&rs->addr))
		report_add(r, CONF_ERROR, place_of(&rs->head), "this is not the address of a server");
	if (rs->lower > rs->upper)
		report_add(r, CONF_ERROR, place_in(&rs->head, "lthreshold"),
			"lthreshold %" PRIu32 " is above uthreshold %" PRIu32, rs->lower, rs->upper);
	rule_ports(vs, rs, r);
}

static void rule_quorum(const struct vs_conf *vs, struct report *r)
{
	uint64_t weight = 0;

	for (unsigned i = 0; i < vs->servers.n; i++)
		weight += ((const struct rs_conf *)vs->servers.item[i])->weight;
	if (vs->servers.n && (uint64_t)vs->quorum > weight)
		report_add(r, CONF_WARNING, place_in(&vs->head, "quorum"),
			"quorum %" PRIu32 " cannot be met: the weights of all servers are %" PRIu64, vs->quorum,
			weight);
	else if (vs->servers.n && (uint64_t)vs->quorum + vs->hysteresis > weight)
		report_add(r, CONF_WARNING, place_in(&vs->head, "hysteresis"),
			"once lost, the quorum cannot be met again: with hysteresis it is above the weights of all servers");
}

static void rule_flags(const struct vs_conf *vs, struct report *r)
{
	if (vs->ops && vs->protocol != IPPROTO_UDP)
		report_add(r, CONF_WARNING, place_in(&vs->head, "ops"), "ops works for UDP alone");
	if (!vs->port && !vs->persistence_timeout)
		report_add(r, CONF_ERROR, place_of(&vs->head),
			"a service without a port (all ports) needs persistence_timeout");
	if (strlen(vs->scheduler) >= IPVS_SCHED_MAX)
		report_add(r, CONF_ERROR, place_in(&vs->head, "lvs_sched"), "'%s' is too long for a scheduler's name",
			vs->scheduler);
}

void rules_service(const void *conf, struct report *r)
{
	const struct vs_conf *vs = conf;

	if (!vs->is_supported) {
		report_add(r, CONF_WARNING, place_of(&vs->head),
			"a service by %s is not supported yet: it is not programmed and its servers are not checked",
			vs->group ? "group" : "fwmark");
		report_inert(r);
		return;
	}
	rule_flags(vs, r);
	for (unsigned i = 0; i < vs->servers.n; i++) {
		rule_server(vs, vs->servers.item[i], r);
		rule_checks(vs->servers.item[i], r);
	}
	if (vs->sorry)
		rule_server(vs, vs->sorry, r);
	rule_quorum(vs, r);
}

static int by_key(const void *a, const void *b)
{
	const struct vs_conf *x = *(const struct vs_conf *const *)a, *y = *(const struct vs_conf *const *)b;
	int r = addr_cmp(&x->addr, &y->addr);

	if (!r)
		r = x->port < y->port ? -1 : x->port > y->port;
	if (!r)
		r = x->protocol < y->protocol ? -1 : x->protocol > y->protocol;
	return r ? r : x->head.node->words[0].at.line < y->head.node->words[0].at.line ? -1 : 1;
}

void rules_root(const void *conf, struct report *r)
{
	const struct checkers_config *c = conf;
	const struct vs_conf **list = x_calloc(c->services.n + 1, sizeof(*list));
	char name[CONF_NAME_LEN];
	unsigned n = 0;

	for (unsigned i = 0; i < c->services.n; i++)
		if (((const struct vs_conf *)c->services.item[i])->is_supported)
			list[n++] = c->services.item[i];
	qsort(list, n, sizeof(*list), by_key);
	for (unsigned i = 1; i < n; i++)
		if (list[i]->port == list[i - 1]->port && list[i]->protocol == list[i - 1]->protocol &&
			addr_equal(&list[i]->addr, &list[i - 1]->addr))
			report_add(r, CONF_ERROR, place_of(&list[i]->head), "%s is defined twice, first in line %u",
				vs_name(list[i], name), list[i - 1]->head.node->words[0].at.line);
	free(list);
}
