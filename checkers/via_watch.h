/*
 * via_watch.h - what checks `via service` need of this director, looked at again and again by the lvs process: their private
 * services in the kernel's table, accept_local for IPv4 on the interfaces towards their servers, no backup_only. accept_local
 * is set, and put back when no check needs it any more. What is missing is logged, is in status, and holds the checks: they
 * would not test what they are meant to.
 */
#ifndef CHECKERS_VIA_WATCH_H
#define CHECKERS_VIA_WATCH_H
#include "base/mono.h"
#include "io/message.h"

struct child;
struct saved;
struct services;
struct table;
struct text;
struct via_local;
struct writer;

/* Zeroed at the start, except `child` and `table`. */
struct via_watch {
	struct child *child;      /* borrowed */
	struct table *table;      /* borrowed */
	struct via_local *locals; /* owned: interfaces whose accept_local we set; it was 0 */
	unsigned n_locals;
	mono_t next_way; /* when the ways to the servers are asked for again */
	mono_t next;     /* the next look */
	uint64_t seen;   /* errors and repairs of the table at the last whole look at it */
	struct msg_via said;
};

/* After a configuration was written to the kernel's table: looks at everything and tells the probe. */
void via_watch_config(struct via_watch *v, const struct services *s, mono_t now);
/* Called some times a second; looks every few seconds. `s` may be NULL. True: via_watch_save() has something new to say. */
bool via_watch_look(struct via_watch *v, const struct services *s, mono_t now);
/* A new probe is told. */
void via_watch_tell(const struct via_watch *v);
/* Whose accept_local is to be put back, over the death of this process. */
void via_watch_save(const struct via_watch *v, struct text *out);
void via_watch_restore(struct via_watch *v, const struct saved *from);
/* An orderly stop: what was set is put back. */
void via_watch_end(struct via_watch *v);
void via_watch_done(struct via_watch *v);
/* {"via":{"services":N,"ready":true,"reason":""}}, nothing without such checks. */
void via_watch_write(const struct via_watch *v, const struct services *s, struct writer *w);
#endif
