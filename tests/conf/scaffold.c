/* scaffold.c - see scaffold.h. */
#include "scaffold.h"

#include "base/alloc.h"
#include "base/text.h"
#include "conf/schema.h"
#include "conf/tree.h"
#include "daemon/conf.h"
#include "daemon/keywords.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_LEN = 256, NEEDS_MAX = 4 };

/* What a block needs to be read without a finding; each line begins with the keyword that it is for. */
struct need {
	const char *path, *args, *lines;
};

static const struct need needs[] = {
	{ "vrrp_instance", "I", "interface lo\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.1/32 }\n" },
	{ "vrrp_instance/authentication", "", "auth_type PASS\nauth_pass secret\n" },
	{ "vrrp_instance/auth_hmac", "", "key 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" },
	{ "vrrp_sync_group", "G", "group { VI_1 VI_2 }\n" },
	{ "bfd_instance", "B", "neighbor_ip 192.0.2.251\n" },
	{ "track_group", "G", "group { VI_1 }\n" },
	{ "garp_group", "", "interface lo\n" },
	{ "vrrp_script", "S", "script /bin/true\n" },
	{ "track_file", "F", "file /run/number\n" },
	{ "vrrp_track_file", "F", "file /run/number\n" },
	{ "vrrp_track_process", "P", "process sleep\n" },
	{ "virtual_server", "192.0.2.1 80", "real_server 198.51.100.1 80 { }\n" },
	{ "virtual_server/real_server", "198.51.100.1 80", "lvs_method DR\n" }, /* via service */
	{ "virtual_server/backup_pool", "P", "real_server 198.51.100.2 80 { }\n" },
	{ "virtual_server/backup_pool/real_server", "198.51.100.2 80", "" },
	{ "virtual_server/real_server/HTTP_GET", "", "url { path / }\n" },
	{ "virtual_server/real_server/HTTP_GET/url", "", "path /\n" },
	{ "virtual_server/real_server/SSL_GET", "", "url { path / }\n" },
	{ "virtual_server/real_server/SSL_GET/url", "", "path /\n" },
	{ "virtual_server/real_server/MISC_CHECK", "", "misc_path /bin/true\n" },
	{ "virtual_server/real_server/FILE_CHECK", "", "track_file file\n" },
	{ "virtual_server/real_server/BFD_CHECK", "", "name bfd\n" },
};

#define URLS(check) "virtual_server/real_server/" check "/url"

/* Lines that one keyword needs beside it, or one of its values. */
struct companion {
	const char *block, *keyword;
	enum scaffold_value value;
	const char *lines;
	const char *args;    /* of the block; NULL: as always */
	const char *without; /* the keyword whose line, needed else, would be wrong beside it; NULL: none */
};

static const struct companion companions[] = {
	{ "vrrp_instance", "advert_int", SCAFFOLD_SMALLEST, "version 3\n", NULL, NULL },
	{ "vrrp_instance/auth_hmac", "active_key", SCAFFOLD_LARGEST,
		"key 255 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", NULL, NULL },
	{ "vrrp_instance", "unicast_src_ip", SCAFFOLD_ANY, "unicast_peer { 192.0.2.9 }\n", NULL, NULL },
	{ "vrrp_instance", "unicast_ttl", SCAFFOLD_ANY, "unicast_peer { 192.0.2.9 }\n", NULL, NULL },
	{ "vrrp_instance", "check_unicast_src", SCAFFOLD_ANY, "unicast_peer { 192.0.2.9 }\n", NULL, NULL },
	{ "vrrp_instance", "vrf", SCAFFOLD_ANY, "unicast_src_ip 192.0.2.7\nunicast_peer { 192.0.2.9 }\n", NULL, "interface" },
	{ "vrrp_instance", "vmac_xmit_base", SCAFFOLD_ANY, "use_vmac\n", NULL, NULL },
	{ "bfd_instance", "ttl", SCAFFOLD_ANY, "multihop\n", NULL, NULL },
	{ "vrrp_instance", "state", SCAFFOLD_ANY, "priority 100\n", NULL, NULL },
	{ "virtual_server", "ops", SCAFFOLD_ANY, "protocol UDP\n", NULL, NULL },
	{ "virtual_server", "sh-port", SCAFFOLD_ANY, "lvs_sched sh\n", NULL, NULL },
	{ "virtual_server", "sh-fallback", SCAFFOLD_ANY, "lvs_sched sh\n", NULL, NULL },
	{ "virtual_server", "mh-port", SCAFFOLD_ANY, "lvs_sched mh\n", NULL, NULL },
	{ "virtual_server", "mh-fallback", SCAFFOLD_ANY, "lvs_sched mh\n", NULL, NULL },
	{ "virtual_server", "persistence_engine", SCAFFOLD_ANY, "persistence_timeout 60\n", NULL, NULL },
	{ "virtual_server", "ip_family", SCAFFOLD_ANY, "lvs_method TUN\n", "fwmark 7", NULL },
	{ "virtual_server", "hysteresis", SCAFFOLD_LARGEST, "quorum 4294967295\n", NULL, NULL },
	{ "virtual_server/backup_pool", "hysteresis", SCAFFOLD_LARGEST, "quorum 4294967295\n", NULL, NULL },
	{ "virtual_server/real_server/UDP_CHECK", "min_reply_length", SCAFFOLD_LARGEST, "max_reply_length 65535\n", NULL, NULL },
	{ "virtual_server/real_server", "lthreshold", SCAFFOLD_LARGEST, "uthreshold 2147483647\n", NULL, NULL },
	{ URLS("HTTP_GET"), "regex_no_match", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("HTTP_GET"), "regex_options", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("HTTP_GET"), "regex_min_offset", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("HTTP_GET"), "regex_max_offset", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("HTTP_GET"), "regex_stack", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("SSL_GET"), "regex_no_match", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("SSL_GET"), "regex_options", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("SSL_GET"), "regex_min_offset", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("SSL_GET"), "regex_max_offset", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
	{ URLS("SSL_GET"), "regex_stack", SCAFFOLD_ANY, "regex up\n", NULL, NULL },
};

/* What examples name. */
static const char
	world[] = "vrrp_script check { script /bin/true }\n"
		  "track_file file { file /run/number }\n"
		  "vrrp_track_process process { process sleep }\n"
		  "virtual_server 192.0.2.100 80 { real_server 198.51.100.9 80 { } }\n"
		  "bfd_instance bfd { neighbor_ip 192.0.2.250 }\n"
		  "vrrp_instance VI_1 { interface lo\nvirtual_router_id 61\nvirtual_ipaddress { 192.0.2.61 }\n}\n"
		  "vrrp_instance VI_2 { interface lo\nvirtual_router_id 62\nvirtual_ipaddress { 192.0.2.62 }\n}\n";

static const struct need *need_of(const char *path)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (!strcmp(needs[i].path, path))
			return &needs[i];
	return NULL;
}

