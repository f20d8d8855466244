/* schema_check.c - the tables of TCP_CHECK, HTTP_GET and url, and what a check takes from its real_server. */
#include "checkers/schema_check.h"

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/http.h"
#include "checkers/parse.h"

#define AT(field) offsetof(struct check_conf, field)
#define URL(field) offsetof(struct url_conf, field)
#define HOUR (3600 * MONO_SEC)

/* The words that every check of a socket has. */
#define SOCKET_ITEMS                                                                                                       \
	{ .name = "connect_ip", .type = CONF_ADDR, .offset = AT(connect_ip), .reload = CONF_RESTART, .args = "IP",         \
	  .doc = "Address to check; default: the real server's." },                                                        \
	{ .name = "connect_port", .type = CONF_UINT, .offset = AT(connect_port), .min = 1, .max = 65535,                   \
	  .reload = CONF_RESTART, .args = "PORT", .doc = "Port to check; default: the real server's." },                   \
	{ .name = "bindto", .type = CONF_ADDR, .offset = AT(bindto), .reload = CONF_RESTART, .args = "IP",                 \
	  .doc = "Source address of the check." },                                                                         \
	{ .name = "bind_port", .type = CONF_UINT, .offset = AT(bind_port), .min = 1, .max = 65535,                         \
	  .reload = CONF_RESTART, .args = "PORT", .doc = "Source port of the check." },                                    \
	{ .name = "bind_if", .type = CONF_STRING, .offset = AT(bind_if), .reload = CONF_RESTART, .args = "INTERFACE",      \
	  .doc = "Interface that the check leaves through." },                                                             \
	{ .name = "connect_timeout", .type = CONF_TIME, .offset = AT(connect_timeout), .min = MONO_MSEC, .max = HOUR,      \
	  .reload = CONF_LIVE, .args = "SECONDS",                                                                          \
	  .doc = "Deadline of the connection (TCP_CHECK) or of the whole check; default: the real server's." },            \
	{ .name = "fwmark", .type = CONF_UINT, .offset = AT(fwmark), .max = UINT32_MAX, .reload = CONF_RESTART,            \
	  .args = "MARK", .doc = "Mark of the check's packets (SO_MARK)." },                                               \
	{ .name = "retry", .type = CONF_UINT, .offset = AT(retry), .max = 1000000, .reload = CONF_LIVE, .args = "COUNT",   \
	  .doc = "Failures in a row that are forgiven; default: the real server's, else 1." },                             \
	{ .name = "nb_get_retry", .type = CONF_ALIAS, .alias = "retry", .doc = "Old name of retry." },                     \
	{ .name = "delay_before_retry", .type = CONF_TIME, .offset = AT(delay_before_retry), .max = 24 * HOUR,             \
	  .reload = CONF_LIVE, .args = "SECONDS",                                                                          \
	  .doc = "Pause before a retry; default: the real server's, else 1 (HTTP_GET: 3)." },                              \
	{ .name = "warmup", .type = CONF_TIME, .offset = AT(warmup), .max = 24 * HOUR, .reload = CONF_LIVE,                \
	  .args = "SECONDS", .doc = "First attempts are spread over this time; default: delay_loop." },                    \
	{ .name = "delay_loop", .type = CONF_TIME, .offset = AT(delay_loop), .min = MONO_MSEC, .max = 24 * HOUR,           \
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Seconds between two checks; default: the real server's." },      \
	{ .name = "alpha", .type = CONF_BOOL, .offset = AT(alpha), .reload = CONF_LIVE, .args = "[on|off]",                \
	  .doc = "Down until the first success; default: the real server's." },                                            \
	{ .name = "log_all_failures", .type = CONF_BOOL, .offset = AT(log_all_failures), .reload = CONF_LIVE,              \
	  .args = "[on|off]", .doc = "Log each failed attempt, not only changes." }

#define LATER(keyword, what)                                           \
	{                                                              \
		.name = keyword, .type = CONF_UNSUPPORTED, .doc = what \
	}

static const struct conf_choice http_protocols[] = {
	{ "1.0", HTTP_1_0 }, { "1.0C", HTTP_1_0C }, { "1.1", HTTP_1_1 }, { NULL, 0 }
};

static const struct conf_item url_items[] = {
	{ .name = "path", .type = CONF_STRING, .offset = URL(path), .is_required = true, .reload = CONF_RESTART,
	  .args = "PATH", .doc = "What is asked for: \"/health\"." },
	{ .name = "digest", .type = CONF_CUSTOM, .offset = URL(digest), .parse = parse_digest, .reload = CONF_RESTART,
	  .args = "MD5", .doc = "The body must have this MD5, 32 hex digits." },
	{ .name = "status_code", .type = CONF_CUSTOM, .offset = URL(status), .parse = parse_status,
	  .reload = CONF_RESTART, .args = "CODE|CODE-CODE ...", .doc = "Accepted HTTP status codes; default 200-299." },
	{ .name = "virtualhost", .type = CONF_STRING, .offset = URL(virtualhost), .reload = CONF_RESTART,
	  .args = "NAME", .doc = "Host header of this request; default: the check's." },
	LATER("regex", "A regular expression that the body must match."),
	LATER("regex_no_match", "The body must not match."),
	LATER("regex_options", "Options of the regular expression."),
	LATER("regex_min_offset", "Earliest start of a match."),
	LATER("regex_max_offset", "Latest start of a match."),
	LATER("regex_stack", "Stack of the regular expression."),
	{ .name = NULL },
};

static const struct conf_block url_block = {
	.name = "url",
	.items = url_items,
	.size = sizeof(struct url_conf),
	.doc = "One request of HTTP_GET.",
};

enum { RETRY_DEFAULT = 1 };

static const struct conf_block *block_of(const struct check_conf *check)
{
	return check->checker == &http_checker ? &http_get_block : &tcp_check_block;
}

static int64_t default_delay_before_retry(const struct check_conf *check)
{
	return check->checker == &http_checker ? 3 * MONO_SEC : MONO_SEC;
}

static void inherit_times(struct check_conf *check, const struct rs_conf *rs)
{
	const struct conf_block *b = block_of(check);

	if (!schema_seen(b, check, "connect_timeout"))
		check->connect_timeout = rs->connect_timeout;
	if (!schema_seen(b, check, "delay_loop"))
		check->delay_loop = rs->delay_loop;
	if (!schema_seen(b, check, "delay_before_retry"))
		check->delay_before_retry = rs->delay_before_retry >= 0 ? rs->delay_before_retry
									: default_delay_before_retry(check);
	if (!schema_seen(b, check, "warmup"))
		check->warmup = rs->warmup >= 0 ? rs->warmup : check->delay_loop;
	if (!schema_seen(b, check, "retry"))
		check->retry = rs->retry >= 0 ? (uint32_t)rs->retry : RETRY_DEFAULT;
}

static void inherit_check(struct conf_read *rd, void *out, const void *parent)
{
	struct check_conf *check = out;
	const struct rs_conf *rs = parent;

	(void)rd;
	check->checker = checker_find(check->head.node->words[0].text);
	inherit_times(check, rs);
	if (!schema_seen(block_of(check), check, "connect_ip"))
		check->connect_ip = rs->addr;
	if (!schema_seen(block_of(check), check, "connect_port"))
		check->connect_port = rs->port;
	if (!schema_seen(block_of(check), check, "alpha"))
		check->alpha = rs->alpha;
	if (!schema_seen(block_of(check), check, "virtualhost"))
		check->virtualhost = rs->virtualhost;
}

static const struct conf_item tcp_items[] = { SOCKET_ITEMS, { .name = NULL } };

const struct conf_block tcp_check_block = {
	.name = "TCP_CHECK",
	.items = tcp_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it accepts a TCP connection.",
};

static const struct conf_item http_items[] = {
	SOCKET_ITEMS,
	{ .name = "url", .type = CONF_BLOCK, .offset = AT(urls), .block = &url_block, .reload = CONF_RESTART,
	  .doc = "One request; all of them must succeed." },
	{ .name = "virtualhost", .type = CONF_STRING, .offset = AT(virtualhost), .reload = CONF_RESTART,
	  .args = "NAME", .doc = "Host header; default: the real server's." },
	{ .name = "http_protocol", .type = CONF_CHOICE, .offset = AT(http_protocol), .choices = http_protocols,
	  .dflt = "1.0", .reload = CONF_RESTART, .args = "1.0|1.0C|1.1",
	  .doc = "Version of the request; 1.0C adds Connection: close." },
	LATER("fast_recovery", "Check all urls in one go while the server is down."),
	{ .name = "enable_sni", .type = CONF_ACCEPTED, .doc = "There is no TLS in HTTP_GET." },
	{ .name = "sni_name", .type = CONF_ACCEPTED, .doc = "There is no TLS in HTTP_GET." },
	{ .name = NULL },
};

const struct conf_block http_get_block = {
	.name = "HTTP_GET",
	.items = http_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it answers every url as expected.",
};
