/*
 * bfd.h - all BFD sessions of the process: the sockets that they share, which session a packet means (RFC 5880 6.3, RFC 5881 3,
 * RFC 5883 4), and how they follow from one configuration to the next. Knows no instance; who tracks a session is told by
 * changed().
 */
#ifndef VRRP_BFD_H
#define VRRP_BFD_H
#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

struct bfd_session;
struct bfd_table;
struct generation;
struct loop;
struct text;

/* What the tracking instances shall think of a session, bfd_session_status(), is another now. */
typedef void bfd_changed_fn(void *ctx, const struct bfd_session *s, mono_t now);

/* Never NULL; no session yet. */
struct bfd_table *bfd_new(struct loop *l, bfd_changed_fn *changed, void *ctx);
/* Tells no neighbor: after a stop they know, after a restart they shall not. Accepts NULL. */
void bfd_free(struct bfd_table *t);
/* Takes over a configuration (kept until the next): sessions are matched by name, unchanged ones are not touched. */
void bfd_apply(struct bfd_table *t, struct generation *g, mono_t now);
/* A line of what the process before this one last said (bfd_memory.h); before the first bfd_apply(). */
void bfd_restore(struct bfd_table *t, const char *line);
/* Another process is about to take over (or after all not): the neighbors shall wait longer for us. */
void bfd_relax(struct bfd_table *t, bool on, mono_t now);
/*
 * What a process after this one needs of the sessions that are up, should this one die: neighbors that wait long enough notice
 * nothing.
 */
void bfd_write(const struct bfd_table *t, struct text *text);
/* The last words for a successor that goes on without any neighbor's notice; the sockets are closed, nothing may follow. */
void bfd_hand_over(struct bfd_table *t, struct text *text);
/* AdminDown for all: the neighbors need not wait for the detection time. */
void bfd_stop(struct bfd_table *t, mono_t now);
/* The i-th session, or NULL past the end. */
const struct bfd_session *bfd_get(const struct bfd_table *t, unsigned i);
/* Datagrams that meant no session, or were no packet that one could be found by: by enum bfd_verdict. */
const uint64_t *bfd_dropped(const struct bfd_table *t);
/* -errno of a port that cannot be listened on; 0: all that are needed are open. */
int bfd_listen_error(const struct bfd_table *t);
#endif
