/*
 * broker.h - scripts: track scripts by their interval, notify scripts by transition. Children name them by index of the accepted
 * configuration, never by command line; a request of a generation that some child still had is answered with its scripts.
 */
#ifndef DAEMON_BROKER_H
#define DAEMON_BROKER_H
#include "io/message.h"

#include <stdbool.h>
#include <sys/types.h>

struct broker;
struct config;
struct loop;
struct supervise;
struct text;
struct writer;

struct broker *broker_new(struct loop *l, struct supervise *sup);
void broker_free(struct broker *b);
/*
 * The configuration that runs from now on: borrowed until the next call, which takes the former one over. Track scripts with the
 * same name and command go on.
 */
void broker_config(struct broker *b, struct config *c, uint32_t generation);
/* The same configuration goes on under another number: nothing of it that is this module's is another one. */
void broker_renumber(struct broker *b, uint32_t generation);
/* Nobody speaks of generations before this one any more. */
void broker_forget(struct broker *b, uint32_t generation);
/* MSG_NOTIFY of a child: each checked, then queued per object. Before the first broker_config(), this and a hook wait for it. */
void broker_notify(struct broker *b, enum role from, const struct message *m);
/* MSG_HOOK of the vrrp process: run, and answered with MSG_HOOK_END. */
void broker_hook(struct broker *b, const struct message *m);
/* A vrrp process was (re)started: it hears every track script's state again. */
void broker_resend(struct broker *b);
/* No new track script runs from here on. */
void broker_stop_tracking(struct broker *b);
/* The children are gone: notify scripts that still run get a few seconds and are ended then. Again: nothing. */
void broker_hurry(struct broker *b);
/* Whether some script still runs or waits. */
bool broker_is_busy(const struct broker *b);
/* Whether a notify script waits for the end of the one before it: a successor would not know of it. */
bool broker_is_waiting(const struct broker *b);
bool broker_reaped(struct broker *b, pid_t pid, int status);
/* For a successor: lines about the scripts that run and what is known of them; it takes them in before broker_config(). */
void broker_hand_over(const struct broker *b, struct text *t);
void broker_inherit(struct broker *b, const char *line);
/* What the program before us called `generation`: the bytes behind `fd`, which is taken over. Before the first broker_config(). */
void broker_inherit_config(struct broker *b, int fd, uint32_t generation);
/* The member "scripts". */
void broker_write(const struct broker *b, struct writer *w);
#endif
