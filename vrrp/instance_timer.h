/* instance_timer.h - what happens when the time of an instance has come. */
#ifndef VRRP_INSTANCE_TIMER_H
#define VRRP_INSTANCE_TIMER_H
struct instance;

/* Makes its timer, not armed: instance_wake.h. */
void instance_timer_init(struct instance *vi);
#endif
