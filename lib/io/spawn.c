/* spawn.c - see spawn.h. Between fork and exec only async-signal-safe calls, so names are looked up before. */
#include "io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/message.h"

enum step { STEP_NONE, STEP_GROUPS, STEP_SETGID, STEP_SETUID, STEP_EXEC, STEP_MAX };

static const char *const steps[STEP_MAX] = { "start", "set groups", "setgid", "setuid", "exec" };

struct failure {
	int step, error;
};

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* owned; the supplementary ones */
	int n_groups;
	int must_change;
};

static void reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void exec_role(const char *title, const char *role_arg, int fd)
{
	char *argv[] = { (char *)(uintptr_t)title, (char *)(uintptr_t)role_arg, NULL };

	reset_signals();
	if (fd != MESSAGE_FD)
		dup2(fd, MESSAGE_FD);
	else
		fcntl(fd, F_SETFD, 0);
	close_range(MESSAGE_FD + 1, ~0u, 0);
	execv("/proc/self/exe", argv);
	_exit(127);
}

pid_t spawn_role(const char *role, int fd)
{
	char *title = x_asprintf("vipd: %s", role), *arg = x_asprintf("--role=%s", role);
	pid_t pid = fork();

	if (pid == 0)
		exec_role(title, arg, fd);
	free(title);
	free(arg);
	return pid < 0 ? -errno : pid;
}

static void exec_quiet(const char *exe, char *const argv[])
{
	int fd = open("/dev/null", O_RDWR);

	reset_signals();
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		dup2(fd, i);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execv(exe, argv);
	_exit(127);
}

pid_t spawn_quiet(const char *exe, char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0)
		exec_quiet(exe, argv);
	return pid < 0 ? -errno : pid;
}

/* The other groups of a user. The list of the system may grow between the two looks: what it had is what counts. */
static void find_groups(const char *user, struct identity *id)
{
	int n = 0;

	(void)getgrouplist(user, id->gid, NULL, &n);
	if (n <= 0)
		return;
	id->groups = x_calloc((size_t)n, sizeof(*id->groups));
	id->n_groups = n;
	if (getgrouplist(user, id->gid, id->groups, &id->n_groups) < 0)
		id->n_groups = n;
}

static int find_identity(const struct spawn_script *s, struct identity *ret)
{
	const struct passwd *pw = s->user ? getpwnam(s->user) : NULL;
	const struct group *gr = s->group ? getgrnam(s->group) : NULL;

	if ((s->user && !pw) || (s->group && !gr))
		return -ENOENT;
	ret->uid = pw ? pw->pw_uid : geteuid();
	ret->gid = gr ? gr->gr_gid : pw ? pw->pw_gid : getegid();
	ret->must_change = geteuid() == 0;
	if (pw && s->all_groups)
		find_groups(s->user, ret);
	return 0;
}

static void fail(int fd, enum step step)
{
	struct failure f = { (int)step, errno };

	if (write(fd, &f, sizeof(f)) < 0)
		_exit(126);
	_exit(127);
}

/* Nothing to read, what it says where it is wanted, and its way out on 3; nothing else. */
static void set_descriptors(int output, int way_out)
{
	int null = open("/dev/null", O_RDWR), out = fcntl(way_out, F_DUPFD_CLOEXEC, 4);

	dup2(null, 0);
	dup2(output >= 0 ? output : null, 1);
	dup2(1, 2);
	dup2(out, 3);
	fcntl(3, F_SETFD, FD_CLOEXEC);
	close_range(4, ~0u, 0);
}

static void exec_script(const struct spawn_script *s, const struct identity *id, int fd)
{
	static char *const env[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LANG=C.UTF-8", NULL };

	reset_signals();
	setsid();
	set_descriptors(s->output_fd, fd);
	if (chdir("/") < 0)
		fail(3, STEP_NONE);
	if (id->must_change && setgroups((size_t)id->n_groups, id->groups) < 0)
		fail(3, STEP_GROUPS);
	if (id->must_change && setgid(id->gid) < 0)
		fail(3, STEP_SETGID);
	if (id->must_change && setuid(id->uid) < 0)
		fail(3, STEP_SETUID);
	execvpe(s->argv[0], (char *const *)(uintptr_t)s->argv, env);
	fail(3, STEP_EXEC);
}

pid_t spawn_script(const struct spawn_script *s, int *ret_fd)
{
	struct identity id = { 0 };
	int fds[2], r = find_identity(s, &id);
	pid_t pid;

	if (r < 0)
		return r;
	if (pipe2(fds, O_CLOEXEC) < 0) {
		r = -errno;
		free(id.groups);
		return r;
	}
	pid = fork();
	if (pid == 0)
		exec_script(s, &id, fds[1]);
	r = -errno;
	free(id.groups);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return r;
	}
	*ret_fd = fds[0];
	return pid;
}

int spawn_error(int fd, const char **ret_step)
{
	struct failure f = { STEP_NONE, 0 };

	fcntl(fd, F_SETFL, O_NONBLOCK);
	*ret_step = steps[STEP_NONE];
	if (read(fd, &f, sizeof(f)) != (ssize_t)sizeof(f))
		return 0;
	if (f.step >= 0 && f.step < STEP_MAX)
		*ret_step = steps[f.step];
	return f.error;
}
