/*
 * schema_words.h - what several tables of the LVS half share: limits, and the rows that all checks have. keepalived.conf(5) "LVS
 * CONFIGURATION", "All checkers have the following options".
 */
#ifndef CHECKERS_SCHEMA_WORDS_H
#define CHECKERS_SCHEMA_WORDS_H
#include "base/mono.h"
#include "conf/schema.h"

/* enum check_via. */
extern const struct conf_choice schema_vias[];

#define HOUR (3600 * MONO_SEC)
#define DAY (24 * HOUR)
#define RETRY_MAX 1000000

#define RETRY_ALIAS                                                                                       \
	{                                                                                                 \
		.name = "nb_get_retry", .type = CONF_ALIAS, .alias = "retry", .doc = "Old name of retry." \
	}

/* Every check's struct begins with a struct check_conf. */
#define CHECK_AT(field) offsetof(struct check_conf, field)
#define HOW(field) .part = &check_how_part, .offset = offsetof(struct check_how, field)

/* The words that every check has that is done again and again. */
#define PACE_ITEMS                                                                                                         \
	{ .name = "retry", .type = CONF_UINT, HOW(retry), .max = RETRY_MAX,                     \
	  .reload = CONF_LIVE, .args = "COUNT",                                                                            \
	  .doc = "Failures in a row that are forgiven; default: the real server's, else 1 (DNS_CHECK: 3, MISC_CHECK: 0)." }, \
	RETRY_ALIAS,                                                                                                       \
	{ .name = "delay_before_retry", .type = CONF_TIME, HOW(delay_before_retry), .max = DAY, \
	  .reload = CONF_LIVE, .args = "SECONDS",                                                                          \
	  .doc = "Pause before a retry; default: the real server's, else 1 (HTTP_GET, SSL_GET: 3; DNS_CHECK: delay_loop)." }, \
	{ .name = "warmup", .type = CONF_TIME, HOW(warmup), .max = DAY, .reload = CONF_LIVE,    \
	  .args = "SECONDS", .doc = "First attempts are spread over this time; default: the real server's, else delay_loop." }, \
	{ .name = "delay_loop", .type = CONF_TIME, HOW(delay_loop), .min = MONO_MSEC,           \
	  .max = DAY, .reload = CONF_LIVE, .args = "SECONDS",                                                              \
	  .doc = "Seconds between two checks; default: the real server's." },                                              \
	{ .name = "alpha", .type = CONF_BOOL, HOW(alpha), .reload = CONF_LIVE,                  \
	  .args = "[on|off]", .doc = "Down until the first success; default: the real server's." },                        \
	{ .name = "log_all_failures", .type = CONF_BOOL, HOW(log_all_failures),                 \
	  .reload = CONF_LIVE, .args = "[on|off]", .doc = "Log each failed attempt, not only changes." }

#define VIA_DOC                                                                                                         \
	"service: the check connects to the address and port of its service (of a group: of its first line; connect_ip "\
	"and connect_port say another) and IPVS hands it to this very server, by DR or TUN, as it does with clients' "  \
	"packets: a server without the virtual address, or whose program listens elsewhere, is down. It leaves from the "\
	"director's own address (bindto, else the one towards the server) with TTL 2 (via_hops), works on MASTER and "  \
	"BACKUP, and uses a mark of its own (0x76700000-0x767fffff). For IPv4 the daemon sets accept_local on the "     \
	"interface towards the server and puts it back afterwards. Default server: to the server's own address."

/* The words that every check of a socket has. */
#define SOCKET_ITEMS                                                                                                       \
	{ .name = "connect_ip", .type = CONF_ADDR, .offset = CHECK_AT(connect_ip), .reload = CONF_RESTART,     \
	  .args = "IP", .doc = "Address to check; default: the real server's." },                                          \
	{ .name = "connect_port", .type = CONF_UINT, .offset = CHECK_AT(connect_port), .min = 1, .max = 65535, \
	  .reload = CONF_RESTART, .args = "PORT", .doc = "Port to check; default: the real server's." },                   \
	{ .name = "bindto", .type = CONF_ADDR, HOW(bindto), .reload = CONF_RESTART,             \
	  .args = "IP", .doc = "Source address of the check." },                                                           \
	{ .name = "bind_port", .type = CONF_UINT, HOW(bind_port), .min = 1, .max = 65535,       \
	  .reload = CONF_RESTART, .args = "PORT", .doc = "Source port of the check." },                                    \
	{ .name = "bind_if", .type = CONF_STRING, HOW(bind_if), .reload = CONF_RESTART,         \
	  .args = "INTERFACE", .example = "lo", .doc = "Interface that the check leaves through." },                       \
	{ .name = "connect_timeout", .type = CONF_TIME, HOW(connect_timeout), .min = MONO_MSEC, \
	  .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",                                                             \
	  .doc = "Deadline of the connection (TCP_CHECK) or of the whole check; default: the real server's." },            \
	{ .name = "fwmark", .type = CONF_UINT, HOW(fwmark), .max = UINT32_MAX,                  \
	  .reload = CONF_RESTART, .args = "MARK", .doc = "Mark of the check's packets (SO_MARK)." },                       \
	{ .name = "via", .type = CONF_CHOICE, HOW(via), .choices = schema_vias, .reload = CONF_RESTART,     \
	  .args = "server|service", .doc = VIA_DOC },                                                                      \
	{ .name = "via_hops", .type = CONF_UINT, HOW(via_hops), .min = 2, .max = UINT8_MAX,                 \
	  .reload = CONF_RESTART, .args = "COUNT", .example = "3",                                                         \
	  .doc = "TTL of the packets of via service; default: 2, for a server in the director's segment. For one behind "  \
		 "routers, reached by TUN: 2 and one for each router on the way, no more, so that what a server without "  \
		 "the virtual address sends on does not come back to a director." },                                       \
	PACE_ITEMS

#endif
