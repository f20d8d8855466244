/*
 * schema.c - the tables of the LVS half: rows of global_defs, virtual_server, real_server. Words of keepalived 2.4
 * that are not served yet are rows too, so that a file with them runs and says so.
 */
#include "checkers/conf.h"

#include <netinet/in.h>

#include "base/mono.h"
#include "checkers/inherit.h"
#include "checkers/parse.h"
#include "checkers/rules.h"
#include "checkers/schema_check.h"
#include "net/ipvs_table.h"

#define VS(field) offsetof(struct vs_conf, field)
#define RS(field) offsetof(struct rs_conf, field)
#define HOUR (3600 * MONO_SEC)
#define LATER(keyword, what)                                           \
	{                                                              \
		.name = keyword, .type = CONF_UNSUPPORTED, .doc = what \
	}
#define SCHED_FLAG(keyword, bit, what)                                                                                     \
	{ .name = keyword, .type = CONF_CUSTOM, .offset = VS(sched_flags), .min = bit, .parse = parse_flag,                \
	  .reload = CONF_LIVE, .doc = what }

static const struct conf_choice protocols[] = {
	{ "TCP", IPPROTO_TCP }, { "UDP", IPPROTO_UDP }, { "SCTP", IPPROTO_SCTP }, { NULL, 0 }
};

