/*
 * schema_tracked.c - the tables of what instances track: vrrp_script, track_file, vrrp_track_process (keepalived.conf(5)).
 */
#include "vrrp/schema_tracked.h"

#include <stddef.h>

#include "base/mono.h"
#include "vrrp/conf.h"
#include "vrrp/schema_lines.h"
#include "vrrp/schema_trackers.h"

#define S(field) offsetof(struct vrrp_script_conf, field)
#define F(field) offsetof(struct vrrp_file_conf, field)
#define P(field) offsetof(struct vrrp_process_conf, field)
#define DAY (86400 * MONO_SEC)
#define HOUR (3600 * MONO_SEC)
/* An instance that tracks, for examples. */
#define TRACKING_INSTANCE(keyword, name)                                                                                   \
	"vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    " keyword " {\n        " name              \
	"\n    }\n    virtual_ipaddress {\n        192.0.2.100/24\n    }\n}\n"
#define WEIGHTS "0\n-20\n5 reverse\n"
#define WRONG_WEIGHTS "\nheavy\n"

/* vrrp_script. */

static int read_script_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_script_conf *)out)->name);
}

static void inherit_script(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_script_conf *s = out;

	(void)rd, (void)parent;
	if (!s->timeout)
		s->timeout = s->interval;
}

static const struct conf_item script_items[] = {
	{ .name = "script", .type = CONF_CUSTOM, .offset = S(script), .parse = schema_script, .is_required = true,
	  .reload = CONF_LIVE, .args = "COMMAND [USER [GROUP]]", .doc = "The command; exit status 0 means that all is well.",
	  .example = "/bin/true\n\"/usr/bin/pgrep -x nginx\"\n\"/bin/test -f /run/up\" nobody nogroup", .wrong = "\n\"\"" },
	{ .name = "user", .type = CONF_CUSTOM, .parse = schema_script_user, .reload = CONF_LIVE, .args = "USER [[:]GROUP]",
	  .doc = "Who runs it; default: script_user of global_defs.", .example = "nobody\nnobody nogroup\nnobody :nogroup",
	  .wrong = "\n\"\"" },
	{ .name = "interval", .type = CONF_TIME, .offset = S(interval), .min = MONO_MSEC, .max = DAY, .dflt = "1",
	  .reload = CONF_LIVE, .args = "SECONDS", .doc = "Time between two runs." },
	{ .name = "timeout", .type = CONF_TIME, .offset = S(timeout), .max = DAY, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "It failed when it runs for longer; default: interval." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = S(weight), .max = 253, .parse = schema_track_weight, .reload = CONF_LIVE,
	  .args = "-253..253 [reverse]", .doc = "Change of the priority; 0, the default: a failure is a FAULT.", .dflt = "0",
	  .example = WEIGHTS "253\n-253 reverse", .wrong = WRONG_WEIGHTS "254\n-254" },
	{ .name = "rise", .type = CONF_UINT, .offset = S(rise), .min = 1, .max = INT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "COUNT", .doc = "Successes in a row that make it up." },
	{ .name = "fall", .type = CONF_UINT, .offset = S(fall), .min = 1, .max = INT32_MAX, .dflt = "1", .reload = CONF_LIVE,
	  .args = "COUNT", .doc = "Failures in a row that make it down." },
	{ .name = "init_fail", .type = CONF_FLAG, .offset = S(init_fail), .min = 1, .reload = CONF_LIVE,
	  .doc = "It counts as failed until its first success." },
	{ .name = NULL },
};

const struct conf_block vrrp_script_block = {
	.name = "vrrp_script",
	.items = script_items,
	.size = sizeof(struct vrrp_script_conf),
	.args = "NAME",
	.read_args = read_script_name,
	.inherit = inherit_script,
	.doc = "A command that is run periodically, for track_script.",
	.example = "vrrp_script web {\n"
		   "    script \"/usr/bin/pgrep -x nginx\"\n"
		   "    interval 2\n"
		   "    weight -30\n"
		   "    fall 3\n"
		   "    rise 2\n"
		   "}\n"
		   TRACKING_INSTANCE("track_script", "web"),
};

/* track_file. */

static int read_file_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_file_conf *)out)->name);
}

static const struct conf_item file_items[] = {
	{ .name = "file", .type = CONF_CUSTOM, .offset = F(path), .parse = schema_file_path, .is_required = true,
	  .reload = CONF_LIVE, .args = "PATH", .doc = "The file; one that is missing or has no number counts as 0.",
	  .example = "/run/maintenance", .wrong = "\nrun/maintenance" },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = F(weight), .max = 254, .parse = schema_track_weight, .dflt = "1",
	  .reload = CONF_LIVE, .args = "-254..254 [reverse]",
	  .doc = "The number times this is added to the priority, below -253 it is a FAULT; 0: any number but 0 is a FAULT.",
	  .example = WEIGHTS "254\n-254 reverse", .wrong = WRONG_WEIGHTS "255\n-255" },
	{ .name = "init_file", .type = CONF_CUSTOM, .parse = schema_init_file, .reload = CONF_LIVE, .args = "[VALUE] [overwrite]",
	  .doc = "VALUE (0) is written at the start, when the file is missing or with overwrite.",
	  .example = "\n0\n-5 overwrite\noverwrite", .wrong = "five\n2147483648" },
	{ .name = NULL },
};

