/*
 * path_watch.h - the path watch in the probe process: asks each real server that is reached by DR, once in a while and after
 * each UP, whether it owns the address of its service (path.h), with frames of its own (raw_syn.h). Works on MASTER and BACKUP,
 * needs nothing of IPVS; its sockets are opened before the process gives up its rights. Slow on purpose: so many servers a
 * second.
 */
#ifndef CHECKERS_PATH_WATCH_H
#define CHECKERS_PATH_WATCH_H
#include "checkers/path.h"

struct checkers_config;
struct loop;
struct path_watch;

/* A new word on a server, as of a check with the index MSG_CHECK_PATH; its generation is the caller's. */
typedef void path_told_fn(void *ctx, const struct msg_check *m);

/* Opens its sockets, which needs CAP_NET_RAW; without them nothing is ever known. Never NULL. */
struct path_watch *path_watch_new(struct loop *l, path_told_fn *told, void *ctx);
void path_watch_free(struct path_watch *w);
/* The servers of another configuration, which is borrowed for the call: all are asked anew. */
void path_watch_config(struct path_watch *w, const struct checkers_config *c);
/* A check of the server succeeded after a failure: it is asked soon. */
void path_watch_up(struct path_watch *w, uint32_t vs, uint32_t rs);
/* Says all that is known once more. */
void path_watch_tell(const struct path_watch *w);
#endif
