/*
 * schema_service.c - the table of virtual_server. Words of keepalived 2.4 that are not served yet are rows too, so that a file with
 * them runs and says so.
 */
#include "checkers/schema_service.h"

#include <netinet/in.h>

#include "checkers/anycast_conf.h"
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/parse.h"
#include "checkers/rules.h"
#include "checkers/schema_pool.h"
#include "checkers/schema_tables.h"
#include "checkers/schema_words.h"
#include "checkers/write.h"
#include "conf/said.h"

#define VS(field) offsetof(struct vs_conf, field)
#define HOW_VS(field) .part = &vs_how_part, .offset = offsetof(struct vs_how, field)
#define OBSOLETE "Obsolete since keepalived 1.3."
#define SCHED_FLAG(keyword, field, what)                                                                                   \
	{ .name = keyword, .type = CONF_FLAG, HOW_VS(field), .min = 1, .reload = CONF_LIVE, .doc = what }
#define FOREIGN(keyword, how, what)                                                                                        \
	{ .name = keyword, .type = CONF_STRING, .status = CONF_NO_EFFECT, .note = FOREIGN_NOTE, .offset = CONF_NOWHERE,    \
	  .args = how, .example = "5", .doc = what }

static const struct conf_choice protocols[] = {
	{ "TCP", IPPROTO_TCP }, { "UDP", IPPROTO_UDP }, { "SCTP", IPPROTO_SCTP }, { NULL, 0 }
};
static const struct conf_choice families[] = { { "inet", AF_INET }, { "inet6", AF_INET6 }, { NULL, 0 } };

static const struct conf_choice initial_states[] = { { "up", INITIAL_UP }, { "down", INITIAL_DOWN }, { "last", INITIAL_LAST },
	{ "check_first", INITIAL_CHECK_FIRST }, { NULL, 0 } };

const struct conf_part vs_how_part = { VS(how), sizeof(struct vs_how) };

