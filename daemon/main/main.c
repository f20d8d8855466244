/* main.c - vipd: options, then one of the roles. Children are this same binary with --role=ROLE and their channel on fd 3. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "checkers/lvs.h"
#include "checkers/probe.h"
#include "daemon/daemon.h"
#include "daemon/dump_conf.h"
#include "daemon/keywords.h"
#include "daemon/lint.h"
#include "daemon/mail_child.h"
#include "daemon/options.h"
#include "daemon/preview.h"
#include "io/message.h"
#include "vrrp/process.h"

/* What ps and top show beside the title: "vipd: vrrp" instead of "exe". */
static void set_name(const char *role)
{
	char name[16];

	snprintf(name, sizeof(name), "vipd: %s", role);
	prctl(PR_SET_NAME, name);
}

/* Started with a standard stream closed, the first socket would take its number, and log lines would go into it. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* A start in the background leaves the directory that relative paths are meant from. */
static int run_absolute(struct options *o)
{
	int code;

	if (!o->foreground)
		options_absolute(o);
	code = daemon_run(o);
	options_done(o);
	return code;
}

static int role_run(const char *role)
{
	set_name(role);
	if (!strcmp(role, role_str(ROLE_VRRP)))
		return vrrp_main(MESSAGE_FD);
	if (!strcmp(role, role_str(ROLE_LVS)))
		return lvs_main(MESSAGE_FD);
	if (!strcmp(role, role_str(ROLE_PROBE)))
		return probe_main(MESSAGE_FD);
	if (!strcmp(role, MAIL_ROLE))
		return mail_main(MESSAGE_FD);
	fprintf(stderr, "vipd: there is no role '%s'\n", role);
	return EXIT_USAGE;
}

enum { EXIT_UNSAID = 4 }; /* of -t: nobody can know what was found */

/* The exit status of a mode that prints: output that was lost is an error, unless the reader went away (`| head`). */
static int printed(int code, int lost)
{
	if ((!fflush(stdout) && !ferror(stdout)) || errno == EPIPE)
		return code;
	fprintf(stderr, "vipd: cannot write the output: %s\n", strerror(errno));
	return lost;
}

int main(int argc, char **argv)
{
	static const char role_arg[] = "--role=";
	struct options o;

	if (argc == 2 && !strncmp(argv[1], role_arg, sizeof(role_arg) - 1))
		return role_run(argv[1] + sizeof(role_arg) - 1);
	open_standard_streams();
	options_read(&o, argc, argv);
	switch (o.mode) {
	case MODE_RUN:
		return run_absolute(&o);
	case MODE_TEST:
		return printed(o.diff ? preview_run(&o) : daemon_test(&o), EXIT_UNSAID);
	case MODE_DUMP:
		return dump_conf_run(&o);
	case MODE_KEYWORDS:
		return printed(keywords_run(o.keywords_json), EXIT_FATAL);
	case MODE_LINTS:
		lint_print(stdout);
		return printed(EXIT_OK, EXIT_FATAL);
	case MODE_VERSION:
		return puts("vipd " VIPD_VERSION) < 0;
	case MODE_HELP:
		options_usage();
		return EXIT_OK;
	case MODE_USAGE:
		fputs("vipd: `vipd -h` prints the options\n", stderr);
		return EXIT_USAGE;
	}
	return EXIT_FATAL;
}
