/* commands.h - vipctl's commands as one table: words, arguments, handler, help. */
#ifndef VIPCTL_COMMANDS_H
#define VIPCTL_COMMANDS_H
#include <stdbool.h>
#include <stdio.h>

#include "ctl/ctl.h"

struct jvalue;

/* Runs the command `name` with the words behind it; returns the exit code. */
int commands_run(const struct ctl *ctl, const char *name, int argc, char **argv);
/* Whether what stands behind the command is its own, options too. */
bool commands_reads_options(const char *name);
void commands_help(FILE *out);
#endif
