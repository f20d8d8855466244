/*
 * told.h - what other processes watch for the instances and tell this one: results of scripts, ends of hooks, values of files,
 * tracked processes, virtual services, who is a real server. Who may say what is decided in process.c. Services are asked for.
 */
#ifndef VRRP_TOLD_H
#define VRRP_TOLD_H
#include "base/mono.h"

struct child;
struct message;
struct roster;

/* Hands one such message on; what is about a configuration that is not in force any more, and any other message, is passed over. */
void told(struct roster *r, const struct message *m, mono_t now);
/* Asks the lvs process for its services when something of the newest configuration tracks one: they are told from then on. */
void told_ask(const struct roster *r, struct child *c);
#endif
