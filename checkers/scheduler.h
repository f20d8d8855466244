/* scheduler.h - the schedulers of Linux's IPVS by name, and which flags each of them has. */
#ifndef CHECKERS_SCHEDULER_H
#define CHECKERS_SCHEDULER_H

struct conf_read;
struct vs_conf;
struct vs_how;

/*
 * Once the whole block is read, so that the order of its lines does not count: the scheduler's name in its spelling, and the flags
 * that it has into sched_flags of `how`, which is that of `vs`. Reports what has no effect, with the lines of the block as places.
 */
void scheduler_resolve(struct conf_read *rd, const struct vs_conf *vs, struct vs_how *how);
#endif
