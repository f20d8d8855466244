/*
 * adopt.h - first states from the kernel's table, when nothing else is known: a server that is in use is up until a
 * check says no; with initial_state last, one that is not is down until a check says yes.
 */
#ifndef CHECKERS_ADOPT_H
#define CHECKERS_ADOPT_H

struct ipvs_table;
struct services;

/* `kernel` is sorted. Only checks without a state get one; before services_start(). Matters for alpha: see adopt.c. */
void adopt_states(struct services *s, const struct ipvs_table *kernel);
#endif
