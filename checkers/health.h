/*
 * health.h - what the vrrp process is told about services, for track_service: whether each has its quorum. Nothing until it asks
 * (MSG_SERVICES): there may be 10,000, and most configurations track none. Then all of them, and one whenever its quorum is gained
 * or lost.
 */
#ifndef CHECKERS_HEALTH_H
#define CHECKERS_HEALTH_H

#include <stdbool.h>

struct child;
struct service;
struct services;

struct health {
	bool is_asked; /* by the vrrp process that is there now */
};

/* MSG_SERVICES: all of `s`, which may be NULL. */
void health_ask(struct health *h, struct child *c, struct services *s);
/* Those whose quorum is not what was told last: a configuration came. */
void health_tell_news(const struct health *h, struct child *c, struct services *s);
void health_tell(const struct health *h, struct child *c, struct service *vs);
#endif
