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

int main(int argc, char **argv)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' }, { "plan", no_argument, NULL, 'P' }, { "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };
	const char *env = getenv("VIPD_CONTROL");
	struct ctl ctl = { .socket = env ? env : CTL_SOCKET_DEFAULT };
	int c;

	while ((c = getopt_long(argc, argv, "s:jvh", options, NULL)) != -1) {
		if (c == 's')
			ctl.socket = optarg;
		else if (c == 'j')
			ctl.is_json = true;
		else if (c == 'P')
			ctl.is_plan = true;
		else if (c == 'v')
			return puts("vipctl " VIPD_VERSION) < 0;
		else {
			usage(c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : CTL_EXIT_USAGE;
		}
	}
	if (optind == argc) {
		usage(stderr);
		return CTL_EXIT_USAGE;
	}
	return commands_run(&ctl, argc - optind, argv + optind);
}
