/*
 * schema_globals.c - the rows of global_defs that belong to the LVS half. Its FIFO and its socket buffers are main's,
 * lvs_sync_daemon is vrrp's: it names an instance.
 */
#include "checkers/conf.h"
#include "checkers/leave.h"
#include "checkers/parse_globals.h"
#include "checkers/schema_tables.h"
#include "checkers/schema_words.h"

#define GLOBAL(field) offsetof(struct lvs_globals, field)

const struct conf_choice schema_downs[] = { { "keep", LVS_DOWN_KEEP }, { "drain", LVS_DOWN_DRAIN }, { "reset", LVS_DOWN_RESET },
	{ NULL, 0 } };

static const struct conf_choice exits[] = { { "keep", LVS_EXIT_KEEP }, { "drain", LVS_EXIT_DRAIN }, { "remove", LVS_EXIT_REMOVE },
	{ NULL, 0 } };

const struct conf_choice schema_paths[] = { { "off", DR_PATH_OFF }, { "warn", DR_PATH_WARN }, { "require", DR_PATH_REQUIRE },
	{ NULL, 0 } };

static const struct conf_item globals_items[] = {
	{ .name = "lvs_timeouts", .type = CONF_CUSTOM, .parse = parse_timeouts, .reload = CONF_LIVE,
	  .args = "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]",
	  .example = "tcp 900 tcpfin 120 udp 300\ntcp 0\nudp 2678400", .wrong = "tcp\nicmp 3\ntcp 2678401\ntcp 900 udp",
	  .doc = "How long the kernel remembers idle connections; 0: unchanged." },
	{ .name = "lvs_flush", .type = CONF_FLAG, .offset = GLOBAL(is_flush), .min = 1,
	  .reload = CONF_LIVE, .doc = "At start, services that this configuration does not have are removed." },
	{ .name = "on_exit", .type = CONF_CHOICE, .offset = GLOBAL(on_exit), .choices = exits, .dflt = "keep", .reload = CONF_LIVE,
	  .args = "keep|drain|remove",
	  .doc = "What an orderly stop (not vipctl restart) leaves of the kernel's table: keep all of it, so that connections live on and "
		 "the next start finds it; drain, with weight 0 for all servers; remove our services, and end the daemons of "
		 "lvs_sync_daemon." },
	{ .name = "dr_path", .type = CONF_CHOICE, .offset = GLOBAL(dr_path), .choices = schema_paths, .dflt = "warn",
	  .reload = CONF_LIVE, .args = "require|warn|off", .doc = "Default of dr_path of the services." },
	{ .name = "dr_path_interval", .type = CONF_TIME, .offset = GLOBAL(dr_path_interval), .min = MONO_SEC, .max = DAY,
	  .dflt = "60", .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "Between two questions of the path watch (dr_path) to a server; at most 100 servers are asked in a second." },
	{ .name = "lvs_flush_on_stop", .type = CONF_CUSTOM, .parse = parse_flush_on_stop, .reload = CONF_LIVE, .args = "[VS]",
	  .example = "VS", .wrong = "RS\nall",
	  .doc = "At an orderly stop, the whole table is emptied, of what others put there as well; VS: as on_exit remove." },
	{ .name = "lvs_flush_onstop", .type = CONF_ALIAS, .alias = "lvs_flush_on_stop",
	  .doc = "keepalived itself calls this spelling deprecated." },
	{ .name = "on_server_down", .type = CONF_CHOICE, .offset = GLOBAL(on_server_down), .choices = schema_downs, .dflt = "drain",
	  .reload = CONF_LIVE, .args = "keep|drain|reset", .doc = "Default of on_server_down of the services." },
	{ .name = "drain_timeout", .type = CONF_TIME, .offset = GLOBAL(drain_timeout), .max = 31 * DAY, .dflt = "300",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of drain_timeout of the services." },
	{ .name = "checker_log_all_failures", .type = CONF_BOOL, .offset = GLOBAL(log_all_failures), .reload = CONF_LIVE,
	  .args = "[on|off]", .doc = "Each failed attempt of a check is logged, unless the check says otherwise." },
	{ .name = "rs_init_notifies", .type = CONF_FLAG, .offset = GLOBAL(rs_init_notifies), .min = 1, .reload = CONF_LIVE,
	  .doc = "notify_up, FIFO and mail also tell of servers that are up from the start of the daemon, before their first check." },
	{ .name = NULL },
};

const struct conf_block lvs_globals_block = {
	.name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct lvs_globals),
	.doc = "Settings of the whole daemon.",
	.example = "global_defs {\n\tlvs_timeouts tcp 900 udp 60\n\tlvs_flush\n}\n",
};