static const struct conf_item virtual_server_items[] = {
	{ .name = "delay_loop", .type = CONF_TIME, HOW_VS(delay_loop), .min = MONO_MSEC, .max = DAY,
	  .dflt = "60", .reload = CONF_LIVE, .args = "SECONDS", .doc = "Seconds between two checks of a server." },
	{ .name = "lvs_sched", .type = CONF_STRING, HOW_VS(scheduler), .dflt = "wlc", .reload = CONF_LIVE,
	  .args = "rr|wrr|lc|wlc|lblc|lblcr|sh|mh|dh|fo|ovf|sed|nq|twos|...", .example = "rr\nwlc\nmh",
	  .wrong = "loadbalance\nwlcc\nareallylongscheduler",
	  .doc = "The kernel's scheduler: module ip_vs_NAME; a change keeps all connections." },
	{ .name = "lb_algo", .type = CONF_ALIAS, .alias = "lvs_sched" },
	{ .name = "lvs_method", .type = CONF_CUSTOM, HOW_VS(forward), .parse = parse_vs_method, .write = write_vs_method,
	  .reload = CONF_LIVE, .args = METHOD_ARGS, .example = METHOD_EXAMPLE, .wrong = METHOD_WRONG,
	  .doc = "How packets reach the servers; default NAT." },
	{ .name = "lb_kind", .type = CONF_ALIAS, .alias = "lvs_method" },
	{ .name = "protocol", .type = CONF_CHOICE, .offset = VS(protocol), .choices = protocols, .dflt = "TCP", .write = write_protocol,
	  .reload = CONF_RESTART, .args = "TCP|UDP|SCTP", .doc = "Protocol of the service." },
	{ .name = "persistence_timeout", .type = CONF_CUSTOM, HOW_VS(persistence_timeout),
	  .parse = parse_persistence, .reload = CONF_LIVE, .args = "[SECONDS]", .example = "0\n1\n2678400", .wrong = "2678401\n-1\nnever",
	  .doc = "A client stays with its server for this time after its last connection; 0: off, the bare word: 360." },
	{ .name = "persistence_granularity", .type = CONF_CUSTOM, HOW_VS(persistence_prefix),
	  .parse = parse_granularity, .reload = CONF_LIVE, .args = "MASK|LENGTH",
	  .example = "255.255.255.0\n24\n1\n32", .wrong = "33\n0\n255.0.255.0\n0.0.0.0\nall",
	  .doc = "Clients of one network count as one client." },
	{ .name = "persistence_engine", .type = CONF_STRING, HOW_VS(persistence_engine), .reload = CONF_LIVE,
	  .args = "NAME", .example = "sip", .wrong = "a_name_of_17_chars",
	  .doc = "Persistence by payload: module ip_vs_pe_NAME; the kernel has sip, for UDP." },
	{ .name = "ops", .type = CONF_FLAG, HOW_VS(ops), .min = 1, .reload = CONF_LIVE,
	  .doc = "Each UDP packet is scheduled by itself." },
	{ .name = "hashed", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .note = "The kernel sets it by itself.",
	  .offset = CONF_NOWHERE, .min = 1, .doc = "The service is in the kernel's hash table." },
	SCHED_FLAG("flag-1", flag_1, "First flag of the scheduler."),
	SCHED_FLAG("flag-2", flag_2, "Second flag of the scheduler."),
	SCHED_FLAG("flag-3", flag_3, "Third flag of the scheduler."),
	SCHED_FLAG("sh-fallback", sh_fallback, "sh: another server when the chosen one has weight 0."),
	SCHED_FLAG("sh-port", sh_port, "sh: the client's port counts too."),
	SCHED_FLAG("mh-fallback", mh_fallback, "mh: another server when the chosen one has weight 0."),
	SCHED_FLAG("mh-port", mh_port, "mh: the client's port counts too."),
	{ .name = "ip_family", .type = CONF_CHOICE, HOW_VS(ip_family), .choices = families, .reload = CONF_RESTART,
	  .args = "inet|inet6",
	  .doc = "Family of a service by mark whose servers are all tunnelled; default: that of its servers." },
	{ .name = "vip_mode", .type = CONF_CUSTOM, HOW_VS(is_anycast), .parse = parse_vip_mode, .write = write_vip_mode,
	  .reload = CONF_LIVE, .args = "vrrp|anycast [dev NAME]", .example = "vrrp\nanycast\nanycast dev lvs0",
	  .wrong = "unicast\nanycast dev\nanycast lvs0\nanycast dev a/b\nanycast dev an_interface_too_long",
	  .doc = "Who has the service's addresses. vrrp: the instances, or whoever; nothing is done. anycast: every director on which the "
		 "service has its quorum (or fail_open holds it), so that a routing daemon there announces them: each address stands "
		 "as /32 or /128 on the interface, default vipd0, which is made (a dummy) when it is missing and removed at the end. "
		 "It comes after the kernel's table was written and goes when the quorum is lost, and at a stop. An address of several "
		 "services with vip_mode anycast stays until none of them has its quorum." },
	{ .name = "ha_suspend", .type = CONF_FLAG, HOW_VS(ha_suspend), .min = 1, .reload = CONF_LIVE,
	  .doc = "No checks while a vrrp_instance has the address and does not hold it; states stay." },
	{ .name = "virtualhost", .type = CONF_STRING, HOW_VS(virtualhost), .reload = CONF_RESTART, .args = "NAME",
	  .example = "www.example.com", .doc = "Host header of HTTP checks." },
	{ .name = "alpha", .type = CONF_BOOL, HOW_VS(alpha), .reload = CONF_LIVE, .args = "[on|off]",
	  .doc = "Servers are down until their first check succeeds." },
	{ .name = "omega", .type = CONF_FLAG, HOW_VS(omega), .min = 1, .reload = CONF_LIVE,
	  .doc = "At an orderly stop, the scripts for down run: of servers that are up, of a quorum that is met." },
	{ .name = "quorum", .type = CONF_UINT, HOW_VS(quorum), .max = UINT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "What must be up, else the first backup_pool or the sorry server serves; see quorum_of." },
	{ .name = "hysteresis", .type = CONF_UINT, HOW_VS(hysteresis), .max = UINT32_MAX - 1, .reload = CONF_LIVE,
	  .args = "WEIGHT", .doc = "Gained at quorum + hysteresis, lost below quorum - hysteresis." },
	{ .name = "quorum_of", .type = CONF_CHOICE, HOW_VS(quorum_of), .choices = schema_quorum_of, .dflt = "weight",
	  .reload = CONF_LIVE, .args = "weight|servers|percent", .doc = QUORUM_OF_DOC },
	{ .name = "initial_state", .type = CONF_CHOICE, HOW_VS(initial_state), .choices = initial_states, .dflt = "up",
	  .reload = CONF_LIVE, .args = "up|down|last|check_first",
	  .doc = "What a check counts as that has no result yet. What is known from before a reload or a restart, or from a server "
		 "with a weight in the kernel's table, goes on with each of them. up: the server is up; down: down, as with alpha; "
		 "last: up, but down where the kernel's table has the service without it; check_first: down, and all first checks run "
		 "at once (warmup 0), so that no client comes to a dead server and none waits long. alpha and warmup win over it." },
	{ .name = "slow_start", .type = CONF_TIME, HOW_VS(slow_start), .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "A server that was down and is up again, or was disabled, gets its weight in 20 steps over this time; not at the start "
		 "of the daemon, and not as the only server of its pool. When it fails meanwhile it begins anew. As long as a server does "
		 "so, the weights of all servers in the table are multiplied, so that small ones have room for the steps. For wrr, wlc, "
		 "sed, nq and others that look at weights; sh, mh and dh would move connections of all servers with each step." },
	{ .name = "fail_open", .type = CONF_UINT, HOW_VS(fail_open), .max = 99, .reload = CONF_LIVE, .args = "PERCENT",
	  .doc = "When more than this share of the servers that were up, and at least two, fail within one check interval (delay_loop and "
		 "connect_timeout), the checks are not believed: these servers go on with their weights, as do those that fail after "
		 "them, and an alarm is raised (log, status, FIFO, mail). It ends when no more than half of that share, or one server, "
		 "is left. All pools of the service count together, so another pool takes over from one that fails alone. 0: off." },
	{ .name = "minimum_available", .type = CONF_UINT, HOW_VS(minimum_available), .max = UINT16_MAX, .reload = CONF_LIVE,
	  .args = "SERVERS",
	  .doc = "Servers that fail while fewer than this number are up, of all pools, stay in the table as they were, until so many are up "
		 "again: the pool that was known last is better than none; above the number of servers, none ever leaves. An alarm is raised as by fail_open. 0: off." },
	{ .name = "backup_pool", .type = CONF_BLOCK, .offset = VS(pools), .block = &backup_pool_block, .reload = CONF_LIVE,
	  .args = "NAME", .doc = "Servers that serve while those before them miss their quorum." },
	{ .name = "quorum_up", .type = CONF_CUSTOM, HOW_VS(quorum_up), .parse = script_conf_parse_rare,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .example = SCRIPT_EXAMPLE, .wrong = SCRIPT_WRONG,
	  .doc = "Script that runs when the quorum is gained." },
	{ .name = "quorum_down", .type = CONF_CUSTOM, HOW_VS(quorum_down), .parse = script_conf_parse_rare,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .example = SCRIPT_EXAMPLE, .wrong = SCRIPT_WRONG,
	  .doc = "Script that runs when the quorum is lost." },
	{ .name = "sorry_server", .type = CONF_CUSTOM, .offset = VS(sorry), .parse = parse_sorry, .reload = CONF_LIVE,
	  .args = "IP [PORT]", .example = "127.0.0.1 8080\n127.0.0.1", .wrong = "sorry.example.com 80\n127.0.0.1 65536\n127.0.0.1 http",
	  .doc = "Serves alone while the quorum is missed; it is not checked." },
	{ .name = "sorry_server_inhibit", .type = CONF_FLAG, HOW_VS(sorry_inhibit), .min = 1, .reload = CONF_LIVE,
	  .doc = "The sorry server waits in the table with weight 0." },
	{ .name = "sorry_server_lvs_method", .type = CONF_CUSTOM, HOW_VS(sorry_forward), .parse = parse_sorry_method,
	  .reload = CONF_LIVE, .args = METHOD_ARGS, .example = METHOD_EXAMPLE, .wrong = METHOD_WRONG,
	  .doc = "How packets reach it; default: as the service." },
	{ .name = "inhibit_on_failure", .type = CONF_BOOL, HOW_VS(inhibit_on_failure), .reload = CONF_LIVE,
	  .args = "[on|off]", .doc = "Servers that are down get weight 0 instead of being removed." },
	{ .name = "on_server_down", .type = CONF_CHOICE, HOW_VS(on_server_down), .choices = schema_downs, .reload = CONF_LIVE,
	  .args = "keep|drain|reset",
	  .doc = "A server that is down gets no new connections. keep leaves it in the table with weight 0 until it is up again; drain "
		 "removes it when its connections are gone or drain_timeout is over; reset removes it at once. Drain and reset set "
		 "the kernel's expire_nodest_conn for all services: connections to a removed server are cut, and do not hang. "
		 "Default: that of global_defs, drain." },
	{ .name = "drain_timeout", .type = CONF_TIME, HOW_VS(drain_timeout), .max = 31 * DAY, .reload = CONF_LIVE,
	  .args = "SECONDS",
	  .doc = "A server that drains leaves the table after this time, with connections or without; 0: at once. Default: that of "
		 "global_defs, 300." },
	{ .name = "dr_path", .type = CONF_CHOICE, HOW_VS(dr_path), .choices = schema_paths, .reload = CONF_LIVE,
	  .args = "require|warn|off",
	  .doc = "The path watch: each server that is reached by DR is asked every dr_path_interval and after each UP, by one TCP SYN "
		 "for the service's address (of a group: its first one) to the server's MAC address. One that answers for its own "
		 "address only, three times in a row, does not own the virtual one: warn says so in log and status, with require it is "
		 "down. A server behind a router, without a known MAC address or that is this director is not judged. Default: that "
		 "of global_defs, warn." },
	{ .name = "smtp_alert", .type = CONF_CUSTOM, HOW_VS(smtp_alert), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail when the quorum or a server changes; default: smtp_alert_checker or smtp_alert of global_defs." },
	{ .name = "snmp_name", .type = CONF_STRING, .status = CONF_LATER, .note = SNMP, .offset = CONF_NOWHERE,
	  .args = "NAME", .example = "web", .doc = "Label of the service in SNMP." },
	{ .name = "weight", .type = CONF_UINT, HOW_VS(weight), .min = 1, .max = 65535, .dflt = "1",
	  .reload = CONF_LIVE, .args = "WEIGHT", .doc = "Default weight of the servers." },
	{ .name = "connect_timeout", .type = CONF_TIME, HOW_VS(connect_timeout), .min = MONO_MSEC, .max = HOUR,
	  .dflt = "5", .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of all checks." },
	{ .name = "retry", .type = CONF_INT, HOW_VS(retry), .max = RETRY_MAX, .reload = CONF_LIVE, .args = "COUNT",
	  .doc = "Failures in a row that are forgiven; default 1, DNS_CHECK 3, MISC_CHECK 0." },
	RETRY_ALIAS,
	{ .name = "delay_before_retry", .type = CONF_TIME, HOW_VS(delay_before_retry), .max = DAY,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Pause before a retry; default 1, HTTP_GET and SSL_GET 3, DNS_CHECK delay_loop." },
	{ .name = "warmup", .type = CONF_TIME, HOW_VS(warmup), .max = DAY, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "First checks are spread over this time; default delay_loop." },
	{ .name = "real_server", .type = CONF_BLOCK, .offset = VS(own), .block = &real_server_block,
	  .reload = CONF_LIVE, .args = "IP [PORT]", .doc = "One server of the service." },
	{ .name = "nat_mask", .type = CONF_STRING, .status = CONF_NO_EFFECT, .note = OBSOLETE, .offset = CONF_NOWHERE,
	  .args = "MASK", .example = "255.255.255.0", .doc = "Mask for NAT of Linux 2.2." },
	{ .name = "net_mask", .type = CONF_STRING, .status = CONF_NO_EFFECT, .note = OBSOLETE, .offset = CONF_NOWHERE,
	  .args = "MASK", .example = "255.255.255.0", .doc = "Mask for NAT of Linux 2.2." },
	FOREIGN("laddr_group_name", "NAME", "Addresses that full NAT would send from."),
	FOREIGN("daddr_group_name", "NAME", "Servers as a group of addresses."),
	FOREIGN("establish_timeout", "SECONDS", "Timeout of the connections of one service; lvs_timeouts is for all."),
	{ .name = NULL },
};

const struct conf_block virtual_server_block = {
	.name = "virtual_server",
	.items = virtual_server_items,
	.size = sizeof(struct vs_conf),
	.args = "IP [PORT] | fwmark N | group NAME",
	.is_apart = true,
	.read_args = parse_virtual_server,
	.inherit = inherit_service,
	.check = rules_service,
	.doc = "One service of the kernel's IPVS table.",
	.example = "virtual_server 192.0.2.1 80 {\n\tdelay_loop 10\n\tlvs_sched wlc\n\tlvs_method DR\n\tprotocol TCP\n"
		   "\tpersistence_timeout 300\n\tquorum 2\n\tsorry_server 127.0.0.1 80\n\treal_server 10.0.0.1 80 {\n"
		   "\t\tTCP_CHECK {\n\t\t}\n\t}\n\treal_server 10.0.0.2 80 {\n\t\tTCP_CHECK {\n\t\t}\n\t}\n}\n",
};
