/*
 * warm.h - a director that starts has no connections in its IPVS table; with lvs_sync_daemon it hears of those in use from the
 * other director, which tells of each within sync_refresh_period. Before that it would cut them all by preempting.
 */
#ifndef VRRP_WARM_H
#define VRRP_WARM_H
#include "base/mono.h"

struct instance;
struct vrrp_config;

/*
 * When a process that starts at `now`, and follows nobody, knows them, into *ret_warm: 12 s later (sync_refresh_period 10, and
 * up to 2 s in a buffer); 0: no sync daemon. Returns when its instances may start: vrrp_startup_delay, vrrp_delay_after_boot.
 */
mono_t warm_start(const struct vrrp_config *c, mono_t now, mono_t *ret_warm);
/* An instance that has not started does not preempt before `drill`, or `warm` where it is later; 0: no matter. */
void warm_hold(struct instance *vi, mono_t drill, mono_t warm);
#endif
