/*
 * keep.h - what a role said about its state, as a file of the runtime directory: it outlives the daemon, so that a restart knows
 * which services of the kernel's table are ours and which servers were down. The runtime directory does not outlive the machine.
 */
#ifndef DAEMON_KEEP_H
#define DAEMON_KEEP_H
#include <stdbool.h>
#include <stdint.h>

#include "io/message.h"

enum { KEEP_UNKNOWN = 1 };

/* Writes RUN_DIR/ROLE.state from a sealed memfd, replaced as a whole. 0 or -errno. */
int keep_write(const char *run_dir, enum role role, int fd);
/*
 * Of a vrrp process's state only what auth_hmac must not forget (vrrp/auth_memory.h), and the routes and rules that nothing in the
 * kernel tells from others' (vrrp/path_memory.h): the rest begins anew. Those of auth_hmac alone are no reason to write when not
 * `is_due`. `*paths`: what was written of the others, a sum; KEEP_UNKNOWN at first. 1: written; 0: nothing to write; or -errno.
 */
int keep_write_marks(const char *run_dir, int fd, bool is_due, uint64_t *paths);
/* The file as a sealed memfd that the caller closes; -ENOENT when there is none, or another -errno. */
int keep_read(const char *run_dir, enum role role);
#endif
