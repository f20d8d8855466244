/*
 * across.h - rules of a configuration across floors: what the VRRP half says about the LVS half. Only main sees both.
 */
#ifndef DAEMON_ACROSS_H
#define DAEMON_ACROSS_H
#include <stdint.h>

struct checkers_config;
struct report;
struct vrrp_config;

/* Adds findings to `r`. `filter_priority`: at which no_accept drops. */
void across_check(const struct vrrp_config *vrrp, const struct checkers_config *checkers, int32_t filter_priority,
	struct report *r);
#endif
