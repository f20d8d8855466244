/*
 * lint_weight.h - whether the trackers of an instance can ever move its addresses to the other router. Part of vrrp_lint().
 */
#ifndef VRRP_LINT_WEIGHT_H
#define VRRP_LINT_WEIGHT_H
#include <stdint.h>

struct report;
struct vrrp_conf;
struct vrrp_config;

/* `peer`: what the other router announces, 0 when that is not known. Adds at most one finding. */
void lint_weights(const struct vrrp_config *all, const struct vrrp_conf *c, uint32_t peer, struct report *r);
#endif