static const struct companion *companion_of(const struct keyword *k, enum scaffold_value value)
{
	static const struct companion none = { .lines = "" };

	for (size_t i = 0; k && i < sizeof(companions) / sizeof(companions[0]); i++) {
		const struct companion *c = &companions[i];

		if (!strcmp(c->block, k->block) && (c->value == SCAFFOLD_ANY || c->value == value) &&
			(!strcmp(c->keyword, k->item->name) || !strcmp(c->keyword, k->meant->name)))
			return c;
	}
	return &none;
}

/* Whether a line begins with the word. */
static bool begins_with(const char *line, const char *word, size_t len)
{
	return strcspn(line, " \n") == len && !strncmp(line, word, len);
}

static bool is_among(const char *lines, const char *line)
{
	for (; *lines; lines += strcspn(lines, "\n") + 1)
		if (begins_with(line, lines, strcspn(lines, " \n")))
			return true;
	return false;
}

/* Adds the needed lines whose keyword is not written anyway. */
static void add_lines(struct text *t, const char *lines, const char *const *without, const char *replaced)
{
	for (; *lines; lines += strcspn(lines, "\n") + 1) {
		bool is_written = is_among(replaced, lines);

		for (size_t i = 0; i < NEEDS_MAX; i++)
			is_written |= without[i] && begins_with(lines, without[i], strlen(without[i]));
		if (!is_written)
			text_add_bytes(t, lines, strcspn(lines, "\n") + 1);
	}
}

static void open_block(struct text *t, const char *path, const char *args)
{
	const struct need *need = need_of(path);
	const char *name = strrchr(path, '/');

	text_printf(t, "%s %s {\n", name ? name + 1 : path, args ? args : need ? need->args : "");
}

/* Opens the blocks of the path; in each the lines it needs but those that are written. */
static unsigned open_blocks(struct text *t, const struct keyword *k, const struct companion *companion)
{
	char path[PATH_MAX_LEN] = "";
	unsigned depth = 0;

	for (const char *s = k->block; *s; depth++) {
		size_t len = strcspn(s, "/"), all = (size_t)(s - k->block) + len;
		bool is_last = !s[len];
		char inner[PATH_MAX_LEN] = "";
		const struct need *need;

		memcpy(path, k->block, all);
		s += len + !is_last;
		memcpy(inner, s, strcspn(s, "/"));
		open_block(t, path, is_last ? companion->args : NULL);
		need = need_of(path);
		if (is_last)
			text_add(t, companion->lines);
		if (need)
			add_lines(t, need->lines,
				(const char *const[NEEDS_MAX]){ inner, is_last ? k->item->name : NULL,
					is_last ? k->meant->name : NULL, is_last ? companion->without : NULL },
				is_last ? companion->lines : "");
	}
	return depth;
}

char *scaffold_text(const struct keyword *k, const char *line, enum scaffold_value value, unsigned *ret_line)
{
	struct text t = { 0 };
	unsigned depth;

	text_add(&t, world);
	depth = open_blocks(&t, k, companion_of(k, value));
	*ret_line = 1;
	for (const char *s = text_str(&t); *s; s++)
		*ret_line += *s == '\n';
	if (line)
		text_printf(&t, "%s\n", line);
	while (depth--)
		text_add(&t, "}\n");
	return t.s;
}

char *scaffold_block(const char *path, const char *name)
{
	struct text t = { 0 };
	const struct need *need = need_of(path);

	text_printf(&t, "%s %s {\n%s}", name, need ? need->args : "", need ? need->lines : "");
	return t.s;
}

struct config *scaffold_read(const char *text)
{
	struct config *c = x_calloc(1, sizeof(*c));
	struct conf_view views[] = { { &main_root, &c->main }, { &vrrp_root, &c->vrrp },
		{ &checkers_root, &c->checkers } };
	struct conf_read rd;

	c->report = report_new();
	c->tree = tree_read_bytes("f", text, strlen(text), false, c->report);
	rd = (struct conf_read){ .report = c->report, .arena = c->tree->arena };
	schema_read(&rd, views, sizeof(views) / sizeof(views[0]), c->tree, true);
	return c;
}
