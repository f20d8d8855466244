/* whose.h - which real server an address is: for the vrrp process, which sees hosts that answer for a virtual one (MSG_WHOSE). */
#ifndef CHECKERS_WHOSE_H
#define CHECKERS_WHOSE_H

struct child;
struct checkers_config;
struct msg_server;
struct msg_whose;
struct services;

/* Pure. A service on the virtual address comes before any other; ret->name stays empty where no real server has it. */
void whose_find(const struct checkers_config *c, const struct msg_whose *q, struct msg_server *ret);
/* Answers; `s` may be NULL: nothing is configured. */
void whose_tell(struct child *child, const struct services *s, const struct msg_whose *q);
#endif
