/* signals.c - see signals.h. */
#include "daemon/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/accept.h"
#include "daemon/broker.h"
#include "daemon/conf.h"
#include "daemon/drill.h"
#include "daemon/dump.h"
#include "daemon/reload.h"
#include "daemon/state.h"
#include "daemon/stop.h"
#include "daemon/supervise.h"
#include "io/loop.h"

enum { BUDGET = 8 /* signals per turn of the loop: a storm of HUPs must not keep the children waiting */ };

typedef void signal_fn(struct daemon *d, const char *sender);

static void on_hup(struct daemon *d, const char *sender)
{
	if (!d->is_stopping)
		reload_now(d, sender);
}

static void on_usr1(struct daemon *d, const char *sender)
{
	char refused[128];

	if (d->is_stopping)
		return;
	if (d->config->main.globals.on_sigusr1 == SIGUSR1_DUMP)
		dump_now(d, sender);
	else
		drill_now(d, sender, refused, sizeof(refused));
}

static void on_usr2(struct daemon *d, const char *sender)
{
	dump_now(d, sender);
}

static void on_stop(struct daemon *d, const char *sender)
{
	stop_now(d, sender);
}

static void on_child(struct daemon *d, const char *sender)
{
	int status;
	pid_t pid;

	(void)sender;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!supervise_reaped(d->sup, pid, status) && !broker_reaped(d->broker, pid, status) &&
			!accept_reaped(d->accept, pid, status))
			log_debug(LOG_MAIN, "reaped process %d that nobody here started", (int)pid);
	stop_check(d);
}

static const struct {
	int signo;
	const char *name;
	signal_fn *fn;
} table[] = {
	{ SIGHUP, "SIGHUP", on_hup },
	{ SIGUSR1, "SIGUSR1", on_usr1 },
	{ SIGUSR2, "SIGUSR2", on_usr2 },
	{ SIGTERM, "SIGTERM", on_stop },
	{ SIGINT, "SIGINT", on_stop },
	{ SIGCHLD, "SIGCHLD", on_child },
};

int signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		sigaddset(&set, table[i].signo);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

/* "SIGUSR1 (pid 4711, bash)": who asked, as far as the kernel still knows. */
static void name_sender(const struct signalfd_siginfo *si, const char *name, char *buf, size_t size)
{
	char path[48], comm[32] = "";
	int fd;
	ssize_t n = 0;

	snprintf(path, sizeof(path), "/proc/%u/comm", si->ssi_pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, comm, sizeof(comm) - 1);
		close(fd);
	}
	comm[n > 0 ? n : 0] = '\0';
	comm[strcspn(comm, "\n")] = '\0';
	if (si->ssi_code == SI_USER || si->ssi_code == SI_QUEUE)
		snprintf(buf, size, "%s (from pid %u, %s)", name, si->ssi_pid, comm[0] ? comm : "already gone");
	else
		snprintf(buf, size, "%s", name);
}

static void on_signal(void *ctx, int fd, unsigned ready)
{
	struct daemon *d = ctx;
	struct signalfd_siginfo si;
	char sender[128];

	(void)ready;
	for (int n = 0; n < BUDGET && read(fd, &si, sizeof(si)) == (ssize_t)sizeof(si); n++) {
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
			if (table[i].signo != (int)si.ssi_signo)
				continue;
			name_sender(&si, table[i].name, sender, sizeof(sender));
			table[i].fn(d, sender);
		}
	}
}

struct loop_watch *signals_watch(struct daemon *d)
{
	return loop_watch_new(d->loop, d->signal_fd, LOOP_READ, on_signal, d);
}
