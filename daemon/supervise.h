/*
 * supervise.h - main's children: start them with the configuration they need, connect them to each other, restart one that died
 * with the state it had, notice one that hangs, stop them in order. Knows processes and messages, nothing of VRRP or IPVS.
 */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H
#include "io/message.h"

#include <stdbool.h>
#include <sys/types.h>

struct loop;
struct supervise;
struct weight_edits;
struct writer;

struct supervise_ops {
	/* A message that is not the supervisor's own business (MSG_NOTIFY, MSG_REPLY); m->fd belongs to the handler. */
	void (*message)(void *ctx, enum role from, const struct message *m);
	/* Every running child has applied generation `generation` (called once per generation). */
	void (*ready)(void *ctx, uint32_t generation);
	/* Nobody speaks of generations before `oldest` any more; may be called again with the same one. */
	void (*left)(void *ctx, uint32_t oldest);
	/* A child said its state anew; `fd` is borrowed. */
	void (*state)(void *ctx, enum role role, int fd);
	/* A child has a new pid (restart), or pid 0: it ended for good. */
	void (*pid_changed)(void *ctx, enum role role, pid_t pid);
	/* After supervise_stop(): the last child is gone. */
	void (*all_gone)(void *ctx);
};

struct supervise *supervise_new(struct loop *l, const struct supervise_ops *ops, void *ctx);
/* Kills what still runs. Accepts NULL. */
void supervise_free(struct supervise *s);
/* What a role gets as MSG_RESTORE at its first start: a memfd from an earlier run, taken over. Before supervise_config(). */
void supervise_restore(struct supervise *s, enum role role, int fd);
/*
 * A child of the program that main was before (handover.h), with the channel to it; taken over. The vrrp process serves on until a
 * new one is ready, the others are replaced at once. Before supervise_config().
 */
void supervise_adopt(struct supervise *s, enum role role, pid_t pid, int fd);
/* What a successor needs of a running child: its pid, the channel, the last state (-1: none). False: it does not run. */
bool supervise_child(const struct supervise *s, enum role role, pid_t *ret_pid, int *ret_fd, int *ret_state_fd);
/* Whether everything runs as it should: no child is being started, stopped or replaced, and each reads what it is sent. */
bool supervise_is_steady(const struct supervise *s);
/*
 * The configuration as sealed memfds, one for each role (borrowed until the next call), its generation, and which roles it
 * needs (bit per role). Starts missing ones, tells running ones. A role that runs is never ended by a configuration that needs
 * it no more. `edits`: it differs in these weights alone; NULL: in whatever.
 */
void supervise_config(struct supervise *s, const int config_fd[ROLE_MAX], uint32_t generation, unsigned roles,
	const struct weight_edits *edits);
/* Asks every child to leave in order; ops->all_gone follows. */
void supervise_stop(struct supervise *s);
/* A process ended: true when it was one of ours (status as from waitpid). */
bool supervise_reaped(struct supervise *s, pid_t pid, int status);
int supervise_send(struct supervise *s, enum role to, enum message_type type, const void *data, size_t len);
bool supervise_is_running(const struct supervise *s, enum role role);
/* It runs, and answered lately; one that is not wanted is healthy too. */
bool supervise_is_healthy(const struct supervise *s, enum role role);
/* The member "processes". */
void supervise_write(const struct supervise *s, struct writer *w);
#endif
