/* background.c - see background.h. daemon(7), new-style where it can be. */
#include "daemon/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void wait_for(int fd)
{
	uint8_t code = 1;
	sigset_t none;
	ssize_t n;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* who waits can be interrupted, whatever the daemon has blocked */
	do
		n = read(fd, &code, 1);
	while (n < 0 && errno == EINTR);
	_exit(n == 1 ? code : 1);
}

int background_enter(bool keep_stderr)
{
	int fds[2], null;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid > 0) {
		close(fds[1]);
		wait_for(fds[0]);
	}
	close(fds[0]);
	if (pid < 0)
		return fds[1];
	setsid();
	umask(022);
	if (chdir("/") < 0)
		return fds[1];
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; null >= 0 && i < 3; i++)
		if (i != STDERR_FILENO || !keep_stderr)
			dup2(null, i);
	if (null > STDERR_FILENO)
		close(null);
	return fds[1];
}

void background_ready(int fd, int exit_code)
{
	uint8_t code = (uint8_t)exit_code;

	if (fd < 0)
		return;
	if (write(fd, &code, 1) < 0)
		exit_code = 1;
	close(fd);
}
