/*
 * step.h - the VRRP instance as a pure function: event in, actions out (RFC 9568 6.4, RFC 3768 6.4). No clock, no I/O, no
 * allocation, no log. The shell (instance.c) performs the actions in order; a scenario test runs whole clusters on simulated time.
 *
 * States and what holds in each after every step (vrrp_assert checks it):
 *   INIT     no timer, holds no address
 *   BACKUP   down_at is set; may still hold addresses for a moment after it yielded (make before break): release_at is set then;
 *            or after a stall, until another MASTER is heard: skip_release_wait is set then
 *   MASTER   holds the addresses, or waits for pre_master (hook.h); advert_at is set
 *   LEAVING  said priority 0, sends no advert, still holds the addresses, if it had them, until somebody else announced them (make
 *            before break); give_up_at is set. Ends in INIT (stop), BACKUP (drill, taken over), or MASTER again (drill, nobody
 * came)
 *   FAULT    no timer, holds no address
 */
#ifndef VRRP_STEP_H
#define VRRP_STEP_H
#include "vrrp/deadline.h"
#include "vrrp/router.h"

/* An instance that is not taking part yet. */
void vrrp_init(struct vrrp_router *vr, const struct vrrp_conf *conf);
/* One event; `out` is emptied first. At most one VRRP_ACT_TIMER, and it is the last but STATE, NOTE and DONE. */
void vrrp_step(struct vrrp_router *vr, const struct vrrp_event *ev, struct vrrp_actions *out);
/* "MASTER", ...; notify scripts and status use the same words. */
const char *vrrp_state_str(enum vrrp_state s);
/* The sentence of a STATE or NOTE action into buf: "no advert for 3.609 s". */
const char *vrrp_reason_str(const struct vrrp_action *a, char *buf, size_t size);
#endif
