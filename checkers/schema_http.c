/* schema_http.c - the tables of HTTP_GET, SSL_GET, their url, and SSL. */
#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/http.h"
#include "checkers/inherit.h"
#include "checkers/parse.h"
#include "checkers/schema_check.h"
#include "checkers/schema_words.h"

#define URL(field) offsetof(struct url_conf, field)
#define REGEX "Bodies are compared by digest alone."
#define TLS "There is no TLS in HTTP_GET."

static const struct conf_choice http_protocols[] = {
	{ "1.0", HTTP_1_0 }, { "1.0C", HTTP_1_0C }, { "1.1", HTTP_1_1 }, { NULL, 0 }
};

#define URL_ITEMS                                                                                                          \
	{ .name = "path", .type = CONF_STRING, .offset = URL(path), .is_required = true, .reload = CONF_RESTART,           \
	  .args = "PATH", .example = "/health", .doc = "What is asked for: \"/health\"." },                                \
	{ .name = "digest", .type = CONF_CUSTOM, .offset = URL(digest), .parse = parse_digest, .reload = CONF_RESTART,     \
	  .args = "MD5", .example = "9b3a0c85a887a256d6939da88aabd8cd",                                                    \
	  .wrong = "abc\n9b3a0c85a887a256d6939da88aabd8cg\n9b3a0c85a887a256d6939da88aabd8cd0",                             \
	  .doc = "The body must have this MD5, 32 hex digits." },                                                          \
	{ .name = "status_code", .type = CONF_CUSTOM, .offset = URL(status), .parse = parse_status,                        \
	  .reload = CONF_RESTART, .args = "CODE|CODE-CODE ...", .example = "200 301-302\n100-999",                         \
	  .wrong = "99\n1000\n300-200\nOK\n200-\n+200", .doc = "Accepted HTTP status codes; default 200-299." },           \
	{ .name = "virtualhost", .type = CONF_STRING, .offset = URL(virtualhost), .reload = CONF_RESTART,                  \
	  .args = "NAME", .example = "www.example.com", .doc = "Host header of this request; default: the check's." },     \
	{ .name = "regex", .type = CONF_STRING, .status = CONF_LATER, .note = REGEX, .offset = URL(regex),                 \
	  .args = "REGEX", .example = "\"^OK\"", .doc = "A regular expression (PCRE2) that the body must match." },        \
	{ .name = "regex_no_match", .type = CONF_FLAG, .status = CONF_LATER, .note = REGEX, .offset = CONF_NOWHERE,        \
	  .min = 1, .doc = "The body must not match." },                                                                   \
	{ .name = "regex_options", .type = CONF_CUSTOM, .status = CONF_LATER, .note = REGEX, .parse = parse_regex_options, \
	  .args = "OPTION ...", .example = "caseless multiline\nuse_offset_limit", .wrong = "nocase",                      \
	  .doc = "PCRE2's options by name: allow_empty_class, alt_bsux, auto_callout, caseless, dollar_endonly, "          \
		 "dotall, dupnames, extended, firstline, match_unset_backref, multiline, never_ucp, never_utf, "           \
		 "no_auto_capture, no_auto_possess, no_dotstar_anchor, no_start_optimize, ucp, ungreedy, utf, "            \
		 "never_backslash_c, alt_circumflex, alt_verbnames, use_offset_limit." },                                  \
	{ .name = "regex_min_offset", .type = CONF_UINT, .status = CONF_LATER, .note = REGEX,                              \
	  .offset = URL(regex_min_offset), .max = INT32_MAX, .args = "BYTES", .doc = "Earliest start of a match." },       \
	{ .name = "regex_max_offset", .type = CONF_UINT, .status = CONF_LATER, .note = REGEX,                              \
	  .offset = URL(regex_max_offset), .max = INT32_MAX, .args = "BYTES",                                              \
	  .doc = "Latest start of a match; 0: none." },                                                                    \
	{ .name = "regex_stack", .type = CONF_CUSTOM, .status = CONF_LATER, .note = REGEX, .parse = parse_regex_stack,     \
	  .args = "START MAX", .example = "32768 1048576", .wrong = "32768\n0 100\n100 99",                                \
	  .doc = "Bytes of the stack of a regular expression, at first and at most." }

#define HTTP_ITEMS(url_table)                                                                                              \
	SOCKET_ITEMS,                                                                                 \
	{ .name = "url", .type = CONF_BLOCK, .offset = CHECK_AT(urls), .block = &url_table, .reload = CONF_RESTART,              \
	  .doc = "One request; all of them must succeed." },                                                               \
	{ .name = "virtualhost", .type = CONF_STRING, HOW(virtualhost), .reload = CONF_RESTART,                   \
	  .args = "NAME", .example = "www.example.com", .doc = "Host header; default: the real server's." },               \
	{ .name = "http_protocol", .type = CONF_CHOICE, HOW(http_protocol), .choices = http_protocols,            \
	  .dflt = "1.0", .reload = CONF_RESTART, .args = "1.0|1.0C|1.1",                                                   \
	  .doc = "Version of the request; 1.0C adds Connection: close." },                                                 \
	{ .name = "fast_recovery", .type = CONF_BOOL, .status = CONF_LATER,                                                \
	  .note = "All urls are always checked in one go.", .offset = CONF_NOWHERE, .args = "[on|off]",                    \
	  .doc = "Check all urls in one go while the server is down." }

