/*
 * suspend.h - ha_suspend: which services are not checked because their address is elsewhere, decided from what the vrrp process
 * tells and passed on to the probe. Without a vrrp process, and for an address that no instance has, nothing is suspended.
 */
#ifndef CHECKERS_SUSPEND_H
#define CHECKERS_SUSPEND_H
#include "checkers/held.h"
#include "io/message.h"

struct child;
struct service;
struct services;

/* Zeroed at the start, except `child`. */
struct suspend {
	struct child *child; /* borrowed */
	struct held held;    /* owned */
	bool has_vrrp, has_probe;
	bool owes_all; /* the probe was to be told all, but nothing was decided yet */
};

void suspend_done(struct suspend *p);
/* The channel to a peer is there. A new probe must be told all: suspend_tell(). */
void suspend_peer(struct suspend *p, enum role peer);
/* MSG_VIPS: takes it; services that it suspends or resumes are logged and told to the probe. `s` may be NULL. */
void suspend_vips(struct suspend *p, struct services *s, const struct message *m);
/* After a configuration or for a new probe: decides anew and tells every service with ha_suspend. `s` may be NULL. */
void suspend_tell(struct suspend *p, struct services *s);
/* The probe has said something about a service for the first time in this generation: it has the configuration now. */
void suspend_tell_one(const struct suspend *p, const struct services *s, const struct service *vs);
#endif
