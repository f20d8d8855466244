/*
 * paths.h - routes and rules of one owner (an instance, or what is static) in the kernel: they come in this order and go in the
 * other one. Says in the log what somebody else did to them.
 */
#ifndef VRRP_PATHS_H
#define VRRP_PATHS_H
#include "base/log.h"
#include "vrrp/contest.h"
#include "vrrp/route.h"
#include "vrrp/rule.h"

struct vrrp_conf;

/* Zero is an empty one. */
struct paths {
	struct route_set routes;
	struct rule_set rules;
	struct log_limit limit;
};

/* Its routes and rules from now on; what is no longer wanted goes at the next turn. */
void paths_conf(struct paths *p, struct link *link, const struct vrrp_conf *conf);
void paths_done(struct paths *p);
void paths_hold(struct paths *p, bool on);
/* Whether what a crashed run left stays. */
void paths_keep(struct paths *p, bool keep);
/* One turn; losses are told to `contest` (losses.h). When to call again. */
mono_t paths_sync(struct paths *p, struct link *link, const char *owner, struct contest **contest, mono_t now);
/* Whether one is still there because of us. */
bool paths_is_holding(const struct paths *p);
#endif
