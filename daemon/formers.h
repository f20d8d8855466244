/*
 * formers.h - configurations that were replaced: what a child said before it heard of the next one is meant in the words of its
 * own. The last one of the program before this one (handover.h) is among them, as bytes that are read only when it is asked for.
 */
#ifndef DAEMON_FORMERS_H
#define DAEMON_FORMERS_H
#include <stdint.h>
#include <sys/queue.h>

struct config;
struct former;

/* Zeroed with formers_init(). */
struct formers {
	STAILQ_HEAD(, former) all; /* owned, oldest first */
	unsigned n;
	int fd; /* owned: the bytes of config_whole(), another program's; -1: none */
	uint32_t fd_generation;
};

void formers_init(struct formers *f);
void formers_done(struct formers *f);
/* Takes `c` over, which was `since` to `generation`; of very many the oldest goes. */
void formers_add(struct formers *f, struct config *c, uint32_t since, uint32_t generation);
/* The program before this one called the bytes behind `fd`, which is taken over, by `generation`. */
void formers_inherit(struct formers *f, int fd, uint32_t generation);
/* Nobody speaks of generations before this one any more. */
void formers_forget(struct formers *f, uint32_t generation);
/*
 * What `generation` was, good until the next call here; `running` where that is the same. NULL: too long ago, or it cannot be
 * read.
 */
const struct config *formers_find(struct formers *f, uint32_t generation, const struct config *running);
#endif
