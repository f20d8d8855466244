/*
 * across.h - rules of a configuration across floors: what the VRRP half says about the LVS half. Only main sees both.
 */
#ifndef DAEMON_ACROSS_H
#define DAEMON_ACROSS_H

struct checkers_config;
struct report;
struct vrrp_config;

/* Adds findings to `r`. */
void across_check(const struct vrrp_config *vrrp, const struct checkers_config *checkers, struct report *r);
#endif