const struct conf_block vrrp_file_block = {
	.name = "track_file",
	.items = file_items,
	.size = sizeof(struct vrrp_file_conf),
	.args = "NAME",
	.read_args = read_file_name,
	.doc = "A file with a number, for track_file of an instance.",
	.example = "track_file maintenance {\n"
		   "    file /run/maintenance\n"
		   "    weight -1\n"
		   "    init_file 0\n"
		   "}\n"
		   TRACKING_INSTANCE("track_file", "maintenance"),
};

/* vrrp_track_process. */

static int read_process_name(struct conf_read *rd, const struct conf_node *node, void *out)
{
	return schema_block_name(rd, node, &((struct vrrp_process_conf *)out)->name);
}

/* Parameters are exact unless param_match says otherwise; quorum_max alone below 1 means that none shall run. */
static void inherit_process(struct conf_read *rd, void *out, const void *parent)
{
	struct vrrp_process_conf *c = out;

	(void)rd, (void)parent;
	if (c->argv && c->argv[0] && c->argv[1] && c->param_match == VRRP_PARAM_ANY)
		c->param_match = VRRP_PARAM_EXACT;
	if (!schema_seen(&vrrp_process_block, c, "quorum_max"))
		c->quorum_max = UINT32_MAX;
	else if (!schema_seen(&vrrp_process_block, c, "quorum") && c->quorum_max < c->quorum)
		c->quorum = c->quorum_max;
}

static void check_process(const void *conf, struct report *r)
{
	const struct vrrp_process_conf *c = conf;

	if (c->quorum > c->quorum_max)
		report_add(r, CONF_ERROR, &c->head.node->words[0].at, "quorum %u is more than quorum_max %u", c->quorum,
			c->quorum_max);
}

static const struct conf_choice param_matches[] = {
	{ "initial", VRRP_PARAM_INITIAL }, { "partial", VRRP_PARAM_PARTIAL }, { NULL, 0 }
};

static const struct conf_item process_items[] = {
	{ .name = "process", .type = CONF_CUSTOM, .parse = schema_process, .is_required = true, .reload = CONF_LIVE,
	  .args = "COMMAND [PARAMETER ...]", .doc = "The process's name; with parameters, its whole command line.",
	  .example = "haproxy\nnginx -c /etc/nginx/nginx.conf", .wrong = "" },
	{ .name = "param_match", .type = CONF_CHOICE, .offset = P(param_match), .choices = param_matches, .reload = CONF_LIVE,
	  .args = "initial|partial",
	  .doc = "initial: the last parameter may be longer; partial: more may follow; without parameters: it has none." },
	{ .name = "weight", .type = CONF_CUSTOM, .offset = P(weight), .max = 254, .parse = schema_track_weight, .dflt = "1",
	  .reload = CONF_LIVE, .args = "-254..254 [reverse]", .doc = "Change of the priority; 0: too few or too many are a FAULT.",
	  .example = WEIGHTS "254\n-254 reverse", .wrong = WRONG_WEIGHTS "255\n-255" },
	{ .name = "quorum", .type = CONF_UINT, .offset = P(quorum), .min = 1, .max = 65535, .dflt = "1", .reload = CONF_LIVE,
	  .args = "1-65535", .doc = "At least so many must run." },
	{ .name = "quorum_max", .type = CONF_UINT, .offset = P(quorum_max), .max = 65535, .reload = CONF_LIVE, .args = "0-65535",
	  .doc = "No more than so many may run; 0: none." },
	{ .name = "delay", .type = CONF_CUSTOM, .parse = schema_process_delay, .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "Both fork_delay and terminate_delay.", .example = "0.5\n3600", .wrong = "\n-1\n3601\nsoon" },
	{ .name = "fork_delay", .type = CONF_TIME, .offset = P(fork_delay), .max = HOUR, .reload = CONF_LIVE, .args = "SECONDS",
	  .doc = "As many as shall must run for so long." },
	{ .name = "terminate_delay", .type = CONF_TIME, .offset = P(terminate_delay), .max = HOUR, .reload = CONF_LIVE,
	  .args = "SECONDS", .doc = "So long may it be otherwise." },
	{ .name = "full_command", .type = CONF_FLAG, .offset = P(full_command), .min = 1, .reload = CONF_LIVE,
	  .doc = "COMMAND is the first word of the command line, not the process's name." },
	{ .name = NULL },
};

const struct conf_block vrrp_process_block = {
	.name = "vrrp_track_process",
	.items = process_items,
	.size = sizeof(struct vrrp_process_conf),
	.args = "NAME",
	.read_args = read_process_name,
	.inherit = inherit_process,
	.check = check_process,
	.doc = "Processes that shall run, for track_process of an instance.",
	.example = "vrrp_track_process proxy {\n"
		   "    process haproxy\n"
		   "    weight -40\n"
		   "    quorum 1\n"
		   "    terminate_delay 0.5\n"
		   "}\n"
		   TRACKING_INSTANCE("track_process", "proxy"),
};
