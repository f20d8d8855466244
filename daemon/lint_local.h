/* lint_local.h - lints of meaning that compare a configuration with this machine's addresses and links. Pure: both are given. */
#ifndef DAEMON_LINT_LOCAL_H
#define DAEMON_LINT_LOCAL_H

struct checkers_config;
struct local_net;
struct report;
struct vrrp_config;

/*
 * Adds what is found to `r`. Interfaces without addresses are passed over: their network may come up later; so is a file of which
 * nothing is here: it is read on another machine than its own.
 */
void lint_local(const struct vrrp_config *vrrp, const struct checkers_config *checkers, const struct local_net *net,
	struct report *r);
#endif
