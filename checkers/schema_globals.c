/* schema_globals.c - the rows of global_defs that belong to the LVS half. */
#include "checkers/conf.h"
#include "checkers/parse_globals.h"
#include "checkers/schema_service.h"
#include "checkers/schema_tables.h"

#define GLOBAL(field) offsetof(struct lvs_globals, field)
#define FIFO "Events are not written to FIFOs yet: notify scripts run for each of them."
#define NO_BUFFERS "Socket buffers are sized by vipd itself."
#define BUFFERS(keyword, what)                                                                                             \
	{ .name = keyword, .type = CONF_UINT, .status = CONF_NO_EFFECT, .note = NO_BUFFERS, .offset = CONF_NOWHERE,        \
	  .max = INT32_MAX, .args = "BYTES", .doc = what }
#define FORCE(keyword, what)                                                                                               \
	{ .name = keyword, .type = CONF_BOOL, .status = CONF_NO_EFFECT, .note = NO_BUFFERS, .offset = CONF_NOWHERE,        \
	  .args = "[on|off]", .doc = what }

static const struct conf_item globals_items[] = {
	{ .name = "lvs_timeouts", .type = CONF_CUSTOM, .parse = parse_timeouts, .reload = CONF_LIVE,
	  .args = "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]",
	  .example = "tcp 900 tcpfin 120 udp 300\ntcp 0\nudp 2678400", .wrong = "tcp\nicmp 3\ntcp 2678401\ntcp 900 udp",
	  .doc = "How long the kernel remembers idle connections; 0: unchanged." },
	{ .name = "lvs_flush", .type = CONF_FLAG, .offset = GLOBAL(is_flush), .min = 1,
	  .reload = CONF_LIVE, .doc = "At start, services that this configuration does not have are removed." },
	{ .name = "lvs_flush_on_stop", .type = CONF_CUSTOM, .status = CONF_LATER,
	  .note = "The table stays as it is at a stop: connections live on.", .parse = parse_flush_on_stop, .args = "[VS]",
	  .example = "VS", .wrong = "RS\nall",
	  .doc = "At a stop, the whole table is emptied; VS: the services of this configuration are removed." },
	{ .name = "lvs_flush_onstop", .type = CONF_ALIAS, .alias = "lvs_flush_on_stop",
	  .doc = "Old spelling of lvs_flush_on_stop." },
	{ .name = "lvs_sync_daemon", .type = CONF_CUSTOM, .status = CONF_LATER,
	  .note = "Connections are not synchronised yet: after a fail-over they break.", .parse = parse_sync,
	  .args = "INTERFACE [[inst] INSTANCE] [id 0..255] [maxlen 1..65507] [port PORT] [ttl 1..255] [group ADDRESS]",
	  .example = "eth0\neth0 VI_1\neth0 inst VI_1 id 0 maxlen 65507 port 8848 ttl 255 group 224.0.0.81\neth0 id 255 group ff02::8848",
	  .wrong = "eth0 id 256\neth0 VI_1 id\neth0 VI_1 VI_2\neth0 maxlen 0\neth0 maxlen 65508\neth0 port 0\neth0 ttl 256\neth0 group 192.0.2.1",
	  .doc = "The kernel's connection synchronisation: it sends while the instance is MASTER, else it receives; without "
		 "an instance both. Default: port 8848, group 224.0.0.81, id that of the instance's virtual_router_id, or 0." },
	{ .name = "lvs_notify_fifo", .type = CONF_CUSTOM, .status = CONF_LATER, .note = FIFO, .parse = parse_fifo,
	  .args = "PATH [USER [GROUP]]", .example = "/run/vipd/lvs.fifo\n/run/vipd/lvs.fifo nobody nogroup",
	  .wrong = "lvs.fifo\n\"\"", .doc = "A FIFO that gets a line for each change of a server or a quorum." },
	{ .name = "lvs_notify_fifo_script", .type = CONF_CUSTOM, .status = CONF_LATER, .note = FIFO,
	  .offset = GLOBAL(notify_fifo_script), .parse = script_conf_parse, .args = "COMMAND [USER [GROUP]]",
	  .example = SCRIPT_EXAMPLE, .wrong = SCRIPT_WRONG, .doc = "The program that reads that FIFO; its path is added." },
	BUFFERS("lvs_netlink_cmd_rcv_bufs", "Bytes of the receive buffer of the sockets that set up IPVS."),
	FORCE("lvs_netlink_cmd_rcv_bufs_force", "That buffer may exceed the system's limit."),
	BUFFERS("lvs_netlink_monitor_rcv_bufs", "Bytes of the receive buffer of the sockets that watch the kernel."),
	FORCE("lvs_netlink_monitor_rcv_bufs_force", "That buffer may exceed the system's limit."),
	{ .name = NULL },
};

const struct conf_block lvs_globals_block = {
	.name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct lvs_globals),
	.doc = "Settings of the whole daemon.",
	.example = "global_defs {\n\tlvs_timeouts tcp 900 udp 60\n\tlvs_flush\n}\n",
};
