/*
 * trackers.h - the trackers of one instance with their states: interfaces from the link table, scripts from what main said. All
 * of them are looked at anew each time; what they add up to is computed in track.h.
 */
#ifndef VRRP_TRACKERS_H
#define VRRP_TRACKERS_H
#include "io/message.h"

struct faults;
struct link;
struct track;
struct vrrp_conf;
struct vrrp_config;
struct vrrp_track_script;

/* What a script said last. */
typedef enum script_status trackers_script_fn(void *ctx, const struct vrrp_track_script *s);

struct trackers {
	struct track *track; /* owned; interfaces first, then scripts */
	unsigned n;
	trackers_script_fn *script;
	void *ctx;
};

/* Those of the configuration, no state known yet. `all` has the scripts. */
void trackers_conf(struct trackers *t, const struct vrrp_conf *conf, const struct vrrp_config *all);
void trackers_done(struct trackers *t);
/* Looks once: every tracker that keeps the instance from taking part is added to `f`. The effective priority. */
uint8_t trackers_look(struct trackers *t, const struct vrrp_conf *conf, const struct link *link, struct faults *f);
#endif
