/*
 * mailer.h - mail about events: gathered, paced (mail_plan.h), delivered by a short-lived process of its own without rights
 * (mail_child.h). Main never waits for it and never reads what a relay said.
 */
#ifndef DAEMON_MAILER_H
#define DAEMON_MAILER_H
#include <stdbool.h>
#include <sys/types.h>

struct loop;
struct mailer;
struct main_globals;
struct writer;

struct mailer *mailer_new(struct loop *l);
/* What waits is given to a last process, which nobody waits for. Accepts NULL. */
void mailer_free(struct mailer *m);
/* Borrowed until the next call. */
void mailer_config(struct mailer *m, const struct main_globals *g);
/* One event in one line; forgotten where no notification_email is. */
void mailer_add(struct mailer *m, const char *text);
bool mailer_reaped(struct mailer *m, pid_t pid, int status);
/* The member "mail". */
void mailer_show(const struct mailer *m, struct writer *w);
#endif
