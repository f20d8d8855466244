/* schema_pool.c - the table of backup_pool: the tiers of a service behind its own servers. */
#include "checkers/schema_pool.h"

#include <errno.h>

#include "base/alloc.h"
#include "checkers/conf.h"
#include "checkers/parse.h"

#define POOL(field) offsetof(struct pool_conf, field)

const struct conf_choice schema_quorum_of[] = { { "weight", QUORUM_WEIGHT }, { "servers", QUORUM_SERVERS }, { "percent", QUORUM_PERCENT },
	{ NULL, 0 } };

static int read_pool_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	const struct conf_word *w = conf_need_word(rd, node, 1, "a name");
	struct pool_conf *pool = out;

	if (!w)
		return -EINVAL;
	pool->name = arena_strdup(rd->arena, w->text);
	parse_extra_words(rd, node, 2);
	return 0;
}

static const struct conf_item backup_pool_items[] = {
	{ .name = "quorum", .type = CONF_UINT, .offset = POOL(quorum), .max = UINT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "What must be up for the pool to serve, else the next one does; see quorum_of." },
	{ .name = "hysteresis", .type = CONF_UINT, .offset = POOL(hysteresis), .max = UINT32_MAX - 1, .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "Gained at quorum + hysteresis, lost below quorum - hysteresis." },
	{ .name = "quorum_of", .type = CONF_CHOICE, .offset = POOL(quorum_of), .choices = schema_quorum_of, .dflt = "weight",
	  .reload = CONF_LIVE, .args = "weight|servers|percent", .doc = QUORUM_OF_DOC },
	{ .name = "real_server", .type = CONF_BLOCK, .offset = POOL(servers), .block = &backup_server_block,
	  .reload = CONF_LIVE, .args = "IP [PORT]",
	  .doc = "One server of the pool, with the words of real_server in virtual_server, and what it does not say from that "
		 "virtual_server. A server may be in several pools; each checks it for itself." },
	{ .name = NULL },
};

const struct conf_block backup_pool_block = {
	.name = "backup_pool",
	.items = backup_pool_items,
	.size = sizeof(struct pool_conf),
	.args = "NAME",
	.read_args = read_pool_name,
	.doc = "Servers that serve while the service's own ones, and the pools written before, miss their quorum; the sorry server "
	       "serves when all do. They are checked all the time. Without a sorry server, the first pool with a server that is up "
	       "serves when all miss it. quorum_up and quorum_down run when the first pool gains its quorum and the last one "
	       "loses it. Servers of a pool that does not serve are not in the table, with inhibit_on_failure they have weight 0 there.",
	.example = "virtual_server 192.0.2.1 80 {\n\tquorum 2\n\treal_server 10.0.0.1 80 {\n\t\tTCP_CHECK {\n\t\t}\n\t}\n"
		   "\treal_server 10.0.0.2 80 {\n\t\tTCP_CHECK {\n\t\t}\n\t}\n\tbackup_pool other_site {\n\t\tquorum 50\n"
		   "\t\tquorum_of percent\n\t\treal_server 10.1.0.1 80 {\n\t\t\tTCP_CHECK {\n\t\t\t}\n\t\t}\n"
		   "\t\treal_server 10.1.0.2 80 {\n\t\t\tTCP_CHECK {\n\t\t\t}\n\t\t}\n\t}\n\tsorry_server 127.0.0.1 80\n}\n",
};
