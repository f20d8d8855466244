/*
 * health.h - what the vrrp process is told about services, for track_service: whether each has its quorum. All of them when the
 * vrrp process is new, then one whenever its quorum is gained or lost.
 */
#ifndef CHECKERS_HEALTH_H
#define CHECKERS_HEALTH_H

struct child;
struct service;
struct services;

/* `s` may be NULL: nothing is told. */
void health_tell_all(struct child *c, struct services *s);
/* Those whose quorum is not what was told last: a configuration came. */
void health_tell_news(struct child *c, struct services *s);
void health_tell(struct child *c, struct service *vs);
#endif
