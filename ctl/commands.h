/* commands.h - vipctl's commands as one table: words, arguments, handler, help. */
#ifndef VIPCTL_COMMANDS_H
#define VIPCTL_COMMANDS_H
#include <stdbool.h>
#include <stdio.h>

enum { CTL_EXIT_OK = 0, CTL_EXIT_FAILED = 1, CTL_EXIT_USAGE = 2, CTL_EXIT_NO_DAEMON = 3 };

struct ctl {
	const char *socket;
	bool is_json;
	bool is_plan; /* --plan */
};

/* Runs the command that argv names; returns the exit code. */
int commands_run(const struct ctl *ctl, int argc, char **argv);
void commands_help(FILE *out);
#endif
