/*
 * realserver_state.h - what was done on this host and what was before, as a file of JSON. It holds until the next boot, which
 * undoes all of it by itself.
 */
#ifndef VIPCTL_REALSERVER_STATE_H
#define VIPCTL_REALSERVER_STATE_H
#include "ctl/realserver_types.h"

#define REALSERVER_STATE_DEFAULT "/var/lib/vipd/realserver.json"

/* Pure halves. The caller frees the text; decode: 0, -ESTALE (of another boot; *ret is empty), -EBADMSG (another file). */
char *realserver_state_encode(const struct realserver_state *s, const char *boot);
int realserver_state_decode(const char *text, size_t len, const char *boot, struct realserver_state *ret);
/* Waits until nobody else works with the file; the descriptor keeps it so until closed. Makes its folder. Or -errno. */
int realserver_state_lock(const char *path);
/* 0 or -errno; no file, or one of another boot, is an empty state. */
int realserver_state_load(const char *path, struct realserver_state *ret);
/* The whole file or none; an empty state has none. 0 or -errno. */
int realserver_state_save(const char *path, const struct realserver_state *s);
#endif
