/* instance_act.h - one event through the step, and its actions performed in order. Nothing in it feeds again. */
#ifndef VRRP_INSTANCE_ACT_H
#define VRRP_INSTANCE_ACT_H
#include "vrrp/step.h"

struct instance;

/* The whole event. */
void instance_feed(struct instance *vi, const struct vrrp_event *ev);
/* An event that says no more than its type. */
void instance_feed_plain(struct instance *vi, enum vrrp_event_type type, mono_t now);
#endif
