/* inherit.c - see inherit.h. Defaults as in keepalived.conf(5). */
#include "checkers/inherit.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/group_index.h"
#include "checkers/lint.h"
#include "checkers/scheduler.h"

static bool seen_rs(const struct rs_conf *rs, const char *keyword)
{
	return schema_seen(&real_server_block, rs, keyword);
}

static void inherit_flags(struct rs_conf *rs, const struct vs_conf *vs)
{
	if (!seen_rs(rs, "weight"))
		rs->weight = vs->weight;
	if (!seen_rs(rs, "lvs_method")) {
		rs->forward = vs->forward;
		rs->tunnel = vs->tunnel;
	}
	if (!seen_rs(rs, "inhibit_on_failure"))
		rs->inhibit_on_failure = vs->inhibit_on_failure;
	if (!seen_rs(rs, "alpha"))
		rs->alpha = vs->alpha;
}

/* The defaults of its checks. */
static void inherit_rare(const struct rs_conf *rs, struct rs_rare *rare, const struct vs_conf *vs)
{
	if (!rare->virtualhost)
		rare->virtualhost = vs->virtualhost;
	if (!rare->connect_timeout)
		rare->connect_timeout = vs->connect_timeout;
	if (!rare->delay_loop)
		rare->delay_loop = vs->delay_loop;
	if (!seen_rs(rs, "delay_before_retry"))
		rare->delay_before_retry = vs->delay_before_retry;
	if (!seen_rs(rs, "warmup"))
		rare->warmup = vs->warmup;
	if (!seen_rs(rs, "retry"))
		rare->retry = vs->retry;
}

void inherit_server(struct conf_read *rd, void *out, const void *parent)
{
	struct rs_conf *rs = out;
	const struct vs_conf *vs = parent;
	struct rs_rare rare;

	memcpy(&rare, rs->rare, sizeof(rare));
	inherit_flags(rs, vs);
	inherit_rare(rs, &rare, vs);
	rs->rare = conf_share(rd, &rare, sizeof(rare));
}

static bool seen_vs(const struct vs_conf *vs, const char *keyword)
{
	return schema_seen(&virtual_server_block, vs, keyword);
}

static void inherit_port(struct rs_conf *rs, const struct vs_conf *vs)
{
	if (rs->head.node->n_words < 3)
		rs->port = vs->port;
}

static int by_address(const void *a, const void *b)
{
	const struct rs_conf *x = **(struct rs_conf *const *const *)a, *y = **(struct rs_conf *const *const *)b;
	int r = addr_cmp(&x->addr, &y->addr);

	if (!r)
		r = x->port < y->port ? -1 : x->port > y->port;
	/* equal ones in order of the file, so that the later one is dropped */
	return r ? r : x->head.node->words[0].at.line < y->head.node->words[0].at.line ? -1 : 1;
}

/* The kernel has a destination once; a second definition of it would only count twice for the quorum. Of one tier. */
static void drop_duplicates(struct conf_read *rd, struct conf_vec *servers)
{
	void ***list = x_calloc(servers->n + 1, sizeof(*list)), **last = NULL;
	unsigned kept = 0;

	for (unsigned i = 0; i < servers->n; i++)
		list[i] = &servers->item[i];
	qsort(list, servers->n, sizeof(*list), by_address);
	for (unsigned i = 0; i < servers->n; i++) {
		struct rs_conf *rs = *list[i], *before = last ? *last : NULL;
		char name[CONF_NAME_LEN];

		if (!before || rs->port != before->port || !addr_equal(&rs->addr, &before->addr)) {
			last = list[i];
			continue;
		}
		lint_add(rd->report, &checkers_lints[CHECKERS_LINT_TWICE], &rs->head.node->words[0].at,
			"%s is already a server of this service: ignored", rs_name(rs, name));
		report_hint(rd->report, "%s", checkers_lints[CHECKERS_LINT_TWICE].cure);
		*list[i] = NULL;
	}
	for (unsigned i = 0; i < servers->n; i++)
		if (servers->item[i])
			servers->item[kept++] = servers->item[i];
	servers->n = kept;
	free(list);
}

static const struct place *place_in(const struct conf_head *head, const char *keyword)
{
	for (const struct conf_node *n = head->node->children; n; n = n->next)
		if (!strcmp(n->words[0].text, keyword))
			return &n->words[0].at;
	return &head->node->words[0].at;
}

