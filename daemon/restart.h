/*
 * restart.h - `vipctl restart`: main replaces itself by the program on disk without anyone noticing. The children serve until new
 * ones are ready; see handover.h, supervise.h.
 */
#ifndef DAEMON_RESTART_H
#define DAEMON_RESTART_H
#include <stdbool.h>
#include <stddef.h>

struct daemon;
struct handover;

/*
 * Does not return when it works: the program that comes answers `client_fd`. False: refused or failed, `why` says it, and all goes
 * on as before.
 */
bool restart_now(struct daemon *d, int client_fd, char *why, size_t size);
/* After the exec: the children are taken over. Before the configuration is handed out. */
void restart_adopt(struct daemon *d);
/* Everything runs: who asked is told. */
void restart_done(struct daemon *d);
#endif
