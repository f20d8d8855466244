/*
 * act.h - the list of actions that a step hands out. Deeds come in the order in which they were added; reports (STATE, NOTE, DONE)
 * come after every deed, whenever they were added.
 */
#ifndef VRRP_ACT_H
#define VRRP_ACT_H
#include "vrrp/router.h"

/* Adds one action; aborts when the list is full, which no step can reach. */
void act(struct vrrp_actions *out, struct vrrp_action a);
/* An action that has only a type. */
void act_plain(struct vrrp_actions *out, enum vrrp_action_type type);
void act_advert(struct vrrp_actions *out, uint8_t priority);
void act_watch(struct vrrp_actions *out, bool on);
#endif
