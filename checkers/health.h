/*
 * health.h - what the vrrp process is told about services, for track_service: whether each has its quorum. All of them when the
 * vrrp process is new or a configuration came, then one whenever its quorum is gained or lost.
 */
#ifndef CHECKERS_HEALTH_H
#define CHECKERS_HEALTH_H

struct child;
struct service;
struct services;

/* `s` may be NULL: nothing is told. */
void health_tell_all(struct child *c, const struct services *s);
void health_tell(struct child *c, const struct service *vs);
#endif
