/*
 * handover.h - what main leaves to the program that takes its place by execve(2): the children with the channels to them, their
 * last states, and what only main knows. Lines of text in a memfd whose number is in the environment; the same process id
 * before and after.
 */
#ifndef DAEMON_HANDOVER_H
#define DAEMON_HANDOVER_H
#include "base/mono.h"
#include "io/message.h"

#include <stdbool.h>
#include <sys/types.h>

struct handover_child {
	pid_t pid;        /* 0: none */
	int fd, state_fd; /* the channel; the last MSG_STATE, -1: none */
};

struct handover {
	struct handover_child child[ROLE_MAX];
	uint32_t generation;
	uint32_t protocol; /* message_protocol() of who wrote it */
	int client_fd;     /* who asked and waits for an answer; -1: nobody */
	int listen_fd;     /* of the control socket; -1: none */
	int config_fd;     /* the bytes of the configuration that `generation` is, config_whole(); -1: none */
	mono_t started, last_drill;
	char *lines; /* owned: what others say, one a line; may be NULL */
};

/*
 * Replaces this program by `exe` with `argv`, which finds `h`. Returns only when it failed: -errno; all is as before then.
 */
int handover_exec(const struct handover *h, const char *exe, char *const argv[]);
/* What the program before this one left: true, and all descriptors are close-on-exec again. Call it once, at the start. */
bool handover_take(struct handover *ret);
/* Calls `take` with each line, its own too: others pass over what is not theirs. */
void handover_each(const struct handover *h, void (*take)(void *ctx, const char *line), void *ctx);
void handover_done(struct handover *h);
#endif
