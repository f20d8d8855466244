/*
 * inherited.h - scripts that the program before this one started (handover.h): they are reaped here, and ended with their group
 * at the deadline that they had. Lines of text:
 *
 *     job PID DEADLINE HOOK LEAVES FD      DEADLINE 0: at once; HOOK 0: none waits for it; FD: where it writes to, -1: nowhere
 */
#ifndef DAEMON_INHERITED_H
#define DAEMON_INHERITED_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct inherited;
struct loop;

/* `ended` is called with the hook id of each one that has one, once it is over. */
struct inherited *inherited_new(struct loop *l, void (*ended)(void *ctx, uint32_t hook), void *ctx);
/* Kills what runs. Accepts NULL. */
void inherited_free(struct inherited *in);
/* Takes in one line; one that says nothing here is passed over. */
void inherited_read(struct inherited *in, const char *line);
/* main leaves: each gets at most `usec` from now on. */
void inherited_hurry(struct inherited *in, int64_t usec);
bool inherited_is_busy(const struct inherited *in);
/* A process ended: true when it was one of them. */
bool inherited_reaped(struct inherited *in, pid_t pid, int status);
#endif
