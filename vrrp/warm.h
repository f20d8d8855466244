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
 * When a process that starts at `now` knows them: 12 s later (sync_refresh_period 10, and up to 2 s in a buffer); 0: no sync
 * daemon.
 */
mono_t warm_until(const struct vrrp_config *c, mono_t now);
/* An instance that has not started does not preempt before `drill`, or `warm` where it is later; 0: no matter. */
void warm_hold(struct instance *vi, mono_t drill, mono_t warm);
#endif
