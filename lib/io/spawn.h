/*
 * spawn.h - starting processes: main's own roles, and scripts as their users. A script gets an own session, a clean environment,
 * no descriptors but /dev/null and its way out; what kept it from running comes back through a pipe.
 */
#ifndef IO_SPAWN_H
#define IO_SPAWN_H
#include <stdbool.h>
#include <sys/types.h>

/* Starts this very binary as `vipd: ROLE` with `fd` as descriptor 3. The pid, or -errno. */
pid_t spawn_role(const char *role, int fd);

/* Starts a program of our own with all our rights, and no descriptor but /dev/null. The pid, or -errno. */
pid_t spawn_quiet(const char *exe, char *const argv[]);

struct spawn_script {
	const char *const *argv;  /* argv[0] is looked up in PATH when it has no slash */
	const char *user, *group; /* group NULL: the user's primary one */
	int output_fd;            /* where it writes to, both streams; -1: nowhere */
	bool all_groups;          /* of `user`, too; else that one group alone */
};

/*
 * Starts a script. *ret_fd is a pipe that ends when the script was exec'ed; spawn_error() reads why it was not. The caller
 * closes it. The pid (also the process group), or -errno.
 */
pid_t spawn_script(const struct spawn_script *s, int *ret_fd);
/* After the child ended: 0, or the errno that kept it from running; *ret_step names the step ("setuid", "exec"). */
int spawn_error(int fd, const char **ret_step);
#endif
