/*
 * keep.h - what a role said about its state, as a file of the runtime directory: it outlives the daemon, so that a restart knows
 * which services of the kernel's table are ours and which servers were down. The runtime directory does not outlive the machine.
 */
#ifndef DAEMON_KEEP_H
#define DAEMON_KEEP_H
#include "io/message.h"

/* Writes RUN_DIR/ROLE.state from a sealed memfd, replaced as a whole. 0 or -errno. */
int keep_write(const char *run_dir, enum role role, int fd);
/*
 * Of a vrrp process's state only what auth_hmac must not forget (vrrp/auth_memory.h): the rest begins anew. 0, also when there is
 * none, or -errno.
 */
int keep_write_marks(const char *run_dir, int fd);
/* The file as a sealed memfd that the caller closes; -ENOENT when there is none, or another -errno. */
int keep_read(const char *run_dir, enum role role);
#endif
