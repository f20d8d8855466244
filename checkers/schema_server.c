/* schema_server.c - the table of real_server. */
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/parse.h"
#include "checkers/schema_check.h"
#include "checkers/schema_pool.h"
#include "checkers/schema_service.h"
#include "checkers/schema_words.h"
#include "checkers/write.h"
#include "conf/said.h"

#define RS(field) offsetof(struct rs_conf, field)
#define HOW_RS(field) .part = &rs_how_part, .offset = offsetof(struct rs_how, field)
#define CHECK "This check does not run yet: the server's other checks decide alone."

const struct conf_part rs_how_part = { RS(how), sizeof(struct rs_how) };

static const struct conf_item real_server_items[] = {
	{ .name = "weight", .type = CONF_UINT, .offset = RS(weight), .max = 65535, .reload = CONF_LIVE, .args = "WEIGHT",
	  .doc = "Share of new connections; 0: none; default: the service's." },
	{ .name = "lvs_method", .type = CONF_CUSTOM, HOW_RS(forward), .parse = parse_rs_method, .write = write_rs_method,
	  .reload = CONF_LIVE, .args = METHOD_ARGS, .example = METHOD_EXAMPLE, .wrong = METHOD_WRONG,
	  .doc = "How packets reach this server; default: as the service." },
	{ .name = "lb_kind", .type = CONF_ALIAS, .alias = "lvs_method" },
	{ .name = "inhibit_on_failure", .type = CONF_BOOL, HOW_RS(inhibit_on_failure), .reload = CONF_LIVE,
	  .args = "[on|off]", .doc = "When it is down, weight 0 instead of removal: its connections live on; default: the service's." },
	{ .name = "uthreshold", .type = CONF_UINT, HOW_RS(upper), .max = INT32_MAX, .reload = CONF_LIVE,
	  .args = "CONNECTIONS", .doc = "No new connections above this number; 0: no limit." },
	{ .name = "lthreshold", .type = CONF_UINT, HOW_RS(lower), .max = INT32_MAX, .reload = CONF_LIVE,
	  .args = "CONNECTIONS", .doc = "New connections again below this number; 0: three quarters of uthreshold." },
	{ .name = "notify_up", .type = CONF_CUSTOM, HOW_RS(notify_up), .parse = script_conf_parse_rare,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .example = SCRIPT_EXAMPLE, .wrong = SCRIPT_WRONG,
	  .doc = "Script that runs when the server comes up." },
	{ .name = "notify_down", .type = CONF_CUSTOM, HOW_RS(notify_down), .parse = script_conf_parse_rare,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .example = SCRIPT_EXAMPLE, .wrong = SCRIPT_WRONG,
	  .doc = "Script that runs when the server goes down." },
	{ .name = "alpha", .type = CONF_BOOL, HOW_RS(alpha), .reload = CONF_LIVE, .args = "[on|off]",
	  .doc = "Down until the first check succeeds; default: the service's." },
	{ .name = "connect_timeout", .type = CONF_TIME, HOW_RS(connect_timeout), .min = MONO_MSEC, .max = HOUR,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "delay_loop", .type = CONF_TIME, HOW_RS(delay_loop), .min = MONO_MSEC, .max = DAY,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "delay_before_retry", .type = CONF_TIME, HOW_RS(delay_before_retry), .max = DAY,
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "warmup", .type = CONF_TIME, HOW_RS(warmup), .max = DAY, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "Default of this server's checks." },
	{ .name = "retry", .type = CONF_INT, HOW_RS(retry), .max = RETRY_MAX, .reload = CONF_LIVE, .args = "COUNT",
	  .doc = "Default of this server's checks." },
	RETRY_ALIAS,
	{ .name = "virtualhost", .type = CONF_STRING, HOW_RS(virtualhost), .reload = CONF_RESTART, .args = "NAME",
	  .example = "www.example.com", .doc = "Host header of this server's checks." },
	{ .name = "TCP_CHECK", .type = CONF_BLOCK, .offset = RS(checks), .block = &tcp_check_block,
	  .reload = CONF_RESTART, .doc = "The server is up when it accepts a TCP connection." },
	{ .name = "HTTP_GET", .type = CONF_BLOCK, .offset = RS(checks), .block = &http_get_block,
	  .reload = CONF_RESTART, .doc = "The server is up when it answers every url as expected." },
	{ .name = "SSL_GET", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &ssl_get_block, .doc = "HTTP_GET over TLS." },
	{ .name = "SMTP_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &smtp_check_block, .doc = "The server is up when it speaks SMTP." },
	{ .name = "DNS_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &dns_check_block, .doc = "The server is up when it answers a DNS query over UDP." },
	{ .name = "UDP_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &udp_check_block, .doc = "The server is up when no ICMP error (or an expected answer) comes back." },
	{ .name = "PING_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &ping_check_block, .doc = "The server is up when it answers pings." },
	{ .name = "MISC_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &misc_check_block, .doc = "The server is up when a program says so." },
	{ .name = "FILE_CHECK", .type = CONF_BLOCK, .status = CONF_LATER, .note = CHECK, HOW_RS(later),
	  .block = &file_check_block, .doc = "The weight follows a number in a file." },
	{ .name = "BFD_CHECK", .type = CONF_BLOCK, .offset = RS(checks), .block = &bfd_check_block,
	  .reload = CONF_RESTART, .doc = "The server is up while its BFD session is." },
	{ .name = "smtp_alert", .type = CONF_CUSTOM, HOW_RS(smtp_alert), .parse = said_parse, .write = said_write,
	  .reload = CONF_LIVE, .args = SAID_ARGS, .example = SAID_EXAMPLE, .wrong = SAID_WRONG,
	  .doc = "Mail when the server changes; default: the service's, smtp_alert_checker or smtp_alert of global_defs, else on." },
	{ .name = "snmp_name", .type = CONF_STRING, .status = CONF_LATER, .note = SNMP, .offset = CONF_NOWHERE,
	  .args = "NAME", .example = "web1", .doc = "Label of the server in SNMP." },
	{ .name = NULL },
};

/* The same words inside backup_pool, described once. */
const struct conf_block backup_server_block = {
	.name = "real_server",
	.items = real_server_items,
	.size = sizeof(struct rs_conf),
	.args = "IP [PORT]",
	.read_args = parse_real_server,
	.inherit = inherit_backup_server,
	.same_as = "virtual_server/real_server",
	.doc = "One server of a backup_pool.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tTCP_CHECK {\n\t\t}\n\t}\n"
		   "\tbackup_pool other_site {\n\t\treal_server 10.1.0.1 80 {\n\t\t\tTCP_CHECK {\n\t\t\t}\n\t\t}\n\t}\n}\n",
};

const struct conf_block real_server_block = {
	.name = "real_server",
	.items = real_server_items,
	.size = sizeof(struct rs_conf),
	.args = "IP [PORT]",
	.read_args = parse_real_server,
	.inherit = inherit_server,
	.doc = "One server of a service. Without a check it always counts as up.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 8080 {\n\t\tweight 10\n"
		   "\t\tinhibit_on_failure\n\t\tTCP_CHECK {\n\t\t}\n\t}\n}\n",
};
