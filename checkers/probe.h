/*
 * probe.h - the probe process: runs every check of the configuration and tells the lvs process what it found. It is the only
 * process that reads bytes of real servers, and may do nothing else.
 */
#ifndef CHECKERS_PROBE_H
#define CHECKERS_PROBE_H

/*
 * Lives on `fd`, the channel to main, until main says stop or is gone. Returns the exit status.
 *
 * Privileges: until the first configuration it reads no byte from outside and keeps what it was started with. Then it becomes
 * sandbox_user(), without capabilities; CAP_NET_RAW stays only if a check sets a mark (SO_MARK). Binding to a device needs none
 * since Linux 5.7. Nor can it open OpenSSL later, if no check has a `digest` then. A reload that brings the first mark or digest
 * ends the process in order: it comes back with what that needs, and the lvs process gives it its states back.
 *
 * Answers MSG_QUERY with {"checks":[{"service","server","kind","target","state" (UP, DOWN, UNKNOWN before the first verdict),
 * "reason","detail","failures","latency_usec","last_usec" (ago),"runs","next_usec" (from now)}],"inflight","queued","late",
 * "local_errors"}.
 */
int probe_main(int fd);
#endif
