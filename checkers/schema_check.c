/* schema_check.c - the tables of all checks but those of HTTP (schema_http.c), and the defaults of each kind. */
#include "checkers/schema_check.h"

#include <inttypes.h>
#include <string.h>

#include "checkers/checker.h"
#include "checkers/conf.h"
#include "checkers/inherit.h"
#include "checkers/parse.h"
#include "checkers/schema_words.h"

/* Names as in DNS messages (IANA "DNS Parameters", TYPE). */
static const struct conf_choice dns_types[] = { { "A", 1 }, { "NS", 2 }, { "CNAME", 5 }, { "SOA", 6 }, { "MX", 15 },
	{ "TXT", 16 }, { "AAAA", 28 }, { "RRSIG", 46 }, { "DNSKEY", 48 }, { NULL, 0 } };

enum { REPLY_MAX = 65535 };

const struct conf_choice schema_vias[] = { { "server", CHECK_VIA_SERVER }, { "service", CHECK_VIA_SERVICE },
	{ NULL, 0 } };

const struct conf_part check_how_part = { CHECK_AT(how), sizeof(struct check_how) };

static const struct conf_item tcp_items[] = { SOCKET_ITEMS, { .name = NULL } };

const struct conf_block tcp_check_block = {
	.name = "TCP_CHECK",
	.items = tcp_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it accepts a TCP connection.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tTCP_CHECK {\n"
		   "\t\t\tconnect_timeout 3\n\t\t\tretry 2\n\t\t\tdelay_before_retry 1\n\t\t}\n\t}\n}\n",
};

const struct conf_block ping_check_block = {
	.name = "PING_CHECK",
	.items = tcp_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it answers pings.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tPING_CHECK {\n"
		   "\t\t\tretry 2\n\t\t}\n\t}\n}\n",
};

static const struct conf_block smtp_host_block = {
	.name = "host",
	.items = tcp_items,
	.size = sizeof(struct check_conf),
	.doc = "One more address that must speak SMTP; several SMTP_CHECK say the same.",
	.example = "virtual_server 192.0.2.1 25 {\n\treal_server 10.0.0.1 25 {\n\t\tSMTP_CHECK {\n\t\t\thost {\n"
		   "\t\t\t\tconnect_ip 10.0.0.2\n\t\t\t\tconnect_port 2525\n\t\t\t}\n\t\t}\n\t}\n}\n",
};

static const struct conf_item smtp_items[] = {
	SOCKET_ITEMS,
	{ .name = "helo_name", .type = CONF_STRING, .offset = CONF_NOWHERE, .args = "NAME",
	  .example = "director.example.com", .doc = "Our name in the HELO; default: smtp_helo_name, else the host name." },
	{ .name = "host", .type = CONF_BLOCK, .offset = CONF_NOWHERE, .block = &smtp_host_block,
	  .doc = "One more address that must speak SMTP; several SMTP_CHECK say the same." },
	{ .name = NULL },
};

const struct conf_block smtp_check_block = {
	.name = "SMTP_CHECK",
	.items = smtp_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it speaks SMTP.",
	.example = "virtual_server 192.0.2.1 25 {\n\treal_server 10.0.0.1 25 {\n\t\tSMTP_CHECK {\n"
		   "\t\t\thelo_name director.example.com\n\t\t\tconnect_timeout 10\n\t\t}\n\t}\n}\n",
};

static const struct conf_item dns_items[] = {
	SOCKET_ITEMS,
	{ .name = "type", .type = CONF_CHOICE, .offset = CONF_NOWHERE, .choices = dns_types, .dflt = "SOA",
	  .args = "A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY", .doc = "Type of the query." },
	{ .name = "name", .type = CONF_CUSTOM, .parse = parse_domain, .dflt = ".", .args = "NAME",
	  .example = "example.com\n.", .wrong = "a..b\n.com", .doc = "Domain name that is asked for." },
	{ .name = NULL },
};

const struct conf_block dns_check_block = {
	.name = "DNS_CHECK",
	.items = dns_items,
	.size = sizeof(struct check_conf),
	.inherit = inherit_check,
	.doc = "The server is up when it answers a DNS query over UDP.",
	.example = "virtual_server 192.0.2.1 53 {\n\tprotocol UDP\n\treal_server 10.0.0.1 53 {\n\t\tDNS_CHECK {\n"
		   "\t\t\ttype A\n\t\t\tname www.example.com\n\t\t}\n\t}\n}\n",
};

static const struct conf_item udp_items[] = {
	SOCKET_ITEMS,
	{ .name = "payload", .type = CONF_CUSTOM, .parse = parse_hex, .args = "HEX", .example = "0102abcd\n\"Ab12f 3 456\"",
	  .wrong = "xyz\n0x10\n\"\"", .doc = "Bytes of the datagram; default: random ones." },
	{ .name = "require_reply", .type = CONF_CUSTOM, .parse = parse_hex, .min = 1, .max = 1, .args = "[HEX]",
	  .example = "01XXabcd\nX1 2", .wrong = "0g\n\"\"",
	  .doc = "A reply must come, and begin with these bytes if there are any; X: any digit." },
	{ .name = "min_reply_length", .type = CONF_UINT, .offset = offsetof(struct udp_conf, min_reply), .max = REPLY_MAX,
	  .dflt = "0", .args = "BYTES", .doc = "A shorter reply is a failure." },
	{ .name = "max_reply_length", .type = CONF_UINT, .offset = offsetof(struct udp_conf, max_reply), .max = REPLY_MAX,
	  .dflt = "255", .args = "BYTES", .doc = "A longer reply is a failure." },
	{ .name = NULL },
};

static void check_udp(const void *conf, struct report *r)
{
	const struct udp_conf *udp = conf;

	if (udp->min_reply > udp->max_reply)
		report_add(r, CONF_ERROR, &udp->check.head.node->words[0].at,
			"no reply can be long enough: min_reply_length %" PRIu32 " is above max_reply_length %" PRIu32,
			udp->min_reply, udp->max_reply);
}

const struct conf_block udp_check_block = {
	.name = "UDP_CHECK",
	.items = udp_items,
	.size = sizeof(struct udp_conf),
	.inherit = inherit_check,
	.check = check_udp,
	.doc = "The server is up when no ICMP error (or an expected answer) comes back.",
	.example = "virtual_server 192.0.2.1 514 {\n\tprotocol UDP\n\treal_server 10.0.0.1 514 {\n\t\tUDP_CHECK {\n"
		   "\t\t\tpayload 0102abcd\n\t\t\trequire_reply 01XX\n\t\t\tmin_reply_length 4\n\t\t}\n\t}\n}\n",
};

static const struct conf_item misc_items[] = {
	PACE_ITEMS,
	{ .name = "misc_path", .type = CONF_CUSTOM, .offset = offsetof(struct misc_conf, path), .parse = script_conf_parse,
	  .is_required = true, .args = "COMMAND", .example = "\"/usr/local/bin/check web\"\n/usr/local/bin/check", .wrong = "\"\"",
	  .doc = "Program whose exit status says whether the server is up." },
	{ .name = "misc_timeout", .type = CONF_TIME, .offset = offsetof(struct misc_conf, timeout), .min = MONO_MSEC,
	  .max = DAY, .args = "SECONDS", .doc = "The program is ended after this time; default: delay_loop." },
	{ .name = "misc_dynamic", .type = CONF_FLAG, .offset = offsetof(struct misc_conf, is_dynamic), .min = 1,
	  .doc = "Exit statuses 2 to 255 are the server's weight plus 2." },
	{ .name = "user", .type = CONF_CUSTOM, .parse = parse_user, .args = "USER [[:]GROUP]",
	  .example = "nobody\nnobody nogroup\nnobody:nogroup", .wrong = ":nogroup\nnobody:\n\"\"",
	  .doc = "Who runs the program; default: script_user of global_defs." },
	{ .name = NULL },
};

const struct conf_block misc_check_block = {
	.name = "MISC_CHECK",
	.items = misc_items,
	.size = sizeof(struct misc_conf),
	.inherit = inherit_misc,
	.doc = "The server is up when a program says so.",
	.example = "virtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n\t\tMISC_CHECK {\n"
		   "\t\t\tmisc_path \"/bin/true 10.0.0.1\"\n\t\t\tmisc_timeout 3\n\t\t\tmisc_dynamic\n"
		   "\t\t\tuser nobody\n\t\t}\n\t}\n}\n",
};

static const struct conf_item file_items[] = {
	{ .name = "track_file", .type = CONF_STRING, .offset = offsetof(struct file_conf, track_file), .is_required = true,
	  .args = "NAME", .example = "load", .doc = "The track_file whose number counts." },
	{ .name = "weight", .type = CONF_CUSTOM, .part = &check_how_part, .parse = parse_file_weight, .dflt = "1", .args = "N [reverse]",
	  .example = "10\n-3 reverse\n2147483647\n-2147483647", .wrong = "2147483648\n-2147483648\n1.5\n1 backwards",
	  .doc = "The number in the file is multiplied by this and added to the server's weight." },
	{ .name = "dynamic", .type = CONF_FLAG, .status = CONF_NO_EFFECT, .offset = CONF_NOWHERE, .min = 1,
	  .note = "FILE_CHECK always changes the weight.", .doc = "The number changes the server's weight." },
	{ .name = NULL },
};

const struct conf_block file_check_block = {
	.name = "FILE_CHECK",
	.items = file_items,
	.size = sizeof(struct file_conf),
	.inherit = inherit_check,
	.doc = "The weight follows a number in a file.",
	.example = "track_file load {\n\tfile /run/load\n}\nvirtual_server 192.0.2.1 80 {\n\treal_server 10.0.0.1 80 {\n"
		   "\t\tweight 10\n\t\tFILE_CHECK {\n\t\t\ttrack_file load\n\t\t\tweight -1\n\t\t}\n\t}\n}\n",
};

static const struct conf_item bfd_items[] = {
	{ .name = "name", .type = CONF_STRING, .offset = offsetof(struct bfd_conf, instance), .is_required = true,
	  .reload = CONF_RESTART, .args = "NAME", .example = "rs1", .doc = "The bfd_instance whose state counts." },
	{ .name = "alpha", .type = CONF_BOOL, HOW(alpha), .reload = CONF_LIVE,
	  .args = "[on|off]", .doc = "Down until the session is up; default: the real server's." },
	{ .name = NULL },
};

const struct conf_block bfd_check_block = {
	.name = "BFD_CHECK",
	.items = bfd_items,
	.size = sizeof(struct bfd_conf),
	.inherit = inherit_check,
	.doc = "The server is up while its BFD session is: a bfd_instance, which the vrrp process runs. AdminDown of the server's side "
	       "says nothing (RFC 5882): all stays as it was.",
	.example = "bfd_instance rs1 {\n\tneighbor_ip 10.0.0.1\n}\nvirtual_server 192.0.2.1 80 {\n"
		   "\treal_server 10.0.0.1 80 {\n\t\tBFD_CHECK {\n\t\t\tname rs1\n\t\t}\n\t}\n}\n",
};

/* Defaults as in keepalived.conf(5). */
static const struct check_kind kinds[] = {
	{ .block = &tcp_check_block, .delay_before_retry = MONO_SEC, .retry = 1, .needs_port = true },
	{ .block = &http_get_block, .delay_before_retry = 3 * MONO_SEC, .retry = 1, .needs_port = true, .needs_url = true },
	{ .block = &ssl_get_block, .delay_before_retry = 3 * MONO_SEC, .retry = 1, .needs_port = true, .needs_url = true },
	{ .block = &smtp_check_block, .delay_before_retry = MONO_SEC, .retry = 1, .needs_port = true },
	{ .block = &dns_check_block, .delay_before_retry = -1, .retry = 3, .needs_port = true },
	{ .block = &udp_check_block, .delay_before_retry = MONO_SEC, .retry = 1, .needs_port = true },
	{ .block = &ping_check_block, .delay_before_retry = MONO_SEC, .retry = 1 },
	{ .block = &misc_check_block, .delay_before_retry = MONO_SEC, .retry = 0 },
	{ .block = &file_check_block, .delay_before_retry = MONO_SEC, .retry = 0 },
	{ .block = &bfd_check_block, .delay_before_retry = MONO_SEC, .retry = 0 },
};

const struct check_kind *check_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].block->name, name))
			return &kinds[i];
	return NULL;
}
