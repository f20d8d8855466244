/* daemon.c - see daemon.h. Reads as a list of phases: configuration, background, pid files, children, loop, end. */
#include "daemon/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "conf/report.h"
#include "daemon/accept.h"
#include "daemon/background.h"
#include "daemon/broker.h"
#include "daemon/conf.h"
#include "daemon/control.h"
#include "daemon/dump_conf.h"
#include "daemon/findings.h"
#include "daemon/handover.h"
#include "daemon/keep.h"
#include "daemon/notify.h"
#include "daemon/options.h"
#include "daemon/output.h"
#include "daemon/overlay_store.h"
#include "daemon/phase_script.h"
#include "daemon/pidfile.h"
#include "daemon/query.h"
#include "daemon/realtime.h"
#include "daemon/reload.h"
#include "daemon/requests.h"
#include "daemon/restart.h"
#include "daemon/routers.h"
#include "daemon/served.h"
#include "daemon/signals.h"
#include "daemon/state.h"
#include "daemon/stop.h"
#include "daemon/supervise.h"
#include "daemon/watches.h"
#include "io/descriptors.h"
#include "io/loop.h"
#include "io/memory.h"
#include "io/sandbox.h"

/* What main keeps of root: scripts run as their users, children get their share, files where the operator wants them. */
enum {
	MAIN_CAPS = SANDBOX_NET_ADMIN | SANDBOX_NET_RAW | SANDBOX_SETUID | SANDBOX_SETGID | SANDBOX_KILL | SANDBOX_DAC |
		SANDBOX_CHOWN | SANDBOX_NICE | SANDBOX_IPC_LOCK | SANDBOX_SETPCAP | SANDBOX_BIND | SANDBOX_FOWNER |
		SANDBOX_RESOURCE
};

enum { FILES_NEEDED = 64, FILES_WANTED = 4096 };

/* A file without a line is right and does nothing: perhaps it is not the one that was meant. */
static void check_empty(struct config *c, const char *path)
{
	const struct place file = { .file = path };

	if (c->tree->root.children || report_count(c->report, CONF_ERROR))
		return;
	report_add(c->report, CONF_WARNING, &file, "nothing is configured in it: no line but blank ones and comments");
	report_hint(c->report, "is it the right file, and complete? vipd would run and do nothing");
	report_inert(c->report);
}

int daemon_test(const struct options *o)
{
	struct config *c = config_read(options_config_file(o), o->config_id);
	FILE *usual = o->format == FINDINGS_JSON ? stdout : stderr,
	     *out = o->test_log ? fopen(o->test_log, "ae") : usual;
	int code;

	config_check_environment(c);
	check_empty(c, options_config_file(o));
	if (!out) {
		fprintf(stderr, "vipd: cannot write %s: %s\n", o->test_log, strerror(errno));
		out = usual;
	}
	findings_print(c->report, options_config_file(o), o->format, out);
	code = report_exit_code(c->report);
	if (out != usual)
		fclose(out);
	config_free(c);
	return code;
}

static void on_message(void *ctx, enum role from, const struct message *m)
{
	struct daemon *d = ctx;

	if (m->type == MSG_REPLY) {
		query_reply(d->query, from, m);
		return;
	}
	if (m->type == MSG_NOTIFY)
		broker_notify(d->broker, from, m);
	else if (m->type == MSG_HOOK && from == ROLE_VRRP)
		broker_hook(d->broker, m);
	else
		log_warn(LOG_MAIN, "the %s process sent '%s', which is not its to send", role_str(from),
			message_type_str(m->type));
	if (m->fd >= 0)
		close(m->fd);
}

static void on_ready(void *ctx, uint32_t generation)
{
	struct daemon *d = ctx;

	log_debug(LOG_MAIN, "generation %u is applied everywhere", generation);
	memory_trim(); /* all that the children had to say of it has been heard */
	if (d->is_ready)
		return;
	d->is_ready = true;
	log_notice(LOG_MAIN, "vipd " VIPD_VERSION " runs: %u instances, %u services", routers_count(d->config->routers),
		served_count(d->config->served));
	notify_send("READY=1\nSTATUS=running: %u instances, %u services", routers_count(d->config->routers),
		served_count(d->config->served));
	background_ready(d->ready_fd, EXIT_OK);
	d->ready_fd = -1;
	restart_done(d);
}

static void on_left(void *ctx, uint32_t oldest)
{
	struct daemon *d = ctx;

	broker_forget(d->broker, oldest);
}

static void on_pid(void *ctx, enum role role, pid_t pid)
{
	struct daemon *d = ctx;
	struct pidfile *file = role == ROLE_VRRP ? &d->vrrp_pid : role == ROLE_LVS ? &d->lvs_pid : NULL;

	if (file && file->fd >= 0 && pid)
		pidfile_write(file->fd, pid);
	if (role != ROLE_VRRP || !pid)
		return;
	realtime_apply(&d->config->vrrp.globals, pid);
	broker_resend(d->broker);
	watches_resend(d->watches);
}

