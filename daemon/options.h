/* options.h - the command line, with keepalived's letters and meanings (keepalived(8)). */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H
#include <stdbool.h>

#include "daemon/findings.h"

enum options_mode { MODE_RUN, MODE_TEST, MODE_DUMP, MODE_KEYWORDS, MODE_LINTS, MODE_VERSION, MODE_HELP, MODE_USAGE };

enum { OPTIONS_PATHS = 6 };

struct options {
	enum options_mode mode;
	const char *config_file; /* NULL: the first default that exists */
	const char *config_id;
	const char *pid_file, *vrrp_pid_file, *checkers_pid_file; /* NULL: none under systemd, else the default */
	const char *run_dir;                                      /* control socket, state */
	const char *state_dir;                                    /* what outlives the machine: the overlay */
	const char *test_log;                                     /* -t=FILE: findings go there instead of stderr */
	const char *diff;                                         /* -t --diff: the file that runs */
	enum findings_format format;                              /* of -t */
	bool foreground, log_console, only_vrrp, only_checkers, dump, dump_plain, keywords_json;
	unsigned detail;
	char *made[OPTIONS_PATHS]; /* owned: see options_absolute() */
};

/* Never fails: what is wrong with the words was printed and mode is MODE_USAGE. Strings are argv's. */
void options_read(struct options *o, int argc, char **argv);
/* Relative paths become absolute: a daemon leaves its directory, and reads the file again at each reload. */
void options_absolute(struct options *o);
void options_done(struct options *o);
/* The file that will be read. */
const char *options_config_file(const struct options *o);
void options_usage(void);
#endif
