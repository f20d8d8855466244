/*
 * resume.h - what a vrrp process says for the one after it, should it die: when it was last alive, the state of each instance, and
 * how long a drilled one may not preempt. Lines of text, kept by main (MSG_STATE, MSG_RESTORE); times are of the monotonic clock.
 *
 *     alive USEC
 *     STATE NAME
 *     hold USEC NAME
 *     and those of auth_memory.h
 */
#ifndef VRRP_RESUME_H
#define VRRP_RESUME_H
#include "base/mono.h"
#include "vrrp/auth_memory.h"

#include <stdbool.h>

struct instance;
struct resume_item;
struct text;

/* Zero is an empty one. */
struct resume {
	mono_t alive;
	struct resume_item *item; /* owned */
	unsigned n;
	struct auth_memory auth;
};

/* The first line, then those of every instance. */
void resume_write_alive(struct text *t, mono_t now);
void resume_write(struct text *t, const struct instance *vi, mono_t now);
/* Takes in one line; one that says nothing here is passed over. */
void resume_read(struct resume *r, const char *line);
/* Whether the instance was MASTER, and nobody can have taken over since: less than `down` usec ago. */
bool resume_is_master(const struct resume *r, const char *name, int64_t down, mono_t now);
/* Until when it may not preempt; 0 when it may. */
mono_t resume_hold(const struct resume *r, const char *name);
/* Empty again. */
void resume_done(struct resume *r);
#endif
