/*
 * hooks.h - pre_master and pre_release: scripts that an instance waits for, one at a time for each, ended with their group at the
 * deadline. The vrrp process counts the deadline too, so nothing here can delay it for longer.
 */
#ifndef DAEMON_HOOKS_H
#define DAEMON_HOOKS_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct hooks;
struct loop;
struct main_globals;
struct msg_hook;
struct router;
struct text;
struct writer;

/* `ended` is called with the id of each hook that is over, however it ended, unless another one came in between. */
struct hooks *hooks_new(struct loop *l, void (*ended)(void *ctx, uint32_t id), void *ctx);
/* Kills what runs. Accepts NULL. */
void hooks_free(struct hooks *h);
/* Runs what `m` asks for, or ends what runs. Nothing is borrowed afterwards. */
void hooks_run(struct hooks *h, const struct router *r, const struct main_globals *g, const struct msg_hook *m);
bool hooks_is_busy(const struct hooks *h);
bool hooks_reaped(struct hooks *h, pid_t pid, int status);
/* For a successor: what runs, and whom it tells (inherited.h). */
void hooks_hand_over(const struct hooks *h, struct text *t);
/* The member "hooks": of those that ran. */
void hooks_show(const struct hooks *h, struct writer *w);
#endif
