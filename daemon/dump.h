/* dump.h - USR2: state and counters as JSON into the runtime directory, for those who cannot use `vipctl status --json`. */
#ifndef DAEMON_DUMP_H
#define DAEMON_DUMP_H

struct daemon;

/* Writes RUN_DIR/status.json (0600, replaced as a whole) once the children have answered. */
void dump_now(struct daemon *d, const char *asked_by);
#endif
