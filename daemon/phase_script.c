/* phase_script.c - see phase_script.h. */
#include "daemon/phase_script.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/script.h"
#include "daemon/conf.h"
#include "daemon/job.h"
#include "daemon/script_identity.h"
#include "daemon/script_path.h"
#include "io/spawn.h"

/* enable_script_security, as for all other scripts (job.c). */
static bool is_unsafe(const struct job_ask *ask)
{
	const struct passwd *pw = ask->user ? getpwnam(ask->user) : NULL;
	struct script_path_part part;
	char path[4096];

	if (!ask->must_be_safe || (ask->user && (!pw || pw->pw_uid != 0)))
		return false;
	return script_path_find(ask->argv[0], path, sizeof(path)) == 0 && script_path_is_unsafe(path, &part);
}

/* False: killed, because it took too long. What it left behind in its group ends with it only then. */
static bool wait_for(pid_t pid, uint32_t seconds, int *ret_status)
{
	struct pollfd p = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int r = 0;

	while (p.fd >= 0 && (r = poll(&p, 1, (int)seconds * 1000)) < 0 && errno == EINTR)
		;
	if (r <= 0 && kill(-pid, SIGKILL) < 0)
		kill(pid, SIGKILL);
	(void)waitpid(pid, ret_status, 0);
	if (p.fd >= 0)
		close(p.fd);
	return r > 0;
}

/* `at`: script_conf_at(). */
static void say_end(const char *keyword, int status, int error_fd, const char *at)
{
	const char *step;
	int err = spawn_error(error_fd, &step);

	if (err)
		log_error(LOG_SCRIPT, "%s: cannot %s: %s%s", keyword, step, strerror(err), at);
	else if (WIFSIGNALED(status))
		log_warn(LOG_SCRIPT, "%s: killed by signal %d%s", keyword, WTERMSIG(status), at);
	else if (WEXITSTATUS(status) != 0)
		log_warn(LOG_SCRIPT, "%s: exit code %d%s", keyword, WEXITSTATUS(status), at);
	else
		log_info(LOG_SCRIPT, "%s: done", keyword);
}

static void run(const char *keyword, const struct job_ask *ask, uint32_t seconds, const char *at)
{
	int error_fd = -1, status = 0;
	pid_t pid;

	if (is_unsafe(ask)) {
		log_error(LOG_SCRIPT, "%s: not run: others can change what root would run%s", keyword, at);
		return;
	}
	pid = spawn_script(&(struct spawn_script){ ask->argv, ask->user, ask->group, -1, ask->all_groups }, &error_fd);
	if (pid < 0) {
		log_error(LOG_SCRIPT, "%s: cannot be started: %s%s", keyword, strerror(-pid), at);
		return;
	}
	if (wait_for(pid, seconds, &status))
		say_end(keyword, status, error_fd, at);
	else
		log_warn(LOG_SCRIPT, "%s: killed, it took longer than %u s%s", keyword, seconds, at);
	close(error_fd);
}

void phase_script_run(const char *keyword, const struct script_conf *script, uint32_t seconds,
	const struct main_globals *g)
{
	struct job_ask ask = { .argv = script->argv };
	char *at;

	if (!script->argv)
		return;
	script_identity(&ask, script, g);
	at = script_conf_at(script);
	run(keyword, &ask, seconds, at);
	free(at);
}
