/*
 * drain.h - what leaves the table without cutting connections: a server that is wanted no more, or a whole service, gets weight
 * 0 and stays until its connections are gone or its time is over. From the wanted table and the kernel's with its counters
 * follow the table to write, what began and what ended. Pure: it knows no socket, clock or log.
 *
 * What counts as a connection: of TCP and SCTP the active ones. The kernel remembers an ended connection for up to two minutes
 * as an inactive one, and those of handshakes look the same: they count for DRAIN_GRACE_USEC only. A datagram has no end that
 * the kernel could see: of UDP all of its entries are inactive, so all count, until the kernel forgets them (lvs_timeouts); of
 * marks likewise, because they carry both.
 */
#ifndef CHECKERS_DRAIN_H
#define CHECKERS_DRAIN_H
#include "base/mono.h"
#include "net/ipvs_table.h"

enum {
	DRAIN_GRACE_USEC = 2000000, /* for handshakes and half-closed connections */
	DRAIN_LOOK_USEC = 500000,   /* between two looks at the counters */
};

/* One server that drains, in one service. */
struct drain_item {
	struct ipvs_service service; /* as in the table; without dests */
	struct ipvs_dest dest;       /* with its counters at the last look */
	mono_t since, deadline;      /* deadline MONO_NEVER: on_server_down keep */
	bool is_seen;                /* its counters were seen after it had got weight 0 */
};

/* All that drain, sorted by service and server (plan_service_cmp, plan_dest_cmp). */
struct drain {
	struct drain_item *items; /* owned */
	unsigned n;
};

enum drain_what { DRAIN_BEGUN, DRAIN_GONE, DRAIN_DEADLINE, DRAIN_BACK };

struct drain_event {
	enum drain_what what;
	struct drain_item item;
};

/* What a step looks at; all tables and keys sorted by plan_sort(). */
struct drain_look {
	const struct ipvs_table *wanted; /* with drain_usec and absent destinations */
	const struct ipvs_table *kernel;
	const struct ipvs_table *owned; /* services alone, with drain_usec: those that are not wanted go */
	const struct ipvs_table *scope; /* services alone: the kernel was asked for these only; NULL: for all */
	bool has_counters;              /* false: `kernel` is what is believed to be there */
	mono_t now;
};

/* What follows. */
struct drain_out {
	struct ipvs_table target;    /* owned: what to write */
	struct drain_event *events;  /* owned */
	unsigned n_events, n_unseen; /* unseen: items that wait for the first look at their counters */
};

/*
 * One step: `d` becomes the new set. A destination that is wanted again leaves it (DRAIN_BACK when it had begun), one that is
 * in the kernel and not wanted enters it, unless its service has drain_usec 0 or it is RESET. DRAIN_BEGUN comes with the first
 * look at the counters, when something is left to wait for. A service that is not wanted stays while one of its destinations
 * drains. Services with mh or sh get their fallback flag in the target while one of several destinations has weight 0: without
 * it the kernel refuses the clients that these schedulers send there. Freed by drain_out_done().
 */
void drain_step(struct drain *d, const struct drain_look *look, struct drain_out *ret);
void drain_out_done(struct drain_out *o);
void drain_done(struct drain *d);
/* When the counters or a deadline are to be looked at next; MONO_NEVER: not at all. */
mono_t drain_next(const struct drain *d, mono_t now);
/* The services of what drains, keys alone, sorted; freed by ipvs_table_done(). */
void drain_services(const struct drain *d, struct ipvs_table *ret);
/* The connections that it waits for. */
uint32_t drain_connections(const struct drain_item *i, mono_t now);
/* One that drained before a restart; in any order, drain_sort() follows. */
void drain_restore(struct drain *d, const struct drain_item *i);
void drain_sort(struct drain *d);
/* The item of a destination, or NULL. */
const struct drain_item *drain_find(const struct drain *d, const struct ipvs_service *s, const struct ipvs_dest *dest);
#endif
