/* hook_ask.h - asks main to run pre_master or pre_release. Its deadline counts here too: nothing depends on main's answer. */
#ifndef VRRP_HOOK_ASK_H
#define VRRP_HOOK_ASK_H
#include <stdint.h>

struct child;
struct instance;
struct vrrp_action;

/* VRRP_ACT_HOOK. `ids` counts them. What MSG_HOOK_END will name; 0: nothing is to run, or main cannot be asked. */
uint32_t hook_ask(struct child *child, uint32_t *ids, const struct instance *vi, uint32_t generation,
	const struct vrrp_action *a);
#endif
