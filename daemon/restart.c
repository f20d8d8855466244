/* restart.c - see restart.h. */
#include "daemon/restart.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/text.h"
#include "conf/report.h"
#include "ctl/writer.h"
#include "daemon/broker.h"
#include "daemon/conf.h"
#include "daemon/control.h"
#include "daemon/elder.h"
#include "daemon/handover.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/output.h"
#include "daemon/reload.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "io/spawn.h"

enum {
	TRY_SEC = 5, /* for the new program to read the configuration */
	ARGS_MAX = 64,
	EXIT_HAS_ERRORS = 4, /* of -t */
};

#define UNDER_WAY "a restart is under way: try again in a moment"

/* Our own words, NULL-terminated, from /proc; the caller frees the array and its first element's memory. */
static char **own_words(void)
{
	char *bytes = x_calloc(1, 65536);
	char **argv = x_calloc(ARGS_MAX + 4, sizeof(*argv));
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, bytes, 65535);
	unsigned words = 0;

	if (fd >= 0)
		close(fd);
	for (char *s = bytes; s < bytes + n && words < ARGS_MAX; s += strlen(s) + 1)
		argv[words++] = s;
	if (words == 0)
		argv[0] = bytes;
	return argv;
}

static void free_words(char **argv)
{
	free(argv[0]);
	free(argv);
}

/* The status of `pid`, killed when it takes too long. */
static int wait_for(pid_t pid)
{
	struct pollfd p = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int status = 0;

	if (p.fd < 0 || poll(&p, 1, TRY_SEC * 1000) == 0)
		kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	if (p.fd >= 0)
		close(p.fd);
	return status;
}

/* Whether the program on disk runs and finds no error in the configuration. */
static bool try_program(const struct daemon *d, char **argv, char *why, size_t size)
{
	unsigned n = 0;
	pid_t pid;
	int status;

	while (argv[n])
		n++;
	argv[n] = (char *)(uintptr_t) "-t";
	pid = spawn_quiet(d->exe, argv);
	argv[n] = NULL;
	if (pid < 0) {
		snprintf(why, size, "cannot try %s: %s", d->exe, strerror(-pid));
		return false;
	}
	status = wait_for(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_HAS_ERRORS)
		snprintf(why, size, "%s finds errors in the configuration", d->exe);
	else if (WIFSIGNALED(status))
		snprintf(why, size, "%s -t was ended by signal %d", d->exe, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 5 && WEXITSTATUS(status) != 6)
		snprintf(why, size, "%s -t exits with status %d", d->exe, WEXITSTATUS(status));
	else
		return true;
	return false;
}

static bool is_possible(struct daemon *d, char *why, size_t size)
{
	struct config *c;
	bool has_errors;

	if (d->handover) {
		snprintf(why, size, "%s", UNDER_WAY);
		return false;
	}
	if (!d->is_ready || d->is_stopping || !supervise_is_steady(d->sup)) {
		snprintf(why, size, "vipd is starting, stopping or repairing itself: try again in a moment");
		return false;
	}
	if (broker_is_waiting(d->broker)) {
		snprintf(why, size, "a notify script waits for the one before it to end: try again in a moment");
		return false;
	}
	if (geteuid() != 0) {
		snprintf(why, size, "vipd runs without root: what it may do would not survive");
		return false;
	}
	c = reload_read(d);
	has_errors = report_count(c->report, CONF_ERROR) > 0;
	config_free(c);
	if (has_errors)
		snprintf(why, size, "the configuration has errors: `vipd -t` shows them");
	return !has_errors;
}

static void tell_vrrp(struct daemon *d, int64_t within)
{
	struct msg_succession m = { within };

	supervise_send(d->sup, ROLE_VRRP, MSG_SUCCESSION, &m, sizeof(m));
}

