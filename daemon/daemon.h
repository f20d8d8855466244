/* daemon.h - main's root struct and its phases; each phase is one function of daemon.c, the rest hangs on the loop. */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H
#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

struct options;

/* Exit codes: keepalived's where it has one. */
enum { EXIT_OK = 0, EXIT_FATAL = 1, EXIT_CONFIG = 2, EXIT_USAGE = 64 };

/* Runs the daemon with these options to its end. The exit code. */
int daemon_run(const struct options *o);
/* -t: reads the configuration, prints what is wrong. The exit code (report_exit_code). */
int daemon_test(const struct options *o);
#endif
