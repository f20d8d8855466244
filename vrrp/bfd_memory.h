/*
 * bfd_memory.h - what a vrrp process says of its BFD sessions for the one that takes its place in a restart, so that no neighbor
 * notices: RFC 5880 knows a session by its discriminators, and a neighbor by what it last said. One line of text for each, among
 * those of resume.h:
 *
 *     bfd NEIGHBOR SOURCE NUMBERS... LENGTH NAME REASON      LENGTH is the name's; the numbers are a table in bfd_memory.c
 *
 * A process that hands over writes all; while it runs, those that are up, for the one after a crash, and as not settled: whose
 * neighbor has waited too long hears it say Down, which is no failure then. Pure.
 */
#ifndef VRRP_BFD_MEMORY_H
#define VRRP_BFD_MEMORY_H
#include "base/addr.h"
#include "vrrp/bfd_step.h"

struct bfd_memory_item;
struct text;

/* One session as it was. */
struct bfd_past {
	struct addr neighbor, source;
	bool is_multihop, is_settled, is_excused; /* see bfd_session.c */
	uint16_t port;                            /* source port */
	uint64_t rx, tx, up, down;
	mono_t since;
	struct bfd bfd; /* but its configuration, which is that of today, and its timers, which start anew */
	const char *name, *reason;
};

/* Zero is an empty one. */
struct bfd_memory {
	struct bfd_memory_item *item; /* owned */
	unsigned n;
};

void bfd_memory_write(struct text *t, const struct bfd_past *p);
/* Takes in one line; one that says nothing here, or what no session can be in, is passed over. */
void bfd_memory_read(struct bfd_memory *m, const char *line);
/* What is known of the session of this name; NULL: nothing. Valid until bfd_memory_done(). */
const struct bfd_past *bfd_memory_find(const struct bfd_memory *m, const char *name);
/* Empty again. */
void bfd_memory_done(struct bfd_memory *m);
#endif
