/*
 * events.h - who is told of a change beside notify scripts: the FIFOs of the configuration, a line each, in keepalived's words
 * (keepalived.conf(5), notify_fifo). Remembers the last line of each instance and group, for who asks for them after a reload.
 */
#ifndef DAEMON_EVENTS_H
#define DAEMON_EVENTS_H
#include <stdbool.h>
#include <sys/types.h>

enum { EVENTS_ENDPOINT_LEN = 80 };

struct events;
struct loop;
struct main_globals;
struct served_server;
struct served_service;
struct text;
struct writer;

struct events *events_new(struct loop *l);
/* Closes all FIFOs. Accepts NULL. */
void events_free(struct events *e);
/* FIFOs that stay the same go on; the others are closed and opened. Nothing is borrowed. */
void events_config(struct events *e, const struct main_globals *g);
/* INSTANCE "VI_1" MASTER 150, or GROUP. Of each, the last one is kept for fifo_write_vrrp_states_on_reload. */
void events_vrrp(struct events *e, bool is_group, const char *name, const char *state, unsigned priority);
/* INSTANCE "VI_1" MASTER_RX_LOWER_PRI 150, or GROUP: no state, and so not remembered. */
void events_word(struct events *e, const char *kind, const char *name, const char *word, unsigned priority);
/* INSTANCE "VI_1" SPLIT_SUSPECTED 150, and SPLIT_SUSPECTED_OVER; `name` is that of suspect.h. */
void events_suspicion(struct events *e, const char *instance, const char *name, bool is_on, unsigned priority);
/* VS [192.0.2.100]:tcp:80 UP; with a server RS [192.0.2.11]:tcp:80 [192.0.2.100]:tcp:80 UP. */
void events_lvs(struct events *e, const struct served_service *vs, const struct served_server *rs, bool is_up);
/* VS [192.0.2.100]:tcp:80 FAIL_OPEN, and FAIL_OPEN_OVER. */
void events_alarm(struct events *e, const struct served_service *vs, const char *word, bool is_on);
/* "[192.0.2.100]:tcp:80" of the service, or of its server; a group or mark by its name. buf of EVENTS_ENDPOINT_LEN. */
const char *events_endpoint(const struct served_service *vs, const struct served_server *rs, char *buf);
/* A process ended: true when it was a reader. */
bool events_reaped(struct events *e, pid_t pid, int status);
/* For a successor: the readers that run, to be ended (inherited.h). */
void events_hand_over(const struct events *e, struct text *t);
/* The member "fifos". */
void events_show(const struct events *e, struct writer *w);
#endif
