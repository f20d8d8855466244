/* scheduler.h - the schedulers of Linux's IPVS by name, and which flags each of them has. */
#ifndef CHECKERS_SCHEDULER_H
#define CHECKERS_SCHEDULER_H

struct conf_read;
struct vs_conf;

/*
 * Once the whole block is read, so that the order of its lines does not count: the scheduler's name in its spelling, and the flags
 * that it has into sched_flags. Reports what has no effect. `where` of the findings are the lines of the block.
 */
void scheduler_resolve(struct conf_read *rd, struct vs_conf *vs);
#endif
