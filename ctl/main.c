/* main.c - vipctl: the operator's way to ask and to tell. Options, then one command of the table in commands.c. */
#include "ctl/commands.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ctl/client.h"

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
			else
				fputs("vipctl --help lists commands and options\n", stderr);
			return c == 'h' ? 0 : CTL_EXIT_USAGE;
		}
	}
	return -1;
}

/* Options may stand before the command and behind it; a command that reads its own has all that is behind it. */
int main(int argc, char **argv)
{
	const char *env = getenv("VIPD_CONTROL"), *name;
	struct ctl ctl = { .socket = env ? env : CTL_SOCKET_DEFAULT };
	int code = read_options(&ctl, argc, argv, "+s:jvh");

	if (code >= 0)
		return code;
	argc -= optind;
	argv += optind;
	if (!argc) {
		usage(stderr);
		return CTL_EXIT_USAGE;
	}
	name = argv[0];
	argv[0] = (char[]){ "vipctl" }; /* whose errors getopt reports */
	optind = 1;
	if (!commands_reads_options(name)) {
		optind = 0; /* getopt(3): begin anew */
		code = read_options(&ctl, argc, argv, "s:jvh");
	}
	return code >= 0 ? code : commands_run(&ctl, name, argc - optind, argv + optind);
}
