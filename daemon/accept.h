/*
 * accept.h - no_accept: keeps the table of accept_rules.h in the kernel, through nft(8). Written at a start and a reload, again
 * when somebody else touched it, and removed after everything else at a stop. What a killed run left is known by a file in the
 * runtime directory; no other table is ever touched.
 */
#ifndef DAEMON_ACCEPT_H
#define DAEMON_ACCEPT_H
#include <stdbool.h>
#include <sys/types.h>

struct accept;
struct accept_rules;
struct loop;
struct writer;

/* `run_dir` is borrowed. `stopped` is called from the loop once accept_stop() is complete. */
struct accept *accept_new(struct loop *l, const char *run_dir, void (*stopped)(void *ctx), void *ctx);
/* Leaves the table as it is. Accepts NULL. */
void accept_free(struct accept *a);
/* Borrowed until the next call. */
void accept_config(struct accept *a, const struct accept_rules *r);
/* No address is left here: the table goes. True: it is gone (or cannot be removed, which is logged); else stopped() follows. */
bool accept_stop(struct accept *a);
bool accept_reaped(struct accept *a, pid_t pid, int status);
/* The member "no_accept", where an address is closed or should be. */
void accept_write(const struct accept *a, struct writer *w);
#endif
