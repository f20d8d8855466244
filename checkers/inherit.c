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

static void inherit_flags(const struct rs_conf *rs, struct rs_how *how, const struct vs_how *of)
{
	if (!seen_rs(rs, "lvs_method")) {
		how->forward = of->forward;
		how->tunnel = of->tunnel;
	}
	if (!seen_rs(rs, "inhibit_on_failure"))
		how->inhibit_on_failure = of->inhibit_on_failure;
	if (!seen_rs(rs, "alpha"))
		how->alpha = of->alpha;
}

/* The defaults of its checks. */
static void inherit_times(const struct rs_conf *rs, struct rs_how *how, const struct vs_how *of)
{
	if (!how->virtualhost)
		how->virtualhost = of->virtualhost;
	if (!how->connect_timeout)
		how->connect_timeout = of->connect_timeout;
	if (!how->delay_loop)
		how->delay_loop = of->delay_loop;
	if (!seen_rs(rs, "delay_before_retry"))
		how->delay_before_retry = of->delay_before_retry;
	if (!seen_rs(rs, "warmup"))
		how->warmup = of->warmup;
	if (!seen_rs(rs, "retry"))
		how->retry = of->retry;
}

void inherit_server(struct conf_read *rd, void *out, const void *parent)
{
	struct rs_conf *rs = out;
	const struct vs_conf *vs = parent;
	struct rs_how how;

	memcpy(&how, rs->how, sizeof(how));
	inherit_flags(rs, &how, vs->how);
	inherit_times(rs, &how, vs->how);
	rs->how = conf_share(rd, &how, sizeof(how));
	if (!seen_rs(rs, "weight"))
		rs->weight = vs->how->weight;
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
static void set_defaults(const struct vs_conf *vs, struct vs_how *how)
{
	if (!seen_vs(vs, "delay_before_retry"))
		how->delay_before_retry = -1;
	if (!seen_vs(vs, "warmup"))
		how->warmup = -1;
	if (!seen_vs(vs, "retry"))
		how->retry = -1;
	if (!seen_vs(vs, "sorry_server_lvs_method"))
		how->sorry_forward = -1;
}

static void inherit_sorry(struct conf_read *rd, struct vs_conf *vs)
{
	const struct vs_how *of = vs->how;
	bool is_own = of->sorry_forward >= 0;
	struct rs_how how;

	if (!vs->sorry)
		return;
	memcpy(&how, vs->sorry->how, sizeof(how));
	how.forward = is_own ? (unsigned)of->sorry_forward : of->forward;
	how.tunnel = is_own ? of->sorry_tunnel : of->tunnel;
	vs->sorry->how = conf_share(rd, &how, sizeof(how));
	inherit_port(vs->sorry, vs);
}

/* What is not written in the service. */
static void inherit_globals(struct conf_read *rd, struct vs_conf *vs, const struct lvs_globals *g)
{
	struct vs_how *how = conf_part_edit(rd, &vs_how_part, vs);

	if (!seen_vs(vs, "dr_path"))
		how->dr_path = g->dr_path;
	if (!seen_vs(vs, "on_server_down"))
		how->on_server_down = g->on_server_down;
	if (!seen_vs(vs, "drain_timeout"))
		how->drain_timeout = g->drain_timeout;
}

void inherit_root(struct conf_read *rd, void *out, const void *parent)
{
	struct checkers_config *c = out;
	struct group_index groups;

	(void)parent;
	for (unsigned i = 0; i < c->services.n; i++)
		inherit_globals(rd, c->services.item[i], &c->globals);
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
static void inherit_initial(const struct vs_conf *vs, struct vs_how *how)
{
	bool is_down = how->initial_state == INITIAL_DOWN || how->initial_state == INITIAL_CHECK_FIRST;

	if (is_down && !seen_vs(vs, "alpha"))
		how->alpha = true;
	if (how->initial_state == INITIAL_CHECK_FIRST && !seen_vs(vs, "warmup"))
		how->warmup = 0;
}

static void read_tier(struct conf_read *rd, const struct vs_conf *vs, struct conf_vec *servers)
{
	for (unsigned i = 0; i < servers->n; i++)
		inherit_port(servers->item[i], vs);
	drop_duplicates(rd, servers);
}

static void add_servers(struct conf_read *rd, struct vs_conf *vs, const struct conf_vec *servers)
{
	for (unsigned i = 0; i < servers->n; i++)
		conf_vec_add(rd->arena, &vs->servers, servers->item[i]);
}

static void add_pool(struct conf_read *rd, struct vs_conf *vs, unsigned tier)
{
	struct pool_conf *pool = vs->pools.item[tier - 1];

	pool->vs = vs;
	correct_quorum(rd, &pool->head, &pool->quorum, &pool->hysteresis);
	read_tier(rd, vs, &pool->servers);
	for (unsigned i = 0; i < pool->servers.n; i++) {
		struct rs_conf *rs = pool->servers.item[i];
		struct rs_how *how = conf_part_edit(rd, &rs_how_part, rs);

		rs->tier = tier;
		how->pool = pool->name;
	}
	add_servers(rd, vs, &pool->servers);
}

void inherit_backup_server(struct conf_read *rd, void *out, const void *parent)
{
	inherit_server(rd, out, ((const struct pool_conf *)parent)->vs);
}

void inherit_service(struct conf_read *rd, void *out, const void *parent)
{
	struct vs_conf *vs = out;
	struct vs_how *how = conf_part_edit(rd, &vs_how_part, vs);

	(void)parent;
	set_defaults(vs, how);
	inherit_initial(vs, how);
	correct_quorum(rd, &vs->head, &how->quorum, &how->hysteresis);
	scheduler_resolve(rd, vs, how);
	inherit_sorry(rd, vs);
	read_tier(rd, vs, &vs->own);
	if (vs->pools.n)
		add_servers(rd, vs, &vs->own);
	else
		vs->servers = vs->own;
	for (unsigned i = 0; i < vs->pools.n; i++)
		add_pool(rd, vs, i + 1);
}
