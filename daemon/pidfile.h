/* pidfile.h - pid files for those who still ask for them: locked while we live, never trusted, removed at the end. */
#ifndef DAEMON_PIDFILE_H
#define DAEMON_PIDFILE_H
#include <sys/types.h>

/*
 * Creates (or takes over) and locks `path`. The descriptor that holds the lock, -EWOULDBLOCK when another process holds it
 * (*ret_pid: which), or -errno.
 */
int pidfile_lock(const char *path, pid_t *ret_pid);
/* Writes `pid` into a file locked by pidfile_lock(). */
int pidfile_write(int fd, pid_t pid);
/* Removes and unlocks; fd < 0 is nothing to do. */
void pidfile_remove(const char *path, int fd);
#endif