/* Who waits for an answer would wait in vain: it is told. Who comes from now on is the next program's. */
static int hand_over_clients(const struct daemon *d, int client_fd)
{
	struct writer *w = writer_new();
	size_t len;
	char *text;
	int fd;

	writer_str(w, "error", UNDER_WAY);
	text = writer_text(w, &len);
	fd = control_hand_over(d->control, client_fd, text, len);
	free(text);
	writer_free(w);
	return fd;
}

static int replace(struct daemon *d, int client_fd, char **argv)
{
	struct text lines = { 0 };
	const int config_fd = config_whole(d->config);
	struct handover h = { .generation = d->generation,
		.protocol = message_protocol(),
		.client_fd = client_fd,
		.listen_fd = hand_over_clients(d, client_fd),
		.config_fd = config_fd < 0 ? -1 : config_fd,
		.started = d->started,
		.last_drill = d->last_drill };
	int r;

	for (enum role role = ROLE_VRRP; role < ROLE_MAX; role++) {
		struct handover_child *c = &h.child[role];

		if (!supervise_child(d->sup, role, &c->pid, &c->fd, &c->state_fd))
			c->pid = 0;
	}
	tell_vrrp(d, SUCCESSION_USEC);
	notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=restarting", mono_now().usec);
	output_hand_over(d->output, &lines);
	broker_hand_over(d->broker, &lines);
	h.lines = lines.s;
	r = handover_exec(&h, d->exe, argv);
	if (config_fd >= 0)
		close(config_fd);
	text_done(&lines);
	tell_vrrp(d, 0);
	notify_send("READY=1\nSTATUS=running");
	return r;
}

bool restart_now(struct daemon *d, int client_fd, char *why, size_t size)
{
	char **argv;
	int r = 0;

	if (!is_possible(d, why, size)) {
		log_error(LOG_MAIN, "restart refused: %s", why);
		return false;
	}
	if (chdir(d->home) < 0)
		log_debug(LOG_MAIN, "cannot return to %s: %s", d->home, strerror(errno));
	argv = own_words();
	if (try_program(d, argv, why, size)) {
		log_notice(LOG_MAIN, "restarting in place as %s", d->exe);
		r = replace(d, client_fd, argv);
		snprintf(why, size, "cannot execute %s: %s", d->exe, strerror(-r));
	}
	free_words(argv);
	if (!d->opt->foreground && chdir("/") < 0)
		log_debug(LOG_MAIN, "cannot leave %s: %s", d->home, strerror(errno));
	log_error(LOG_MAIN, "restart failed, all goes on as before: %s", why);
	return false;
}

static void inherit(void *ctx, const char *line)
{
	broker_inherit(ctx, line);
}

/* One that speaks another language cannot be asked to yield: it ends as in a crash, and its last state is what counts. */
void restart_adopt(struct daemon *d)
{
	const struct handover *h = d->handover;
	bool is_kindred;

	if (!h)
		return;
	is_kindred = h->protocol == message_protocol();
	d->generation = h->generation;
	d->started = h->started;
	d->last_drill = h->last_drill;
	if (h->config_fd >= 0)
		broker_inherit_config(d->broker, h->config_fd, h->generation);
	handover_each(h, inherit, d->broker);
	for (enum role role = ROLE_VRRP; role < ROLE_MAX; role++) {
		const struct handover_child *c = &h->child[role];

		if (!c->pid)
			continue;
		supervise_restore(d->sup, role, c->state_fd);
		if (is_kindred) {
			supervise_adopt(d->sup, role, c->pid, c->fd);
			continue;
		}
		kill(c->pid, SIGKILL);
		close(c->fd);
	}
}

void restart_done(struct daemon *d)
{
	struct writer *w;
	size_t len;
	char *text;

	if (!d->handover)
		return;
	log_notice(LOG_MAIN, "restarted in place");
	if (d->handover->client_fd >= 0) {
		w = writer_new();
		writer_str(w, "result", "restarted: vipd " VIPD_VERSION " runs");
		text = writer_text(w, &len);
		(void)send(d->handover->client_fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		close(d->handover->client_fd);
		free(text);
		writer_free(w);
	}
	d->handover = NULL;
}