static const struct conf_item real_server_items[] = {
	{ .name = "weight", .type = CONF_UINT, .offset = RS(weight), .max = 65535, .reload = CONF_LIVE, .args = "WEIGHT",
	  .doc = "Share of new connections; 0: none; default: the service's." },
	{ .name = "lvs_method", .type = CONF_CUSTOM, .offset = RS(forward), .parse = parse_method, .reload = CONF_LIVE,
	  .args = "NAT|DR|TUN", .doc = "How packets reach this server; default: as the service." },
	{ .name = "lb_kind", .type = CONF_ALIAS, .alias = "lvs_method" },
	{ .name = "inhibit_on_failure", .type = CONF_FLAG, .offset = RS(inhibit_on_failure), .min = 1, .reload = CONF_LIVE,
	  .doc = "When it is down, weight 0 instead of removal: its connections live on." },
	{ .name = "uthreshold", .type = CONF_UINT, .offset = RS(upper), .max = INT32_MAX, .reload = CONF_LIVE,
	  .args = "CONNECTIONS", .doc = "No new connections above this number; 0: no limit." },
	{ .name = "lthreshold", .type = CONF_UINT, .offset = RS(lower), .max = INT32_MAX, .reload = CONF_LIVE,
	  .args = "CONNECTIONS", .doc = "New connections again below this number; 0: three quarters of uthreshold." },
	{ .name = "notify_up", .type = CONF_CUSTOM, .offset = RS(notify_up), .parse = script_conf_parse,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs when the server comes up." },
	{ .name = "notify_down", .type = CONF_CUSTOM, .offset = RS(notify_down), .parse = script_conf_parse,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs when the server goes down." },
	{ .name = "alpha", .type = CONF_BOOL, .offset = RS(alpha), .reload = CONF_LIVE, .args = "[on|off]",
	  .doc = "Down until the first check succeeds; default: the service's." },
	{ .name = "connect_timeout", .type = CONF_TIME, .offset = RS(connect_timeout), .min = MONO_MSEC, .max = HOUR,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "delay_loop", .type = CONF_TIME, .offset = RS(delay_loop), .min = MONO_MSEC, .max = 24 * HOUR,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "delay_before_retry", .type = CONF_TIME, .offset = RS(delay_before_retry), .max = 24 * HOUR,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "warmup", .type = CONF_TIME, .offset = RS(warmup), .max = 24 * HOUR, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "retry", .type = CONF_INT, .offset = RS(retry), .max = 1000000, .reload = CONF_LIVE, .args = "COUNT",
	  .doc = "Default of this server's checks." },
	{ .name = "virtualhost", .type = CONF_STRING, .offset = RS(virtualhost), .reload = CONF_RESTART, .args = "NAME",
	  .doc = "Host header of this server's checks." },
	{ .name = "TCP_CHECK", .type = CONF_BLOCK, .offset = RS(checks), .block = &tcp_check_block,
	  .reload = CONF_RESTART, .doc = "The server is up when it accepts a TCP connection." },
	{ .name = "HTTP_GET", .type = CONF_BLOCK, .offset = RS(checks), .block = &http_get_block,
	  .reload = CONF_RESTART, .doc = "The server is up when it answers every url as expected." },
	LATER("SSL_GET", "HTTP_GET over TLS."),
	LATER("SMTP_CHECK", "The server is up when it speaks SMTP."),
	LATER("DNS_CHECK", "The server is up when it answers a DNS query."),
	LATER("UDP_CHECK", "The server is up when no ICMP error (or an expected answer) comes."),
	LATER("PING_CHECK", "The server is up when it answers pings."),
	LATER("MISC_CHECK", "The server is up when a script says so."),
	LATER("FILE_CHECK", "The weight follows a number in a file."),
	LATER("BFD_CHECK", "The server is up while its BFD session is."),
	LATER("smtp_alert", "Mail when the server changes."),
	LATER("snmp_name", "Label in SNMP."),
	{ .name = NULL },
};

const struct conf_block real_server_block = {
	.name = "real_server",
	.items = real_server_items,
	.size = sizeof(struct rs_conf),
	.args = "IP [PORT]",
	.read_args = parse_real_server,
	.inherit = inherit_server,
	.doc = "One server of a service. Without a check it always counts as up.",
};

static const struct conf_item virtual_server_items[] = {
	{ .name = "delay_loop", .type = CONF_TIME, .offset = VS(delay_loop), .min = MONO_MSEC, .max = 24 * HOUR,
	  .dflt = "60", .reload = CONF_LIVE, .args = "SECONDS", .doc = "Seconds between two checks of a server." },
	{ .name = "lvs_sched", .type = CONF_STRING, .offset = VS(scheduler), .dflt = "wlc", .reload = CONF_LIVE,
	  .args = "rr|wrr|lc|wlc|lblc|lblcr|sh|mh|dh|fo|ovf|sed|nq|twos|...",
	  .doc = "The kernel's scheduler: module ip_vs_NAME; a change keeps all connections." },
	{ .name = "lb_algo", .type = CONF_ALIAS, .alias = "lvs_sched" },
	{ .name = "lvs_method", .type = CONF_CUSTOM, .offset = VS(forward), .parse = parse_method, .reload = CONF_LIVE,
	  .args = "NAT|DR|TUN", .doc = "How packets reach the servers; default NAT." },
	{ .name = "lb_kind", .type = CONF_ALIAS, .alias = "lvs_method" },
	{ .name = "protocol", .type = CONF_CHOICE, .offset = VS(protocol), .choices = protocols, .dflt = "TCP",
	  .reload = CONF_RESTART, .args = "TCP|UDP|SCTP", .doc = "Protocol of the service." },
	{ .name = "persistence_timeout", .type = CONF_CUSTOM, .offset = VS(persistence_timeout),
	  .parse = parse_persistence, .reload = CONF_LIVE, .args = "[SECONDS]",
	  .doc = "A client stays with its server for this time after its last connection; 0: off, the bare word: 360." },
	{ .name = "persistence_granularity", .type = CONF_CUSTOM, .offset = VS(persistence_netmask),
	  .parse = parse_granularity, .reload = CONF_LIVE, .args = "MASK|LENGTH",
	  .doc = "Clients of one network count as one client." },
	LATER("persistence_engine", "Persistence by payload (sip)."),
	{ .name = "ops", .type = CONF_FLAG, .offset = VS(ops), .min = 1, .reload = CONF_LIVE,
	  .doc = "Each UDP packet is scheduled by itself." },
	{ .name = "hashed", .type = CONF_ACCEPTED, .doc = "The kernel sets it by itself." },
	SCHED_FLAG("flag-1", IPVS_SCHED1, "First flag of the scheduler."),
	SCHED_FLAG("flag-2", IPVS_SCHED2, "Second flag of the scheduler."),
	SCHED_FLAG("flag-3", IPVS_SCHED3, "Third flag of the scheduler."),
	SCHED_FLAG("sh-fallback", IPVS_SCHED1, "sh: another server when the chosen one has weight 0."),
	SCHED_FLAG("sh-port", IPVS_SCHED2, "sh: the client's port counts too."),
	SCHED_FLAG("mh-fallback", IPVS_SCHED1, "mh: another server when the chosen one has weight 0."),
	SCHED_FLAG("mh-port", IPVS_SCHED2, "mh: the client's port counts too."),
	LATER("ip_family", "Family of a fwmark service with tunnelled servers."),
	{ .name = "ha_suspend", .type = CONF_FLAG, .offset = VS(ha_suspend), .min = 1, .reload = CONF_LIVE,
	  .doc = "No checks while a vrrp_instance has the address and does not hold it; states stay." },
	{ .name = "virtualhost", .type = CONF_STRING, .offset = VS(virtualhost), .reload = CONF_RESTART, .args = "NAME",
	  .doc = "Host header of HTTP checks." },
	{ .name = "alpha", .type = CONF_BOOL, .offset = VS(alpha), .reload = CONF_LIVE, .args = "[on|off]",
	  .doc = "Servers are down until their first check succeeds." },
	{ .name = "omega", .type = CONF_FLAG, .offset = VS(omega), .min = 1, .reload = CONF_LIVE,
	  .doc = "At an orderly stop, the scripts for down run: of servers that are up, of a quorum that is met." },
	{ .name = "quorum", .type = CONF_UINT, .offset = VS(quorum), .max = UINT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "Sum of weights that must be up, else the sorry server serves." },
	{ .name = "hysteresis", .type = CONF_UINT, .offset = VS(hysteresis), .max = UINT32_MAX, .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "Gained at quorum + hysteresis, lost below quorum - hysteresis." },
	{ .name = "quorum_up", .type = CONF_CUSTOM, .offset = VS(quorum_up), .parse = script_conf_parse,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs when the quorum is gained." },
	{ .name = "quorum_down", .type = CONF_CUSTOM, .offset = VS(quorum_down), .parse = script_conf_parse,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "Script that runs when the quorum is lost." },
	{ .name = "sorry_server", .type = CONF_CUSTOM, .offset = VS(sorry), .parse = parse_sorry, .reload = CONF_LIVE,
	  .args = "IP [PORT]", .doc = "Serves alone while the quorum is missed; it is not checked." },
	{ .name = "sorry_server_inhibit", .type = CONF_FLAG, .offset = VS(sorry_inhibit), .min = 1, .reload = CONF_LIVE,
	  .doc = "The sorry server waits in the table with weight 0." },
	{ .name = "sorry_server_lvs_method", .type = CONF_CUSTOM, .offset = VS(sorry_forward), .parse = parse_method,
	  .reload = CONF_LIVE, .args = "NAT|DR|TUN", .doc = "How packets reach it; default: as the service." },
	{ .name = "inhibit_on_failure", .type = CONF_FLAG, .offset = VS(inhibit_on_failure), .min = 1, .reload = CONF_LIVE,
	  .doc = "Servers that are down get weight 0 instead of being removed." },
	LATER("smtp_alert", "Mail when the quorum changes."),
	LATER("snmp_name", "Label in SNMP."),
	{ .name = "weight", .type = CONF_UINT, .offset = VS(weight), .min = 1, .max = 65535, .dflt = "1",
	  .reload = CONF_LIVE, .args = "WEIGHT", .doc = "Default weight of the servers." },
	{ .name = "connect_timeout", .type = CONF_TIME, .offset = VS(connect_timeout), .min = MONO_MSEC, .max = HOUR,
	  .dflt = "5", .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of all checks." },
	{ .name = "retry", .type = CONF_INT, .offset = VS(retry), .max = 1000000, .reload = CONF_LIVE, .args = "COUNT",
	  .doc = "Failures in a row that are forgiven; default 1." },
	{ .name = "delay_before_retry", .type = CONF_TIME, .offset = VS(delay_before_retry), .max = 24 * HOUR,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Pause before a retry; default 1, HTTP_GET 3." },
	{ .name = "warmup", .type = CONF_TIME, .offset = VS(warmup), .max = 24 * HOUR, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "First checks are spread over this time; default delay_loop." },
	{ .name = "real_server", .type = CONF_BLOCK, .offset = VS(servers), .block = &real_server_block,
	  .reload = CONF_LIVE, .args = "IP [PORT]", .doc = "One server of the service." },
	{ .name = "nat_mask", .type = CONF_ACCEPTED, .doc = "Obsolete since keepalived 1.3." },
	{ .name = "net_mask", .type = CONF_ACCEPTED, .doc = "Obsolete since keepalived 1.3." },
	{ .name = NULL },
};

const struct conf_block virtual_server_block = {
	.name = "virtual_server",
	.items = virtual_server_items,
	.size = sizeof(struct vs_conf),
	.args = "IP [PORT] | fwmark N | group NAME",
	.read_args = parse_virtual_server,
	.inherit = inherit_service,
	.check = rules_service,
	.doc = "One service of the kernel's IPVS table.",
};

static const struct conf_item globals_items[] = {
	{ .name = "lvs_timeouts", .type = CONF_CUSTOM, .parse = parse_timeouts, .reload = CONF_LIVE,
	  .args = "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]",
	  .doc = "How long the kernel remembers idle connections; 0: unchanged." },
	{ .name = "lvs_flush", .type = CONF_FLAG, .offset = offsetof(struct lvs_globals, is_flush), .min = 1,
	  .reload = CONF_LIVE, .doc = "At start, services that this configuration does not have are removed." },
	LATER("lvs_flush_on_stop", "Empty the table at stop; it stays as it is."),
	LATER("lvs_flush_onstop", "Old spelling of lvs_flush_on_stop."),
	LATER("lvs_sync_daemon", "The kernel's connection synchronisation."),
	LATER("lvs_notify_fifo", "A FIFO for changes of servers."),
	LATER("lvs_notify_fifo_script", "The reader of that FIFO."),
	LATER("lvs_netlink_cmd_rcv_bufs", "Socket buffers; they are large enough."),
	LATER("lvs_netlink_cmd_rcv_bufs_force", "Socket buffers; they are large enough."),
	LATER("lvs_netlink_monitor_rcv_bufs", "Socket buffers; they are large enough."),
	LATER("lvs_netlink_monitor_rcv_bufs_force", "Socket buffers; they are large enough."),
	{ .name = NULL },
};

static const struct conf_block globals_block = {
	.name = "global_defs",
	.items = globals_items,
	.size = sizeof(struct lvs_globals),
	.doc = "Settings of the whole daemon.",
};

static const struct conf_item root_items[] = {
	{ .name = "global_defs", .type = CONF_BLOCK, .offset = offsetof(struct checkers_config, globals), .is_merged = true,
	  .block = &globals_block, .reload = CONF_LIVE, .doc = "Settings of the whole daemon." },
	{ .name = "virtual_server", .type = CONF_BLOCK, .offset = offsetof(struct checkers_config, services),
	  .block = &virtual_server_block, .reload = CONF_LIVE, .args = "IP [PORT] | fwmark N | group NAME",
	  .doc = "One service of the kernel's IPVS table." },
	LATER("virtual_server_group", "A set of addresses that share one pool."),
	LATER("SSL", "Key and certificate for SSL_GET."),
	{ .name = NULL },
};

const struct conf_block checkers_root = {
	.name = "checkers",
	.items = root_items,
	.size = sizeof(struct checkers_config),
	.check = rules_root,
	.doc = "The LVS half of the configuration.",
};