/*
 * At most once a second, but always what is sent last, and at once when routes of other protocols came or went; a failure is not
 * worth a line: the clock alone makes sequences grow.
 */
static void keep_marks(struct daemon *d, int fd)
{
	const mono_t now = mono_now();

	const bool is_due = d->is_stopping || !d->marks_kept.usec || mono_diff(now, d->marks_kept) >= MONO_SEC;

	if (keep_write_marks(d->opt->run_dir, fd, is_due, &d->paths_kept) == 1)
		d->marks_kept = now;
}

/* The lvs process's state means something to a later run; VRRP begins anew but for auth_hmac's marks, and a probe asks again. */
static void on_state(void *ctx, enum role role, int fd)
{
	struct daemon *d = ctx;
	int r;

	if (role == ROLE_VRRP)
		keep_marks(d, fd);
	if (role != ROLE_LVS)
		return;
	r = keep_write(d->opt->run_dir, role, fd);
	if (r < 0 && !d->cannot_save)
		log_warn(LOG_MAIN,
			"cannot write the state of the %s process into %s: %s; a restart will ask every server anew",
			role_str(role), d->opt->run_dir, strerror(-r));
	d->cannot_save = r < 0;
}

static void restore(struct daemon *d)
{
	static const enum role roles[] = { ROLE_LVS, ROLE_VRRP };

	for (unsigned i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		int fd = keep_read(d->opt->run_dir, roles[i]);

		if (fd >= 0)
			supervise_restore(d->sup, roles[i], fd);
	}
}

static void on_all_gone(void *ctx)
{
	stop_check(ctx);
}

static const struct supervise_ops supervise_ops = { on_message, on_ready, on_left, on_state, on_pid, on_all_gone };

static int lock_pid(struct pidfile *f, const char *path)
{
	pid_t other;

	f->path = path;
	f->fd = -1;
	if (!path)
		return 0;
	f->fd = pidfile_lock(path, &other);
	if (f->fd == -EWOULDBLOCK)
		log_error(LOG_MAIN, "%s is locked by process %d: another vipd runs with it", path, (int)other);
	else if (f->fd < 0)
		log_error(LOG_MAIN, "cannot write the pid file %s: %s", path, strerror(-f->fd));
	return f->fd < 0 ? f->fd : 0;
}

