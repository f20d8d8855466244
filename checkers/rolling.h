/*
 * rolling.h - the destinations of a large table are looked at some at a time, round after round: a look at all of them takes
 * seconds on a small machine, and no check's verdict and no weight of an operator waits that long.
 */
#ifndef CHECKERS_ROLLING_H
#define CHECKERS_ROLLING_H
#include "base/mono.h"

struct ipvs;
struct known;

/* Zero begins at the first service. */
struct rolling {
	unsigned at, n; /* the next service; how many fit into one look */
};

/*
 * Reads the next services of what was written, as many as take about ten milliseconds, and counts their connections (known_count).
 * 1: the kernel has something else of them; 0: nothing to do; -errno of ipvs_read_some().
 */
int rolling_look(struct rolling *r, struct ipvs *ipvs, struct known *k);
/* Pure: how many fit into the next look, after `n` of them took `usec`; at most twice as many. */
unsigned rolling_fit(unsigned n, int64_t usec);
#endif
