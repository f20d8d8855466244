/*
 * tell.h - what the lvs process says to others when something changed: one log line, notify scripts, states for a new
 * probe.
 */
#ifndef CHECKERS_TELL_H
#define CHECKERS_TELL_H

struct child;
struct service_change;
struct services;

/* After a configuration: the sum of it, and the quorums that were gained or lost by it. */
void tell_start(struct child *c, const struct services *s);
/* omega, after services_end(): the scripts for down of servers that were up and of quorums that were met. */
void tell_end(struct child *c, const struct services *s);
/* The path watch has another opinion of a server. */
void tell_path(const struct service_change *change);
/* A server went up or down, and perhaps quorum, tier and guards with it; without a server: these alone. */
void tell_change(struct child *c, const struct services *s, const struct service_change *change);
/* MSG_CHECK_RESTORE for every check with a known state. */
void tell_probe(struct child *c, const struct services *s);
#endif
