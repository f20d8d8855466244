/* options.c - see options.h. */
#include "daemon/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define RUN_DIR_DEFAULT "/run/vipd"
#define STATE_DIR_DEFAULT "/var/lib/vipd"

enum { OPT_RUN_DIR = 256, OPT_DUMP, OPT_FORMAT, OPT_KEYWORDS, OPT_LINTS, OPT_DIFF, OPT_STATE_DIR };

static const char *const default_files[] = { "/etc/vipd/vipd.conf", "/etc/keepalived/keepalived.conf" };

static const struct option long_options[] = {
	{ "use-file", required_argument, NULL, 'f' },
	{ "dont-fork", no_argument, NULL, 'n' },
	{ "log-console", no_argument, NULL, 'l' },
	{ "log-detail", no_argument, NULL, 'D' },
	{ "vrrp", no_argument, NULL, 'P' },
	{ "check", no_argument, NULL, 'C' },
	{ "pid", required_argument, NULL, 'p' },
	{ "vrrp_pid", required_argument, NULL, 'r' },
	{ "checkers_pid", required_argument, NULL, 'c' },
	{ "config-test", optional_argument, NULL, 't' },
	{ "dump-conf", no_argument, NULL, 'd' },
	{ "config-id", required_argument, NULL, 'i' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "diff", required_argument, NULL, OPT_DIFF },
	{ "run-dir", required_argument, NULL, OPT_RUN_DIR },
	{ "state-dir", required_argument, NULL, OPT_STATE_DIR },
	{ "dump", optional_argument, NULL, OPT_DUMP },
	{ "keywords", optional_argument, NULL, OPT_KEYWORDS },
	{ "lints", no_argument, NULL, OPT_LINTS },
	{ NULL, 0, NULL, 0 },
};

void options_usage(void)
{
	fputs("usage: vipd [options]\n\n"
	      "  -f, --use-file FILE       configuration (default /etc/vipd/vipd.conf, else /etc/keepalived/keepalived.conf)\n"
	      "  -t, --config-test[=LOG]   check the configuration and exit: 0 clean, 4 error, 5 warnings, 6 script security\n"
	      "      --format=FORMAT       of -t: text, full (all findings, not 200), gcc (a line each, editors), json (stdout)\n"
	      "      --diff OLD            of -t: print what a reload from file OLD would do: exit 0 nothing, 1 changes, 2 OLD is\n"
	      "                            refused, 4 error\n"
	      "  -i, --config-id ID        for conditional lines, @ID (default: first label of the host name)\n"
	      "  -n, --dont-fork           stay in the foreground\n"
	      "  -l, --log-console         log to standard error instead of syslog\n"
	      "  -D, --log-detail          log more\n"
	      "  -P, --vrrp                only the VRRP half\n"
	      "  -C, --check               only the LVS half\n"
	      "  -p, --pid FILE            pid file of main\n"
	      "  -r, --vrrp_pid FILE       pid file of the vrrp process\n"
	      "  -c, --checkers_pid FILE   pid file of the lvs process\n"
	      "  -d, --dump-conf           log the effective configuration at start\n"
	      "      --dump[=plain]        print the effective configuration and exit; plain: without comments\n"
	      "      --keywords[=json]     print every keyword with its type, range, default and status, and exit\n"
	      "      --lints               print every lint of meaning: its id, what is wrong, the cure; and exit\n"
	      "      --run-dir DIR         control socket and state (default " RUN_DIR_DEFAULT ")\n"
	      "      --state-dir DIR       changes made by vipctl (default " STATE_DIR_DEFAULT
	      "; with --run-dir: that one)\n"
	      "  -v, --version             print the version\n"
	      "  -h, --help                print this\n",
		stdout);
}

void options_absolute(struct options *o)
{
	const char **const paths[] = { &o->config_file, &o->pid_file, &o->vrrp_pid_file, &o->checkers_pid_file,
		&o->run_dir, &o->state_dir };
	char dir[PATH_MAX];

	if (!getcwd(dir, sizeof(dir)))
		return;
	for (size_t i = 0; i < OPTIONS_PATHS; i++)
		if (*paths[i] && **paths[i] != '/')
			*paths[i] = o->made[i] = x_asprintf("%s/%s", dir, *paths[i]);
}

