/*
 * check_copy.h - a check without the configuration around it: what one needs to be run. Thousands that ask in the same way share
 * everything but whom they ask.
 */
#ifndef CHECKERS_CHECK_COPY_H
#define CHECKERS_CHECK_COPY_H

struct arena;
struct check_conf;
struct shared;

/*
 * A copy in `arena` (borrowed) of a check that nobody will compare: it has forgotten its lines and who wrote what. What it points
 * to is of `shared`, or a constant of the program.
 */
const struct check_conf *check_copy(struct arena *arena, struct shared *shared, const struct check_conf *from);
#endif
