/*
 * succession.h - from one configuration to the next: which virtual router goes on as which, and what its change costs by the
 * tables' column `reload`. The roster does what is said here, the plan of a reload shows it: one function for both. Knows no
 * state and no socket.
 */
#ifndef VRRP_SUCCESSION_H
#define VRRP_SUCCESSION_H
#include "conf/schema.h"

struct vrrp_conf;
struct vrrp_config;

enum succession_what {
	SUCCESSION_ADD,     /* it starts */
	SUCCESSION_REMOVE,  /* it hands over and ends */
	SUCCESSION_KEEP,    /* nothing differs: it is not disturbed */
	SUCCESSION_CHANGE,  /* it goes on with the new values */
	SUCCESSION_RESTART, /* it hands over, ends and starts anew */
};

struct succession_step {
	enum succession_what what;
	const struct vrrp_conf *from, *to; /* of the two configurations; NULL: it has none */
	unsigned index;                    /* of `to` in its configuration */
	enum conf_cost cost;               /* KEEP, CHANGE, RESTART */
};

struct succession {
	struct succession_step *step; /* owned: in order of `from`, then what is new in order of `to` */
	unsigned n;
};

/* Instances are matched by name. `from` may be NULL: everything is new. Freed by succession_done(). */
void succession_of(const struct vrrp_config *from, const struct vrrp_config *to, struct succession *ret);
void succession_done(struct succession *s);
#endif
