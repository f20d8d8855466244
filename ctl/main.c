/* main.c - vipctl: the operator's way to ask and to tell. Options, then one command of the table in commands.c. */
#include "ctl/commands.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/client.h"
#include "ctl/say.h"

static void usage(FILE *out)
{
	fputs("usage: vipctl [-s SOCKET] COMMAND [ARGUMENTS] [--json]\n\ncommands:\n", out);
	commands_help(out);
	fputs("\noptions:\n"
	      "  -s, --socket PATH   control socket (default $VIPD_CONTROL, else " CTL_SOCKET_DEFAULT ")\n"
	      "  -j, --json          print the daemon's JSON document instead of a table\n"
	      "  -v, --version       print the version\n"
	      "  -h, --help          print this\n",
		out);
}

static int bad_option(const struct ctl *ctl, char **argv)
{
	return say_failed(ctl, CTL_EXIT_USAGE, "%s: no such option, or its value is missing: vipctl --help lists them",
		argv[optind - 1]);
}

/* Known before anything is read that may be wrong. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--json") || !strcmp(argv[i], "-j"))
			return true;
	return false;
}

/* The options of argv, up to the first other word if `letters` begins with '+'. -1: go on; else the exit code. */
static int read_options(struct ctl *ctl, int argc, char **argv, const char *letters)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' }, { "plan", no_argument, NULL, 'P' }, { "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		if (c == 's')
			ctl->socket = optarg;
		else if (c == 'j')
			ctl->is_json = true;
		else if (c == 'P')
			ctl->is_plan = true;
		else if (c == 'v')
			return puts("vipctl " VIPD_VERSION) < 0;
		else {
			if (c == 'h')
				usage(stdout);
			return c == 'h' ? 0 : bad_option(ctl, argv);
		}
	}
	return -1;
}

/* Options may stand before the command and behind it; a command that reads its own has all that is behind it. */
int main(int argc, char **argv)
{
	const char *env = getenv("VIPD_CONTROL"), *name;
	struct ctl ctl = { .socket = env ? env : CTL_SOCKET_DEFAULT, .is_json = wants_json(argc, argv) };
	int code;

	opterr = 0;
	code = read_options(&ctl, argc, argv, "+s:jvh");
	if (code >= 0)
		return code;
	argc -= optind;
	argv += optind;
	if (!argc && ctl.is_json)
		return say_usage(&ctl, "[-s SOCKET] COMMAND [ARGUMENTS] [--json]");
	if (!argc) {
		usage(stderr);
		return CTL_EXIT_USAGE;
	}
	name = argv[0];
	optind = 1;
	if (!commands_reads_options(name)) {
		optind = 0; /* getopt(3): begin anew */
		code = read_options(&ctl, argc, argv, "s:jvh");
	}
	return code >= 0 ? code : commands_run(&ctl, name, argc - optind, argv + optind);
}
