/*
 * ensure.h - notify_ensure: a script that says "I am the owner" to something outside (a cloud, a database). It runs when an
 * instance becomes MASTER and each time that it must assert itself again, and every notify_ensure_interval until it succeeds;
 * one at a time, and never beyond MASTER: what still runs then is killed with its group.
 */
#ifndef DAEMON_ENSURE_H
#define DAEMON_ENSURE_H
#include <stdbool.h>
#include <sys/types.h>

struct config;
struct ensure;
struct loop;
struct text;
struct vrrp_conf;
struct writer;

struct ensure *ensure_new(struct loop *l);
/* Kills what runs. Accepts NULL. */
void ensure_free(struct ensure *e);
/* Borrowed until the next call. What is new for an instance that is MASTER runs at once; what is gone ends. */
void ensure_config(struct ensure *e, const struct config *c);
/* An instance came to a state. */
void ensure_state(struct ensure *e, const char *instance, bool is_master, unsigned priority);
/* It hands over: nothing runs until it is known who serves; nobody tells of a hand-over that nobody took. */
void ensure_leaving(struct ensure *e, const char *instance);
/* Somebody else may have claimed what this instance owns: once more, if it is MASTER. */
void ensure_again(struct ensure *e, const char *instance);
/* For a successor: who is MASTER, and whether it succeeded; what runs is ended there, and runs again (inherited.h). */
void ensure_hand_over(const struct ensure *e, struct text *t);
/* Takes in one such line, before the first ensure_config(); one that says nothing here is passed over. */
void ensure_recall(struct ensure *e, const char *line);
bool ensure_reaped(struct ensure *e, pid_t pid, int status);
/* The member "notify_ensure". */
void ensure_show(const struct ensure *e, struct writer *w);
#endif