/* -p may name the runtime directory's own lock, which holds our pid already. */
static bool is_lock(const struct daemon *d, const char *path)
{
	struct stat a, b;

	if (!path || stat(path, &a) < 0 || fstat(d->lock.fd, &b) < 0)
		return false;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int lock_pids(struct daemon *d)
{
	int r = is_lock(d, d->opt->pid_file) ? 0 : lock_pid(&d->pid, d->opt->pid_file);

	if (r == 0)
		r = lock_pid(&d->vrrp_pid, d->opt->vrrp_pid_file);
	if (r == 0)
		r = lock_pid(&d->lvs_pid, d->opt->checkers_pid_file);
	if (r == 0 && d->pid.fd >= 0)
		r = pidfile_write(d->pid.fd, getpid());
	return r;
}

/* The runtime directory is ours alone: a second daemon with the same one would take socket and addresses from the first. */
static int open_run_dir(struct daemon *d)
{
	int r;

	if (mkdir(d->opt->run_dir, 0755) < 0 && errno != EEXIST) {
		r = -errno;
		log_error(LOG_MAIN, "cannot make the runtime directory %s: %s", d->opt->run_dir, strerror(-r));
		return r;
	}
	d->lock_path = x_asprintf("%s/vipd.pid", d->opt->run_dir);
	r = lock_pid(&d->lock, d->lock_path);
	return r < 0 ? r : pidfile_write(d->lock.fd, getpid());
}

static int open_control(struct daemon *d)
{
	const int fd = d->handover ? d->handover->listen_fd : -1;
	int r = 0;

	d->socket_path = x_asprintf("%s/control.sock", d->opt->run_dir);
	if (fd >= 0)
		d->control = control_on(d->loop, fd, d->socket_path, requests_handle, d);
	if (d->control)
		return 0;
	if (fd >= 0)
		close(fd);
	d->control = control_new(d->loop, d->socket_path, requests_handle, d, &r);
	if (r < 0)
		log_error(LOG_CTL, "no control socket at %s: %s", d->socket_path, strerror(-r));
	return r;
}

static void on_watchdog(void *ctx, mono_t now)
{
	struct daemon *d = ctx;

	/* Main's own life: its children are its to heal, the trouble of one must not end the others. */
	notify_send("WATCHDOG=1");
	loop_timer_at(d->watchdog, mono_add(now, notify_watchdog_usec()));
}

static void start_watchdog(struct daemon *d)
{
	d->watchdog = loop_timer_new(d->loop, on_watchdog, d);
	if (notify_watchdog_usec() > 0)
		loop_timer_at(d->watchdog, mono_now());
}

/* Shells and services start with few; what main starts gets no more than others do from it. */
static int get_descriptors(void)
{
	const unsigned files = descriptors_raise(FILES_WANTED);

	if (!files || files >= FILES_NEEDED)
		return 0;
	log_error(LOG_MAIN,
		"this process may have %u files open and needs %d: vipd does not start; raise the hard limit "
		"(ulimit -Hn, LimitNOFILE=)",
		files, FILES_NEEDED);
	return -EMFILE;
}

/* Everything that must be there before the first child starts. */
static int prepare(struct daemon *d)
{
	int r = d->signal_fd < 0 ? d->signal_fd : get_descriptors();

	if (r == 0)
		r = open_run_dir(d);
	if (r == 0)
		r = lock_pids(d);
	if (r == 0)
		r = open_control(d);
	if (r == 0)
		r = sandbox_enter(MAIN_CAPS, NULL);
	return r;
}

static void run(struct daemon *d, struct config *c)
{
	struct loop_watch *signals = signals_watch(d);
	const struct main_globals *g;
	int r;

	if (!d->handover)
		phase_script_run("startup_script", &c->main.globals.startup, c->main.globals.startup_timeout,
			&c->main.globals);
	d->sup = supervise_new(d->loop, &supervise_ops, d);
	d->broker = broker_new(d->loop, d->sup);
	d->watches = watches_new(d->loop, d->sup);
	d->accept = accept_new(d->loop, d->opt->run_dir, on_all_gone, d);
	d->query = query_new(d);
	start_watchdog(d);
	overlay_store_start(d->overlay);
	if (d->handover)
		restart_adopt(d);
	else
		restore(d);
	r = reload_accept(d, c);
	if (r < 0) {
		log_error(LOG_MAIN, "cannot hand out the configuration: %s", strerror(-r));
		config_free(c);
		d->exit_code = EXIT_FATAL;
	} else {
		loop_run(d->loop);
		g = &d->config->main.globals;
		phase_script_run("shutdown_script", &g->shutdown, g->shutdown_timeout, g);
	}
	query_free(d->query);
	broker_free(d->broker);
	watches_free(d->watches);
	accept_free(d->accept);
	supervise_free(d->sup);
	loop_timer_free(d->watchdog);
	loop_watch_free(signals);
}

static void clean_up(struct daemon *d)
{
	control_free(d->control);
	pidfile_remove(d->lvs_pid.path, d->lvs_pid.fd);
	pidfile_remove(d->vrrp_pid.path, d->vrrp_pid.fd);
	pidfile_remove(d->pid.path, d->pid.fd);
	pidfile_remove(d->lock.path, d->lock.fd);
	if (d->signal_fd >= 0)
		close(d->signal_fd);
	config_free(d->config);
	overlay_store_free(d->overlay);
	loop_free(d->loop);
	free(d->socket_path);
	free(d->lock_path);
	background_ready(d->ready_fd, d->exit_code);
}

/* Before we leave our directory, and before a package replaces the file. */
static void find_self(struct daemon *d)
{
	ssize_t n = readlink("/proc/self/exe", d->exe, sizeof(d->exe) - 1);

	d->exe[n > 0 ? n : 0] = '\0';
	if (!getcwd(d->home, sizeof(d->home)))
		snprintf(d->home, sizeof(d->home), "/");
}

static void recall(void *ctx, const char *line)
{
	output_recall(ctx, line);
}

int daemon_run(const struct options *o)
{
	struct daemon d = { .opt = o,
		.ready_fd = -1,
		.signal_fd = -1,
		.pid.fd = -1,
		.lock.fd = -1,
		.vrrp_pid.fd = -1,
		.lvs_pid.fd = -1,
		.paths_kept = KEEP_UNKNOWN,
		.started = mono_now() };
	struct handover h;
	struct config *c;

	if (handover_take(&h))
		d.handover = &h;
	find_self(&d);
	log_set_level(o->detail ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	d.output = output_new(o->log_console);
	handover_each(&h, recall, d.output);
	d.signal_fd = signals_open(); /* what is asked for during the start waits for the loop */
	d.overlay = overlay_store_new(&d);
	c = reload_read(&d);
	reload_log_findings(c);
	if (report_count(c->report, CONF_ERROR)) {
		log_error(LOG_CONF, "%s has errors, vipd does not start; `vipd -t -f %s` shows them",
			options_config_file(o), options_config_file(o));
		config_free(c);
		overlay_store_free(d.overlay);
		handover_done(&h);
		output_free(d.output);
		close(d.signal_fd);
		return EXIT_CONFIG;
	}
	if (o->dump)
		dump_conf_log(c);
	d.exit_code = EXIT_FATAL;
	if (!o->foreground && !d.handover)
		d.ready_fd = background_enter(o->log_console);
	d.loop = loop_new(LOOP_DEFAULT);
	if (prepare(&d) == 0) {
		d.exit_code = EXIT_OK;
		run(&d, c);
	} else {
		config_free(c);
	}
	log_notice(LOG_MAIN, "vipd " VIPD_VERSION " ended");
	clean_up(&d);
	handover_done(&h);
	output_free(d.output);
	return d.exit_code;
}
