/*
 * trackers.h - the trackers of one instance with their states: interfaces from the link table, the others from what
 * main said. All of them are looked at anew each time; what they add up to is computed in track.h.
 */
#ifndef VRRP_TRACKERS_H
#define VRRP_TRACKERS_H
#include "vrrp/track.h"

struct faults;
struct link;
struct vrrp_conf;
struct vrrp_config;

/* What was last reported of a tracker that is no interface (reports.h); NULL: nothing yet. */
typedef const struct track_report *trackers_report_fn(void *ctx, enum track_kind kind, const char *name);

struct trackers {
	struct track *track; /* owned; in the order of their kinds */
	unsigned n;
};

/* What they look at. */
struct trackers_world {
	const struct link *link;
	trackers_report_fn *tracked;
	void *ctx;
};

/* Those of the configuration; what was known of those that were there before is kept. `all` has what they name. */
void trackers_conf(struct trackers *t, const struct vrrp_conf *conf, const struct vrrp_config *all);
void trackers_done(struct trackers *t);
/* Looks once: every tracker that keeps the instance from taking part is added to `f`. The effective priority. */
uint8_t trackers_look(struct trackers *t, const struct vrrp_conf *conf, const struct trackers_world *world,
	struct faults *f);
#endif
