/*
 * alerts.h - which events are mailed, and in which words (keepalived.conf(5), smtp_alert): an object's own word counts, else that
 * of global_defs for its half, else that for all; where nobody says anything real servers are told of, the others not.
 */
#ifndef DAEMON_ALERTS_H
#define DAEMON_ALERTS_H
#include <stdbool.h>

struct mailer;
struct main_globals;
struct router;
struct served_server;
struct served_service;

/* Whether these objects' changes are mailed. */
bool alerts_wants_router(const struct main_globals *g, const struct router *r);
/* `rs` NULL: the quorum of the service. */
bool alerts_wants_service(const struct main_globals *g, const struct served_service *vs,
	const struct served_server *rs);

/* "VRRP Instance VI_1 - Entering MASTER state"; `kind` is Instance or Group; FAULT is left out where no_email_faults says so. */
void alerts_vrrp(struct mailer *m, const struct main_globals *g, const char *kind, const char *name, const char *state);
/* "Realserver [192.0.2.11]:tcp:80 of virtual server [192.0.2.100]:tcp:80 - UP"; without a server "Virtual server ... - UP". */
void alerts_service(struct mailer *m, const struct served_service *vs, const struct served_server *rs, bool is_up);
/* Servers that are down are kept: `word` of the line in the FIFO. */
void alerts_alarm(struct mailer *m, const struct served_service *vs, const char *word, bool is_on);
#endif