/* keepalived.conf(5): a quorum is at least 1, and a hysteresis that keeps it for ever is none. */
static void correct_quorum(struct conf_read *rd, const struct conf_head *head, uint32_t *quorum, uint32_t *hysteresis)
{
	if (!*quorum) {
		*quorum = 1;
		report_add(rd->report, CONF_WARNING, place_in(head, "quorum"), "quorum 0 is read as 1");
		report_hint(rd->report, "without a server there is no service");
	}
	if (*hysteresis < *quorum)
		return;
	report_add(rd->report, CONF_WARNING, place_in(head, "hysteresis"),
		"hysteresis %" PRIu32 " is read as %" PRIu32 ": a quorum of %" PRIu32 " could never be lost",
		*hysteresis, *quorum - 1, *quorum);
	*hysteresis = *quorum - 1;
}

/* What is written nowhere; -1: left to each kind of check. */
static void set_defaults(struct vs_conf *vs)
{
	if (!seen_vs(vs, "delay_before_retry"))
		vs->delay_before_retry = -1;
	if (!seen_vs(vs, "warmup"))
		vs->warmup = -1;
	if (!seen_vs(vs, "retry"))
		vs->retry = -1;
	if (!seen_vs(vs, "sorry_server_lvs_method"))
		vs->sorry_forward = -1;
}

static void inherit_sorry(struct vs_conf *vs)
{
	bool is_own = vs->sorry_forward >= 0;

	if (!vs->sorry)
		return;
	vs->sorry->forward = is_own ? (unsigned)vs->sorry_forward : vs->forward;
	vs->sorry->tunnel = is_own ? vs->sorry_tunnel : vs->tunnel;
	inherit_port(vs->sorry, vs);
}

/* What is not written in the service. */
static void inherit_globals(struct vs_conf *vs, const struct lvs_globals *g)
{
	if (!seen_vs(vs, "dr_path"))
		vs->dr_path = g->dr_path;
	if (!seen_vs(vs, "on_server_down"))
		vs->on_server_down = g->on_server_down;
	if (!seen_vs(vs, "drain_timeout"))
		vs->drain_timeout = g->drain_timeout;
}

void inherit_root(struct conf_read *rd, void *out, const void *parent)
{
	struct checkers_config *c = out;
	struct group_index groups;

	(void)rd;
	(void)parent;
	for (unsigned i = 0; i < c->services.n; i++)
		inherit_globals(c->services.item[i], &c->globals);
	groups = group_index_new(&c->groups, NULL);
	for (unsigned i = 0; i < c->services.n; i++) {
		struct vs_conf *vs = c->services.item[i];
		const struct group_conf *g = vs->group ? group_index_find(&groups, vs->group) : NULL;

		if (g)
			vs->lines = g->lines;
	}
	group_index_done(&groups);
}

/* initial_state is said in the words that the checks have; what is written in those words is closer. */
static void inherit_initial(struct vs_conf *vs)
{
	bool is_down = vs->initial_state == INITIAL_DOWN || vs->initial_state == INITIAL_CHECK_FIRST;

	if (is_down && !seen_vs(vs, "alpha"))
		vs->alpha = true;
	if (vs->initial_state == INITIAL_CHECK_FIRST && !seen_vs(vs, "warmup"))
		vs->warmup = 0;
}

/* The servers of one tier join those of all. */
static void add_tier(struct conf_read *rd, struct vs_conf *vs, struct conf_vec *servers, const char *name)
{
	for (unsigned i = 0; i < servers->n; i++)
		inherit_port(servers->item[i], vs);
	drop_duplicates(rd, servers);
	for (unsigned i = 0; i < servers->n; i++) {
		struct rs_conf *rs = servers->item[i];

		rs->pool = name;
		conf_vec_add(rd->arena, &vs->servers, rs);
	}
}

static void add_pool(struct conf_read *rd, struct vs_conf *vs, unsigned tier)
{
	struct pool_conf *pool = vs->pools.item[tier - 1];

	pool->vs = vs;
	correct_quorum(rd, &pool->head, &pool->quorum, &pool->hysteresis);
	for (unsigned i = 0; i < pool->servers.n; i++)
		((struct rs_conf *)pool->servers.item[i])->tier = tier;
	add_tier(rd, vs, &pool->servers, pool->name);
}

void inherit_backup_server(struct conf_read *rd, void *out, const void *parent)
{
	inherit_server(rd, out, ((const struct pool_conf *)parent)->vs);
}

void inherit_service(struct conf_read *rd, void *out, const void *parent)
{
	struct vs_conf *vs = out;

	(void)parent;
	set_defaults(vs);
	inherit_initial(vs);
	correct_quorum(rd, &vs->head, &vs->quorum, &vs->hysteresis);
	scheduler_resolve(rd, vs);
	inherit_sorry(vs);
	add_tier(rd, vs, &vs->own, NULL);
	for (unsigned i = 0; i < vs->pools.n; i++)
		add_pool(rd, vs, i + 1);
}
