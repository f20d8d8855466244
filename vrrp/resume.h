/*
 * resume.h - what a vrrp process says for the one after it, should it die: when it was last alive, the state of each instance, and
 * how long a drilled one may not preempt. Lines of text, kept by main (MSG_STATE, MSG_RESTORE); times are of the monotonic clock.
 *
 *     alive USEC
 *     STATE NAME
 *     hold USEC NAME
 *     handover                                  the next process goes on without a word
 *     last USEC FROM TO LENGTH NAME REASON      the last transition; LENGTH is the name's
 *     counts RX TX ZERO-SENT ERRORS TRANSITIONS BECAME-MASTER ZERO-RECEIVED REPAIRED NAME
 *     verdict WORD N NAME                       adverts received with that verdict (advert_verdict_str())
 *     report KIND VALUE NAME                    what a tracked thing was like
 *     and those of auth_memory.h, path_memory.h and bfd_memory.h
 */
#ifndef VRRP_RESUME_H
#define VRRP_RESUME_H
#include "base/mono.h"
#include "conf/names.h"
#include "vrrp/auth_memory.h"
#include "vrrp/path_memory.h"
#include "vrrp/router.h"

#include <stdbool.h>

struct instance;
struct instance_counts;
struct instance_last;
struct resume_item;
struct text;

/* Zero is an empty one. */
struct resume {
	mono_t alive;
	struct resume_item **item; /* owned, each of them */
	struct names names;        /* of them */
	bool is_handover;
	unsigned n;
	struct auth_memory auth;
	struct path_memory paths;
};

/* For a successor that goes on without a word: that it is one; after it the last transition and the counters of each instance. */
void resume_write_handover(struct text *t);
void resume_write_last(struct text *t, const struct instance *vi);
/* Whether the instance was in this state when it was handed over: then nobody needs to hear of it. */
bool resume_goes_on(const struct resume *r, const char *name, enum vrrp_state state);
/* Its last transition, NULL: not known. */
const struct instance_last *resume_last(const struct resume *r, const char *name);
/* What it counted, NULL: not known. */
const struct instance_counts *resume_counts(const struct resume *r, const char *name);
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
