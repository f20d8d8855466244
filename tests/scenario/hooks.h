/*
 * hooks.h - pre_master and pre_release: who has them, how long they run, and what the step makes of it. Some never end. A hook that
 * ends while its director's process is paused is heard of afterwards; one that was replaced or cancelled is not heard of.
 *
 *   H1 adverts go on meanwhile (rules.h, TM-11)     H4 pre_release keeps the addresses until it ended or is due
 *   H2 nothing waits for longer than the deadline   H5 who is BACKUP lets go of the addresses soon
 *   H3 the addresses wait for pre_master            H6 an end ends the wait at once    H7 a goodbye waits for pre_release
 */
#ifndef TEST_HOOKS_H
#define TEST_HOOKS_H
#include "sim.h"

enum { HOOKS_EVENTS = 1000 }; /* the first .plan of theirs */

struct hooks_one {
	enum vrrp_hook kind;
	unsigned id;
	bool runs, has_ended; /* ended: while paused */
	bool was_held;        /* the addresses were there when it began */
	bool is_void;         /* its director cannot wait for it: a stall, a fault */
	mono_t until;
	mono_t backup_since; /* BACKUP and holding; usec 0: not */
};

struct hooks {
	bool is_on;
	int64_t most, wait; /* the longest deadline; how long a BACKUP may hold without any */
	struct hooks_one one[SIM_NODES];
};

/* `wait` and deadlines in usec; a gentle one's pre_master is over before who served lets go. */
void hooks_init(struct hooks *h, struct sim *s, int64_t interval_max, bool is_gentle);
/* A process begins: nothing runs. */
void hooks_boot(struct hooks *h, unsigned node);
void hooks_action(struct hooks *h, struct sim *s, unsigned node, const struct vrrp_action *a);
void hooks_step(struct hooks *h, struct sim *s, unsigned node, const struct vrrp_event *ev,
	const struct vrrp_actions *out);
void hooks_event(struct hooks *h, struct sim *s, const struct sim_event *ev);
/* After a pause: before the timer is looked at, what ended meanwhile. */
void hooks_resume(struct hooks *h, struct sim *s, unsigned node);
/* After every event. */
void hooks_look(struct hooks *h, struct sim *s);
#endif
