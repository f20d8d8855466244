/* background.h - daemonizing without lying: the process that the operator started waits until the daemon runs, or says why not. */
#ifndef DAEMON_BACKGROUND_H
#define DAEMON_BACKGROUND_H

#include <stdbool.h>

/*
 * Forks; the parent waits and exits with the daemon's word. Returns in the daemon, with the descriptor for background_ready().
 * Standard error stays (keep_stderr) only for a log that goes there: who reads the starter's output waits for its end.
 */
int background_enter(bool keep_stderr);
/* Tells the waiting parent its exit code; fd -1 does nothing. */
void background_ready(int fd, int exit_code);
#endif
