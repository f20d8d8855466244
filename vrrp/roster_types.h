/* roster_types.h - what the roster says to its process. */
#ifndef VRRP_ROSTER_TYPES_H
#define VRRP_ROSTER_TYPES_H
#include "vrrp/router.h"

struct instance;

struct roster_ops {
	/* A transition; `generation` is that of the configuration which the instance belongs to. */
	void (*transition)(void *ctx, const struct instance *vi, uint32_t generation, const struct vrrp_action *a);
	/* An instance is in another state, and its addresses are still where they were. May be NULL. */
	void (*entering)(void *ctx, const struct instance *vi);
	/* Runs a hook; its id, 0: it cannot be asked for. May be NULL. */
	uint32_t (*hook)(void *ctx, const struct instance *vi, uint32_t generation, const struct vrrp_action *a);
	/* A sync group of the newest configuration is in another state; may be NULL. */
	void (*group)(void *ctx, unsigned index, enum vrrp_state state, uint8_t priority, bool is_note);
	/* Something is suspected of the other directors (enum suspicion), or that is over. */
	void (*suspicion)(void *ctx, const struct instance *vi, uint32_t generation, unsigned suspicion, bool is_on);
	/* Instances are gone, roster_oldest() may have changed. Called from the loop. */
	void (*gone)(void *ctx);
	/* After roster_stop(): the last instance is gone. Called from the loop. */
	void (*empty)(void *ctx);
};

#endif
