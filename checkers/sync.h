/*
 * sync.h - the kernel's synchronisation daemons follow lvs_sync_daemon: started, stopped, started again when somebody
 * else stopped them. What cannot be done is said once and tried again after a pause. Daemons that others started are
 * left alone.
 */
#ifndef CHECKERS_SYNC_H
#define CHECKERS_SYNC_H
#include "base/mono.h"

#include <stdbool.h>

struct msg_sync_daemon;
struct saved;
struct sync;
struct text;
struct writer;

struct sync *sync_new(void);
/* Leaves the daemons as they are; accepts NULL. */
void sync_free(struct sync *s);
/* What is wanted from now on. */
void sync_set(struct sync *s, const struct msg_sync_daemon *m, mono_t now);
/* Whether lvs_sync_daemon is written; before that was told: whether it was in the process before this one. */
bool sync_is_wanted(const struct sync *s);
/* Called a few times a second. True: what is ours has changed since the last call. */
bool sync_watch(struct sync *s, mono_t now);
/* Stops those that are ours. */
void sync_stop(struct sync *s);
/* Which are ours, over a restart of the process. */
void sync_save(const struct sync *s, struct text *out);
void sync_restore(struct sync *s, const struct saved *from);
/* Member "sync". */
void sync_write(const struct sync *s, struct writer *w, mono_t now);
#endif
