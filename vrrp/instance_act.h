/* instance_act.h - one event through the step, and its actions performed in order. Nothing in it feeds again. */
#ifndef VRRP_INSTANCE_ACT_H
#define VRRP_INSTANCE_ACT_H
#include "io/message.h"
#include "vrrp/step.h"

struct instance;
struct instance_limits;

/* The whole event. */
void instance_feed(struct instance *vi, const struct vrrp_event *ev);
/* An event that says no more than its type. */
void instance_feed_plain(struct instance *vi, enum vrrp_event_type type, mono_t now);
/* The advert that the kernel had no room for, before the next one is due; arms the timer. */
void instance_send_again(struct instance *vi);
/* An advert out of turn, of a MASTER; its timer stays. */
void instance_send_now(struct instance *vi);
/*
 * What scripts hear of (instance_ops.transition) is a transition, or NOTE with VRRP_WHY_RIVAL, a MASTER hears a weaker router,
 * once a second at most; NOTE with VRRP_WHY_NONE, the priority of a MASTER or BACKUP is another one, where
 * notify_priority_changes asks for it.
 */
enum notify_kind instance_notify_kind(const struct vrrp_action *a);
/* Keeps why it is in FAULT, in words: they change while it lasts. */
void instance_explain(struct instance *vi);
/* Those of lines that may repeat; made when they are needed first, by hardly any of thousands. */
struct instance_limits *instance_limits(struct instance *vi);
#endif