static const struct conf_item url_items[] = { URL_ITEMS, { .name = NULL } };

static const struct conf_block url_block = {
	.name = "url",
	.items = url_items,
	.size = sizeof(struct url_conf),
	.doc = "One request of HTTP_GET.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tHTTP_GET {\n\t\t\turl {\n"
		   "\t\t\t\tpath /health\n\t\t\t\tstatus_code 200 301-302\n"
		   "\t\t\t\tdigest 9b3a0c85a887a256d6939da88aabd8cd\n\t\t\t}\n\t\t}\n\t}\n}\n",
};

static const struct conf_item ssl_url_items[] = {
	URL_ITEMS,
	{ .name = "tls_compliant", .type = CONF_BOOL, .offset = CONF_NOWHERE, .args = "[on|off]",
	  .doc = "Send close_notify at the end of this request; default: the check's." },
	{ .name = NULL },
};

static const struct conf_block ssl_url_block = {
	.name = "url",
	.items = ssl_url_items,
	.size = sizeof(struct url_conf),
	.doc = "One request of SSL_GET.",
	.example = "virtual_server 192.0.2.1 443 {\n\treal_server 10.0.0.1 443 {\n\t\tSSL_GET {\n\t\t\turl {\n"
		   "\t\t\t\tpath /health\n\t\t\t\tstatus_code 200\n\t\t\t\ttls_compliant on\n\t\t\t}\n\t\t}\n\t}\n}\n",
};

static const struct conf_item http_items[] = {
	HTTP_ITEMS(url_block),
	{ .name = "enable_sni", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .note = TLS, .offset = CONF_NOWHERE,
	  .min = 1, .doc = "Send the virtualhost as server name in the TLS handshake (SSL_GET)." },
	{ .name = "sni_name", .type = CONF_STRING, .status = CONF_NO_EFFECT, .note = TLS, .offset = CONF_NOWHERE,
	  .args = "NAME", .example = "www.example.com", .doc = "Server name in the TLS handshake (SSL_GET)." },
	{ .name = NULL },
};

const struct conf_block http_get_block = {
	.name = "HTTP_GET",
	.items = http_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it answers every url as expected.",
	.example = "virtual_server 192.0.2.1 80 {\n\tdelay_loop 5\n\treal_server 10.0.0.1 80 {\n\t\tHTTP_GET {\n"
		   "\t\t\turl {\n\t\t\t\tpath /\n\t\t\t\tstatus_code 200\n\t\t\t}\n\t\t\thttp_protocol 1.1\n"
		   "\t\t\tvirtualhost www.example.com\n\t\t\tconnect_timeout 3\n\t\t\tretry 2\n\t\t}\n\t}\n}\n",
};

static const struct conf_item ssl_get_items[] = {
	HTTP_ITEMS(ssl_url_block),
	{ .name = "enable_sni", .type = CONF_FLAG, .offset = CONF_NOWHERE, .min = 1,
	  .doc = "Send the virtualhost as server name in the TLS handshake." },
	{ .name = "sni_name", .type = CONF_STRING, .offset = CONF_NOWHERE, .args = "NAME",
	  .example = "www.example.com", .doc = "Server name in the TLS handshake." },
	{ .name = "tls_compliant", .type = CONF_BOOL, .offset = CONF_NOWHERE, .args = "[on|off]",
	  .doc = "Send close_notify at the end, as TLS wants it." },
	{ .name = NULL },
};

const struct conf_block ssl_get_block = {
	.name = "SSL_GET",
	.items = ssl_get_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "HTTP_GET over TLS.",
	.example = "virtual_server 192.0.2.1 443 {\n\treal_server 10.0.0.1 443 {\n\t\tSSL_GET {\n\t\t\turl {\n"
		   "\t\t\t\tpath /\n\t\t\t}\n\t\t\tvirtualhost www.example.com\n\t\t\tenable_sni\n\t\t}\n\t}\n}\n",
};

static const struct conf_item ssl_items[] = {
	{ .name = "password", .type = CONF_STRING, .is_secret = true, .offset = CONF_NOWHERE, .args = "PASSWORD", .example = "secret",
	  .doc = "Password of the key." },
	{ .name = "ca", .type = CONF_STRING, .offset = CONF_NOWHERE, .args = "FILE", .example = "/etc/ssl/ca.pem",
	  .doc = "Certificates of the authorities, as PEM." },
	{ .name = "certificate", .type = CONF_STRING, .offset = CONF_NOWHERE, .args = "FILE",
	  .example = "/etc/ssl/client.pem", .doc = "Our own certificate, as PEM." },
	{ .name = "key", .type = CONF_STRING, .offset = CONF_NOWHERE, .args = "FILE",
	  .example = "/etc/ssl/client.key", .doc = "The key of our certificate, as PEM." },
	{ .name = NULL },
};

const struct conf_block ssl_block = {
	.name = "SSL",
	.items = ssl_items,
	.size = sizeof(struct conf_head),
	.doc = "Key and certificates for all SSL_GET.",
	.example = "SSL {\n\tcertificate /etc/ssl/client.pem\n\tkey /etc/ssl/client.key\n\tca /etc/ssl/ca.pem\n}\n",
};
