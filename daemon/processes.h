/*
 * processes.h - the processes of this machine for all vrrp_track_process: by the kernel's events and a look at /proc at the start
 * and after a loss; where there are no events, by a look each second.
 */
#ifndef DAEMON_PROCESSES_H
#define DAEMON_PROCESSES_H
#include "daemon/track_process.h"

struct conf_vec;
struct processes;

/* The state of the tracker with this index changed. */
typedef void processes_fn(void *ctx, unsigned index);

struct processes *processes_new(struct loop *l, processes_fn *fn, void *ctx);
/* Accepts NULL. */
void processes_free(struct processes *p);
/* Tracks these (struct vrrp_process_conf, borrowed until the next call); looks at once. Nothing is opened while there are none. */
void processes_config(struct processes *p, const struct conf_vec *confs);
unsigned processes_count(const struct processes *p);
enum script_status processes_status(const struct processes *p, unsigned index);
/* The elements of an array. */
void processes_write(const struct processes *p, struct writer *w);
#endif
