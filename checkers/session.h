/*
 * session.h - BFD_CHECK: what the vrrp process says of its BFD sessions as results of the checks that name them. No protocol is
 * spoken here: a session counts as up, as down, or says nothing.
 */
#ifndef CHECKERS_SESSION_H
#define CHECKERS_SESSION_H
#include "io/message.h"

struct services;

/* The last word on each session; zeroed at the start. */
struct sessions {
	struct msg_bfd *item; /* owned */
	unsigned n;
};

typedef void session_check_fn(void *ctx, const struct msg_check *m);

/* Remembers it; what is remembered, until the next call. */
const struct msg_bfd *sessions_put(struct sessions *s, const struct msg_bfd *m);
void sessions_done(struct sessions *s);
/* What it means for each check that names the session. */
void session_checks(const struct services *s, const struct msg_bfd *news, session_check_fn *found, void *ctx);
#endif