void options_done(struct options *o)
{
	for (size_t i = 0; i < OPTIONS_PATHS; i++)
		free(o->made[i]);
}

static void take_file(struct options *o, int letter, const char *value)
{
	if (letter == 'f')
		o->config_file = value;
	else if (letter == 'p')
		o->pid_file = value;
	else if (letter == 'r')
		o->vrrp_pid_file = value;
	else if (letter == 'c')
		o->checkers_pid_file = value;
	else if (letter == 'i')
		o->config_id = value;
	else if (letter == OPT_DIFF)
		o->diff = value;
	else if (letter == OPT_STATE_DIR)
		o->state_dir = value;
	else
		o->run_dir = value;
}

static void take_flag(struct options *o, int letter)
{
	o->foreground |= letter == 'n';
	o->log_console |= letter == 'l';
	o->only_vrrp |= letter == 'P';
	o->only_checkers |= letter == 'C';
	o->dump |= letter == 'd';
	o->detail += letter == 'D';
	if (letter == OPT_LINTS)
		o->mode = MODE_LINTS;
	if (letter == 'v')
		o->mode = MODE_VERSION;
	if (letter == 'h')
		o->mode = MODE_HELP;
}

static void take_dump(struct options *o, const char *how)
{
	o->mode = MODE_DUMP;
	o->dump_plain = how && !strcmp(how, "plain");
	if (!how || o->dump_plain)
		return;
	fprintf(stderr, "vipd: --dump=%s: only --dump and --dump=plain are known\n", how);
	o->mode = MODE_USAGE;
}

static void take_keywords(struct options *o, const char *how)
{
	o->mode = MODE_KEYWORDS;
	o->keywords_json = how && !strcmp(how, "json");
	if (!how || o->keywords_json)
		return;
	fprintf(stderr, "vipd: --keywords=%s: only --keywords and --keywords=json are known\n", how);
	o->mode = MODE_USAGE;
}

static void take_format(struct options *o)
{
	if (findings_format_of(optarg, &o->format))
		return;
	fprintf(stderr, "vipd: --format is text, full, gcc or json, not '%s'\n", optarg);
	o->mode = MODE_USAGE;
}

static void take(struct options *o, int letter)
{
	if (o->mode == MODE_USAGE)
		return;
	if (letter == '?') {
		o->mode = MODE_USAGE;
	} else if (letter == OPT_DUMP) {
		take_dump(o, optarg);
	} else if (letter == OPT_KEYWORDS) {
		take_keywords(o, optarg);
	} else if (letter == 't') {
		o->mode = MODE_TEST;
		o->test_log = optarg && *optarg == '=' ? optarg + 1 : optarg;
	} else if (letter == OPT_FORMAT) {
		take_format(o);
	} else if (optarg) {
		take_file(o, letter, optarg);
	} else {
		take_flag(o, letter);
	}
}

void options_read(struct options *o, int argc, char **argv)
{
	int letter;

	*o = (struct options){ .mode = MODE_RUN };
	while ((letter = getopt_long(argc, argv, "f:nlDPCp:r:c:t::di:vh", long_options, NULL)) != -1)
		take(o, letter);
	if (!o->state_dir)
		o->state_dir = o->run_dir ? o->run_dir : STATE_DIR_DEFAULT;
	if (!o->run_dir)
		o->run_dir = RUN_DIR_DEFAULT;
	if (optind < argc && o->mode != MODE_USAGE) {
		fprintf(stderr, "vipd: '%s' is not an option\n", argv[optind]);
		o->mode = MODE_USAGE;
	}
	if (o->diff && o->mode != MODE_TEST && o->mode != MODE_USAGE) {
		fputs("vipd: --diff needs -t\n", stderr);
		o->mode = MODE_USAGE;
	}
	if (o->only_vrrp && o->only_checkers) /* keepalived: both letters = both halves */
		o->only_vrrp = o->only_checkers = false;
}

const char *options_config_file(const struct options *o)
{
	if (o->config_file)
		return o->config_file;
	for (size_t i = 0; i < sizeof(default_files) / sizeof(default_files[0]); i++)
		if (access(default_files[i], F_OK) == 0)
			return default_files[i];
	return default_files[0];
}
